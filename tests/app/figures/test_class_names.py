"""Names of classes in plotly's figures: every name can be read, and lies over nothing else."""

import numpy as np
import pytest

pytest.importorskip("plotly")

from app.figures import charts, class_names

LONG = tuple(f"{kind} of the {place} colon" for kind in ("adenocarcinoma", "squamous carcinoma") for place in range(5))


def test_a_name_is_broken_between_words_and_never_shortened():
    lines = class_names.wrap_for_plotly("squamous cell carcinoma of the lower lip").split("<br>")
    assert lines == ["squamous cell carcinoma", "of the lower lip"]
    assert class_names.wrap_for_plotly("y" * 60).replace("<br>", "") == "y" * 60
    assert class_names.wrap_for_plotly("<b>&{x}") == "&lt;b>&amp;&#123;x}" and class_names.wrap_for_plotly(" ") == " "


def test_bars_of_long_names_lie_beside_them_with_room_for_each():
    labels = np.arange(10)
    vertical_bars = charts.class_count_bars(labels, tuple("0123456789"))
    horizontal_bars = charts.class_count_bars(labels, LONG)
    assert vertical_bars.data[0].orientation is None and horizontal_bars.data[0].orientation == "h"
    assert [name.replace("<br>", " ") for name in horizontal_bars.data[0].y] == list(LONG) and list(
        horizontal_bars.data[0].x
    ) == [1] * 10
    assert horizontal_bars.layout.yaxis.autorange == "reversed" and horizontal_bars.layout.yaxis.dtick == 1, (
        "all names, in their order"
    )
    assert horizontal_bars.layout.height >= 10 * 2 * 15.6
