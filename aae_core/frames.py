"""The time machine of a revision: its probe set's codes, and D's surface, as they were at earlier steps of the training.

    frames/<step>.safetensors           z fp16 n×d; content int16 n where it is inferred; judged fp16 S×S where codes of two
                                        dimensions are judged. Metadata: the revision's stamp, epoch, split, losses,
                                        distance, box
    frames/<step>.decoder.safetensors   the decoder of then, fp16, at a few of these steps: the key frames
    frames/marks.json                   the steps from which the training was resumed

`frame_recorder` writes them while a model trains. Here they are read, and nothing of it is believed: each file by itself, so
that one which is damaged is told and the others still open. Shapes: n of the probe set's codes, of d dimensions.
"""

import json
import math
import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from aae_core import config as configuration
from aae_core import files, records
from aae_core.config import judges_by_region, judges_codes
from aae_core.errors import ConfigError, RevisionError
from aae_core.records import within
from aae_core.variants import VARIANTS

FOLDER, MARKS = "frames", "marks.json"
MOST = 200  # frames of a run
LEAST = 40  # of a run whose codes are so large that fewer of them are kept
BUDGET = 15_000_000  # bytes of a run, its key frames counted in
HEAD = 1_200  # bytes of a frame beside its arrays, at most
SIDE = 40  # cells of D's surface on either axis
FRAME_LIMIT, DECODER_LIMIT = 2 * 2**20, 64 * 2**20  # bytes of a file that is read
TOO_MANY = 2 * MOST  # files, beyond which a folder is not what a training left
NAME = re.compile(r"(\d{9})\.safetensors")
KEY = re.compile(r"(\d{9})\.decoder\.safetensors")


@dataclass(frozen=True)
class _Marks:
    """A marks.json."""

    resumed: list[int] = within()


@dataclass(frozen=True)
class _Told:
    """What a frame's metadata says beside the revision's stamp."""

    step: int
    epoch: float
    losses: dict[str, float]
    distance: float | None
    box: tuple[float, float, float, float] | None


@dataclass(frozen=True)
class Frame:
    """One moment of a training.

    losses: each phase's, a mean over the last few steps, as far as there were any; distance: of q(z) to p(z) by the
    history's `measure`, or None. z: fp16 n×d; content: int16 n, or None where none is inferred; judged: D(z) in 0..1 on a
    grid, fp16 S×S, rows upwards, or None; box: the first and last cell's middle across and upwards.
    """

    step: int
    epoch: float
    losses: dict[str, float]
    distance: float | None
    z: np.ndarray = field(repr=False)
    content: np.ndarray | None = field(default=None, repr=False)
    judged: np.ndarray | None = field(default=None, repr=False)
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True)
class History:
    """The frames of a revision, the earliest first.

    rows: which of the probe set's codes are in each, int64 n. measure: name of the distance, one of `measures.MEASURES`.
    keys: the steps whose decoder was kept. resumed: the steps from which the training was resumed. troubles: a sentence on
    each file that could not be read.
    """

    frames: tuple[Frame, ...] = field(repr=False)
    rows: np.ndarray = field(repr=False)
    measure: str
    keys: tuple[int, ...] = ()
    resumed: tuple[int, ...] = ()
    troubles: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.frames)

    def __getitem__(self, number: int) -> Frame:
        return self.frames[number]

    def nearest(self, step: int) -> Frame:
        """The frame whose step is nearest; RevisionError where there is none."""
        if not self.frames:
            raise RevisionError(
                "This revision has no frames: it was trained before there were any, or they were removed."
            )
        return min(self.frames, key=lambda frame: abs(frame.step - step))


def path_of(revision, step: int, key: bool = False) -> Path:
    """Where the frame of a step is kept, or the decoder of a key frame."""
    return revision.path / FOLDER / f"{step:09d}{'.decoder' if key else ''}.safetensors"


