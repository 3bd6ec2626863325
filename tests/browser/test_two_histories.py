"""Two trainings on one time axis, on the page Compare: by drag, keys and play, in a link, and on a narrow screen."""

import pytest
from helpers.browser_app import expect
from test_pages import OVERFLOW

from aae_core.config.configuration import configure
from aae_core.runs import frame_recorder, worker

SMALL_SETTINGS = {"data": "digits", "threads": 1, "network.hidden": (32,), "network.discriminator": (32,)}


@pytest.fixture(scope="module")
def pair(app):
    """A training of 300 steps of 100 images, and one of 200 steps of 50, both with all of their frames: a link to them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frame_recorder.TimeBudget, "allows_another", lambda self: True)
        long = worker.train(configure(**SMALL_SETTINGS, steps=300, name="Long"), store=app.store)
        short = worker.train(
            configure(**SMALL_SETTINGS, steps=200, batch_size=50, seed=1, name="Short"), store=app.store
        )
    return f"compare?left={long.id}&right={short.id}"


class Axis:
    """The axis of both planes, once both have decoded an image in the page."""

    def __init__(self, tab):
        self.tab, self.page = tab, tab.page
        expect(self.page.locator(".lp-way").filter(has_text="Decoded in this page")).to_have_count(2)
        self.range = self.page.get_by_label("Moment of both trainings")
        self.range.wait_for()
        self.section = self.page.get_by_role("region", name="Both trainings on one time axis")

    def pictures(self):
        """What is drawn of codes and layers on either plane."""
        return self.page.locator("canvas.lp-canvas:first-child").evaluate_all("all => all.map(c => c.toDataURL())")

    def expect_moment(self, *parts):
        for part in parts:
            expect(self.range).to_have_attribute("aria-valuetext", part)

    def pictures_at_rest(self):
        """What is drawn once the moment rests and all that belongs to it has come."""
        self.tab.settle()
        return self.tab.value_at_rest(self.pictures)


def test_keys_and_drag_move_both_runs_and_a_link_restores_the_moment(app, follow, pair):
    axis = Axis(follow(app, pair))
    present_pictures = axis.pictures_at_rest()
    axis.expect_moment("now: Long at step 300, epoch 21.4 (the present); Short at step 200, epoch 7.14 (its end)")
    axis.range.focus()
    axis.page.keyboard.press("Home")
    axis.expect_moment("0 training images seen: Long at step 0, epoch 0.00; Short at step 0, epoch 0.00")
    start_pictures = axis.pictures_at_rest()
    for _ in range(3):  # 500, 1,000 and 1,500 images, where the one whose steps are smaller has a frame more
        axis.page.keyboard.press("ArrowRight")
    axis.expect_moment("1,500 training images seen: Long at step 20, epoch 1.43; Short at step 30, epoch 1.07")
    moment_pictures = axis.pictures_at_rest()
    assert all(
        len({pictures[k] for pictures in (present_pictures, start_pictures, moment_pictures)}) == 3 for k in (0, 1)
    ), "each plane moved each time"
    rows = axis.section.get_by_role("row").all_inner_texts()
    assert "Long\tstep 20, epoch 1.43\t2,000" in rows[1] and "Short\tstep 30, epoch 1.07\t1,500" in rows[2]
    assert "Distance" in rows[0] or "divergence" in rows[0].lower()
    axis.page.wait_for_function("() => location.search.includes('moment=1500')")

    axis = Axis(follow(app, axis.page.url.removeprefix(app.url + "/")))
    axis.expect_moment("1,500 training images seen: Long at step 20, epoch 1.43; Short at step 30, epoch 1.07")
    assert axis.pictures_at_rest() == moment_pictures, "a link shows the same picture"
    axis.tab.resize(390, 900).page.emulate_media(color_scheme="dark")
    expect(axis.range).to_be_in_viewport()
    assert axis.page.evaluate(OVERFLOW) <= 0
    assert not axis.tab.axe_violations()
    axis.tab.resize(1280, 900).page.emulate_media(color_scheme="light")
    moment_pictures = axis.pictures_at_rest()

    box = axis.range.bounding_box()
    axis.page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] / 2)
    axis.page.mouse.down()
    axis.page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] / 2, steps=6)
    for k in (0, 1):
        axis.tab.wait_for_change(lambda k=k: axis.pictures()[k], moment_pictures[k])
    axis.page.mouse.up()
    axis.range.focus()
    axis.page.keyboard.press("End")
    axis.page.wait_for_function("() => !location.search.includes('moment=')")
    assert axis.pictures_at_rest() == present_pictures


def test_space_plays_both_to_the_end_and_another_axis_keeps_the_moment(app, follow, pair):
    axis = Axis(follow(app, pair, moving=True))
    axis.range.focus()
    axis.page.keyboard.press("Space")
    expect(axis.section.get_by_role("button", name="Pause")).to_be_visible()
    axis.page.wait_for_function(
        "range => Number(range.value) > 2 && Number(range.value) < Number(range.max)", arg=axis.range.element_handle()
    )
    axis.page.keyboard.press("Space")
    expect(axis.section.get_by_role("button", name="Play")).to_be_visible()
    for key in ("Home", "ArrowRight", "ArrowRight"):  # where it was stopped the shorter may have been at its end
        axis.page.keyboard.press(key)
    stopped = axis.pictures_at_rest()
    axis.section.get_by_role("button", name="Trails").click()
    axis.section.get_by_label("Time axis").select_option("share")
    expect(axis.section).to_contain_text("at the same share of their own training (Long: 300 steps; Short: 200 steps)")
    axis.page.wait_for_function("() => location.search.includes('axis=share')")
    axis.section.get_by_role("button", name="Play").click()
    axis.expect_moment("now: Long at step 300, epoch 21.4 (the present); Short at step 200, epoch 7.14 (the present)")
    assert all(a != b for a, b in zip(axis.pictures_at_rest(), stopped, strict=True))
