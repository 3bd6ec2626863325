"""The live view of a training: progress, map, samples, curves and buttons.

Everything is read from the store, where the worker writes it, so a reload, a second tab or a restarted server shows the same.
"""

import numpy as np
import streamlit as st

from aae_core import files, progress
from aae_core.config.priors import PRIORS
from aae_core.config.variants import VARIANTS
from aae_core.latent import colours
from aae_core.scheduling import queue
from aae_core.store.revisions import Revision
from aae_core.store.status import BUSY, PREPARATIONS
from aae_core.wording import adapt_image_words
from app.cache import revision_data
from app.cache.revision_cache import cache_by_revision, codes_key
from app.cache.revision_snapshot import take_snapshot
from app.components import markdown
from app.figures import charts, curves, plane_views, revision_list
from app.session import address
from app.ui import diagnosis, image_html, links, people, revision_picker, store_polling, widgets
from app.visitors import actions

MAX_MAP_POINTS = 1500  # more points would slow a map that is redrawn at every checkpoint
MAX_PRIOR_SAMPLES = 400  # samples of the prior on the map
DECODED_SAMPLES = 36
MAX_OTHER_RUNS = 6
MAX_COMPARED_RUNS = 5  # other runs whose curves are drawn; the colours of more could not be distinguished
PAIR_COLOURS = colours.CLASS_COLOURS[0], colours.CLASS_COLOURS[2]  # colours of one run's two lines, or of two runs
ADVERSARY_NOTE = (
    "The adversary's losses are scores against an opponent that also learns: they may stay level, or rise, while the codes "
    "approach the prior. Only MMD², beside them, measures the distance."
)


def render_training_progress(summary, summaries) -> None:
    """Draw the watched revision of a summary: head, progress, buttons, map, samples and curves. summaries: those of
    all revisions."""
    if summary.state == "broken":
        widgets.render_error_box(summary.reason)
        return
    revision = take_snapshot(Revision(summary.path, summary.gallery), status=summary.status)
    _render_state_and_buttons(summary, revision, summaries)
    _render_buttons(summary, revision.stored.request() if summary.state in BUSY else None)
    findings = st.container()
    _render_map_and_samples(revision)
    if summary.steps:
        with findings:
            diagnosis.render_diagnosis(revision)
    render_revision_curves(revision)


def _render_state_and_buttons(summary, revision, summaries):
    title = VARIANTS[summary.variant].title
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(markdown.escape(summary.label or title), anchor=False, width="content")
        revision_picker.render_state_badge(summary)
    prior_text = f" · {PRIORS[summary.prior].title} prior" if VARIANTS[summary.variant].has_prior else ""
    variant_text = f"{title} · " if summary.label else ""
    variant_text = (
        f"{markdown.escape(people.owner_text(summary.owner))} · {variant_text}" if summary.owner else variant_text
    )
    st.caption(f"{variant_text}{markdown.escape(revision.data.title)} · {summary.latent_dim}-D code{prior_text}")
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
    if summary.state != "queued" or summary.steps or summary.status.is_worker_starting:
        st.progress(min(1.0, summary.steps / max(1, summary.status.total_steps)), text=_progress_text(summary.status))


def _waiting_text(summary, summaries):
    """What a training waits for before its next step, in a sentence; "" if it takes steps, or has ended."""
    other_trainings = [other for other in summaries if other.state in BUSY and other.id != summary.id]
    active_trainings = [
        other for other in other_trainings if other.state == "running" or other.status.is_worker_starting
    ]
    reasons = []
    if active_trainings:
        under_way = "is under way" if len(active_trainings) == 1 else "are under way"
        reasons.append(f"{progress.format_count(len(active_trainings), 'other training')} {under_way}")
    if summary.state == "queued" and not summary.status.is_worker_starting:
        queue_place = (summary.status.queued or 0, summary.id)
        waiting = [other for other in other_trainings if other not in active_trainings]
        count_ahead = sum((other.status.queued or 0, other.id) < queue_place for other in waiting)
        if count_ahead:
            reasons.append(f"{count_ahead} before it in the queue")
        if not reasons:
            return "It waits for its turn."
        return f"It waits for its turn: {', and '.join(reasons)}."
    if summary.status.is_worker_starting or (summary.state == "running" and summary.status.doing in PREPARATIONS):
        loading_text = "Its process first loads PyTorch and the data, which takes the longer the busier the machine is"
        return "; ".join([loading_text, *reasons]) + "."
    return ""


