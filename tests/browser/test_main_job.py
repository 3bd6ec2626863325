"""The main job of a user: look, decode, train, leave and come back, swap styles, compare; and recovery from failures."""

import os
import re
import signal
from dataclasses import replace
from urllib.parse import quote

import pytest
from helpers.browser_app import expect

from aae_core.config.configuration import configure
from aae_core.runs import worker

DECODED = "The image decoded from the current code"
STEP = re.compile(r"Step ([\d,]+) of ([\d,]+)")
LONG = 20_000  # epochs, so that a training outlasts what is done beside it


def start_training(tab, server, label):
    """Start a training by the form on the page Train, which outlasts the test; its revision's id."""
    tab.turn_to("Train")
    tab.unfold_form()
    tab.pick("Data", "Digits")
    tab.enter("Epochs", LONG)
    tab.enter("Name of the revision", label)
    expect(tab.page.get_by_text("as measured", exact=False)).to_be_visible()
    tab.page.get_by_role("button", name=re.compile("Start training|Add to the queue")).click()
    expect(training_heading(tab, label)).to_be_visible()
    return server.newest_revision().id


def training_heading(tab, label):
    """The head of the training that the page Train shows."""
    return tab.page.get_by_role("heading", name=label, exact=True)


def state_badge(tab, state):
    """The badge of the training that the page Train shows, if it is in that state."""
    return tab.page.locator(".stMarkdownBadge").first.filter(has_text=state)


def step_shown(tab):
    """The step that the page Train shows, once it shows one."""
    text = tab.page.get_by_text(STEP).first
    text.wait_for()
    return int(STEP.search(text.inner_text())[1].replace(",", ""))


def wait_for_step_after(tab, step):
    tab.page.wait_for_function(
        """step => { const stepText = document.body.innerText.match(/Step ([\\d,]+) of/);
                     return stepText && +stepText[1].replaceAll(',', '') > step }""",
        arg=step,
    )


def wait_for_state(tab, server, id_, state, rounds=3_000):
    """Wait until the store has that revision in that state, while the page lives on."""
    for _ in range(rounds):
        status = server.store.open(id_).status
        if status.state == state:
            return status
        assert status.state in ("queued", "running", state), status
        tab.page.wait_for_timeout(200)
    raise AssertionError(f"{id_} is still {status.state} at step {status.step} of {status.total_steps}")


def press_slider(tab, key="ArrowRight", times=12, number=0):
    """Move a slider by the keyboard; returns the picture before and after."""
    before = tab.pixels(DECODED)
    slider = tab.page.get_by_test_id("stSlider").nth(number).get_by_role("slider")
    slider.focus()
    for _ in range(times):
        slider.press(key)
    return before, tab.wait_for_other_pixels(DECODED, before)


def drag_on_the_plane(tab):
    """Drag from the plane's middle: the image changes under the pointer, and the place is in the link on release."""
    before, link = tab.decoded_image(), tab.page.url
    box = tab.page.locator(".lp-surface").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    tab.page.mouse.move(x, y)
    tab.page.mouse.down()
    tab.page.mouse.move(x + 100, y - 60, steps=10)
    after = tab.wait_for_other_decoded_image(before)
    assert tab.page.url == link, "the server was asked before the pointer was let go"
    tab.page.mouse.up()
    tab.page.wait_for_function("link => location.href !== link", arg=link)
    tab.settle()
    assert tab.decoded_image() == after, "the server's answer moves the place"


QUICK_PRESSES = {
    "five-presses": lambda button: button.evaluate("button => { for (let n = 0; n < 5; n++) button.click() }"),
    "double-click": lambda button: button.dblclick(delay=30),
}


@pytest.mark.parametrize("label", QUICK_PRESSES)
def test_a_button_that_is_pressed_twice_starts_one_training(app, open_tab, label):
    tab = open_tab(app, f"train?data=digits&epochs=1&name={label}")
    expect(tab.page.get_by_text("as measured", exact=False)).to_be_visible()
    QUICK_PRESSES[label](tab.page.get_by_role("button", name=re.compile("Start training|Add to the queue")))
    expect(training_heading(tab, label)).to_be_visible()
    tab.settle()
    tab.page.wait_for_timeout(1_000)  # a second press would have been heard by now
    assert [row.label for row in app.store.list_own()].count(label) == 1


def test_the_main_job(app, open_tab):
    tab = open_tab(app)
    assert tab.shown_code_count() > 300
    drag_on_the_plane(tab)
    tab.open_plain_controls()
    press_slider(tab)
    before = tab.settled_query()["z"]

    id_ = start_training(tab, app, "Main job")
    wait_for_step_after(tab, 0)
    tab.turn_to("Explore")
    tab.page.wait_for_function("z => location.search.includes(z)", arg=f"z={quote(before)}")
    tab.turn_to("Train")
    reload_during_training(tab, id_)
    tab.turn_to("Style and content")
    tab.turn_to("Compare")
    tab.turn_to("Train")
    expect(training_heading(tab, "Main job")).to_be_visible()
    stop_in_a_second_tab(open_tab(app, "train"), app, id_)
    expect(state_badge(tab, "stopped")).to_be_visible()
    tab.page.get_by_role("link", name="Open in Explore").first.click()
    expect(tab.heading("Explore")).to_be_visible()
    tab.settle()
    assert tab.query()["revision"] == id_
    assert tab.shown_code_count() == 1438
    drag_on_the_plane(tab)
    swap_a_style(tab)
    compare_both(tab)
    tab.assert_no_errors()


