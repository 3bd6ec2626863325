"""Results: one chart of the paper's figures and of this project's, and for each experiment its notes, revisions and how to
run it."""

import streamlit as st

from aae_core import progress
from aae_core.reproduce import experiments, results
from aae_core.wording import join_sentences
from app.cache import revision_data
from app.components import markdown
from app.figures import results_chart
from app.translation.texts import mark, translate, translate_plural
from app.ui import choices, links, widgets

BUDGET_SETTING = "budget"
# metric -> the page that opens a revision measured by it; by default Explore
PAGES_BY_METRIC = {"error": "classify", "cluster_error": "clusters", "agreement": "style"}
PAPER_BUDGET_NOTE = mark(
    "At the paper’s lengths, up to 5,000 epochs, one run takes days on two processor cores, and all of them weeks."
)


def render_page():
    title_column, budget_column = st.columns([1, 3], vertical_alignment="bottom")
    title_column.title(translate("Results"), anchor=False)
    with budget_column:
        budget = choices.choose_option(
            st.segmented_control,
            BUDGET_SETTING,
            {budget: translate(title) for budget, title in experiments.BUDGET_TITLES.items()},
            "cpu",
            label=translate("Trained with the recipe for"),
            wrap=True,
        )
    if budget == "paper":
        st.caption(translate(PAPER_BUDGET_NOTE))
    with widgets.errors_in_boxes():
        comparisons = results_chart.compare_rows(results.result_rows(results.read_results(), budget))
        render_chart(comparisons)
        st.header(translate("Each experiment: notes, revisions, how to run"), anchor=False)
        summaries_by_id = {summary.id: summary for summary in revision_data.list_summaries()}
        with st.container(gap=None):
            for comparison in comparisons:
                key = experiment_key(comparison.row.experiment)
                widgets.render_expander(
                    _heading(comparison),
                    key,
                    _render_experiment,
                    comparison.row,
                    comparison.unmoved_row,
                    summaries_by_id,
                )
    with st.container(gap=None):
        widgets.render_expander(translate("How each figure is read"), "results.reading", _render_reading_notes)
        widgets.render_expander(translate("How to run all of them"), "results.how", _render_how_to_run_all)
    st.page_link(
        "views/which_one.py",
        label=translate("Which one? All latent models in one chart"),
        icon=":material/help_center:",
    )


def experiment_key(experiment) -> str:
    """The session key of whether the notes of an experiment are unfolded."""
    return f"results.{experiment.name}"


def render_chart(comparisons):
    st.markdown(translate(results_chart.INTRODUCTION_TEXT))
    st.html(results_chart.STYLE)
    st.html(results_chart.chart_html(comparisons))
    st.caption(translate(results_chart.READING_TEXT))


def _heading(comparison) -> str:
    """An experiment's title with its figures, for the fold with its notes."""
    experiment = comparison.row.experiment
    parts = [f"**{markdown.escape(translate(experiment.title))}** {experiment.section}", _figure_text(comparison.row)]
    if comparison.unmoved_row is not None:
        parts.append(translate("not moved {figure}", figure=_figure_text(comparison.unmoved_row)))
    if experiment.paper:
        parts.append(translate("paper {figure}", figure=f"{experiment.paper} {experiment.figure.unit}"))
    return " · ".join(parts)


def _figure_text(row) -> str:
    """The figure of a row with its unit, or that it was not run."""
    return row.text if row.runs else translate(results.NOT_RUN)


def _render_experiment(row, unmoved_row, summaries_by_id):
    """Draw what is known of an experiment. unmoved_row: the same experiment without altered images, which compares with the
    paper's, or None."""
    experiment, variants = row.experiment, [row] if unmoved_row is None else [row, unmoved_row]
    paper_column, result_column, unmoved_column = st.columns([1, 1, 1], vertical_alignment="top")
    paper_title, own_title = translate("Paper"), translate("This project")
    paper_column.markdown(
        f":small[:gray[{paper_title}]]  \n"
        + (f"**{experiment.paper} {experiment.figure.unit}**" if experiment.paper else results.NO_FIGURE)
        + f"  \n:small[{markdown.escape(translate(experiment.figure.title))}]"
    )
    result_column.markdown(f":small[:gray[{own_title}]]  \n{_own_result_text(row)}")
    if unmoved_row is not None:
        unmoved_title = translate("Images not moved")
        unmoved_column.markdown(f":small[:gray[{unmoved_title}]]  \n{_own_result_text(unmoved_row)}")
    sentences = (
        results.least_objective_run_sentence(row),
        results.difference_sentence(row),
        results.other_metrics_sentence(row),
        translate(experiment.note),
        translate(results.naming_note(row)),
    )
    remarks = join_sentences(*sentences)
    if remarks:
        st.caption(markdown.escape(remarks.replace(" %", "\N{NO-BREAK SPACE}%")))
    _render_revision_links(variants, summaries_by_id)


