"""A revision on disk: its configuration, its status, and the contents of its files. This module does not import torch.

`revision.Revision` adds what a trained model can do.
"""

import hashlib
import json
import os
import re
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Annotated

import numpy as np
from msgspec import Meta

from aae_core import __version__, files, places, plugins, records
from aae_core.config import configuration, derived
from aae_core.config.variants import VARIANTS, Variant
from aae_core.data.features import Features, are_consistent_features
from aae_core.data.images.tones import Tones
from aae_core.errors import ConfigError, RevisionError
from aae_core.records import Count, ItemShape, NonNegative, ShortRepr, Text
from aae_core.store import status as statuses
from aae_core.store.status import MeasureValue, Status
from aae_core.wording import adapt_image_words, program_name, translate

CONFIG_FORMAT, FORMER_CONFIG_FORMAT = 2, 1  # of config.json, now and in versions before 2.0
CONFIG_BYTES_LIMIT = 2**23  # bytes of config.json, which may name thousands of features
MAX_LOG_LINES, MAX_LOG_BYTES = 40, 16_384  # of a worker's log that are shown, at most
METRICS_BYTES_LIMIT = 64 * 2**20  # bytes of metrics.jsonl
# rows that are read of it (a training logs some 2,000), and bytes of each
MAX_METRICS_ROWS, MAX_METRICS_LINE_BYTES = 10_000, 2**17
MAX_NOTES_CHARACTERS = 20_000  # characters
MAX_PROBE_CODES = 5_000  # codes of the probe set
SPARE_FILE, SPARE_FILE_BYTES = ".spare", 16_384  # a file that reserves the bytes that a status needs at most
SPLITS = ("train", "test")  # from which the images of the probe set can come


@dataclass(frozen=True, repr=False)
class StoredDataSummary(ShortRepr):
    """What a revision stores about its data. shape: C, H, W of an image, or 1, 1, F of a row of a table. train, test:
    the numbers of images or rows. features: those of a table. margins: whether images of other proportions were kept
    whole. checksum: that of a data set of the user's own; None in older revisions. tones: how the values of image files
    became levels, if not by their whole scale on white. layer: of the .h5ad file from which the data set was made; None for
    X, for other files, and in older revisions. has_groups: True if the training items are in groups that are held out
    whole; None without groups, and in older revisions, whose trainings divide groups."""

    name: Text
    title: Text
    shape: ItemShape
    classes: tuple[Text, ...]
    train: Annotated[int, Meta(ge=0, le=2**31)]
    test: Annotated[int, Meta(ge=0, le=2**31)]
    features: Features | None = None
    margins: bool | None = None
    checksum: Text | None = None
    tones: Tones | None = None
    layer: Text | None = None
    has_groups: bool | None = None

    @property
    def is_table(self) -> bool:
        """Whether the data are the rows of a table and not images."""
        return self.features is not None

    def difference_from(self, current, compare_counts: bool = True) -> str:
        """How the data set that has this name now, with the summary `current`, differs from the one stored here, in a
        clause; "" if it is the same. compare_counts: whether the numbers of items must agree."""
        if (self.shape, self.classes) != (tuple(current.shape), current.classes):
            return translate("its items have another size or other classes")
        if compare_counts and (self.train, self.test) != (current.train, current.test):
            text = translate("{train} training and {test} test images then, {train_now} and {test_now} now")
            return adapt_image_words(text, self.is_table).format(
                train=f"{self.train:,}",
                test=f"{self.test:,}",
                train_now=f"{current.train:,}",
                test_now=f"{current.test:,}",
            )
        if self.features and current.features and self.features.columns != current.features.columns:
            return translate("its features have other names or types")
        if self.checksum and current.checksum and self.checksum != current.checksum:
            return translate("other data were added under its name")
        return ""


@dataclass(frozen=True)
class ContinuedFrom:
    """revision: the id of the revision whose training is continued; step: the steps that it had taken."""

    revision: Text
    step: Count


