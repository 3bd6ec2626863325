"""The live view of a training: progress, map, samples, curves and buttons.

Everything is read from the store, where the worker writes it, so a reload, a second tab or a restarted server shows the same.
"""

import numpy as np
import streamlit as st

from aae_core import files, progress
from aae_core.config.choices import PRIORS
from aae_core.config.variants import VARIANTS
from aae_core.latent import colours
from aae_core.scheduling import queue
from aae_core.store.revisions import Revision
from aae_core.store.status import BEFORE, BUSY
from aae_core.wording import about_items
from app.cache import loaded, shown_codes
from app.cache.kept import by_codes, kept
from app.components import markdown
from app.figures import charts, curves, plane_views
from app.session import address
from app.ui import diagnosis, drawn_images, links, live_store, people, revision_picker, widgets
from app.visitors import acts

MAP_POINTS = 1500  # more points would slow a map that is redrawn at every checkpoint
MAP_DRAWS = 400  # samples of the prior on the map
SAMPLES = 36
QUEUE_ROWS = 6
MOST_BESIDE = 5  # other runs whose curves are drawn; the colours of more could not be distinguished
TWO = colours.COLOURS[0], colours.COLOURS[2]  # colours of one run's two lines, or of two runs
MISLEADING = (
    "The adversary's losses are scores against an opponent that also learns: they may stay level, or rise, while the codes "
    "approach the prior. Only MMD², beside them, measures the distance."
)


def show(row, rows) -> None:
    """Draw the watched revision of a summary: head, progress, buttons, map, samples and curves. rows: all revisions."""
    if row.state == "broken":
        widgets.error_box(row.reason)
        return
    revision = Revision(row.path, row.gallery)
    _head(row, revision, rows)
    _buttons(row, revision.request() if row.state in BUSY else None)
    findings = st.container()
    _pictures(revision)
    if row.steps:
        with findings:
            diagnosis.show(revision)
    show_curves(revision)


def _head(row, revision, rows):
    title = VARIANTS[row.variant].title
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(markdown.literal(row.label or title), anchor=False, width="content")
        revision_picker.badge(row)
    prior = f" · {PRIORS[row.prior].title} prior" if VARIANTS[row.variant].has_prior else ""
    kind = f"{title} · " if row.label else ""
    kind = f"{markdown.literal(people.owner_words(row.owner))} · {kind}" if row.owner else kind
    st.caption(f"{kind}{markdown.literal(revision.data.title)} · {row.latent_dim}-D code{prior}")
    if row.state == "failed":
        widgets.error_box(row.reason)
    if sentence := queue.remark(row.status):
        st.info(markdown.literal(sentence), icon=":material/dns:")
    elif sentence := _wait(row, rows):
        st.caption(sentence)
    if row.status.warning and row.state == "running":
        st.warning(markdown.literal(row.status.warning), icon=":material/warning:")
    if row.status.ended:
        st.caption(f":material/flag: {markdown.literal(row.status.ended)}")
    if row.state != "queued" or row.steps or row.status.launched:
        st.progress(min(1.0, row.steps / max(1, row.status.total_steps)), text=_progress(row.status))


def _wait(row, rows):
    """What a training waits for before its next step, in a sentence; "" if it takes steps, or has ended."""
    others = [other for other in rows if other.state in BUSY and other.id != row.id]
    at_work = [other for other in others if other.state == "running" or other.status.launched]
    told = []
    if at_work:
        under_way = "is under way" if len(at_work) == 1 else "are under way"
        told.append(f"{progress.count_of(len(at_work), 'other training')} {under_way}")
    if row.state == "queued" and not row.status.launched:
        place = (row.status.queued or 0, row.id)
        waiting = [other for other in others if other not in at_work]
        ahead = sum((other.status.queued or 0, other.id) < place for other in waiting)
        if ahead:
            told.append(f"{ahead} before it in the queue")
        if not told:
            return "It waits for its turn."
        return f"It waits for its turn: {', and '.join(told)}."
    if row.status.launched or (row.state == "running" and row.status.doing in BEFORE):
        loads = "Its process first loads PyTorch and the data, which takes the longer the busier the machine is"
        return "; ".join([loads, *told]) + "."
    return ""


def _progress(status):
    if status.launched:
        return "Starting the worker …"
    if status.doing and status.state == "running":
        return progress.place(status)
    epoch = f"epoch {status.epoch:.1f} of {status.total_epochs:g}"
    if status.state != "running":
        return f"Step {status.step:,} of {status.total_steps:,} · {epoch} · {progress.duration(status.seconds)} of training"
    pace = f"{status.samples_per_second:,.0f} items/s" if status.step else "the time left is not known yet"
    return f"{progress.place(status)} · {epoch} · {pace}"


def _buttons(row, asked):
    """Draw the buttons that the visitor may use. asked: a request ("pause" or "stop") that the worker has not handled yet, or
    None."""
    mine = acts.may_change(row.owner)
    with st.container(horizontal=True, vertical_alignment="center"):
        for label, act, states in (("Pause", acts.pause, ("running",)), ("Stop", acts.stop, BUSY)):
            if row.state in states and mine:
                key = f"live.watched.{label}.{row.id}"
                live_store.button(label, label.lower(), key, act, row.id, disabled=bool(asked))
        if asked:
            st.caption({"pause": "Pausing …", "stop": "Stopping …"}[asked], width="content")
        if row.state in live_store.RESUMABLE and not row.gallery and mine:
            live_store.button("Resume", "play_arrow", f"live.watched.Resume.{row.id}", acts.resume, row.id)
        if row.steps:
            links.to_revision("explore", "Open in Explore", row.id)


