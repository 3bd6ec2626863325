"""The game as the page plays it, by URL: each click is one request, each answer all that the click changed.

Only a page that this server sent can play: it has a token that nobody can guess. `aae_core.games` keeps the live games.
"""

import importlib
import secrets
import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, fields

import numpy as np
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from aae_core import painting
from aae_core.errors import AAEError, ConfigError
from aae_core.game_rules import Rules, Setup
from aae_core.measures import as_shown
from app import assets
from app.asked import body_of, heard
from app.components.latent_canvas import messages, wire
from app.guard import HEADERS, refusal

ROUTE = "/game"
LETTERS = 4096 + painting.LONGEST  # bytes of a request, which may bring a painting
STEPS_AT_ONCE, ROUNDS_AT_ONCE = 10, 50
GONE = "This game was closed, because it was idle for long or newer games took its place; press Reset to start again."


class Players:
    """The tokens that pages were given, the last `limit` of them."""

    def __init__(self, limit: int = 500):
        self.limit = limit
        self._lock = threading.Lock()
        self._tokens: OrderedDict[str, None] = OrderedDict()

    def token(self) -> str:
        """A new visitor's token."""
        token = secrets.token_urlsafe(18)
        with self._lock:
            self._tokens[token] = None
            while len(self._tokens) > self.limit:
                self._tokens.popitem(last=False)
        return token

    def known(self, token: str) -> bool:
        """Whether it was given; one that is used stays."""
        with self._lock:
            if token in self._tokens:
                self._tokens.move_to_end(token)
            return token in self._tokens


PLAYERS = Players()
WORKERS = ThreadPoolExecutor(2, thread_name_prefix="game", initializer=lambda: _one_thread())
_GAMES, _FIRST = [], threading.Lock()


def games():
    """The live games, of which a server has one collection; made when the first is begun, for it imports the networks."""
    from aae_core.games import Games

    with _FIRST:  # of two who begin at once
        if not _GAMES:
            _GAMES.append(Games())
    return _GAMES[0]


def _one_thread():
    import torch

    torch.set_num_threads(1)  # the nets are small, and another thread would only be waited for


def url(token: str) -> str:
    """Where the page of a visitor plays."""
    return f"{assets.base()}{ROUTE}/{token}"


def routes() -> list[Route]:
    """The route of the server for everything under /game."""
    return [Route(f"{assets.base()}{ROUTE}/{{token}}", Played, methods=["POST"])]


class Played(HTTPEndpoint):
    """POST of what `answer` reads; 404, 405, 413, 400 and 410 with one sentence for all else."""

    async def post(self, request: Request) -> Response:
        return await importlib.import_module(__name__).respond(request)  # Streamlit loads changed modules anew


async def respond(request: Request) -> Response:
    """The answer to a request, whatever it holds."""
    token = request.path_params["token"]
    if not PLAYERS.known(token):
        return refusal(404, "The server does not know this page any more; reload it.")
    said = await body_of(request, LETTERS)
    if isinstance(said, Response):
        return said
    return await heard(request, WORKERS.submit(_answer, token, said))


def _answer(token, said):
    try:
        content = answer(token, messages.parse(said))
    except AAEError as error:
        return refusal(400, str(error))
    except MemoryError:
        return refusal(503, "The server does not have enough memory for another game; try again later.")
    if content is None:
        return refusal(410, GONE)
    return Response(content, headers={**HEADERS, "Cache-Control": "no-store"}, media_type="application/octet-stream")