@dataclass(frozen=True)
class _ConfigRecord:
    """The record in config.json; `config` is then parsed by `configuration.from_dict`. former_settings: those of an upgraded
    revision that no longer exist."""

    created: Text
    config: dict
    data: StoredDataSummary
    versions: dict[str, Text]
    id: Text | None = None
    plugins: dict[str, Text] = field(default_factory=dict)
    continued_from: ContinuedFrom | None = None
    request_key: str = ""
    former_settings: dict = field(default_factory=dict)


class FormerRevisionError(RevisionError):
    """A revision was written before version 2.0, and not upgraded since."""


def parse_config_record(record: dict, file: Path) -> _ConfigRecord:
    """The JSON object of a config.json; RevisionError if it is invalid, or of another format than this version's,
    FormerRevisionError if that of a version before 2.0."""
    if record.get("format") == FORMER_CONFIG_FORMAT:
        raise FormerRevisionError(
            f"{file} was written before version 2.0; '{program_name()} upgrade' rewrites it, and all others of its folder."
        )
    return records.parse_record(_ConfigRecord, record, file, format_number=CONFIG_FORMAT)


@dataclass(frozen=True)
class Annotations:
    """The record in notes.json: the user's label of a revision (None: not set), and notes about it."""

    label: Text | None = None
    notes: Text = ""


class AnnotationConflictError(RevisionError):
    """A label or notes that were to be saved were changed by somebody else since they were read. field_name: "label" or
    "notes". present_text: the present text. rejected_text: the text that was to be saved."""

    def __init__(self, id_: str, field_name: str, present_text: str, rejected_text: str):
        message = {"label": f"The label of {id_} was", "notes": f"The notes of {id_} were"}[field_name]
        message += " changed by somebody else meanwhile, so yours was not saved. "
        super().__init__(f"{message}The other text is “{present_text}”; yours is “{rejected_text}”.")
        self.field_name, self.present_text, self.rejected_text = field_name, present_text, rejected_text


@dataclass(frozen=True)
class _MetricsRow:
    """A line of metrics.jsonl: losses by phase and, in some lines, measures."""

    step: Count
    epoch: NonNegative
    seconds: NonNegative = 0.0
    samples_per_second: NonNegative = 0.0
    losses: dict[str, float | None] = field(default_factory=dict)
    measures: dict[str, MeasureValue] = field(default_factory=dict)


def _parse_metrics_row(line: bytes, location: str) -> dict:
    """The row in a line of metrics.jsonl, without keys that a _MetricsRow lacks, since nothing limits their values;
    RevisionError, which names the line's `location`, if it is damaged."""
    if len(line) > MAX_METRICS_LINE_BYTES:
        raise RevisionError(
            f"{location} is {len(line):,} bytes long, but at most {MAX_METRICS_LINE_BYTES:,} are allowed; restore it from a copy."
        )
    record = files.parse_json_object(line, location)
    records.parse_record(_MetricsRow, record, location)
    return {key: value for key, value in record.items() if key in _MetricsRow.__dataclass_fields__}


@dataclass(frozen=True)
class _ProbeMetadata:
    """The moment of the codes according to the metadata of probe.safetensors."""

    step: Annotated[int, Meta(ge=0, le=10**9)]
    epoch: NonNegative


@dataclass(frozen=True, repr=False)
class ProbeCodes(ShortRepr):
    """The codes of the probe set. z: float32 N×d. labels: int64 N (−1 = unlabelled), used to colour the codes, not for
    training. index: int64 N, the numbers of the images in `split`, "train" (or "test" in older revisions). content:
    int64 N, the content y with which the decoder decodes each code, −1 where unknown: the likeliest of q(y|x) if it is
    inferred, else the label."""

    z: np.ndarray
    labels: np.ndarray
    index: np.ndarray
    content: np.ndarray
    split: str


