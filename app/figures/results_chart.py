"""Rows of `reproduce.results` -> one chart of the figures of the paper and ours with intervals, as HTML for the app and for
sites, and its text; no st.* call."""

import math
from dataclasses import dataclass
from html import escape

from aae_core.latent.column_groups import round_step
from aae_core.reproduce import results
from aae_core.reproduce.results import ResultRow
from aae_core.wording import join_sentences
from app.translation.texts import mark, translate

LOWEST_ERROR = 0.4  # per cent, where the logarithmic axis begins
LOGARITHMIC_TICKS = (0.5, 1, 2, 5, 10, 20, 50)
LINEAR_TICK_COUNT = 6  # of a linear axis, at most
TICK_STEPS = (1, 2, 5, 10)  # between the ticks of a linear axis, times a power of ten
MARGIN = 0.03  # of an axis, at both ends, so that no mark is cut
# The marks of a row lie above one another. The chart is as wide as the page and takes its type and colours: on a wide page the
# first panel stands beside the others; in a narrow panel the name of a row stands above it.
STYLE = """<style>
.results-chart, .results-chart p { font-size: var(--type-body); line-height: 1.25; max-width: none; color: inherit; }
.results-chart { margin: 0; container-type: inline-size; }
.rc-key { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; margin: 0 0 1rem; }
.rc-key span { display: inline-flex; align-items: center; gap: 0.5rem; }
.rc-key .rc-mark { position: static; margin: 0; }
.rc-panels { display: grid; gap: 1.75rem 3rem; }
.rc-section { container-type: inline-size; min-width: 0; }
.results-chart .rc-title { margin: 0 0 0.35rem; padding-bottom: 0.35rem; border-bottom: 1px solid var(--colour-line);
  font-weight: 600; }
.rc-panel { position: relative; display: grid; grid-template-columns: min(19rem, 45%) minmax(0, 1fr); column-gap: 1rem; }
.rc-name { align-self: center; grid-column: 1; }
.rc-track { position: relative; min-height: 2.15rem; grid-column: 2; border-bottom: 1px solid var(--colour-line); }
.rc-grid { position: relative; grid-column: 2; pointer-events: none; }
.rc-grid i { position: absolute; top: 0; bottom: 0; border-left: 1px solid var(--colour-line); }
.rc-ticks { position: relative; height: 1.4rem; grid-column: 2; font-variant-numeric: tabular-nums; }
.rc-ticks span { position: absolute; top: 0.2rem; translate: -50%; }
@container (min-width: 64rem) {
  .rc-panels { grid-template-columns: 3fr 2fr; align-items: start; }
  .rc-section:first-child { grid-row: 1 / span 3; }
}
@container (max-width: 32rem) {
  .rc-panel { display: block; }
  .rc-grid { position: absolute; inset: 0 0 1.4rem; }
  .rc-name { position: relative; display: block; width: fit-content; padding: 0.4rem 0.5rem 0 0;
    background: var(--colour-page); }
}
.rc-mark, .rc-line { position: absolute; top: 50%; color: var(--colour-accent); }
.rc-line { height: 2px; margin-top: -1px; background: currentcolor; }
.rc-mark { width: 0.7rem; height: 0.7rem; margin: -0.35rem 0 0 -0.35rem; }
.rc-mark { border: 2px solid; border-radius: 50%; background: currentcolor; }
.rc-own { top: 24%; }
.rc-mark.rc-unmoved { background: var(--colour-page); }
.rc-paper { top: 76%; color: var(--colour-warning); }
.rc-mark.rc-paper { border-radius: 0; scale: 0.85; rotate: 45deg; }
</style>"""


@dataclass(frozen=True)
class Comparison:
    """An experiment: its row, and that of the same with images that are not moved, or None."""

    row: ResultRow
    unmoved_row: ResultRow | None = None


@dataclass(frozen=True)
class Panel:
    """Experiments with a common axis. keys: those of their figures."""

    title: str
    keys: tuple[str, ...]
    is_logarithmic: bool = False


