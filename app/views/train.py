"""Train: choose a configuration, start a background training, and watch the runs in training."""

import streamlit as st

from aae_core import plugins, progress
from aae_core.config import painting
from aae_core.config.advice import advise
from aae_core.config.presets import PRESETS
from aae_core.config.variants import VARIANTS
from aae_core.data import sets
from aae_core.errors import AAEError
from aae_core.jobs import estimate, target
from aae_core.scheduling import queue
from app.components import markdown
from app.page_parts import own_data
from app.session import address
from app.ui import config_form, form_settings, live_store, people, revision_picker, step_time, widgets
from app.visitors import acts, who

WATCH = "watch"
DATA = config_form.PREFIX + "data"
WHY_NO_VAE = (
    "A VAE’s Gaussian posterior always reaches outside a painting, where p(z) is 0: its KL term is infinite wherever the codes "
    "lie, and has no useful gradient. An adversarial autoencoder needs only samples of the painting, so choose the variant "
    "Adversarial autoencoder."
)


def page():
    st.title("Train", anchor=False)
    rows = live_store.rows_without_boxes()
    config_form.start()
    left, right = st.columns([5, 9], gap="large")
    with left:
        summary = _form()
    busy = live_store.under_way(rows)
    with right:
        waits = own_data.offer()
        measuring = _verdict(summary, rows, busy, waits)
        _studio()
        pace = live_store.pace() if measuring or busy else None
        address.fragment(_watch, run_every=pace)(busy, measuring, _is_full(rows), pace)


def _form():
    """Draw the form; returns the summary of the chosen data set."""
    seen = acts.data_names()
    known = {summary.name: summary for summary in sets.summaries() if summary.name in seen}
    _choose_known_data(known)
    titles = {name: preset.title for name, preset in PRESETS.items()}
    taken = {"key": config_form.PRESET, "on_change": config_form.take_preset, "persist_state": "session"}
    st.selectbox("Preset", titles, format_func=titles.get, **taken)
    st.caption(PRESETS[st.session_state[config_form.PRESET]].summary)
    config_form.draw("data", {name: summary.title for name, summary in known.items()})
    summary = known[st.session_state[DATA]]
    _facts(summary)
    with widgets.part("own"):
        own_data.drop()
        widgets.folded("Data of your own", "train.own", own_data.others)
    config_form.draw("variant")
    config_form.draw("prior.name")
    for sentence in plugins.troubles():
        widgets.error_box(sentence)
    _preview()
    if not summary.is_table or config_form.current()["augment"] == "on":
        config_form.draw("augment")
    columns = st.columns(2, vertical_alignment="bottom")  # a label may take two lines
    for column, key in zip(columns, ("epochs", "minutes"), strict=True):
        with column:
            config_form.draw(key)
    config_form.draw("name")
    people.ask()
    with widgets.part("settings"):
        widgets.folded("All settings", "train.all", lambda: config_form.draw_groups(config_form.current()))
    return summary


def _preview():
    """Draw a preview of the chosen prior; a painted prior is shown in the studio instead."""
    from app.components.prior_studio import prior_studio

    if config_form.current()["prior.name"] == "painted":
        st.caption(":material/brush: Paint it under “Paint the prior”.")
    else:
        prior_studio(config_form.current(), (), "train.preview", lambda text: None)


def _studio():
    """Draw the studio if the prior is painted; for a VAE it explains why a VAE cannot use such a prior."""
    values = config_form.current()
    if values["prior.name"] == "painted":
        with widgets.part("studio"):
            widgets.folded("Paint the prior", "train.paint", _easel, values, expanded=True, icon=":material/brush:")


def _easel(values):
    from app.components.prior_studio import prior_studio

    if "kl" in VARIANTS[values["variant"]].imposes:
        st.info(WHY_NO_VAE, icon=":material/info:")
    classes = acts.describe_data(values["data"]).classes
    # parts of the painting can belong to classes if D is given the labels and there is a colour for each class
    by_class = VARIANTS[values["variant"]].labels == "discriminator" and len(classes) <= painting.CLASSES
    paint = lambda text: st.session_state.update({config_form.PREFIX + "prior.painting": text})  # noqa: E731
    prior_studio(values, tuple(classes) if by_class else (), "train.studio", paint)
    if st.session_state[config_form.PRESET] != "painted":
        st.caption(
            f"The preset **{PRESETS['painted'].title}** has networks and learning rates that fit a painting well."
        )
    if not form_settings.is_linked(values):
        st.caption(
            ":material/link_off: This painting is too detailed for a link, so a link to this form contains the ring "
            "instead; the trained revision keeps the painting."
        )
    elif any(painting.cells(values["prior.painting"])):
        icon, query = ":material/sports_esports:", {"game.prior": values["prior.painting"]}
        st.page_link("views/game.py", label="Play it step by step", icon=icon, query_params=query)


def _choose_known_data(known):
    """Choose the data set that was just added, or the first one if the chosen one (from a link) does not exist."""
    added = own_data.CHOSEN in st.session_state
    chosen = st.session_state.pop(own_data.CHOSEN, st.session_state[DATA])
    if chosen not in known:
        widgets.error_box(
            f"There is no data set {chosen[:60]!r} here, so another one was chosen. You can add it below."
        )
    st.session_state[DATA] = chosen if chosen in known else next(iter(known))
    if added:
        config_form.take_data()


