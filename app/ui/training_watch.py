"""The live view of a training: progress, plane, samples, curves and buttons.

Everything is read from the store, where the worker writes it, so a reload, a second tab or a restarted server shows the same.
"""

from collections.abc import Callable

import streamlit as st

from aae_core import files, progress
from aae_core.config.priors import PRIORS
from aae_core.config.variants import VARIANTS
from aae_core.latent import colours
from aae_core.runs import queue
from aae_core.store.revisions import Revision
from aae_core.store.status import BUSY
from aae_core.wording import adapt_image_words
from app.cache import revision_data
from app.cache.revision_cache import cache_by_revision
from app.cache.revision_snapshot import take_snapshot
from app.cache.revision_view import RevisionView
from app.components import markdown
from app.figures import curves, revision_list
from app.session import address
from app.translation.data_titles import data_title, data_title_by_name
from app.translation.languages import current_language
from app.translation.texts import mark, translate, translate_plural
from app.ui import (
    continuation_field,
    diagnosis,
    image_html,
    links,
    people,
    revision_picker,
    store_polling,
    watched_plane,
    widgets,
)
from app.visitors import actions

DECODED_SAMPLES = 36
MAX_OTHER_RUNS = 6
MAX_COMPARED_RUNS = 5  # other runs whose curves are drawn; the colours of more could not be distinguished
PAIR_COLOURS = colours.CLASS_COLOURS[0], colours.CLASS_COLOURS[2]  # colours of one run's two lines, or of two runs
ADVERSARY_NOTE = mark(
    "The adversary's losses are scores against an opponent that also learns: they may stay level, or rise, while the codes "
    "approach the prior. Only MMD², beside them, measures the distance."
)


def render_training_state(summary, summaries, render_next_steps: Callable) -> None:
    """Draw what the watched revision of a summary does: head, progress and buttons. summaries: those of all revisions.
    render_next_steps(revision): draws what one does with a training that has ended."""
    if summary.state == "broken":
        widgets.render_error_box(summary.reason)
        return
    revision = take_snapshot(Revision(summary.path, summary.gallery), status=summary.status)
    _render_head_and_progress(summary, revision, summaries)
    _render_buttons(summary, revision.stored.request() if summary.state in BUSY else None)
    if summary.state not in BUSY:
        render_next_steps(revision)


def render_training_pictures(summary, brush, on_painting: Callable[[str], None]) -> None:
    """Draw the watched revision of a summary: plane, samples, diagnosis and curves. brush: as from `painting_plane.make_brush`,
    if the plane is painted on; on_painting(text) receives each change of the painting."""
    if summary.state == "broken":
        if brush is not None:
            watched_plane.render_empty_plane(brush, on_painting)
        return
    revision = take_snapshot(Revision(summary.path, summary.gallery), status=summary.status)
    watched_plane.render_watched_plane(revision, brush, on_painting)
    _render_samples(revision)
    if summary.steps:
        diagnosis.render_diagnosis(revision)
    # folded at first: the first chart loads plotly, which would hold up the codes that begin to move just then
    widgets.render_expander(translate("Losses and metrics"), "live.curves", render_revision_curves, revision)


def _render_head_and_progress(summary, revision: RevisionView, summaries):
    title = translate(VARIANTS[summary.variant].title)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(markdown.escape(summary.label or title), anchor=False, width="content")
        revision_picker.render_state_badge(summary)
    facts = [markdown.escape(people.owner_text(summary.owner))] if summary.owner else []
    if summary.label:
        facts.append(title)
    facts += [markdown.escape(data_title(revision.data)), translate("{number}-D code", number=summary.latent_dim)]
    if VARIANTS[summary.variant].has_prior:
        prior_title = translate(PRIORS[summary.prior].title)
        facts.append(translate("{prior} prior", prior=prior_title))
    st.caption(" · ".join(facts))
    if summary.state == "failed":
        widgets.render_error_box(summary.reason)
    if sentence := queue.waiting_remark(summary.status):
        st.info(markdown.escape(sentence), icon=":material/dns:")
    elif sentence := _waiting_text(summary, summaries):
        st.caption(sentence)
    if summary.status.warning and summary.state == "running":
        st.warning(markdown.escape(summary.status.warning), icon=":material/warning:")
    if summary.status.ended:
        st.caption(f":material/flag: {markdown.escape(summary.status.ended)}")
    if summary.state != "queued" or summary.steps or summary.status.awaits_worker_report:
        st.progress(min(1.0, summary.steps / max(1, summary.status.total_steps)), text=_progress_text(summary.status))