def _progress_text(status):
    if status.is_worker_starting:
        return "Starting the worker …"
    if status.doing and status.state == "running":
        return progress.training_progress(status)
    epoch = f"epoch {status.epoch:.1f} of {status.total_epochs:g}"
    if status.state != "running":
        duration = progress.format_duration(status.seconds)
        return f"Step {status.step:,} of {status.total_steps:,} · {epoch} · {duration} of training"
    pace = f"{status.samples_per_second:,.0f} items/s" if status.step else "the time left is not known yet"
    return f"{progress.training_progress(status)} · {epoch} · {pace}"


def _render_buttons(summary, request):
    """Draw the buttons that the visitor may use. request: "pause" or "stop" if the worker has not handled that yet, or None."""
    may_change = actions.may_change(summary.owner)
    with st.container(horizontal=True, vertical_alignment="center"):
        for label, action, states in (
            ("Pause", actions.pause_training, ("running",)),
            ("Stop", actions.stop_training, BUSY),
        ):
            if summary.state in states and may_change:
                key = f"live.watched.{label}.{summary.id}"
                store_polling.render_action_button(
                    label, label.lower(), key, action, summary.id, disabled=bool(request)
                )
        if request:
            st.caption({"pause": "Pausing …", "stop": "Stopping …"}[request], width="content")
        if summary.state in store_polling.RESUMABLE_STATES and not summary.gallery and may_change:
            store_polling.render_action_button(
                "Resume", "play_arrow", f"live.watched.Resume.{summary.id}", actions.resume_training, summary.id
            )
        if summary.steps:
            links.render_revision_link("explore", "Open in Explore", summary.id)


def _render_map_and_samples(revision):
    probe = revision.codes
    if probe is None:
        st.caption("The map and the samples appear with the first checkpoint.")
        return
    left, right = st.columns(2, gap="medium")
    with left:
        circle_note = ""
        if revision_data.has_head_circle(revision):
            circle_note = " Each head has its own axis; this plane shows all of them on a circle."
        codes_text = f"{probe.available_count:,} {revision.split_items_words(probe.split)}"
        prior_note = "" if revision.prior is None else " over the prior in grey"
        st.markdown(f"**Map**  \n:small[:gray[Codes of {codes_text}{prior_note}.{circle_note}]]")
        figure = _map_figure(revision, probe)
        widgets.render_chart(figure, key="live.map", alt=f"Map of the codes of {codes_text}")
    with right:
        if revision.prior is None:
            st.caption(revision_data.NO_PRIOR_TEXT)
            return
        st.markdown("**Samples**  \n:small[:gray[The same 36 codes drawn from the prior, decoded.]]")
        image_html.render_image(_sample_sheet(revision), "Decoded samples of the prior", 380)


# Figures are cached until their files change, so a refresh without news costs almost nothing.
@cache_by_revision(codes_key, 8)
def _map_figure(revision, probe):
    projection_name, dimensions = plane_views.default_view_and_dimensions(revision)
    if projection_name == "pca":  # its directions would change with each checkpoint
        projection_name = "pair"
    plane = plane_views.make_plane(revision, probe, projection_name, dimensions)
    shown_numbers = np.linspace(0, len(probe.z) - 1, min(MAX_MAP_POINTS, len(probe.z))).astype(int)
    prior_samples = None if plane.samples is None else plane.samples[:MAX_PRIOR_SAMPLES]
    points, labels = plane.points[shown_numbers], probe.labels[shown_numbers]
    item = revision.item_word
    figure = charts.latent_map(plane.visible_square, points, labels, revision.data.classes, prior_samples, item)
    return figure.update_layout(uirevision=revision.id)


