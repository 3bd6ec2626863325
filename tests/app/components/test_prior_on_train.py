"""A prior on the page Train, painted or previewed: what the page is told, what is taken from it, and what a link keeps."""

import json
import struct

import numpy as np
import pytest

pytest.importorskip("streamlit")
from helpers.train_page import error_texts, open_train_page, start_button, without_workers  # noqa: F401

from aae_core.config import painting
from aae_core.config.configuration import Config, configure
from aae_core.config.painting import HALF_WIDTH
from aae_core.config.priors import PRIORS
from aae_core.errors import ConfigError
from aae_core.store.revisions import Store
from app.components import prior_preview
from app.figures.plane import Plane, VisibleSquare
from app.messages import outgoing, validation
from app.scenes import painting_plane, plane_message
from app.ui import form_settings, latent_canvas, watched_plane

LONG = painting.format_painting(bytes(k % 3 for k in range(painting.CELLS)))
DOT = painting.format_painting(bytes(15 * (k == 2000) for k in range(painting.CELLS)))


def values(**settings):
    return form_settings.widget_values(Config()) | {key.replace("__", "."): value for key, value in settings.items()}


@pytest.mark.parametrize("name", [name for name in PRIORS if name != "painted"])
def test_each_prior_is_told_with_what_is_to_be_seen(name):
    result, arrays = prior_preview.preview_message(values(prior__name=name, prior__scale=2.0))
    assert result["prior"] == {"name": name, "scale": 2.0, "components": 10, "shape": 2.0}
    assert result["caption"].endswith(".") and "{" not in result["caption"]
    json.dumps(result, allow_nan=False)
    assert not arrays


def test_the_brush_has_the_painting_and_the_ready_shapes():
    brush = painting_plane.make_brush("ring", 2.0, ("cat", "dog"), "s1")
    assert painting.parse_painting(brush["painting"]) == painting.parse_painting("ring")
    assert brush["half"] == 2 * HALF_WIDTH and brush["classes"] == ["cat", "dog"]
    shapes = {painting.parse_painting(shape["text"]) for shape in brush["shapes"]}
    assert shapes == set(map(painting.parse_painting, painting.SHAPES))


def unpacked_header(message):
    length, _ = struct.unpack_from("<II", message)
    return json.loads(message[8 : 8 + length])


def test_an_empty_plane_has_the_fields_of_any_plane_and_no_revision():
    brush = painting_plane.make_brush(DOT, 1.0, (), "s1")
    header = unpacked_header(painting_plane.pack_empty_plane(DOT, 1.0, brush))
    fields = outgoing.About.__annotations__.keys() | outgoing.Plane.__annotations__.keys()
    assert (
        header.keys() == fields - {"decoder_refusal"} | {"arrays"}
        and header["revision"] == ""
        and header["brush"] == brush
    )
    assert header["extent"] > brush["half"], "the whole square is seen"


def test_a_plane_that_is_drawn_again_computes_its_prior_once(monkeypatch):
    calls = []
    compute_mass = plane_message.denser_prior_mass_grid
    monkeypatch.setattr(
        plane_message, "_cached_prior_mass", lambda *arguments: calls.append(arguments) or compute_mass(*arguments)
    )
    messages = {painting_plane.pack_empty_plane(DOT, 1.25, None) for _ in range(3)}
    assert len(messages) == 1 and len(calls) == 1


def test_the_plane_of_a_painting_keeps_its_window_unless_codes_leave_it():
    square = VisibleSquare((0.4, 0.2), 1.0, ("z₁", "z₂"))
    window = lambda points: painting_plane.around_painting(Plane(points, None, square), 1.0).visible_square  # noqa: E731
    assert window(np.zeros((9, 2))) == VisibleSquare((0.0, 0.0), painting_plane.MARGIN * HALF_WIDTH, ("z₁", "z₂"))
    assert window(np.full((9, 2), 7.0)).half == pytest.approx(7.35)


def parse_message(message):
    return painting_plane.parse_painting_message(validation.parse_message("painting", message))


def test_only_a_painting_is_taken_from_the_page():
    assert parse_message({"text": DOT, "message_number": 3}) == DOT
    for value in (None, {}, {"text": 3}, {"text": "ring"}, {"text": None}, [DOT], DOT):
        with pytest.raises(validation.MessageError, match="refused"):
            parse_message(value)
    for value in (DOT[:-2], DOT + "A" * 20_000):
        with pytest.raises(ConfigError, match="painting"):
            parse_message({"text": value})


def test_choosing_painted_shows_a_plane_to_paint_on(monkeypatch):
    brushes = []
    monkeypatch.setattr(watched_plane, "render_empty_plane", lambda brush, _: brushes.append(brush))
    app = open_train_page()
    assert not brushes and any(header.value == "No training is running" for header in app.header)
    app.selectbox(key="train.prior.name").set_value("painted").run()
    assert not app.exception and not error_texts(app) and not start_button(app).disabled
    assert app.query_params["preset"] == "painted" and not app.header
    assert [painting.parse_painting(brush["painting"]) for brush in brushes] == [painting.parse_painting("ring")]


def test_the_training_of_a_painting_is_watched_on_the_plane_it_was_painted_on(monkeypatch):
    planes = []
    monkeypatch.setattr(latent_canvas, "_component", lambda key, data, *_: planes.append((key, unpacked_header(data))))
    app = open_train_page(**{"prior.name": "painted", "prior.painting": DOT})
    start_button(app).click().run()
    assert not app.exception
    (first_key, painted_header), (last_key, waiting_header) = planes[0], planes[-1]
    assert first_key == last_key and painted_header["brush"]["painting"] == waiting_header["prior"]["painting"] == DOT
    assert waiting_header["brush"] is None and waiting_header["extent"] == painted_header["extent"]


def test_what_was_painted_goes_into_the_link_and_the_revision():
    app = open_train_page(**{"prior.name": "painted"})
    app.session_state["train.prior.painting"] = DOT
    app.run()
    assert app.query_params["prior.painting"] == DOT
    start_button(app).click().run()
    assert not app.exception
    (row,) = Store().list_own()
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
    (reason,) = [info.value for info in app.info if "samples of the painting" in info.value]
    assert reason.count(". ") == 1 and reason.endswith(".")
    assert any("beyond the edge of a painted prior" in text for text in error_texts(app))
    assert start_button(app).disabled


def test_an_empty_painting_is_refused_and_labels_need_parts():
    app = open_train_page(**{"prior.name": "painted"})
    app.session_state["train.prior.painting"] = painting.format_painting(bytes(painting.CELLS))
    app.run()
    assert any("Nothing is painted" in text for text in error_texts(app)) and start_button(app).disabled
    app = open_train_page(**{"prior.name": "painted", "variant": "label-informed"})
    assert any("a class for every part of the painting" in text for text in error_texts(app))
    tenths = bytes(15 + 16 * (1 + k // 410) for k in range(painting.CELLS))
    app.session_state["train.prior.painting"] = painting.format_painting(tenths)
    app.run()
    assert not error_texts(app) and not start_button(app).disabled