def reload_during_training(tab, id_):
    """A reload, in the midst of a training, shows the same one, and that it goes on."""
    assert tab.query()["watch"] == id_
    step = step_shown(tab)
    tab.page.reload()
    tab.settle()
    expect(training_heading(tab, "Main job")).to_be_visible()
    assert tab.query()["watch"] == id_
    reloaded_step = step_shown(tab)
    assert reloaded_step >= step, "the training began anew"
    expect(state_badge(tab, "running")).to_be_visible()
    wait_for_step_after(tab, reloaded_step)


def stop_in_a_second_tab(tab, server, id_):
    """Another visitor sees the same training, and that it goes on, and can stop it."""
    expect(training_heading(tab, "Main job")).to_be_visible()
    wait_for_step_after(tab, step_shown(tab))
    tab.page.get_by_role("button", name="Stop").first.click()
    wait_for_state(tab, server, id_, "stopped")
    expect(state_badge(tab, "stopped")).to_be_visible()


def swap_a_style(tab):
    """Two images of two classes: what each looks like with the other's content; the link holds both."""
    tab.open("style")
    tab.page.locator(".sg-live .lp-way:not(:empty)").wait_for()
    tab.page.get_by_role("button", name="Swap two at random").click()
    expect(tab.page.locator(".sg-table td canvas")).to_have_count(9)
    tab.page.wait_for_function("() => new URLSearchParams(location.search).get('images')?.split(',').length === 2")
    tab.settle()

    def images():
        pictures = tab.page.locator(".sg-table td canvas").evaluate_all("all => all.map(canvas => canvas.toDataURL())")
        return {*pictures[4:6], *pictures[7:9]}  # behind the live row, each row behind its live cell

    tab.wait_until(images, lambda result: len(result) == 4)


def compare_both(tab):
    """AAE and VAE by default: two planes at one place, two images of it, and both in the table."""
    tab.turn_to("Compare")
    expect(tab.page.locator(".lp-way").filter(has_text="Decoded")).to_have_count(2)
    assert tab.shown_code_count() > 600

    def images():
        return tab.page.locator(".lp-panel canvas.lp-image").evaluate_all(
            "all => all.map(canvas => canvas.toDataURL())"
        )

    before = tab.wait_until(images, lambda actual: actual[0] != actual[1])
    tab.page.get_by_role("button", name="Random from the prior").first.click()
    tab.wait_until(
        images, lambda actual: all(image != former_image for image, former_image in zip(actual, before, strict=True))
    )
    tab.page.get_by_role("tab", name="Metrics").click()
    expect(tab.page.get_by_role("rowheader", name="Reconstruction error")).to_be_visible()


def test_another_paused_run_is_watched_with_one_press(own_app, open_tab):
    for name in ("First paused", "Second paused"):
        config = configure(data="digits", steps=2, seed=1)
        revision = worker.train(config, store=own_app.store)
        revision.annotate(label=name)
        revision.write_status(replace(revision.status, state="paused"))
    tab = open_tab(own_app, f"train?watch={revision.id}")
    expect(training_heading(tab, "Second paused")).to_be_visible()
    tab.page.get_by_role("button", name="Watch", exact=True).click()
    expect(training_heading(tab, "First paused")).to_be_visible()
    expect(training_heading(tab, "Second paused")).to_have_count(0)
    tab.assert_no_errors()


def test_training_outlives_the_server_and_a_killed_worker_resumes(own_app, open_tab):
    tab = open_tab(own_app)
    id_ = start_training(tab, own_app, "Survivor")
    wait_for_step_after(tab, 0)
    tab.page.close()
    own_app.kill()
    before = own_app.store.open(id_).status
    own_app.start()
    tab = open_tab(own_app, "train")
    expect(training_heading(tab, "Survivor")).to_be_visible()
    expect(state_badge(tab, "running")).to_be_visible()
    wait_for_step_after(tab, before.step)
    after = own_app.store.open(id_).status
    assert (after.state, after.pid) == ("running", before.pid)

    os.kill(after.pid, signal.SIGKILL)
    expect(state_badge(tab, "failed")).to_be_visible()
    expect(tab.page.get_by_text("The worker ended without a message").first).to_be_visible()
    assert own_app.store.open(id_).status.state == "failed"
    tab.page.get_by_role("button", name="Resume").first.click()
    expect(state_badge(tab, "failed")).to_have_count(0)
    expect(state_badge(tab, "running")).to_be_visible()
    wait_for_step_after(tab, step_shown(tab))


def slider_values(tab):
    return [slider.input_value() for slider in tab.page.get_by_test_id("stSlider").get_by_role("slider").all()]


def test_a_link_reopens_the_same_place(app, follow):
    tab = follow(app)
    tab.open_plain_controls()
    press_slider(tab)
    press_slider(tab, "ArrowLeft", 7, number=1)
    tab.settled_query()
    other_tab = follow(app, tab.page.url.removeprefix(app.url + "/"), visitor="somebody else")
    other_tab.open_plain_controls()
    assert other_tab.query() == tab.query()
    for look in (slider_values, lambda any_tab: any_tab.pixels(DECODED), lambda any_tab: any_tab.decoded_image()):
        other_tab.wait_until(lambda look=look: look(other_tab), lambda now, look=look: now == look(tab))