def _waiting_text(summary, summaries) -> str:
    """What a training waits for before its next step, in a sentence; "" if it takes steps, or has ended."""
    other_trainings = [training for training in summaries if training.state in BUSY and training.id != summary.id]
    active_trainings = [
        training for training in other_trainings if training.state == "running" or training.status.awaits_worker_report
    ]
    n_active = len(active_trainings)
    if summary.state == "queued" and not summary.status.awaits_worker_report:
        waiting_trainings = [training for training in other_trainings if training not in active_trainings]
        return _queue_place_text(summary, n_active, waiting_trainings)
    if not summary.status.is_starting:
        return ""
    if not n_active:
        return translate(
            "Its process first loads PyTorch and the data, which takes the longer the busier the machine is."
        )
    return translate_plural(
        "Its process first loads PyTorch and the data, which takes the longer the busier the machine is; {number} other training "
        "is under way.",
        "Its process first loads PyTorch and the data, which takes the longer the busier the machine is; {number} other "
        "trainings are under way.",
        n_active, number=f"{n_active:,}",
    )  # fmt: skip


def _queue_place_text(summary, n_active: int, waiting_trainings) -> str:
    """What a queued training waits for. n_active: the number of other trainings under way; waiting_trainings: the others in the
    queue."""
    queue_place = (summary.status.queued or 0, summary.id)
    count_ahead = sum((training.status.queued or 0, training.id) < queue_place for training in waiting_trainings)
    number = f"{n_active:,}"
    if n_active and count_ahead:
        return translate_plural(
            "It waits for its turn: {number} other training is under way, and {ahead} before it in the queue.",
            "It waits for its turn: {number} other trainings are under way, and {ahead} before it in the queue.",
            n_active, number=number, ahead=count_ahead,
        )  # fmt: skip
    if n_active:
        return translate_plural(
            "It waits for its turn: {number} other training is under way.",
            "It waits for its turn: {number} other trainings are under way.",
            n_active, number=number,
        )  # fmt: skip
    if count_ahead:
        return translate("It waits for its turn: {ahead} before it in the queue.", ahead=count_ahead)
    return translate("It waits for its turn.")


def _progress_text(status) -> str:
    if status.awaits_worker_report:
        return translate("Starting the worker …")
    if status.doing and status.state == "running":
        return f"{translate(status.doing)} …"
    if status.state == "running":
        return _running_progress_text(status)
    steps = translate("Step {step} of {total}", step=f"{status.step:,}", total=f"{status.total_steps:,}")
    epoch = translate("epoch {epoch} of {total}", epoch=f"{status.epoch:.1f}", total=f"{status.total_epochs:g}")
    duration = translate("{duration} of training", duration=progress.format_duration(status.seconds))
    return f"{steps} · {epoch} · {duration}"


def _running_progress_text(status) -> str:
    """The share that is done, the time left and the pace. The plane counts the steps: a count here would be some steps behind."""
    parts = [f"{status.step / max(1, status.total_steps):.0%}"]
    if status.left is not None:
        parts.append(translate("about {duration} left", duration=progress.format_rounded_duration(status.left)))
    if status.step:
        parts.append(translate("{number} items/s", number=f"{status.samples_per_second:,.0f}"))
    else:
        parts.append(translate("the time left is not known yet"))
    return " · ".join(parts)


def _render_buttons(summary, request):
    """Draw the buttons that the visitor may use. request: "pause" or "stop" if the worker has not handled that yet, or None."""
    may_change = actions.may_change(summary.owner)
    with st.container(horizontal=True, vertical_alignment="center"):
        for name, label, action, states in (
            ("Pause", translate("Pause"), actions.pause_training, ("running",)),
            ("Stop", translate("Stop"), actions.stop_training, BUSY),
        ):
            if summary.state in states and may_change:
                key = f"live.watched.{name}.{summary.id}"
                store_polling.render_action_button(label, name.lower(), key, action, summary.id, disabled=bool(request))
        if request:
            st.caption(translate("Pausing …") if request == "pause" else translate("Stopping …"), width="content")
        if summary.state in store_polling.RESUMABLE_STATES and not summary.gallery and may_change:
            store_polling.render_action_button(
                translate("Resume"),
                "play_arrow",
                f"live.watched.Resume.{summary.id}",
                actions.resume_training,
                summary.id,
            )
        continuation_field.render_continuation_field(summary, "watch")
        if summary.steps:
            links.render_revision_link("explore", translate("Open in Explore"), summary.id)


def _render_samples(revision: RevisionView):
    if revision.codes is None:
        return
    if revision.prior is None:
        st.caption(translate(revision_data.NO_PRIOR_TEXT))
        return
    widgets.render_expander(translate("Samples of the prior, decoded"), "live.samples", _render_sample_sheet, revision)


