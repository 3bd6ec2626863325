"""The page Results: the paper's figures beside those of this project."""

from html import escape as text

from aae_core import progress
from aae_core.reproduce import results
from aae_core.reproduce.experiments import BUDGET_TITLES
from app.figures import prediction_tables
from app.website import frame
from app.website.titles import Shown

FILE = "results.html"


def main(shown: list[Shown]) -> str:
    """The content of the page, with links to the runs whose revisions are in the site."""
    entries_by_id, record = {entry.revision.id: entry for entry in shown}, results.read()
    heads = ("Experiment", "Paper", "This project", "Seeds", "A run", "On this site")
    parts = ""
    for budget in BUDGET_TITLES:
        if rows := [_row(row, entries_by_id) for row in results.rows(record, budget) if row.runs]:
            table = prediction_tables.table('class="results"', heads, rows, str)
            parts += f"<h2>{BUDGET_TITLES[budget]}</h2>" + frame.wide(BUDGET_TITLES[budget], table)
    reading = "".join(
        f"<p><b>{text(name)}</b>: {text(explanation)}</p>" for name, explanation in results.READING.items()
    )
    return f"""<h1>Results</h1>
<p class="lead">The experiments of the paper “Adversarial Autoencoders” (Makhzani et al., 2015; § is its section) beside the
results of this project. All figures are measured on MNIST’s test set, unless stated otherwise.</p>
{parts}
<details class="more"><summary>How each figure is read</summary>{reading}</details>"""


def _row(row, entries_by_id):
    experiment = row.experiment
    paper = f"{experiment.paper} {experiment.figure.unit}" if experiment.paper else results.NO_FIGURE
    links = ", ".join(
        f'<a href="{text(_page(entries_by_id[run.revision], experiment.figure.key))}" '
        f'aria-label="{text(f"{experiment.title}, seed {run.seed}")}">'
        f"seed {run.seed}</a>"
        for run in row.runs
        if run.revision in entries_by_id
    )
    words = results.difference_words(row), results.beside_words(row), experiment.note, results.naming_words(row)
    remarks = " ".join(filter(None, words))
    notes = f"<details><summary>More</summary>{text(remarks)}</details>" if remarks else ""
    former = " (former recipe)" if not row.current else ""
    name = (
        f"<b>{text(experiment.title)}</b> {text(experiment.section)}<span>{text(experiment.figure.title)}</span>{notes}"
    )
    others = "".join(f"<span>{text(words)}</span>" for words in results.other_rules_words(row))
    own_result, duration = f"<b>{text(row.words)}</b>{former}{others}", progress.duration(60 * row.minutes)
    return name, text(paper), own_result, len(row.counted), duration, links or "–"


def _page(entry, figure):
    return {"cluster_error": entry.clusters, "agreement": entry.style}.get(figure) or entry.explore
