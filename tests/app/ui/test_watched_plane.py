"""What stays on the plane of a training that is watched: its axes and its marker."""

from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("streamlit")

from app.figures.plane import VisibleSquare
from app.ui import watched_plane

AXES = ("z₁", "z₂")


@pytest.fixture(autouse=True)
def session(monkeypatch):
    """A session of a visitor."""
    monkeypatch.setattr(watched_plane, "st", SimpleNamespace(session_state={}))


def shown_half(revision_id, half, centre=(0.0, 0.0)):
    square = VisibleSquare(centre, half, AXES)
    return watched_plane._steady_square(SimpleNamespace(id=revision_id), square).half


def test_axes_stay_until_the_codes_need_others():
    assert [shown_half("a", half) for half in (3.0, 3.2, 2.0, 3.4)] == [3.0] * 4
    assert shown_half("a", 3.5) == 3.5, "much larger"
    assert shown_half("a", 1.7) == 1.7, "much smaller"
    assert shown_half("a", 1.8, centre=(0.5, 0.0)) == 1.8, "elsewhere"
    assert shown_half("b", 1.9) == 1.9, "another training"


def test_the_marker_stays_where_the_plane_first_had_it():
    def first_code(revision_id, value):
        revision = SimpleNamespace(id=revision_id, codes=SimpleNamespace(z=np.full((3, 2), value, np.float32)))
        return watched_plane._first_shown_code(revision).tolist()

    assert [first_code("a", 1), first_code("a", 2), first_code("b", 3)] == [[1, 1], [1, 1], [3, 3]]
