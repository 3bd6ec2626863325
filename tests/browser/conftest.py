"""The browser tests' server and tabs. Without a browser they are skipped with a notice; under CI=true they fail."""

import functools
import os
from pathlib import Path

import pytest
from helpers import browser_app

from aae_core.config.configuration import configure
from aae_core.runs import worker

# Tests that only the run of `thorough` tests includes, since another test covers the same code.
RARELY = Path(__file__).with_name("rarely.txt").read_text(encoding="utf-8").splitlines()

SHARED = "shared"  # the visitor of all tabs that tests share


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark the tests of rarely.txt as thorough; under CI=true run a failed test once more, since a shared machine may halt a
    browser for longer than any timeout. `.ci/run` lists such reruns at its end (-rfER)."""
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
    browser_app.skip_or_fail(browser_app.missing_browser_reason())
    browser_app.expect.set_options(timeout=browser_app.PATIENCE)
    with browser_app.sync_playwright() as playwright:
        browser = browser_app.launch_chromium(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def app(chromium, tmp_path_factory):
    """The app over the gallery and a store of its own, shared by all tests; only the bundled data sets.
    app.train(**settings) returns a small revision, trained when these settings are first requested."""

    @functools.cache
    def train(**settings):
        network_settings = {"network.hidden": (32,), "network.discriminator": (32,)}
        default_settings = {"data": "digits", "steps": 60, "threads": 1, **network_settings}
        return worker.train(configure(**{**default_settings, **settings}), store=server.store)

    with browser_app.app_server(tmp_path_factory.mktemp("app")) as server:
        server.train = train
        yield server


@pytest.fixture
def own_app(chromium, tmp_path):
    """An app for a single test, which may kill it."""
    with browser_app.app_server(tmp_path, measures=True) as server:
        yield server


@pytest.fixture(scope="session")
def visitors(chromium):
    """visitors(name): the browser context of a visitor, kept for all tests, because compiling the app's scripts is most of the
    work of a visit. visitors.close(context) ends it, so that the next visitor of that name has an empty cache."""
    return Visitors(chromium)


class Visitors:
    """The browser contexts of named visitors."""

    def __init__(self, browser):
        self.browser = browser
        self.contexts = {}

    def __call__(self, name):
        if name not in self.contexts:
            self.contexts[name] = self.browser.new_context(permissions=["clipboard-read", "clipboard-write"])
            self.contexts[name].new_page()  # stays open, or the browser ends its processes after every test
        return self.contexts[name]

    def close(self, context):
        """Close a visitor's context with all its tabs."""
        self.contexts = {
            name: open_context for name, open_context in self.contexts.items() if open_context is not context
        }
        context.close()


@pytest.fixture
def open_tab(chromium, visitors, request, tmp_path):
    """open_tab(server, path, **options of the context): a tab of a visitor of its own, with reduced motion unless `moving` is
    true, since animations take processor time from what is tested. If the path is None, the tab is empty.

    At the end no tab may have an error; a failed test leaves a screenshot of each tab in its folder, and closes its visitors.
    """
    tabs, own = [], []

    def open_(server, path="", moving=False, viewport=None, color_scheme=None, **options):
        context = chromium.new_context(**options) if options else visitors(len(tabs) - len(own))
        own.extend([context] if options else [])
        tabs.append(browser_app.new_tab(context, server, moving, viewport, color_scheme))
        return tabs[-1] if path is None else tabs[-1].open(path)

    yield open_
    for number, tab in enumerate(tabs):
        if request.node.failed and not tab.page.is_closed():
            tab.page.screenshot(path=tmp_path / f"tab{number}.png", full_page=True)
        for page in tab.page.context.pages[1:]:
            page.close()
    complaints = [complaint for tab in tabs for complaint in tab.complaints]
    if request.node.failed or complaints:
        for context in {tab.page.context for tab in tabs}.difference(own):
            visitors.close(context)
    for context in own:
        context.close()
    assert not complaints


@pytest.fixture(scope="session")
def shared_tabs():
    """{(server, visitor): the tab that tests share}."""
    return {}


@pytest.fixture(scope="module")
def idle_shared_tabs(shared_tabs):
    """After each file, leave the page it looked at, since even an idle tab takes processor time."""
    yield
    for key, tab in list(shared_tabs.items()):
        if key[1] == "anybody":
            tab.follow(browser_app.ASIDE_PAGE)
        else:
            shared_tabs.pop(key).page.close()


@pytest.fixture
def follow(visitors, shared_tabs, idle_shared_tabs, request, tmp_path):
    """follow(server, link, moving, viewport, color_scheme): the tab that tests share, led to that link within its session,
    because loading a page is most of the work of a browser test. There is one for each visitor. A tab whose last `place` is
    the given one stays as it is. After a failed test the tabs are opened anew by a visitor with an empty cache."""
    used = {}

    def follow_(server, link="", moving=False, viewport=None, color_scheme="light", visitor="anybody", place=None):
        key = server, visitor
        if key not in shared_tabs:
            shared_tabs[key] = browser_app.new_tab(visitors(SHARED), server)
            shared_tabs[key].open(browser_app.ASIDE_PAGE)
        tab = used[key] = shared_tabs[key]
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
        for number, tab in enumerate(used.values()):
            tab.page.screenshot(path=tmp_path / f"followed{number}.png", full_page=True)
        shared_tabs.clear()
        visitors.close(visitors(SHARED))
    assert not complaints


@pytest.fixture
def same_tab(follow, request):
    """same_tab(server, path): the tab at that path as the previous test of this file left it, in the usual size."""
    return lambda server, path="", moving=False: follow(server, path, moving, place=(request.path, path, moving))
