"""What the grid of styles × classes is told, and how its contents live in a link."""

import numpy as np
import pytest

pytest.importorskip("streamlit")
import streamlit as st
from helpers.plane_scenes import unpack_message
from helpers.snapshots import fresh_snapshot

from aae_core.config.configuration import configure
from aae_core.runs import worker
from aae_core.store.revisions import Store
from app.cache import lru
from app.messages import incoming, validation, wire_format
from app.page_parts.style import style_grid_layout
from app.scenes import grid_message
from app.server import assets

TINY = {"network.hidden": (16,), "network.discriminator": (16,), "data": "digits", "steps": 10, "threads": 1}
GRID_STATE = {"rows": [3, 1], "columns": [7], "blend": {"a": 3, "b": 8, "t": 0.35}}


@pytest.fixture(autouse=True)
def clear_caches():
    st.cache_resource.clear()
    lru.clear_all()
    st.cache_data.clear()


def revision_and_grid_message(tmp_path, **settings):
    """A trained revision, and the header and arrays that its grid is told."""
    config = configure(**{**TINY, "variant": "supervised", "latent_dim": 3, **settings})
    revision = worker.train(config, store=Store(tmp_path, gallery=tmp_path / "none"))
    code = np.array([0.5, -1.0, 0.25])
    return revision, *unpack_message(
        wire_format.pack_message(
            *grid_message.message_parts(fresh_snapshot(revision), fresh_snapshot(revision).codes, code, GRID_STATE)
        )
    )


def test_the_grid_is_told_networks_codes_images_and_what_it_holds(tmp_path):
    revision, header, arrays = revision_and_grid_message(tmp_path)
    assert (
        header["layout"] == GRID_STATE
        and header["code"] == [0.5, -1.0, 0.25]
        and header["content_numbers"] == list(range(10))
    )
    assert header["limits"] == {"rows": 12, "columns": 30} and arrays["quantiles"].shape[0] == 2
    assert header["weights"]["decoder"]["layers"][0] == [13, 16] and header["sprites"]["count"] == len(
        revision.probe().z
    )
    _, codes = unpack_message(assets.ASSETS.find(header["codes"]["url"].rpartition("/")[2]))
    assert np.array_equal(codes["z"], revision.probe().z) and np.array_equal(codes["labels"], revision.probe().labels)


def test_clusters_are_the_contents_and_go_with_the_codes_beside_the_labels(tmp_path):
    revision, header, _ = revision_and_grid_message(tmp_path, variant="clustering", clusters=30)
    assert header["contents"] == [f"cluster {k}" for k in range(30)] and header["content_numbers"] == list(range(30))
    assert style_grid_layout.default_layout(fresh_snapshot(revision), fresh_snapshot(revision).codes)[
        "columns"
    ] == list(range(16)), "as many as are seen at once"
    _, codes = unpack_message(assets.ASSETS.find(header["codes"]["url"].rpartition("/")[2]))
    assert np.array_equal(codes["content"], revision.probe().content)
    assert np.array_equal(codes["labels"], revision.probe().labels)


def test_a_decoder_that_the_page_cannot_run_is_asked_of_the_server(tmp_path, monkeypatch):
    monkeypatch.setattr(assets, "MAX_MULTIPLICATIONS", 1000)
    _, header, _ = revision_and_grid_message(tmp_path)
    assert not (header["weights"] or {}).get("decoder") and "million multiplications" in header["decoder_refusal"]
    assert header["server"]["decode"].endswith("/decode")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("3,1,4", [3, 1, 4]), (" 3 , 3 ", [3, 3]), ("9", [9]), ("", None), (",", None), ("10", None), ("-1", None), ("1.5", None),
     ("²", None), ("1" * 20, None), (",".join("1" * 13), None)],
)  # fmt: skip
def test_rows_in_a_link(text, expected):
    assert style_grid_layout.parse_number_list(text, incoming.MAX_ROWS, 10) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("3~8~0.35", {"a": 3, "b": 8, "t": 0.35}), ("0~0~1", {"a": 0, "b": 0, "t": 1.0}), ("3~8~nan", None), ("3~8~1.01", None),
     ("3~10~0", None), ("-1~8~0", None), ("3.0~8~0", None), ("3~8", None), ("3~8~0~0", None), ("1e999~8~0", None)],
)  # fmt: skip
def test_a_blend_in_a_link(text, expected):
    assert style_grid_layout.parse_blend(text, 10) == expected


NAN, VAST = float("nan"), 10**400
ABSURD_STATES = [
    *({**GRID_STATE, "rows": rows} for rows in (
        [], [10], [-1], [True], [1.0], ["1"], [NAN], [VAST], list(range(10)) * 2, "1", None, {},
    )),
    *({**GRID_STATE, "columns": columns} for columns in ([], [3], [-1], [0] * 31, [[0]], None)),
    *({**GRID_STATE, "columns": [0], "blend": blend} for blend in (
        {"a": 0, "b": 1}, {"a": 0, "b": 3, "t": 0}, {"a": 0, "b": 1, "t": NAN}, {"a": 0, "b": 1, "t": -0.1},
        {"a": 0, "b": 1, "t": 1e308}, {"a": 0, "b": 1, "t": "0"}, {"a": None, "b": 1, "t": 0}, [0, 1, 0], None,
    )),
    {}, [], None, "x", 1e308,
]  # fmt: skip


@pytest.mark.parametrize("value", ABSURD_STATES, ids=lambda v: repr(v)[:60])
def test_absurd_layouts_are_refused_in_a_sentence(value):
    with pytest.raises(validation.MessageError) as error:
        validation.parse_grid_layout(validation.parse_message("layout", value), 10, 3)
    assert "refused" in str(error.value) and len(str(error.value)) < 150


def test_a_layout_is_read_as_it_was_meant():
    assert validation.parse_grid_layout(GRID_STATE, 4, 10) == GRID_STATE
