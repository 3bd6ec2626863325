"""The page's paintings against Python's own: the same text, density and shares of samples through node."""

import numpy as np
import pytest
import torch
from helpers.page_modules import run_in_page

from aae_core.config import painting
from aae_core.config.settings import PriorConfig
from aae_core.models.priors.families import make_prior

ANY = bytes(np.random.default_rng(4).choice([0, 0, 0, 3, 15, 31, 175, 47], painting.CELLS).astype(np.uint8))


def text_of(name):
    return painting.format_painting(painting.parse_painting(name) if name in painting.SHAPES else ANY)


@pytest.mark.parametrize("name", [*painting.SHAPES, "any"])
def test_cells_and_text_are_those_of_the_core(name):
    text = text_of(name)
    cells, page_text = run_in_page(
        "priors/painting.ts", f"const c = m.parsePainting('{text}'); return [c, m.writePainting(c)]"
    )
    assert bytes(cells) == painting.parse_painting(text) and page_text == text


@pytest.mark.parametrize("name", [*painting.SHAPES, "any"])
@pytest.mark.parametrize("classes", [1, 3, 10])
def test_a_painting_is_shared_among_classes_as_the_core_does(name, classes):
    cells = painting.parse_painting(text_of(name))
    in_page = run_in_page(
        "painting/brush.ts",
        f"return [...m.assignEqualMassSectors(Uint8Array.from(cells), {classes})]",
        cells=list(cells),
    )
    assert bytes(in_page) == painting.assign_equal_mass_sectors(cells, classes)


@pytest.mark.parametrize("name", ["two-blobs", "any"])
def test_density_is_that_of_the_core(name):
    points = np.random.default_rng(0).uniform(-3.3, 3.3, (300, 2))
    result = run_in_page(
        "priors/painting.ts",
        f"return z.map(([x, y]) => m.paintingDistribution('{text_of(name)}').density(x, y))",
        z=points,
    )
    prior = make_prior(PriorConfig("painted", painting=text_of(name)), 2)
    np.testing.assert_allclose(result, prior.log_density(torch.from_numpy(points)).exp().numpy(), rtol=1e-9)
    assert np.count_nonzero(result) > 30


def test_samples_of_the_page_have_the_core_s_percentiles():
    script = f"const d = m.paintingDistribution('{text_of('two-blobs')}'); "
    script += "return Array.from({ length: 20000 }, () => d.sample(Math.random))"
    z = np.array(run_in_page("priors/painting.ts", script))
    prior, q = make_prior(PriorConfig("painted", painting="two-blobs"), 2), np.linspace(0.05, 0.95, 19)
    for j in (0, 1):
        np.testing.assert_allclose((z[:, j, None] <= prior.percentile(q, j)).mean(0), q, atol=0.02)
