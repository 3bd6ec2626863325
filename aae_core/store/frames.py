"""The time machine of a revision: the codes of its probe set, and D's surface, at earlier steps of the training.

During a training, each frame is a file of its own, so that a crash loses none of the earlier ones:

    frames/<step>.safetensors           z fp16 n×d; content int16 n where it is inferred; judged fp16 S×S where codes of two
                                        dimensions are judged. Metadata: the revision's stamp, epoch, split, losses,
                                        distance, box
    frames/<step>.decoder.safetensors   the decoder at that step, fp16, at a few of these steps: the key frames
    frames/marks.json                   the steps from which the training was resumed

A revision of the gallery has all of them in one file:

    frames.safetensors                  frames.z F×n×d, frames.content F×n, frames.judged F×S×S, decoder.<step>.<name>.
                                        Metadata: stamp, split, the metadata of each of the F frames, the steps of the key
                                        frames, and those from which the training was resumed

`frame_recorder` writes the folder, and `copy_to_frame_file` the single file. This module reads and checks both: a damaged
frame is reported, and the others can still be opened. Shapes: n codes of the probe set in d dimensions, F frames, S =
SURFACE_SIDE.
"""

import json
import math
import re
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated

import numpy as np
from msgspec import Meta

from aae_core import files, records
from aae_core.config import derived
from aae_core.config.derived import discriminator_takes_shown_codes, discriminator_uses_code_regions
from aae_core.errors import ConfigError, RevisionError
from aae_core.records import Count

FRAMES_FOLDER, MARKS_FILE, FRAMES_FILE = "frames", "marks.json", "frames.safetensors"
MAX_FRAMES = 200  # frames of a training, at most
MIN_FRAMES = 40  # frames for which there is room even if the codes are large, since then only some of these are kept
BYTES_BUDGET = 15_000_000  # bytes of all frames and key frames of a training
MIN_FRAMES_BESIDE_KEYS = 120  # frames for which there must be room besides key frames
MAX_KEY_FRAMES = 12  # key frames, at most
FRAME_HEADER_BYTES = 1_200  # bytes of a frame besides its arrays, at most
SURFACE_SIDE = 40  # cells of D's surface along each axis
# bytes of a file that is read
FRAME_BYTES_LIMIT, DECODER_BYTES_LIMIT, FRAME_FILE_BYTES_LIMIT = 2 * 2**20, 64 * 2**20, 64 * 2**20
MAX_LISTED_FRAMES = 2 * MAX_FRAMES  # more frames than a training can have left
ARRAY_NAMES = "z", "content", "judged"  # the arrays of a frame
FILE_NAME = re.compile(r"(\d{9})(\.decoder)?\.safetensors")


@dataclass(frozen=True)
class _MarksRecord:
    """The record in marks.json."""

    resumed: list[Count]


@dataclass(frozen=True)
class FrameMetadata:
    """The metadata of a frame.

    losses: by phase, each a mean over the last few steps. distance: from q(z) to p(z), by the history's
    `prior_distance_metric_name`, or None. box: the centres of the first and last cell of D's surface, x0, x1, y0, y1, or None.
    """

    step: Annotated[int, Meta(ge=0, le=10**9 - 1)]
    epoch: float
    losses: dict[str, float]
    distance: float | None
    box: tuple[float, float, float, float] | None


@dataclass(frozen=True)
class _FrameFileMetadata:
    """The metadata of a file of frames besides the revision's stamp; the steps of its frames are ascending."""

    frames: list[FrameMetadata]
    keys: list[Count]
    resumed: list[Count]


@dataclass(frozen=True)
class FrameBudget:
    """How many frames and key frames a training keeps at most, and the bytes of a frame and of a key frame."""

    max_frames: int
    max_key_frames: int
    frame_bytes: int
    key_frame_bytes: int


@dataclass(frozen=True)
class Frame(FrameMetadata):
    """One moment of a training. z: fp16 n×d. content: int16 n, or None if none is inferred. judged: D's surface, D(z)
    in 0..1 on a grid, fp16 S×S with rows upwards, or None."""

    z: np.ndarray = field(repr=False)
    content: np.ndarray | None = field(repr=False)
    judged: np.ndarray | None = field(repr=False)


