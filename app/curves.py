"""Rows of a revision's metrics -> plotly figures of losses and measures over the epochs; no `st.*` call here.

A row is what the worker writes at a logged step: `step`, `epoch`, `losses` by phase and, in some rows, `measures` by name.
"""

import math
from dataclasses import dataclass

import plotly.graph_objects as go

MOST_POINTS = 400  # of one line: more cannot be told apart on a screen, and a live figure is sent again at every change
HEIGHT = 190


@dataclass(frozen=True)
class Line:
    """One curve of a panel: the part of a row and the name it is found under, what it is called, and where it should come to."""

    part: str  # "losses" or "measures"
    key: str
    title: str
    goal: float | None = None

    def value(self, row: dict) -> float | None:
        """The number that a row holds for this line; None where it has none, or none that is finite."""
        value = row.get(self.part, {}).get(self.key)
        return value if isinstance(value, (int, float)) and math.isfinite(value) else None


@dataclass(frozen=True)
class Panel:
    """A small chart of lines on one axis, with one line on how to read it."""

    title: str
    reading: str
    lines: tuple[Line, ...]
    low: float | None = 0.0
    high: float | None = None


# D's loss −log D(z ~ p) − log(1 − D(q(x))) is 2 ln 2 and the encoder's −log D(q(x)) is ln 2 where D(z) = ½ everywhere (§2).
ADVERSARY = (
    Line("losses", "discrimination", "D", 2 * math.log(2)),
    Line("losses", "generation", "encoder against D", math.log(2)),
)
PANELS = (
    Panel("Reconstruction loss", "Lower is better; it flattens when the code is full.", (Line("losses", "reconstruction", "loss"),)),
    Panel("MMD², codes to prior", "0: the codes lie as the prior does.", (Line("measures", "mmd2", "MMD²", 0.0),), None),
    Panel("Adversary's losses", "On the dotted lines D can tell codes from prior no longer.", ADVERSARY),
    Panel(
        "D's accuracy",
        "0.5 is equilibrium; near 1, D wins.",
        (Line("measures", "discriminator_accuracy", "accuracy", 0.5),),
        0.4,
        1.0,
    ),
    Panel("Holes", "Share of the prior with no code near; chance leaves 0.01.", (Line("measures", "holes", "holes", 0.01),)),
)


def thin(rows: list, most: int = MOST_POINTS) -> list:
    """At most `most` rows, evenly taken, the first and the last among them."""
    if len(rows) <= most:
        return rows
    return [rows[round(i * (len(rows) - 1) / (most - 1))] for i in range(most)]


def points(rows: list[dict], line: Line) -> tuple[list[float], list[float]]:
    """Epochs and values of the rows that hold a finite number for the line."""
    found = [(row["epoch"], value) for row in rows if (value := line.value(row)) is not None]
    found = thin(found)
    return [epoch for epoch, _ in found], [value for _, value in found]


def panels(rows: list[dict]) -> list[Panel]:
    """The panels for which the rows hold at least one value."""
    return [panel for panel in PANELS if any(line.value(row) is not None for line in panel.lines for row in rows)]


def figure(rows: list[dict], panel: Panel, colours: list[str], last_epoch: float | None = None) -> go.Figure:
    """One panel: its lines over the epochs, dotted where they should come to, up to the run's last epoch."""
    fig = go.Figure()
    for line, colour in zip(panel.lines, colours, strict=False):
        x, y = points(rows, line)
        if not x:
            continue
        mode = "lines+markers" if len(x) < 3 else "lines"
        fig.add_scatter(x=x, y=y, mode=mode, name=line.title, line={"color": colour, "width": 2})
        if line.goal is not None:
            fig.add_hline(line.goal, line={"color": colour, "width": 1, "dash": "dot"})
    fig.update_layout(
        height=HEIGHT,
        margin={"l": 44, "r": 8, "t": 8, "b": 30},
        showlegend=len(panel.lines) > 1,
        legend={"x": 1, "y": 1, "xanchor": "right", "yanchor": "top", "bgcolor": "rgba(0,0,0,0)"},
        hovermode="x unified",
        uirevision=panel.title,  # a live chart keeps the zoom its reader chose
    )
    fig.update_xaxes(title={"text": "epoch", "standoff": 4}, range=[0, last_epoch] if last_epoch else None, rangemode="tozero")
    fig.update_yaxes(nticks=5, **_range(rows, panel))
    return fig


def _range(rows, panel):
    """The y axis holds the panel's own limits and its goals, and gives way where a value lies beyond."""
    values = [value for line in panel.lines for value in points(rows, line)[1]]
    values += [line.goal for line in panel.lines if line.goal is not None]
    low = min([*values, panel.low]) if panel.low is not None else min(values)
    high = max([*values, panel.high]) if panel.high is not None else max(values)
    margin = 0.06 * ((high - low) or 1)
    return {"range": [low - margin if low < (panel.low if panel.low is not None else math.inf) else low, high + margin]}
