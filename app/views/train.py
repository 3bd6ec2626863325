"""Train: choose a configuration, start a background training, and watch the runs in training."""

import secrets
from dataclasses import dataclass
from functools import partial

import streamlit as st

from aae_core import plugins, progress
from aae_core.config import painting
from aae_core.config.advice import recommend
from aae_core.config.presets import PRESETS
from aae_core.config.variants import VARIANTS
from aae_core.data import originals, sets
from aae_core.errors import AAEError
from aae_core.runs import early_stopping, estimate, queue
from aae_core.store.status import BUSY
from aae_core.wording import adapt_image_words, join_sentences
from app.cache import revision_data
from app.cache.revision_view import RevisionView
from app.components import markdown
from app.handout import download_button
from app.page_parts.train import add_form, own_data_sets, training_preview
from app.scenes import painting_plane
from app.session import address
from app.translation.data_titles import data_title
from app.translation.texts import mark, translate, translate_plural
from app.ui import config_form, form_settings, people, request_keys, revision_picker, step_time, store_polling, widgets
from app.visitors import actions, identity

WATCH_SETTING = "watch"
START_BUTTON = "train.go"
PAINTED_KEY = "train.painted"  # session key: whether the painting has changed since the form was drawn
PAINTING_SESSION_KEY = "train.painting_session"  # session key: identifies this session to the plane that is painted on
SETUP_KEY = "train.setup"  # session key: whether the form is open although a training is watched
DATA_KEY = config_form.KEY_PREFIX + "data"
# The canvas on which the prior is painted stays in sight beside the form, wherever the form is scrolled to.
CANVAS_STYLE = """<style>
@media (min-width: 40.0625rem) {
  html [data-testid=stLayoutWrapper]:has(> * > * > .st-key-train-plane) { position: sticky; top: 4.25rem;
    max-height: calc(100vh - 4.5rem); overflow-y: auto; }
}
</style>"""
NO_VAE_NOTE = mark(
    "A VAE’s Gaussian posterior always reaches outside a painting, where p(z) is 0: its KL term is infinite wherever the codes "
    "lie, and has no useful gradient. An adversarial autoencoder needs only samples of the painting, so choose the variant "
    "Adversarial autoencoder."
)


@dataclass(frozen=True)
class DrawnPage:
    """What the page was drawn for. refresh_seconds: the pace at which its parts are drawn again, None for never."""

    is_busy: bool
    is_measuring: bool
    is_queue_full: bool
    is_folded: bool
    watched_id: str | None
    refresh_seconds: float | None


def render_page():
    st.title(translate("Train"), anchor=False)
    summaries = store_polling.list_summaries_silently()
    # Before the setting is read, which takes the name in a link for good.
    revision_picker.note_missing_revision(WATCH_SETTING, {summary.id for summary in summaries})
    _open_or_fold_form(summaries)
    config_form.fill_from_link()
    is_busy = store_polling.is_any_under_way(summaries)
    is_folded = _is_form_folded(summaries)
    # The plane is at the same place whether the form is open or folded, so that it stays when the training starts.
    left, right = st.columns([5, 9], gap="medium")
    with right:
        news_place, plane_place = st.container(), st.container()
    with left:
        start_place, state_place = st.container(), st.container()
        form_place = (
            st.expander(translate("Settings of the next training"), key="train.fold") if is_folded else st.container()
        )
    with form_place:
        data_summary = _render_form(is_folded)
    with news_place:
        has_pending_data = add_form.render_add_form_if_open()
    with form_place if is_folded else start_place:
        is_measuring = _render_start_button_and_estimate(data_summary, summaries, is_busy, has_pending_data)
        with widgets.part_container("studio"):
            _render_painting_notes()
    watched_summary = _watched_summary(summaries)
    refresh_seconds = _refresh_interval(watched_summary) if is_measuring or is_busy else None
    watched_id = watched_summary.id if watched_summary else None
    drawn_page = DrawnPage(is_busy, is_measuring, _is_queue_full(summaries), is_folded, watched_id, refresh_seconds)
    brush = None if is_folded else _make_brush(data_summary)
    if brush is not None:
        st.html(CANVAS_STYLE)
    is_idle = watched_summary is None and brush is None
    with news_place if is_idle else state_place:
        address.settings_fragment(_render_watched_state, run_every=refresh_seconds)(drawn_page, brush is not None)
    with plane_place.container(key="train-plane"):
        address.settings_fragment(_render_watched_training, run_every=refresh_seconds)(drawn_page, brush)