@dataclass(frozen=True)
class History:
    """The frames of a revision, the earliest first.

    rows: which codes of the probe set each frame holds, int64 n. distance_name: the name of the frames' distance in
    `metrics.METRICS`. keys: the steps whose decoder was kept. resumed: the steps from which the training was resumed.
    troubles: a sentence about each file or frame that could not be read.
    """

    frames: tuple[Frame, ...] = field(repr=False)
    rows: np.ndarray = field(repr=False)
    distance_name: str
    keys: tuple[int, ...] = ()
    resumed: tuple[int, ...] = ()
    troubles: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.frames)

    def __getitem__(self, index: int) -> Frame:
        return self.frames[index]

    def nearest(self, step: int) -> Frame:
        """The frame with the nearest step; RevisionError if there are no frames."""
        if not self.frames:
            raise RevisionError(
                "This revision has no frames: it was trained before there were any, or they were removed."
            )
        return min(self.frames, key=lambda frame: abs(frame.step - step))


class FrameFolder:
    """The frames in a folder, each a file of its own."""

    def __init__(self, path: Path):
        self.path = path

    def file_of(self, step: int, is_key_frame: bool = False) -> Path:
        """The file of the frame of a step, or of the decoder of a key frame."""
        return self.path / f"{step:09d}{'.decoder' if is_key_frame else ''}.safetensors"

    def steps(self, key_frames: bool = False) -> list[int]:
        if not self.path.is_dir():
            return []
        with files.raise_os_errors_as(self.path, "read"):
            matches = [FILE_NAME.fullmatch(file.name) for file in self.path.iterdir()]
        return sorted(int(match[1]) for match in matches if match and bool(match[2]) == key_frames)

    def resumed_steps(self) -> list[int]:
        file = self.path / MARKS_FILE
        return sorted(set(records.read_record(_MarksRecord, file, files.JSON_LIMIT).resumed)) if file.exists() else []

    def read_frame(self, step: int, expected_arrays: dict) -> tuple[dict, files.TensorHeader, FrameMetadata]:
        tensors, header = files.read_tensors(self.file_of(step), expected_arrays, FRAME_BYTES_LIMIT)
        return tensors, header, records.parse_metadata(FrameMetadata, header.metadata, self.file_of(step))

    def read_decoder(self, step: int, expected_arrays: dict) -> tuple[dict, files.TensorHeader]:
        path = self.file_of(step, is_key_frame=True)
        tensors, header = files.read_tensors(path, expected_arrays, DECODER_BYTES_LIMIT)
        if header.metadata.get("step") != str(step):
            raise RevisionError(f"{path} is of another step; put the right file back.")
        return tensors, header


class FrameFile:
    """The frames in a single file, of which only the requested parts are read."""

    def __init__(self, path: Path):
        self.path = path

    def file_of(self, step: int, is_key_frame: bool = False) -> Path:
        return self.path

    def steps(self, key_frames: bool = False) -> list[int]:
        return sorted(set(self._metadata.keys)) if key_frames else [frame.step for frame in self._metadata.frames]

    def resumed_steps(self) -> list[int]:
        return sorted(set(self._metadata.resumed))

    def read_frame(self, step: int, expected_arrays: dict) -> tuple[dict, files.TensorHeader, FrameMetadata]:
        frames = self._metadata.frames
        expected_stacks = {name: (dtype, (len(frames), *shape)) for name, (dtype, shape) in expected_arrays.items()}
        row = self.steps().index(step)
        tensors, header = self._read_arrays("frames.", expected_stacks, row)
        return tensors, header, frames[row]

    def read_decoder(self, step: int, expected_arrays: dict) -> tuple[dict, files.TensorHeader]:
        return self._read_arrays(f"decoder.{step:09d}.", expected_arrays)

    def _read_arrays(self, prefix, expected_arrays, row=None):
        """The arrays whose names begin with `prefix`, or one row of each, and the header; RevisionError unless they
        have the types and shapes `expected_arrays`."""
        header, tensors = self._open_file
        names = {name.removeprefix(prefix): name for name in header.tensors if name.startswith(prefix)}
        tensor_headers = {short_name: header.tensors[name] for short_name, name in names.items()}
        files.check_tensors(self.path, replace(header, tensors=tensor_headers), expected_arrays)

        def read_array(name):
            return files.read_tensor(tensors, name) if row is None else tensors.get_slice(name)[row]

        return {short_name: read_array(name) for short_name, name in names.items()}, header

    @cached_property
    def _metadata(self):
        return _read_frame_file_metadata(self.path, files.file_version(self.path))

    @cached_property
    def _open_file(self):
        return files.open_tensors(self.path, FRAME_FILE_BYTES_LIMIT)


