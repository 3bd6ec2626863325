"""Playing by URL: a click is one request, its answer all that it changed, and whatever else is sent is refused in a sentence."""

import numpy as np
import pytest
import torch

pytest.importorskip("streamlit")
from asgi import server, visit
from test_latent_canvas import unpack

from aae_core.config import painting
from aae_core.game import rules
from aae_core.game.live_games import Games
from aae_core.latent import charts
from app.cache.latest import Latest
from app.server import game_requests, routes


@pytest.fixture(autouse=True)
def nobody_plays(monkeypatch):
    monkeypatch.setattr(game_requests, "PLAYERS", Latest(500))
    monkeypatch.setattr(game_requests, "_GAMES", [Games(limit=2)])


@pytest.fixture
def ask(run_apart):
    """ask(token, said, method) -> (status, body); said: bytes, or a value for JSON."""
    served = server(routes.routes())

    def ask_(token, said, method="POST"):
        status, _, body = run_apart(visit(served, game_requests.url(token), said, method))
        return status, body

    return ask_


def answered(found):
    status, body = found
    assert status == 200, body
    return unpack(body)


def refused(found, status):
    assert found[0] == status, found
    sentence = found[1].decode()
    assert sentence.endswith(".") and "\n" not in sentence and len(sentence) < 400
    return sentence


def test_an_estimate_below_zero_is_told_as_zero(ask, monkeypatch):
    monkeypatch.setattr("aae_core.evaluation.distances.mmd2", lambda *points: -0.0012)
    header, _ = answered(ask(game_requests.new_player(), {"do": "begin", "setup": {}}))
    assert header["distance"] == 0.0


def test_a_visitor_begins_steps_and_plays(ask):
    token = game_requests.new_player()
    assert "Reset" in refused(ask(token, {"do": "round"}), 410)
    header, arrays = answered(ask(token, {"do": "begin", "setup": {"seed": 3}, "rules": {"d_steps": 2}}))
    assert header["phases"] == ["reconstruction", "discrimination", "generation"] and header["preview"]
    assert header["setup"] == {"variant": "aae", "data": "digits", "prior": "gaussian", "seed": 3, "begun": 0}
    assert (
        arrays["codes"].shape == (500, 2) and arrays["surface"].shape == (40, 40) and arrays["labels"].shape == (500,)
    )
    codes = arrays["codes"]
    header, arrays = answered(ask(token, {"do": "step", "phase": "discrimination", "times": 10}))
    (record,) = header["records"]
    assert record["still"] == ["encoder", "decoder"] and list(record["moved"]) == ["discriminator"]
    assert header["counts"]["discrimination"] == 10 and header["batch"] == 1
    np.testing.assert_array_equal(arrays["codes"], codes)
    assert arrays["x.0"].shape == arrays["noisy.0"].shape == arrays["xhat.0"].shape == (6, 8, 8, 1)
    assert arrays["z.0"].shape == arrays["z2.0"].shape == arrays["p.0"].shape == (100, 2)
    assert arrays["d.0"].shape == arrays["dp2.0"].shape == (100,)
    header, arrays = answered(ask(token, {"do": "round", "times": 3, "rules": {"input_noise": 0.2}}))
    assert [one["phase"] for one in header["records"]] == header["phases"]
    assert header["counts"] == {"reconstruction": 3, "discrimination": 13, "generation": 3}
    assert header["rules"]["d_steps"] == 1 and header["rules"]["input_noise"] == 0.2
    assert not np.array_equal(arrays["codes"], codes) and "p.1" in arrays and "p.0" not in arrays
    again, same = answered(ask(token, {"do": "arrive"}))
    assert again["counts"] == header["counts"] and np.array_equal(same["codes"], arrays["codes"])


def test_a_game_without_an_adversary_has_no_surface_and_one_without_a_prior_no_sample_and_no_distance(ask):
    for variant, adversary, prior in (("aae", True, True), ("vae", False, True), ("ae", False, False)):
        token = game_requests.new_player()
        header, arrays = answered(ask(token, {"do": "begin", "setup": {"variant": variant}}))
        assert (header["variant"]["prior"], "sample" in arrays, header["distance"] is not None) == (prior,) * 3
        assert ("surface" in arrays, "d.0" in arrays, "discrimination" in header["phases"]) == (adversary,) * 3
    assert "no step" in refused(ask(token, {"do": "step", "phase": "generation"}), 400)


def test_the_prior_in_play_is_told_where_a_model_takes_another_than_was_asked_for(ask):
    for prior, told in (("gaussian", "mixture"), ("uniform", "mixture"), ("swiss-roll", "swiss-roll")):
        token = game_requests.new_player()
        header, _ = answered(ask(token, {"do": "begin", "setup": {"variant": "label-informed", "prior": prior}}))
        assert header["setup"]["prior"] == told == game_requests.games().find(token).game.model.prior.name
        assert answered(ask(token, {"do": "round"}))[0]["setup"]["prior"] == told


