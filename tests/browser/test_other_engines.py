"""The main job in Firefox and in WebKit: each page opens without an error, and the plane follows the pointer."""

import pytest
from helpers import browser_app, browser_engines

CODES = """all(".lp-legend .lp-count").map(each => +each.innerText.replaceAll(",", "")).reduce((sum, each) => sum + each, 0)"""
IMAGES = 'all(".lp-panel canvas.lp-image").map(canvas => canvas.toDataURL())'
DECODED = 'all(".lp-way").filter(way => way.textContent.includes("Decoded")).length'
CELLS = 'all(".sg-table td canvas").filter(canvas => canvas.width > 1).length'
STEPS = 'all(".gb-score tbody td:nth-child(2)").map(each => +each.innerText)'


@pytest.fixture(scope="module", params=list(browser_engines.ENGINES))
def engine(request, app, tmp_path_factory):
    browser_app.skip_or_fail(browser_engines.missing_programs_reason(request.param))
    browser = browser_engines.ENGINES[request.param](tmp_path_factory.mktemp(request.param))
    try:
        browser.open(f"{app.url}/{browser_app.ASIDE_PAGE}")
        yield browser
    finally:
        browser.close()


@pytest.fixture
def page(engine):
    """Goes to a page of the app by its path; in the end it may have complained of nothing."""

    def open_(path=""):
        engine.follow(path)
        return engine

    yield open_
    engine.assert_no_errors()


def test_explore_decodes_under_the_pointer_and_the_link_holds_the_place(page):
    tab = page()
    tab.wait_for(f"{CODES} > 300 && {DECODED} === 1")
    before, (x, y) = tab.evaluate(IMAGES), tab.element_middle(".lp-surface")
    tab.perform_mouse_actions(browser_engines.pointer_move(x, y), browser_engines.DOWN)
    pressed = tab.wait_for(f"{IMAGES}.join() !== {','.join(before)!r} && {IMAGES}")
    tab.perform_mouse_actions(browser_engines.pointer_move(x + 100, y - 60))
    after = tab.wait_for(f"{IMAGES}.join() !== {','.join(pressed)!r} && {IMAGES}")
    assert "z=" not in tab.evaluate("location.search"), "the server was asked before the pointer was let go"
    tab.perform_mouse_actions(browser_engines.UP)
    tab.wait_for('location.search.includes("z=")')
    tab.wait_for(f'all("{browser_app.IDLE_PAGE}").length')
    assert tab.evaluate(IMAGES) == after, "the server's answer moves the place"


def test_compare_shows_two_planes_each_with_its_image(page):
    tab = page("compare")
    tab.wait_for(f'{CODES} > 600 && {DECODED} === 2 && all(".lp-surface").length === 2')
    assert len(set(tab.evaluate(IMAGES))) == 2


def test_style_and_content_fills_its_grid(page):
    page(f"style?revision={browser_app.shipped_revision_id('supervised')}").wait_for(f"{CELLS} >= 40")


def test_step_by_step_takes_a_step(page):
    tab = page("game")
    tab.wait_for(f"{STEPS}.join() === '0,0,0' && all('.gb-plane').length")
    before = tab.evaluate('all(".gb-plane")[0].toDataURL()')
    tab.press(".gb [data-key=d]")
    tab.wait_for(f"{STEPS}.join() === '0,1,0'")
    tab.wait_for(f'all(".gb-plane")[0].toDataURL() !== {before!r}')


def test_train_tells_how_long_it_will_take(page):
    tab = page("train")
    tab.wait_for('document.body.innerText.includes("as measured here")')
    # a training that another test has begun may be under way
    tab.wait_for('all("[data-testid=stButton]").some(each => /Start training|Add to the queue/.test(each.innerText))')
