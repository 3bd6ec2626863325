"""The store of revisions, a folder for each: listing, finding, opening, creating and deleting them.

Beside the user's own revisions it shows those of the gallery, which it never changes. To list them, three small files
of each revision are read, and only if one of them has changed.
"""

import errno
import os
import platform
import re
import secrets
import shutil
import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from aae_core import __version__, files, owners, places, plugins
from aae_core.config.choices import COSTS, NETWORKS
from aae_core.config.configuration import Config, to_stored_dict
from aae_core.config.priors import PRIORS
from aae_core.errors import AAEError, AAEWarning, RevisionError
from aae_core.store import notebook
from aae_core.store import status as statuses
from aae_core.store.former_training import FormerTraining
from aae_core.store.revision import Revision
from aae_core.store.revision_folder import (
    CONFIG_FORMAT,
    SPARE_FILE,
    ContinuedFrom,
    FormerRevisionError,
    StoredDataSummary,
)
from aae_core.store.status import Status
from aae_core.store.trash import Trash
from aae_core.wording import program_name

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
STAMP = re.compile(r"\d{8}T\d{6}Z-")
SETTINGS = "variant", "data", "posterior", "latent_dim"  # in a row of the list


@dataclass(frozen=True)
class Summary:
    """A row of the list of revisions. state: that of its Status, or "broken" if it cannot be opened, for the `reason`
    given. lacks_plugin: whether that is for lack of a plug-in; needs_upgrade: since it was written before version 2.0.
    continued_from: the training that it continues. deleted:
    the Unix time of its deletion, if it is in the trash. owner: on a server that a class shares. request_key: as of a
    Revision."""

    id: str
    path: Path
    gallery: bool
    state: str
    reason: str = ""
    label: str = ""
    variant: str = ""
    data: str = ""
    prior: str = ""
    posterior: str = ""
    latent_dim: int = 0
    created: str = ""
    continued_from: ContinuedFrom | None = None
    steps: int = 0
    epochs: float = 0.0
    status: Status | None = field(default=None, repr=False)
    lacks_plugin: bool = False
    needs_upgrade: bool = False
    deleted: float | None = None
    owner: owners.Owner | None = None
    request_key: str = ""


def resolve_revision(revision: Revision | str) -> Revision:
    """`revision` itself, or the one that `Store.open` finds by a name, a prefix or "latest"; RevisionError as there."""
    return Store().open(revision) if isinstance(revision, str) else revision


def evaluate(revision: Revision | str, protocol: str = "all", samples: int = 10_000, data=None) -> dict[str, dict]:
    """The results of evaluating a revision, or the one that `Store.open` finds by a name: see `Revision.evaluate`."""
    return resolve_revision(revision).evaluate(protocol, samples, data)


def plot(revisions):
    """A plotly figure of one revision, or of several side by side, given as for `evaluate`: see
    `notebook.plot_revisions`."""
    revision_list = [revisions] if isinstance(revisions, Revision | str) else revisions
    return notebook.plot_revisions([resolve_revision(revision) for revision in revision_list])


