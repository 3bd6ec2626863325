"""The widget of `rev.explore()` in a page that stands for a notebook's: it decodes, and Python learns what is selected."""

import json

import numpy as np
import pytest
from helpers import browser_app

pytest.importorskip("anywidget", reason="the widget needs the extra notebook")
from aae_core.store.revisions import Store
from app.notebook import explorer_widget

# A page with what a notebook gives a widget: an element, and a model with the traits, whose files arrive as views of bytes.
PAGE = """<!doctype html><body style="margin: 0"><div id="cell" style="width: 50rem"></div><script type="module">
import widget from "./widget.js";
const traits = await (await fetch("./traits.json")).json();
const bytes = await Promise.all(Object.keys(traits.files).map(async (_, k) => (await fetch(`./${k}.bin`)).arrayBuffer()));
Object.keys(traits.files).forEach((name, k) => (traits.files[name] = new DataView(bytes[k])));
window.saved = [];
const model = {
  get: (name) => traits[name],
  set: (name, value) => (traits[name] = value),
  save_changes: () => saved.push(traits.selected),
};
window.close = widget.render({ model, el: document.getElementById("cell") });
</script>"""


@pytest.fixture(scope="module")
def widget():
    return explorer_widget.ExplorerWidget(Store().open(browser_app.shipped_revision_id("supervised")))


@pytest.fixture
def page(chromium, widget):
    """A page that shows the widget; its console stays empty."""
    texts = {"index.html": PAGE, "widget.js": widget._esm}
    traits = {name: getattr(widget, name) for name in ("revision", "description", "selected")}
    texts["traits.json"] = json.dumps(traits | {"files": dict.fromkeys(widget.files, 0)})
    files = {name: text.encode() for name, text in texts.items()}
    files |= {f"{number}.bin": content for number, content in enumerate(widget.files.values())}
    context = chromium.new_context(viewport={"width": 900, "height": 900})
    complaints = []
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    kinds = {
        "html": "text/html",
        "js": "text/javascript",
        "json": "application/json",
        "bin": "application/octet-stream",
    }

    def answer(route):
        name = route.request.url.rpartition("/")[2]
        route.fulfill(body=files[name], content_type=kinds[name.rpartition(".")[2]])

    page.route("http://notebook.test/*", answer)
    page.set_default_timeout(browser_app.PATIENCE)
    page.goto("http://notebook.test/index.html")
    page.locator(".lp-surface").first.wait_for()
    page.locator(".lp-way", has_text="Decoded in").first.wait_for(state="attached")
    yield page
    context.close()
    assert not complaints


def draw_lasso(page, left, top, right, bottom):
    """A lasso round a part of the plane, in shares of its sides."""
    page.get_by_role("button", name="Lasso: draw a line around codes").click()
    box = page.locator(".lp-surface").bounding_box()
    corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top + 0.02)]
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=8)
    page.mouse.up()


def test_a_selection_comes_back_as_ids(page, widget):
    draw_lasso(page, 0.02, 0.3, 0.5, 0.7)
    page.wait_for_function("saved.length > 0", polling=50)
    selected = page.evaluate("saved.at(-1)")
    z = widget_codes(widget)
    x = z[:, 0]
    assert 0 < len(selected) < len(z)
    assert x[selected].max() < x.mean() + x.std() and x[selected].mean() < x.mean()  # the left half of the plane
    widget.selected = selected
    assert widget.selection.tolist() == [widget._ids[k] for k in selected]
    page.keyboard.press("Escape")
    page.wait_for_function("saved.at(-1).length === 0", polling=50)


def widget_codes(widget):
    """z of the codes that the widget shows, N×d."""
    from app.cache import revision_snapshot

    return np.asarray(revision_snapshot.take_snapshot(Store().open(widget.revision)).codes.z)


def test_the_page_is_as_a_handout_s_and_its_decoder_follows_the_pointer(page):
    assert page.get_by_role("button", name="Style and content").count() == 1
    assert page.get_by_role("button", name="Copy link").count() == 0  # a notebook has no address of its own
    image = page.locator(".lp-panel canvas.lp-image").first
    pixels = "canvas => canvas.toDataURL()"
    former_pixels = image.evaluate(pixels)
    box = page.locator(".lp-surface").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.3, steps=5)
    page.mouse.up()
    page.wait_for_timeout(200)
    assert image.evaluate(pixels) != former_pixels
    page.get_by_role("button", name="Style and content").click()
    page.locator(".sg-table td canvas").first.wait_for()
    page.evaluate("close()")
    assert page.locator(".lp-surface").count() == 0
