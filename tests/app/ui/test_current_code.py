"""The plain controls of the current code, where codes are as a collapsed model gives them."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("streamlit")
from helpers import app_pages

from app.cache import code_sets

TINY = {"network.hidden": (16,), "data": "digits", "steps": 5, "threads": 1}
MODEL_SETTINGS = {"plain": {"variant": "ae", "latent_dim": 4}}  # without a prior, whose ends a slider would reach


@pytest.mark.parametrize("value", [0.0, 0.123])
def test_codes_that_are_all_the_same_have_sliders_and_a_plane_like_others(revision_ids, no_gallery, monkeypatch, value):
    load_code_set = code_sets.load_code_set

    def load_equal_codes(revision):
        code_set = load_code_set(revision)
        return replace(code_set, z=np.full_like(code_set.z, value))

    monkeypatch.setattr(code_sets, "load_code_set", load_equal_codes)
    for view, sliders in (("pair", 4), ("pca", 6)):
        app = app_pages.assert_no_exception(
            app_pages.run_page("explore", ["plain"], revision=revision_ids["plain"], view=view)
        )
        ends = [(slider.min, slider.max) for slider in app.slider]
        assert len(ends) == sliders and all(2 <= high - low <= 3 for low, high in ends)
        assert not app.error and len(app.get("bidi_component"))
