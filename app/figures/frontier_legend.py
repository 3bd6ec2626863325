"""The legend of a chart of `frontier_chart` as HTML: it takes as many lines as the names need, on a phone too; no st.* call."""

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


def legend_html(fig) -> str:
    """The names of a chart's traces, each beside its mark."""
    items = ""
    for trace in fig.data:
        if trace.showlegend is not False:
            items += f"<li>{_mark_html(trace)}{escape(unescape(trace.name))}</li>"
    return f'{STYLE}<ul class="frontier-legend">{items}</ul>'


def _mark_html(trace) -> str:
    has_line = "lines" in trace.mode
    colour = trace.line.color if has_line else trace.marker.color
    parts = _stroke_html(trace.line.dash) if has_line else ""
    if "markers" in trace.mode:
        parts += _symbol_html(trace.marker.symbol)
    line_class = ' class="line"' if has_line else ""
    return f'<span aria-hidden="true"{line_class} style="color:{colour}">{parts}</span>'


def _stroke_html(dash) -> str:
    if dash not in GAPS:
        return '<i class="stroke"></i>'
    return f'<i class="stroke" style="--stroke:repeating-linear-gradient(90deg, currentcolor 0 {GAPS[dash]})"></i>'


def _symbol_html(symbol) -> str:
    outline = OUTLINES.get(symbol.removesuffix(OPEN_SUFFIX), "none")
    inside_html = f'<i class="inside" style="clip-path:{outline}"></i>' if symbol.endswith(OPEN_SUFFIX) else ""
    return f'<i style="clip-path:{outline}"></i>{inside_html}'
