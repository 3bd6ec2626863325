"""The connection breaks and returns, and the server is killed and started again, under an open tab: what was painted is kept."""

import re

import pytest
from helpers import browser_app
from helpers.breakable_link import BreakableLink
from helpers.browser_app import expect
from test_studio import studio

from aae_core.config import painting

CONNECTION_NOISE = re.compile(
    "ERR_|Cannot send rerun|WebSocket|AxiosError|Failed to load resource|not responding|could not be fetched"
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
    """Kill the server under the open tab, and start it again."""
    server.kill()
    expect(tab.page.get_by_role("dialog")).to_contain_text("Connection error")
    server.start()
    expect(tab.page.get_by_role("dialog")).to_have_count(0)


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
