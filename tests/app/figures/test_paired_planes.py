"""What two revisions have in common, by hand-built cases."""

from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("streamlit")
from app.figures import paired_planes
from app.figures.plane import CodesOnPlane, Plane, VisibleSquare

CLASSES = ("cat", "dog")


def codes_on_plane(
    id_="a", data="pets", index=(3, 1, 2), split="train", dim=2, view="pair", dimensions=(0, 1), classes=CLASSES
):
    revision = SimpleNamespace(id=id_, data=SimpleNamespace(name=data, classes=classes))
    probe = SimpleNamespace(z=np.zeros((len(index), dim), np.float32), index=np.array(index), split=split)
    return CodesOnPlane(revision, probe, None, view, dimensions)


@pytest.mark.parametrize(
    ("changes", "aspects"),
    [
        ({}, ("z", "images", "view", "classes")),
        ({"index": (3, 2, 1)}, ("z", "view", "classes")),
        ({"index": (3, 1)}, ("z", "view", "classes")),
        ({"split": "test"}, ("z", "view", "classes")),
        ({"data": "digits", "classes": ("0", "1", "2")}, ("z", "view")),
        ({"dim": 1, "dimensions": (0, 0)}, ("images", "classes")),
        ({"dim": 8, "view": "pca"}, ("images", "classes")),
        ({"data": "digits", "classes": ("0",), "dim": 8, "view": "pca"}, ()),
    ],
)
def test_what_two_have_in_common(changes, aspects):
    assert paired_planes.shared_aspects(codes_on_plane(), codes_on_plane("b", **changes)) == aspects


def test_principal_axes_are_the_same_only_of_one_revision():
    settings = {"dim": 8, "view": "pca"}
    assert "view" in paired_planes.shared_aspects(codes_on_plane(**settings), codes_on_plane(**settings))
    assert paired_planes.shared_aspects(codes_on_plane(**settings), codes_on_plane("b", **settings)) == (
        "z",
        "images",
        "classes",
    )


def test_what_is_not_linked_is_said():
    assert paired_planes.link_sentence(("z", "images", "view", "classes")) == paired_planes.LINKED_TEXT
    link_sentence = paired_planes.link_sentence(("images", "classes"))
    assert (
        "differ in dimension" in link_sentence
        and "axes differ" in link_sentence
        and link_sentence.endswith("else acts on both planes.")
    )
    assert "test images" not in link_sentence and "Everything else" not in paired_planes.link_sentence(())


def test_the_common_frame_holds_all_frames_and_no_more():
    frames = [VisibleSquare((0.0, 0.0), 2.0, ("a", "b")), VisibleSquare((1.0, -3.0), 1.5, ("a", "b"))]
    common_square = paired_planes.common_square(frames)
    assert (common_square.centre, common_square.half, common_square.axes) == ((0.0, 0.0), 4.5, ("a", "b"))
    assert paired_planes.common_square(frames[:1]) == frames[0]


def test_a_compared_frame_holds_nearly_all_points_and_never_shrinks():
    points = np.random.default_rng(0).normal(size=(5000, 2))
    narrow_plane = Plane(points, None, VisibleSquare((0.0, 0.0), 2.0, ("a", "b")))
    half = paired_planes.enlarged_square(narrow_plane).half
    assert 0.997 < (np.abs(points) <= half).all(axis=1).mean() < 1
    wide_plane = Plane(points, None, VisibleSquare((0.0, 0.0), 9.0, ("a", "b")))
    assert paired_planes.enlarged_square(wide_plane) == wide_plane.visible_square
    empty_plane = Plane(np.full((3, 2), np.nan), None, narrow_plane.visible_square)
    assert paired_planes.enlarged_square(empty_plane) == narrow_plane.visible_square