@dataclass(frozen=True)
class Series:
    """A kind of mark, such as the paper's figures: its name, and its class in the style sheet."""

    name: str
    css_class: str


@dataclass(frozen=True)
class Estimate:
    """A figure with its interval; low and high are the figure itself where there is none."""

    value: float
    low: float
    high: float
    text: str


@dataclass(frozen=True)
class Axis:
    """The range of a panel's figures."""

    low: float
    high: float
    is_logarithmic: bool

    def place(self, value: float) -> float:
        """Where a value lies, in per cent of the axis; one beyond its range lies at its end."""
        value = min(max(value, self.low), self.high)
        scale = math.log if self.is_logarithmic else float
        share = (scale(value) - scale(self.low)) / (scale(self.high) - scale(self.low))
        return round(100 * (MARGIN + (1 - 2 * MARGIN) * share), 2)

    def ticks(self) -> list[float]:
        """Round numbers within the range."""
        if self.is_logarithmic:
            return [tick for tick in LOGARITHMIC_TICKS if self.low <= tick <= self.high]
        step = round_step((self.high - self.low) / LINEAR_TICK_COUNT, TICK_STEPS)
        first, last = math.ceil(self.low / step), math.floor(self.high / step)
        return [round(step * number, 6) for number in range(first, last + 1)]


PANELS = (
    Panel(mark("Test error, % (← better)"), ("error", "cluster_error"), True),
    Panel(mark("Log-likelihood, nats (better →)"), ("log_likelihood",)),
    Panel(mark("Accuracy, % (better →)"), ("region_accuracy", "agreement")),
)
OWN = Series(mark("This project"), "rc-own")
UNMOVED = Series(mark("This project, images not moved"), "rc-unmoved")
PAPER = Series(mark("The paper"), "rc-paper")
ALL_SERIES = (OWN, UNMOVED, PAPER)
INTRODUCTION_TEXT = mark(
    "The experiments of “Adversarial Autoencoders” (Makhzani et al., 2015), repeated: each row is an experiment, a point the "
    "mean of several trainings, and the line through it the 95 % interval of that mean; the paper’s line is the ± that it gives."
)
READING_TEXT = mark(
    "All figures are measured on MNIST’s test set unless stated otherwise; § is the paper’s section. Errors have a logarithmic "
    "axis."
)
UNMOVED_TEXT = mark("Compare the paper with the open circle, whose training images were not moved.")


def compare_rows(rows: list[ResultRow]) -> list[Comparison]:
    """The experiments of some rows, each beside the same with images that are not moved."""
    rows_by_moved_name = {row.experiment.augmented_experiment: row for row in rows}
    return [
        Comparison(row, rows_by_moved_name.get(row.experiment.name))
        for row in rows
        if not row.experiment.augmented_experiment
    ]


def chart_html(comparisons: list[Comparison]) -> str:
    """The chart: a row for each experiment; those with the same kind of figure have a common axis."""
    panels = ""
    for panel in PANELS:
        members = [comparison for comparison in comparisons if comparison.row.experiment.figure.key in panel.keys]
        panels += _panel_html(panel, members) if members else ""
    used_series = _used_series(comparisons)
    key = "".join(
        f'<span><i class="rc-mark {series.css_class}"></i>{escape(translate(series.name))}</span>'
        for series in used_series
    )
    key = f'<p class="rc-key">{key}<span>{escape(_reading_hint(used_series))}</span></p>'
    alt = escape(alt_text(comparisons))
    panels = f'<div class="rc-panels">{panels}</div>'
    return f'<figure class="results-chart" role="img" aria-label="{alt}">{key}{panels}</figure>'


def _used_series(comparisons) -> list[Series]:
    return [series for series in ALL_SERIES if any(_estimate(series, comparison) for comparison in comparisons)]


def _reading_hint(used_series) -> str:
    """Which marks to compare, where there are both; "" otherwise."""
    return translate(UNMOVED_TEXT) if UNMOVED in used_series and PAPER in used_series else ""


