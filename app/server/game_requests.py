"""The routes of the step-by-step game: each click is one request, and the answer holds everything that it changed.

Only a page that this server sent can play: it has a token that nobody can guess. `aae_core.game.live_games` keeps the live games.
"""

import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict

import numpy as np
from starlette.requests import Request
from starlette.responses import Response

from aae_core.config import painting
from aae_core.evaluation.metrics import as_shown
from aae_core.game.rules import Rules, Setup
from app.cache.latest import Latest
from app.server import messages, routes, wire
from app.server.guard import HEADERS, refusal

LETTERS = 4096 + painting.LONGEST  # bytes of a request, which may bring a painting
CONTENT = {"decoder": "given", "discriminator": "told"}  # where labels enter -> how the graph shows the content y
STEPS_AT_ONCE, ROUNDS_AT_ONCE = 10, 50
GONE = "This game was closed, because it was idle for long or newer games took its place; press Reset to start again."


PLAYERS = Latest(500)  # the tokens that pages were given
WORKERS = ThreadPoolExecutor(2, thread_name_prefix="game", initializer=lambda: _one_thread())
_GAMES, _FIRST = [], threading.Lock()


def games():
    """The server's collection of live games; created with the first game, because it imports the networks."""
    from aae_core.game.live_games import Games

    with _FIRST:  # two games may begin at once
        if not _GAMES:
            _GAMES.append(Games())
    return _GAMES[0]


def _one_thread():
    import torch

    torch.set_num_threads(1)  # the networks are small, so more threads would only cost time


def new_player() -> str:
    """A new visitor's token."""
    token = secrets.token_urlsafe(18)
    PLAYERS.put(token, token)
    return token


def url(token: str) -> str:
    """The URL of a visitor's game."""
    return f"{routes.base()}/game/{token}"


async def respond(request: Request) -> Response:
    """What a request to `answer` gives, or a refusal."""
    token = request.path_params["token"]
    if PLAYERS.find(token) is None:
        return refusal(404, "The server does not know this page any more; reload it.")
    said = await routes.body_of(request, LETTERS)
    if isinstance(said, Response):
        return said
    return await routes.heard(request, WORKERS.submit(routes.attempt, _answer, token, said))


def _answer(token, said):
    content = answer(token, messages.parse(said))
    if content is None:
        return refusal(410, GONE)
    return Response(content, headers={**HEADERS, "Cache-Control": "no-store"}, media_type="application/octet-stream")


def answer(token: str, value: dict) -> bytes | None:
    """Carry out a request, and return what it changed as bytes; None if the game no longer exists.

    value: {"do": "begin", "setup", "rules"}; {"do": "arrive", "setup", "rules"}, which begins only where there is no game yet;
    {"do": "step", "phase", "times", "rules"}, 1 to STEPS_AT_ONCE times, the last is shown; or {"do": "round", "times", "rules"},
    1 to ROUNDS_AT_ONCE times, the last is shown.
    Raises ConfigError or MessageError for an invalid request, TrainingError if the training diverges.
    """
    do, live = value.get("do"), games().find(token)
    if do == "begin" or (do == "arrive" and live is None):
        setup, rules = messages.record(Setup, value.get("setup", {})), messages.record(Rules, value.get("rules", {}))
        live = games().begin(token, setup, rules)
    if live is None:
        return None
    game = live.game
    if do in ("begin", "arrive"):
        return packed(live, [game.preview()], preview=True)
    if "rules" in value:
        game.change(messages.record(Rules, value["rules"]))
    if do == "step":
        records = [game.step(value.get("phase")) for _ in range(_times(value, STEPS_AT_ONCE))][-1:]
    elif do == "round":
        game.play(_times(value, ROUNDS_AT_ONCE) - 1)
        records = game.round()
    else:
        raise messages.MessageError("The page sent an unknown request, which was refused.")
    return packed(live, records)


def _times(value, most):
    return messages.whole(value.get("times", 1), 1, most, "a number of steps")


# What the page hears ----------------------------------------------------------------------------------------------------


def packed(live, records: list, preview: bool = False) -> bytes:
    """The plane and the contents of each record, as packed by `wire`; the arrays of record k end in ".k".

    preview: whether the record is of a step that has not been made.
    """
    game = live.game
    setup, prior = asdict(live.setup), game.model.prior.name  # the prior in use, which the model may have replaced
    setup["prior"] = setup["prior"] if prior == "painted" else prior
    plane = game.plane()
    arrays = {"codes": plane.codes, "labels": game.labels.astype("<i2")}
    if plane.distance is not None:
        arrays["sample"] = game.prior_sample[:100]
    if plane.surface is not None:
        arrays["surface"] = plane.surface
    for k, record in enumerate(records):
        arrays |= {f"{name}.{k}": array for name, array in _arrays(record, game.model.features).items()}
    variant = game.model.variant
    header = {
        "v": 1, "preview": preview, "phases": list(game.phases), "counts": game.counts, "classes": list(game.classes),
        "records": [_said(record) for record in records], "size": game.training.batch_size, "batch": game.training.step,
        "distance": as_shown("mmd2", plane.distance), "half": plane.half, "centre": list(plane.centre),
        "rules": asdict(game.rules), "setup": setup,
        "variant": {"name": variant.name, "summary": variant.summary, "imposes": variant.imposes, "content": variant.has_content,
                    "prior": variant.has_prior, "y": CONTENT.get(variant.labels, "inferred" if variant.categorical else "")},
    }  # fmt: skip
    return wire.pack(header, arrays)


def _said(record):
    both = {name: [value, record.after.terms[name]] for name, value in record.before.terms.items()}
    return {
        "phase": record.phase, "batch": record.batch, "loss": [record.before.loss, record.after.loss], "terms": both,
        "moved": record.moved, "still": list(record.still),
    }  # fmt: skip


def _arrays(record, known):
    """The arrays of a record; rows of a table, which has `known` features, as levels."""
    from aae_core.latent import charts

    before, after = record.before, record.after
    items = {"x": record.x, "noisy": record.noisy, "xhat": before.x_hat, "xhat2": after.x_hat}
    found = {name: charts.levels(each, known) for name, each in items.items()}
    found |= {"z": before.z, "z2": after.z, "d": before.verdicts, "d2": after.verdicts}
    found |= {"p": before.prior, "dp": before.prior_verdicts, "dp2": after.prior_verdicts}
    return {name: np.ascontiguousarray(array) for name, array in found.items() if array is not None}
