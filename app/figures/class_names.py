"""Names of classes in plotly's figures: broken into lines, and columns in which every name has room.

Plotly breaks no text by itself, and draws what does not fit over the axes or beyond the figure. Sizes are in pixels at the
usual size of letters.
"""

import textwrap

LINE_LETTERS = 24  # of a name, in one line
LINE_HEIGHT, ENTRY_GAP = 15.6, 3.4  # height of a line, space between two names
AXIS_HEIGHT = 48  # the axis's numbers and title below a figure, and some space


def escape_for_plotly(text: str) -> str:
    """The text escaped for plotly, so that it is neither markup nor a template."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("{", "&#123;")


def wrap_for_plotly(text: str) -> str:
    """The text for plotly, in lines of at most LINE_LETTERS letters."""
    return "<br>".join(escape_for_plotly(line) for line in textwrap.wrap(text, LINE_LETTERS) or [text])


def stacked_names_height(wrapped_names: list[str]) -> float:
    """The height of a column of `wrap_for_plotly` names, all with the same space."""
    return len(wrapped_names) * (LINE_HEIGHT * max(name.count("<br>") + 1 for name in wrapped_names) + ENTRY_GAP)
