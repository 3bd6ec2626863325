"""The page Step by step: a small model that is trained in the browser, one step at each click."""

from html import escape

from aae_core.game.rules import GameRules, GameSetup
from app.components import game_board
from app.components.game_board import game_data
from app.handout import contents
from app.translation.texts import mark, translate
from app.website.revision_pages import LINK_BAR_PLACE, plane_or_note_html

FILE = "step-by-step.html"
GAME_ID = "site"  # name of the game, by which the browser stores it
LIMITATION = mark(
    "The game uses small data sets of its own. For images of your own, or a prior that you painted yourself, use the app."
)
INTRODUCTION = mark(
    "A small model that trains before your eyes, in this page: press Play, or make single optimiser steps."
)


def page_html() -> str:
    title = escape(translate("Step by step"))
    return f"""<div class="title"><h1>{title}</h1>{LINK_BAR_PLACE}</div>
<p class="introduction">{escape(translate(INTRODUCTION))}</p>
{plane_or_note_html()}"""


def script_data(file_set: contents.FileSet) -> dict:
    """The data for the page's script: the message of a new game. file_set: takes the game's data sets and the message."""
    header, arrays = game_board.game_board_message(GAME_ID, GameSetup(), GameRules())
    header["data"] = {name: file_set.add(game_data.game_data_asset(name).content) for name in header["data"]}
    file_set.limitations[translate(LIMITATION)] = None
    return {"kind": "game", "title": translate("Step by step"), "message": file_set.add_message(header, arrays)}