@lru_cache(maxsize=64)
def _read_frame_file_metadata(path, _mark):
    """The metadata of a file of frames, which are read again only if its file has changed."""
    metadata = records.parse_metadata(
        _FrameFileMetadata, files.read_tensor_header(path, FRAME_FILE_BYTES_LIMIT).metadata, path
    )
    steps = [frame.step for frame in metadata.frames]
    if steps != sorted(set(steps)):
        raise RevisionError(f"{path} has damaged metadata about its steps; restore it from a copy.")
    return metadata


def open_frame_source(revision) -> FrameFolder | FrameFile:
    """Where the frames of a revision are: in the folder if it has any, else in the single file if there is one.

    Both have `steps` (with `key_frames`, of the key frames) and `resumed_steps` (from which the training was resumed),
    both ascending; `file_of`, the file of a frame; and `read_frame` and `read_decoder`, which read one and raise
    RevisionError for damaged files.
    """
    folder, file_path = FrameFolder(revision.path / FRAMES_FOLDER), revision.path / FRAMES_FILE
    return FrameFile(file_path) if file_path.exists() and not folder.steps() else folder


def frame_steps(revision) -> list[int]:
    """The steps that have a frame, ascending; no frame is read."""
    return open_frame_source(revision).steps()


def recorded_probe_rows(count: int, latent_dim: int, has_content: bool) -> np.ndarray:
    """Which of `count` codes of the probe set a frame keeps: all, or as many as leave room for MIN_FRAMES frames,
    evenly spaced."""
    max_codes = (BYTES_BUDGET // MIN_FRAMES - FRAME_HEADER_BYTES - 2 * SURFACE_SIDE * SURFACE_SIDE) // _bytes_per_code(
        latent_dim, has_content
    )
    return np.linspace(0, count - 1, min(count, max(1, max_codes))).round().astype(np.int64)


def has_discriminator_surface(config) -> bool:
    """Whether frames hold D's surface: codes must have two dimensions, and D must judge them without regard to a
    class."""
    return (
        config.latent_dim == 2
        and discriminator_takes_shown_codes(config)
        and not discriminator_uses_code_regions(config)
    )