class Store:
    """All revisions: the user's own under `root` ($AAE_CHECKPOINTS or checkpoints/), and the gallery's, read-only."""

    def __init__(self, root=None, gallery=None):
        self.root = places.checkpoints_folder(root)
        self.gallery = places.gallery_folder(gallery)
        self.trash = Trash(self.root)
        if os.path.realpath(self.root) == os.path.realpath(self.gallery):
            raise RevisionError(
                f"{self.root} is the gallery, which is read-only; choose another folder for your own revisions."
            )

    def __repr__(self):
        return f"<Store {self.root}>"

    def create(
        self,
        config: Config,
        summary,
        status: Status | None = None,
        owner: owners.Owner | None = None,
        former: FormerTraining | None = None,
        request_key: str = "",
    ) -> Revision:
        """Create a revision, paused before its first step unless `status` says otherwise.

        summary: a DataSummary of its data. owner: on a server that a class shares. former: the training that it
        continues; the status must then be at its step. request_key: by which `find_requested` finds it. Old drafts,
        incomplete files and expired deletions in the store are removed on this occasion. Raises RevisionError if it
        cannot be written.
        """
        created = datetime.now(UTC)
        data = StoredDataSummary(**{name: getattr(summary, name) for name in StoredDataSummary.__dataclass_fields__})
        safe_name = re.sub(r"[^A-Za-z0-9._-]+", "-", data.name)[:60]
        name = f"{created:%Y%m%dT%H%M%SZ}-{config.variant}-{safe_name}-{secrets.token_hex(3)}"
        record = _config_record(name, created, config, data, former)
        if request_key:
            record["request_key"] = request_key
        self._remove_leftovers()
        draft = self.root / f".new-{secrets.token_hex(8)}"
        with files.raise_os_errors_as(draft.parent):
            files.make_folders(self.root)
            draft.mkdir()
        try:
            files.write_checksummed_json(draft / "config.json", record)
            initial_status = status or Status("paused", total_epochs=config.epochs)
            files.write_checksummed_json(draft / "status.json", statuses.to_record(initial_status))
            owners.write_owner(draft, owner)
            if former is not None:
                former.write_into(Revision(draft))
            with files.raise_os_errors_as(self.root / name):
                # a folder that is not empty is never replaced: if two have the same random name, the second fails and retries
                files.move(draft, self.root / name)
        except RevisionError as error:
            shutil.rmtree(draft, ignore_errors=True)
            if getattr(error.__cause__, "errno", None) in (errno.EEXIST, errno.ENOTEMPTY):
                return self.create(config, summary, status, owner, former, request_key)
            raise
        return Revision(self.root / name)

    def _remove_leftovers(self) -> None:
        """Remove old drafts, incomplete files and expired deletions."""
        files.remove_abandoned_folders(self.root, ".new-*")
        for pattern in ("*", "*/frames"):
            files.remove_abandoned_drafts(self.root, pattern)
        for spare_file in self.root.glob(f"*/{SPARE_FILE}"):  # left by a worker that was killed before it removed it
            with suppress(RevisionError), files.lock(spare_file.with_name("worker.lock"), "It is in use."):
                files.remove(spare_file)
        self.trash.remove_expired()

    def list_own(self) -> list[Summary]:
        """The user's own revisions, the newest first."""
        return [row for row in self.list() if not row.gallery]

    def find(self, config: Config, summary=None) -> Revision | None:
        """The user's revision of a configuration that equals this one; of several, one that is done, or else the one
        with most steps; None if there is none. summary: a DataSummary with which its data must agree, in case another
        data set has taken the name."""
        variant_and_data = (config.variant, config.data)
        candidates = [
            row for row in self.list_own() if row.state != "broken" and (row.variant, row.data) == variant_and_data
        ]
        for row in sorted(candidates, key=lambda row: (row.state == "done", row.steps), reverse=True):
            with suppress(RevisionError):  # a revision that cannot be opened is no candidate
                revision = Revision(row.path)
                is_other_data = summary is not None and revision.data.difference_from(summary)
                if revision.config == config and not revision.not_resumable_reason and not is_other_data:
                    return revision
        return None

    def find_requested(self, request_key: str) -> Revision | None:
        """The user's revision that was created with this key; None if there is none, and for the key ""."""
        paths = [row.path for row in self.list_own() if request_key and row.request_key == request_key]
        return Revision(paths[0]) if paths else None

    def list_deleted(self) -> list[Summary]:
        """The revisions in the trash, the latest deletion first."""
        entries = self.trash.entries()
        return [replace(_read_summary(entry.path, False), id=entry.id, deleted=entry.deleted_at) for entry in entries]

    def list(self) -> list[Summary]:
        """All revisions, the newest first; one that cannot be opened has the state "broken"."""
        rows = (_cached_summary(path, gallery) for path, gallery in self._iterate_revision_paths())
        return sorted(rows, key=lambda row: (row.created, row.id), reverse=True)

    def _iterate_revision_paths(self) -> Iterator[tuple[Path, bool]]:
        """(folder, whether it belongs to the gallery) of every revision, those of the gallery first."""
        for root in (self.gallery, self.root):
            with files.raise_os_errors_as(root, "read"):
                names = os.listdir(root) if root.is_dir() else []
            for path in (root / name for name in names if NAME.fullmatch(name)):
                if path != self.gallery and _is_revision_folder(path):
                    yield path, root is self.gallery

    def open(self, ref: str) -> Revision:
        """The revision with this name or unambiguous prefix, or "latest": the newest of the user's own, or else of the
        gallery. An AAEWarning says if "latest" passes over the very newest for lack of a plug-in.

        Raises RevisionError if there is none, if it is damaged, or if it lacks a plug-in.
        """
        revision = Revision(*self._find_path(ref))
        if revision.missing_plugin_reason:
            raise RevisionError(revision.missing_plugin_reason)
        return revision

    def _find_path(self, ref) -> tuple[Path, bool]:
        if ref == "latest":
            return self._find_latest_path()
        if not isinstance(ref, str) or not NAME.fullmatch(ref):
            raise RevisionError(f"{str(ref)[:60]!r} is not the name of a revision; see the list of revisions.")
        for path, gallery in [(self.root / ref, False), (self.gallery / ref, True)]:
            if path != self.gallery and _is_revision_folder(path):
                return path, gallery
        paths = {path.name: (path, gallery) for path, gallery in self._iterate_revision_paths()}
        matching_names = sorted(name for name in paths if name.startswith(ref))
        if not matching_names:
            if deleted := self.trash.find_all(ref):
                raise RevisionError(
                    f"{deleted[0].id} is in the trash; '{program_name()} restore {deleted[0].id}' or the page Revisions "
                    "restores it."
                )
            raise RevisionError(f"There is no revision {ref!r}; see the list of revisions.")
        if len(matching_names) > 1:
            examples = ", ".join(matching_names[:5]) + (", …" if len(matching_names) > 5 else "")
            raise RevisionError(f"{ref!r} matches {len(matching_names)} revisions ({examples}); give more of the name.")
        return paths[matching_names[0]]

    def _find_latest_path(self) -> tuple[Path, bool]:
        rows = self.list()
        newest_row = min((row for row in rows if row.state != "broken"), key=lambda row: row.gallery, default=None)
        if newest_row is None:
            raise RevisionError("There is no revision yet; train one first.")
        own_rows = [row for row in rows if not row.gallery]
        if own_rows and own_rows[0].lacks_plugin:
            sentence = f"The newest revision is passed over, and the latest is {newest_row.id}: {own_rows[0].reason}"
            warnings.warn(sentence, AAEWarning, stacklevel=5)
        return newest_row.path, newest_row.gallery

    def delete(self, ref: str, for_good: bool = False) -> str:
        """Move one of the user's own revisions, which may be broken, to the trash, or remove it for good, and return
        its name.

        Raises RevisionError if there is none, if it is in training or belongs to the gallery, or if its folder cannot
        be moved.
        """
        path, gallery = self._find_path(ref)
        if gallery:
            raise RevisionError(f"{path.name} belongs to the gallery and cannot be deleted; it is part of the project.")
        self.trash.remove_expired()
        busy_message = f"{path.name} is running and cannot be deleted; stop it first."
        with files.lock(path / "worker.lock", busy_message):
            if for_good:
                self.trash.remove_folder(path)
            else:
                self.trash.move_in(path)
        return path.name


