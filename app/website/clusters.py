"""The page Clusters of a revision: the clusters found without labels, and how well they match the classes."""

from collections.abc import Sequence
from html import escape

from app.cache import predictions
from app.cache.item_columns import metadata_columns
from app.cache.revision_view import RevisionView
from app.figures import clusters, html_tables, revision_list
from app.handout import item_columns
from app.page_parts.clusters import cluster_cards, cluster_columns
from app.translation.texts import translate
from app.website import page_template, revision_pages
from app.website.site_entries import SiteEntry


def page_html(current: SiteEntry, entries: list[SiteEntry], columns: Sequence[str] = ()) -> str:
    """The content of the page; entries: all revisions of the site that find clusters; columns: of the items, which the site
    holds."""
    revision = current.revision
    probe, protocol = revision.codes, clusters.stored_clustering(revision)
    metrics = predictions.final_metrics(revision) if protocol is None else protocol
    revision_choice = page_template.choice_html(
        translate("Revision"),
        "revision",
        {entry.clusters_page_file: entry.title for entry in entries},
        current.clusters_page_file,
    )
    title = escape(translate("Clusters"))
    names = cluster_columns.item_names(revision, protocol, item_columns.texts_of_columns(revision, columns))
    return f"""<div class="title"><h1>{title}</h1>{revision_choice}</div>
<p>{revision_pages.bold_html(cluster_cards.cards_explanation(revision, protocol))}</p>
{cluster_cards.cards_html(revision, probe, protocol, item_names=names)}
<p class="small">{escape(cluster_cards.counts_sentences(revision, probe, protocol))}</p>
{_columns_html(revision, probe, columns)}{_metrics_html(metrics, revision)}{_comparison_html(revision, entries)}"""


def _columns_html(revision: RevisionView, probe, columns) -> str:
    """A table of each column by cluster; "" without columns, for which what was kept of the items is not read."""
    if not columns:
        return ""
    columns_by_name = metadata_columns(revision)
    shown_columns = [columns_by_name[name] for name in columns if name in columns_by_name]
    if not shown_columns:
        return ""
    tables = [
        cluster_columns.table_html(revision, probe, column).removeprefix(html_tables.STYLE) for column in shown_columns
    ]
    sections = "".join(
        f"<h3>{escape(column.title)}</h3>{table}" for column, table in zip(shown_columns, tables, strict=True)
    )
    title = escape(translate("What was kept of the items, by cluster"))
    count_sentence = escape(cluster_columns.counted_items_sentence(revision, probe))
    return f'<h2>{title}</h2>{sections}<p class="small">{count_sentence}</p>'


def _metrics_html(metrics, revision: RevisionView) -> str:
    if clusters.ERROR not in metrics:
        return ""
    cells = "".join(
        f'<div title="{escape(reading)}"><dt>{escape(title)}</dt><dd>{escape(value_text)}</dd></div>'
        for title, value_text, reading in clusters.cluster_metric_rows(metrics, revision.data.is_table)
    )
    rules = f'<p class="small">{revision.reword_for_items(translate(clusters.RULES_TEXT))}</p>'
    title = escape(translate("Do the clusters match the classes?"))
    return f'<h2>{title}</h2><dl class="figures">{cells}</dl>{rules}'


def _comparison_html(revision: RevisionView, entries) -> str:
    by_id = {entry.revision.id: entry.revision for entry in entries}
    results = clusters.compare_cluster_counts(
        revision, [entry.summary for entry in entries], by_id.__getitem__, revision_list.summary_title
    )
    if len(results) < 2:
        return ""
    rows = [(result.title, *clusters.count_and_error_cells(result)) for result in results]
    heads = tuple(map(translate, clusters.COMPARISON_HEADS))
    table = page_template.table_html(translate("Errors by number of clusters"), heads, rows)
    title = escape(translate("How many clusters?"))
    return f"<h2>{title}</h2>{table}"