def _open_or_fold_form(summaries):
    """Where the page is entered, or a link is followed, decide whether the form is open: a link may fill it in or name the
    training to watch; without either, it is folded while a training goes on."""
    link_names = {name for name, text in address.pending_link_texts().items() if text is not None}
    is_new_visit = WATCH_SETTING not in address.get_visit().used_names
    if not (is_new_visit or link_names):
        return
    watched_summary = _watched_summary(summaries)
    is_over = watched_summary is None or watched_summary.state not in BUSY
    fills_form = bool(link_names & set(config_form.PARAMETER_NAMES))
    st.session_state[SETUP_KEY] = WATCH_SETTING not in link_names and (fills_form or is_over)


def _is_form_folded(summaries) -> bool:
    """Whether the form is one line, because the visitor watches a training of her own and is not about to start another."""
    watched_summary = _watched_summary(summaries)
    is_own = watched_summary is not None and actions.may_change(watched_summary.owner)
    return is_own and not st.session_state.get(SETUP_KEY, False)


def _refresh_interval(watched_summary) -> float:
    """Seconds until the watched training is drawn again: fewer while it prepares its first step."""
    status = None if watched_summary is None else revision_data.with_current_status(watched_summary).status
    return store_polling.refresh_interval(is_starting=status is not None and status.is_starting)


def _watched_summary(summaries):
    known_ids = {summary.id for summary in summaries}
    return store_polling.choose_watched_training(
        summaries, address.recall_setting(WATCH_SETTING, lambda text: text if text in known_ids else None, None)
    )


def _render_form(is_folded):
    """Draw the form; returns the summary of the chosen data set."""
    visible_names = actions.visible_data_names()
    data_summaries = {
        data_summary.name: data_summary
        for data_summary in sets.data_set_summaries()
        if data_summary.name in visible_names
    }
    _choose_known_data(data_summaries)
    titles = {name: translate(preset.title) for name, preset in PRESETS.items()}
    preset_arguments = {
        "key": config_form.PRESET_KEY,
        "on_change": config_form.apply_preset,
        "persist_state": "session",
    }
    st.selectbox(translate("Preset"), titles, format_func=titles.get, **preset_arguments)
    st.caption(translate(PRESETS[st.session_state[config_form.PRESET_KEY]].summary))
    config_form.render_setting(
        "data", {name: data_title(data_summary) for name, data_summary in data_summaries.items()}
    )
    data_summary = data_summaries[st.session_state[DATA_KEY]]
    _render_data_facts(data_summary)
    with widgets.part_container("own"), st.container(gap="xsmall"):
        add_form.render_upload_fields()
        widgets.render_expander(translate(own_data_sets.LIST_TITLE), "train.own", own_data_sets.render_data_sets)
    config_form.render_setting("variant")
    config_form.render_setting("prior.name")
    for sentence in plugins.loading_errors():
        widgets.render_error_box(sentence)
    _render_prior_preview(is_folded)
    if not data_summary.is_table or config_form.current_form_values()["augment"] == "on":
        config_form.render_setting("augment")
    columns = st.columns(2, vertical_alignment="bottom")  # a label may take two lines
    for column, key in zip(columns, ("epochs", "minutes"), strict=True):
        with column:
            config_form.render_setting(key)
    config_form.render_setting("name")
    people.render_name_field()
    with widgets.part_container("settings"):
        widgets.render_expander(
            translate("All settings"),
            "train.all",
            lambda: config_form.render_setting_groups(config_form.current_form_values()),
        )
    return data_summary


def _render_prior_preview(is_folded):
    """Draw a preview of the chosen prior; a painted prior is on the plane instead, once the form is open."""
    from app.components.prior_preview import mount_prior_preview

    is_painted = config_form.current_form_values()["prior.name"] == "painted"
    if is_painted and is_folded:
        st.button(translate("Paint it on the plane"), icon=":material/brush:", key="train.unfold", on_click=_open_form)
    elif is_painted:
        note = translate("Paint it on the plane.")
        st.caption(f":material/brush: {note}")
    else:
        mount_prior_preview(config_form.current_form_values(), "train.preview")


