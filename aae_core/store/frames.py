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

`frame_recorder` writes the folder, and `copy` the single file. This module reads and checks both: a damaged frame is reported,
and the others can still be opened. Shapes: n codes of the probe set in d dimensions, F frames, S = SIDE.
"""

import json
import math
import re
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np

from aae_core import files, records
from aae_core.config import derived
from aae_core.config.derived import judges_by_region, judges_codes
from aae_core.errors import ConfigError, RevisionError
from aae_core.records import within

FOLDER, MARKS, FILM = "frames", "marks.json", "frames.safetensors"
MOST = 200  # frames of a training, at most
LEAST = 40  # frames for which there is room even if the codes are large, since then only some of these are kept
BUDGET = 15_000_000  # bytes of all frames and key frames of a training
FEWEST = 120  # frames for which there must be room besides key frames
KEYS = 12  # key frames, at most
HEAD = 1_200  # bytes of a frame besides its arrays, at most
SIDE = 40  # cells of D's surface along each axis
FRAME_LIMIT, DECODER_LIMIT, FILM_LIMIT = 2 * 2**20, 64 * 2**20, 64 * 2**20  # bytes of a file that is read
TOO_MANY = 2 * MOST  # more frames than a training can have left
ARRAYS = "z", "content", "judged"  # the arrays of a frame
NAME = re.compile(r"(\d{9})(\.decoder)?\.safetensors")


@dataclass(frozen=True)
class _Marks:
    """The record in marks.json."""

    resumed: list[int] = within()


@dataclass(frozen=True)
class Moment:
    """The metadata of a frame.

    losses: by phase, each a mean over the last few steps. distance: from q(z) to p(z), by the history's `distance_name`, or None.
    box: the centres of the first and last cell of D's surface, x0, x1, y0, y1, or None.
    """

    step: int = within(high=10**9 - 1)
    epoch: float
    losses: dict[str, float]
    distance: float | None
    box: tuple[float, float, float, float] | None


@dataclass(frozen=True)
class _Card:
    """The metadata of a film besides the revision's stamp; the steps of its frames are ascending."""

    frames: list[Moment]
    keys: list[int] = within()
    resumed: list[int] = within()


@dataclass(frozen=True)
class Plan:
    """How many frames and key frames a training keeps at most, and the bytes of a frame and of a key frame."""

    frames: int
    keys: int
    frame: int
    key: int


@dataclass(frozen=True)
class Frame(Moment):
    """One moment of a training. z: fp16 n×d. content: int16 n, or None if none is inferred. judged: D's surface, D(z) in 0..1 on
    a grid, fp16 S×S with rows upwards, or None."""

    z: np.ndarray = field(repr=False)
    content: np.ndarray | None = field(repr=False)
    judged: np.ndarray | None = field(repr=False)


@dataclass(frozen=True)
class History:
    """The frames of a revision, the earliest first.

    rows: which codes of the probe set each frame holds, int64 n. distance_name: the name of the frames' distance in
    `metrics.METRICS`. keys: the steps whose decoder was kept. resumed: the steps from which the training was resumed. troubles: a
    sentence about each file or frame that could not be read.
    """

    frames: tuple[Frame, ...] = field(repr=False)
    rows: np.ndarray = field(repr=False)
    distance_name: str
    keys: tuple[int, ...] = ()
    resumed: tuple[int, ...] = ()
    troubles: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.frames)

    def __getitem__(self, number: int) -> Frame:
        return self.frames[number]

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

    def place(self, step: int, key: bool = False) -> Path:
        """The file of the frame of a step, or of the decoder of a key frame."""
        return self.path / f"{step:09d}{'.decoder' if key else ''}.safetensors"

    def steps(self, key: bool = False) -> list[int]:
        if not self.path.is_dir():
            return []
        with files.explained(self.path, "read"):
            found = [NAME.fullmatch(file.name) for file in self.path.iterdir()]
        return sorted(int(name[1]) for name in found if name and bool(name[2]) == key)

    def resumed(self) -> list[int]:
        file = self.path / MARKS
        return sorted(set(records.read(_Marks, file, files.JSON_LIMIT).resumed)) if file.exists() else []

    def frame(self, step: int, expected: dict) -> tuple[dict, files.Header, Moment]:
        tensors, header = files.read_tensors(self.place(step), expected, FRAME_LIMIT)
        return tensors, header, records.from_metadata(Moment, header.metadata, self.place(step))

    def decoder(self, step: int, expected: dict) -> tuple[dict, files.Header]:
        path = self.place(step, key=True)
        tensors, header = files.read_tensors(path, expected, DECODER_LIMIT)
        if header.metadata.get("step") != str(step):
            raise RevisionError(f"{path} is of another step; put the right file back.")
        return tensors, header


