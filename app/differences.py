"""The measures of two revisions as a table in HTML that fits a phone; no st.* call."""

import html

from aae_core.comparison import Difference
from aae_core.measures import MEASURES
from app import words

# On a narrow screen a measure's name stands over its figures. The roles are told, since a table laid out as a grid is none.
STYLE = """<style>
.differences { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
.differences th, .differences td { padding: 0.5rem 0.75rem; text-align: left; vertical-align: top; font-weight: 400; }
.differences th, .differences td { overflow-wrap: anywhere; }
.differences thead th, .differences tbody th > b { font-weight: 600; }
.differences tr { border-bottom: 1px solid rgb(128 128 128 / 30%); }
.differences th > span { display: block; font-size: 0.8125rem; }
.differences td { min-width: 8rem; }
@media (max-width: 800px) {
  .differences tr { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); }
  .differences th, .differences td { min-width: 0; padding: 0.3rem 0.4rem 0.3rem 0; font-size: 0.875rem; }
  .differences tr > :first-child { grid-column: 1 / -1; }
}
</style>"""


def table(names: tuple[str, str], found: list[Difference]) -> str:
    """One row a measure: how to read it, both values, right − left, and which of the two is nearer to the aim."""
    heads = ["Measure", *names, "Difference", "Better"]
    head = "".join(f'<th role="columnheader" scope="col">{html.escape(text)}</th>' for text in heads)
    rows = "".join(_row(names, one) for one in found)
    return (
        f'{STYLE}<table role="table" class="differences" aria-label="Measures of both revisions and their difference">'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead><tbody role="rowgroup">{rows}</tbody></table>'
    )


def _row(names, one):
    measure = MEASURES[one.key]
    nearer = {"left": names[0], "right": names[1], "equal": "equal", "": "–"}[one.better]
    cells = [words.measure(one.left), words.measure(one.right), words.change(one.change), nearer]
    shown = "".join(f'<td role="cell">{html.escape(text)}</td>' for text in cells)
    title = f"<b>{html.escape(measure.title)}</b><span>{html.escape(measure.reading)}</span>"
    return f'<tr role="row"><th role="rowheader" scope="row">{title}</th>{shown}</tr>'