def answer(token: str, value: dict) -> bytes | None:
    """What a request does, and the bytes that say what it changed; None where the game is gone.

    value: {"do": "begin", "setup", "rules"}; {"do": "arrive", "setup", "rules"}, which begins only where there is no game yet;
    {"do": "step", "phase", "times", "rules"}, 1 to STEPS_AT_ONCE times, the last is shown; or {"do": "round", "times", "rules"},
    1 to ROUNDS_AT_ONCE times, the last is shown.
    Raises ConfigError or MessageError for what makes no sense, TrainingError where the nets fall apart.
    """
    do, live = value.get("do"), games().find(token)
    if do == "begin" or (do == "arrive" and live is None):
        live = games().begin(token, _record(Setup, value.get("setup", {})), _record(Rules, value.get("rules", {})))
    if live is None:
        return None
    game = live.game
    if do in ("begin", "arrive"):
        return packed(live, [game.preview()], preview=True)
    if "rules" in value:
        game.change(_record(Rules, value["rules"]))
    if do == "step":
        records = [game.step(value.get("phase")) for _ in range(_times(value, STEPS_AT_ONCE))][-1:]
    elif do == "round":
        game.play(_times(value, ROUNDS_AT_ONCE) - 1)
        records = game.round()
    else:
        raise messages.MessageError("The page sent an unknown request, which was refused.")
    return packed(live, records)


def _record(kind, value):
    """A record of that kind from JSON; ConfigError for an unknown key or a value that makes no sense."""
    known = {f.name for f in fields(kind)}
    if not isinstance(value, dict) or not set(value) <= known:
        raise ConfigError(f"The game's settings must be among {', '.join(sorted(known))}.")
    return kind(**value)


def _times(value, most):
    times = value.get("times", 1)
    if isinstance(times, bool) or not isinstance(times, int) or not 1 <= times <= most:
        raise messages.MessageError(f"The page asked for a number of steps other than 1 to {most}, which was refused.")
    return times


# What the page hears ----------------------------------------------------------------------------------------------------


def packed(live, records: list, preview: bool = False) -> bytes:
    """The plane, and what each record says, as `wire` packs them; the arrays of record k end in ".k".

    preview: whether the record is of a step that has not been made.
    """
    game = live.game
    setup, prior = asdict(live.setup), game.model.prior.name  # the one in play, which a model may choose itself
    setup["prior"] = setup["prior"] if prior == "painted" else prior
    plane = game.plane()
    arrays = {"codes": plane.codes, "labels": game.labels.astype("<i2")}
    if plane.distance is not None:
        arrays["sample"] = game.prior_sample()[:100]
    if plane.surface is not None:
        arrays["surface"] = plane.surface
    for k, record in enumerate(records):
        arrays |= {f"{name}.{k}": array for name, array in _arrays(record).items()}
    variant = game.model.variant
    header = {
        "v": 1, "preview": preview, "phases": list(game.phases), "counts": game.counts, "classes": list(game.classes),
        "records": [_said(record) for record in records], "size": game.training.batch_size, "batch": game.training.step,
        "distance": as_shown("mmd2", plane.distance), "half": plane.half, "centre": list(plane.centre),
        "rules": asdict(game.rules), "setup": setup,
        "variant": {"name": variant.name, "summary": variant.summary, "imposes": variant.imposes, "content": variant.has_content,
                    "prior": variant.has_prior},
    }  # fmt: skip
    return wire.pack(header, arrays)


def _said(record):
    both = {name: [value, record.after.terms[name]] for name, value in record.before.terms.items()}
    return {
        "phase": record.phase, "batch": record.batch, "loss": [record.before.loss, record.after.loss], "terms": both,
        "moved": record.moved, "still": list(record.still),
    }  # fmt: skip


def _arrays(record):
    before, after = record.before, record.after
    found = {
        "x": record.x,
        "noisy": record.noisy,
        "z": before.z,
        "z2": after.z,
        "xhat": before.x_hat,
        "xhat2": after.x_hat,
    }
    found |= {"d": before.verdicts, "d2": after.verdicts}
    found |= {"p": before.prior, "dp": before.prior_verdicts, "dp2": after.prior_verdicts}
    return {name: np.ascontiguousarray(array) for name, array in found.items() if array is not None}