def _make_brush(data_summary):
    """What the plane offers for painting the prior of the form, for the data with this summary; None unless that prior is
    painted."""
    values = config_form.current_form_values()
    if values["prior.name"] != "painted":
        return None
    classes = data_summary.classes
    # parts of the painting can belong to classes if D is given the labels and there is a colour for each class
    by_class = VARIANTS[values["variant"]].labels == "discriminator" and len(classes) <= painting.MAX_CLASSES
    return painting_plane.make_brush(
        values["prior.painting"],
        values["prior.scale"],
        tuple(classes) if by_class else (),
        st.session_state.setdefault(PAINTING_SESSION_KEY, secrets.token_hex(8)),
    )


def _store_painting(text: str):
    """The plane's message: the prior of the form is painted like this."""
    st.session_state[config_form.KEY_PREFIX + "prior.painting"] = text
    st.session_state[PAINTED_KEY] = True


def _render_painting_notes():
    """Draw what there is to know about the painting in the form; nothing for any other prior."""
    values = config_form.current_form_values()
    if values["prior.name"] != "painted":
        return
    if "kl" in VARIANTS[values["variant"]].prior_losses:
        st.info(translate(NO_VAE_NOTE), icon=":material/info:")
    if st.session_state[config_form.PRESET_KEY] != "painted":
        title = translate(PRESETS["painted"].title)
        st.caption(
            translate("The preset **{preset}** has networks and learning rates that fit a painting well.", preset=title)
        )
    if not form_settings.painting_fits_in_link(values):
        note = translate(
            "This painting is too detailed for a link, so a link to this form contains the ring instead; the trained revision "
            "keeps the painting."
        )
        st.caption(f":material/link_off: {note}")
    elif any(painting.parse_painting(values["prior.painting"])):
        icon, query = ":material/sports_esports:", {"game.prior": values["prior.painting"]}
        st.page_link("views/game.py", label=translate("Play it step by step"), icon=icon, query_params=query)


def _choose_known_data(data_summaries):
    """Choose the data set that was just added, or the first one if the chosen one (from a link) does not exist."""
    is_newly_added = own_data_sets.NEXT_DATA_KEY in st.session_state
    chosen_name = st.session_state.pop(own_data_sets.NEXT_DATA_KEY, st.session_state[DATA_KEY])
    if chosen_name not in data_summaries:
        widgets.render_error_box(
            translate(
                "There is no data set {name} here, so another one was chosen. You can add it below.",
                name=repr(chosen_name[:60]),
            )
        )
    st.session_state[DATA_KEY] = chosen_name if chosen_name in data_summaries else next(iter(data_summaries))
    if is_newly_added:
        config_form.apply_data()


def _render_start_button_and_estimate(data_summary, summaries, is_busy, has_pending_data) -> bool:
    """Draw the error in the settings, if there is one, and the start button with the estimated time; returns whether the time is
    still being measured. has_pending_data: whether the user is about to add data of her own."""
    config_form.write_settings_to_url()
    config = None
    try:
        candidate = actions.apply_visitor_limits(form_settings.build_config(config_form.current_form_values()))
        if data_summary.available or data_summary.name not in sets.BUILT_IN_NAMES:  # else it can be downloaded
            data_summary = queue.check_startable(candidate)  # with the features of a table
        refusal = actions.training_refusal(store_polling.store_poller().store, summaries, candidate, data_summary)
        if refusal:
            widgets.render_error_box(refusal)
        else:
            config = candidate
    except AAEError as error:
        if str(error) != store_polling.store_poller().fault:  # the live view shows that one
            widgets.render_error_box(str(error))
    label = translate("Add to the queue") if is_busy else translate("Start training")
    button_type = "secondary" if has_pending_data else "primary"
    is_disabled = config is None or not data_summary.available
    request_key = request_keys.current_request_key(START_BUTTON)
    with st.container(key=START_BUTTON):
        st.button(
            label,
            icon=":material/play_arrow:",
            type=button_type,
            key=f"{START_BUTTON}.{request_key}",
            disabled=is_disabled,
            on_click=_start_training,
            args=(request_key,),
        )
    if has_pending_data:
        title = markdown.escape(data_title(data_summary))
        st.caption(translate("The training uses **{data}** unless you first add what was found.", data=title))
    with st.container():  # keeps the parts below in place when the time becomes known
        if config is None:
            return False
        return _render_estimate(config, data_summary, is_busy)


