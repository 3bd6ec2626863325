"""Results: the paper's experiments with the figures of the paper and of this project, their revisions, and how to run them; and
all latent models in one chart."""

import streamlit as st

from aae_core import progress
from aae_core.reproduce import experiments, frontier, results
from app.cache import loaded
from app.components import markdown
from app.ui import choices, frontier_panel, links, widgets

BUDGET = "budget"
# metric -> the page that opens a revision measured by it; by default Explore
PAGES = {"error": "classify", "cluster_error": "clusters", "agreement": "style"}
DAYS = "At the paper’s lengths, up to 5,000 epochs, one run takes days on two processor cores, and all of them weeks."


def page():
    st.title("Results", anchor=False)
    st.markdown(
        "The experiments of the paper “Adversarial Autoencoders” (Makhzani et al., 2015; § is its section) beside the results of "
        "this project. All figures are measured on MNIST’s test set, unless stated otherwise."
    )
    budget = choices.choose(st.segmented_control, BUDGET, experiments.BUDGET_TITLES, "cpu", label="Recipe")
    if budget == "paper":
        st.caption(DAYS)
    with widgets.guarded():
        rows = results.rows(results.read(), budget)
        summaries_by_id = {summary.id: summary for summary in loaded.summaries()}
        unmoved = {row.experiment.moved: row for row in rows}
        for row in rows:
            if not row.experiment.moved:
                _row(row, unmoved.get(row.experiment.name), summaries_by_id)
    widgets.folded("How each figure is read", "results.reading", _reading)
    with widgets.guarded():
        frontier_data = frontier.read()
        if frontier_data is not None:
            st.header("Which latent model?", anchor=False)
            rows = frontier_panel.pick_place(frontier_data)
            frontier_panel.chart(rows, "results.frontier")
            frontier_panel.folded_figures(rows, "results.figures")
            label = "Which one? What each is best for, and where it fails"
            st.page_link("views/which_one.py", label=label, icon=":material/help_center:")
    widgets.folded("How to run all of them", "results.how", _how_to)


def _row(row, unmoved, summaries_by_id):
    """Draw an experiment. unmoved: the same experiment without altered images, which compares with the paper's, or None."""
    experiment, variants = row.experiment, [row] if unmoved is None else [row, unmoved]
    with st.container(border=True, gap="small"):
        title_column, paper_column, result_column, link_column = st.columns([4, 2, 3, 3], vertical_alignment="top")
        title_column.markdown(
            f"**{markdown.literal(experiment.title)}** {experiment.section}  \n"
            f":small[{markdown.literal(experiment.figure.title)}]"
        )
        paper_column.markdown(
            ":small[:gray[Paper]]  \n"
            + (f"**{experiment.paper} {experiment.figure.unit}**" if experiment.paper else results.NO_FIGURE)
        )
        result = f":small[:gray[This project]]  \n{_ours(row)}"
        if unmoved is not None:
            result += f"  \n:small[:gray[Images not moved]]  \n{_ours(unmoved)}"
        result_column.markdown(result)
        with link_column:
            _revisions(variants, summaries_by_id)
        words = (
            results.restart_words(row),
            results.difference_words(row),
            results.beside_words(row),
            experiment.note,
            results.naming_words(row),
        )
        remarks = " ".join(text for text in words if text)
        if remarks:
            st.caption(markdown.literal(remarks.replace(" %", "\N{NO-BREAK SPACE}%")))


def _ours(row):
    """This project's figure in bold, with the same by other rules, the number of seeds, the duration of a run and the 95 %
    interval."""
    if not row.runs:
        return f":gray-badge[{results.NOT_RUN}]"
    former = "" if row.current else ", former recipe"
    seeds = progress.count_of(len(row.counted), "seed")
    text = f"**{row.words}**  \n:small[{seeds}, {progress.duration(60 * row.minutes)} per run{former}]"
    for words in results.other_rules_words(row):
        text += f"  \n:small[{words}]"
    interval = results.span(row.experiment.figure, row.interval)
    return text + (f"  \n:small[95 % interval {interval}]" if interval else "")


def _revisions(rows, summaries_by_id):
    """Draw links to the revisions on this machine behind a figure, and how to run the experiment."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        with st.popover("How to run", icon=":material/terminal:"):
            for row in rows:
                missing_seeds = [str(run.seed) for run in row.runs if run.revision not in summaries_by_id]
                _making(row, missing_seeds)
        for row in rows:
            for run in row.runs:
                if run.revision in summaries_by_id:
                    _revision_link(row, run)


def _revision_link(row, run):
    """Draw a link to the revision of a run of an experiment."""
    figure = row.experiment.figure
    label = "Open" if len(row.runs) == 1 else f"Open seed {run.seed}"
    if row.experiment.moved:
        label += ", not moved"
    help_text = f"{run.revision}: {figure.words(run.value)} {figure.unit}"
    page = PAGES.get(figure.key, "explore")
    links.to_revision(page, label, run.revision, icon=":material/folder_open:", help=help_text)


def _making(row, missing_seeds):
    expected_minutes = row.experiment.recipes[row.budget].minutes
    st.code(row.command, language="bash")
    if row.runs:
        st.markdown(f"Run on {row.date} on {markdown.literal('; '.join(row.machines))}.")
    elif expected_minutes:
        st.markdown(f"Expected duration of a run: {progress.duration(60 * expected_minutes)} (not measured yet).")
    else:
        length = experiments.length(row.experiment, row.budget)
        st.markdown(f"Length of a run: {length}. Its duration has not been measured yet.")
    if missing_seeds:
        revisions = "the revision" if len(missing_seeds) == 1 else "the revisions"
        st.caption(f"Not on this machine: {revisions} of seed {', '.join(missing_seeds)}.")
    recipe = results.recipe_words(row)
    if recipe:
        st.markdown(markdown.literal(recipe))


def _reading():
    for name, explanation in results.READING.items():
        st.markdown(f"**{name}**: {markdown.literal(explanation)}")


def _how_to():
    st.markdown(
        "In a terminal, in the project's folder: the first command lists the experiments with their cost and the results so "
        "far; the second runs one. Ctrl-C pauses a run, and the same command resumes it. Figures appear here as soon as a run "
        "is done."
    )
    st.code("python -m aae_core reproduce\npython -m aae_core reproduce semi-supervised-100", language="bash")
    st.markdown(DAYS + " This command runs them all:")
    st.code("python -m aae_core reproduce all --budget paper", language="bash")


page()