class Film:
    """The frames in a single file, of which only the requested parts are read."""

    def __init__(self, path: Path):
        self.path = path

    def place(self, step: int, key: bool = False) -> Path:
        return self.path

    def steps(self, key: bool = False) -> list[int]:
        return sorted(set(self._card.keys)) if key else [told.step for told in self._card.frames]

    def resumed(self) -> list[int]:
        return sorted(set(self._card.resumed))

    def frame(self, step: int, expected: dict) -> tuple[dict, files.Header, Moment]:
        told = self._card.frames
        stacked = {name: (kind, (len(told), *shape)) for name, (kind, shape) in expected.items()}
        row = self.steps().index(step)
        tensors, header = self._read("frames.", stacked, row)
        return tensors, header, told[row]

    def decoder(self, step: int, expected: dict) -> tuple[dict, files.Header]:
        return self._read(f"decoder.{step:09d}.", expected)

    def _read(self, prefix, expected, row=None):
        """The arrays whose names begin with `prefix`, or one row of each, and the header; RevisionError unless they have the
        types and shapes `expected`."""
        header, tensors = self._opened
        names = {name.removeprefix(prefix): name for name in header.tensors if name.startswith(prefix)}
        there = {short: header.tensors[name] for short, name in names.items()}
        files.check_tensors(self.path, replace(header, tensors=there), expected)

        def read(name):
            return files.read_tensor(tensors, name) if row is None else tensors.get_slice(name)[row]

        return {short: read(name) for short, name in names.items()}, header

    @cached_property
    def _card(self):
        return _card(self.path, files.mark(self.path))

    @cached_property
    def _opened(self):
        return files.open_tensors(self.path, FILM_LIMIT)


@lru_cache(maxsize=64)
def _card(path, _mark):
    """The metadata of a film, which are read again only if its file has changed."""
    card = records.from_metadata(_Card, files.read_header(path, FILM_LIMIT).metadata, path)
    there = [told.step for told in card.frames]
    if there != sorted(set(there)):
        raise RevisionError(f"{path} has damaged metadata about its steps; restore it from a copy.")
    return card


def source_of(revision) -> FrameFolder | Film:
    """Where the frames of a revision are: in the folder if it has any, else in the film if there is one.

    Both have the methods `steps` (with `key`, of the key frames) and `resumed` (the steps from which the training was resumed),
    both ascending; `place` (the file of a frame); and `frame` and `decoder`, which read one. They raise RevisionError for damaged
    files.
    """
    folder, film = FrameFolder(revision.path / FOLDER), revision.path / FILM
    return Film(film) if film.exists() and not folder.steps() else folder


def steps(revision) -> list[int]:
    """The steps that have a frame, ascending; no frame is read."""
    return source_of(revision).steps()