def _render_data_facts(data_summary):
    """Draw the size of a data set, with advice and examples for the user's own, or the button that downloads it; nothing for one
    that is damaged, which is told above the start button."""
    is_own_data = data_summary.name not in sets.BUILT_IN_NAMES
    if is_own_data and not data_summary.available:
        return
    st.caption(_data_facts_text(data_summary))
    if data_summary.tones:
        st.caption(f"{data_summary.tones.sentence[0].upper()}{data_summary.tones.sentence[1:]}")
    if data_summary.available:
        if is_own_data and not data_summary.is_table:
            advice, note = recommend(data_summary.shape, data_summary.train), translate("Each can be changed.")
            text = join_sentences(markdown.escape(advice.sentence), note)
            st.caption(f":material/lightbulb: {text}")
        if is_own_data or data_summary.is_table:
            with widgets.errors_in_boxes():
                own_data_sets.render_thumbnails(data_summary)
        return
    with st.container(border=True):
        sentences = [translate("**{data}** is not on this machine yet.", data=data_title(data_summary))]
        if originals.list_originals(data_summary.name):
            sentences.append(translate("The examples come with a part of it, which is too little to train on."))
        st.markdown(join_sentences(*sentences))
        if not identity.current_visitor().is_teacher:
            st.markdown(revision_picker.how_to_get_data_text(data_summary.name))
        elif st.button(translate("Download"), icon=":material/download:", key="train.download"):
            _download_data(data_summary.name)


def _data_facts_text(data_summary) -> str:
    """The size of a data set in words."""
    channels, height, width = data_summary.shape
    counts = {"train": f"{data_summary.train:,}", "test": f"{data_summary.test:,}"}
    items = adapt_image_words(translate("{train} training, {test} test images"), data_summary.is_table).format(**counts)
    if data_summary.is_table:
        size = translate("{number} features", number=f"{width:,}")
    elif channels == 1:
        size = f"{width}×{height}"
    else:
        size = translate("{size}, colour", size=f"{width}×{height}")
    n_classes = len(data_summary.classes)
    classes = translate("{number} classes", number=n_classes) if n_classes else translate("no classes")
    return f"{items} · {size} · {classes}"


def _download_data(name):
    size, template = progress.format_bytes, translate("{done} of {total}")
    progress_text = lambda done, total: template.format(done=size(done), total=size(total)) if total else size(done)  # noqa: E731
    with widgets.errors_in_boxes():
        widgets.compute_with_progress_bar(
            progress_text,
            lambda progress: actions.fetch_data(name, progress=progress),
            translate("Asking the server …"),
        )
        st.rerun()


def _render_estimate(config, data_summary, is_busy) -> bool:
    """Draw the estimated training time; returns whether the time of a step is still being measured."""
    answer = step_time.measured_step_time(config, data_summary, is_busy)
    if answer is None:
        text = translate("Measuring how long a step takes …")
        st.caption(f":material/timer: {text}")
    elif "error" in answer:
        st.caption(f":material/timer: {markdown.error_text(answer['error'])}")
    else:
        from aae_core.models import sizes  # late, since these import torch
        from aae_core.runs import disk_space

        duration_text = estimate.duration_text(config, data_summary.train, answer["seconds_per_step"])
        peak_bytes = disk_space.estimate_disk_need(config, data_summary).peak_bytes
        size_by_network = {name: sizes.NetworkSize(*fields) for name, fields in answer["sizes"].items()}
        network_size = sizes.sizes_sentence(size_by_network, "row" if data_summary.is_table else "image")
        computation = translate_plural(
            "{precision}, {count} thread", "{precision}, {count} threads", answer["threads"],
            precision=answer["precision"],
        )  # fmt: skip
        end_text = markdown.escape(early_stopping.early_end_notice(config))
        text = translate(
            "{duration}, as measured here. Networks of {size}, computed in {computation}; up to {bytes} on the disk.",
            duration=duration_text, size=network_size, computation=computation, bytes=progress.format_bytes(peak_bytes),
        )  # fmt: skip
        st.caption(
            f":material/timer: {text} {end_text}",
            help=markdown.escape(answer["why"]) or None,
        )
        refusal = disk_space.no_space_reason(store_polling.store_poller().store, peak_bytes)
        if refusal:
            widgets.render_error_box(refusal)
    return answer is None


def _start_training(request_key):
    """The button's action: start a training with the form's present values, which may have changed since the page was drawn."""

    def start_in(store):
        config = form_settings.build_config(config_form.current_form_values())
        return actions.start_training(store, config, people.entered_name(), request_key)

    revision = store_polling.run_action(start_in)
    if revision is not None:
        request_keys.renew_request_key(START_BUTTON)
        address.store_setting(WATCH_SETTING, revision.id)
        st.session_state[SETUP_KEY] = False


