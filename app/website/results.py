"""The page Results: the paper's figures beside those of this project."""

from html import escape

from aae_core import progress
from aae_core.reproduce import results
from aae_core.reproduce.experiments import BUDGET_TITLES
from aae_core.wording import join_sentences
from app.figures import html_tables, results_chart
from app.translation.texts import mark, translate
from app.website import page_template
from app.website.site_entries import SiteEntry

FILE = "results.html"
TABLE_HEADS = (
    mark("Experiment"), mark("Paper"), mark("This project"), mark("Seeds"), mark("A run"), mark("On this site"),
)  # fmt: skip


def page_html(entries: list[SiteEntry]) -> str:
    """The content of the page, with links to the runs whose revisions are in the site."""
    entries_by_id, record = {entry.revision.id: entry for entry in entries}, results.read_results()
    sections = ""
    for budget, title in BUDGET_TITLES.items():
        rows = [row for row in results.result_rows(record, budget) if row.runs]
        sections += _section_html(translate(title), rows, entries_by_id) if rows else ""
    reading_notes = "".join(
        f"<p><b>{escape(translate(name))}</b>: {escape(translate(explanation))}</p>"
        for name, explanation in results.reading_note_texts().items()
    )
    title, summary = escape(translate("Results")), escape(translate("How each figure is read"))
    return f"""<h1>{title}</h1>
<p class="lead">{escape(translate(results_chart.INTRODUCTION_TEXT))}</p>
{sections}
<p class="small">{escape(translate(results_chart.READING_TEXT))}</p>
<details class="more"><summary>{summary}</summary>{reading_notes}</details>"""


def _section_html(title, rows, entries_by_id) -> str:
    """The experiments of a budget as a chart, and folded beneath it their table."""
    heads = tuple(map(translate, TABLE_HEADS))
    cells = [_row_cells(row, entries_by_id) for row in rows]
    table = page_template.scrollable_html(title, html_tables.table_html('class="results"', heads, cells, str))
    chart = results_chart.chart_html(results_chart.compare_rows(rows))
    summary = escape(translate("Each experiment: figures, notes, revisions"))
    return f'<h2>{escape(title)}</h2>{chart}<details class="more"><summary>{summary}</summary>{table}</details>'


def _row_cells(row, entries_by_id) -> tuple[str, str, str, int, str, str]:
    experiment, title = row.experiment, translate(row.experiment.title)
    paper = f"{experiment.paper} {experiment.figure.unit}" if experiment.paper else results.NO_FIGURE
    links = ", ".join(
        _link_html(title, run, _page_file(entries_by_id[run.revision], experiment.figure.key))
        for run in row.runs
        if run.revision in entries_by_id
    )
    words = (
        results.difference_sentence(row),
        results.other_metrics_sentence(row),
        translate(experiment.note),
        translate(results.naming_note(row)),
    )
    remarks = join_sentences(*words)
    details_label = escape(translate("More"))
    notes = f"<details><summary>{details_label}</summary>{escape(remarks)}</details>" if remarks else ""
    former_recipe = escape(translate("(former recipe)"))
    former_note = f" {former_recipe}" if not row.is_current else ""
    figure = translate(experiment.figure.title)
    name = f"<b>{escape(title)}</b> {escape(experiment.section)}<span>{escape(figure)}</span>{notes}"
    other_rules = "".join(f"<span>{escape(words)}</span>" for words in results.other_rule_texts(row))
    own_result, duration = (
        f"<b>{escape(row.text)}</b>{former_note}{other_rules}",
        progress.format_duration(60 * row.mean_minutes),
    )
    return name, escape(paper), own_result, len(row.counted_runs), duration, links or "–"


def _link_html(title, run, file) -> str:
    label = translate("{title}, seed {seed}", title=title, seed=run.seed)
    text = translate("seed {seed}", seed=run.seed)
    return f'<a href="{escape(file)}" aria-label="{escape(label)}">{escape(text)}</a>'


def _page_file(entry, metric_key):
    return {"cluster_error": entry.clusters_page_file, "agreement": entry.style_page_file}.get(
        metric_key
    ) or entry.explore_page_file
