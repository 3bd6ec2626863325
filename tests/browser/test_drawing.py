"""An image drawn or dropped on Explore: its code, its reconstruction, and the messages for unusable files."""

import io
import re

import numpy as np
import pytest
from helpers import browser_app
from helpers.browser_app import CONV_NETWORK, LARGE_NETWORK, expect
from PIL import Image

from aae_core.latent import exploration

# Dispatches the browser's event for a dropped or pasted file.
GIVE_FILE = """([kind, name, type, bytes]) => {
    let place = document.querySelector('[data-testid=stApp]');
    const find = (root) => { for (const node of root.querySelectorAll('*')) {
        if (node.dataset?.tool === 'draw') return node.querySelector('.lp-tool-body');
        const body = node.shadowRoot && find(node.shadowRoot); if (body) return body; } };
    const files = new DataTransfer();
    files.items.add(new File([new Uint8Array(bytes)], name, {type}));
    const event = kind === 'drop' ? new DragEvent('drop', {dataTransfer: files, bubbles: true, cancelable: true, composed: true})
        : new ClipboardEvent('paste', {clipboardData: files, bubbles: true, cancelable: true});
    (kind === 'drop' ? find(place) : document.body).dispatchEvent(event);
}"""
INKED = """canvas => { const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
                      return data.some((value, k) => k % 4 === 3 && value > 0); }"""
BRIGHT = """canvas => { const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
                       return data.filter((value, k) => k % 4 === 0 && value > 127).length; }"""


class Draw:
    """The section “Draw or drop an image” of a tab that shows Explore."""

    def __init__(self, tab):
        self.tab, self.page = tab, tab.page
        self.section = tab.page.locator("[data-tool=draw]")
        tab.page.locator(".lp-panel .lp-way:not(:empty)").wait_for(state="attached")

    def open(self):
        self.section.locator("summary").click()
        return self

    @property
    def remark(self):
        return self.section.locator("p[aria-live]").last

    @property
    def status(self):
        return self.section.get_by_role("status")

    def give(self, kind, name, content, media="image/png"):
        self.page.evaluate(GIVE_FILE, [kind, name, media, list(content)])

    def z(self):
        """z in the address, once the server has heard of it."""
        expect(self.status).to_contain_text("Encoded")
        return np.array([float(v) for v in self.tab.settled_query()["z"].split(",")])


def png(image):
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return file.getvalue()


def shipped_aae(app):
    """The AAE of MNIST that Explore shows first: its id and its model."""
    revision = app.store.open(browser_app.shipped_revision_id("aae"))
    return revision.id, revision.model()


@pytest.fixture
def draw(app, same_tab):
    """The section, unfolded and empty."""
    draw = Draw(same_tab(app, f"?revision={shipped_aae(app)[0]}"))
    if not draw.section.evaluate("details => details.open"):
        draw.open()
    elif draw.remark.inner_text():
        draw.section.get_by_role("button", name="Clear").click()
    expect(draw.remark).to_be_empty()
    return draw


