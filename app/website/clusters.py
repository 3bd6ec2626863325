"""The page Clusters of a revision: the clusters found without labels, and how well they match the classes."""

from html import escape as text

from app.cache import loaded, predictions, shown_codes
from app.figures import clusters, revision_list
from app.page_parts import cluster_cards
from app.website import frame, revisions
from app.website.titles import Shown


def main(one: Shown, others: list[Shown]) -> str:
    """The content of the page; others: all revisions of the site that find clusters."""
    revision = one.revision
    probe, protocol = loaded.probe(revision), clusters.from_reproduction(revision)
    metrics = predictions.at_the_end(revision) if protocol is None else protocol
    pick = frame.pick("Revision", "revision", {entry.clusters: entry.title for entry in others}, one.clusters)
    return f"""<div class="title"><h1>Clusters</h1>{pick}</div>
<p>{revisions.bold(cluster_cards.explanation(revision, protocol))}</p>
{cluster_cards.cards(revision, probe, protocol)}
<p class="small">{text(cluster_cards.counted(revision, probe, protocol))}</p>
{_figures(metrics, revision)}{_compared(revision, others)}"""


def _figures(metrics, revision):
    if clusters.ERROR not in metrics:
        return ""
    cells = "".join(
        f'<div title="{text(reading)}"><dt>{text(title)}</dt><dd>{text(written)}</dd></div>'
        for title, written, reading in clusters.figures(metrics, revision.data.is_table)
    )
    rules = f'<p class="small">{shown_codes.named(revision, clusters.RULES)}</p>'
    return f'<h2>Do the clusters match the classes?</h2><dl class="figures">{cells}</dl>{rules}'


def _compared(revision, others):
    by_id = {entry.revision.id: entry.revision for entry in others}
    models = clusters.compared(revision, [entry.summary for entry in others], by_id.__getitem__, revision_list.title)
    if len(models) < 2:
        return ""
    rows = [(model.title, *clusters.count_and_errors(model)) for model in models]
    table = frame.table("Errors by number of clusters", clusters.COMPARED, rows)
    return f"<h2>How many clusters?</h2>{table}"
