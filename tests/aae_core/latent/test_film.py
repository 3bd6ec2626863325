"""The time-lapse as a file: how long it is, where the codes are in it, and what cannot be one."""

import io
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image, ImageSequence
from PIL.ImageColor import getrgb

from aae_core import files
from aae_core.cli import arguments
from aae_core.errors import ConfigError, RevisionError
from aae_core.latent import colours, film, maps
from aae_core.runs import frame_recorder, worker


def read_film(content):
    """The images of a GIF, uint8 N×H×W×3, and for how many milliseconds each is seen."""
    image, images, times = Image.open(io.BytesIO(content)), [], []
    for number in range(image.n_frames):
        image.seek(number)
        times.append(image.info["duration"])
        images.append(np.asarray(image.convert("RGB")))
    return np.stack(images), times


def centres(image, colour):
    """Where pixels of a colour lie on average, x and y from the left and the top, and how many there are."""
    rows, columns = np.nonzero((image == getrgb(colour)).all(-1))
    return columns.mean(), rows.mean(), len(rows)


def test_it_lasts_as_long_as_asked_and_its_end_stays(recorded_revision):
    images, times = read_film(film.render_film(recorded_revision, 2.0))
    assert images.shape[1:] == (film.IMAGE_SIDE, film.IMAGE_SIDE, 3)
    assert sum(times) == pytest.approx(2000 + 1000, abs=50) and times[-1] >= 1000 and set(times[:-1]) == {50}


@pytest.mark.thorough
def test_the_longest_one_is_drawn(recorded_revision):
    with Image.open(io.BytesIO(film.render_film(recorded_revision, film.DURATION_LIMITS[1]))) as image:
        times = [item.info["duration"] for item in ImageSequence.Iterator(image)]
    assert sum(times) == pytest.approx(45_000 + 1000, abs=50)


def test_codes_lie_as_in_the_frames_and_half_way_between_two(recorded_revision):
    """Each class on a corner of a decagon, which turns by a quarter from the first frame to the last."""
    probe, folder = recorded_revision.probe(), recorded_revision.path / "frames"
    for step in (10, 20, 30, 40, 50):
        (folder / f"{step:09d}.safetensors").unlink()
    corners = 1.5 * np.stack([np.cos(np.arange(10) * 0.2 * np.pi), np.sin(np.arange(10) * 0.2 * np.pi)], 1)
    turned_corners = corners @ np.array([[0, 1], [-1, 0]])
    for step, places in ((0, corners), (60, turned_corners)):
        tensors, header = files.read_tensors(folder / f"{step:09d}.safetensors")
        moved_tensors = {**tensors, "z": places[probe.labels].astype(np.float16)}
        files.write_tensors(folder / f"{step:09d}.safetensors", moved_tensors, header.metadata)
    images, _ = read_film(film.render_film(recorded_revision, 2.05))  # 41 images, the 21st of them half-way
    assert len(images) == 41
    scale = film.IMAGE_SIDE / 2 / (1.1 * 2.576)  # 99 % of a normal distribution lie within ±2.576
    for image, places in (
        (images[0], corners),
        (images[20], (corners + turned_corners) / 2),
        (images[-1], turned_corners),
    ):
        result = np.array([centres(image, colours.CLASS_COLOURS[k])[:2] for k in range(10)])
        expected = film.IMAGE_SIDE / 2 + scale * places * (1, -1)
        np.testing.assert_allclose(result, expected, atol=10)


def test_ds_surface_is_behind_the_codes(recorded_revision):
    plain_image, surface_image = (
        read_film(film.render_film(recorded_revision, 2.0, with_surface=has_surface))[0][-1].astype(int)
        for has_surface in (False, True)
    )
    frame = recorded_revision.frames()[-1]
    corner = surface_image[3, 3] - 255  # the upper left one, where no code lies
    towards_blue = corner[2] > corner[0]
    assert (plain_image[3, 3] == 255).all() and corner.min() < -20
    assert towards_blue == (frame.judged[-8, 7] > 0.5)


def test_beyond_the_grid_of_ds_surface_is_the_background():
    frame = SimpleNamespace(judged=np.full((4, 4), 0.75, np.float16), box=(-1.0, 1.0, -1.0, 1.0))
    shades = film._surface_pixels(frame, (np.zeros(2), 2.0))
    middle = slice(film.IMAGE_SIDE // 4 + 1, -film.IMAGE_SIDE // 4 - 1)
    assert (shades[middle, middle] == film.FIRST_SHADE + round(0.75 * (film.SURFACE_SHADES - 1))).all()
    assert (shades[: film.IMAGE_SIDE // 4 - 1] == film.BACKGROUND).all() and (
        shades[:, -film.IMAGE_SIDE // 4 + 1 :] == film.BACKGROUND
    ).all()


def test_more_dimensions_are_seen_on_their_widest_two(store, tiny_config, monkeypatch):
    from dataclasses import replace

    monkeypatch.setattr(frame_recorder.TimeBudget, "allows_another", lambda self: True)
    revision = worker.train(replace(tiny_config, latent_dim=5, steps=20), store=store)
    first = film.render_film(revision, 2.0)
    monkeypatch.setattr(maps, "default_plane", lambda codes: maps.pca_plane(codes))
    assert first == film.render_film(revision, 2.0), "always the same"
    monkeypatch.setattr(maps, "default_plane", lambda codes: maps.dimension_plane(5, 3, 4))
    assert first != film.render_film(revision, 2.0)
    monkeypatch.undo()
    line = worker.train(replace(tiny_config, latent_dim=1, steps=20), store=store)
    assert len(read_film(film.render_film(line, 2.0))[0]) > 10


def test_what_cannot_be_a_film(recorded_revision, store, tiny_config):
    for seconds in (0, 1.9, 45.1, float("nan")):
        with pytest.raises(ConfigError, match="from 2 to 45 seconds"):
            film.render_film(recorded_revision, seconds)
    for file in (recorded_revision.path / "frames").iterdir():
        file.unlink()
    with pytest.raises(RevisionError, match="has no frames to show"):
        film.render_film(recorded_revision)


def test_from_the_command_line(recorded_revision, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    place = ["--checkpoints", str(recorded_revision.path.parent)]
    assert arguments.main(["film", recorded_revision.id, "-o", "a.gif", "--seconds", "2", "--surface", *place]) == 0
    assert "a.gif: the codes of 7 moments, 2 seconds" in capsys.readouterr().out
    assert (tmp_path / "a.gif").read_bytes() == film.render_film(recorded_revision, 2, with_surface=True)
    assert arguments.main(["film", recorded_revision.id, "-o", "a.mp4", *place]) == 2
    assert arguments.main(["film", recorded_revision.id, "-o", "a.gif", "--seconds", "soon", *place]) == 2
    assert "whole number from 2 to 45" in capsys.readouterr().err
