"""Rows of a revision's metrics -> plotly figures of losses and measures over the epochs; no `st.*` call here.

A row is what the worker writes at a logged step: `step`, `epoch`, `losses` by phase and, in some rows, `measures`.
"""

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas  # noqa: F401  plotly takes it from sys.modules as it is: half imported, if another thread is at it
import plotly.graph_objects as go

from aae_core.evaluation.metrics import as_shown
from aae_core.files import is_number

FEW_POINTS = 12  # per line below which the points are marked, so that one sees where it was measured
MOST_POINTS = 400  # per line: more cannot be distinguished on a screen, and a live figure is sent again at every change
HEIGHT = 180
LEGEND_LINE = 20  # pixels of a line of the legend above a panel of several runs


@dataclass(frozen=True)
class Line:
    """One curve of a panel: its part of a row and name there, its title, and its goal."""

    part: str  # "losses" or "measures"
    key: str
    title: str
    goal: float | None = None

    def value(self, row: dict) -> float | None:
        """The number that a row holds for this line; None where it has none, or none that is finite."""
        value = row.get(self.part, {}).get(self.key)
        return as_shown(self.key, value) if is_number(value) else None


@dataclass(frozen=True)
class Panel:
    """A small chart of lines on one axis, with one line on how to read it."""

    title: str
    reading: str
    lines: tuple[Line, ...]
    low: float | None = 0.0
    high: float | None = None


@dataclass(frozen=True)
class Run:
    """One of several runs in a chart. judges: as in `panels`."""

    title: str
    rows: list[dict]
    judges: int


# Where D(z) = ½ everywhere, D's loss −log D(z ~ p) − log(1 − D(q(x))) is 2 ln 2, the encoder's −log D(q(x)) ln 2 (§2).
ADVERSARY = Panel(
    "Adversary's losses",
    "Dotted lines: D cannot tell codes from samples of the prior.",
    (
        Line("losses", "discrimination", "D", 2 * math.log(2)),
        Line("losses", "generation", "encoder against D", math.log(2)),
    ),
    0.0,
    2.0,
)
LOSS = Panel("Reconstruction loss", "Lower is better.", (Line("losses", "reconstruction", "loss"),))
ERROR = Panel(
    "Reconstruction error",
    "½‖x − x̂‖² of training images, whatever the cost; the last point is of test images.",
    (Line("measures", "reconstruction", "error"),),
    None,
)
PANELS = (  # drawn in pairs: the distance to the prior stands beside the adversary's losses
    ADVERSARY,
    Panel(
        "MMD², codes to prior",
        "0: the codes are distributed like the prior.",
        (Line("measures", "mmd2", "MMD²", 0.0),),
        None,
    ),
    LOSS,
    Panel(
        "D's accuracy",
        "0.5: equilibrium. Near 1: D wins.",
        (Line("measures", "discriminator_accuracy", "accuracy", 0.5),),
        0.4,
        1.0,
    ),
    Panel(
        "Classification loss",
        "On the labelled images.",
        (Line("losses", "classification", "loss"),),
    ),
    Panel(
        "Error on held-out labels",
        "Misclassified share of the images whose labels were held back; at the end, of the test images.",
        (Line("measures", "error", "classes"), Line("measures", "cluster_error", "clusters")),
    ),
    Panel(
        "Holes",
        "Share of the prior with no code nearby; expected by chance: 0.01.",
        (Line("measures", "holes", "holes", 0.01),),
    ),
)


def thin(rows: list, most: int = MOST_POINTS) -> list:
    """At most `most` rows, evenly spaced, including the first and the last."""
    if len(rows) <= most:
        return rows
    return [rows[round(i * (len(rows) - 1) / (most - 1))] for i in range(most)]


def points(rows: list[dict], line: Line) -> tuple[list[float], list[float]]:
    """Epochs and values of the rows that hold a finite number for the line."""
    found = [(row["epoch"], value) for row in rows if (value := line.value(row)) is not None]
    found = thin(found)
    return [epoch for epoch, _ in found], [value for _, value in found]


def panels(rows: list[dict], judges: int = 1) -> list[Panel]:
    """The panels for which the rows hold at least one value. judges: over how many discriminators the adversary's losses are
    summed, two if the content has its own (§5)."""
    return [panel for panel in _with_judges(PANELS, judges) if _has_values(panel, rows)]


