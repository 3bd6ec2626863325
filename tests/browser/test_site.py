"""The static site in real browsers: from a disk and from a plain web server, with no network beyond it."""

import functools
import http.server
import re
import threading

import pytest
from helpers import browser_app, browser_engines

from aae_core.config.configuration import configure
from aae_core.runs import worker
from aae_core.store.revisions import Store
from app.website import folder, site, site_entries

TINY = {"data": "digits", "steps": 60, "threads": 1, "network.hidden": (32,), "network.discriminator": (32,)}
DECODED = 'all(".lp-way").filter(way => way.textContent.includes("Decoded")).length'
IMAGE = "document.querySelector('[data-part]').shadowRoot.querySelector('canvas.lp-image').toDataURL()"


@pytest.fixture(scope="module")
def site_folder(tmp_path_factory):
    """The folder of a site of an AAE, a VAE and a supervised AAE."""
    root = tmp_path_factory.mktemp("site")
    patch = pytest.MonkeyPatch()
    patch.setenv("AAE_CHECKPOINTS", str(root / "store"))
    store = Store(root / "store", gallery=root / "none")
    created = [
        worker.train(configure(**TINY, variant=variant), store=store) for variant in ("aae", "vae", "supervised")
    ]
    folder.write_site(
        root / "site",
        site.Site(site_entries.make_entries(site.referenced_summaries([item.id for item in created]))).files(),
    )
    patch.undo()
    return root / "site"