def _pictures(revision):
    probe = loaded.probe(revision)
    if probe is None:
        st.caption("The map and the samples appear with the first checkpoint.")
        return
    left, right = st.columns(2, gap="medium")
    with left:
        how = ""
        if loaded.has_circle(revision):
            how = " Each head has its own axis; this plane shows all of them on a circle."
        codes = f"{probe.of:,} {shown_codes.items(revision, probe.split)}"
        over = "" if loaded.prior(revision) is None else " over the prior in grey"
        st.markdown(f"**Map**  \n:small[:gray[Codes of {codes}{over}.{how}]]")
        figure = _map(revision, probe)
        widgets.chart(figure, key="live.map", alt=f"Map of the codes of {codes}")
    with right:
        if loaded.prior(revision) is None:
            st.caption(loaded.NO_PRIOR)
            return
        st.markdown("**Samples**  \n:small[:gray[The same 36 codes drawn from the prior, decoded.]]")
        drawn_images.picture(_sheet(revision), "Decoded samples of the prior", 380)


# Figures are cached until their files change, so a refresh without news costs almost nothing.
@kept(by_codes, 8)
def _map(revision, probe):
    through, dimensions = plane_views.usual(revision)
    if through == "pca":  # its directions would change with each checkpoint
        through = "pair"
    seen = plane_views.plane_of(revision, probe, through, dimensions)
    some = np.linspace(0, len(probe.z) - 1, min(MAP_POINTS, len(probe.z))).astype(int)
    draws = None if seen.samples is None else seen.samples[:MAP_DRAWS]
    points, labels = seen.points[some], probe.labels[some]
    item = shown_codes.item(revision)
    figure = charts.latent_map(seen.frame, points, labels, revision.data.classes, draws, item)
    return figure.update_layout(uirevision=revision.id)


@kept(lambda revision: files.mark(revision.path / "weights.safetensors"), 8, st.cache_data)
def _sheet(revision):
    from aae_core.latent import exploration

    return exploration.tile(loaded.sampled(revision, SAMPLES), 6)


def show_curves(revision, beside=()) -> None:
    """Draw losses and metrics over the epochs, with those of up to MOST_BESIDE revisions `beside` it in the same charts."""
    runs = [revision, *beside]
    names = [revision_picker.name_of(run) for run in runs]
    numbered_names = [
        f"{name} ({names[:k].count(name) + 1})" if names.count(name) > 1 else name for k, name in enumerate(names)
    ]
    told = f":material/balance: {MISLEADING}" if "adversary" in revision.variant.imposes else ""
    draw_curves(runs, numbered_names, colours.COLOURS if beside else TWO, told)


def draw_curves(runs, names, colours, told: str) -> None:
    """Draw the panels of curves of several runs with their names. told: a caption above the panels."""
    drawn = _figures(runs[0], runs, names, colours)
    if not drawn:
        st.caption("Curves appear with the first logged step.")
    elif told:
        st.caption(told)
    is_table = all(run.data.is_table for run in runs)
    columns = []
    for k, (panel, figure) in enumerate(drawn):
        if k % 2 == 0:
            columns = st.columns(2, gap="medium")
        with columns[k % 2]:
            reading = about_items(panel.reading, is_table)
            st.markdown(f"**{panel.title}**  \n:small[:gray[{reading}]]")
            widgets.chart(figure, key=f"curves.{panel.title}", alt=f"{panel.title}. {reading}")


@kept(lambda _, runs, *given: ([(run.id, files.mark(run.path / "metrics.jsonl")) for run in runs], *given), 8)
def _figures(first, runs, names, colours):
    told = []
    for name, run in zip(names, runs, strict=True):
        judges = 2 if run.variant.categorical else 1
        told.append(curves.Run(name, run.metrics(), judges))
    return [(panel, curves.figure(told, panel, colours)) for panel in curves.panels(told)]


def others(rows, watched) -> None:
    """Draw the list of queued, running, paused and failed runs other than the watched one."""
    rest = [row for row in rows if not row.gallery and row.state in (*BUSY, "paused", "failed") and row is not watched]
    if not rest:
        return
    rest.sort(key=lambda row: (("running", "queued", "paused", "failed").index(row.state), row.status.queued or 0))
    st.markdown(
        "**Other runs**",
        help="Queued, running, paused or failed runs, started here, in another tab or from a terminal.",
    )
    for row in rest[:QUEUE_ROWS]:
        with st.container(horizontal=True, vertical_alignment="center"):
            revision_picker.badge(row)
            parts = [row.label or row.variant, row.data]
            if row.owner:
                parts.insert(0, people.owner_words(row.owner))
            text = " · ".join(markdown.literal(part) for part in parts)
            st.markdown(f"{text} · step {row.steps:,}", width="stretch")
            watch = {"on_click": address.keep, "args": ("watch", row.id)}
            st.button("Watch", key=f"live.watch.{row.id}", type="tertiary", **watch)
            if row.state == "queued" and acts.may_change(row.owner):
                live_store.button("Stop", "stop", f"live.queue.Stop.{row.id}", acts.stop, row.id)
            if row.state in live_store.RESUMABLE and acts.may_change(row.owner):
                live_store.button("Resume", "play_arrow", f"live.queue.Resume.{row.id}", acts.resume, row.id)
    if len(rest) > QUEUE_ROWS:
        st.page_link("views/revisions.py", label=f"{len(rest) - QUEUE_ROWS} more on the page Revisions")
