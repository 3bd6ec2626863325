"""The browser tests' server and tabs. Without a browser they are skipped with a notice; under CI=true they fail."""

import functools
import os
from pathlib import Path

import pytest
import serving

from aae_core.config.configuration import configure
from aae_core.jobs import worker

# Tests that the usual run leaves to `thorough`, since another goes through the same code: with other parameters, or another way
# through the same job.
RARELY = Path(__file__).with_name("rarely.txt").read_text(encoding="utf-8").splitlines()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Leave some to the thorough run; under CI=true run a failed one once more, which the last line then tells: a machine that is
    shared with others may halt a browser for longer than any patience."""
    for item in items:
        if name := item.nodeid.partition("tests/browser/")[2]:
            if name in RARELY:
                item.add_marker(pytest.mark.thorough)
            if os.environ.get("CI") == "true":
                item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Let the fixtures know how a test went."""
    report = yield
    item.failed = report.failed
    return report


@pytest.fixture(scope="session")
def chromium():
    """A headless Chromium."""
    serving.need(serving.missing())
    serving.expect.set_options(timeout=serving.PATIENCE)
    with serving.sync_playwright() as playwright:
        browser = serving.launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def app(chromium, tmp_path_factory):
    """The app over the gallery and a store of its own, shared by all tests; without any data set but the bundled.
    app.train(**settings) gives a small revision, to be looked at by its link, trained when these settings are first asked for."""

    @functools.cache
    def train(**settings):
        nets = {"network.hidden": (32,), "network.discriminator": (32,)}
        small = {"data": "digits", "steps": 60, "threads": 1, **nets}
        return worker.train(configure(**{**small, **settings}), store=server.store)

    with serving.served(tmp_path_factory.mktemp("app")) as server:
        server.train = train
        yield server


@pytest.fixture
def own_app(chromium, tmp_path):
    """An app for one test alone, which may kill it."""
    with serving.served(tmp_path) as server:
        yield server


@pytest.fixture(scope="session")
def visitors(chromium):
    """visitors(name): one of the visitors that a test needs at once. From test to test the browser keeps the app's scripts,
    which to compile is most of the work of a visit."""

    @functools.cache
    def visitor(name):
        context = chromium.new_context(permissions=["clipboard-read", "clipboard-write"])
        context.new_page()  # stays open, or the browser ends its processes after every test
        return context

    return visitor


@pytest.fixture
def open_tab(chromium, visitors, request, tmp_path):
    """Opens tabs, each of another visitor: open_tab(server, path, **options of the context), which wants no motion unless
    `moving` is among them: what plays by itself takes the processor from what is tested. With None as its path it is empty.

    In the end none may have complained; of a test that failed, a picture of each tab is left in its folder.
    """
    tabs, own = [], []

    def open_(server, path="", moving=False, viewport=None, color_scheme=None, **options):
        context = chromium.new_context(**options) if options else visitors(len(tabs) - len(own))
        own.extend([context] if options else [])
        tabs.append(serving.new_tab(context, server, moving, viewport, color_scheme))
        return tabs[-1] if path is None else tabs[-1].open(path)

    yield open_
    for number, tab in enumerate(tabs):
        if request.node.failed and not tab.page.is_closed():
            tab.page.screenshot(path=tmp_path / f"tab{number}.png", full_page=True)
        for page in tab.page.context.pages[1:]:
            page.close()
    for context in own:
        context.close()
    assert not [complaint for tab in tabs for complaint in tab.complaints]


@pytest.fixture(scope="session")
def lasting():
    """{(server, visitor): the tab of all tests that need no visitor of their own}."""
    return {}


@pytest.fixture(scope="module")
def laid_aside(lasting):
    """When a file is done, what it looked at takes no more of the processor, of which even a tab at rest takes some."""
    yield
    for key, tab in list(lasting.items()):
        if key[1] == "anybody":
            tab.follow(serving.ASIDE)
        else:
            lasting.pop(key).page.close()


@pytest.fixture
def follow(visitors, lasting, laid_aside, request, tmp_path):
    """follow(server, link, moving, viewport, color_scheme): the one tab of all tests, which goes to that link within its session:
    to load a page is most of the work of a test in a browser. Each visitor has one. With a `place` it stays as it is if it was
    led there last. After a test that failed it is opened anew."""
    used = {}

    def follow_(server, link="", moving=False, viewport=None, color_scheme="light", visitor="anybody", place=None):
        key = server, visitor
        if key not in lasting:
            lasting[key] = serving.new_tab(visitors("all of them"), server)
            lasting[key].open(serving.ASIDE)
        tab = used[key] = lasting[key]
        tab.page.bring_to_front()
        tab.page.emulate_media(color_scheme=color_scheme, reduced_motion="no-preference" if moving else "reduce")
        size = viewport or {"width": 1280, "height": 900}
        if tab.page.viewport_size != size:
            tab.resize(**size)
        if place is None or place != tab.place:
            tab.follow(link)
        tab.place = place
        return tab

    yield follow_
    complaints = [complaint for tab in used.values() for complaint in tab.complaints]
    if request.node.failed or complaints:
        for number, key in enumerate(used):
            page = lasting.pop(key).page
            page.screenshot(path=tmp_path / f"followed{number}.png", full_page=True)
            page.close()
    assert not complaints


@pytest.fixture
def same_tab(follow, request):
    """same_tab(server, path): the tab that the tests of this file have there, as the one before left it, in the usual size."""
    return lambda server, path="", moving=False: follow(server, path, moving, place=(request.path, path, moving))