def steps(revision, name: re.Pattern = NAME) -> list[int]:
    """The steps of which there is a frame (or for `name` KEY a decoder), ascending; nothing is read."""
    folder = revision.path / FOLDER
    if not folder.is_dir():
        return []
    with files.explained(folder, "read"):
        return sorted(int(found[1]) for file in folder.iterdir() if (found := name.fullmatch(file.name)))


def rows(count: int, dim: int, inferred: bool) -> np.ndarray:
    """Which of `count` codes of the probe set a frame keeps: all, or evenly spread as many as LEAST frames have room for."""
    room = (BUDGET // LEAST - HEAD - 2 * SIDE * SIDE) // (2 * dim + 2 * inferred)
    return np.linspace(0, count - 1, min(count, max(1, room))).round().astype(np.int64)


def judges(config) -> bool:
    """Whether frames have D's surface: of codes of two dimensions, which D judges alike whatever their class."""
    return config.latent_dim == 2 and judges_codes(config) and not judges_by_region(config)


def measure_of(config) -> str:
    """The distance of q(z) to p(z) that frames hold, by its name in `measures.MEASURES`."""
    return "js" if config.latent_dim == 2 else "mmd2"


def resumed(revision) -> list[int]:
    """The steps from which the training was resumed, ascending; RevisionError if the file that lists them is damaged."""
    file = revision.path / FOLDER / MARKS
    if not file.exists():
        return []
    return sorted(set(records.read(_Marks, file, files.HEADER_LIMIT).resumed))


def history(revision) -> History:
    """All frames of a revision that can be read; no frames at all where none were recorded.

    A file that is damaged, foreign or too large is left out, and `troubles` says so.
    """
    probe, config = revision.probe(), revision.config
    there, troubles = (steps(revision), []) if probe is not None else ([], [])
    if len(there) > TOO_MANY:
        troubles.append(
            f"{revision.path / FOLDER} holds {len(there):,} frames where at most {MOST} are expected; the first {MOST} are shown."
        )
        there = there[:MOST]
    kept = rows(0 if probe is None else len(probe.z), config.latent_dim, VARIANTS[config.variant].categorical)
    found, marks = [], []
    for step in there:
        try:
            found.append(read_frame(revision, step, len(kept), probe.split))
        except RevisionError as error:
            troubles.append(str(error))
    try:
        marks = resumed(revision)
    except RevisionError as error:
        troubles.append(str(error))
    good = {frame.step for frame in found}
    keys = tuple(step for step in steps(revision, KEY) if step in good)
    return History(tuple(found), kept, measure_of(config), keys, tuple(marks), tuple(troubles))


def read_frame(revision, step: int, count: int, split: str) -> Frame:
    """The frame of a step with `count` codes of images of `split`; RevisionError if it is missing, damaged, too large, of other
    images or another revision's."""
    path, config = path_of(revision, step), revision.config
    inferred, judged = VARIANTS[config.variant].categorical, judges(config)
    expected = {"z": ("F16", (count, config.latent_dim))}
    expected |= {"content": ("I16", (count,))} if inferred else {}
    expected |= {"judged": ("F16", (SIDE, SIDE))} if judged else {}
    tensors, header = files.read_tensors(path, expected, FRAME_LIMIT)
    revision.check_stamp(path, header)
    if header.metadata.get("split", "test") != split:
        raise RevisionError(f"{path} shows other images than the probe set; remove it, and the other frames stay.")
    told = records.told(_Told, header.metadata, path)
    if told.step != step or len(told.losses) > 8:
        raise RevisionError(f"{path} has damaged metadata about its step; remove it, and the other frames stay.")
    with np.errstate(over="ignore"):  # infinities are looked for afterwards
        z, surface = (tensors[name].astype(np.float16) if name in tensors else None for name in ("z", "judged"))
    if not all(np.isfinite(values).all() for values in (z, surface) if values is not None):
        raise RevisionError(f"{path} holds numbers that are not finite; remove it, and the other frames stay.")
    if judged and not ((surface >= 0) & (surface <= 1)).all():
        raise RevisionError(f"{path} holds values of D that are not from 0 to 1; remove it, and the other frames stay.")
    content = tensors.get("content")
    if inferred:
        k = len(configuration.contents(config, revision.data.classes))
        if not ((content >= 0) & (content < k)).all():
            raise RevisionError(
                f"{path} names contents that this revision does not have; remove it, and the other frames stay."
            )
    box = told.box
    if judged and (box is None or not (box[0] < box[1] and box[2] < box[3])):
        raise RevisionError(f"{path} does not say where D's surface lies; remove it, and the other frames stay.")
    return Frame(step, told.epoch, told.losses, told.distance, z, content, surface, box if judged else None)


def tell(epoch: float, losses: dict, distance: float | None, box, split: str) -> dict[str, str]:
    """What a frame's metadata says beside the revision's stamp; the inverse of what reading takes from it."""
    finite = {phase: value for phase, value in losses.items() if math.isfinite(value)}
    told = {"losses": finite, "distance": distance, "box": None if box is None else list(box)}
    return {"epoch": repr(float(epoch)), "split": split, **{key: json.dumps(value) for key, value in told.items()}}


def model_at(revision, step: int):
    """The revision's model with the decoder of a key frame (encoder and D are those of now).

    Raises ConfigError if the decoder of that step was not kept, RevisionError if its file is damaged or foreign.
    """
    import torch

    from aae_core.weights import DTYPES

    there = steps(revision, KEY)
    if step not in there:
        told = ", ".join(f"{each:,}" for each in there) or "none"
        raise ConfigError(f"The decoder of step {step:,} was not kept; it was at these steps: {told}.")
    model, path = revision.model(), path_of(revision, step, key=True)
    own = model.decoder.state_dict()
    expected = {name: (DTYPES[value.dtype], tuple(value.shape)) for name, value in own.items()}
    tensors, header = files.read_tensors(path, expected, DECODER_LIMIT)
    revision.check_stamp(path, header)
    if not all(np.isfinite(values).all() for values in tensors.values()):
        raise RevisionError(f"{path} holds numbers that are not finite; remove it, and the other key frames stay.")
    model.decoder.load_state_dict({name: torch.from_numpy(values.copy()) for name, values in tensors.items()})
    return model


def copy(revision, destination: Path, most: int, decoders: int = 0) -> None:
    """Copy at most `most` of a revision's frames, those that can be read, to another folder of the same revision, and at most
    so many decoders of them, both evenly spread on a logarithmic axis; the marks go with them. RevisionError if one of these
    decoders is damaged."""
    found = history(revision)
    if not found.frames:
        return
    folder = destination / FOLDER
    with files.explained(folder):
        folder.mkdir()
    keys = spread(list(found.keys), decoders) if decoders else []
    for step in keys:
        model_at(revision, step)  # a damaged one would show here, not at whoever opens the gallery
        source = path_of(revision, step, key=True)
        files.write_atomic(folder / source.name, files.read_bytes(source, DECODER_LIMIT))
    for step in spread([frame.step for frame in found.frames], most, keys):
        source = path_of(revision, step)
        files.write_atomic(folder / source.name, files.read_bytes(source, FRAME_LIMIT))
    if found.resumed:
        files.write_json(folder / MARKS, {"resumed": list(found.resumed)})


def spread(there: list[int], most: int, fixed=()) -> list[int]:
    """At most `most` (2 or more) of ascending steps, those left out where they stand closest on a logarithmic axis; those that
    are `fixed`, at most `most` − 2 of them, stay."""
    kept = list(there)
    while len(kept) > most:
        del kept[crowded(kept, fixed)]
    return kept


def crowded(there: list[int], fixed=()) -> int:
    """The place, in three or more ascending steps, of the one whose neighbours are closest to each other on a logarithmic
    axis; neither the first nor the last, nor one that is `fixed`."""
    logs = np.log(np.asarray(there, float) + 10)
    gaps = logs[2:] - logs[:-2]
    return 1 + int(np.argmin(np.where(np.isin(there[1:-1], list(fixed)), np.inf, gaps)))
