"""One visitor sends her worst by the websocket to a real server, as benchmarks/robustness/websocket makes it; another one's page
is drawn within twice its usual time all the same, and the server's memory and log stay bounded."""

import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from helpers.environment import IN_CI

pytest.importorskip("streamlit")
pytest.importorskip("psutil")
from benchmarks.browser.bench import browser_app
from benchmarks.robustness.websocket.__main__ import measure_attack, measure_visit
from benchmarks.robustness.websocket.attacks import ATTACKS

# attacks of the usual run, of which the first takes minutes without the bounds, and one more in CI
USUAL_ATTACKS = ("3 messages of 60,000 states, 300 reruns", "8 pages, each the same")
CI_ATTACKS = ("30,000 reruns",)
NOISE = 2.0  # seconds that a busy machine may add to twice the usual 0.1 to 0.5
MEMORY, LOG = 300, 200_000  # MB that the server may take beside an attack, bytes that it may write into its log
SECONDS, VISITS = 2, 5


def run_in_thread(function, *arguments):
    """The result of a function that runs an event loop of its own: the browser tests keep one on the main thread."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(function, *arguments).result()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A shared server on which Explore has been opened; at its end the log may hold no traceback."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AAE_SHARED", "1")
        with browser_app.app_server(tmp_path_factory.mktemp("app")) as server:
            run_in_thread(measure_visit, server.url)
            yield server


CHOSEN_ATTACKS = (*USUAL_ATTACKS, *CI_ATTACKS) if IN_CI else USUAL_ATTACKS
CASES = [pytest.param(attack, marks=() if attack in CHOSEN_ATTACKS else pytest.mark.thorough) for attack in ATTACKS]


@pytest.mark.parametrize("attack", CASES)
def test_an_attack_by_the_websocket_keeps_nobody_waiting(server, attack):
    outcome = run_in_thread(measure_attack, server, attack, SECONDS, VISITS, VISITS)
    assert outcome.is_bounded(NOISE) and not outcome.errors, outcome
    assert outcome.peak_memory - outcome.memory_before < MEMORY and outcome.log < LOG, outcome
    assert urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=10).status == 200
