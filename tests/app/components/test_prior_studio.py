"""The prior studio on the page Train: what its part in the page is told, what is taken from it, and what a link keeps."""

import json

import pytest

pytest.importorskip("streamlit")
from helpers.train_page import error_texts, open_train_page, without_workers  # noqa: F401

from aae_core.config import painting
from aae_core.config.configuration import Config, configure
from aae_core.config.priors import PRIORS
from aae_core.errors import ConfigError
from aae_core.models.priors.painted import HALF_WIDTH
from aae_core.store.revisions import Store
from app.components import prior_studio
from app.messages import validation
from app.ui import form_settings

LONG = painting.format_painting(bytes(k % 3 for k in range(painting.CELLS)))
DOT = painting.format_painting(bytes(15 * (k == 2000) for k in range(painting.CELLS)))


def values(**more):
    return form_settings.widget_values(Config()) | {key.replace("__", "."): value for key, value in more.items()}


@pytest.mark.parametrize("name", PRIORS)
def test_each_prior_is_told_with_what_is_to_be_seen(name):
    result, arrays = prior_studio.studio_message(values(prior__name=name, prior__scale=2.0), ())
    assert result["prior"] == {"name": name, "scale": 2.0, "components": 10, "shape": 2.0}
    if name != "painted":
        assert result["painting"] is None and result["told"].endswith(".") and "{" not in result["told"]
    else:
        assert (
            painting.parse_painting(result["painting"]) == painting.parse_painting("ring")
            and result["half"] == 2 * HALF_WIDTH
        )
        assert {painting.parse_painting(shape["text"]) for shape in result["shapes"]} == set(
            map(painting.parse_painting, painting.SHAPES)
        )
    json.dumps(result, allow_nan=False)
    assert not arrays


def heard(said):
    return prior_studio.parse_painting_message(validation.parse_message("painting", said))


def test_only_a_painting_is_taken_from_the_page():
    assert heard({"text": DOT, "turn": 3}) == DOT
    for bad in (None, {}, {"text": 3}, {"text": "ring"}, {"text": None}, [DOT], DOT):
        with pytest.raises(validation.MessageError, match="refused"):
            heard(bad)
    for bad in (DOT[:-2], DOT + "A" * 20_000):
        with pytest.raises(ConfigError, match="painting"):
            heard({"text": bad})


def test_choosing_painted_opens_the_studio_and_another_prior_is_previewed():
    app = open_train_page()
    assert not app.expander or not any("Paint" in item.label for item in app.expander)
    app.selectbox(key="train.prior.name").set_value("painted").run()
    assert not app.exception and not error_texts(app) and not app.button(key="train.go").disabled
    assert any(item.label == "Paint the prior" for item in app.expander)
    assert app.query_params["prior.name"] == "painted"


def test_what_was_painted_goes_into_the_link_and_the_revision():
    app = open_train_page(**{"prior.name": "painted"})
    app.session_state["train.prior.painting"] = DOT
    app.run()
    assert app.query_params["prior.painting"] == DOT
    app.button(key="train.go").click().run()
    assert not app.exception
    (row,) = Store().own()
    assert Store().open(row.id).config == configure(**{"prior.name": "painted", "prior.painting": DOT})


def test_a_painting_too_detailed_for_a_link_is_reported():
    app = open_train_page(**{"prior.name": "painted", "prior.painting": DOT})
    assert app.session_state["train.prior.painting"] == DOT
    app.session_state["train.prior.painting"] = LONG
    app.run()
    assert "prior.painting" not in app.query_params and any("too detailed for a link" in c.value for c in app.caption)
    assert not error_texts(app) and app.session_state["train.prior.painting"] == LONG


def test_another_preset_keeps_what_was_painted():
    app = open_train_page(**{"prior.name": "painted", "prior.painting": DOT})
    app.selectbox(key="train.preset").set_value("mixture").run()
    app.selectbox(key="train.prior.name").set_value("painted").run()
    assert app.session_state["train.prior.painting"] == DOT


def test_a_vae_is_told_why_it_cannot_follow_in_two_sentences():
    app = open_train_page(**{"prior.name": "painted", "variant": "vae"})
    (why,) = [info.value for info in app.info if "samples of the painting" in info.value]
    assert why.count(". ") == 1 and why.endswith(".")
    assert any("beyond the edge of a painted prior" in text for text in error_texts(app))
    assert app.button(key="train.go").disabled


def test_an_empty_painting_is_refused_and_labels_need_parts():
    app = open_train_page(**{"prior.name": "painted"})
    app.session_state["train.prior.painting"] = painting.format_painting(bytes(painting.CELLS))
    app.run()
    assert any("Nothing is painted" in text for text in error_texts(app)) and app.button(key="train.go").disabled
    app = open_train_page(**{"prior.name": "painted", "variant": "label-informed"})
    assert any("a class for every part of the painting" in text for text in error_texts(app))
    tenths = bytes(15 + 16 * (1 + k // 410) for k in range(painting.CELLS))
    app.session_state["train.prior.painting"] = painting.format_painting(tenths)
    app.run()
    assert not error_texts(app) and not app.button(key="train.go").disabled
