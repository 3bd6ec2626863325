"""Parts of pages: boxes, errors, charts, a progress bar, and a question before an act."""

from contextlib import contextmanager

import streamlit as st

from aae_core.errors import AAEError
from app.cache.revision_view import RevisionView
from app.components import markdown
from app.session import address
from app.translation.texts import translate
from app.ui import page_options


def render_error_box(text: str) -> None:
    """The box in which every page reports an error."""
    st.error(markdown.error_text(text), icon=":material/error:")


@contextmanager
def errors_in_boxes():
    """Show an AAEError of the block as an error box; the page continues after the block."""
    try:
        yield
    except AAEError as error:
        render_error_box(str(error))


def toast_ignored_settings() -> None:
    """Show a toast for each invalid setting of the link."""
    for name in address.take_ignored_names():
        st.toast(
            markdown.escape(translate("Ignored invalid link setting “{name}”.", name=name)), icon=":material/link_off:"
        )


def part_container(name: str):
    """A container for a part of the page that a link can hide. name: a key of `page_options.PARTS`."""
    return st.container(key=f"part-{name}")


def render_part(name: str, render, *args) -> None:
    """Draw a `part_container` by render(*args); an AAEError is shown in its place."""
    with part_container(name), errors_in_boxes():
        render(*args)


def render_expander(
    label: str, key: str, render, *args, expanded: bool = False, icon: str | None = None, on_change="rerun"
) -> bool:
    """Draw a box that can be unfolded; `render(*args)` runs only while it is open. Returns whether it is open. on_change: as in
    `st.expander`."""
    box = st.expander(label, expanded, key=key, icon=icon, on_change=on_change)
    if box.open:
        with box, errors_in_boxes():
            render(*args)
    return box.open


def render_chart(figure, key: str, alt: str, **options):
    """Draw a plotly figure without its buttons, enlarged at presenter size. options: as in `st.plotly_chart`."""
    if page_options.is_presenter_size():
        from app.figures import charts

        figure = charts.enlarge_figure(figure, page_options.CHART_TEXT_SCALE)
    return st.plotly_chart(figure, key=key, alt=alt, config={"displayModeBar": False}, **options)


def render_confirmation(session_key: str, question: str, icon: str, label: str, action, *args) -> None:
    """Ask for a confirmation: one button runs action(*args), the other cancels. session_key: ends in ".sure", and is set
    while the question waits; both answers delete it."""
    name = session_key.removesuffix(".sure")

    def run_confirmed():
        st.session_state.pop(session_key, None)
        action(*args)

    st.warning(question, icon=icon)
    with st.container(horizontal=True):
        st.button(label, type="primary", key=f"{name}.yes", on_click=run_confirmed)
        st.button(translate("Cancel"), key=f"{name}.no", on_click=st.session_state.pop, args=(session_key, None))


def render_recompute_button(cache, revision: RevisionView, note: str, label: str) -> None:
    """If the revision's result in `cache` (a `RevisionResultCache`) is from an earlier checkpoint, say so and draw
    the button that computes it again. note: the sentence."""
    if cache.is_from_earlier_checkpoint(revision):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(note, width="content")
            st.button(label, on_click=cache.discard, args=(revision,), icon=":material/refresh:")


def compute_with_progress_bar(progress_text, compute, first_text: str = ""):
    """The result of compute(progress), with a progress bar meanwhile. progress_text(done, total): the bar's text;
    first_text: its text until progress is reported."""
    bar = st.empty()
    if first_text:
        bar.progress(0.0, first_text)
    try:
        result = compute(
            lambda done, total: bar.progress(min(1.0, done / total) if total else 0.0, progress_text(done, total))
        )
    except AAEError:
        bar.empty()
        raise
    bar.empty()
    return result


def render_sentences(box, sentences):
    """Draw sentences as paragraphs of a box, such as `st.warning`."""
    box("  \n".join(markdown.escape(sentence) for sentence in sentences), icon=":material/info:")
