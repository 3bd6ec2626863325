"""Names of classes in plotly's figures: every name can be read, and lies over nothing else."""

import numpy as np
import pytest

pytest.importorskip("plotly")

from app.figures import charts, class_names
from app.figures.plane import VisibleSquare

LONG = tuple(f"{kind} of the {place} colon" for kind in ("adenocarcinoma", "squamous carcinoma") for place in range(5))
FRAME = VisibleSquare((0.0, 0.0), 10.0, ("z₁", "z₂"))


def spread(count):
    """Codes of that many classes, one each, far from each other."""
    angle = 2 * np.pi * np.arange(count) / count
    return 7 * np.stack([np.cos(angle), np.sin(angle)], axis=1), np.arange(count)


def test_a_name_is_broken_between_words_and_never_shortened():
    lines = class_names.wrap_for_plotly("squamous cell carcinoma of the lower lip").split("<br>")
    assert lines == ["squamous cell carcinoma", "of the lower lip"]
    assert class_names.wrap_for_plotly("y" * 60).replace("<br>", "") == "y" * 60
    assert class_names.wrap_for_plotly("<b>&{x}") == "&lt;b>&amp;&#123;x}" and class_names.wrap_for_plotly(" ") == " "


def test_short_names_stand_on_the_map_and_long_ones_below_it():
    codes, labels = spread(10)
    short = charts.latent_map(FRAME, codes, labels, tuple("0123456789"))
    assert len(short.layout.annotations) == 10 and not short.layout.showlegend
    long = charts.latent_map(FRAME, codes, labels, LONG)
    assert not long.layout.annotations and long.layout.showlegend
    read = {trace.name.replace("<br>", " ").partition("  (")[0].strip() for trace in long.data}
    assert {name.split(" (")[0] for name in read} == set(LONG)


def test_the_legend_below_a_map_has_its_own_room():
    """Two lines of 15.6 pixels and 3.4 between entries, as plotly draws them in a browser."""
    codes, labels = spread(10)
    figure = charts.latent_map(FRAME, codes, labels, LONG)
    legend, most = figure.layout.legend, figure.layout.height - figure.layout.margin.b
    assert (legend.yref, legend.yanchor, legend.y) == ("container", "bottom", 0)
    assert all(trace.name.count("<br>") == 1 for trace in figure.data)
    assert figure.layout.margin.b >= 10 * (2 * 15.6 + 3.4) + 40 and most >= 340, "the map keeps its size"


def test_a_legend_of_short_names_has_several_columns():
    assert class_names.legend_height(["0"] * 10) < class_names.legend_height(["0123456789" * 2] * 10) / 3
    assert class_names.legend_height([]) == 0


def test_labels_lie_neither_over_each_other_nor_beyond_the_edge():
    places = {0: np.array([0.0, 0.0]), 1: np.array([4.0, 0.0]), 2: np.array([0.0, 5.0]), 3: np.array([9.9, -5.0])}
    names = {0: "a", 1: "b", 2: "c", 3: "d"}
    assert class_names.classes_with_room_for_name(places, names, np.zeros(2), 10.0) == [0, 1, 2], (
        "the last would be cut off"
    )
    wide = names | {0: "a name of twenty-four …"}
    assert class_names.classes_with_room_for_name(places, wide, np.zeros(2), 10.0) == [0, 2], (
        "the second would lie below the first"
    )


def test_bars_of_long_names_lie_beside_them_with_room_for_each():
    labels = np.arange(10)
    standing, lying = charts.class_count_bars(labels, tuple("0123456789")), charts.class_count_bars(labels, LONG)
    assert standing.data[0].orientation is None and lying.data[0].orientation == "h"
    assert [name.replace("<br>", " ") for name in lying.data[0].y] == list(LONG) and list(lying.data[0].x) == [1] * 10
    assert lying.layout.yaxis.autorange == "reversed" and lying.layout.yaxis.dtick == 1, "all names, in their order"
    assert lying.layout.height >= 10 * 2 * 15.6
