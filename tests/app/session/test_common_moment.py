"""Two runs on one time axis on the page Compare, without a browser: what the axis is told, what it says, what a link holds."""

import json
import shutil
import struct

import pytest

pytest.importorskip("streamlit")
import streamlit as st
from helpers import app_pages
from helpers.app_pages import assert_no_exception, page_components
from helpers.snapshots import fresh_snapshot

from aae_core import places
from aae_core.config.configuration import configure
from aae_core.runs import frame_recorder, worker
from aae_core.store.revisions import Store
from app.cache import lru, revision_data
from app.components import time_axis
from app.messages import validation
from app.scenes import paired_moments
from app.server import time_machine
from app.ui import common_moment

TINY = {"network.hidden": (16,), "network.discriminator": (16,), "data": "digits", "threads": 1}
SETTINGS_BY_KIND = {
    "long": {"steps": 60, "batch_size": 50, "name": "Long"},
    "short": {"steps": 20, "batch_size": 100, "name": "Short", "variant": "vae"},
    "bare": {"steps": 20, "name": "Bare"},
    "naked": {"steps": 20, "name": "Naked"},
}


@pytest.fixture(scope="module")
def trained_store(tmp_path_factory):
    """A store of two revisions with all of their frames, and two whose frames were taken away: path and {name: id}."""
    root = tmp_path_factory.mktemp("two")
    store = Store(root, gallery=root / "none")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frame_recorder.TimeBudget, "allows_another", lambda self: True)
        revisions = {
            kind: worker.train(configure(**TINY, **settings), store=store)
            for kind, settings in SETTINGS_BY_KIND.items()
        }
    for kind in ("bare", "naked"):
        shutil.rmtree(revisions[kind].path / "frames")
    return root, {kind: revision.id for kind, revision in revisions.items()}


@pytest.fixture
def ids(trained_store, tmp_path, monkeypatch):
    """The ids, in a store that is the only one there is."""
    st.cache_resource.clear()
    lru.clear_all()
    monkeypatch.setattr(places, "PROJECT", tmp_path)
    monkeypatch.setattr(revision_data, "start_background_imports", lambda: None)
    monkeypatch.setenv("AAE_CHECKPOINTS", str(trained_store[0]))
    return trained_store[1]


def open_compare(ids, left="long", right="short", **query):
    return assert_no_exception(app_pages.run_page("compare", left=ids[left], right=ids[right], **query))


def headers(app):
    """What each component of the page was sent, but for "link and view": the two planes and, where there is one, the axis."""
    messages = [part.proto.bytes for part in page_components(app)[:-1]]
    return [json.loads(message[8 : 8 + struct.unpack_from("<I", message)[0]]) for message in messages]


def send_moment(app, **value):
    states = app._tree.get_widget_states()
    states.widgets.add(id=page_components(app)[2].proto.id, json_value=json.dumps({"moment": value}))
    return assert_no_exception(app._run(states))


def settings(app):
    return {name: values[0] if isinstance(values, list) else values for name, values in app.query_params.items()}


def captions(app):
    return " ".join(c.value for c in app.caption)


def test_both_planes_have_their_history_and_one_axis(ids):
    left, right, axis = headers(open_compare(ids))
    assert left["link"]["group"] == right["link"]["group"] == axis["group"]
    assert (axis["axis"], axis["value"]) == ("images", None)
    assert (left["history"]["batch"], right["history"]["batch"]) == (50, 100)
    assert left["history"]["steps"] == list(range(0, 70, 10)) and right["history"]["now"] == 20
    assert not axis["silent"]
    assert axis["remarks"] == [paired_moments.DIFFERENT_COSTS_NOTE], "a VAE's cost of reconstruction is another one"


def test_a_side_without_frames_is_named_and_without_any_no_axis(ids):
    *_, axis = headers(open_compare(ids, right="bare"))
    reason = "Does not follow the time axis. No frames of its training were recorded."
    assert axis["silent"] == [["Bare", reason]] and not axis["remarks"]
    app = open_compare(ids, left="naked", right="bare")
    assert len(headers(app)) == 2 and paired_moments.NO_FRAMES_NOTE in captions(app)
    assert paired_moments.NO_FRAMES_NOTE not in captions(open_compare(ids))


def test_frames_that_cannot_be_listed_are_told_in_place_of_an_axis(ids, monkeypatch):
    monkeypatch.setattr(time_machine, "frame_steps_and_error", lambda revision: ([], "The folder could not be read."))
    app = open_compare(ids)
    assert len(headers(app)) == 2 and "The folder could not be read." in captions(app)


