"""A prior of the user's own in the explorer: what the page is told of it and says, and a revision that lacks its plug-in."""

import json
import math

import numpy as np
import pytest
import torch

pytest.importorskip("streamlit")
import plotly.graph_objects as go
import streamlit as st
from helpers import app_pages, game_engine
from helpers.app_pages import assert_no_exception
from helpers.environment import WEB, run_node
from helpers.plane_scenes import make_scene, unpack_message
from helpers.plugin_files import EXAMPLE, HEAVY_PRIOR_SOURCE
from helpers.train_page import start_button
from scipy import stats

import aae_core as aae
from aae_core.cli.arguments import main as cli
from aae_core.config.configuration import configure
from aae_core.config.priors import PRIORS
from aae_core.data import sets
from aae_core.errors import ConfigError
from aae_core.game.rules import GameRules, GameSetup, game_config
from aae_core.latent import film, maps
from aae_core.models.priors import families
from aae_core.runs import worker
from aae_core.store.revisions import Store
from aae_core.training import phases
from aae_core.training.training import Training
from app.cache import lru
from app.components import game_board, prior_preview
from app.scenes import plane_message
from app.ui import form_settings

pytestmark = pytest.mark.usefixtures("no_gallery")
TINY = {"network.hidden": (16,), "network.discriminator": (16,), "data": "digits", "steps": 20, "threads": 1}


def train_revision(prior, **settings):
    return worker.train(configure(**{**TINY, "prior.name": prior, **settings}))


def page_prior_values(folder, message, points):
    """What the page's own modules say of points, having read the message: log p(z), inside, and as many draws."""
    (folder / "message.bin").write_bytes(message)
    (folder / "points.json").write_text(json.dumps(np.asarray(points).tolist()))
    values = json.loads(run_node(WEB / "tests" / "prior_values.mjs", folder))
    return np.array(values["log"], float), np.array(values["inside"]), np.array(values["draws"])


def ring_log(z):
    radius = np.hypot(*np.asarray(z).T)
    return stats.norm(2, 0.2).logpdf(radius) - np.log(2 * math.pi * radius)


def heavy_log(z):
    return sum(stats.t(2).logpdf(z[:, j] / (j + 1)) - math.log(j + 1) for j in range(z.shape[1]))


@pytest.mark.parametrize("name", ["my-ring", "heavy"])
def test_the_page_says_what_the_closed_form_says(plug_in, tmp_path, name):
    plug_in("mine", EXAMPLE + HEAVY_PRIOR_SOURCE)
    revision = train_revision(name)
    closed_form = {"my-ring": ring_log, "heavy": heavy_log}[name]
    message = plane_message.pack_message(make_scene(revision))
    header, arrays = unpack_message(message)
    x, y = np.meshgrid(arrays["prior_x"], arrays["prior_y"])
    on_knots = closed_form(np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float64)).reshape(x.shape)
    np.testing.assert_allclose(arrays["prior_log"], on_knots, rtol=1e-4, atol=1e-3)

    prior, generator = families.make_prior(revision.config.prior, 2), torch.Generator().manual_seed(1)
    draws = prior.sample(4000, generator).double().numpy()
    far_points = np.random.default_rng(0).uniform(-1.2, 1.2, (4000, 2)) * np.abs(draws).max(0)
    points = np.concatenate([draws, far_points])
    edge = np.quantile(closed_form(prior.sample(200_000, generator).double().numpy()), 0.01)
    page_log, is_inside, page_draws = page_prior_values(tmp_path, message, points)
    assert not (is_inside == None).any()  # noqa: E711  (the page can tell everywhere)
    is_wrong = is_inside.astype(bool) != (closed_form(points) >= edge)
    assert is_wrong[:4000].mean() < 0.005 and is_wrong[4000:].mean() < 0.01
    is_near = is_inside.astype(bool) & (closed_form(points) > edge)
    assert np.abs(page_log[is_near] - closed_form(points)[is_near]).max() < 0.15
    assert is_inside[:4000].mean() == pytest.approx(0.99, abs=0.006)
    # the page draws again and again from the samples that it was sent: these, each once, are an independent sample
    sample_count, distinct_draws = len(arrays["prior_samples"]), np.unique(page_draws, axis=0)
    assert 0.95 * sample_count * (1 - math.exp(-len(page_draws) / sample_count)) < len(distinct_draws) <= sample_count
    for j in range(2):
        assert stats.ks_2samp(distinct_draws[:, j], draws[:, j]).pvalue > 1e-4
    # contours: the share of the mass that is denser than a place, which for the ring depends on the radius alone
    if name == "my-ring":
        x0, x1, y0, y1 = header["arrays"]["prior_mass"]["box"]
        gx, gy = np.meshgrid(np.linspace(x0, x1, 121), np.linspace(y0, y1, 121))
        place = ring_log(np.stack([gx.ravel(), gy.ravel()], axis=1))
        share = (ring_log(draws)[None] > place[:, None]).mean(1).reshape(121, 121)
        assert np.abs(arrays["prior_mass"] - share).max() < 0.05


