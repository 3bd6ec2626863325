"""The legend of a chart of latent models as HTML: it takes as many lines as the names need, on a phone too; no st.* call."""

import re
from dataclasses import dataclass
from html import escape, unescape

from app.figures import palette

OPEN_SUFFIX = "-open"  # of plotly's hollow symbols
OUTLINES = {  # symbol -> its outline in CSS; a symbol without one is a square
    "circle": "circle(50%)",
    "diamond": "polygon(50% 0, 100% 50%, 50% 100%, 0 50%)",
    "triangle-up": "polygon(50% 5%, 100% 95%, 0 95%)",
    "triangle-down": "polygon(0 5%, 100% 5%, 50% 95%)",
    "cross": "polygon(33% 0, 67% 0, 67% 33%, 100% 33%, 100% 67%, 67% 67%, 67% 100%, 33% 100%, 33% 67%, 0 67%, 0 33%, 33% 33%)",
    "x": "polygon(22% 0, 50% 28%, 78% 0, 100% 22%, 72% 50%, 100% 78%, 78% 100%, 50% 72%, 22% 100%, 0 78%, 28% 50%, 0 22%)",
    "pentagon": "polygon(50% 0, 100% 38%, 81% 100%, 19% 100%, 0 38%)",
    "hexagon": "polygon(50% 0, 95% 25%, 95% 75%, 50% 100%, 5% 75%, 5% 25%)",
    "star": "polygon(50% 0, 61% 35%, 98% 35%, 68% 57%, 79% 91%, 50% 70%, 21% 91%, 32% 57%, 2% 35%, 39% 35%)",
    "bowtie": "polygon(0 0, 50% 50%, 100% 0, 100% 100%, 50% 50%, 0 100%)",
    "star-diamond": "polygon(50% 0, 66% 34%, 100% 50%, 66% 66%, 50% 100%, 34% 66%, 0 50%, 34% 34%)",
    "hourglass": "polygon(0 0, 100% 0, 50% 50%, 100% 100%, 0 100%, 50% 50%)",
    "diamond-tall": "polygon(50% 0, 75% 50%, 50% 100%, 25% 50%)",
    "diamond-wide": "polygon(50% 25%, 100% 50%, 50% 75%, 0 50%)",
}  # fmt: skip
GAPS = {"dash": "6px, transparent 6px 9px", "dot": "2px, transparent 2px 5px"}  # of lines that are not drawn through
GAPS["dashdot"] = "6px, transparent 6px 8px, currentcolor 8px 10px, transparent 10px 12px"
STYLE = """<style>
html ul.frontier-legend { display: flex; flex-wrap: wrap; gap: 0.1rem 1.1rem; margin: 0; padding: 0; list-style: none;
  font-size: var(--type-small); }
html ul.frontier-legend li { display: inline-flex; align-items: center; gap: 0.4rem; margin: 0; padding: 0; }
.frontier-legend span { position: relative; display: inline-grid; place-items: center; width: 12px; height: 12px; }
.frontier-legend span.line { width: 28px; }
.frontier-legend span i { position: absolute; width: 12px; height: 12px; background: currentcolor; }
.frontier-legend span i.inside { width: 6px; height: 6px; background: PAGE; }
.frontier-legend span i.stroke { width: 100%; height: 2px; background: var(--stroke, currentcolor); }
</style>""".replace("PAGE", palette.PAGE_BACKGROUND)


@dataclass(frozen=True)
class LegendEntry:
    """A name beside its mark. colour: in CSS; symbol, dash: of plotly, "" without a symbol or without a line."""

    name: str
    colour: str
    symbol: str = ""
    dash: str = ""


def legend_html(fig) -> str:
    """The names of the traces of a chart of `frontier_chart`, each beside its mark, with their style."""
    return STYLE + list_html([_trace_entry(trace) for trace in fig.data if trace.showlegend is not False])


def list_html(entries: list[LegendEntry]) -> str:
    """The entries as a list, for a page that has STYLE."""
    items = "".join(f"<li>{_mark_html(entry)}{escape(entry.name)}</li>" for entry in entries)
    return f'<ul class="frontier-legend">{items}</ul>'


def _trace_entry(trace) -> LegendEntry:
    has_line = "lines" in trace.mode
    return LegendEntry(
        name=unescape(trace.name),
        colour=trace.line.color if has_line else trace.marker.color,
        symbol=trace.marker.symbol if "markers" in trace.mode else "",
        dash=(trace.line.dash or "solid") if has_line else "",
    )


def symbol_corners(symbol: str) -> list[tuple[float, float]]:
    """The corners of a filled symbol in a square from (-1, -1) to (1, 1), y downwards; none of a circle."""
    outline = OUTLINES.get(symbol, "polygon(0 0, 100% 0, 100% 100%, 0 100%)")
    if not outline.startswith("polygon"):
        return []
    percents = [float(value) for value in re.findall(r"\d+", outline)]
    return [(x / 50 - 1, y / 50 - 1) for x, y in zip(percents[::2], percents[1::2], strict=True)]


def _mark_html(entry) -> str:
    parts = _stroke_html(entry.dash) if entry.dash else ""
    if entry.symbol:
        parts += _symbol_html(entry.symbol)
    line_class = ' class="line"' if entry.dash else ""
    return f'<span aria-hidden="true"{line_class} style="color:{entry.colour}">{parts}</span>'


def _stroke_html(dash) -> str:
    if dash not in GAPS:
        return '<i class="stroke"></i>'
    return f'<i class="stroke" style="--stroke:repeating-linear-gradient(90deg, currentcolor 0 {GAPS[dash]})"></i>'


def _symbol_html(symbol) -> str:
    outline = OUTLINES.get(symbol.removesuffix(OPEN_SUFFIX), "none")
    inside_html = f'<i class="inside" style="clip-path:{outline}"></i>' if symbol.endswith(OPEN_SUFFIX) else ""
    return f'<i style="clip-path:{outline}"></i>{inside_html}'