class RevisionFolder:
    """One training and everything it left, in the folder `path`.

    continued_from: the training that it continues, None if it began anew. request_key: of the press of a button that started
    it, "" if none. not_resumable_reason: why it cannot be trained
    further, as a clause; "" if it can. missing_plugin_reason: which
    plug-in it lacks, in a sentence; "" if none. Raises RevisionError, in one sentence, if its config.json is missing,
    truncated, too large, invalid or of an unknown format.
    """

    def __init__(self, path, gallery: bool = False):
        self.path, self.gallery = Path(path), gallery
        self.id = self.path.name
        file = self.path / "config.json"
        record = files.read_json(file, CONFIG_BYTES_LIMIT)
        card = parse_config_record(record, file)
        features, shape = card.data.features, card.data.shape
        if features and not (shape[:2] == (1, 1) and are_consistent_features(features, shape[2])):
            raise RevisionError(f"{file} has features that do not fit each other or its rows; restore it from a copy.")
        if card.data.tones and not card.data.tones.is_valid:
            raise RevisionError(f"{file} has a range whose ends are not in order; restore it from a copy.")
        self.created, self.versions, self.data = card.created, card.versions, card.data
        self.continued_from, self.request_key = card.continued_from, card.request_key
        self.not_resumable_reason = configuration.lost_settings_reason(card.former_settings)
        missing_plugin, self._name = plugins.missing_plugin_reason(card.plugins), str(card.config.get("name", ""))
        self.missing_plugin_reason = f"{self.id} {missing_plugin}" if missing_plugin else ""
        try:
            self._config = None if missing_plugin else configuration.from_dict(card.config)
        except ConfigError as error:
            reason, writing_version = str(error), card.versions.get("aae_core", "")
            if _is_newer(writing_version):
                reason = f"it was written by version {writing_version[:20]}, and this is {__version__}; open it with that one."
            raise RevisionError(f"{file} cannot be used: {reason}") from error
        identity = [record.get("id"), record["config"] | card.former_settings, record["data"]]
        self.fingerprint = hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()

    def __repr__(self):
        return f"<{type(self).__name__} {self.id}>"

    @property
    def config(self) -> configuration.Config:
        """The configuration of the training; RevisionError if it needs a plug-in that is missing, without which it
        cannot be read."""
        if self._config is None:
            raise RevisionError(self.missing_plugin_reason)
        return self._config

    @property
    def variant(self) -> Variant:
        """The variant of its configuration; errors as of `config`."""
        return VARIANTS[self.config.variant]

    @property
    def status(self) -> Status:
        """The present status. If its file is damaged or missing, a failed status that says what is lost; RevisionError
        if it cannot be read at present, or is of another format."""
        file = self.path / "status.json"
        try:
            return statuses.read_status(file)
        except RevisionError as error:
            step, resume_file = 0, self.path / "resume.safetensors"
            with suppress(RevisionError, ValueError):  # there are no weights, or none that can be read
                step = max(0, int(files.read_tensor_header(self.path / "weights.safetensors").metadata.get("step", 0)))
            return statuses.status_of_damaged_file(file, error, step, resume_file.exists() and not self.gallery)

    @property
    def measures(self) -> dict:
        """The latest measures by name, as in `metrics.METRICS`."""
        return self.status.measures

    @property
    def label(self) -> str:
        """The user's own name for it; "" if none was given."""
        label = self.annotations.label
        return self._name if label is None else label

    @property
    def notes(self) -> str:
        """The user's notes about it; "" if there are none."""
        return self.annotations.notes

    @property
    def annotations(self) -> Annotations:
        """The user's label and notes; RevisionError if their file is damaged."""
        file = self.path / "notes.json"
        return records.read_record(Annotations, file, statuses.RECORD_BYTES_LIMIT) if file.exists() else Annotations()

    def annotate(self, label: str | None = None, notes: str | None = None, known: str | None = None) -> None:
        """Set the label or the notes; None leaves them unchanged. known: the text that the new one is to replace, by
        default any; AnnotationConflictError if there is another text now. RevisionError for the gallery, ConfigError for a
        text that is too long."""
        self.check_not_in_gallery("annotated")
        if label is not None and (len(label) > 200 or not label.isprintable()):
            raise ConfigError("A label has at most 200 printable characters; shorten it.")
        if notes is not None and (len(notes) > MAX_NOTES_CHARACTERS or notes.encode(errors="ignore").decode() != notes):
            raise ConfigError(
                f"Notes have at most {MAX_NOTES_CHARACTERS:,} characters, all of which can be displayed; shorten or correct them."
            )
        changes = {key: text for key, text in {"label": label, "notes": notes}.items() if text is not None}
        with files.lock(self.path / ".notes.lock", f"The notes of {self.id} are being written; try again.", 3.0):
            for key, text in changes.items():
                if known is not None and (present_text := getattr(self, key)) not in (known, text):
                    raise AnnotationConflictError(self.id, key, present_text, text)
            files.write_checksummed_json(self.path / "notes.json", asdict(replace(self.annotations, **changes)))

    @property
    def cache_key(self) -> str:
        """A key for caches, which changes whenever weights, probe codes, label, notes or state change."""
        marks = *self.codes_cache_key, files.file_version(self.path / "notes.json")
        return hashlib.sha256(repr((marks, self.status.state)).encode()).hexdigest()[:16]

    @property
    def codes_cache_key(self) -> tuple:
        """A key that changes whenever weights or probe codes are written."""
        return tuple(files.file_version(self.path / name) for name in ("weights.safetensors", "probe.safetensors"))

    def metrics(self) -> list[dict]:
        """The logged rows: step, epoch, seconds, samples_per_second, losses by phase and, on some, measures. Of more
        than MAX_METRICS_ROWS, which no training logs, so many evenly spaced ones with the first and the last.

        [] if there is no file yet; RevisionError, which names the line, if it is damaged.
        """
        file = self.path / "metrics.jsonl"
        if not file.exists():
            return []
        content = files.strip_checksum(files.read_bytes(file, METRICS_BYTES_LIMIT), file)
        if not content and self.status.step:
            raise RevisionError(f"{file} is empty, although steps were taken; restore it from a copy.")
        return [
            _parse_metrics_row(line, f"Line {number} of {file}")
            for number, line in files.evenly_spaced_lines(content, MAX_METRICS_ROWS)
        ]

    def probe(self) -> ProbeCodes | None:
        """The codes of the probe set as last written, None while there are none; RevisionError if the file is damaged
        or foreign."""
        file = self.path / "probe.safetensors"
        if not file.exists():
            return None
        tensors, header = files.read_tensors(file)
        self.check_identity(file, header)
        is_content_inferred = self.variant.categorical
        if tensors.keys() != {"z", "labels", "index"} | ({"content"} if is_content_inferred else set()):
            raise RevisionError(
                f"{file} does not hold the probe codes; put the right file back, or resume the training."
            )
        z, labels, index = tensors["z"].astype(np.float32), tensors["labels"], tensors["index"]
        content = tensors.get("content", labels)
        count = len(labels) if labels.ndim == 1 else -1
        shapes_match = z.shape == (count, self.config.latent_dim) and index.shape == content.shape == (count,)
        all_integers = all(numbers.dtype.kind in "iu" for numbers in (labels, index, content))
        n_classes = len(self.data.classes)
        n_contents = len(derived.content_names(self.config, self.data.classes)) if is_content_inferred else n_classes
        all_in_range = all(
            ((values >= -1) & (values < upper_bound)).all()
            for values, upper_bound in ((labels, n_classes), (content, n_contents))
        )
        split = header.metadata.get("split")
        if not shapes_match or not all_integers or not all_in_range or not np.isfinite(z).all() or split not in SPLITS:
            raise RevisionError(f"{file} does not fit this revision; put the right file back, or resume the training.")
        return ProbeCodes(z, *(numbers.astype(np.int64) for numbers in (labels, index, content)), split)

    def probe_step_and_epoch(self) -> tuple[int, float]:
        """The step and epoch of the codes of `probe`; those of the status if its file cannot be read."""
        file = self.path / "probe.safetensors"
        try:
            metadata = records.parse_metadata(_ProbeMetadata, files.read_tensor_header(file).metadata, file)
        except RevisionError:
            metadata = self.status
        return metadata.step, metadata.epoch

    def file_sizes(self) -> dict[str, int]:
        """The bytes of each file, except those still being written, and of all frames together under "frames"."""
        sizes = {file.name: size for file, size in _iterate_complete_files(self.path)}
        frame_bytes = sum(size for _, size in _iterate_complete_files(self.path / "frames"))
        return sizes | ({"frames": frame_bytes} if frame_bytes else {})

    def check_same_data(self, dataset, compare_counts: bool = True) -> None:
        """RevisionError if a data set is not the one on which the revision was trained; compare_counts: as for
        `StoredDataSummary.difference_from`."""
        difference = self.data.difference_from(dataset.summary, compare_counts)
        if difference:
            raise RevisionError(
                f"The data set {dataset.name} has changed since {self.id} was trained ({difference}); restore the original."
            )

    def check_not_in_gallery(self, participle: str) -> None:
        """RevisionError if it belongs to the gallery, which is read-only; participle: the participle for the
        sentence."""
        if self.gallery:
            raise RevisionError(
                f"{self.id} belongs to the gallery and cannot be {participle}; train a revision of your own."
            )

    def lock(self, timeout: float = 0.0):
        """A context in which no other process writes results; RevisionError if a worker holds the lock for longer than
        `timeout` seconds."""
        busy_message = f"{self.id} is being trained by another worker; pause or stop that one first."
        return files.lock(self.path / "worker.lock", busy_message, timeout)

    def write_metrics(self, rows: list[dict]) -> None:
        """Rewrite all rows, because appending could leave a truncated line, sealed with a checksum; without rows,
        remove the file."""
        lines = "".join(json.dumps(statuses.finite_or_none(row)) + "\n" for row in rows)
        if rows:
            files.write_atomic(self.path / "metrics.jsonl", files.add_checksum(lines))
        else:
            files.remove(self.path / "metrics.jsonl")

    def labelled_indices(self) -> np.ndarray | None:
        """The numbers (int64, ascending) of the training images whose labels it was given; None if these are all, or
        none."""
        file = self.path / "labelled.safetensors"
        if not file.exists():
            return None
        tensors, header = files.read_tensors(file)
        self.check_identity(file, header)
        index = tensors.get("index")
        if tensors.keys() != {"index"} or index.ndim != 1 or index.dtype.kind not in "iu":
            raise RevisionError(f"{file} does not hold the numbers of images; put the right file back.")
        return index.astype(np.int64)

    def write_labelled_indices(self, index: np.ndarray) -> None:
        """Write the numbers of the training images whose labels are used; RevisionError if they cannot be written."""
        files.write_tensors(self.path / "labelled.safetensors", {"index": index}, self.identity_metadata())

    def write_probe(
        self, probe: ProbeCodes, z_type=np.float32, step_and_epoch: tuple[int, float] | None = None
    ) -> None:
        """Write the probe codes (with `z_type`, fp16 for the gallery) and their step and epoch, by default those of the
        status; RevisionError if they cannot be written."""
        step, epoch = step_and_epoch or (self.status.step, self.status.epoch)
        tensors = {"z": probe.z.astype(z_type), "labels": probe.labels, "index": probe.index}
        if self.variant.categorical:
            tensors["content"] = probe.content
        metadata = {"epoch": repr(float(epoch)), "split": probe.split}
        files.write_tensors(self.path / "probe.safetensors", tensors, self.identity_metadata(step) | metadata)

    def identity_metadata(self, step: int | None = None) -> dict[str, str]:
        """The metadata that identifies a tensor file as belonging to this revision."""
        metadata = {"format": str(statuses.FORMAT), "revision": self.fingerprint}
        return metadata if step is None else {**metadata, "step": str(step)}

    def check_identity(self, path, header: files.TensorHeader) -> None:
        """RevisionError unless the file was written for this revision."""
        if header.metadata.get("format") != str(statuses.FORMAT):
            raise RevisionError(f"{path} is of an unknown format; open it with the version that wrote it.")
        if header.metadata.get("revision") != self.fingerprint:
            raise RevisionError(
                f"{path} was written for another revision; put the file of this one back, or train again."
            )

    def write_status(self, status: Status, **changes) -> Status:
        """Write the status with these changes, and return the changed status; RevisionError if it cannot be written."""
        status = replace(status, **changes)
        files.write_checksummed_json(self.path / "status.json", statuses.to_record(status))
        return status

    def reserve_disk_space(self) -> None:
        """Reserve some space on the disk, if there is any, so that a failure can be recorded even when the disk is
        full. The bytes are random, because a file system with compression would reserve nothing for zeros."""
        with suppress(RevisionError):
            files.write_atomic(self.path / SPARE_FILE, os.urandom(SPARE_FILE_BYTES))

    def release_disk_space(self) -> None:
        """Release the space that `reserve_disk_space` reserved."""
        with suppress(OSError):
            (self.path / SPARE_FILE).unlink(missing_ok=True)

    def request(self) -> str | None:
        """The request to the worker, "pause" or "stop"; None if there is none."""
        with suppress(RevisionError):  # there is none, or none that can be read
            request = files.read_json(self.path / "request.json", statuses.RECORD_BYTES_LIMIT).get("request")
            return request if request in ("pause", "stop") else None
        return None

    def write_request(self, request: str | None) -> None:
        """Ask the worker to "pause" or "stop"; None withdraws the request."""
        file = self.path / "request.json"
        if request is not None:
            files.write_checksummed_json(file, {"request": request})
        else:
            files.remove(file)


