"""Files that the page makes, by node: read by Pillow, numpy and csv, they hold what they are made of."""

import csv
import io
import itertools
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.ImageColor import getrgb

pytest.importorskip("streamlit")
from helpers.environment import few, for_ci, node
from helpers.plane_scenes import make_scene
from helpers.snapshots import fresh_snapshot

from aae_core.config.configuration import configure
from aae_core.jobs import frame_recorder, worker
from aae_core.latent import colours, film
from aae_core.store.revisions import Store
from app.messages import wire_format
from app.scenes import plane_message
from app.server import time_machine

MAKE = Path(__file__).parents[2] / "js" / "files.mjs"
ERROR = 7  # of 255, root mean square, of a colour image that has more than 256 colours


@pytest.fixture
def make_all(tmp_path):
    """make_all(what, given) -> the bytes of a file for each (header, arrays), made by one process."""

    def make_(what, given):
        pairs = [(tmp_path / f"given-{number}", tmp_path / f"made-{number}") for number in range(len(given))]
        for (path, _), (header, arrays) in zip(pairs, given, strict=True):
            path.write_bytes(wire_format.pack_message({"v": 1, **header}, arrays, {}))
        node(MAKE, what, *itertools.chain(*pairs))
        return [created.read_bytes() for _, created in pairs]

    return make_


@pytest.fixture
def make(make_all):
    """make(what, header, arrays) -> the bytes of the file."""
    return lambda what, header=None, arrays=None: make_all(what, [(header or {}, arrays or {})])[0]


def frames_of(content, wanted=None):
    """The frames of a GIF that goes round without end, those of the `wanted` numbers if not all, uint8 N×H×W×3, and the
    milliseconds of each of all."""
    calls, times = [], []
    with Image.open(io.BytesIO(content)) as opened:
        assert opened.info["version"] == b"GIF89a" and opened.info["loop"] == 0
        for number in range(opened.n_frames):
            opened.seek(number)
            times.append(opened.info["duration"])
            if wanted is None or number in wanted:
                calls.append(np.asarray(opened.convert("RGB")))
    return np.stack(calls), times


