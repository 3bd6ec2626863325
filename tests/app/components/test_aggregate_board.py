"""The board of the aggregated posterior: its message, and that the page computes what Python does."""

from dataclasses import astuple

import numpy as np
import pytest

pytest.importorskip("streamlit")
from helpers.page_modules import run_in_page

from aae_core.errors import ConfigError
from aae_core.evaluation.aggregated_posterior import measure_divergences
from aae_core.latent.encoded_images import Arrangement, load_encoded_images
from app.components import aggregate_board
from app.messages.validation import MessageError

ARRANGEMENTS = [(0.02, 1.2), (0.1, 1), (0.5, 0.87), (1, 0), (1.6, 1.6), (0.01, 0)]
DIVERGENCES_SCRIPT = """
const posteriors = m.arrangePosteriors({ means, widths }, arrangement[0], arrangement[1]);
return [m.measureDivergences(posteriors), m.widthOf(posteriors), m.spreadOf(posteriors)];
"""
MASS_SCRIPT = """
const field = m.mixtureMass({ means, widths }, 4, 161);
const prior = m.priorMass(4, 161);
return [field.values, prior.values];
"""


@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
@pytest.mark.parametrize("number", [0, 3])
def test_the_page_computes_what_python_does(arrangement, number):
    posteriors = load_encoded_images()[number].posteriors
    divergences, width, spread = run_in_page(
        "aggregate/divergences.ts", DIVERGENCES_SCRIPT,
        means=posteriors.means.ravel(), widths=posteriors.widths.ravel(), arrangement=arrangement,
    )  # fmt: skip
    expected = measure_divergences(posteriors.with_width_and_spread(*arrangement))
    assert tuple(divergences.values()) == pytest.approx(astuple(expected), abs=1e-9)
    assert (width, spread) == pytest.approx(arrangement)


def test_the_outline_of_one_ellipse_like_the_prior_is_the_ring():
    mixture, prior = run_in_page("aggregate/divergences.ts", MASS_SCRIPT, means=[0, 0], widths=[1, 1])
    assert np.abs(np.array(mixture) - prior).max() < 0.01


def test_the_message_has_the_arrangement_and_all_images():
    header, arrays = aggregate_board.aggregate_board_message(Arrangement(0.5, 1.2, 2))
    assert header["arrangement"] == {"width": 0.5, "spread": 1.2, "images": 2} and header["sets"] == 5
    assert arrays["images"].shape == (100, 28, 28) and arrays["means"].shape == arrays["widths"].shape == (100, 2)


def test_what_the_page_sends_is_checked():
    message = {"width": 0.5, "spread": 1, "images": 2}
    assert aggregate_board.parse_arrangement(message) == Arrangement(0.5, 1, 2)
    with pytest.raises(MessageError):
        aggregate_board.parse_arrangement(message | {"images": 1.5})
    with pytest.raises(ConfigError):
        aggregate_board.parse_arrangement(message | {"width": 0})
