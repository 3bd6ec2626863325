"""The choice of the projection by which Explore shows the codes, and what is said about the chosen one."""

from contextlib import suppress

import streamlit as st

from aae_core.errors import DataError
from aae_core.latent.column_planes import projection_columns
from aae_core.latent.first_view import QUICK_TSNE_POINTS
from aae_core.wording import join_sentences
from app.cache import item_columns
from app.cache.revision_view import RevisionView
from app.figures import plane_views
from app.figures.number_text import percent
from app.figures.plane import VIEW_NOTES, VIEWS, axis_name
from app.session import address, controls, parsing
from app.translation.texts import mark, translate
from app.ui import choices

LINKED_TSNE_KEY = "explore.tsne"  # session key: the revision for which a link requested t-SNE
FIRST_VIEW_KEY = "explore.first_view"  # session key: (id of the revision that is shown, its first view)
FIRST_VIEW_RULE = mark(
    "The first view of more than two dimensions is PCA if its plane holds at least half of the variance of the probe set’s "
    "codes, if there are more than {number} of them, or while they change; otherwise it is t-SNE."
)


def choose_projection(revision: RevisionView) -> tuple[str, int, int]:
    """Let the user choose the view, one of `plane.VIEWS`, and the dimensions or columns on its axes; returns it with their two
    numbers. Codes of one or two dimensions need no choice, unless two columns of numbers were kept of their items."""
    dim = revision.config.latent_dim
    columns = []
    with suppress(DataError):  # which the choice of the colour tells
        columns = [column.key for column in item_columns.numeric_columns(revision)]
    if dim <= 2 and len(columns) < 2:
        return "pair", 0, dim - 1
    first_view = _recall_first_view(revision)
    views = _view_titles(dim, first_view, columns)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if address.is_changed_by_link("view"):
            # t-SNE requested by a link is computed without a button
            tsne_requested = address.pending_link_texts()["view"] == "tsne"
            st.session_state[LINKED_TSNE_KEY] = revision.id if tsne_requested else None
        rule = translate(FIRST_VIEW_RULE, number=f"{QUICK_TSNE_POINTS:,}") if dim > 2 else None
        view = choices.choose_option(
            st.segmented_control, "view", views, first_view, label=translate("Projection"), help=rule
        )
        if view == "pair":
            return "pair", *_choose_dimensions(dim)
        i, j = _choose_columns(columns) if view == "columns" else (0, 1)
    st.caption(_view_note(revision, view, first_view, (i, j)))
    return view, i, j


def _view_titles(dim, first_view, columns) -> dict[str, str]:
    """{view: its title} of the views of codes of `dim` dimensions whose items have these columns of numbers."""
    is_available = {
        "circle": first_view == "circle",
        "pair": True,
        "pca": dim > 2,
        "tsne": dim > 2,
        "columns": len(columns) > 1,
    }
    titles = {view: translate(title) for view, title in VIEWS.items() if is_available[view]}
    if dim == 1:
        titles["pair"] = translate("One dimension")
    return titles


def _recall_first_view(revision: RevisionView) -> str:
    """The view that a revision has unless the user or a link chooses one. If another revision was shown before, its first view
    is forgotten where it was not chosen. A link to two dimensions need not name a view, as in earlier versions."""
    link_texts = address.pending_link_texts()
    if "view" not in link_texts and _names_dimension(link_texts, revision.config.latent_dim):
        return "pair"
    first_view = plane_views.first_view(revision)
    shown_id, view_before = st.session_state.get(FIRST_VIEW_KEY, (revision.id, first_view))
    if shown_id != revision.id and "view" not in link_texts and address.recall_setting("view", str) == view_before:
        address.store_setting("view", None)
        controls.move_control("view", first_view)
    st.session_state[FIRST_VIEW_KEY] = revision.id, first_view
    return first_view


def _names_dimension(link_texts, dim) -> bool:
    """Whether a link names one of `dim` dimensions for an axis."""
    parse = parsing.number_parser(1, dim)
    texts = [link_texts[name] for name in ("across", "up") if link_texts.get(name) is not None]
    return any(parse(text) is not None for text in texts)


def _choose_dimensions(dim) -> tuple[int, int]:
    """Let the user choose two dimensions, numbered from 0; of one or two there is no choice."""
    if dim <= 2:
        return 0, dim - 1
    names = {str(k + 1): axis_name(k) for k in range(dim)}
    x_dimension = choices.choose_option(st.selectbox, "across", names, "1", label=translate("Horizontal"), width=110)
    y_names = {n: name for n, name in names.items() if n != x_dimension}
    y_dimension = choices.choose_option(
        st.selectbox, "up", y_names, "1" if x_dimension == "2" else "2", label=translate("Vertical"), width=110
    )
    return int(x_dimension) - 1, int(y_dimension) - 1


def _choose_columns(columns) -> tuple[int, int]:
    """Let the user choose two of at least two columns, at first those of a likely projection; returns their numbers."""
    first, second = (columns[k] for k in projection_columns(columns))
    x_column = choices.choose_option(
        st.selectbox, "x_column", dict(zip(columns, columns, strict=True)), first,
        label=translate("Horizontal"), width=160,
    )  # fmt: skip
    y_options = {name: name for name in columns if name != x_column}
    default = second if second in y_options else next(iter(y_options))
    y_column = choices.choose_option(
        st.selectbox, "y_column", y_options, default, label=translate("Vertical"), width=160
    )
    return columns.index(x_column), columns.index(y_column)


def _view_note(revision: RevisionView, view, first_view, columns) -> str:
    """What a view shows; of t-SNE also why it is shown first, and of columns how many items have no place."""
    sentences = [translate(VIEW_NOTES[view])]
    if view == first_view == "tsne":
        share = percent(plane_views.pca_variance_share(revision.with_code_set("probe")), 0)
        text = translate(
            "It comes first since PCA’s plane holds only {share} of the variance; on PCA you can drag.", share=share
        )
        sentences.append(text)
    if view == "columns":
        unplaced_count = plane_views.count_without_place(revision, columns)
        if unplaced_count:
            text = translate("Without a place, since a value is missing: {number}.", number=f"{unplaced_count:,}")
            sentences.append(text)
    return join_sentences(*sentences)
