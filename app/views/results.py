"""Results: this project's figures for the paper's experiments beside the paper's, their revisions, and how to run them."""

import streamlit as st

from aae_core.reproduce import experiments, results
from aae_core.reproduce.experiments import BUDGETS
from app.cache import loaded
from app.components import markdown
from app.figures import number_text
from app.ui import widgets

BUDGET = "budget"
PAGES = {  # a figure's metric -> the page about it; the others open in Explore
    "error": "views/classify.py",
    "cluster_error": "views/clusters.py",
    "agreement": "views/style.py",
}
DAYS = "At the paper’s lengths, up to 5,000 epochs, one run takes days on two processor cores, and all of them weeks."
TITLES = {"cpu": "Two processor cores", "gpu": "A GPU", "paper": "The paper’s own recipe"}


def page():
    st.title("Results", anchor=False)
    st.markdown(
        "The experiments of the paper “Adversarial Autoencoders” (Makhzani et al., 2015; § is its section) beside the results of "
        "this project. All figures are measured on MNIST’s test set, unless stated otherwise."
    )
    budget = widgets.choose(st.segmented_control, BUDGET, list(BUDGETS), "cpu", label="Recipe", format_func=TITLES.get)
    if budget == "paper":
        st.caption(DAYS)
    with widgets.guarded():
        rows = results.rows(results.read(), budget)
        here = {summary.id: summary for summary in loaded.summaries()}
        for row in rows:
            _row(row, here)
    st.caption(results.LEGEND)
    widgets.folded("How to run all of them", "results.how", _how_to)


def _row(row, here):
    e = row.experiment
    with st.container(border=True, gap="small"):
        what, theirs, ours, opened = st.columns([4, 2, 3, 3], vertical_alignment="top")
        what.markdown(f"**{markdown.literal(e.title)}** {e.section}  \n:small[{markdown.literal(e.figure.title)}]")
        theirs.markdown(
            ":small[:gray[Paper]]  \n" + (f"**{e.paper} {e.figure.unit}**" if e.paper else results.NO_FIGURE)
        )
        ours.markdown(_ours(row))
        with opened:
            _revisions(row, here)
        told = " ".join(text for text in (results.beside_words(row), e.note) if text)
        if told:
            st.caption(markdown.literal(told.replace(" %", "\N{NO-BREAK SPACE}%")))


def _ours(row):
    """The figure in bold, with seeds and duration."""
    head = ":small[:gray[This project]]  \n"
    if not row.runs:
        return f"{head}:gray-badge[{results.NOT_RUN}]"
    seeds = "1 seed" if len(row.runs) == 1 else f"{len(row.runs)} seeds"
    former = "" if row.current else ", former recipe"
    return f"{head}**{row.words}**  \n:small[{seeds}, {number_text.duration(60 * row.minutes)} per run{former}]"


def _revisions(row, here):
    """A link to each revision of a figure on this machine, and how it is run."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        with st.popover("How to run", icon=":material/terminal:"):
            _making(row, [str(run.seed) for run in row.runs if run.revision not in here])
        for run in row.runs:
            if run.revision in here:
                st.page_link(
                    PAGES.get(row.experiment.figure.key, "views/explore.py"),
                    label="Open" if len(row.runs) == 1 else f"Open seed {run.seed}",
                    icon=":material/folder_open:",
                    help=f"{run.revision}: {row.experiment.figure.words(run.value)} {row.experiment.figure.unit}",
                    query_params={"revision": run.revision},
                )


def _making(row, gone):
    meant = row.experiment.recipes[row.budget].minutes
    st.code(row.command, language="bash")
    if row.runs:
        st.markdown(f"Run on {row.date} on {markdown.literal('; '.join(row.machines))}.")
    elif meant:
        st.markdown(f"Expected duration of a run: {number_text.duration(60 * meant)} (not measured yet).")
    else:
        length = experiments.length(row.experiment, row.budget)
        st.markdown(f"Length of a run: {length}. Its duration has not been measured yet.")
    if gone:
        st.caption(f"Not on this machine: the revision{'s' * (len(gone) > 1)} of seed {', '.join(gone)}.")
    recipe = results.recipe_words(row)
    if recipe:
        st.markdown(markdown.literal(recipe))


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