def _is_queue_full(summaries) -> bool:
    """Whether the visitor of a shared server can start no further training now; also True if that cannot be determined."""
    try:
        return bool(actions.queue_refusal(store_polling.store_poller().store, summaries))
    except AAEError:  # shown above the start button
        return True


def _render_next_steps(is_folded, revision: RevisionView):
    """Draw what one does with a training that has ended: keep it as a web page, or set up another."""
    if revision.codes is not None:
        download_button.render_handout_button([revision])
    if is_folded:
        is_painted = revision.config.prior.name == "painted"
        if is_painted:
            label, icon = translate("Paint again"), "brush"
        else:
            label, icon = translate("Set up another training"), "tune"
        st.button(label, icon=f":material/{icon}:", key="live.again", on_click=_open_form)


def _open_form():
    """The action of the button for another training: the form is open, although a training is watched."""
    st.session_state[SETUP_KEY] = True


def _render_watched_state(drawn_page, is_painted_on):
    """Draw what the watched training does, and its buttons; without one, what there is to do."""
    from app.ui import training_watch  # late, since it imports plotly, for which the form need not wait

    store_polling.render_action_error()
    summaries = store_polling.list_summaries()
    revision_picker.note_missing_revision(WATCH_SETTING, {summary.id for summary in summaries})
    watched_summary = _watched_summary(summaries)
    revision_picker.render_missing_revision_note(
        summaries, watched_summary.id if watched_summary else "", WATCH_SETTING
    )
    if watched_summary is not None:
        with widgets.errors_in_boxes():
            training_watch.render_training_state(
                store_polling.refresh_summary(watched_summary),
                summaries,
                partial(_render_next_steps, drawn_page.is_folded),
            )
    elif is_painted_on:
        st.caption(translate("Paint on the plane, then press **Start training**: the codes run into your painting."))
    else:
        st.header(translate("No training is running"), anchor=False)
        st.markdown(
            translate(
                "Press **Start training**, and the map, samples and curves appear here as the model learns. The default "
                "settings are a good start."
            )
        )
        link_label = translate("Or explore a trained revision")
        st.page_link("views/explore.py", label=link_label, icon=":material/scatter_plot:")
        training_preview.render_training_preview(summaries)
    _rerun_if_changed(drawn_page, summaries)


def _render_watched_training(drawn_page, brush):
    """Draw the plane, samples, diagnosis and curves of the watched training, and other runs. The whole page runs again
    when the prior was painted."""
    from app.ui import training_watch, watched_plane  # late, since they import plotly, for which the form need not wait

    if st.session_state.pop(PAINTED_KEY, False) and address.is_fragment_run():
        st.rerun()
    summaries = store_polling.list_summaries_silently()
    watched_summary = _watched_summary(summaries)
    if watched_summary is not None:
        address.store_setting(WATCH_SETTING, watched_summary.id)
        with widgets.errors_in_boxes():
            training_watch.render_training_pictures(
                store_polling.refresh_summary(watched_summary), brush, _store_painting
            )
    elif brush is not None:
        watched_plane.render_empty_plane(brush, _store_painting)
    store_polling.render_action_error()  # of an action on another run
    training_watch.render_other_runs(summaries, watched_summary)
    _rerun_if_changed(drawn_page, summaries)


def _rerun_if_changed(drawn_page, summaries):
    """Run the whole page again when the first training starts or the last ends, when a step has been measured, when the visitor's
    queue becomes full or free, when the pace of refreshing changes, when another training is watched, or when the form is
    opened."""
    is_newly_measured = drawn_page.is_measuring and not step_time.MEASUREMENTS.is_pending(
        st.session_state.get(step_time.MEASUREMENT_KEY)
    )
    watched_summary = _watched_summary(summaries)
    pace = drawn_page.refresh_seconds
    is_same_pace = pace is None or pace == _refresh_interval(watched_summary)
    if (
        drawn_page.is_busy != store_polling.is_any_under_way(summaries)
        or is_newly_measured
        or drawn_page.is_queue_full != _is_queue_full(summaries)
        or not is_same_pace
        or drawn_page.watched_id != (watched_summary.id if watched_summary else None)
        or drawn_page.is_folded != _is_form_folded(summaries)
    ):
        st.rerun()


render_page()
