"""The page Which one?: the latent models beside each other, a chart and a table for each data set and number of dimensions."""

import math
from html import escape as text

from aae_core.latent import colours
from aae_core.reproduce import frontier as measured
from app.figures import frontier, palette
from app.figures.frontier import HEADS, LOW, words
from app.ui import frontier_panel
from app.website.titles import Shown

FILE = "which_one.html"
WIDTH, HEIGHT, LEFT, BELOW, ROOM = 640, 360, 56, 44, 16  # size of a chart; margins for its axes, and at its other edges
MIDDLE = 'text-anchor="middle"'


def main(found: measured.Frontier, shown: list[Shown]) -> str:
    """The content of the page, with links to the models' revisions that are in the site."""
    parts = "".join(_place(found, shown, data, dim) for data, dim in found.places)
    rows = [row for place in found.places for row in found.rows(*place)]
    return f"""<h1>Which one?</h1>
<p class="lead">Which latent model should you use? {len(found.models)} models, tuned by one protocol on the same images,
trained with several seeds and measured on test images.</p>
{parts}
<h2>How it was measured</h2>
<p class="small">{text(found.protocol)} <code>{text(found.command)}</code>, {text(found.date)}, {text(found.machine)}.</p>
<p class="small">{frontier.seeds_said(rows)} {frontier.STARS} {frontier.UNEQUAL}</p>"""


def _place(frontier_data, entries, data, dim):
    rows = frontier_data.rows(data, dim)
    models, standings = "", frontier.standings(rows)
    summaries_by_id = frontier_panel.revisions_here(rows, [entry.summary for entry in entries])
    files = {entry.summary.id: entry.explore for entry in entries}
    for row in rows:
        best, last = ("; ".join(texts) for texts in standings[row.model.name])
        description = (
            f"Among the best in: {best or frontier.nearest(row, rows)}. Among the last in: {last or 'nothing'}."
        )
        description += f" Its training needs {frontier.takes(row.model.variant)}."
        links = "".join(
            f' <a href="{text(files[summary.id])}" aria-label="{text(f"Open seed {point.seed}: {row.model.title}")}">'
            f"Open seed {point.seed}</a>"
            for point in row.points
            if (summary := summaries_by_id.get(point.revision))
        )
        models += (
            f"<li><b>{text(row.model.title)}</b>. {text(f'{row.model.variant.summary} {description}')}{links}</li>"
        )
    title = text(f"{frontier_panel.data_title(data)}, {dim} dimensions")
    read = f'<p class="small">{text(frontier.READ + frontier.FLOOR)}</p>'
    return f"<h2>{title}</h2>{_chart(rows)}{read}{frontier.table(rows)}<ul>{models}</ul>"


def _chart(rows):
    """SVG of reconstruction error over MMD²; the numbers in its marks refer to the list beside it."""
    plotted = [row for row in rows if row.values("mmd2") and row.values("reconstruction")]
    if not plotted:
        return ""
    decades = max(1, math.ceil(math.log10(max(value for row in plotted for value in (LOW, *row.values("mmd2"))) / LOW)))
    errors = [value for row in plotted for value in row.values("reconstruction")]
    low, high = math.floor(min(errors)), math.floor(max(errors)) + 1
    foot = HEIGHT - BELOW

    def place(mmd2, error):
        across, up = math.log10(max(mmd2, LOW) / LOW) / decades, (error - low) / (high - low)
        return f"{LEFT + (WIDTH - LEFT - ROOM) * across:.1f}", f"{foot - (foot - ROOM) * up:.1f}"

    svg = ""
    for k in range(decades + 1):
        x, _ = place(LOW * 10.0**k, low)
        svg += f'<path d="M{x} {ROOM}V{foot}" class="grid"/>' + _text(x, foot + 16, f"{LOW * 10.0**k:g}")
    for error in (low, high):
        _, y = place(LOW, error)
        svg += f'<path d="M{LEFT} {y}H{WIDTH - ROOM}" class="grid"/>'
        svg += _text(LEFT - 6, y, f"{error:g}", 'text-anchor="end"')
    middles = {row.model.name: place(row.mean("mmd2"), row.mean("reconstruction")) for row in plotted}
    edge = [middles[row.model.name] for row in measured.front(plotted, "mmd2", "reconstruction")]
    if len(edge) > 1:
        svg += f'<path d="M{"L".join(" ".join(xy) for xy in edge)}" class="frontier" fill="none"/>'
    for k, row in enumerate(plotted):
        fill = f'fill="{palette.ink(colours.colour(k))}"'
        seeds = [(point.figure("mmd2"), point.figure("reconstruction")) for point in row.points]
        for x, y in (place(*seed) for seed in seeds if None not in seed):
            svg += f'<circle cx="{x}" cy="{y}" r="3" {fill} opacity="0.6"/>'
        x, y = middles[row.model.name]
        svg += f'<circle cx="{x}" cy="{y}" r="10" {fill}/>'
        svg += _text(x, y, str(k + 1), f'class="in" {MIDDLE} dy="0.35em"')
    svg += _text((WIDTH + LEFT) / 2, HEIGHT - 6, f"{HEADS['mmd2']}, distance to the prior")
    svg += _text(0, 0, HEADS["reconstruction"], f'{MIDDLE} transform="translate(14 {foot / 2}) rotate(-90)"')
    description = "; ".join(
        f"{row.model.title} {words(row, 'reconstruction')} at {words(row, 'mmd2')}" for row in plotted
    )
    names = "".join(f"<li>{text(row.model.title)}</li>" for row in plotted)
    return (
        f'<div class="frontier-chart"><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{text(f"Reconstruction error at MMD²: {description}")}">{svg}</svg><ol>{names}</ol></div>'
    )


def _text(x, y, words, attributes=MIDDLE):
    return f'<text x="{x}" y="{y}" {attributes}>{text(words)}</text>'