def test_a_chosen_moment_is_in_the_link_to_the_last_digit(ids):
    app = send_moment(open_compare(ids), axis="images", value=1500, message_number=1)
    assert settings(app)["moment"] == "1500" and "axis" not in settings(app)
    assert (headers(app)[2]["axis"], headers(app)[2]["value"]) == ("images", 1500.0)
    app = send_moment(app, axis="epochs", value=0.357143, message_number=2)
    assert (settings(app)["axis"], settings(app)["moment"]) == ("epochs", "0.357143")
    assert headers(app)[2]["value"] == 0.357143
    app = send_moment(app, axis="images", value=None, message_number=3)
    assert "moment" not in settings(app) and "axis" not in settings(app)


@pytest.mark.parametrize(("axis", "end"), [("images", 3000), ("steps", 60), ("epochs", 2.142857), ("share", 1)])
def test_a_link_reaches_to_the_end_of_the_longer_one_and_no_further(ids, axis, end):
    app = open_compare(ids, axis=axis, moment=str(end))
    assert headers(app)[2]["value"] == pytest.approx(end) and not app.toast
    app = open_compare(ids, axis=axis, moment=str(end + 1))
    assert headers(app)[2]["value"] is None and "“moment”" in app.toast[0].value and "moment" not in settings(app)


@pytest.mark.parametrize("text", ["soon", "-1", "1e3", "nan", "1" * 40, "²", "0x10", "", "<b>", "3001"])
def test_what_is_no_moment_is_not_read(text):
    assert common_moment.moment_parser(3000)(text) is None


@pytest.mark.parametrize("query", [{"moment": "soon"}, {"axis": "<b>"}])
def test_a_hostile_link_changes_nothing_and_is_told(ids, query):
    app = open_compare(ids, **query)
    (name,) = query
    assert (headers(app)[2]["axis"], headers(app)[2]["value"]) == ("images", None)
    assert [name in toast.value for toast in app.toast] == [True] and name not in settings(app)


def test_a_moment_of_two_others_is_none_of_these(ids):
    app = send_moment(open_compare(ids), axis="images", value=1500, message_number=1)
    app.query_params["right"] = ids["bare"]
    app = assert_no_exception(app.run())
    assert headers(app)[2]["value"] is None and "moment" not in settings(app)
    linked_app = open_compare(ids, right="bare", moment="1500")
    assert headers(linked_app)[2]["value"] == 1500


def test_a_link_of_two_without_frames_is_left_out(ids):
    app = open_compare(ids, left="naked", right="bare", moment="100")
    assert "“moment”" in app.toast[0].value


@pytest.mark.parametrize("value", [
    None, [], {}, {"axis": "images"[:-1], "value": 1}, {"axis": [], "value": 1}, {"axis": "steps", "value": "3"},
    {"axis": "steps", "value": -1}, {"axis": "steps", "value": True}, {"axis": "steps", "value": float("nan")},
    {"axis": "steps", "value": float("inf")}, {"axis": "steps", "value": 10**400}, {"axis": "steps", "value": [1]},
])  # fmt: skip
def test_what_the_axis_says_is_looked_at(value):
    with pytest.raises(validation.MessageError, match="refused"):
        time_axis.parse_moment_message(validation.parse_message("moment", value))


def test_a_refused_moment_changes_nothing_and_is_told(ids):
    app = send_moment(open_compare(ids), axis="images", value=-5, message_number=1)
    assert "moment" not in settings(app) and any("refused" in toast.value for toast in app.toast)


def test_a_plane_of_compare_has_no_moment_of_its_own(ids):
    app = open_compare(ids)
    states = app._tree.get_widget_states()
    states.widgets.add(id=page_components(app)[0].proto.id, json_value=json.dumps({"frame": {"step": 10}}))
    app = assert_no_exception(app._run(states))
    assert any("refused" in toast.value for toast in app.toast) and headers(app)[0]["frame"] is None


@pytest.mark.parametrize(("moment", "text"), [(0.0, "0"), (12800.0, "12800"), (21.428571, "21.428571"), (0.5, "0.5")])
def test_values_are_written_as_they_are_read(moment, text):
    assert common_moment.format_moment(moment) == text and common_moment.moment_parser(1e6)(text) == moment


def test_where_the_schedule_changed_the_rates_is_marked(trained_store):
    store = Store(trained_store[0], gallery=trained_store[0] / "none")
    schedule = ((0.5, 0.1), (1.0, 0.01), (90.0, 0.001))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frame_recorder.TimeBudget, "allows_another", lambda self: True)
        revision = worker.train(configure(**TINY, steps=20, **{"optimiser.schedule": schedule}), store=store)
    header, _ = time_machine.pack_frames(fresh_snapshot(revision))
    assert header["changed"] == [{"step": 7, "factor": 0.1}, {"step": 14, "factor": 0.01}]  # 14 steps an epoch
    shutil.rmtree(revision.path)
