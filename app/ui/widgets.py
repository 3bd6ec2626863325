"""Parts of pages: boxes, errors, charts, a progress bar, and a question before an act."""

import time
from contextlib import contextmanager

import streamlit as st

from aae_core.errors import AAEError
from app.components import markdown
from app.session import address
from app.ui import page_options

PLANES = 0.3  # seconds in which a browser usually shows two planes, on a slow machine too


def error_box(text: str) -> None:
    """The box in which every page reports an error."""
    st.error(markdown.error_text(text), icon=":material/error:")


@contextmanager
def guarded():
    """Show an AAEError of the block as an error box; the page continues after the block."""
    try:
        yield
    except AAEError as error:
        error_box(str(error))


def say_ignored() -> None:
    """Show a toast for each invalid setting of the link."""
    for name in address.ignored():
        st.toast(markdown.literal(f"Ignored invalid link setting “{name}”."), icon=":material/link_off:")


def part(name: str):
    """A container for a part of the page that a link can hide. name: a key of `page_options.PARTS`."""
    return st.container(key=f"part-{name}")


def panel(name: str, draw, *args) -> None:
    """Draw a `part` by draw(*args); an AAEError is shown in its place."""
    with part(name), guarded():
        draw(*args)


def folded(
    label: str, key: str, draw, *args, expanded: bool = False, icon: str | None = None, on_change="rerun"
) -> bool:
    """Draw a box that can be unfolded; `draw(*args)` runs only while it is open. Returns whether it is open. on_change: as in
    `st.expander`."""
    box = st.expander(label, expanded, key=key, icon=icon, on_change=on_change)
    if box.open:
        with box, guarded():
            draw(*args)
    return box.open


def chart(figure, key: str, alt: str, **options):
    """Draw a plotly figure without its buttons, enlarged at presenter size. options: as in `st.plotly_chart`."""
    if page_options.is_large():
        from app.figures import charts

        figure = charts.enlarged(figure, page_options.LETTERS)
    return st.plotly_chart(figure, key=key, alt=alt, config={"displayModeBar": False}, **options)


def let_planes_appear() -> None:
    """Wait for PLANES seconds on the first run of a page, so that the browser can show the planes above. The charts below keep it
    busy for a fifth of a second while they are drawn; without the wait, the planes' images often come after that."""
    if address.is_first_run():
        time.sleep(PLANES)


def confirm(asked: str, question: str, icon: str, label: str, act, *args) -> None:
    """Ask for a confirmation: one button runs act(*args), the other cancels. asked: the session key, ending in ".sure", that is
    set while the question waits; both answers delete it."""
    name = asked.removesuffix(".sure")

    def answered():
        st.session_state.pop(asked, None)
        act(*args)

    st.warning(question, icon=icon)
    with st.container(horizontal=True):
        st.button(label, type="primary", key=f"{name}.yes", on_click=answered)
        st.button("Cancel", key=f"{name}.no", on_click=st.session_state.pop, args=(asked, None))


def offer_again(kept, revision, subject: str, label: str) -> None:
    """If a result in `kept` (a `Computed`) is from an earlier checkpoint, say so and draw the button that computes it again.
    subject: the beginning of the sentence, as in "These codes are"."""
    if kept.is_behind(revision):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"{subject} from an earlier checkpoint; the training continues.", width="content")
            st.button(label, on_click=kept.forget, args=(revision,), icon=":material/refresh:")


def with_progress_bar(words, compute, first: str = ""):
    """The result of compute(progress), with a progress bar meanwhile. words(done, total): the bar's text; first: its text until
    progress is reported."""
    bar = st.empty()
    if first:
        bar.progress(0.0, first)
    try:
        found = compute(lambda done, total: bar.progress(min(1.0, done / total) if total else 0.0, words(done, total)))
    except AAEError:
        bar.empty()
        raise
    bar.empty()
    return found
