"""The map of a revision's codes as a picture: whether it shows every code, and its background."""

import io

import numpy as np
from PIL import Image
from PIL.ImageColor import getrgb

from aae_core.latent import code_map, colours


def test_a_whole_map_shows_the_farthest_code(recorded_revision, monkeypatch):
    points, (centre, half_width), prior_points = code_map.project_codes_and_prior(
        recorded_revision, recorded_revision.probe().z
    )
    points[0] = centre + 5 * half_width
    monkeypatch.setattr(code_map, "project_codes_and_prior", lambda *_: (points, (centre, half_width), prior_points))
    whole = np.asarray(Image.open(io.BytesIO(code_map.render_map(recorded_revision, is_whole=True))).convert("RGB"))
    cut = np.asarray(Image.open(io.BytesIO(code_map.render_map(recorded_revision))).convert("RGB"))
    corner_is_empty = [bool((image[:15, -15:] == 255).all()) for image in (whole, cut)]
    assert not corner_is_empty[0] and (whole == 255).mean() > (cut == 255).mean()


def test_a_map_is_the_same_without_its_paper(recorded_revision):
    plain, clear = (
        np.asarray(Image.open(io.BytesIO(code_map.render_map(recorded_revision, clear))).convert("RGBA"))
        for clear in (False, True)
    )
    paper = (plain[..., :3] == 255).all(-1)
    assert (plain[..., 3] == 255).all() and 0.3 < paper.mean() < 1
    np.testing.assert_array_equal(clear[..., 3] == 0, paper)
    np.testing.assert_array_equal(clear[~paper], plain[~paper])
    for label in np.unique(recorded_revision.probe().labels):
        assert (plain[..., :3] == getrgb(colours.class_colour(label))).all(-1).any()