def test_a_line_has_a_table_too(plug_in, tmp_path):
    plug_in("tails", HEAVY_PRIOR_SOURCE)
    revision = train_revision("heavy", latent_dim=1)
    message = plane_message.pack_message(make_scene(revision))
    points = np.linspace(-6, 6, 101)[:, None]
    page_log, is_inside, draws = page_prior_values(tmp_path, message, points)
    assert np.abs(page_log - heavy_log(points)).max() < 0.05 and draws.shape == (101, 1)
    assert (is_inside == (np.abs(points[:, 0]) <= stats.t(2).ppf(0.995)))[
        np.abs(np.abs(points[:, 0]) - 9.92) > 0.5
    ].all()


@pytest.mark.parametrize(("name", "dim"), [("loose", 2), ("heavy", 5)])
def test_where_the_page_cannot_tell_it_says_nothing(plug_in, tmp_path, name, dim):
    plug_in("tails", HEAVY_PRIOR_SOURCE)
    revision = train_revision(name, latent_dim=dim)
    message = plane_message.pack_message(make_scene(revision))
    header, arrays = unpack_message(message)
    page_log, is_inside, draws = page_prior_values(tmp_path, message, np.zeros((300, dim)))
    assert np.isnan(page_log).all() and (is_inside == None).all()  # noqa: E711
    if name == "loose":
        assert header["typical"] is None and {"prior", "samples"} <= header["layers"].keys(), "both follow from samples"
        assert draws.mean(0) == pytest.approx([3, 0], abs=0.3)
    assert arrays["quantiles"].shape == (dim, 333)


def test_a_reduction_has_it_at_each_head(plug_in, tmp_path):
    plug_in("my_priors", EXAMPLE)
    revision = train_revision("my-ring", variant="reduction", labels=None, latent_dim=2)
    heads = revision.model().code_prior.heads.double().numpy()
    points = np.concatenate([heads + [2, 0], heads + [0, -1.9], heads])
    page_log, is_inside, _ = page_prior_values(tmp_path, plane_message.pack_message(make_scene(revision)), points)
    head_logs = np.stack([ring_log(points - head + 1e-9) for head in heads])
    mixture_log = np.log(np.exp(head_logs).mean(0))
    is_dense = mixture_log > -6
    assert np.abs(page_log[is_dense] - mixture_log[is_dense]).max() < 0.3 and is_inside[: len(heads)].all()


def boxes(app):
    return [error.value.replace("\\", "") for error in app.error]  # without the marks that make it no Markdown


# and the variant that each shows
PAGES = {"explore": "aae", "style": "supervised", "revisions": "aae", "compare": "aae"}


@pytest.mark.parametrize("name", ["my-ring", "loose"])
def test_every_page_shows_it_and_without_its_plug_in_says_so(plug_in, name):
    plug_in("mine", EXAMPLE + HEAVY_PRIOR_SOURCE)
    ids_by_variant = {
        kind: [train_revision(prior, variant=kind).id for prior in (name, "gaussian")] for kind in set(PAGES.values())
    }

    def open_page(page, revision_id, rival_id, open_boxes=()):
        return assert_no_exception(
            app_pages.run_page(
                page,
                open_boxes,
                **({"left": revision_id, "right": rival_id} if page == "compare" else {"revision": revision_id}),
            )
        )

    for page, kind in PAGES.items():
        assert not boxes(open_page(page, *ids_by_variant[kind], ["plain", "dimensions"])), page
    plug_in.forget()
    st.cache_resource.clear()
    lru.clear_all()
    for page, kind in PAGES.items():
        texts = boxes(open_page(page, *ids_by_variant[kind]))
        assert any("needs mine" in text and "AAE_PLUGINS=mine" in text for text in texts), page
        gaussian_id = ids_by_variant[kind][1]
        assert not any("needs mine" in text for text in boxes(open_page(page, gaussian_id, gaussian_id))), page


def test_on_the_page_revisions_it_is_named_and_deleted_without_its_plug_in(plug_in):
    plug_in("my_priors", EXAMPLE)
    revision = train_revision("my-ring", name="Ringed")
    plug_in.forget()
    app = assert_no_exception(app_pages.run_page("revisions", revision=revision.id))
    assert app.dataframe[0].value["Name"].tolist() == ["Ringed"]
    app.text_input(key=f"revisions.label.{revision.id}").set_value("Later").run()
    assert assert_no_exception(app).dataframe[0].value["Name"].tolist() == ["Later"] and "revisions.resume" not in {
        button.key for button in app.button
    }
    app.button(key="revisions.delete").click().run()
    assert assert_no_exception(app) and not revision.path.exists()