def _render_sample_sheet(revision: RevisionView):
    image_html.render_image(_sample_sheet(revision), translate("Decoded samples of the prior"), 380)


# The sheet is cached until its files change, so a refresh without news costs almost nothing.
@cache_by_revision(lambda revision: revision.codes_cache_key[0], 8, copies=True)
def _sample_sheet(revision: RevisionView):
    from aae_core.latent import exploration

    return exploration.tile_images(revision_data.sample_pictures(revision, DECODED_SAMPLES), 6)


def render_revision_curves(revision: RevisionView, other_revisions=()) -> None:
    """Draw losses and metrics over the epochs, with those of up to MAX_COMPARED_RUNS other revisions in the same charts."""
    runs = [revision, *other_revisions]
    names = [revision_list.revision_name(run) for run in runs]
    numbered_names = [
        f"{name} ({names[:k].count(name) + 1})" if names.count(name) > 1 else name for k, name in enumerate(names)
    ]
    caption = f":material/balance: {translate(ADVERSARY_NOTE)}" if revision.variant.has_adversary else ""
    render_curves(runs, numbered_names, colours.CLASS_COLOURS if other_revisions else PAIR_COLOURS, caption)


def render_curves(runs, names, line_colours, caption: str) -> None:
    """Draw the panels of curves of several runs with their names. line_colours: the `colours` of
    `curves.panel_figure`; caption: the caption above the panels."""
    panels = _curve_figures(runs[0], runs, names, line_colours)
    if not panels:
        st.caption(translate("Curves appear with the first logged step."))
    elif caption:
        st.caption(caption)
    is_table = all(run.data.is_table for run in runs)
    columns = []
    for k, (panel, figure) in enumerate(panels):
        if k % 2 == 0:
            columns = st.columns(2, gap="medium")
        with columns[k % 2]:
            title, reading = translate(panel.title), adapt_image_words(translate(panel.reading), is_table)
            st.markdown(f"**{title}**  \n:small[:gray[{reading}]]")
            widgets.render_chart(figure, key=f"curves.{panel.title}", alt=f"{title}. {reading}")


@cache_by_revision(
    lambda _, runs, *figure_arguments: (
        [(run.id, files.file_version(run.path / "metrics.jsonl")) for run in runs],
        current_language(),
        *figure_arguments,
    ),
    8,
)
def _curve_figures(first_run, runs, names, line_colours):
    run_metrics = []
    for name, run in zip(names, runs, strict=True):
        n_discriminators = 2 if run.variant.categorical else 1
        run_metrics.append(curves.RunMetrics(name, run.stored.metrics(), n_discriminators))
    return [
        (panel, curves.panel_figure(run_metrics, panel, line_colours)) for panel in curves.visible_panels(run_metrics)
    ]


def render_other_runs(summaries, watched_summary) -> None:
    """Draw the list of queued, running, paused and failed runs other than the watched one."""
    other_summaries = [
        row
        for row in summaries
        if not row.gallery and row.state in (*BUSY, "paused", "failed") and row is not watched_summary
    ]
    if not other_summaries:
        return
    other_summaries.sort(
        key=lambda row: (("running", "queued", "paused", "failed").index(row.state), row.status.queued or 0)
    )
    st.markdown(
        translate("**Other runs**"),
        help=translate("Queued, running, paused or failed runs, started here, in another tab or from a terminal."),
    )
    for row in other_summaries[:MAX_OTHER_RUNS]:
        with st.container(horizontal=True, vertical_alignment="center"):
            revision_picker.render_state_badge(row)
            words = [revision_list.display_name(row), data_title_by_name(row.data)]
            if row.owner:
                words.insert(0, people.owner_text(row.owner))
            text = " · ".join(markdown.escape(part) for part in words)
            steps = translate("step {step}", step=f"{row.steps:,}")
            st.markdown(f"{text} · {steps}", width="stretch")
            button_arguments = {"on_click": address.store_setting, "args": ("watch", row.id)}
            st.button(translate("Watch"), key=f"live.watch.{row.id}", type="tertiary", **button_arguments)
            if row.state == "queued" and actions.may_change(row.owner):
                store_polling.render_action_button(
                    translate("Stop"), "stop", f"live.queue.Stop.{row.id}", actions.stop_training, row.id
                )
            if row.state in store_polling.RESUMABLE_STATES and actions.may_change(row.owner):
                store_polling.render_action_button(
                    translate("Resume"), "play_arrow", f"live.queue.Resume.{row.id}", actions.resume_training, row.id
                )
    if len(other_summaries) > MAX_OTHER_RUNS:
        label = translate("{number} more on the page Revisions", number=len(other_summaries) - MAX_OTHER_RUNS)
        st.page_link("views/revisions.py", label=label)
