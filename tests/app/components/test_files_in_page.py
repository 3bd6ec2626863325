"""Files that the page makes, by node: read by Pillow, numpy and csv, they hold what they are made of."""

import csv
import io
import itertools

import numpy as np
import pytest
from PIL import Image
from PIL.ImageColor import getrgb

pytest.importorskip("streamlit")
from helpers.environment import WEB, mark_for_ci, mark_thorough_cases, run_node
from helpers.plane_scenes import make_scene
from helpers.snapshots import fresh_snapshot

from aae_core.config.configuration import configure
from aae_core.latent import colours, film
from aae_core.runs import frame_recorder, worker
from aae_core.store.revisions import Store
from app.messages import wire_format
from app.scenes import plane_message
from app.server import time_machine

FILES_SCRIPT = WEB / "tests" / "files.mjs"
ERROR = 7  # of 255, root mean square, of a colour image that has more than 256 colours


@pytest.fixture
def make_files(tmp_path):
    """make_files(kind, messages) -> the bytes of a file for each (header, arrays), made by one process."""

    def run_script(kind, messages):
        pairs = [(tmp_path / f"given-{number}", tmp_path / f"made-{number}") for number in range(len(messages))]
        for (path, _), (header, arrays) in zip(pairs, messages, strict=True):
            path.write_bytes(wire_format.pack_message({"v": 1, **header}, arrays, {}))
        run_node(FILES_SCRIPT, kind, *itertools.chain(*pairs))
        return [output_path.read_bytes() for _, output_path in pairs]

    return run_script


@pytest.fixture
def make_file(make_files):
    """make_file(kind, header, arrays) -> the bytes of the file."""
    return lambda kind, header=None, arrays=None: make_files(kind, [(header or {}, arrays or {})])[0]


def frames_of(content, frame_numbers=None):
    """The frames of a GIF that goes round without end, those of `frame_numbers` if not all, uint8 N×H×W×3, and the
    milliseconds of each of all."""
    frames, times = [], []
    with Image.open(io.BytesIO(content)) as animation:
        assert animation.info["version"] == b"GIF89a" and animation.info["loop"] == 0
        for number in range(animation.n_frames):
            animation.seek(number)
            times.append(animation.info["duration"])
            if frame_numbers is None or number in frame_numbers:
                frames.append(np.asarray(animation.convert("RGB")))
    return np.stack(frames), times