def test_the_form_offers_it_previews_it_and_says_what_is_wrong(plug_in, monkeypatch):
    monkeypatch.setattr("app.ui.step_time.measured_step_time", lambda *args: {"error": "not measured"})
    plug_in("my_priors", EXAMPLE)
    app = assert_no_exception(app_pages.run_page("train"))
    assert "Ring" in app.selectbox(key="train.prior.name").options
    app.selectbox(key="train.prior.name").set_value("my-ring").run()
    assert not assert_no_exception(app).error and not start_button(app).disabled
    values = form_settings.widget_values(configure(prior="my-ring"))
    outcome, arrays = prior_preview.preview_message(values)
    assert outcome["title"] == "Ring" and np.hypot(*arrays["prior_samples"].T).mean() == pytest.approx(2, abs=0.05)
    outcome, arrays = prior_preview.preview_message(values | {"latent_dim": 3})
    assert outcome["prior"] is None and outcome["caption"] == prior_preview.NO_SAMPLES_TEXT and not arrays
    plug_in.forget()
    plug_in("ill", "import nowhere")
    app = assert_no_exception(app_pages.run_page("train"))
    assert any("ill" in text and "nowhere" in text for text in boxes(app))
    assert not start_button(app).disabled


def test_time_lapse_figures_and_manifold_are_drawn_with_it(plug_in, tmp_path):
    plug_in("mine", EXAMPLE + HEAVY_PRIOR_SOURCE)
    for name in ("my-ring", "loose"):
        revision = train_revision(name)
        assert isinstance(revision.plot(), go.Figure) and "<" in revision._repr_html_()
        assert film.render_film(revision, 2).startswith(b"GIF89a")
        assert (
            revision.evaluate("prior-fit")
            and len(maps.dimension_histograms(revision.probe().z, revision.model().prior)) == 2
        )
        assert aae.open(revision.id).sample(3).shape == (3, 8, 8, 1)
        images = sets.load("digits").test.images[:20]
        scores = revision.scores(images)
        assert ("log_p" in scores) == (name == "my-ring")
        if name == "my-ring":
            np.testing.assert_allclose(scores["log_p"], ring_log(revision.encode(images)), rtol=1e-3, atol=1e-2)
        assert cli(["export", revision.id, "-o", str(tmp_path / f"{name} taken")]) == 0
        assert PRIORS[name].title in (tmp_path / f"{name} taken" / "model.md").read_text(encoding="utf-8")
    assert Store().list() and sets.describe_data_set("digits")


def test_step_by_step_plays_with_it(plug_in, tmp_path):
    """By samples of it; a VAE by a table of its density, whose cost is the trainer's on the same draws."""
    plug_in("my_priors", EXAMPLE)
    prior_options = {setup_choice["name"]: setup_choice["options"] for setup_choice in game_board.setup_choices()}[
        "prior"
    ]
    assert {"value": "my-ring", "title": "Ring"} in prior_options
    setups = [GameSetup(variant=variant, prior="my-ring") for variant in ("aae", "vae")]
    games = [game_engine.game_input(tmp_path, setup, GameRules(), [{"do": "round", "times": 20}]) for setup in setups]
    games_played = game_engine.run_engine(tmp_path, games=games)["games"]
    assert np.hypot(*games_played[0][0]["fields"]["sample"].T).mean() == pytest.approx(2, abs=0.05)
    assert games_played[0][1]["header"]["counts"]["generation"] == 20 and games_played[0][1]["header"]["half"] >= 2
    training = Training(game_config(setups[1], 10), sets.load("digits"), "cpu")
    cost = phases.reconstruction_cost(training, training.current_batch())
    first_losses, later_losses = (answer["header"]["records"][0]["loss"] for answer in games_played[1])
    assert first_losses[0] == pytest.approx(cost.item(), rel=1e-3) and later_losses[1] < first_losses[0]
    app = assert_no_exception(app_pages.run_page("game", **{"game.prior": "my-ring"}))
    assert app.query_params["game.prior"] in ("my-ring", ["my-ring"]) and not boxes(app)
    plug_in.forget()
    assert len(game_board.setup_choices()[2]["options"]) == len(prior_options) - 1
    with pytest.raises(ConfigError, match="prior must be one of"):
        GameSetup(prior="my-ring")


def test_the_form_offers_a_data_set_of_ones_own(plug_in):
    plug_in(
        "mine",
        "import aae_core as aae, numpy as np\n"
        "aae.register_data('leaf-sizes', lambda: aae.arrays(np.random.default_rng(0).normal(size=(60, 3))))\n"
        "aae.register_data('marks', lambda: aae.arrays(np.random.default_rng(0).integers(0, 256, (40, 8, 8), np.uint8)))",
    )
    for name, size_text in (("leaf-sizes", "3 features"), ("marks", "8×8")):
        app = assert_no_exception(app_pages.run_page("train", ["train.own"], data=name))
        assert app.selectbox(key="train.data").value == name and not boxes(app)
        assert any(size_text in entry.value for entry in app.caption) and not start_button(app).disabled
