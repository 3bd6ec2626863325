"""The limit on file descriptors and its shares."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

pytest.importorskip("streamlit")
from app.server import descriptors
from app.server.descriptors import (
    MAX_CLOSED_SESSIONS,
    MAX_OTHER_CONNECTIONS,
    PAGE_DESCRIPTORS,
    RESERVED,
    SESSION_DESCRIPTORS,
    ConnectionShares,
    divide_descriptors,
)

LIMITS = [*range(descriptors.MIN_DESCRIPTORS, 3000, 7), 4096, 10_240, 20_000, 2**30]


@pytest.mark.parametrize("pages", [1, 8, 50, 308, 100_000])
def test_the_shares_together_never_exceed_the_limit(pages):
    for limit in LIMITS:
        shares = divide_descriptors(limit, pages)
        # each connection beside those of pages takes one, also those that are accepted before any can be refused
        single_descriptors = shares.connections - shares.pages + shares.backlog
        assert (
            PAGE_DESCRIPTORS * shares.pages + SESSION_DESCRIPTORS * shares.sessions + single_descriptors + RESERVED
            <= limit
        )
        assert min(shares.pages, shares.sessions, single_descriptors, shares.backlog) > 0 and shares.pages <= pages


def test_without_bounds_on_pages_every_connection_may_be_a_page():
    for limit in LIMITS:
        shares = divide_descriptors(limit, None)
        assert shares.connections == shares.pages <= MAX_OTHER_CONNECTIONS
        assert (
            PAGE_DESCRIPTORS * shares.connections + SESSION_DESCRIPTORS * shares.sessions + shares.backlog + RESERVED
            <= limit
        )


def test_where_there_are_enough_nothing_is_lowered():
    for limit in (20_000, 2**30, None):
        assert divide_descriptors(limit, 308) == ConnectionShares(308, MAX_CLOSED_SESSIONS, 308 + 4 * 308, 2048)


@pytest.mark.parametrize("pages", [8, 58, 308, 5000])
def test_enough_is_the_least_limit_for_so_many_pages(pages):
    limit = descriptors.min_descriptor_limit(pages)
    assert divide_descriptors(limit, pages).pages == pages > divide_descriptors(limit - 1, pages).pages


@pytest.mark.skipif(descriptors.resource is None, reason="Windows has no such limit")
@pytest.mark.parametrize("soft, hard", [(256, 300), (300, 300)])
def test_the_soft_limit_is_raised_to_the_hard_one(soft, hard):
    code = (
        f"import resource; resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))\n"
        "from app.server.descriptors import raise_descriptor_limit\n"
        "print(raise_descriptor_limit(), *resource.getrlimit(resource.RLIMIT_NOFILE))"
    )
    output_text = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert output_text.split() == [str(hard)] * 3


@pytest.mark.parametrize(
    "soft, hard, max_soft, expected",
    [
        (256, -1, 10_240, 10_240),  # macOS: infinite, but refused
        (256, -1, 100_000, 65_536),
        (256, -1, None, None),
        (20_000, -1, 10_240, 20_000),  # nothing is lowered
        (256, 4096, 1024, 256),
        (-1, -1, None, None),
    ],
)
def test_a_system_that_refuses_its_hard_limit_gets_a_lower_one(monkeypatch, soft, hard, max_soft, expected):
    current_limits = [soft, hard]

    def setrlimit(kind, limits):
        if max_soft is not None and (limits[0] == -1 or limits[0] > max_soft):
            raise ValueError("current limit exceeds maximum limit")
        current_limits[:] = limits

    fake_resource = SimpleNamespace(
        RLIM_INFINITY=-1, RLIMIT_NOFILE=7, getrlimit=lambda kind: tuple(current_limits), setrlimit=setrlimit
    )
    monkeypatch.setattr(descriptors, "resource", fake_resource)
    assert descriptors.raise_descriptor_limit() == expected and current_limits[1] == hard


def test_windows_has_no_limit(monkeypatch, capsys):
    monkeypatch.setattr(descriptors, "resource", None)
    assert descriptors.prepare_descriptors(308).pages == 308 and capsys.readouterr().out == ""


def test_lowered_pages_are_said_in_one_line(monkeypatch, capsys):
    monkeypatch.setattr(descriptors, "raise_descriptor_limit", lambda: 1024)
    shares = descriptors.prepare_descriptors(308)
    output_text = capsys.readouterr().out
    assert (
        output_text.count("\n") == 1
        and f"at most {shares.pages} at once instead of 308" in output_text
        and "1,024" in output_text
    )
    assert f"{descriptors.min_descriptor_limit(308):,} would do" in output_text
    descriptors.prepare_descriptors(None)
    descriptors.prepare_descriptors(20)
    assert capsys.readouterr().out == ""


def test_a_limit_that_is_too_low_for_any_server_is_refused(monkeypatch):
    monkeypatch.setattr(descriptors, "raise_descriptor_limit", lambda: 100)
    with pytest.raises(SystemExit, match=r"^aae: .* only 100 .* at least 128; .*ulimit -n 128"):
        descriptors.prepare_descriptors(308)
