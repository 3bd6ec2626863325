"""The connection breaks and returns, and the server is killed and started again, under an open tab: what was painted is kept,
and a training goes on."""

import random
import re

import pytest
from helpers import browser_app
from helpers.breakable_link import BreakableLink
from helpers.browser_app import expect
from test_studio import studio

from aae_core.config import painting

CONNECTION_NOISE = re.compile(
    "ERR_|Client Error|Cannot send rerun|WebSocket|AxiosError|Failed to load resource|not responding|could not be fetched"
)


@pytest.fixture
def link(own_app):
    """The connection through which a tab reaches `own_app`."""
    link = BreakableLink(own_app.port)
    yield link
    link.close()


@pytest.fixture
def tab(chromium, link):
    """A tab of a visitor who reaches the server through `link`; only the broken connection may be complained about."""
    context = chromium.new_context()
    tab = browser_app.new_tab(context, link)
    yield tab
    complaints = [text for text in tab.complaints if not CONNECTION_NOISE.search(text)]
    context.close()
    assert not complaints


def paint_row(tab, row):
    """Paint a horizontal stroke at that row of cells."""
    canvas = studio(tab)
    box = canvas.bounding_box()
    x, y = ([box["x"] + (k + 0.5) / 64 * box["width"] for k in (10, 50)], box["y"] + (row + 0.5) / 64 * box["height"])
    tab.page.mouse.move(x[0], y)
    tab.page.mouse.down()
    tab.page.mouse.move(x[1], y, steps=4)
    tab.page.mouse.up()


def wait_for_rows(tab, rows):
    """Wait until the painting in the link, which Python writes, has strokes at these rows of cells."""

    def painted_rows():
        cells = painting.parse_painting(tab.query().get("prior.painting", "ring"))
        return [row for row in rows if all(cells[row * 64 + x] for x in (10, 30, 50))]

    tab.wait_until(painted_rows, lambda now: now == rows)


def restart(tab, server):
    """Kill the server under the open tab, and start it again; the tab then shows what the new server drew."""
    former_token = session_token(tab)
    server.kill()
    expect(tab.page.get_by_role("dialog")).to_contain_text("Connection error")
    server.start()
    expect(tab.page.get_by_role("dialog")).to_have_count(0)
    tab.wait_for_change(lambda: session_token(tab), former_token)


def session_token(tab):
    """The key of the button that starts a training, which each session draws anew."""
    return re.search(r"st-key-train-go-(\w+)", tab.page.content())[1]


def wait_for_steps(tab, revision):
    """Wait until the training has come further than it is now."""
    former_step = revision.status.step
    tab.wait_until(lambda: revision.status.step, lambda step: step > former_step)


def start_training(tab, server):
    """Press Start training; the revision, once it is there."""
    former = server.newest_revision()
    tab.page.get_by_role("button", name=re.compile("Start training|Add to the queue")).click()
    row = tab.wait_until(server.newest_revision, lambda row: row is not None and row != former)
    return server.store.open(row.id)


def test_strokes_of_a_broken_connection_and_of_a_killed_server_reach_the_training(own_app, link, tab):
    tab.open("train?prior.name=painted&data=digits&steps=5")
    studio(tab)
    tab.page.get_by_role("button", name="Clear").click()
    paint_row(tab, 12)
    wait_for_rows(tab, [12])
    link.break_off()
    expect(tab.page.get_by_role("dialog")).to_contain_text("Connection error")
    tab.page.get_by_role("button", name="Close").click()
    paint_row(tab, 32)
    link.restore()
    wait_for_rows(tab, [12, 32])
    restart(tab, own_app)
    paint_row(tab, 52)
    wait_for_rows(tab, [12, 32, 52])
    revision = start_training(tab, own_app)
    cells = painting.parse_painting(revision.config.prior.painting)
    assert all(cells[row * 64 + 30] for row in (12, 32, 52)) and not cells[22 * 64 + 30]


def test_a_painting_too_detailed_for_a_link_reaches_a_server_that_was_started_again(own_app, link, tab):
    noise = random.Random(0)
    detailed_text = painting.format_painting(bytes(noise.choice((0, 5, 10, 15)) for _ in range(4096)))
    tab.open(f"train?prior.name=painted&data=digits&steps=5&prior.painting={detailed_text}")
    note = tab.page.get_by_text("too detailed for a link", exact=False)
    expect(note).to_be_visible()
    paint_row(tab, 12)
    tab.settle()
    assert "prior.painting" not in tab.query()
    restart(tab, own_app)
    assert "prior.painting" not in tab.settled_query()
    expect(note).to_be_visible()
    cells = painting.parse_painting(start_training(tab, own_app).config.prior.painting)
    assert all(cells[12 * 64 + x] == 15 for x in (10, 30, 50))
    assert cells[40 * 64 :] == painting.parse_painting(detailed_text)[40 * 64 :]


def test_a_watched_training_goes_on_across_a_broken_connection_and_a_killed_server(own_app, link, tab):
    tab.open("train?data=digits&steps=100000")
    revision = start_training(tab, own_app)
    wait_for_steps(tab, revision)
    link.break_off()
    expect(tab.page.get_by_role("dialog")).to_contain_text("Connection error")
    link.restore()
    expect(tab.page.get_by_role("dialog")).to_have_count(0)
    worker = revision.status.pid
    restart(tab, own_app)
    wait_for_steps(tab, revision)
    assert revision.status.pid == worker and tab.query()["watch"] == revision.id
    tab.page.get_by_role("button", name="Stop", exact=True).click()
    tab.wait_until(lambda: revision.status.state, lambda state: state == "stopped")
    expect(tab.page.get_by_role("button", name="Set up another training")).to_be_visible()