def _panel_html(panel, members) -> str:
    """The heading of a panel and its rows above their axis; without any figure, the names of the rows alone."""
    axis = _axis(panel, members)
    content = "".join(_row_html(comparison, axis, place) for place, comparison in enumerate(members, 1))
    if axis is not None:
        ticks = [(axis.place(tick), f"{tick:g}") for tick in axis.ticks()]
        lines = "".join(f'<i style="left:{place}%"></i>' for place, _ in ticks)
        numbers = "".join(f'<span style="left:{place}%">{text}</span>' for place, text in ticks)
        content = f'<div class="rc-grid" style="grid-row:1 / {len(members) + 1}">{lines}</div>{content}'
        content += f'<div class="rc-ticks">{numbers}</div>'
    title = f'<p class="rc-title">{escape(translate(panel.title))}</p>'
    return f'<div class="rc-section">{title}<div class="rc-panel">{content}</div></div>'


def _axis(panel, members) -> Axis | None:
    estimates = [_estimate(series, comparison) for series in ALL_SERIES for comparison in members]
    estimates = [estimate for estimate in estimates if estimate is not None]
    if not estimates:
        return None
    low, high = min(estimate.low for estimate in estimates), max(estimate.high for estimate in estimates)
    if panel.is_logarithmic:
        low, high = max(low, LOWEST_ERROR), max(high, LOWEST_ERROR)
    if low == high:
        margin = 0.1 * abs(low) or 1.0
        low, high = low - margin, high + margin
    return Axis(low, high, panel.is_logarithmic)


def _row_html(comparison, axis, place) -> str:
    marks = "".join(_mark_html(series, _estimate(series, comparison), axis) for series in ALL_SERIES)
    name = escape(translate(comparison.row.experiment.title))
    return (
        f'<span class="rc-name" style="grid-row:{place}">{name}</span>'
        f'<div class="rc-track" style="grid-row:{place}">{marks}</div>'
    )


def _mark_html(series, estimate, axis) -> str:
    if estimate is None:
        return ""
    left, right = axis.place(estimate.low), axis.place(estimate.high)
    line_html = f'<i class="rc-line {series.css_class}" style="left:{left}%;width:{right - left:.2f}%"></i>'
    title = escape(_figure_text(series, estimate))
    mark_html = f'<i class="rc-mark {series.css_class}" style="left:{axis.place(estimate.value)}%" title="{title}"></i>'
    return line_html + mark_html


def _figure_text(series, estimate) -> str:
    name = translate(series.name)
    return translate("{series}: {figure}", series=name, figure=estimate.text)


def _estimate(series, comparison):
    """The figure that a mark stands for, or None."""
    if series is PAPER:
        return _paper_estimate(comparison.row)
    row = comparison.unmoved_row if series is UNMOVED else comparison.row
    if row is None or row.value is None:
        return None
    low, high = row.confidence_interval or (row.value, row.value)
    return Estimate(row.value, min(low, row.value), high, row.text)


def _paper_estimate(row):
    paper = results.parse_paper_figure(row.experiment.paper)
    if paper is None:
        return None
    deviation = paper.deviation or 0.0
    text = f"{row.experiment.paper} {row.experiment.figure.unit}"
    return Estimate(paper.mean, paper.mean - deviation, paper.mean + deviation, text)


def alt_text(comparisons: list[Comparison]) -> str:
    """The alternative text of the chart: every figure in words."""
    sentences = []
    for comparison in comparisons:
        experiment, texts = comparison.row.experiment, []
        for series in ALL_SERIES:
            estimate = _estimate(series, comparison)
            if estimate is not None:
                name = translate(series.name)
                texts.append(translate("{series} {figure}", series=name, figure=estimate.text))
        title, figures = translate(experiment.title), ", ".join(texts) or translate(results.NOT_RUN)
        sentences.append(translate("{experiment}: {figures}", experiment=title, figures=figures))
    introduction = [translate("The paper’s figures and ours."), _reading_hint(_used_series(comparisons))]
    return join_sentences(*introduction, "; ".join(sentences))