@cache_by_revision(lambda revision: revision.codes_cache_key[0], 8, copies=True)
def _sample_sheet(revision):
    from aae_core.latent import exploration

    return exploration.tile_images(revision_data.sample_pictures(revision, DECODED_SAMPLES), 6)


def render_revision_curves(revision, other_revisions=()) -> None:
    """Draw losses and metrics over the epochs, with those of up to MAX_COMPARED_RUNS other revisions in the same charts."""
    runs = [revision, *other_revisions]
    names = [revision_list.revision_name(run) for run in runs]
    numbered_names = [
        f"{name} ({names[:k].count(name) + 1})" if names.count(name) > 1 else name for k, name in enumerate(names)
    ]
    caption = f":material/balance: {ADVERSARY_NOTE}" if "adversary" in revision.variant.prior_losses else ""
    render_curves(runs, numbered_names, colours.CLASS_COLOURS if other_revisions else PAIR_COLOURS, caption)


def render_curves(runs, names, colours, caption: str) -> None:
    """Draw the panels of curves of several runs with their names. caption: the caption above the panels."""
    panels = _curve_figures(runs[0], runs, names, colours)
    if not panels:
        st.caption("Curves appear with the first logged step.")
    elif caption:
        st.caption(caption)
    is_table = all(run.data.is_table for run in runs)
    columns = []
    for k, (panel, figure) in enumerate(panels):
        if k % 2 == 0:
            columns = st.columns(2, gap="medium")
        with columns[k % 2]:
            reading = adapt_image_words(panel.reading, is_table)
            st.markdown(f"**{panel.title}**  \n:small[:gray[{reading}]]")
            widgets.render_chart(figure, key=f"curves.{panel.title}", alt=f"{panel.title}. {reading}")


@cache_by_revision(
    lambda _, runs, *given: ([(run.id, files.file_version(run.path / "metrics.jsonl")) for run in runs], *given), 8
)
def _curve_figures(first_run, runs, names, colours):
    curve_runs = []
    for name, run in zip(names, runs, strict=True):
        discriminator_counts = 2 if run.variant.categorical else 1
        curve_runs.append(curves.CurveRun(name, run.stored.metrics(), discriminator_counts))
    return [(panel, curves.panel_figure(curve_runs, panel, colours)) for panel in curves.visible_panels(curve_runs)]


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
        "**Other runs**",
        help="Queued, running, paused or failed runs, started here, in another tab or from a terminal.",
    )
    for row in other_summaries[:MAX_OTHER_RUNS]:
        with st.container(horizontal=True, vertical_alignment="center"):
            revision_picker.render_state_badge(row)
            words = [row.label or row.variant, row.data]
            if row.owner:
                words.insert(0, people.owner_text(row.owner))
            text = " · ".join(markdown.escape(part) for part in words)
            st.markdown(f"{text} · step {row.steps:,}", width="stretch")
            button_arguments = {"on_click": address.store_setting, "args": ("watch", row.id)}
            st.button("Watch", key=f"live.watch.{row.id}", type="tertiary", **button_arguments)
            if row.state == "queued" and actions.may_change(row.owner):
                store_polling.render_action_button(
                    "Stop", "stop", f"live.queue.Stop.{row.id}", actions.stop_training, row.id
                )
            if row.state in store_polling.RESUMABLE_STATES and actions.may_change(row.owner):
                store_polling.render_action_button(
                    "Resume", "play_arrow", f"live.queue.Resume.{row.id}", actions.resume_training, row.id
                )
    if len(other_summaries) > MAX_OTHER_RUNS:
        st.page_link("views/revisions.py", label=f"{len(other_summaries) - MAX_OTHER_RUNS} more on the page Revisions")
