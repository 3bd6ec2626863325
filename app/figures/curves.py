"""Rows of a revision's metrics -> plotly figures of losses and metrics over the epochs; no `st.*` call here.

The worker writes a row at each logged step: `step`, `epoch`, `losses` by phase and, in some rows, `measures` (metrics).
"""

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from aae_core.evaluation.metrics import displayed_value
from aae_core.files import is_finite_number
from aae_core.store.export import thin_out_rows
from app.figures.plotly_objects import go
from app.translation.texts import mark, translate

FEW_POINTS = 12  # a line with fewer points has markers, which show where it was measured
MOST_POINTS = 400  # per line: more cannot be distinguished on a screen, and a live figure is sent again at every change
HEIGHT = 180
DASHES = ("solid", "dash")  # of a panel's lines
LEGEND_LINE = 20  # pixels, the height of a line of the legend


@dataclass(frozen=True)
class Line:
    """One curve of a panel. part, key: where a row has its value; goal: the value at which it should arrive, if any."""

    part: str  # "losses" or "measures"
    key: str
    title: str
    goal: float | None = None

    def value(self, row: dict) -> float | None:
        """The value of this line in a row; None if there is no finite number."""
        value = row.get(self.part, {}).get(self.key)
        return displayed_value(self.key, value) if is_finite_number(value) else None


@dataclass(frozen=True)
class Panel:
    """A small chart of lines on one axis. reading: how to read it, in one line; low, high: what the axis shows at least."""

    title: str
    reading: str
    lines: tuple[Line, ...]
    low: float | None = 0.0
    high: float | None = None


@dataclass(frozen=True)
class RunMetrics:
    """A training run in a chart, with the rows of its metrics. n_discriminators: the number of discriminators over which the
    adversary's losses are summed, two if the content has its own (§5)."""

    title: str
    rows: list[dict]
    n_discriminators: int


# If D(z) = ½ everywhere, D's loss −log D(z ~ p) − log(1 − D(z ~ q)) is 2 ln 2, and the encoder's loss −log D(z ~ q) is ln 2 (§2).
ADVERSARY = Panel(
    mark("Adversary's losses"), mark("Dotted lines: D cannot tell codes from samples of the prior."),
    (
        Line("losses", "discrimination", "D", 2 * math.log(2)),
        Line("losses", "generation", mark("encoder against D"), math.log(2)),
    ),
    high=2.0,
)  # fmt: skip
LOSS = Panel(
    mark("Reconstruction loss"), mark("Lower is better."), (Line("losses", "reconstruction", mark("loss")),)
)  # fmt: skip
ERROR = Panel(
    mark("Reconstruction error"),
    mark("½‖x − x̂‖² of training images, whatever the cost; of test images at the last point."),
    (Line("measures", "reconstruction", mark("error")),), low=None,
)  # fmt: skip
PANELS = (  # drawn in pairs: the distance to the prior stands beside the adversary's losses
    ADVERSARY,
    Panel(
        mark("MMD², codes to prior"), mark("Near 0: no difference between codes and prior that its kernels see."),
        (Line("measures", "mmd2", "MMD²", 0.0),), low=None,
    ),
    LOSS,
    Panel(
        mark("D's accuracy"), mark("0.5: equilibrium. Near 1: D wins."),
        (Line("measures", "discriminator_accuracy", mark("accuracy"), 0.5),), low=0.4, high=1.0,
    ),
    Panel(
        mark("Classification loss"), mark("On the labelled images."),
        (Line("losses", "classification", mark("loss")),),
    ),
    Panel(
        mark("Error on held-out labels"),
        mark("Share of misclassified images among those whose labels were held back; at the end, among the test images."),
        (Line("measures", "error", mark("classes")), Line("measures", "cluster_error", mark("clusters"))),
    ),
    Panel(
        mark("Reconstruction error, held out"), mark("½‖x − x̂‖² of training images that the training does not see."),
        (Line("measures", "held_out", mark("error")),), low=None,
    ),
    Panel(
        mark("Holes"), mark("Share of the prior with no code nearby; expected by chance: 0.01."),
        (Line("measures", "holes", mark("holes"), 0.01),),
    ),
)  # fmt: skip


def curve_points(rows: list[dict], line: Line) -> tuple[list[float], list[float]]:
    """Epochs and values of the rows with a finite number for the line, thinned to MOST_POINTS."""
    sampled_points = thin_out_rows(
        [(row["epoch"], value) for row in rows if (value := line.value(row)) is not None], MOST_POINTS
    )
    return [epoch for epoch, _ in sampled_points], [value for _, value in sampled_points]


