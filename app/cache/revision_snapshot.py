"""A revision as one run of a page shows it: read once, when the run begins, and handed down to everything that is drawn.

A snapshot reads each file of its revision at most once, so that all parts of a page agree, even while a worker writes a new
checkpoint. It holds no networks: these are looked up in the caches of this room by the snapshot's `cache_key`, so that callbacks
and fragments, which Streamlit keeps from run to run, can keep a snapshot. A fragment that runs alone takes a new one (`renewed`).
"""

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property

from aae_core import files
from aae_core.data.originals import Originals
from aae_core.errors import RevisionError
from aae_core.store import frames
from aae_core.store.revisions import Revision, Store
from aae_core.store.status import BUSY, Status
from aae_core.wording import adapt_image_words
from app.cache import code_sets, revision_data
from app.translation.texts import translate


@dataclass(frozen=True, eq=False)
class RevisionSnapshot:
    """A revision at one moment.

    stored: the revision on the disk, whose own properties read its files at each call. status: its status at that moment.
    codes_cache_key: changes whenever weights or codes are written. cache_key: changes with these, the notes and the state.
    code_set_name: the images whose codes are shown, one of
    `code_sets.IMAGE_SETS`, followed by `DRAW_SUFFIX` for codes drawn from q(z|x).
    """

    stored: Revision
    status: Status
    codes_cache_key: tuple
    cache_key: str
    code_set_name: str = "probe"

    def renewed(self) -> "RevisionSnapshot":
        """The revision as it is now, with the same set of codes. It is opened again; RevisionError if it is gone."""
        return take_snapshot(Revision(self.path, self.gallery), self.code_set_name)

    def without_cached_results(self) -> "RevisionSnapshot":
        """The same snapshot without what it has read since, such as codes, for places that keep many snapshots.

        The revision is opened again; RevisionError if it is gone.
        """
        return replace(self, stored=Revision(self.path, self.gallery))

    def with_code_set(self, code_set_name: str) -> "RevisionSnapshot":
        """The revision at the same moment, with the codes of other images."""
        return self if code_set_name == self.code_set_name else replace(self, code_set_name=code_set_name)

    def with_code_kind(self, code_kind: str) -> "RevisionSnapshot":
        """The revision with the codes of the same images, of a kind in `code_sets.CODE_KINDS`; always with means where no
        codes can be drawn."""
        images = self.code_set_name.removesuffix(code_sets.DRAW_SUFFIX)
        if code_kind == "draw" and self.can_sample_codes:
            images += code_sets.DRAW_SUFFIX
        return self.with_code_set(images)

    # What never changes -------------------------------------------------------------------------------------------------------

    @property
    def id(self) -> str:
        return self.stored.id

    @property
    def path(self):
        return self.stored.path

    @property
    def gallery(self) -> bool:
        return self.stored.gallery

    @property
    def fingerprint(self) -> str:
        return self.stored.fingerprint

    @property
    def versions(self) -> dict[str, str]:
        return self.stored.versions

    @property
    def config(self):
        return self.stored.config

    @property
    def variant(self):
        return self.stored.variant

    @property
    def data(self):
        return self.stored.data

    @property
    def item_word(self) -> str:
        """The word for one item of its data: "image" or "row"."""
        return "row" if self.data.is_table else "image"

    def reword_for_items(self, text: str) -> str:
        """A text about images, in the words for the items of its data."""
        return adapt_image_words(text, self.data.is_table)

    # What its files held at that moment ---------------------------------------------------------------------------------------

    @property
    def is_busy(self) -> bool:
        """Whether it was queued or running, so that its weights may still change."""
        return self.status.state in BUSY

    @property
    def has_weights(self) -> bool:
        weights_version, _ = self.codes_cache_key
        return weights_version is not None

    @property
    def measures(self) -> dict:
        return self.status.measures

    @cached_property
    def annotations(self):
        return self.stored.annotations

    @property
    def label(self) -> str:
        """The user's own name for it; "" if none was given. Of an example in the current language."""
        label = self.annotations.label
        name = self.config.name if label is None else label
        return translate(name) if self.gallery else name

    @property
    def notes(self) -> str:
        """What the user wrote about it. Of an example in the current language."""
        notes = self.annotations.notes
        return translate(notes) if self.gallery else notes

    @cached_property
    def probe_step_and_epoch(self) -> tuple[int, float]:
        """The step and epoch of the codes of its probe set."""
        return self.stored.probe_step_and_epoch()

    @cached_property
    def frame_steps_and_error(self) -> tuple[list[int], RevisionError | None]:
        """The steps of its frames, ascending, and None; [] and the error if they cannot be listed."""
        try:
            return self._frame_source.steps(), None
        except RevisionError as error:
            return [], error

    @cached_property
    def _frame_source(self):
        return frames.open_frame_source(self.stored)

    @cached_property
    def frame_file_versions(self) -> list[tuple]:
        """The names of the files of its frames, each with a key that changes when the file is written."""
        paths = sorted({self._frame_source.file_of(step) for step in self.frame_steps_and_error[0]})
        return [(str(path), files.file_version(path)) for path in paths]

    # What the caches hold of it -----------------------------------------------------------------------------------------------

    @property
    def model(self):
        """Its networks, on the CPU; RevisionError if the weights are missing or damaged."""
        return revision_data.load_model(self)

    def check_model(self) -> None:
        """RevisionError if the weights are missing or damaged."""
        revision_data.load_model(self)

    @cached_property
    def codes(self):
        """The `CodeSet` of its images; None before its first codes. Those that are not stored with the revision are
        encoded here, and DataError is raised without their images."""
        return revision_data.load_codes(self)

    @property
    def prior(self):
        """The prior imposed on its codes (in a dimensionality reduction, §7, the mixture of it around all heads), or None."""
        return revision_data.load_prior(self)

    @property
    def content_names(self) -> tuple[str, ...]:
        """The names of the contents that the decoder takes beside z; () if it takes none."""
        return revision_data.content_names(self)

    @property
    def region_names(self) -> tuple[str, ...]:
        """The names of the prior's regions; () if they have none."""
        return revision_data.region_names(self)

    @cached_property
    def originals(self) -> Originals | None:
        """The images of its data set that can be looked at; None if there are none."""
        return code_sets.find_originals(self)

    @cached_property
    def missing_data_reason(self) -> str:
        """Why its whole data set cannot be used, as the beginning of a sentence; "" if it can."""
        return code_sets.data_unavailable_reason(self)

    @property
    def has_data(self) -> bool:
        """Whether its whole data set is on this machine, and not a different one of the same name."""
        return not self.missing_data_reason

    @property
    def can_sample_codes(self) -> bool:
        """Whether codes can be drawn from q(z|x): the posterior is Gaussian, and there are images to encode."""
        return self.config.posterior == "gaussian" and self.originals is not None

    @cached_property
    def has_original_images(self) -> bool:
        """Whether the images of the codes shown are on this machine."""
        return revision_data.has_original_images(self)


def open_snapshot(ref: str) -> RevisionSnapshot:
    """The snapshot of a revision by its id, any unambiguous beginning of it, or "latest"."""
    return take_snapshot(Store().open(ref))


def take_snapshot(stored: Revision, code_set_name: str = "probe", status: Status | None = None) -> RevisionSnapshot:
    """The snapshot of a revision as it is now. status: its status, if that was just read."""
    if status is None:
        status = stored.status
    codes_cache_key = stored.codes_cache_key
    notes_version = files.file_version(stored.path / "notes.json")
    cache_key = hashlib.sha256(repr((codes_cache_key, notes_version, status.state)).encode()).hexdigest()[:16]
    return RevisionSnapshot(stored, status, codes_cache_key, cache_key, code_set_name)
