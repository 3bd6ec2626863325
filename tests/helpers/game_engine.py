"""The page's own game, run by node: for tests that compare it with the trainer, or play what a lesson sets."""

import json
from dataclasses import asdict

import numpy as np

from aae_core.game.rules import GameRules, GameSetup
from app.components import game_board
from app.messages import wire_format
from app.server import assets
from helpers.environment import WEB, run_node

SCRIPT = WEB / "tests" / "engine.mjs"


def game_input(folder, setup: GameSetup, rules: GameRules, requests: list[dict]) -> dict:
    """A game as the page begins it, and what it is asked for afterwards, for `run_engine`; its data are left in the folder."""
    message = wire_format.pack_message(
        *game_board.game_board_message(f"game {len(list(folder.iterdir()))}", setup, rules)
    )
    name = f"{len(list(folder.iterdir()))}.bin"
    (folder / name).write_bytes(message)
    asset = game_board.game_data.game_data_asset(setup.data).name
    (folder / asset).write_bytes(assets.ASSETS.find(asset))
    return {"message": name, "asks": [{"do": "arrive", "setup": asdict(setup), "rules": asdict(rules)}, *requests]}


def run_engine(folder, cases=(), games=()) -> dict:
    """What came of single steps and of games: {"steps", "games"}; arrays of a game's answers as numpy arrays."""
    (folder / "cases.json").write_text(json.dumps(cases))
    (folder / "games.json").write_text(json.dumps(games))
    run_node(SCRIPT, folder)
    result = json.loads((folder / "found.json").read_text())
    for answer in (answer for answers in result["games"] for answer in answers if "fields" in answer):
        answer["fields"] = {name: np.array(values) for name, values in answer["fields"].items()}
        for name in ("codes", "sample"):
            if name in answer["fields"]:
                answer["fields"][name] = answer["fields"][name].reshape(-1, 2)
    return result