@pytest.fixture
def site_url(site_folder):
    """Its address on a web server that knows nothing but files."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=site_folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture
def visit(chromium):
    """visit(width) -> a page without a network, which may complain of nothing, and what it asked for."""
    contexts = []

    def open_(**options):
        contexts.append(context := chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **options}))
        page = context.new_page()
        page.set_default_timeout(browser_app.PATIENCE)
        page.requested_urls, page.console_texts = [], []
        page.on("request", lambda request: page.requested_urls.append(request.url))
        page.on("console", lambda message: page.console_texts.append(message.text))
        page.on("pageerror", lambda error: page.console_texts.append(str(error)))
        return page

    yield open_
    console_texts = [text for context in contexts for page in context.pages for text in page.console_texts]
    for context in contexts:
        context.close()
    assert not console_texts


def is_clean(page):
    # which would fetch the style sheet
    violations = browser_app.Axe().run(page, options={"preload": False}).response["violations"]
    assert not violations, [(entry["id"], [node["html"] for node in entry["nodes"]][:3]) for entry in violations]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def wait_until(page, expression):
    """Wait for the expression; what waits in the page itself would have to evaluate a text there."""
    while not page.evaluate(expression):
        page.wait_for_timeout(50)


def image(page):
    page.locator(".lp-way").filter(has_text="Decoded in this page").first.wait_for(state="attached")
    return page.evaluate(IMAGE)


def test_the_site_works_from_its_first_page_to_the_end_of_a_lesson(site_folder, visit):
    page, expect = visit(offline=True), browser_app.expect
    page.goto((site_folder / "index.html").as_uri() + "#z=NaN")
    expect(page.get_by_text("cannot read, which were ignored: “z”")).to_be_visible()
    is_clean(page)
    page.get_by_role("link", name="Explore: Adversarial autoencoder", exact=True).click()
    before = image(page)
    is_clean(page)
    box = page.locator(".lp-surface").bounding_box()
    page.mouse.click(box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"])
    wait_until(page, f"{IMAGE} !== {before!r}")
    expect(page).to_have_url(re.compile("#z="))
    page.get_by_label("Compare with").select_option("Variational autoencoder")
    expect(page.get_by_text("Decoded by")).to_have_count(2)
    expect(page.get_by_role("table", name="Metrics of both revisions and their difference")).to_be_visible()
    is_clean(page)
    page.get_by_role("link", name="Lessons").click()
    is_clean(page)
    page.get_by_role("link", name="The prior: where codes should lie").click()
    lesson = page.get_by_role("region", name="Lesson")
    lesson.locator(".ls-choices button").nth(2).click()
    is_clean(page)
    page.get_by_role("button", name="More layers").click()
    page.locator('[data-id="samples"]').click()
    expect(lesson.locator(".ls-goal")).to_contain_text("Done")
    page.reload()  # the address knows how far one is
    expect(lesson.locator(".ls-goal")).to_contain_text("Done")
    expect(lesson.get_by_role("button", pressed=True)).to_have_count(1)
    lesson.get_by_role("button", name="Next page").click()
    expect(lesson).to_contain_text("Page 2 of 3")
    lesson.get_by_role("button", name="Skip question").click()
    page.locator('[data-id="codes"]').click()
    expect(lesson.locator(".ls-verdict")).to_contain_text("The answer is")
    lesson.get_by_role("button", name="Next page").click()
    lesson.get_by_role("button", name="Skip question").click()
    image(page)
    for _ in range(10):
        page.get_by_role("button", name="Random from the prior", exact=True).click()
    lesson.get_by_role("button", name="Finish", exact=True).click()
    expect(page.locator("[data-done]")).to_contain_text("The prior")
    page.get_by_role("link", name="Step by step", exact=True).click()
    page.get_by_role("button", name="Step all").click()
    expect(page.get_by_role("row", name="D: discriminate")).to_contain_text(re.compile(r"1\d+\.\d+"))
    is_clean(page)
    page.get_by_label("Seed").fill("3")
    page.get_by_label("Seed").press("Enter")
    expect(page).to_have_url(re.compile("game.seed=3"))
    page.goto(f"{page.url.split('#')[0]}#game.weight=2&game.d_steps=4,5")
    expect(page.get_by_label("λ, weight")).to_have_attribute("aria-valuetext", "2")
    expect(page.get_by_text("which were ignored: “game.d_steps”")).to_be_visible()
    assert {url.partition(":")[0] for url in page.requested_urls} <= {"file", "data", "blob"}
    assert all(url.startswith(site_folder.as_uri()) for url in page.requested_urls if url.startswith("file:"))


def test_the_site_works_on_a_phone_from_a_web_server(site_url, visit):
    page = visit(viewport={"width": 390, "height": 844}, color_scheme="dark")
    page.route(lambda url: not url.startswith(site_url), lambda route: route.abort())
    for way in ("", "Style and content", "Results"):
        if way:
            page.get_by_role("link", name=way, exact=True).first.click()
        else:
            page.goto(f"{site_url}/index.html")
        if way == "Style and content":
            wait_until(page, "document.querySelectorAll('[data-part]').length === 2")
        is_clean(page)
    page.goto(f"{site_url}/lessons.html")
    page.get_by_role("link", name=re.compile(r"^\d+\. Style and content")).click()
    browser_app.expect(page.get_by_role("region", name="Lesson")).to_be_visible()
    is_clean(page)
    page.goto(f"{site_url}/lessons.html")
    page.get_by_role("link", name="Fooling D").click()  # it begins with a game, which is played in the page
    page.locator(".ls-choices button").first.click()
    browser_app.expect(page.get_by_text("A small model that trains")).to_be_hidden()  # the lesson says what to do
    assert page.evaluate("getComputedStyle(document.querySelector('.ho-foot p')).paddingLeft") == "0px"
    for _ in range(5):
        page.locator('[data-key="g"]').click()
    browser_app.expect(page.locator(".ls-goal")).to_contain_text("Done")
    is_clean(page)
    assert all(url.startswith((site_url, "data:", "blob:")) for url in page.requested_urls)


@pytest.mark.parametrize("name", list(browser_engines.ENGINES))
def test_other_engines_open_it_from_the_disk(name, site_folder, tmp_path):
    browser_app.skip_or_fail(browser_engines.missing_programs_reason(name))
    engine = browser_engines.ENGINES[name](tmp_path)
    try:
        [explore] = site_folder.glob("explore-aae-*.html")
        engine.load_page(explore.as_uri() + "#lesson=the-prior")
        engine.wait_for(f'{DECODED} === 1 && all("#lesson .ls-choices button").length === 3')
        engine.assert_no_errors()
    finally:
        engine.close()
