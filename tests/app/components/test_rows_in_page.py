"""What the page decodes and draws of the rows of a table, run by node, is what the server does."""

import json

import numpy as np
import pytest
import torch

pytest.importorskip("streamlit")
from helpers.environment import WEB, run_node
from helpers.page_modules import DECODER_KINDS

import aae_core as aae
from aae_core.latent import exploration, row_charts
from aae_core.models.model import Model
from app.server import assets

RNG = np.random.default_rng(0)
COUNTS = RNG.poisson((1, 4, 20, 7), (80, 4)).astype(float)
TABLES = {
    "squared-error": (RNG.normal((5, -1e4, 0.02), (2, 300, 0.001), (80, 3)), "real"),
    "learned-variance": (RNG.normal(size=(80, 3)), "real"),
    "cross-entropy": (RNG.integers(0, 2, (80, 5)), "binary"),
    "poisson": (COUNTS, "count"),
    "multinomial": (COUNTS, "count"),
}


def mixed_table():
    pandas = pytest.importorskip("pandas")
    columns = {"size": RNG.normal(30, 4, 80), "visits": COUNTS[:, 0], "new": RNG.integers(0, 2, 80)}
    columns |= {"colour": RNG.choice(["red", "green", "blue"], 80), "city": RNG.choice(["A", "B"], 80)}
    types = {"visits": "count", "new": "binary", "colour": "category", "city": "category"}
    return aae.arrays(pandas.DataFrame(columns), types=types)


@pytest.mark.parametrize("cost", [*TABLES, "by-type"])
def test_page_and_server_agree_on_levels(tmp_path, cost):
    data = mixed_table() if cost == "by-type" else aae.arrays(TABLES[cost][0], types=TABLES[cost][1])
    config = aae.configure(**{"cost": cost, "network.hidden": (20,), "network.discriminator": (9,), "latent_dim": 3})
    model = Model(config, data.shape, 0, data.features).eval()
    model.initialise(3)
    with torch.no_grad():
        model.decoder.net[-1].weight *= 3  # so that levels differ, some beyond the scale
    z = 1.5 * np.random.default_rng(1).standard_normal((70, 3)).astype(np.float32)
    server_levels = row_charts.quantise_rows(exploration.decode_images(model, z), data.features)[:, 0, :, 0]
    page_networks = assets.page_networks(model)
    assert page_networks.encoder is None, "no row is drawn by hand"
    for name in ("decoder", "discriminator"):
        (tmp_path / f"{name}.bin").write_bytes(getattr(page_networks, name).file.content)
    plan = {}
    for name in ("decoder", "discriminator"):
        network = getattr(page_networks, name)
        plan[name] = {"layers": network.layers, "activation": network.activation}
    plan |= {"encoder": None, "image": model.shape, "dim": 3, "ys": None, "means": page_networks.output_mapping}
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    (tmp_path / "z.f4").write_bytes(z.astype("<f4").tobytes())
    (tmp_path / "x.f4").write_bytes(b"")
    run_node(WEB / "tests" / "networks.mjs", tmp_path)
    assert np.ptp(server_levels) > 50
    for kind in DECODER_KINDS:
        page_levels = np.frombuffer((tmp_path / f"decoded together {kind}").read_bytes(), "<f4").reshape(
            server_levels.shape
        )
        assert np.abs(np.rint(255 * page_levels) - server_levels).max() <= 1


@pytest.mark.parametrize("count", [1, 5, 13, 30, 97, 500])
def test_page_and_server_draw_the_same_small_chart(tmp_path, count):
    rows = np.random.default_rng(count).standard_normal((6, count)).astype(np.float32)
    features = aae.arrays(np.random.default_rng(1).standard_normal((40, count))).features
    (tmp_path / "levels.u1").write_bytes(row_charts.quantise_rows(rows, features).tobytes())
    (tmp_path / "plan.json").write_text(json.dumps({"rows": 6, "count": count}))
    run_node(WEB / "tests" / "rows.mjs", tmp_path)
    server_charts = row_charts.draw_row_charts(rows, features)
    page_charts = np.frombuffer((tmp_path / "pictures.u1").read_bytes(), np.uint8).reshape(*server_charts.shape[:3], 4)
    assert (page_charts[..., :3] == server_charts).all() and (page_charts[..., 3] == 255).all()