def compared(runs: list[Run]) -> list[Panel]:
    """The panels for which one of several runs has a value. The reconstruction loss, which differs between costs, is replaced by
    an error that is measured alike for all."""
    judged = {run.judges for run in runs if _has_values(ADVERSARY, run.rows)}
    found = _with_judges(
        [ERROR if panel is LOSS else panel for panel in PANELS], judged.pop() if len(judged) == 1 else None
    )
    return [panel for panel in found if any(_has_values(panel, run.rows) for run in runs)]


def _has_values(panel, rows):
    return any(line.value(row) is not None for line in panel.lines for row in rows)


def _with_judges(wanted, judges):
    """The panels with the adversary's goals for so many discriminators; without goals if the runs differ in that."""
    goals = {line.key: judges and judges * line.goal for line in ADVERSARY.lines}
    summed = replace(
        ADVERSARY,
        lines=tuple(replace(line, goal=goals[line.key]) for line in ADVERSARY.lines),
        high=(judges or 1) * ADVERSARY.high,
    )
    return [summed if panel is ADVERSARY else panel for panel in wanted]


def figure(rows: list[dict], panel: Panel, colours: Sequence[str]) -> go.Figure:
    """One panel: its lines over the epochs so far, with dotted lines for goals."""
    drawn = [(rows, line, line.title, {"color": colour}) for line, colour in zip(panel.lines, colours, strict=False)]
    return _figure(panel, drawn)


def together(runs: list[Run], panel: Panel, colours: Sequence[str]) -> go.Figure:
    """One panel of several runs: a colour for each run, a dash for each line."""
    several = len(panel.lines) > 1
    drawn = [
        (run.rows, line, f"{run.title}: {line.title}" if several else run.title, {"color": colour, "dash": dash})
        for run, colour in zip(runs, colours, strict=False)
        for line, dash in zip(panel.lines, ("solid", "dash"), strict=False)
    ]
    figure = _figure(panel, drawn)
    top = LEGEND_LINE * (1 + len(figure.data) // 2)
    return figure.update_layout(height=HEIGHT + top, margin={"t": top})


def _figure(panel, drawn):
    """drawn: rows, the line to find in them, its name and its looks."""
    lines, goals = [], {}
    for rows, line, name, looks in drawn:
        x, y = points(rows, line)
        if not x:
            continue
        mode = "lines+markers" if len(x) < FEW_POINTS else "lines"
        lines.append({"x": x, "y": y, "mode": mode, "name": html.escape(name), "line": {**looks, "width": 2}})
        if line.goal is not None:
            across = {"type": "line", "xref": "x domain", "x0": 0, "x1": 1, "y0": line.goal, "y1": line.goal}
            goals.setdefault(line.goal, {**across, "line": {"color": looks["color"], "width": 1, "dash": "dot"}})
    layout = {
        "height": HEIGHT,
        "margin": {"l": 44, "r": 8, "t": 8 + LEGEND_LINE * (len(drawn) > 1), "b": 30},
        "showlegend": len(drawn) > 1,
        "legend": {"orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"},  # above the curves
        "hovermode": "x unified",
        "uirevision": panel.title,  # a live chart keeps the zoom chosen by its reader
        "shapes": list(goals.values()),
        "xaxis": {"title": {"text": "epoch", "standoff": 4}, "rangemode": "tozero", "nticks": 6},
        "yaxis": {"nticks": 5, "range": _range(panel, drawn)},
    }
    # in one call, which plotly checks once: a live page draws all panels again at every row
    return go.Figure({"data": [{"type": "scatter", **line} for line in lines], "layout": layout})


def _range(panel, drawn):
    """The y axis covers the panel's limits, its goals and the values, except the extreme first ones."""
    shown = [limit for limit in (panel.low, panel.high) if limit is not None]
    for rows, line, *_ in drawn:
        values = points(rows, line)[1]
        shown += values[_first_shown(len(values)) :]
        shown += [] if line.goal is None else [line.goal]
    low, high = min(shown), max(shown)
    margin = 0.06 * ((high - low) or 1)
    return [low if low == panel.low else low - margin, high + margin]


def _first_shown(count):
    """How many values at the start the y axis need not show: a tenth, and one as soon as there are four."""
    return max(count // 10, 1) if count >= 4 else 0