def _own_result_text(row) -> str:
    """This project's figure in bold, with the same by other rules, the number of seeds, the duration of a run and the 95 %
    interval."""
    if not row.runs:
        return f":gray-badge[{translate(results.NOT_RUN)}]"
    count, duration = len(row.counted_runs), progress.format_duration(60 * row.mean_minutes)
    values = {"number": f"{count:,}", "duration": duration}
    if row.is_current:
        runs_text = translate_plural(
            "{number} seed, {duration} per run", "{number} seeds, {duration} per run", count, **values
        )
    else:
        runs_text = translate_plural(
            "{number} seed, {duration} per run, former recipe", "{number} seeds, {duration} per run, former recipe",
            count, **values,
        )  # fmt: skip
    text = f"**{row.text}**  \n:small[{runs_text}]"
    for words in results.other_rule_texts(row):
        text += f"  \n:small[{words}]"
    interval = results.format_interval(row.experiment.figure, row.confidence_interval)
    if not interval:
        return text
    interval_text = translate("95 % interval {interval}", interval=interval)
    return f"{text}  \n:small[{interval_text}]"


def _render_revision_links(rows, summaries_by_id):
    """Draw links to the revisions on this machine behind a figure, and how to run the experiment."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        with st.popover(translate("How to run"), icon=":material/terminal:"):
            for row in rows:
                missing_seeds = [str(run.seed) for run in row.runs if run.revision not in summaries_by_id]
                _render_how_to_run(row, missing_seeds)
        for row in rows:
            for run in row.runs:
                if run.revision in summaries_by_id:
                    _render_revision_link(row, run)


def _render_revision_link(row, run):
    """Draw a link to the revision of a run of an experiment."""
    figure = row.experiment.figure
    is_unmoved = bool(row.experiment.augmented_experiment)
    if len(row.runs) == 1:
        label = translate("Open, not moved") if is_unmoved else translate("Open")
    elif is_unmoved:
        label = translate("Open seed {seed}, not moved", seed=run.seed)
    else:
        label = translate("Open seed {seed}", seed=run.seed)
    help_text = f"{run.revision}: {figure.format_value(run.value)} {figure.unit}"
    page = PAGES_BY_METRIC.get(figure.key, "explore")
    links.render_revision_link(page, label, run.revision, icon=":material/folder_open:", help=help_text)


def _render_how_to_run(row, missing_seeds):
    expected_minutes = row.experiment.recipes[row.budget].minutes
    st.code(row.command, language="bash")
    if row.runs:
        machines = markdown.escape("; ".join(row.machines))
        st.markdown(translate("Run on {date} on {machines}.", date=row.date, machines=machines))
    elif expected_minutes:
        duration = progress.format_duration(60 * expected_minutes)
        st.markdown(translate("Expected duration of a run: {duration} (not measured yet).", duration=duration))
    else:
        length = experiments.length_text(row.experiment, row.budget)
        st.markdown(translate("Length of a run: {length}. Its duration has not been measured yet.", length=length))
    if missing_seeds:
        text = translate_plural(
            "Not on this machine: the revision of seed {seeds}.", "Not on this machine: the revisions of seed {seeds}.",
            len(missing_seeds), seeds=", ".join(missing_seeds),
        )  # fmt: skip
        st.caption(text)
    recipe = results.recipe_sentence(row)
    if recipe:
        st.markdown(markdown.escape(recipe))


def _render_reading_notes():
    for name, explanation in results.reading_note_texts().items():
        st.markdown(f"**{translate(name)}**: {markdown.escape(translate(explanation))}")


def _render_how_to_run_all():
    st.markdown(
        translate(
            "In a terminal, in the project's folder: the first command lists the experiments with their cost and the results so "
            "far; the second runs one. Ctrl-C pauses a run, and the same command resumes it. Figures appear here as soon as a "
            "run is done."
        )
    )
    st.code("python -m aae_core reproduce\npython -m aae_core reproduce semi-supervised-100", language="bash")
    command_sentence = translate("This command runs them all:")
    st.markdown(join_sentences(translate(PAPER_BUDGET_NOTE), command_sentence))
    st.code("python -m aae_core reproduce all --budget paper", language="bash")


render_page()