def plan_frames(n_codes: int, latent_dim: int, has_content: bool, has_surface: bool, decoder_bytes: int) -> FrameBudget:
    """How many frames, with `n_codes` codes of `latent_dim` dimensions, and decoders of `decoder_bytes` bytes fit into
    BYTES_BUDGET bytes.

    has_content: whether each code has a content. has_surface: whether D's surface is kept. Up to three key frames take
    precedence over frames (as long as MIN_FRAMES_BESIDE_KEYS frames fit); more of them are kept only if there is room
    left.
    """
    frame_bytes = FRAME_HEADER_BYTES + n_codes * _bytes_per_code(latent_dim, has_content)
    if has_surface:
        frame_bytes += 2 * SURFACE_SIDE**2
    for key_frames in (3, 2, 1):
        room = (BYTES_BUDGET - key_frames * decoder_bytes) // frame_bytes
        if room >= MIN_FRAMES_BESIDE_KEYS:
            max_frames = min(MAX_FRAMES, room)
            return FrameBudget(
                max_frames,
                min(MAX_KEY_FRAMES, (BYTES_BUDGET - max_frames * frame_bytes) // decoder_bytes),
                frame_bytes,
                decoder_bytes,
            )
    return FrameBudget(min(MAX_FRAMES, BYTES_BUDGET // frame_bytes), 0, frame_bytes, decoder_bytes)


def _bytes_per_code(latent_dim, has_content):
    """The bytes of a code in a frame, with its content if this is inferred; each number takes two."""
    return 2 * (latent_dim + 1) if has_content else 2 * latent_dim


def plan_frames_of_model(model, n_probe_codes: int) -> FrameBudget:
    """The plan of the training of a `Model` with `n_probe_codes` probe codes; no weight is read."""
    config, has_content = model.config, model.variant.categorical
    decoder_bytes = sum(value.numel() * min(2, value.element_size()) for value in model.decoder.state_dict().values())
    n_codes = len(recorded_probe_rows(n_probe_codes, config.latent_dim, has_content))
    return plan_frames(
        n_codes, config.latent_dim, has_content, has_discriminator_surface(config), decoder_bytes + FRAME_HEADER_BYTES
    )


def prior_distance_metric_name(config) -> str:
    """The name in `metrics.METRICS` of the distance from q(z) to p(z) that frames hold."""
    return "js" if config.latent_dim == 2 else "mmd2"


def load_history(revision) -> History:
    """All frames of a revision that can be read. What is damaged, foreign or too large is left out, and `troubles` says
    so."""
    probe, config, source, troubles = revision.probe(), revision.config, open_frame_source(revision), []

    def read_or_note(read, fallback):
        try:
            return read()
        except RevisionError as error:
            troubles.append(str(error))
            return fallback

    steps = read_or_note(source.steps, []) if probe is not None else []
    if len(steps) > MAX_LISTED_FRAMES:
        troubles.append(
            f"{source.path} holds {len(steps):,} frames, but at most {MAX_FRAMES} are expected; the first {MAX_FRAMES} are shown."
        )
        steps = steps[:MAX_FRAMES]
    probe_rows = recorded_probe_rows(
        0 if probe is None else len(probe.z), config.latent_dim, revision.variant.categorical
    )
    frames_or_none = [
        read_or_note(lambda step=step: read_frame(revision, source, step, len(probe_rows), probe.split), None)
        for step in steps
    ]
    frames = tuple(frame for frame in frames_or_none if frame is not None)
    readable_steps = {frame.step for frame in frames}
    keys = tuple(step for step in read_or_note(lambda: source.steps(key_frames=True), []) if step in readable_steps)
    resumed_steps = tuple(read_or_note(source.resumed_steps, []))
    return History(
        frames, probe_rows, prior_distance_metric_name(config), keys, resumed_steps, tuple(dict.fromkeys(troubles))
    )


def load_first_codes(revision) -> np.ndarray | None:
    """The codes of the probe set at the earliest frame, float32 n×d, NaN where the frame leaves a code out; None if there is no
    frame. RevisionError if the frame is damaged."""
    probe, source = revision.probe(), open_frame_source(revision)
    steps = source.steps()
    if probe is None or not steps:
        return None
    probe_rows = recorded_probe_rows(len(probe.z), revision.config.latent_dim, revision.variant.categorical)
    codes = np.full(probe.z.shape, np.nan, np.float32)
    codes[probe_rows] = read_frame(revision, source, steps[0], len(probe_rows), probe.split).z
    return codes


def read_frame(revision, source, step: int | None, n_codes: int, split: str, surface_side: int = SURFACE_SIDE) -> Frame:
    """The frame of a step (None: of any) with `n_codes` codes of images of `split`; RevisionError if it is damaged, too
    large, or belongs to other images or to another revision."""
    config, path = revision.config, source.file_of(step)
    has_content, has_surface = revision.variant.categorical, has_discriminator_surface(config)
    expected_arrays = {"z": ("F16", (n_codes, config.latent_dim))}
    expected_arrays |= {"content": ("I16", (n_codes,))} if has_content else {}
    expected_arrays |= {"judged": ("F16", (surface_side, surface_side))} if has_surface else {}
    tensors, header, metadata = source.read_frame(step, expected_arrays)
    revision.check_identity(path, header)
    if header.metadata.get("split", "test") != split:
        raise RevisionError(f"{path} shows other images than the probe set; it is left out.")

    def refuse_if(is_wrong, complaint):
        if is_wrong:
            raise RevisionError(
                f"The frame of step {metadata.step:,} in {path} {complaint}; it is left out, and the others stay."
            )

    refuse_if(step not in (None, metadata.step) or len(metadata.losses) > 8, "has damaged metadata about its step")
    with np.errstate(over="ignore"):  # infinities are looked for afterwards
        z, surface = (tensors[name].astype(np.float16) if name in tensors else None for name in ("z", "judged"))
    all_finite = all(np.isfinite(values).all() for values in (z, surface) if values is not None)
    refuse_if(not all_finite, "holds numbers that are not finite")
    content, box = tensors.get("content"), metadata.box if has_surface else None
    if has_content:
        k = len(derived.content_names(config, revision.data.classes))
        refuse_if(not ((content >= 0) & (content < k)).all(), "names contents that this revision does not have")
    if has_surface:
        refuse_if(not ((surface >= 0) & (surface <= 1)).all(), "holds values of D that are not from 0 to 1")
        refuse_if(box is None or not (box[0] < box[1] and box[2] < box[3]), "does not say where D's surface lies")
    return Frame(**vars(metadata) | {"box": box}, z=z, content=content, judged=surface)


def format_metadata(epoch: float, losses: dict, distance: float | None, box, split: str) -> dict[str, str]:
    """The metadata of a frame besides the revision's stamp, from which `FrameMetadata` is read."""
    finite_losses = {phase: value for phase, value in losses.items() if math.isfinite(value)}
    fields = {"losses": finite_losses, "distance": distance, "box": None if box is None else list(box)}
    return {"epoch": repr(float(epoch)), "split": split, **{key: json.dumps(value) for key, value in fields.items()}}


def load_model_at(revision, step: int):
    """The revision's model with the decoder of a key frame; encoder and D are the final ones.

    Raises ConfigError if the decoder of that step was not kept, RevisionError if its file is damaged or foreign.
    """
    from aae_core.store.weights import arrays_to_tensors

    model = revision.model()
    model.decoder.load_state_dict(arrays_to_tensors(_read_decoder(revision, step, model.decoder)))
    return model


def _read_decoder(revision, step, template) -> dict[str, np.ndarray]:
    """The tensors of the decoder of a key frame, which must fit the module `template`; errors as of `load_model_at`."""
    from aae_core.store.weights import network_dtypes_and_shapes

    source = open_frame_source(revision)
    key_steps = source.steps(key_frames=True)
    if step not in key_steps:
        listed_steps = ", ".join(f"{key_step:,}" for key_step in key_steps) or "none"
        raise ConfigError(
            f"The decoder of step {step:,} was not saved; decoders were saved at the steps {listed_steps}."
        )
    path = source.file_of(step, is_key_frame=True)
    tensors, header = source.read_decoder(step, network_dtypes_and_shapes(template))
    revision.check_identity(path, header)
    if not all(np.isfinite(values).all() for values in tensors.values()):
        raise RevisionError(
            f"The decoder of step {step:,} in {path} holds numbers that are not finite; the others stay."
        )
    return tensors


def copy_to_frame_file(revision, destination: Path, max_frames: int, max_decoders: int = 0) -> None:
    """Write at most `max_frames` readable frames of a revision, with at most `max_decoders` decoders, both evenly
    spaced on a logarithmic axis of steps, as the single file in the folder of a copy of the revision. RevisionError if one of
    these decoders is damaged."""
    full_history = load_history(revision)
    if not full_history.frames:
        return
    key_steps = thin_out_steps(list(full_history.keys), max_decoders) if max_decoders else []
    chosen_steps = thin_out_steps([frame.step for frame in full_history.frames], max_frames, key_steps)
    chosen_frames = [frame for frame in full_history.frames if frame.step in chosen_steps]
    stacks = {name: [getattr(frame, name) for frame in chosen_frames] for name in ARRAY_NAMES}
    tensors = {f"frames.{name}": np.stack(values) for name, values in stacks.items() if values[0] is not None}
    template = revision.model().decoder if key_steps else None
    for step in key_steps:
        tensors |= {
            f"decoder.{step:09d}.{name}": values for name, values in _read_decoder(revision, step, template).items()
        }
    frame_metadata = [
        {name: getattr(frame, name) for name in FrameMetadata.__dataclass_fields__} for frame in chosen_frames
    ]
    file_metadata = {"frames": frame_metadata, "keys": key_steps, "resumed": full_history.resumed}
    metadata = {"split": revision.probe().split, **{key: json.dumps(value) for key, value in file_metadata.items()}}
    files.write_tensors(destination / FRAMES_FILE, tensors, revision.identity_metadata() | metadata)


def thin_out_steps(steps: list[int], max_steps: int, fixed=()) -> list[int]:
    """At most `max_steps` (2 or more) of the ascending steps `steps`: the most crowded ones are left out, except for
    those that are `fixed` (at most `max_steps` − 2)."""
    kept_steps = list(steps)
    while len(kept_steps) > max_steps:
        del kept_steps[most_crowded_index(kept_steps, fixed)]
    return kept_steps


def most_crowded_index(steps: list[int], fixed=()) -> int:
    """The index, in three or more ascending steps, of the step whose neighbours are closest to each other on a
    logarithmic axis; never the first, the last or one that is `fixed`."""
    logs = np.log(np.asarray(steps, float) + 10)
    gaps = logs[2:] - logs[:-2]
    return 1 + int(np.argmin(np.where(np.isin(steps[1:-1], list(fixed)), np.inf, gaps)))