def visible_panels(runs: list[RunMetrics]) -> list[Panel]:
    """The panels for which any of the runs has a value. For several runs, the reconstruction loss, which cannot be compared
    between costs, is replaced by the reconstruction error, which can."""
    discriminator_counts = {run.n_discriminators for run in runs if _has_values(ADVERSARY, run.rows)}
    # without a common number, the adversary's losses have no goals
    n_discriminators = discriminator_counts.pop() if len(discriminator_counts) == 1 else None
    lines = tuple(
        replace(line, goal=None if n_discriminators is None else n_discriminators * line.goal)
        for line in ADVERSARY.lines
    )
    adversary_panel = replace(ADVERSARY, lines=lines, high=(n_discriminators or 1) * ADVERSARY.high)
    replacements = {ADVERSARY: adversary_panel} if len(runs) == 1 else {ADVERSARY: adversary_panel, LOSS: ERROR}
    candidates = [replacements.get(panel, panel) for panel in PANELS]
    return [panel for panel in candidates if any(_has_values(panel, run.rows) for run in runs)]


def _has_values(panel, rows) -> bool:
    return any(line.value(row) is not None for line in panel.lines for row in rows)


def panel_figure(runs: list[RunMetrics], panel: Panel, colours: Sequence[str]) -> go.Figure:
    """One panel: its lines over the epochs so far, with dotted lines for goals. A single run has a colour for each line; of
    several runs, each has a colour, and each line a dash pattern."""
    is_single, curves, goal_colours = len(runs) == 1, [], {}
    for run_number, run in enumerate(runs):
        for line_number, line in enumerate(panel.lines):
            colour = colours[line_number if is_single else run_number]
            dash = DASHES[0 if is_single else line_number]
            curve = _curve_trace(
                run, line, {"color": colour, "dash": dash, "width": 2}, _curve_name(run, line, panel, is_single)
            )
            if curve is None:
                continue
            curves.append(curve)
            if line.goal is not None:
                goal_colours.setdefault(line.goal, colour)
    height, top_margin = _height_and_top_margin(panel, is_single, len(curves))
    layout = {
        "height": height,
        "margin": {"l": 44, "r": 8, "t": top_margin, "b": 30},
        "showlegend": not is_single or len(panel.lines) > 1,
        "legend": {"orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"},  # above the curves
        "hovermode": "x unified",
        "uirevision": panel.title,  # a live chart keeps the zoom that the user has chosen
        "shapes": _goal_shapes(goal_colours),
        "xaxis": {"title": {"text": translate("epoch"), "standoff": 4}, "rangemode": "tozero", "nticks": 6},
        "yaxis": {"nticks": 5, "range": _y_range(panel, [line["y"] for line in curves])},
    }
    # built in one call, so that plotly validates once: a live page draws all panels again at every row
    return go.Figure({"data": curves, "layout": layout})


def _curve_name(run, line, panel, is_single) -> str:
    """The name of a line in the legend: of a single run the line's, otherwise the run's, and the line's if there are several."""
    if is_single:
        return translate(line.title)
    if len(panel.lines) > 1:
        return translate("{run}: {line}", run=run.title, line=translate(line.title))
    return run.title


def _curve_trace(run, line, line_style, name) -> dict | None:
    """The line of a run as plotly draws it; None before its first value."""
    x, y = curve_points(run.rows, line)
    if not x:
        return None
    mode = "lines+markers" if len(x) < FEW_POINTS else "lines"
    escaped_name = html.escape(name, quote=False)  # plotly reads tags, but would show &quot; as it is written
    return {"type": "scatter", "x": x, "y": y, "mode": mode, "name": escaped_name, "line": line_style}


def _goal_shapes(goal_colours: dict[float, str]) -> list[dict]:
    """A dotted line across the panel at each goal, in its colour."""
    return [
        {
            "type": "line", "xref": "x domain", "x0": 0, "x1": 1, "y0": goal, "y1": goal,
            "line": {"color": colour, "width": 1, "dash": "dot"},
        }
        for goal, colour in goal_colours.items()
    ]  # fmt: skip


def _height_and_top_margin(panel, is_single, n_curves) -> tuple[int, int]:
    """The height of a panel and the margin above its curves, in pixels, with room for its legend. The legend of a single run
    takes at most one line of a panel of the usual height, which grows with those of several runs."""
    if is_single:
        return HEIGHT, 8 + (LEGEND_LINE if len(panel.lines) > 1 else 0)
    legend_height = LEGEND_LINE * (1 + n_curves // 2)
    return HEIGHT + legend_height, legend_height


def _y_range(panel, curves):
    """The y axis covers the panel's limits, its goals and the values of each line; of four or more values, not the first tenth
    (at least one), which is often extreme."""
    included_values = [
        limit for limit in (panel.low, panel.high, *(line.goal for line in panel.lines)) if limit is not None
    ]
    for values in curves:
        skip_count = max(len(values) // 10, 1) if len(values) >= 4 else 0
        included_values += values[skip_count:]
    low, high = min(included_values), max(included_values)
    margin = 0.06 * ((high - low) or 1)
    return [low if low == panel.low else low - margin, high + margin]
