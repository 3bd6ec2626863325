"""The page Step by step: a small model that is trained in the browser, one step at each click."""

from aae_core.game.rules import GameRules, GameSetup
from app.components import game_board
from app.components.game_board import game_data
from app.handout import contents
from app.website.revision_pages import LINK_BAR_PLACE, PLANE_OR_NOTE

FILE = "step-by-step.html"
GAME_ID = "site"  # name of the game, by which the browser stores it
LIMITATION = (
    "The game uses small data sets of its own. For images of your own, or a prior that you painted yourself, "
    "use the app."
)


def page_html() -> str:
    return f"""<div class="title"><h1>Step by step</h1>{LINK_BAR_PLACE}</div>
<p class="introduction">A small model that trains before your eyes, in this page: press Play, or make single optimiser steps.</p>
{PLANE_OR_NOTE}"""


def script_data(file_set: contents.FileSet) -> dict:
    """The data for the page's script: the message of a new game. file_set: takes the game's data sets and the message."""
    header, arrays = game_board.game_board_message(GAME_ID, GameSetup(), GameRules())
    header["data"] = {name: file_set.add(game_data.game_data_asset(name).content) for name in header["data"]}
    file_set.limitations[LIMITATION] = None
    return {"kind": "game", "title": "Step by step", "message": file_set.add_message(header, arrays)}