def rows(count: int, dim: int, inferred: bool) -> np.ndarray:
    """Which of `count` codes of the probe set a frame keeps: all, or as many as leave room for LEAST frames, evenly spaced."""
    room = (BUDGET // LEAST - HEAD - 2 * SIDE * SIDE) // _code_bytes(dim, inferred)
    return np.linspace(0, count - 1, min(count, max(1, room))).round().astype(np.int64)


def judges(config) -> bool:
    """Whether frames hold D's surface: codes must have two dimensions, and D must judge them without regard to a class."""
    return config.latent_dim == 2 and judges_codes(config) and not judges_by_region(config)


def plan(count: int, dim: int, inferred: bool, judged: bool, decoder: int) -> Plan:
    """How many frames, with `count` codes of `dim` dimensions, and decoders of `decoder` bytes fit into BUDGET bytes.

    inferred: whether each code has a content. judged: whether D's surface is kept. Up to three key frames take precedence over
    frames (as long as FEWEST frames fit); more of them are kept only if there is room left.
    """
    frame = HEAD + count * _code_bytes(dim, inferred)
    if judged:
        frame += 2 * SIDE**2
    for keys in (3, 2, 1):
        room = (BUDGET - keys * decoder) // frame
        if room >= FEWEST:
            frames = min(MOST, room)
            return Plan(frames, min(KEYS, (BUDGET - frames * frame) // decoder), frame, decoder)
    return Plan(min(MOST, BUDGET // frame), 0, frame, decoder)


def _code_bytes(dim, inferred):
    """The bytes of a code in a frame, with its content if this is inferred; each number takes two."""
    return 2 * (dim + 1) if inferred else 2 * dim


def plan_of(model, count: int) -> Plan:
    """The plan of the training of a `Model` with `count` probe codes; no weight is read."""
    config, inferred = model.config, model.variant.categorical
    decoder = sum(value.numel() * min(2, value.element_size()) for value in model.decoder.state_dict().values())
    n = len(rows(count, config.latent_dim, inferred))
    return plan(n, config.latent_dim, inferred, judges(config), decoder + HEAD)


def distance_name(config) -> str:
    """The name in `metrics.METRICS` of the distance from q(z) to p(z) that frames hold."""
    return "js" if config.latent_dim == 2 else "mmd2"


def history(revision) -> History:
    """All frames of a revision that can be read. What is damaged, foreign or too large is left out, and `troubles` says so."""
    probe, config, source, troubles = revision.probe(), revision.config, source_of(revision), []

    def attempt(read, otherwise):
        try:
            return read()
        except RevisionError as error:
            troubles.append(str(error))
            return otherwise

    there = attempt(source.steps, []) if probe is not None else []
    if len(there) > TOO_MANY:
        troubles.append(
            f"{source.path} holds {len(there):,} frames, but at most {MOST} are expected; the first {MOST} are shown."
        )
        there = there[:MOST]
    of = rows(0 if probe is None else len(probe.z), config.latent_dim, revision.variant.categorical)
    read = [attempt(lambda step=step: _frame(revision, source, step, len(of), probe.split), None) for step in there]
    found = tuple(frame for frame in read if frame is not None)
    good = {frame.step for frame in found}
    keys = tuple(step for step in attempt(lambda: source.steps(key=True), []) if step in good)
    marks = tuple(attempt(source.resumed, []))
    return History(found, of, distance_name(config), keys, marks, tuple(dict.fromkeys(troubles)))


def _frame(revision, source, step, count, split) -> Frame:
    """The frame of a step with `count` codes of images of `split`; RevisionError if it is damaged, too large, or belongs to other
    images or to another revision."""
    config, path = revision.config, source.place(step)
    inferred, judged = revision.variant.categorical, judges(config)
    expected = {"z": ("F16", (count, config.latent_dim))}
    expected |= {"content": ("I16", (count,))} if inferred else {}
    expected |= {"judged": ("F16", (SIDE, SIDE))} if judged else {}
    tensors, header, told = source.frame(step, expected)
    revision.check_stamp(path, header)
    if header.metadata.get("split", "test") != split:
        raise RevisionError(f"{path} shows other images than the probe set; it is left out.")

    def refuse_if(wrong, what):
        if wrong:
            raise RevisionError(f"The frame of step {step:,} in {path} {what}; it is left out, and the others stay.")

    refuse_if(told.step != step or len(told.losses) > 8, "has damaged metadata about its step")
    with np.errstate(over="ignore"):  # infinities are looked for afterwards
        z, surface = (tensors[name].astype(np.float16) if name in tensors else None for name in ("z", "judged"))
    finite = all(np.isfinite(values).all() for values in (z, surface) if values is not None)
    refuse_if(not finite, "holds numbers that are not finite")
    content, box = tensors.get("content"), told.box if judged else None
    if inferred:
        k = len(derived.contents(config, revision.data.classes))
        refuse_if(not ((content >= 0) & (content < k)).all(), "names contents that this revision does not have")
    if judged:
        refuse_if(not ((surface >= 0) & (surface <= 1)).all(), "holds values of D that are not from 0 to 1")
        refuse_if(box is None or not (box[0] < box[1] and box[2] < box[3]), "does not say where D's surface lies")
    return Frame(**vars(told) | {"box": box}, z=z, content=content, judged=surface)


def metadata_of(epoch: float, losses: dict, distance: float | None, box, split: str) -> dict[str, str]:
    """The metadata of a frame besides the revision's stamp, from which `Moment` is read."""
    finite = {phase: value for phase, value in losses.items() if math.isfinite(value)}
    told = {"losses": finite, "distance": distance, "box": None if box is None else list(box)}
    return {"epoch": repr(float(epoch)), "split": split, **{key: json.dumps(value) for key, value in told.items()}}


def model_at(revision, step: int):
    """The revision's model with the decoder of a key frame; encoder and D are the final ones.

    Raises ConfigError if the decoder of that step was not kept, RevisionError if its file is damaged or foreign.
    """
    from aae_core.store.weights import tensors_of

    model = revision.model()
    model.decoder.load_state_dict(tensors_of(_decoder(revision, step, model.decoder)))
    return model


def _decoder(revision, step, like) -> dict[str, np.ndarray]:
    """The tensors of the decoder of a key frame, which must fit the module `like`; errors as of `model_at`."""
    from aae_core.store.weights import form_of

    source = source_of(revision)
    there = source.steps(key=True)
    if step not in there:
        told = ", ".join(f"{each:,}" for each in there) or "none"
        raise ConfigError(f"The decoder of step {step:,} was not saved; decoders were saved at the steps {told}.")
    path = source.place(step, key=True)
    tensors, header = source.decoder(step, form_of(like))
    revision.check_stamp(path, header)
    if not all(np.isfinite(values).all() for values in tensors.values()):
        raise RevisionError(
            f"The decoder of step {step:,} in {path} holds numbers that are not finite; the others stay."
        )
    return tensors


def copy(revision, destination: Path, most: int, decoders: int = 0) -> None:
    """Write at most `most` readable frames of a revision, with at most `decoders` decoders, both evenly spaced on a logarithmic
    axis of steps, as the film in the folder of a copy of the revision. RevisionError if one of these decoders is damaged."""
    found = history(revision)
    if not found.frames:
        return
    keys = thin_steps(list(found.keys), decoders) if decoders else []
    chosen = thin_steps([frame.step for frame in found.frames], most, keys)
    taken = [frame for frame in found.frames if frame.step in chosen]
    stacks = {name: [getattr(frame, name) for frame in taken] for name in ARRAYS}
    tensors = {f"frames.{name}": np.stack(values) for name, values in stacks.items() if values[0] is not None}
    like = revision.model().decoder if keys else None
    for step in keys:
        tensors |= {f"decoder.{step:09d}.{name}": values for name, values in _decoder(revision, step, like).items()}
    told = [{name: getattr(frame, name) for name in Moment.__dataclass_fields__} for frame in taken]
    card = {"frames": told, "keys": keys, "resumed": found.resumed}
    metadata = {"split": revision.probe().split, **{key: json.dumps(value) for key, value in card.items()}}
    files.write_tensors(destination / FILM, tensors, revision.stamp() | metadata)


def thin_steps(there: list[int], most: int, fixed=()) -> list[int]:
    """At most `most` (2 or more) of the ascending steps `there`: the most crowded ones are left out, except for those that are
    `fixed` (at most `most` − 2)."""
    kept = list(there)
    while len(kept) > most:
        del kept[most_crowded(kept, fixed)]
    return kept


def most_crowded(there: list[int], fixed=()) -> int:
    """The index, in three or more ascending steps, of the step whose neighbours are closest to each other on a logarithmic axis;
    never the first, the last or one that is `fixed`."""
    logs = np.log(np.asarray(there, float) + 10)
    gaps = logs[2:] - logs[:-2]
    return 1 + int(np.argmin(np.where(np.isin(there[1:-1], list(fixed)), np.inf, gaps)))