def _verdict(summary, rows, busy, waits) -> bool:
    """Draw the error in the settings, if there is one, and the start button with the estimated time; returns whether the time is
    still being measured. Drawn above the live view, where it is visible on any screen. waits: whether the user is about to add
    data of her own."""
    config_form.keep_in_url()
    config = None
    try:
        asked = acts.bounded(form_settings.build(config_form.current()))
        if summary.available or summary.name not in sets.BUILT_IN:  # else it can be downloaded
            summary = queue.check(asked)  # with the features of a table
        refused = acts.refusal(live_store.board().store, rows, asked, summary)
        if refused:
            widgets.error_box(refused)
        else:
            config = asked
    except AAEError as error:
        if str(error) != live_store.board().fault:  # the live view shows that one
            widgets.error_box(str(error))
    label = "Add to the queue" if busy else "Start training"
    kind = "secondary" if waits else "primary"
    barred = config is None or not summary.available
    st.button(label, icon=":material/play_arrow:", type=kind, key="train.go", disabled=barred, on_click=_start)
    if waits:
        st.caption(
            f"The training uses **{markdown.literal(summary.title)}** unless you first add what was found above."
        )
    with st.container():  # keeps the parts below in place when the time becomes known
        if config is None:
            return False
        return _estimate(config, summary, busy)


def _facts(summary):
    """Draw the size of a data set, with advice and examples for the user's own, or the button that downloads it; nothing for one
    that is damaged, which is told above the start button."""
    own = summary.name not in sets.BUILT_IN
    if own and not summary.available:
        return
    channels, height, width = summary.shape
    size = f"{width}×{height}{'' if channels == 1 else ', colour'}"
    size = f"{width:,} features" if summary.is_table else size
    classes = f"{len(summary.classes)} classes" if summary.classes else "no classes"
    st.caption(f"{summary.train:,} training, {summary.test:,} test {summary.items} · {size} · {classes}")
    if summary.tones:
        st.caption(f"{summary.tones.sentence[0].upper()}{summary.tones.sentence[1:]}")
    if summary.available:
        if own and not summary.is_table:
            told = markdown.literal(advise(summary.shape, summary.train).sentence)
            st.caption(f":material/lightbulb: {told} Each can be changed.")
        if own or summary.is_table:
            with widgets.guarded():
                own_data.thumbnails(summary)
        return
    with st.container(border=True):
        st.markdown(f"**{summary.title}** is not on this machine yet.")
        if not who.present().is_teacher:
            st.markdown(revision_picker.how_to_get(summary.name))
        elif st.button("Download", icon=":material/download:", key="train.download"):
            _download(summary.name)


def _download(name):
    size = progress.size
    told = lambda done, total: f"{size(done)} of {size(total)}" if total else size(done)  # noqa: E731
    with widgets.guarded():
        widgets.with_progress_bar(told, lambda progress: acts.get_data(name, progress=progress), "Asking the server …")
        st.rerun()


def _estimate(config, summary, busy) -> bool:
    """Draw the estimated training time; returns whether the time of a step is still being measured."""
    answer = step_time.measured(config, summary, busy)
    if answer is None:
        st.caption(":material/timer: Measuring how long a step takes …")
    elif "error" in answer:
        st.caption(f":material/timer: {markdown.error_text(answer['error'])}")
    else:
        from aae_core.scheduling import room  # late, since it imports torch

        told = estimate.in_words(config, summary.train, answer["seconds_per_step"])
        whole = room.needed(config, summary).peak
        how, size = markdown.literal(answer["how"]), markdown.literal(answer["size"])
        ends = markdown.literal(target.promise(config))
        disk = f"up to {progress.size(whole)} on the disk"
        st.caption(
            f":material/timer: {told}, as measured here. Networks of {size}, computed in {how}; {disk}. {ends}",
            help=markdown.literal(answer["why"]) or None,
        )
        refusal = room.refusal(live_store.board().store, whole)
        if refusal:
            widgets.error_box(refusal)
    return answer is None


def _start():
    """The button's action: start a training with the form's present values, which may have changed since the page was drawn."""
    start = lambda store: acts.start(store, form_settings.build(config_form.current()), people.own_name())  # noqa: E731
    revision = live_store.do(start)
    if revision is not None:
        address.keep(WATCH, revision.id)


def _is_full(rows):
    """Whether the visitor of a shared server can start no further training now; also True if that cannot be determined."""
    try:
        return bool(acts.no_place(live_store.board().store, rows))
    except AAEError:  # shown above the start button
        return True


def _watch(busy, measuring, full, pace):
    """Draw the watched training and other runs; the whole page runs again when the first training starts or the last ends, when a
    step has been measured, when the visitor's queue becomes full or free, or when the pace of refreshing changes."""
    live_store.say_problem()
    rows = live_store.rows()
    known = {row.id for row in rows}
    revision_picker.note_missed(WATCH, known)
    row = live_store.choose(rows, address.recall(WATCH, lambda text: text if text in known else None, None))
    revision_picker.say_missed(row.id if row else "", WATCH)
    from app.ui import training_watch  # late, since it imports plotly, for which the form need not wait

    if row is None:
        st.header("No training is running", anchor=False)
        st.markdown(
            "Press **Start training**, and the map, samples and curves appear here as the model learns. The default settings "
            "are a good start."
        )
        st.page_link("views/explore.py", label="Or explore a trained revision", icon=":material/scatter_plot:")
    else:
        address.keep(WATCH, row.id)
        with widgets.guarded():
            training_watch.show(live_store.fresh(row), rows)
    training_watch.others(rows, row)
    answered = measuring and not step_time.MEASUREMENTS.is_awaited(st.session_state.get(step_time.PROBE))
    paced = pace is None or pace == live_store.pace()
    if busy != live_store.under_way(rows) or answered or full != _is_full(rows) or not paced:
        st.rerun()


page()
