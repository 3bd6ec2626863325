"""The way from a folder or a zip that is dropped on the page Train to a training on it."""

import io
import re
import zipfile

import numpy as np
import pytest
from helpers.browser_app import expect
from PIL import Image

from aae_core.data.own_data import own_sets
from aae_core.store.status import BUSY


def png(rng, height=20, width=30):
    buffer = io.BytesIO()
    Image.fromarray(rng.integers(0, 256, (height, width, 3), dtype=np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


def files(case=12):
    rng = np.random.default_rng(0)
    result = {f"{name}/{i:02}.png": png(rng) for name in ("cat", "dög") for i in range(case)}
    return result | {"cat/notes.txt": b"?", "dög/copy.png": result["cat/03.png"], "cat/.hidden": b"?"}


@pytest.fixture
def garden(tmp_path):
    for path, content in files().items():
        place = tmp_path / "My garden" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return tmp_path / "My garden"


def drop_file(tab, place, x, y):
    """Drop a file or folder of the disk there, as a hand does."""
    dispatch_drag(tab, place, x, y, "dragEnter", "dragOver", "drop")


def dispatch_drag(tab, place, x, y, *kinds):
    data = {"items": [], "files": [str(place)], "dragOperationsMask": 1}
    page = tab.page.context.new_cdp_session(tab.page)
    for kind in kinds:
        page.send("Input.dispatchDragEvent", {"type": kind, "x": x, "y": y, "data": data})


def test_a_zip_file_becomes_a_data_set_and_is_trained_on(app, follow, tmp_path):
    with zipfile.ZipFile(tmp_path / "My pets.zip", "w") as archive:
        for path, content in files().items():
            archive.writestr(path, content)
    tab = follow(app, "train?steps=20&threads=1")
    tab.page.set_input_files(".st-key-own-file input[type=file]", tmp_path / "My pets.zip")
    expect(tab.page.get_by_text("25 images in 2 classes (cat 12, dög 13), 30×20 pixels, in colour.")).to_be_visible()
    expect(tab.page.get_by_text("dög/copy.png is the same as cat/03.png")).to_be_visible()
    expect(tab.page.get_by_text("cat/notes.txt is not an image")).to_be_visible()
    tab.page.get_by_role("spinbutton", name="Size in pixels").fill("16")
    tab.page.get_by_role("spinbutton", name="Size in pixels").press("Enter")
    for way in ("Cut to the centre", "Whole, with margins"):
        expect(tab.page.get_by_alt_text(f"{way}: cat").first).to_be_visible()
    assert tab.pixels("Cut to the centre: cat") != tab.pixels("Whole, with margins: cat")
    tab.settle().page.get_by_text("Whole, with margins").last.click()
    expect(tab.page.get_by_label("Name of the data set")).to_have_value("my-pets")
    tab.settle().page.get_by_role("button", name="Add these images").click()
    tab.wait_for_toasts("my-pets: 24 images added, 2 left out")
    expect(tab.page.get_by_text("20 training, 4 test images · 16×16, colour · 2 classes")).to_be_visible()
    expect(tab.page.get_by_text("Colour images, fewer than 1,000").first).to_be_visible()
    before = app.newest_revision()
    tab.settle().page.get_by_role("button", name=re.compile("Start training|Add to the queue")).click()
    tab.wait_for_change(lambda: app.newest_revision() and app.newest_revision().id, before and before.id)
    config = app.store.open(app.newest_revision().id).config
    assert (config.data, config.latent_dim, config.steps) == ("my-pets", 8, 20) and config.network.kind != "mlp"
    # while the training goes on, the form of the tests below would be folded
    tab.wait_for_change(lambda: app.newest_revision().state in BUSY, True)


@pytest.mark.parametrize("place", ["the field", "elsewhere"])
def test_a_dropped_folder_keeps_its_classes(app, follow, garden, place):
    tab = follow(app, "train")
    tab.page.get_by_role("button", name="Choose a folder").wait_for()
    box = tab.page.locator(".st-key-own-file section").bounding_box()
    veil = tab.page.locator(".fd-veil")
    dispatch_drag(tab, garden, 900, 600, "dragEnter", "dragOver")
    expect(veil).to_be_visible()
    expect(veil).to_be_hidden()
    x, y = (box["x"] + 20, box["y"] + 20) if place == "the field" else (900, 600)
    (garden.parent / "plan.pdf").write_bytes(b"%PDF")
    drop_file(tab, garden.parent / "plan.pdf", x, y)
    expect(tab.page.get_by_text("plan.pdf cannot be used: drop a folder of images")).to_be_visible()
    drop_file(tab, garden, x, y)
    expect(veil).to_be_hidden()
    expect(tab.page.get_by_text("25 images in 2 classes (cat 12, dög 13)")).to_be_visible()
    expect(tab.page.get_by_label("Name of the data set")).to_have_value("my-garden")
    tab.settle().page.get_by_role("button", name="Add these images").click()
    expect(tab.page.get_by_text("20 training, 4 test images")).to_be_visible()
    assert own_sets.read_set_record(app.folder / "data", "my-garden").classes == ("cat", "dög")


def test_a_chosen_folder_keeps_its_classes(app, follow, garden):
    tab = follow(app, "train")
    with tab.page.expect_file_chooser() as chooser:
        tab.page.get_by_role("button", name="Choose a folder").click()
    chooser.value.set_files(garden)
    expect(tab.page.get_by_text("25 images in 2 classes (cat 12, dög 13)")).to_be_visible()
