"""The page Step by step: a small model that is trained in the browser, one step at each click."""

from aae_core.game.rules import Rules, Setup
from app.components import game_board
from app.components.game_board import played
from app.handout import contents
from app.website.revisions import BAR, PART

FILE = "step-by-step.html"
GAME = "site"  # name of the game, by which the browser stores it
LACKS = "The game uses small data sets of its own. For images of your own, or a prior that you painted yourself, use the app."


def main() -> str:
    return f"""<div class="title"><h1>Step by step</h1>{BAR}</div>
<p class="introduction">A small model that trains before your eyes, in this page: press Play, or make single optimiser steps.</p>
{PART}"""


def script_data(box: contents.Box) -> dict:
    """The data for the page's script: the message of a new game. box: takes the game's data sets and the message."""
    header, arrays = game_board.contents(GAME, Setup(), Rules())
    header["data"] = {name: box.put(played.data(name).content) for name in header["data"]}
    box.lacks[LACKS] = None
    return {"kind": "game", "title": "Step by step", "message": box.message(header, arrays)}
