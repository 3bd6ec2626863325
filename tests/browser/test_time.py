"""The time machine under the plane of Explore: dragged, played, by keyboard, in links, on a narrow screen, as a file."""

import io
import shutil

import numpy as np
import pytest
from helpers.browser_app import expect
from PIL import Image
from test_pages import OVERFLOW

from aae_core.config.configuration import configure
from aae_core.data import sets
from aae_core.runs import frame_recorder, worker

SMALL_SETTINGS = {"data": "digits", "steps": 300, "threads": 1, "network.hidden": (32,), "network.discriminator": (32,)}
PLANE = "canvas => canvas.toDataURL()"


@pytest.fixture(scope="module")
def revision(app):
    """A run of 300 steps with all of its frames, in the store that the tests share."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frame_recorder.TimeBudget, "allows_another", lambda self: True)
        return worker.train(configure(**SMALL_SETTINGS), store=app.store)


@pytest.fixture
def tab(app, same_tab, revision):
    return same_tab(app, f"?revision={revision.id}")


def axis(tab):
    """The time axis, once it is there."""
    tab.shown_code_count()
    tab.decoded_image()
    by_label = tab.page.get_by_label("Moment of the training")
    by_label.wait_for()
    return by_label


def plane(tab):
    return tab.page.locator(".lp-surface canvas").first.evaluate(PLANE)


def expect_value_text(range_, text):
    expect(range_).to_have_attribute("aria-valuetext", text)


def test_moments_are_reached_by_keyboard_and_restored_by_a_link(app, follow, tab):
    range_, present_plane = axis(tab), plane(tab)
    expect_value_text(range_, "now: step 300, epoch 21.4")
    range_.focus()
    tab.page.keyboard.press("Home")
    expect_value_text(range_, "step 0, epoch 0.00")
    for _ in range(3):
        tab.page.keyboard.press("ArrowRight")
    expect_value_text(range_, "step 30, epoch 2.14")
    section = tab.page.get_by_role("region", name="Time machine")
    expect(section).to_contain_text("Losses: reconstruction")
    expect(section).to_contain_text("need not fall")
    expect(section).to_contain_text("The image comes from the decoder of")
    tab.page.wait_for_function("() => location.search.includes('frame=30')")
    tab.settle()
    early_plane = tab.value_at_rest(lambda: plane(tab))
    assert early_plane != present_plane
    other_tab = follow(app, tab.page.url.removeprefix(app.url + "/"), visitor="somebody else")
    other_axis = axis(other_tab)
    expect_value_text(other_axis, "step 30, epoch 2.14")
    assert other_tab.value_at_rest(lambda: plane(other_tab)) == early_plane, "a link shows the same picture"
    other_axis.focus()
    other_tab.page.keyboard.press("End")
    expect_value_text(other_axis, "now: step 300, epoch 21.4")
    other_tab.page.wait_for_function("() => !location.search.includes('frame=')")


def test_space_plays_the_training_to_the_present(tab):
    range_ = axis(tab)
    range_.focus()
    tab.page.keyboard.press("Home")
    tab.page.keyboard.press("Space")
    expect(tab.page.get_by_role("button", name="Pause")).to_be_visible()
    tab.page.wait_for_function(
        "range => Number(range.value) > 2 && Number(range.value) < Number(range.max)", arg=range_.element_handle()
    )
    tab.page.keyboard.press("Space")
    expect(tab.page.get_by_role("button", name="Play").first).to_be_visible()
    tab.page.get_by_role("button", name="Trails").click()
    tab.page.get_by_role("button", name="D’s surface").click()
    stopped = plane(tab)
    tab.page.get_by_role("button", name="Play").first.click()
    expect_value_text(range_, "now: step 300, epoch 21.4")
    tab.wait_for_change(lambda: plane(tab), stopped)


def test_a_link_to_a_step_without_a_frame_is_ignored_and_named(app, follow, revision):
    tab = follow(app, f"?revision={revision.id}&frame=301")
    expect_value_text(axis(tab), "now: step 300, epoch 21.4")
    tab.wait_for_toasts("“frame”")


def test_a_revision_without_frames_has_no_axis(app, follow):
    older = worker.train(configure(**{**SMALL_SETTINGS, "steps": 20}), store=app.store)
    shutil.rmtree(older.path / "frames")  # as one that was trained before there were any
    tab = follow(app, f"?revision={older.id}")
    tab.shown_code_count()
    tab.decoded_image()
    assert not tab.page.get_by_label("Moment of the training").is_visible()


def test_the_time_lapse_and_all_codes_are_saved(revision, tab):
    axis(tab).press("End")
    with tab.page.expect_download() as download:
        tab.page.get_by_role("button", name="Save time-lapse (GIF)").click()
    with open(download.value.path(), "rb") as file:
        opened = Image.open(io.BytesIO(file.read()))
    assert download.value.suggested_filename == "time-lapse.gif" and opened.n_frames > 50
    assert np.ptp(np.asarray(opened.convert("L"))) > 50
    tab.page.locator(".lp-surface").press("a")
    with tab.page.expect_download() as download:
        tab.page.get_by_role("button", name="Save as NPZ").click()
    with np.load(download.value.path(), allow_pickle=False) as file:
        assert np.array_equal(file["index"], revision.probe().index) and np.array_equal(file["z"], revision.probe().z)
        assert np.array_equal(file["images"], sets.load("digits").train.images[file["index"]]), (
            "of a sheet that shows all"
        )


def test_the_time_axis_fits_and_is_accessible(tab):
    axis(tab).focus()
    for key in ("Home", "ArrowRight"):
        tab.page.keyboard.press(key)
    for width, scheme in ((1280, "light"), (390, "dark")):
        tab.resize(width, 900).page.emulate_media(color_scheme=scheme)
        expect_value_text(axis(tab), "step 10, epoch 0.71")
        assert tab.page.evaluate(OVERFLOW) <= 0
        assert not tab.axe_violations()