def _is_newer(version: str) -> bool:
    """Whether a version of this project, such as "1.10.2", is later than the running one."""
    versions = [[int(part) for part in re.findall(r"\d{1,9}", text)] for text in (version, __version__)]
    return versions[0] > versions[1]


def _iterate_complete_files(folder: Path):
    """Yield the complete files of a folder with their bytes; a file that disappears meanwhile is left out."""
    for file in sorted(folder.iterdir()) if folder.is_dir() else []:
        mark = files.file_version(file)
        if mark and not file.name.startswith(".") and file.is_file():
            yield file, mark[2]


def folder_size(path) -> int:
    """The bytes of all files in a folder and its subfolders; what disappears meanwhile counts 0."""
    total = 0
    with suppress(OSError), os.scandir(path) as entries:
        for entry in entries:
            with suppress(OSError):
                is_folder = entry.is_dir(follow_symlinks=False)
                total += folder_size(entry.path) if is_folder else entry.stat(follow_symlinks=False).st_size
    return total


def read_log_tail(path: Path) -> str:
    """The last MAX_LOG_LINES lines (at most MAX_LOG_BYTES) of the log of the revision in a folder; "" without a log.
    The folders of the revision, the code, Python and the user's home are removed from paths, and control characters
    from the text."""
    try:
        with open(path / "worker.log", "rb", opener=files.nofollow_opener) as log_file:
            size = log_file.seek(0, os.SEEK_END)
            log_file.seek(max(0, size - MAX_LOG_BYTES))
            text = log_file.read(MAX_LOG_BYTES).decode(errors="replace")
    except OSError:
        return ""
    text = "".join(character for character in text if character.isprintable() or character in "\n\t")
    for folder in (path, places.CODE_FOLDER, Path(sys.prefix), Path.home()):
        text = text.replace(f"{folder}{os.sep}", "")
    return "\n".join(text.splitlines()[-MAX_LOG_LINES:])
