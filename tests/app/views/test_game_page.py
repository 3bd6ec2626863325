"""The page Step by step without a browser: what it hands to its part in the page, and what it makes of what that says."""

import numpy as np
import pytest

pytest.importorskip("streamlit")
from helpers import app_pages
from helpers.plane_scenes import unpack_message

from aae_core.config import painting
from aae_core.data import sets
from aae_core.errors import AAEError, ConfigError
from aae_core.game import rules
from aae_core.game.rules import GameRules, GameSetup, game_config
from aae_core.latent import row_charts
from app.cache import revision_data
from app.components import game_board
from app.messages import validation, wire_format
from app.server import assets


@pytest.fixture(autouse=True)
def skip_background_imports(monkeypatch):
    monkeypatch.setattr(revision_data, "start_background_imports", lambda: None)


def open_game_page(**query):
    return app_pages.assert_no_exception(app_pages.run_page("game", **query))


def test_the_page_invites_and_names_the_visitors_own_game():
    app = open_game_page()
    assert app.title[0].value == "Step by step" and "**Play**" in app.markdown[0].value
    token = app.session_state["game.token"]
    assert app.run().session_state["game.token"] == token
    assert open_game_page().session_state["game.token"] != token


def test_a_link_says_how_the_game_begins_and_nonsense_in_it_is_left_out():
    app = open_game_page(**{"game.variant": "vae", "game.seed": "7", "game.begun": "3"})
    settings = {name: values[0] if isinstance(values, list) else values for name, values in app.query_params.items()}
    assert settings == {"game.variant": "vae", "game.seed": "7"}
    assert ["game.begun" in toast.value for toast in app.toast] == [True]


def test_a_painting_in_the_link_is_played_and_a_damaged_one_left_out():
    painting_text = painting.format_painting(bytes(15 * (k == 2000) for k in range(painting.CELLS)))
    app = open_game_page(**{"game.prior": painting_text})
    assert not app.toast
    header, _ = unpack_message(app.get("bidi_component")[0].proto.bytes)
    prior_options = next(choice for choice in header["choices"] if choice["name"] == "prior")["options"]
    assert header["setup"]["prior"] == painting_text and prior_options[-1] == {
        "value": painting_text,
        "title": "Painted: your own",
    }
    assert [option["title"] for option in prior_options[-4:-1]] == [
        "Painted: Ring",
        "Painted: Two blobs",
        "Painted: Letter A",
    ]
    app = open_game_page(**{"game.prior": painting_text[:-5]})
    assert "game.prior" in app.toast[0].value
    assert "reduction" in app.caption[-1].value


def test_a_followed_link_begins_a_game_of_its_own():
    app = open_game_page(**{"game.seed": "7"})
    token = app.session_state["game.token"]
    assert app.run().session_state["game.token"] == token
    app.query_params["game.seed"] = "8"
    assert app.run().session_state["game.token"] != token


def test_the_message_holds_every_choice_and_its_slider():
    header, _ = unpack_message(wire_format.pack_message(*game_board.game_board_message("one", GameSetup(seed=2))))
    assert header["game"] == "one" and header["setup"]["seed"] == 2
    for rule in header["rules"]:
        share = (rule["start"] - rule["low"]) / (rule["high"] - rule["low"])
        if rule["log"]:
            continue
        assert share * rule["places"] == pytest.approx(round(share * rule["places"]), abs=1e-9), rule["name"]
    assert {rule["name"]: rule["start"] for rule in header["rules"]} == vars(GameRules())
    for choice in header["choices"]:
        for option in choice["options"]:
            assert option["title"] and GameSetup(**{choice["name"]: option["value"]})


@pytest.mark.parametrize("variant", [option["value"] for option in game_board.setup_choices()[0]["options"]])
def test_every_model_goes_with_every_prior_or_says_why_not(variant):
    header, _ = unpack_message(wire_format.pack_message(*game_board.game_board_message("one", GameSetup())))
    for option in game_board.setup_choices()[2]["options"]:
        setup, reason = GameSetup(variant=variant, prior=option["value"]), ""
        try:
            assert game_config(setup, 10).latent_dim == 2
        except AAEError as error:
            reason = str(error)
            assert variant in ("vae", "info-vae") and "VAE" in reason
        assert header["models"][variant]["refused"].get(option["value"], "") == reason


@pytest.mark.parametrize("name", rules.OFFERED_DATA)
def test_the_games_data_are_images_and_rows_in_standard_units(name):
    header, _ = unpack_message(wire_format.pack_message(*game_board.game_board_message("one", GameSetup())))
    data_header, arrays = unpack_message(assets.ASSETS.find(header["data"][name].rpartition("/")[2]))
    dataset = sets.load(name)
    assert data_header["classes"] == list(dataset.classes) and data_header["shape"] == list(
        dataset.train.images.shape[1:]
    )
    x, labels, plotted_indices = (arrays[part] for part in ("x", "labels", "plotted"))
    assert len(x) == len(labels) == min(2000, len(dataset.train.images)) and len(plotted_indices) == min(500, len(x))
    if not data_header["table"]:
        image_contents = {image.tobytes() for image in dataset.train.images}
        assert x.dtype == np.uint8 and {image.tobytes() for image in x} <= image_contents
        return
    np.testing.assert_allclose([x.mean(0), x.std(0)], [np.zeros(x.shape[1]), np.ones(x.shape[1])], atol=1e-3)
    scale, offset = np.array(data_header["levels"])
    levels = np.clip(np.round(scale * x + offset), 0, 255).astype(np.uint8)
    deviations = np.abs(
        levels.astype(int) - row_charts.quantise_rows(dataset.train.images, dataset.features)[:, 0, :, 0]
    )
    assert deviations.max() <= 1


def test_what_the_page_says_of_a_beginning_is_looked_at():
    assert validation.make_game_record(GameSetup, {"variant": "ae", "seed": 3, "begun": 100}) == GameSetup(
        variant="ae", seed=3, begun=100
    )
    for fields in (
        None,
        [],
        {"variant": "reduction"},
        {"seed": "1"},
        {"size": 1},
        {"begun": False},
        {"data": ["digits"]},
    ):
        with pytest.raises(ConfigError):
            validation.make_game_record(GameSetup, fields)
