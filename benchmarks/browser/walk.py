"""A simulated person who uses the app for hours in a real Chromium: `Walk` visits all pages and uses what each offers."""

import random
import re
from collections import Counter
from urllib.parse import urlsplit

from benchmarks.browser.bench import browser_app

STEP_MS = 1_500  # ms from one step to the next, on average
TRAINING_EPOCHS = 60  # of a training of digits: half a minute or so at the background's priority
BUTTONS = {  # what is pressed on a page, and how often
    "Style and content": ("Swap two at random", "Every class", "Other images at random", "Swap two at random"),
    "Compare": ("Random from the prior", "Two random images"),
    "Step by step": ("Step R", "Step all", "Step all", "Play", "Play", "Reset"),
    "Clusters": ("Show other images", "Show other images"),
}
NEEDED_MODELS = {  # pages that need a revision with a content: part of its name
    "Style and content": "upervised AAE", "Classify": "Semi-supervised AAE", "Clusters": "Clustering",
}  # fmt: skip
READY_SELECTORS = {  # what shows that all parts of a page are there
    "Explore": ".lp-panel .lp-way:not(:empty)", "Compare": ".lp-panel .lp-way:not(:empty)",
    "Style and content": ".sg-live .lp-way:not(:empty)", "Classify": "[role=application]",
}  # fmt: skip
DOWNLOADS = ("Configuration (JSON)", "Codes (CSV)", "Codes (NPZ)", "Map (SVG)", "Weights (safetensors)")


