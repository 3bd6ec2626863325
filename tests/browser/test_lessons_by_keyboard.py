"""Lessons in a browser: each is completed by keyboard alone, terms light up what they mean, and one can skip and resume."""

import re

import pytest
from helpers.browser_app import expect
from test_keyboard_walk import Walk
from test_pages import OVERFLOW
from test_step_by_step import IDLE

from app.lessons import reader, vocabulary

LESSONS = reader.load_lessons().lessons
ROOTS = "[document, ...[...document.querySelectorAll('[data-testid^=stBidi]')].map(host => host.shadowRoot).filter(Boolean)]"
HAS_ELEMENT = f"css => {ROOTS}.some(root => root.querySelector(css))"
LIT = f"""() => {ROOTS}.flatMap(root => [...root.querySelectorAll('[data-lit]')]).filter(element => {{
    const styles = [element, ...element.children].map(part => getComputedStyle(part));
    return styles.some(style => style.outlineColor === 'rgb(214, 36, 159)' && style.outlineStyle === 'solid'
        || style.stroke === 'rgb(214, 36, 159)') && element.checkVisibility();
}}).length"""
LAYER_KEYS = {"codes": "c", "samples": "s", "judge": "j", "push": "g", "density": "d"}
PHASE_KEYS = {"reconstruction": "r", "discrimination": "d", "generation": "g", "classification": "c"}
SETTINGS = {  # how another value is given by keyboard, in turn: what to go to, the keys, and which key leads there, if not Tab
    "images": [("Other styles", ["Enter"])],
    "y": [("Content y", ["ArrowDown", "ArrowDown", "Enter"])],
    "game.posterior": [("Gaussian", ["Enter"]), ("Universal approximator", ["Enter"])],
    "codes": [("Which images", ["Enter"]), ("One draw each", ["Enter"], "Shift+Tab")],
}
SLIDERS = {"aggregate.width": "Width of each", "aggregate.spread": "Spread of the centres"}


