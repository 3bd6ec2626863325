"""Compare: two revisions as linked planes, the settings in which they differ, and their metrics."""

from html import escape as text

from app.page_parts import difference_tables
from app.page_parts.compared_code import Pair
from app.website import frame, titles
from app.website.revisions import BAR, PART

SAID = "What you do on one plane also happens on the other, as far as the two planes have it in common."


def main(one: titles.Shown, other: titles.Shown, all_: list[titles.Shown]) -> str:
    """The content of the page, with `one` on the left."""
    pair = one.revision, other.revision
    names, style = Pair(pair, (None, None)).names, difference_tables.STYLE  # which is in the site's style sheet
    settings = difference_tables.settings(
        names, [revision.config for revision in pair], all(revision.data.is_table for revision in pair)
    ).removeprefix(style)
    metrics = difference_tables.metrics(names, pair).removeprefix(style)
    legend = "".join(f'<p class="small">{text(sentence)}</p>' for sentence in difference_tables.legend(pair))
    return f"""<div class="title"><h1>Compare</h1>{_pick("Left", one, other, all_)}{_pick("Right", other, one, all_)}{BAR}</div>
<p>{text(SAID)}</p>
{PART}
<h2>Metrics</h2>
{metrics or "<p>Neither has metrics.</p>"}
{legend}
<h2>Settings that differ</h2>
{settings or "<p>Both were trained with the same settings.</p>"}"""


def _pick(label, current, other, all_):
    """A choice of another revision in place of `current`. It leads to one page for each pair, whatever its order; a lesson may
    have another, with the sides exchanged."""

    def file(candidate):
        return titles.comparison(*sorted((candidate, other), key=all_.index))

    options = {file(candidate): candidate.title for candidate in all_ if candidate is not other}
    return frame.pick(label, label.lower(), options, file(current))
