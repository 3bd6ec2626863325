"""Names of classes in plotly's figures: broken into lines, and legends in which every name has room.

Plotly breaks no text by itself, and draws what does not fit over the axes or beyond the figure. Sizes are in pixels at the
usual size of letters.
"""

import textwrap

import numpy as np
import plotly.graph_objects as go

LINE_LETTERS = 24  # of a name, in one line
LETTER_WIDTH, LINE_HEIGHT, ENTRY_GAP = (
    7,
    15.6,
    3.4,
)  # width of a letter, height of a line, space between two entries of a legend
SYMBOL_WIDTH = 40  # an entry's marker and the space around it
LEGEND_WIDTH = 300  # of the narrowest figure with a legend that the pages show in a wide window
MAX_LEGEND_HEIGHT = 600  # height of a legend, at most; a longer one is scrolled
AXIS_HEIGHT = 48  # the axis's numbers and title below a figure, and some space
# Width of a letter and height of a name on a map, as shares of the map's half-width.
LABEL_LETTER, LABEL_HEIGHT = 0.06, 0.14


def escape_for_plotly(text: str) -> str:
    """The text escaped for plotly, so that it is neither markup nor a template."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("{", "&#123;")


def wrap_for_plotly(text: str) -> str:
    """The text for plotly, in lines of at most LINE_LETTERS letters."""
    return "<br>".join(escape_for_plotly(line) for line in textwrap.wrap(text, LINE_LETTERS) or [text])


def legend_height(entries: list[str]) -> float:
    """The height of a legend with entries of `wrap_for_plotly` text, in as many columns as fit into LEGEND_WIDTH."""
    lines = [entry.split("<br>") for entry in entries]
    widest = max((len(line) for entry in lines for line in entry), default=0)
    columns = max(1, LEGEND_WIDTH // (SYMBOL_WIDTH + LETTER_WIDTH * widest))
    rows = [lines[first : first + columns] for first in range(0, len(lines), columns)]
    return sum(LINE_HEIGHT * max(map(len, row)) + ENTRY_GAP for row in rows)


def stacked_names_height(wrapped_names: list[str]) -> float:
    """The height of a column of `wrap_for_plotly` names, all with the same space."""
    return len(wrapped_names) * (LINE_HEIGHT * max(name.count("<br>") + 1 for name in wrapped_names) + ENTRY_GAP)


def place_legend_below(fig: go.Figure) -> go.Figure:
    """The figure, enlarged by a legend below its axis, beside no other part."""
    height = min(MAX_LEGEND_HEIGHT, legend_height([trace.name for trace in fig.data if trace.name]))
    margin = AXIS_HEIGHT + round(height)
    return fig.update_layout(
        showlegend=True, height=fig.layout.height + round(height), margin={"b": margin},
        legend={
            "orientation": "h", "x": 0, "xref": "container", "xanchor": "left", "y": 0, "yref": "container", "yanchor": "bottom",
            "maxheight": MAX_LEGEND_HEIGHT, "title": {"text": ""}, "itemsizing": "constant",
        },
    )  # fmt: skip


def classes_with_room_for_name(
    places: dict[int, np.ndarray], names: dict[int, str], centre: np.ndarray, half: float
) -> list[int]:
    """The classes whose names fit at their places on a square map, neither over each other nor beyond its edge; [] if fewer
    than half do. places: (x, y) of each class; centre, half: of the map, in its own units."""
    boxes = {}
    for k, place in places.items():
        size = np.array([LABEL_LETTER * max(2, len(names[k])), LABEL_HEIGHT]) * half
        outside = np.abs(place - centre) + size / 2 > half
        covers = [np.all(np.abs(place - other) < (size + other_size) / 2) for other, other_size in boxes.values()]
        if not outside.any() and not any(covers):
            boxes[k] = (place, size)
    return list(boxes) if 2 * len(boxes) >= len(places) else []