def test_a_stroke_is_encoded_at_its_end(draw):
    tab = draw.tab
    expect(draw.status).to_be_empty()  # the encoder has arrived
    overlay = tab.page.locator(".lp-surface canvas.lp-canvas").last
    assert not overlay.evaluate(INKED)
    pad = draw.section.get_by_role("application", name="Drawing pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    x = box["x"] + 0.3 * box["width"]
    tab.page.mouse.move(x, box["y"] + 30)
    tab.page.mouse.down()
    tab.page.mouse.move(x + 4, box["y"] + 0.7 * box["height"], steps=12)
    expect(draw.remark).to_be_empty()
    tab.page.mouse.up()
    expect(draw.remark).to_contain_text("Class of its nearest codes: 1")
    expect(draw.section.locator(".lp-near")).to_have_count(8)
    input_canvas, reconstruction_canvas = draw.section.locator("figure canvas").all()
    assert 20 < input_canvas.evaluate(BRIGHT) < 120 and reconstruction_canvas.evaluate(BRIGHT) > 10
    z = draw.z()
    expect(tab.page.locator(".lp-panel .lp-values dd").first).to_have_text(
        draw.section.locator(".lp-values dd").first.inner_text()
    )
    assert np.hypot(*z) < 6 and overlay.evaluate(INKED), "no dot on the plane"
    assert not tab.axe_violations()

    draw.section.get_by_role("button", name="Undo").click()
    expect(draw.remark).to_be_empty()
    expect(draw.section.locator("figure")).to_have_count(0)
    assert not overlay.evaluate(INKED)


def test_a_drawing_is_made_and_undone_by_keyboard(draw):
    tab = draw.tab
    tab.page.locator(".lp-surface").focus()
    for key in ("x", *["ArrowUp"] * 5, " ", *["ArrowDown"] * 10, " "):
        tab.page.keyboard.press(key if key != " " else "Space")
    expect(draw.remark).to_contain_text("Class of its nearest codes: 1")
    tab.page.keyboard.press("Backspace")
    expect(draw.remark).to_be_empty()


@pytest.mark.parametrize("way", ["drop", "paste", "choose"])
def test_an_image_from_a_file_has_the_code_that_python_gives_it(app, draw, tmp_path, way):
    _, model = shipped_aae(app)
    image = exploration.decode_images(model, np.array([[1.5, 0.6]]))
    expected_z = exploration.encode_images(model, image)[0]
    content = png(image[0, :, :, 0])
    if way == "choose":
        (tmp_path / "digit.png").write_bytes(content)
        draw.section.locator("input[type=file]").set_input_files(tmp_path / "digit.png")
    else:
        draw.give(way, "digit.png", content)
    expect(draw.remark).to_contain_text("The decoder reconstructs it")
    expect(draw.remark).to_contain_text("99 % of the images stay below")
    # fp16 weights: 2e-3 of the code's size; the address has four digits
    assert np.abs(draw.z() - expected_z).max() < 2e-3 * np.abs(expected_z).max() + 1e-3


def test_an_unusable_file_is_reported_and_changes_nothing(app, draw):
    tab, (_, model) = draw.tab, shipped_aae(app)
    draw.give("drop", "digit.png", png(exploration.decode_images(model, np.array([[0.0, 1.0]]))[0, :, :, 0]))
    expect(draw.remark).to_contain_text("error")
    before, z = draw.remark.inner_text(), list(draw.z())
    for name, content, media, sentence in (
        (
            "notes.txt",
            b"hello",
            "text/plain",
            "“notes.txt” is not an image that this browser can read; use a PNG or JPEG file.",
        ),
        (
            "cut.png",
            png(np.zeros((9, 9), np.uint8))[:40],
            "image/png",
            "“cut.png” is not an image that this browser can read",
        ),
        (
            "white.png",
            png(np.full((90, 90), 255, np.uint8)),
            "image/png",
            "The image has no contrast",
        ),
    ):
        draw.give("drop", name, content, media)
        expect(draw.status).to_contain_text(sentence)
        assert draw.remark.inner_text() == before
    assert [float(v) for v in tab.settled_query()["z"].split(",")] == z
    tab.assert_no_errors()


@pytest.mark.parametrize(
    ("networks", "way"), [(CONV_NETWORK, "in this page"), (LARGE_NETWORK, "on the server")], ids=["conv", "large"]
)
def test_a_dropped_image_is_encoded_in_the_page_or_by_the_server(app, follow, networks, way):
    revision = app.train(**networks)
    image = np.zeros((8, 8), np.uint8)
    image[:, 3:5] = 255
    expected_z = exploration.encode_images(revision.model(), image[None, :, :, None])[0]
    tab = follow(app, f"?revision={revision.id}")
    draw = Draw(tab).open()
    draw.give("drop", "bar.png", png(np.kron(255 - image, np.ones((20, 20), np.uint8))))
    expect(draw.status).to_have_text(re.compile(f"Encoded {way}"))
    assert np.abs(draw.z() - expected_z).max() < 2e-3 * np.abs(expected_z).max() + 1e-3
    expect(draw.remark).to_contain_text(re.compile("typical is|off the manifold"))
    expect(draw.section.locator(".lp-near")).to_have_count(8)