def _config_record(
    name: str, created: datetime, config: Config, data: StoredDataSummary, former_training: FormerTraining | None
) -> dict:
    """What a new revision's config.json holds. name: of its folder; former_training: that which it continues."""
    record = {
        "format": CONFIG_FORMAT,
        "id": name,
        "created": f"{created:%Y-%m-%dT%H:%M:%S.%fZ}",
        "config": to_stored_dict(config),
        "data": {key: value for key, value in asdict(data).items() if value is not None},
        "versions": {"python": platform.python_version(), "torch": version("torch"), "aae_core": __version__},
    }
    plugin_versions = plugins.module_versions(
        [
            PRIORS.registering_module_of(config.prior.name),
            COSTS.registering_module_of(config.cost),
            NETWORKS.registering_module_of(config.network.kind),
        ]
    )
    if plugin_versions:
        record["plugins"] = plugin_versions
    if former_training is not None:
        record["continued_from"] = asdict(former_training.origin)
    return record


def _is_revision_folder(path) -> bool:
    """Whether a folder holds a config.json, or has the name of a revision and may have lost it."""
    return os.path.isdir(path) and bool(STAMP.match(path.name) or files.file_version(path / "config.json"))


_SUMMARIES: dict[Path, tuple[tuple, Summary]] = {}


def _cached_summary(path: Path, gallery: bool) -> Summary:
    """The row of one folder, read again only if one of its files has changed, or if it could not be opened before."""
    marks = (gallery, *(files.file_version(path / name) for name in ("config.json", "status.json", "notes.json")))
    cached = _SUMMARIES.get(path)
    if (
        cached is None or cached[0] != marks or cached[1].state == "broken"
    ):  # a plug-in that it needs may be available now
        cached = _SUMMARIES[path] = (marks, _read_summary(path, gallery))
    return cached[1]


def _read_summary(path, gallery):
    row = Summary(path.name, path, gallery, "broken", owner=owners.read_owner(path))
    with suppress(ValueError):
        row = replace(row, created=f"{datetime.strptime(path.name[:16], '%Y%m%dT%H%M%SZ'):%Y-%m-%dT%H:%M:%SZ}")
    try:
        revision = Revision(path, gallery)
        label, label_error = _read_label(revision)
        origin = revision.continued_from
        row_with_label = replace(
            row, label=label, created=revision.created, data=revision.data.name, continued_from=origin,
            request_key=revision.request_key,
        )  # fmt: skip
        if revision.missing_plugin_reason:
            return replace(row_with_label, reason=revision.missing_plugin_reason, lacks_plugin=True)
        status, config = revision.status, revision.config
        settings = {name: getattr(config, name) for name in SETTINGS} | {
            "prior": config.prior.name,
            "state": status.state,
        }
        reason = f"{status.error_text} {label_error}".strip()
        return replace(row_with_label, reason=reason, steps=status.step, epochs=status.epoch, status=status, **settings)
    except AAEError as error:
        return replace(row, reason=str(error), needs_upgrade=isinstance(error, FormerRevisionError))


def _read_label(revision) -> tuple[str, str]:
    """(label, "") or, if the label cannot be read, ("", why); that makes no revision "broken"."""
    try:
        return revision.label, ""
    except RevisionError as error:
        return "", str(error)
