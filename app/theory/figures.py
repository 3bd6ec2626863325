"""The figures of the theory page in the app: still pictures, of which the reader makes one at a time live."""

import secrets
from dataclasses import fields
from html import escape

import numpy as np
import streamlit as st

from aae_core.game.rules import GameRules, GameSetup, GameView
from aae_core.latent.encoded_images import Arrangement
from aae_core.reproduce import frontier
from app.cache import revision_data, revision_snapshot
from app.components.article import render_article_part
from app.figures import frontier_svg, plane_views
from app.lessons import pictures, running_lesson
from app.scenes import plane_message
from app.scenes.plane_message import Scene
from app.session import settings
from app.theory.article import BOARD_FIGURE, CHART_FIGURE, GAME_FIGURE, Section
from app.theory.article_html import ArticleHtml
from app.translation.texts import mark, translate
from app.ui import small_map

LIVE_KEY = "theory.live"  # session key: the anchor of the section whose figure is live
STATE_KEY = "theory.figures"  # session key: by anchor, what the reader has done with a figure
PAGE_TITLES = {
    "explore": mark("Explore"), "game": mark("Step by step"), "aggregate": mark("The aggregated posterior"),
    "which_one": mark("Which one?"),
}  # fmt: skip


def render_figure(section: Section, article_html: ArticleHtml, on_choice) -> None:
    """Draw the figure of a section: its still picture with a button, or, once that was pressed, the live figure."""
    attempt = article_html.attempt(section)
    if section.figure.on == CHART_FIGURE:
        render_article_part(f"theory.{section.anchor}.still", chart_html(section, attempt), on_choice)
        _render_page_link(section, {})
        return
    query, missing_note = running_lesson.page_settings_and_missing_note(section.figure)
    if missing_note:
        st.info(missing_note)
        return
    if st.session_state.get(LIVE_KEY) != section.anchor:
        picture = still_picture(section, _still_url(query))
        render_article_part(f"theory.{section.anchor}.still", still_html(picture, attempt), on_choice)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                translate("Try it here"), key=f"theory.{section.anchor}.try", icon=":material/play_arrow:",
                on_click=_make_live, args=(section.anchor,),
            )  # fmt: skip
            _render_page_link(section, query)
        return
    render_article_part(f"theory.{section.anchor}.attempt", f"<p>{attempt}</p>", on_choice)
    if section.figure.on == GAME_FIGURE:
        _render_game(section)
    elif section.figure.on == BOARD_FIGURE:
        _render_board(section)
    else:
        _render_plane(section, query)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            translate("Close the figure"), key=f"theory.{section.anchor}.close", icon=":material/close:",
            on_click=_make_live, args=(None,),
        )  # fmt: skip
        _render_page_link(section, query)


def _make_live(anchor: str | None) -> None:
    st.session_state[LIVE_KEY] = anchor


def _render_page_link(section, query) -> None:
    """A link to the page of the app that the figure comes from, set up as the figure is."""
    page = section.figure.on
    label = translate("Open in {page}", page=translate(PAGE_TITLES[page]))
    st.page_link(f"views/{page}.py", label=label, query_params=query, icon=":material/open_in_full:")


# Still pictures ---------------------------------------------------------------------------------------------------------


def _still_url(query: dict[str, str]) -> str:
    """The URL of the map of a figure's model; "" for a game."""
    if "revision" not in query:
        return ""
    summaries = {summary.id: summary for summary in revision_data.list_summaries()}
    return small_map.map_url(summaries[query["revision"]])


def still_picture(section: Section, map_url: str) -> str:
    """HTML of a section's still picture: the map of its model or, for a game, a drawing. map_url: of the map."""
    alt = escape(section.figure.alt)
    if map_url:
        return f'<img src="{escape(map_url)}" alt="{alt}" loading="lazy">'
    drawing = pictures.picture_svg(section.figure.picture)
    return drawing.replace('aria-hidden="true"', f'role="img" aria-label="{alt}"')


def still_html(picture: str, attempt: str) -> str:
    return f'<figure class="theory-still">{picture}<figcaption>{attempt}</figcaption></figure>'


def chart_html(section: Section, attempt: str) -> str:
    """The figure with the chart of latent models on the data set and dimensions that the section names; "" if none were
    measured."""
    measured = frontier.read_frontier()
    place = section.figure.set["data"], int(section.figure.set["dim"])
    if measured is None or place not in measured.data_sets_and_dimensions:
        return ""
    chart = frontier_svg.chart_html(measured.model_rows(*place))
    return f'<figure class="theory-still theory-wide">{frontier_svg.STYLE}{chart}<figcaption>{attempt}</figcaption></figure>'


# Live figures -----------------------------------------------------------------------------------------------------------


def _figure_state(section) -> dict:
    """What the reader has done with a figure, which stays while the session lasts."""
    return st.session_state.setdefault(STATE_KEY, {}).setdefault(section.anchor, {})


def _render_plane(section, query) -> None:
    from app.ui.latent_canvas import render_latent_canvas

    revision = revision_snapshot.open_snapshot(query["revision"])
    if revision.codes is None:
        st.info(translate("This model has no codes yet."))
        return
    state = _figure_state(section)
    first_layers = settings.parse_layers(query["layers"])
    first_code = settings.parse_numbers(query["z"])
    scene = Scene(
        revision=revision, probe=revision.codes,
        plane=plane_views.make_plane(revision, revision.codes, "pair", (0, 1)), view="pair", dimensions=(0, 1),
        code=np.array(state.get("code", first_code)),
        content=plane_message.default_content_index(revision) if revision.variant.has_content else None,
        picked=state.get("picked"), layers=state.get("layers", first_layers), tools=(),
    )  # fmt: skip

    def store_message(kind, value):
        if kind == "picked":
            state["picked"] = value
            if value is not None:
                state["code"] = revision.codes.z[value].tolist()
        elif kind == "code":
            state.update(code=value, picked=None)
        elif kind == "layers":
            state["layers"] = value

    render_latent_canvas(scene, f"theory.{section.anchor}.plane", store_message)


def _render_game(section) -> None:
    from app.components.game_board import mount_game_board

    state = _figure_state(section)
    if not state:
        records = {"setup": GameSetup, "rules": GameRules, "game_view": GameView}
        state.update({kind: parse_record(record_type, section) for kind, record_type in records.items()})
        state["game"] = secrets.token_urlsafe(9)
    store = {kind: lambda record, kind=kind: state.update({kind: record}) for kind in ("setup", "rules", "game_view")}
    key = f"theory.{section.anchor}.game"
    mount_game_board(state["game"], state["setup"], state["rules"], state["game_view"], key, store)


def _render_board(section) -> None:
    from app.components.aggregate_board import mount_aggregate_board

    state = _figure_state(section)
    arrangement = state.get("arrangement") or parse_record(Arrangement, section)
    store_arrangement = lambda arrangement: state.update(arrangement=arrangement)  # noqa: E731
    mount_aggregate_board(arrangement, f"theory.{section.anchor}.board", store_arrangement)


def parse_record(record_type: type, section: Section):
    """The record of a figure's settings, whose names begin with that of its page: "game.prior" is the field `prior`."""
    prefix = f"{section.figure.on}."
    values = {}
    for field in fields(record_type):
        if prefix + field.name in section.figure.set:
            values[field.name] = field.type(section.figure.set[prefix + field.name])
    return record_type(**values)