class Learner(Walk):
    """A person at a keyboard, in a lesson."""

    def __init__(self, tab):
        super().__init__(tab)
        self.panel = self.page.get_by_role("region", name="Lesson")

    def arrive(self, lesson, at):
        """Wait until a page of the lesson and what it needs on the page are there."""
        expect(self.panel.locator(".ls-number")).to_contain_text(f"Page {at} of {len(lesson.pages)}")
        expect(self.panel.get_by_role("heading", name=lesson.title)).to_be_visible()
        page = lesson.pages[at - 1]
        expect(self.tab.heading(vocabulary.PAGES[page.on])).to_be_visible()
        self.tab.settle()
        expect(self.panel.locator(".ls-elsewhere")).to_be_hidden()
        for item in filter(None, (term.item for term in page.equation)):
            result = vocabulary.ITEMS[item].on[page.on].css
            self.page.wait_for_function(HAS_ELEMENT, arg=result)
        if page.on in vocabulary.PLANE_PAGES:
            self.tab.shown_code_count()
        if page.on == "game":
            expect(self.page.get_by_role("button", name="Item 6")).to_be_visible()
            self.page.wait_for_function(IDLE)
        return page

    def is_done(self):
        return self.panel.locator(".ls-goal.ls-done").count() > 0

    def act_until_done(self, act, max_acts):
        for _ in range(max_acts):
            act()
            if self.is_done():
                return
        expect(self.panel.locator(".ls-goal")).to_contain_text("Done")

    def act(self, page):
        """Do what the goal asks for, or what the lesson says a test does in its place."""
        goal = page.goal
        assert goal["kind"] == "answer" or not self.is_done(), "nothing was done yet"
        if goal["kind"] in ("figure", "step"):
            self.act_until_done(lambda: self.perform(page), 30)
        else:
            getattr(self, f"reach_{goal['kind']}", lambda goal: None)(goal)
        expect(self.panel.locator(".ls-goal")).to_have_text("✓ Done")

    def perform(self, page):
        """Do once what is performed on a page; without such a list, what its goal says."""
        for action in page.experiment.performs or [{"do": "step", **page.goal}]:
            if action["do"] == "step":
                self.play(PHASE_KEYS[action["phase"]], action["times"])
            elif action["do"] == "z":
                self.reach_z({"near": action["to"]})
            elif action["do"] == "setting":
                self.move_slider(SLIDERS[action["setting"]], float(action["is"]))
            else:
                self.reach_rounds(action)

    def reach_z(self, goal):
        self.tab_to("Latent plane")
        z = self.page.locator(".lp-values dd").first
        target = goal.get("near", [100, 0])

        def step_nearer():
            position = [float(v) for v in re.findall(r"-?[\d.]+", z.text_content().replace("−", "-"))]
            offsets = [target[j] - position[j] for j in range(2)]
            j = max((0, 1), key=lambda j: abs(offsets[j]))
            self.press([["ArrowLeft", "ArrowRight"], ["ArrowDown", "ArrowUp"]][j][offsets[j] > 0])
            self.page.wait_for_timeout(40)

        self.act_until_done(step_nearer, 80)

    def move_slider(self, name, target):
        """Move a slider up to a value or down to it."""
        self.tab_to(name)
        slider = self.page.get_by_role("slider", name=name)
        value = lambda: float(slider.get_attribute("aria-valuetext").partition(",")[0])  # noqa: E731
        is_below = value() < target
        while (value() < target) if is_below else (value() > target):
            self.press("ArrowRight" if is_below else "ArrowLeft")

    def reach_layer(self, goal):
        self.tab_to("Latent plane").press(LAYER_KEYS[goal["layer"]])

    def reach_samples(self, goal):
        self.tab_to("Random from the prior").press(*["Enter"] * goal["times"])

    def reach_rounds(self, goal):
        if goal["times"] <= 10:
            return self.play("a", goal["times"])
        self.tab_to("Rounds at a time").press("End")
        self.tab_to("▶ Play", "Shift+Tab").press("p")
        expect(self.panel.locator(".ls-goal")).to_contain_text("✓ Done")
        self.press("p")
        self.page.wait_for_function(IDLE)

    def play(self, key, times):
        self.tab_to("▶ Play")
        key, times = ("t", times // 10) if key == "d" and times % 10 == 0 else (key, times)
        for _ in range(times):
            if not self.is_done():
                self.press(key)
                self.page.wait_for_function(IDLE)

    def reach_rule(self, goal):
        labels = {"d_steps": "Steps of D in a round"}
        self.tab_to("Rates, λ, noise").press("Enter")
        self.tab_to(labels[goal["rule"]]).press("End")

    def reach_moment(self, goal):
        self.tab_to("Moment of the training").press("Home")

    def reach_setting(self, goal):
        for _ in range(goal.get("times", 1)):
            for name, keys, *direction in SETTINGS[goal["setting"]]:
                self.tab_to(name, *direction).press(*keys)
            self.tab.settle()

    def reach_paint(self, goal):
        self.tab_to("Painting of the prior").press(" ", "ArrowLeft", "ArrowLeft", " ")

    def reach_draw(self, goal):
        self.tab_to("Drawing pad").press(*["ArrowUp"] * 5, " ", *["ArrowDown"] * 10, " ")

    def lights(self, page):
        """Go through the equation: each term lights something that is seen."""
        for term in page.equation:
            if term.item:
                self.tab_to(f"{term.text}, {term.says}")
                self.page.wait_for_function(f"({LIT})() > 0")

    def predict(self, page):
        """Read, and answer rightly; the verdict comes when the goal is reached."""
        actual = page.prediction
        verdict, goal, equation = (self.panel.locator(f".ls-{name}") for name in ("verdict", "goal", "equation"))
        for part in (verdict, equation, goal):
            expect(part).to_be_hidden()
        self.tab_to(actual.choices[actual.right]).press("Enter")
        expect(equation).to_be_visible()
        if page.goal["kind"] != "answer":
            expect(goal).to_contain_text(page.do)
            expect(verdict).to_be_hidden()

    def read_verdict(self, page):
        """The verdict has the learner's prediction and, where the page measures something, figures."""
        prediction = page.prediction
        verdict = self.panel.locator(".ls-verdict")
        expect(verdict).to_contain_text(f"You predicted “{prediction.choices[prediction.right]}”: that is right.")
        expect(verdict).to_be_in_viewport()
        expect(verdict.locator("p")).to_have_count(1 + len(prediction.measured) + len(prediction.because))


def usual_lessons():
    """The fewest lessons, or nearly, in which every page and every kind of goal comes up."""
    topics_by_lesson = {slug: {topic for page in lesson.pages for topic in (page.on, page.goal["kind"])}
               for slug, lesson in LESSONS.items()}  # fmt: skip
    missing_topics, chosen_slugs = set().union(*topics_by_lesson.values()), set()
    while missing_topics:
        best_slug = max(topics_by_lesson, key=lambda slug: len(topics_by_lesson[slug] & missing_topics))
        chosen_slugs.add(best_slug)
        missing_topics -= topics_by_lesson[best_slug]
    return chosen_slugs


USUAL_LESSONS = usual_lessons()


@pytest.mark.parametrize(
    "slug", [pytest.param(slug, marks=() if slug in USUAL_LESSONS else pytest.mark.thorough) for slug in LESSONS]
)
def test_a_lesson_is_completed_by_keyboard_alone(app, follow, slug):
    lesson = LESSONS[slug]
    learner = Learner(follow(app, f"lessons?lesson={slug}", visitor="a learner"))
    for at in range(1, len(lesson.pages) + 1):
        page = learner.arrive(lesson, at)
        assert at == 1 or learner.focused_name() == lesson.title, "the next page is read from its beginning"
        learner.predict(page)
        learner.lights(page)
        learner.act(page)
        learner.read_verdict(page)
        name = "Finish" if at == len(lesson.pages) else "Next page"
        learner.tab_to(name, "Shift+Tab").press("Enter")
    expect(learner.tab.heading("Lessons")).to_be_visible()
    query = learner.tab.settle().settled_query()
    learnt = query["learnt"].split(",")  # with the lessons of the tests before
    assert slug in learnt and "lesson" not in query
    bar = learner.page.get_by_role("progressbar", name="Lessons completed")
    expect(bar).to_have_js_property("value", len(learnt))
    expect(bar).to_have_js_property("max", len(LESSONS))


def test_a_hovered_or_focused_term_highlights_its_item_and_has_a_tooltip(app, follow):
    tab = follow(app, "lessons?lesson=the-prior&at=2")
    learner = Learner(tab)
    learner.predict(learner.arrive(LESSONS["the-prior"], 2))
    codes = tab.page.locator('.lp-switches [data-id="codes"]')
    term = learner.panel.get_by_role("button", name="q(z), where all codes lie")
    expect(codes).to_have_css("outline-style", "none")
    overlay = tab.page.locator(".lp-surface > .lp-canvas").last
    former_overlay = overlay.evaluate("canvas => canvas.toDataURL()")
    base = tab.page.locator(".lp-surface > .lp-canvas").first.evaluate("canvas => canvas.toDataURL()")
    term.hover()
    expect(codes).to_have_css("outline-color", "rgb(214, 36, 159)")
    tab.wait_for_change(lambda: overlay.evaluate("canvas => canvas.toDataURL()"), former_overlay)
    assert tab.page.locator(".lp-surface > .lp-canvas").first.evaluate("canvas => canvas.toDataURL()") == base
    expect(tab.page.locator('.lp-switches [data-id="prior"]')).to_have_css("outline-style", "none")
    expect(tab.page.locator('.lp-switches [data-id="prior"]')).to_have_css("opacity", "1")
    learner.panel.get_by_role("heading", level=2).hover()
    expect(codes).to_have_css("outline-style", "none")
    learner.tab_to("q(z), where all codes lie")
    expect(codes).to_have_css("outline-color", "rgb(214, 36, 159)")
    learner.press("Enter", "Tab", "Tab")
    expect(codes).to_have_css("outline-color", "rgb(214, 36, 159)")
    expect(term).to_have_attribute("aria-pressed", "true")
    tab.page.wait_for_timeout(100)
    is_explained(learner, "aggregated posterior")
    tab.assert_no_errors()


def is_explained(learner, term):
    """A term of the text, where it stands."""
    tip = learner.panel.locator(".ls-tip").filter(has_text=f"{term}: ").first
    expect(tip).not_to_be_visible()
    learner.tab_to(term)
    expect(tip).to_be_visible()
    assert reader.load_lessons().glossary[term] in tip.inner_text()
    learner.press("Escape")
    expect(tip).to_be_hidden()


def test_a_lesson_can_be_skipped_left_resumed_and_linked(app, open_tab, follow):
    tab = open_tab(app, "lessons")
    learner = Learner(tab)
    lesson = LESSONS["mode-collapse"]
    title = f"{lesson.number}. {lesson.title}"
    learner.tab_to(title).press("Enter")
    learner.arrive(lesson, 1)
    learner.tab_to("Skip page").press("Enter")
    learner.arrive(lesson, 2)
    learner.tab_to("Leave").press("Enter")
    expect(learner.panel).to_have_count(0)
    tab.settle()
    assert "lesson" not in tab.query()
    learner.turn_to("Lessons")
    expect(tab.page.locator(".lesson-state").get_by_text("resume at page 2")).to_have_count(1)
    learner.tab_to(title).press("Enter")
    learner.arrive(lesson, 2)
    learner.turn_to("Train")
    expect(learner.panel.locator(".ls-elsewhere")).to_contain_text("happens on Step by step")
    learner.tab_to("Go to Step by step").press("Enter")
    learner.arrive(lesson, 2)
    second_learner = Learner(follow(app, tab.page.url.removeprefix(app.url + "/"), visitor="somebody else"))
    second_learner.arrive(lesson, 2)
    second_learner.tab_to("Skip page").press("Enter")
    second_learner.arrive(lesson, 3)
    second_learner.tab_to("Skip and finish").press("Enter")
    expect(second_learner.tab.heading("Lessons")).to_be_visible()
    second_learner.tab.settle()
    assert "learnt" not in second_learner.tab.query()


@pytest.mark.parametrize(("path", "width", "scheme"), [("holes", 390, "dark"), ("fooling-d", 1400, "light")])
def test_the_lesson_panel_fits_and_is_accessible(app, follow, path, width, scheme):
    tab = follow(app, f"lessons?lesson={path}", viewport={"width": width, "height": 844}, color_scheme=scheme)
    learner = Learner(tab)
    learner.arrive(LESSONS[path], 1)
    expect(learner.panel.locator(".ls-choices button").last).to_be_in_viewport()
    expect(learner.panel.get_by_role("button", name="Skip page")).to_be_in_viewport()
    assert tab.page.evaluate(OVERFLOW) <= 0
    assert tab.axe_violations() == []


BROKEN = """+++
title = "Broken"
+++
## A heading

Text.
"""


@pytest.fixture
def broken_lesson(tmp_path, monkeypatch):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "31-broken.md").write_text(BROKEN)
    monkeypatch.setenv("AAE_LESSONS", str(folder))


def test_a_broken_lesson_is_named_and_the_others_are_listed(broken_lesson, own_app, open_tab):
    tab = open_tab(own_app, "lessons")
    expect(tab.page.get_by_text("31-broken.md was left out")).to_be_visible()
    expect(tab.page.locator(".card a")).to_have_count(len(LESSONS))
    tab.assert_no_errors()