def test_a_painted_prior_is_played_by_its_shape_or_as_ones_own(ask):
    own = painting.text(bytes(15 * (k % 64 < 20 and k < 2000) for k in range(painting.CELLS)))
    for prior in (*painting.SHAPES, own):
        for variant in ("aae", "label-informed"):
            setup = {"variant": variant, "prior": prior}
            token = game_requests.new_player()
            header, arrays = answered(ask(token, {"do": "begin", "setup": setup}))
            game = game_requests.games().find(token).game
            assert header["setup"]["prior"] == prior and game.model.prior.name == "painted"
            assert game.model.prior.log_density(torch.from_numpy(arrays["sample"].copy())).isfinite().all()
            assert game.model.prior.regions == (10 if variant == "label-informed" else 0)
            assert answered(ask(token, {"do": "round"}))[0]["setup"]["prior"] == prior


@pytest.mark.parametrize("prior", ["64.", "64.AAAA", "64." + "A" * 20_000, painting.text(bytes(painting.CELLS))])
def test_a_painting_that_is_none_is_refused(ask, prior):
    body = {"do": "begin", "setup": {"prior": prior}}
    found = ask(game_requests.new_player(), body)
    assert "paint" in refused(found, 413 if len(prior) > 15_000 else 400) or len(prior) > 15_000


def test_a_game_for_which_there_is_no_memory_is_refused(ask, monkeypatch):
    def full(setup, rules):
        raise MemoryError

    monkeypatch.setattr(game_requests, "_GAMES", [Games(make=full)])
    assert "memory" in refused(ask(game_requests.new_player(), {"do": "begin"}), 503)


def test_games_of_others_put_the_oldest_away(ask):
    tokens = [game_requests.new_player() for _ in range(3)]
    for token in tokens:
        answered(ask(token, {"do": "begin"}))
    refused(ask(tokens[0], {"do": "round"}), 410)
    answered(ask(tokens[2], {"do": "round"}))


@pytest.mark.parametrize(
    "said",
    [
        b"\xff", b"[]", b"{}", {"do": "format"}, {"do": "step"}, {"do": "step", "phase": ["reconstruction"]},
        {"do": "step", "phase": "reconstruction", "times": 11}, {"do": "round", "times": True}, {"do": "round", "times": 51},
        {"do": "round", "rules": {"weight": 1e9}}, {"do": "round", "rules": []}, {"do": "round", "rules": {"color": 1}},
        {"do": "begin", "setup": {"data": "../../etc/passwd"}}, {"do": "begin", "setup": {"variant": {}}},
        {"do": "begin", "setup": {"variant": "vae", "prior": "swiss-roll"}}, {"do": "begin", "setup": "aae"},
        {"do": "begin", "setup": {"begun": 100.0}}, {"do": "begin", "setup": {"begun": 1e400}},
    ],
)  # fmt: skip
def test_absurd_requests_are_refused_and_change_nothing(ask, said):
    token = game_requests.new_player()
    before, _ = answered(ask(token, {"do": "begin"}))
    refused(ask(token, said), 400)
    after, _ = answered(ask(token, {"do": "arrive"}))
    assert after == before


def test_strangers_and_endless_requests_are_refused(ask):
    token = game_requests.new_player()
    assert "reload" in refused(ask("a" * 24, {"do": "begin"}), 404)
    refused(ask(token, b" " * (game_requests.LETTERS + 1)), 413)
    assert ask(token, {"do": "begin"}, method="GET")[0] == 405


@pytest.mark.parametrize("variant", rules.VARIANTS)
def test_rows_of_a_table_are_played_like_images(ask, variant):
    token = game_requests.new_player()
    header, arrays = answered(ask(token, {"do": "begin", "setup": {"variant": variant, "data": "wine"}}))
    game = game_requests.games().find(token).game
    x = game.model.form.restored(game.batch.x[:6]).numpy()[:, 0, 0]
    middle, half = (np.array(each) for each in charts.scales(game.model.features))
    back = middle + half * (arrays["x.0"][:, 0, :, 0].astype(float) - 128) / 127
    inside = np.abs(x - middle) <= half
    assert inside.mean() > 0.9 and (np.abs(back - x) <= half / 254 + 1e-3)[inside].all()
    header, arrays = answered(ask(token, {"do": "round", "times": 3}))
    assert header["counts"]["reconstruction"] == 3 and arrays["xhat.0"].shape == (6, 1, 13, 1)