def animated(make, images, order=None, ms=120):
    """The frames at their images' own size, and the milliseconds of each."""
    order = list(range(len(images))) if order is None else order
    result, times = frames_of(make("gif", {"order": order, "ms": ms}, {"images": images}))
    scale = max(1, 224 // images.shape[2])
    assert result.shape[1:] == (scale * images.shape[1], scale * images.shape[2], 3)
    assert np.array_equal(result[:, ::scale, ::scale].repeat(scale, 1).repeat(scale, 2), result), "pixels are squares"
    return result[:, ::scale, ::scale], times


@pytest.mark.parametrize("channels", [1, 3])
def test_an_animation_of_few_colours_is_exact(make, channels):
    images = np.random.default_rng(channels).integers(0, 256, (6, 14, 9, channels), np.uint8)
    images = images if channels == 1 else images // 52 * 51  # 125 colours
    images[3], images[4, 2:5, 3:7] = images[2], images[3, 2:5, 3:7]
    order = [0, 1, 2, 4, 5, 4, 2, 1, 2, 3]  # the last is the same as the one before
    actual, times = animated(make, images, order)
    assert np.array_equal(actual, np.broadcast_to(images[order[:-1]], (9, 14, 9, 3)))
    assert times == [120] * 8 + [240]


def test_each_image_of_few_colours_is_exact_where_together_they_have_many(make):
    images = np.random.default_rng(0).integers(0, 256, (5, 15, 16, 3), np.uint8)  # at most 240 colours each
    output, times = animated(make, images, ms=33)
    assert np.array_equal(output, images) and times == [30] * 5


def test_of_many_colours_those_are_taken_that_differ_least(make):
    y, x = np.mgrid[:64, :64].astype(float)
    waves = [np.stack([4 * x, 4 * y, 128 + 100 * np.sin(x * y / 300 + k)], -1) for k in range(3)]
    noise = np.random.default_rng(0).normal(128, 40, (64, 64, 3))
    images = np.stack([*waves, noise]).clip(0, 255).astype(np.uint8)
    outcome, _ = animated(make, images)
    errors = np.sqrt(((outcome.astype(float) - images) ** 2).mean((1, 2, 3)))
    for image, error in zip(images, errors, strict=True):
        theirs = np.asarray(Image.fromarray(image).convert("P", palette=Image.Palette.ADAPTIVE).convert("RGB"))
        assert error < np.sqrt(((theirs.astype(float) - image) ** 2).mean()), "less than by Pillow's median cut"
    assert (errors[:3] < ERROR).all()


@for_ci
@pytest.mark.parametrize("count", few([1, 17, 256, 2, 3, 255], 3))
def test_frames_of_any_number_of_colours_and_any_length(make_all, count):
    """Long ones fill the table of the compression many times; short ones end at any place of it."""
    rng = np.random.default_rng(count)
    colours = rng.permutation(256**3)[:count, None] >> np.array([0, 8, 16]) & 255
    films = []
    for shape in ((3, 90, 111), (4, 1, 1), *((2, 1, int(width)) for width in rng.integers(1, 3000, 6))):
        numbers = rng.integers(0, count, shape).astype(np.uint8)
        numbers[1:, :, ::3] = numbers[0, :, ::3]
        films.append(numbers)
    given = [({"ms": 20}, {"numbers": numbers, "palette": colours.astype(np.uint8)}) for numbers in films]
    for numbers, content in zip(films, make_all("frames", given), strict=True):
        frames, times = frames_of(content)
        kept = [0, *(k for k in range(1, len(numbers)) if (numbers[k] != numbers[k - 1]).any())]
        assert np.array_equal(frames, colours[numbers[kept]]) and sum(times or [0]) == 20 * len(numbers)


# Codes ------------------------------------------------------------------------------------------------------------------


def archive(make, chosen, about=None, **arrays):
    rng, count = np.random.default_rng(5), 700
    own = {
        "z": rng.normal(size=(count, 3)).astype(np.float32),
        "labels": rng.integers(-1, 10, count).astype(np.int16),
        "index": rng.permutation(70_000)[:count].astype(np.int32),
    }
    header = {"dim": 3, "split": "train", "here": True, "chosen": chosen, "features": None, **(about or {})}
    with np.load(io.BytesIO(make("archive", header, own | arrays)), allow_pickle=False) as file:
        arrays_by_name = dict(file)
    assert (
        arrays_by_name["z"].dtype == np.float32
        and arrays_by_name["labels"].dtype == arrays_by_name["index"].dtype == np.int64
    )
    for name, values in own.items():
        assert np.array_equal(arrays_by_name.pop(name), values[chosen])
    del own["index"]
    with np.load(io.BytesIO(make("archive", header, own | arrays)), allow_pickle=False) as file:
        assert np.array_equal(file["index"], chosen), "where there is none, the codes are all images in their order"
    assert arrays_by_name.pop("split") == "train"
    return arrays_by_name


def test_chosen_codes_are_a_file_of_numpy(make):
    images = np.random.default_rng(6).integers(0, 256, (700, 6, 5, 3), np.uint8)
    chosen = [3, 0, *range(100, 600)]
    arrays = archive(make, chosen, images=images, image=images[0])
    assert arrays.keys() == {"images"} and np.array_equal(arrays["images"], images[chosen])
    assert arrays["images"].dtype == np.uint8
    assert not archive(make, [1], {"here": False}, images=images, image=images[0]), "the originals are not here"


def test_chosen_rows_keep_their_own_units_and_names(make):
    rows = np.random.default_rng(7).normal(size=(700, 4)).astype(np.float32)
    names = ["alcohol", "größe", "空", "a" * 40]
    charts, level = np.zeros((700, 8, 9, 3), np.uint8), np.zeros((1, 4, 1), np.uint8)
    arrays = archive(make, [5, 6], {"features": {"names": names}}, images=charts, rows=rows, image=level)
    assert arrays.keys() == {"rows", "features"} and arrays["features"].tolist() == names
    assert np.array_equal(arrays["rows"], rows[[5, 6]]) and arrays["rows"].dtype == np.float32


def test_a_table_is_read_by_the_csv_module(make):
    names = ['a "b", c', "two\nlines", "one\rmore", "=1+1", "größe, 空", ""]
    rows = [{"number": k, "name": name, "z": [k / 3, -1e-7]} for k, name in enumerate(names)]
    head, *body = csv.reader(io.StringIO(make("csv", {"rows": rows, "dim": 2, "features": None}).decode(), newline=""))
    assert head == ["number", "class", "z₁", "z₂"]
    assert [(int(k), name, float(a), float(b)) for k, name, a, b in body] == [
        (k, name, k / 3, -1e-7) for k, name in enumerate(names)
    ]


# The time-lapse ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def recorded(tmp_path, monkeypatch):
    """recorded(**settings): a run with all of its frames."""
    monkeypatch.setenv("AAE_CHECKPOINTS", str(tmp_path / "checkpoints"))
    monkeypatch.setattr(frame_recorder.TimeBudget, "allows_another", lambda self: True)
    small = {"network.hidden": (16,), "network.discriminator": (16,), "data": "digits", "steps": 20, "threads": 1}
    return lambda **settings: worker.train(configure(**{**small, **settings}), store=Store())


def in_page(make, revision, view, surface, wanted):
    history, arrays = time_machine.pack_frames(fresh_snapshot(revision))
    shown = make_scene(revision, view)
    header, fields = {"history": history, "surface": surface}, {"draws": shown.plane.samples, "xy": shown.plane.points}
    header |= plane_message._projection_header(shown)
    header["colours"] = [colours.class_colour(k) for k in range(len(revision.data.classes))]
    labels = fresh_snapshot(revision).codes.labels.astype(np.int16)
    fields = {name: values.astype(np.float32) for name, values in fields.items() if values is not None}
    return frames_of(make("film", header, arrays | fields | {"labels": labels}), wanted)


def letters(image):
    """Without the place where the moment is written."""
    image = image.copy()
    image[film.IMAGE_SIDE - 32 : film.IMAGE_SIDE - 8, :260] = 255
    return image


@for_ci
@pytest.mark.parametrize(
    "settings",
    [{}, {"latent_dim": 4}, pytest.param({"variant": "ae"}, marks=pytest.mark.thorough)],
    ids=["plane", "pca", "ae"],
)
def test_the_time_lapse_is_the_one_of_the_terminal(make, recorded, settings):
    """Pixel by pixel but for the letters; a disc may lie one pixel beside, where its middle is between two."""
    revision = recorded(**settings)
    view, wanted = "pca" if "latent_dim" in settings else "pair", (0, 70, 199)
    frames, times = in_page(make, revision, view, False, wanted)
    theirs, others_times = frames_of(film.render_film(revision), wanted)
    assert sum(times) == 11_000 and times[-1] > 1_000 and len(times) == len(others_times) == 200
    assert frames.shape == theirs.shape == (3, film.IMAGE_SIDE, film.IMAGE_SIDE, 3)
    for ours, others in zip(map(letters, frames), map(letters, theirs), strict=True):
        assert (ours != others).any(-1).mean() < 0.01 < (ours != 255).any(-1).mean()


@pytest.mark.thorough
def test_ds_surface_lies_behind_the_codes_of_the_time_lapse(make, recorded):
    revision = recorded()
    (plain, _), (judged, _) = (in_page(make, revision, "pair", surface, [199]) for surface in (False, True))
    codes = np.isin(
        plain[-1] @ [1, 256, 256**2], [getrgb(c) @ np.array([1, 256, 256**2]) for c in colours.CLASS_COLOURS]
    )
    assert codes.mean() > 0.01 and np.array_equal(judged[-1][codes], plain[-1][codes])
    theirs = frames_of(film.render_film(revision, with_surface=True), [199])[0][-1].astype(int)
    ours = judged[-1].astype(int)
    bare = (letters(plain[-1]) == 255).all(-1) & (letters(theirs) != 255).any(-1)
    assert bare.mean() > 0.2 and (ours[bare] != 255).any(-1).all()
    assert np.corrcoef((ours[..., 2] - ours[..., 0])[bare], (theirs[..., 2] - theirs[..., 0])[bare])[0, 1] > 0.95