def animation_frames(make_file, images, order=None, ms=120):
    """The frames at their images' own size, and the milliseconds of each."""
    order = list(range(len(images))) if order is None else order
    result, times = frames_of(make_file("gif", {"order": order, "ms": ms}, {"images": images}))
    scale = max(1, 224 // images.shape[2])
    assert result.shape[1:] == (scale * images.shape[1], scale * images.shape[2], 3)
    assert np.array_equal(result[:, ::scale, ::scale].repeat(scale, 1).repeat(scale, 2), result), "pixels are squares"
    return result[:, ::scale, ::scale], times


@pytest.mark.parametrize("channels", [1, 3])
def test_an_animation_of_few_colours_is_exact(make_file, channels):
    images = np.random.default_rng(channels).integers(0, 256, (6, 14, 9, channels), np.uint8)
    images = images if channels == 1 else images // 52 * 51  # 125 colours
    images[3], images[4, 2:5, 3:7] = images[2], images[3, 2:5, 3:7]
    order = [0, 1, 2, 4, 5, 4, 2, 1, 2, 3]  # the last is the same as the one before
    actual, times = animation_frames(make_file, images, order)
    assert np.array_equal(actual, np.broadcast_to(images[order[:-1]], (9, 14, 9, 3)))
    assert times == [120] * 8 + [240]


def test_each_image_of_few_colours_is_exact_where_together_they_have_many(make_file):
    images = np.random.default_rng(0).integers(0, 256, (5, 15, 16, 3), np.uint8)  # at most 240 colours each
    output, times = animation_frames(make_file, images, ms=33)
    assert np.array_equal(output, images) and times == [30] * 5


def test_of_many_colours_those_are_taken_that_differ_least(make_file):
    y, x = np.mgrid[:64, :64].astype(float)
    waves = [np.stack([4 * x, 4 * y, 128 + 100 * np.sin(x * y / 300 + k)], -1) for k in range(3)]
    noise = np.random.default_rng(0).normal(128, 40, (64, 64, 3))
    images = np.stack([*waves, noise]).clip(0, 255).astype(np.uint8)
    outcome, _ = animation_frames(make_file, images)
    errors = np.sqrt(((outcome.astype(float) - images) ** 2).mean((1, 2, 3)))
    for image, error in zip(images, errors, strict=True):
        pillow_image = np.asarray(Image.fromarray(image).convert("P", palette=Image.Palette.ADAPTIVE).convert("RGB"))
        assert error < np.sqrt(((pillow_image.astype(float) - image) ** 2).mean()), "less than by Pillow's median cut"
    assert (errors[:3] < ERROR).all()


@mark_for_ci
@pytest.mark.parametrize("count", mark_thorough_cases([1, 17, 256, 2, 3, 255], 3))
def test_frames_of_any_number_of_colours_and_any_length(make_files, count):
    """Long ones fill the table of the compression many times; short ones end at any place of it."""
    rng = np.random.default_rng(count)
    colours = rng.permutation(256**3)[:count, None] >> np.array([0, 8, 16]) & 255
    films = []
    for shape in ((3, 90, 111), (4, 1, 1), *((2, 1, int(width)) for width in rng.integers(1, 3000, 6))):
        numbers = rng.integers(0, count, shape).astype(np.uint8)
        numbers[1:, :, ::3] = numbers[0, :, ::3]
        films.append(numbers)
    messages = [({"ms": 20}, {"numbers": numbers, "palette": colours.astype(np.uint8)}) for numbers in films]
    for numbers, content in zip(films, make_files("frames", messages), strict=True):
        frames, times = frames_of(content)
        frame_indices = [0, *(k for k in range(1, len(numbers)) if (numbers[k] != numbers[k - 1]).any())]
        assert np.array_equal(frames, colours[numbers[frame_indices]]) and sum(times or [0]) == 20 * len(numbers)


# Codes ------------------------------------------------------------------------------------------------------------------


def archive(make_file, indices, header_changes=None, **arrays):
    rng, count = np.random.default_rng(5), 700
    code_arrays = {
        "z": rng.normal(size=(count, 3)).astype(np.float32),
        "labels": rng.integers(-1, 10, count).astype(np.int16),
        "index": rng.permutation(70_000)[:count].astype(np.int32),
    }
    header = {"dim": 3, "split": "train", "here": True, "chosen": indices, "features": None, **(header_changes or {})}
    with np.load(io.BytesIO(make_file("archive", header, code_arrays | arrays)), allow_pickle=False) as file:
        arrays_by_name = dict(file)
    assert (
        arrays_by_name["z"].dtype == np.float32
        and arrays_by_name["labels"].dtype == arrays_by_name["index"].dtype == np.int64
    )
    for name, values in code_arrays.items():
        assert np.array_equal(arrays_by_name.pop(name), values[indices])
    del code_arrays["index"]
    with np.load(io.BytesIO(make_file("archive", header, code_arrays | arrays)), allow_pickle=False) as file:
        assert np.array_equal(file["index"], indices), "where there is none, the codes are all images in their order"
    assert arrays_by_name.pop("split") == "train"
    return arrays_by_name


def test_chosen_codes_are_a_file_of_numpy(make_file):
    images = np.random.default_rng(6).integers(0, 256, (700, 6, 5, 3), np.uint8)
    indices = [3, 0, *range(100, 600)]
    arrays = archive(make_file, indices, images=images, image=images[0])
    assert arrays.keys() == {"images"} and np.array_equal(arrays["images"], images[indices])
    assert arrays["images"].dtype == np.uint8
    assert not archive(make_file, [1], {"here": False}, images=images, image=images[0]), "the originals are not here"


def test_chosen_rows_keep_their_own_units_and_names(make_file):
    rows = np.random.default_rng(7).normal(size=(700, 4)).astype(np.float32)
    names = ["alcohol", "größe", "空", "a" * 40]
    charts, level = np.zeros((700, 8, 9, 3), np.uint8), np.zeros((1, 4, 1), np.uint8)
    arrays = archive(make_file, [5, 6], {"features": {"names": names}}, images=charts, rows=rows, image=level)
    assert arrays.keys() == {"rows", "features"} and arrays["features"].tolist() == names
    assert np.array_equal(arrays["rows"], rows[[5, 6]]) and arrays["rows"].dtype == np.float32


def test_a_table_is_read_by_the_csv_module(make_file):
    names = ['a "b", c', "two\nlines", "one\rmore", "=1+1", "größe, 空", ""]
    rows = [{"number": k, "name": name, "z": [k / 3, -1e-7]} for k, name in enumerate(names)]
    head, *body = csv.reader(
        io.StringIO(make_file("csv", {"rows": rows, "dim": 2, "features": None}).decode(), newline="")
    )
    assert head == ["number", "class", "z₁", "z₂"]
    assert [(int(k), name, float(a), float(b)) for k, name, a, b in body] == [
        (k, name, k / 3, -1e-7) for k, name in enumerate(names)
    ]


# The time-lapse ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def train_with_frames(tmp_path, monkeypatch):
    """train_with_frames(**settings): a run with all of its frames."""
    monkeypatch.setenv("AAE_CHECKPOINTS", str(tmp_path / "checkpoints"))
    monkeypatch.setattr(frame_recorder.TimeBudget, "allows_another", lambda self: True)
    defaults = {"network.hidden": (16,), "network.discriminator": (16,), "data": "digits", "steps": 20, "threads": 1}
    return lambda **settings: worker.train(configure(**{**defaults, **settings}), store=Store())


def page_film_frames(make_file, revision, view, surface, frame_numbers):
    history, arrays = time_machine.pack_frames(fresh_snapshot(revision))
    scene = make_scene(revision, view)
    header, fields = {"history": history, "surface": surface}, {"draws": scene.plane.samples, "xy": scene.plane.points}
    header |= plane_message._projection_header(scene)
    header["colours"] = [colours.class_colour(k) for k in range(len(revision.data.classes))]
    labels = fresh_snapshot(revision).codes.labels.astype(np.int16)
    fields = {name: values.astype(np.float32) for name, values in fields.items() if values is not None}
    return frames_of(make_file("film", header, arrays | fields | {"labels": labels}), frame_numbers)


def without_moment_text(image):
    """Without the place where the moment is written."""
    image = image.copy()
    image[film.IMAGE_SIDE - 32 : film.IMAGE_SIDE - 8, :260] = 255
    return image


@mark_for_ci
@pytest.mark.parametrize(
    "settings",
    [{}, {"latent_dim": 4}, pytest.param({"variant": "ae"}, marks=pytest.mark.thorough)],
    ids=["plane", "pca", "ae"],
)
def test_the_time_lapse_is_the_one_of_the_terminal(make_file, train_with_frames, settings):
    """Pixel by pixel but for the letters; a disc may lie one pixel beside, where its middle is between two."""
    revision = train_with_frames(**settings)
    view, frame_numbers = "pca" if "latent_dim" in settings else "pair", (0, 70, 199)
    page_frames, page_times = page_film_frames(make_file, revision, view, False, frame_numbers)
    terminal_frames, terminal_times = frames_of(film.render_film(revision), frame_numbers)
    assert sum(page_times) == 11_000 and page_times[-1] > 1_000 and len(page_times) == len(terminal_times) == 200
    assert page_frames.shape == terminal_frames.shape == (3, film.IMAGE_SIDE, film.IMAGE_SIDE, 3)
    for page_frame, terminal_frame in zip(
        map(without_moment_text, page_frames), map(without_moment_text, terminal_frames), strict=True
    ):
        assert (page_frame != terminal_frame).any(-1).mean() < 0.01 < (page_frame != 255).any(-1).mean()


@pytest.mark.thorough
def test_ds_surface_lies_behind_the_codes_of_the_time_lapse(make_file, train_with_frames):
    revision = train_with_frames()
    (plain_frames, _), (surface_frames, _) = (
        page_film_frames(make_file, revision, "pair", surface, [199]) for surface in (False, True)
    )
    code_pixels = np.isin(
        plain_frames[-1] @ [1, 256, 256**2], [getrgb(c) @ np.array([1, 256, 256**2]) for c in colours.CLASS_COLOURS]
    )
    assert code_pixels.mean() > 0.01 and np.array_equal(surface_frames[-1][code_pixels], plain_frames[-1][code_pixels])
    terminal_frame = frames_of(film.render_film(revision, with_surface=True), [199])[0][-1].astype(int)
    page_frame = surface_frames[-1].astype(int)
    surface_pixels = (without_moment_text(plain_frames[-1]) == 255).all(-1) & (
        without_moment_text(terminal_frame) != 255
    ).any(-1)
    assert surface_pixels.mean() > 0.2 and (page_frame[surface_pixels] != 255).any(-1).all()
    assert (
        np.corrcoef(
            (page_frame[..., 2] - page_frame[..., 0])[surface_pixels],
            (terminal_frame[..., 2] - terminal_frame[..., 0])[surface_pixels],
        )[0, 1]
        > 0.95
    )