class Walk:
    """The acts of a person in one tab, which is never loaded anew unless an act fails.

    steps: how many there were; act_counts: how often each was done; failure_counts: what could not be done, by act and reason;
    console_counts: the console's messages by kind and text.
    """

    def __init__(self, browser, server, seed):
        self.browser, self.server = browser, server
        self.random = random.Random(seed)
        self.steps, self.reloads, self.trainings = 0, 0, 0
        self.act_counts, self.failure_counts, self.console_counts = Counter(), Counter(), Counter()
        context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
        browser_app.expect.set_options(timeout=browser_app.PATIENCE)
        self.tab = self._open_tab(context)
        self.page = self.tab.page
        self.tab.open()
        self.home = self.select_box("Revision").input_value()

    def _open_tab(self, context):
        tab = browser_app.Tab(context.new_page(), self.server.url)
        tab.page.set_default_timeout(browser_app.PATIENCE)
        tab.page.on("console", self._note_message)
        return tab

    def _note_message(self, message):
        path = urlsplit(message.location.get("url", "")).path
        self.console_counts[f"{message.type}: {message.text[:200]} ({path})"] += 1

    def shuffled_acts(self):
        """The acts of a round, in another order each time."""
        acts = [
            self.explore,
            self.explore,
            self.style,
            self.compare,
            self.classify,
            self.clusters,
            self.lesson,
            self.game,
        ]
        acts += [
            self.which_one,
            self.results,
            self.train,
            self.train,
            self.train,
            self.revisions,
            self.revisions,
            self.visitor,
        ]
        self.random.shuffle(acts)
        return acts

    def perform(self, act) -> None:
        """Do it; what goes wrong is counted, and where Explore cannot be reached then, the page is loaded anew."""
        if self._has_failed(act):
            self.tab.complaints.clear()
            self.page.mouse.up()
            self.page.keyboard.press("Escape")
            if self._has_failed(self.go_home):
                self.reloads += 1
                self.tab.open()

    def _has_failed(self, act):
        try:
            act()
            self.tab.assert_no_errors()
        except (AssertionError, browser_app.BrowserError) as error:
            self.failure_counts[f"{act.__name__}: {' '.join(str(error).split())[:300]}"] += 1
            return True
        self.act_counts[act.__name__] += 1
        return False

    def pause(self) -> None:
        """A step is done: rest as a person does."""
        self.steps += 1
        self.page.wait_for_timeout(self.random.uniform(0.5, 1.5) * STEP_MS)

    def turn_to(self, title):
        """Turn to a page, with a revision that it can show, and wait for its parts."""
        if self.tab.heading(title).count() == 0:
            self.tab.turn_to(title)
        if title in NEEDED_MODELS and NEEDED_MODELS[title] not in self.select_box("Revision").input_value():
            self.choose_option("Revision", NEEDED_MODELS[title])
        self.wait_for_parts(title)

    def wait_for_parts(self, title):
        if title in READY_SELECTORS:
            self.page.locator(READY_SELECTORS[title]).first.wait_for(state="attached")
        self.tab.settle()
        self.pause()

    def press_button(self, name):
        """Press a button, where there is one that can be pressed."""
        button = self.page.get_by_role("button", name=name).first
        if button.count() and button.is_enabled():
            button.click()
            self.page.wait_for_selector(browser_app.IDLE_PAGE)
            self.pause()

    def drag(self, surface):
        """Drag over a latent plane, from place to place, and let go."""
        box = surface.bounding_box()

        def place():
            x, y = self.random.uniform(0.2, 0.8), self.random.uniform(0.2, 0.8)
            return box["x"] + x * box["width"], box["y"] + y * box["height"]

        self.page.mouse.move(*place())
        self.page.mouse.down()
        for _ in range(3):
            self.page.mouse.move(*place(), steps=12)
        self.page.mouse.up()
        self.page.wait_for_selector(browser_app.IDLE_PAGE)
        self.pause()

    def select_box(self, label):
        """A select box; for a moment that of the page before may stand beside it."""
        select_locator = self.page.get_by_role("combobox", name=label, exact=True)
        browser_app.expect(select_locator).to_have_count(1)
        return select_locator

    def choose_option(self, label, text="", exact=False):
        """Choose any of the options of a select box in which that stands, or that one; a list closes where a run of the script
        just ends. It is typed, since of a long list the page holds only what is seen."""
        box = self.select_box(label)
        options = self.page.get_by_role("option", name=text, exact=exact).filter(visible=True)
        for patience in (5_000, 10_000, browser_app.PATIENCE):
            self.page.wait_for_selector(browser_app.IDLE_PAGE)
            box.click()
            try:
                box.press_sequentially(text)
                options.first.wait_for(timeout=patience)
                self.random.choice(options.all()).click(timeout=patience)
            except browser_app.BrowserTimeout:
                box.press("Escape")
            else:
                self.page.wait_for_selector(browser_app.IDLE_PAGE)
                return self.pause()
        raise AssertionError(f"The list of {label} does not offer {text}.")

    def go_home(self):
        """Explore with the revision that was shown first, at rest."""
        self.turn_to("Explore")
        if self.select_box("Revision").input_value() != self.home:
            self.choose_option("Revision", self.home, exact=True)
            self.wait_for_parts("Explore")

    def turn(self):
        """Each of five pages once."""
        for title in ("Train", "Style and content", "Compare", "Revisions", "Explore"):
            self.turn_to(title)

    def explore(self):
        self.turn_to("Explore")
        self.choose_option("Revision")
        self.wait_for_parts("Explore")
        surface = self.page.locator(".lp-surface").first
        for key in self.random.sample("sdjg", 2):
            surface.focus()
            self.page.keyboard.press(key)
            self.pause()
        self.drag(surface)
        self.press_button("Random from the prior")
        self.drag(surface)

    def style(self):
        self.turn_to("Style and content")
        for name in BUTTONS["Style and content"]:
            self.press_button(name)

    def compare(self):
        self.turn_to("Compare")
        self.choose_option(self.random.choice(("Left", "Right")))
        self.wait_for_parts("Compare")
        for surface in self.page.locator(".lp-surface").all():
            self.drag(surface)
        for name in BUTTONS["Compare"]:
            self.press_button(name)

    def classify(self):
        self.turn_to("Classify")
        pad = self.page.get_by_role("application", name="Drawing pad")
        pad.scroll_into_view_if_needed()
        self.drag(pad)
        self.press_button("Clear")

    def clusters(self):
        self.turn_to("Clusters")
        for name in BUTTONS["Clusters"]:
            self.press_button(name)

    def lesson(self):
        """Begin a lesson, skip two of its pages, and leave it."""
        self.turn_to("Lessons")
        links = self.page.get_by_role("link", name=re.compile("^(Begin|Resume|Again)"))
        links.nth(self.random.randrange(links.count())).click()
        panel = self.page.get_by_role("region", name="Lesson")
        for _ in range(2):
            panel.get_by_role("button", name=re.compile("^Skip")).wait_for()
            self.tab.settle()
            self.pause()
            panel.get_by_role("button", name=re.compile("^Skip")).click()
            self.pause()
            self.tab.settle()
            if self.tab.heading("Lessons").count():
                return
        panel.get_by_role("button", name="Leave").click()
        panel.wait_for(state="detached")
        self.tab.settle()
        self.pause()

    def game(self):
        self.turn_to("Step by step")
        self.page.get_by_role("button", name="Item 6").wait_for()
        for name in BUTTONS["Step by step"]:
            self.press_button(name)

    def which_one(self):
        self._scroll_through("Which one?")

    def results(self):
        self._scroll_through("Results")

    def _scroll_through(self, title):
        self.turn_to(title)
        self.page.mouse.move(640, 600)
        for _ in range(4):
            self.page.mouse.wheel(0, 700)
            self.pause()

    def train(self):
        """Start a training; where one is not over, watch it for a while, and pause or resume it."""
        self.turn_to("Train")
        if (state := self._newest_state()) in ("queued", "running", "paused"):
            for _ in range(3):
                self.pause()
            self.press_button("Resume" if state == "paused" else "Pause")
            return
        self.tab.unfold_form()
        self.tab.pick("Data", "Digits")
        self.tab.enter("Epochs", TRAINING_EPOCHS)
        self.trainings += 1
        name = f"Run {self.trainings}"
        self.tab.enter("Name of the revision", name)
        self.page.get_by_role("button", name=re.compile("Start training|Add to the queue")).click()
        self.page.get_by_role("heading", name=name, exact=True).wait_for()
        self.pause()

    def _newest_state(self):
        newest_row = self.server.newest_revision()
        return newest_row and newest_row.state

    def revisions(self):
        """Look at the newest revision, download something, delete it, undo that, delete it; now and then empty the trash."""
        self.turn_to("Revisions")
        newest_row = self.server.newest_revision()
        if newest_row is None:
            return
        self._select(newest_row)
        if (watch := self.page.get_by_role("link", name="Watch")).count():
            watch.click()
            self.tab.heading("Train").wait_for()
            self.pause()
            if self.random.random() < 0.3:
                self.press_button("Stop")
            return
        for part in ("Curves", "Settings", "Files and export"):
            self.page.get_by_role("tab", name=part).click()
            self.tab.settle()
            self.pause()
        buttons = [self.page.get_by_role("button", name=name) for name in DOWNLOADS]
        with self.page.expect_download() as download_info:
            self.random.choice([button for button in buttons if button.count()]).click()
        download_info.value.delete()
        self.pause()
        self._delete()
        self.press_button("Undo")
        self.page.get_by_role("button", name="Delete", exact=True).wait_for()
        self._delete()
        if self.random.random() < 0.5:
            self._empty_the_trash()

    def _select(self, row):
        """Search for the newest revision, and select it: it stands first in the list."""
        if row.id not in self.page.url:
            self.page.get_by_label("Search", exact=True).fill(row.label)
            self.pause()
            self.tab.settle()
            box = self.page.get_by_test_id("stDataFrame").first.bounding_box()
            self.page.mouse.click(box["x"] + 16, box["y"] + 52)
        self.page.get_by_role("heading", name=row.label, exact=True).wait_for()
        self.tab.settle()
        self.pause()

    def _delete(self):
        self.page.get_by_role("button", name="Delete", exact=True).click()
        self.page.get_by_role("button", name="Undo").wait_for()
        self.tab.settle()
        self.pause()

    def _empty_the_trash(self):
        if self.page.get_by_role("button", name="Empty the trash").count() == 0:
            self.page.locator("summary", has_text="Trash:").click()
        self.press_button("Empty the trash")
        self.press_button("Delete for good")

    def visitor(self):
        """Another person comes, drags on a plane, and goes."""
        context = self.browser.new_context(viewport={"width": 1280, "height": 900})
        tab = self._open_tab(context)
        try:
            tab.open(self.random.choice(("", "compare", "style")))
            tab.page.locator(".lp-surface").first.wait_for()
            self.pause()
            tab.settle()
        finally:
            context.close()
