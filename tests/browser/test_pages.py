"""Every page, light and dark, wide and narrow, by keyboard and with invalid links, fits, is accessible and has no errors."""

from dataclasses import replace

import pytest
from helpers.browser_app import PAGES, expect, shipped_revision_id

from aae_core.runs import sweep_plans
from aae_core.store import sweeps as sweep_records
from aae_core.store.sweeps import Run

BACKGROUND = {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 23, 28)"}
# By how many pixels the page overflows to the right; elements that scroll by themselves (a wide table) may.
OVERFLOW = """() => {
    const places = [document.documentElement, document.querySelector('[data-testid=stMain]')];
    return Math.max(...places.map(place => place.scrollWidth - place.clientWidth));
}"""
# Parts of a plane that overlap, buttons outside the plane that should be on it, and buttons whose text is cut off.
CROWDED = """() => [...document.querySelectorAll('[data-testid^=stBidi]')].flatMap(host => {
    const root = host.shadowRoot, problems = [];
    const seen = selector => [...root?.querySelectorAll(selector) ?? []].filter(one => one.checkVisibility() && one.clientWidth);
    const box = one => one.getBoundingClientRect();
    const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
    const apart = parts => parts.forEach((a, k) => parts.slice(k + 1).forEach(b => {
        if (meet(box(a), box(b))) problems.push(`${a.className} over ${b.className}`);
    }));
    apart(seen('.lp-switches, .lp-plane, .lp-panel, .lp-selection, .lp-aside, .lp-below'));
    apart(seen('.lp-corner button, .lp-badge, .lp-legend, .lp-key, .lp-caption, .lp-invite'));
    for (const one of seen('.lp-corner button')) {
        const [inner, outer] = [box(one), box(one.closest('.lp-plane'))];
        const inside = inner.left >= outer.left && inner.right <= outer.right && inner.bottom <= outer.bottom;
        if (!inside) problems.push(`${one.title} outside`);
    }
    for (const one of seen('button, summary, select'))
        if (one.scrollWidth > one.clientWidth + 1) problems.push(`${one.innerText} cut`);
    return problems;
})"""
# Words that a line break divides.
BROKEN = """() => {
    const brokenWords = [];
    const look = root => {
        const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
        for (let node; (node = texts.nextNode());) {
            const at = node.parentElement;
            if (!at?.checkVisibility() || at.closest('style, script, code, a, [data-testid=stIconMaterial]')) continue;
            for (const {0: word, index} of node.data.matchAll(/[\\p{L}\\p{N}]{2,}/gu)) {
                const range = new Range();
                range.setStart(node, index);
                range.setEnd(node, index + word.length);
                if (new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 1) brokenWords.push(word);
            }
        }
        for (const one of root.querySelectorAll('*')) if (one.shadowRoot) look(one.shadowRoot);
    };
    look(document.body);
    return brokenWords;
}"""
FOCUSED = """() => {
    let at = document.activeElement;
    while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return at.matches('main, body') ? '' : at.getAttribute('aria-label') || at.innerText || '';
}"""


SCREENS = {
    "wide": {"viewport": {"width": 1280, "height": 900}},
    "zoomed to 200 %": {"viewport": {"width": 640, "height": 450}, "device_scale_factor": 2},
    "phone": {"viewport": {"width": 390, "height": 844}},
}


def open_page(app, open_tab, path, **options):
    """A tab with all that a page shows at first."""
    return wait_until_shown(open_tab(app, path, **options), path)


def wait_until_shown(tab, path):
    """The tab, once all that a page shows at first is there."""
    expect(tab.heading(PAGES[path])).to_be_visible()
    if path in ("", "compare", "style"):
        tab.shown_code_count()
    if path == "game":
        expect(tab.page.get_by_role("button", name="Item 1")).to_be_visible()
    return tab


def assert_everything_fits(tab, scheme):
    """In those colours nothing reaches beyond its place or lies over another part, and no word is broken."""
    tab.page.emulate_media(color_scheme=scheme)
    expect(tab.page.get_by_test_id("stApp")).to_have_css("background-color", BACKGROUND[scheme])
    tab.page.wait_for_timeout(500)  # an exception in the page would come after its paint
    assert tab.page.evaluate(OVERFLOW) <= 0
    assert not tab.page.evaluate(CROWDED)
    assert not tab.page.evaluate(BROKEN)


@pytest.mark.parametrize("path", PAGES)
def test_page_is_sound(app, follow, path):
    tab = wait_until_shown(follow(app, path), path)
    assert_everything_fits(tab, "light")
    assert not tab.axe_violations()
    for screen, scheme in (("zoomed to 200 %", "light"), ("phone", "dark")):
        tab.resize(**SCREENS[screen]["viewport"])
        assert_everything_fits(tab, scheme)
    assert not tab.axe_violations()
    tab.assert_no_errors()


def test_a_sweep_its_form_and_its_charts_are_sound(app, follow):
    varied = {"prior.name": ["gaussian", "mixture"], "latent_dim": [2, 4]}
    sweep = sweep_plans.plan_sweep(varied, {"data": "digits"}, measure="mmd2")
    points = [
        replace(item, stage=0, runs=[Run(0, shipped_revision_id("aae"), [0.1 * k])])
        for k, item in enumerate(sweep.points)
    ]
    result = sweep_records.write_sweep(app.store, replace(sweep, points=points, state="done"))
    tab = follow(app, f"sweeps?sweep={result.id}")
    tab.page.locator("summary", has_text="A new sweep").press("Enter")
    expect(tab.page.get_by_role("button", name="Start the sweep")).to_be_visible()
    expect(tab.page.get_by_role("heading", name="Two settings")).to_be_visible()
    assert_everything_fits(tab, "light")
    assert not tab.axe_violations()
    tab.resize(**SCREENS["phone"]["viewport"])
    assert_everything_fits(tab, "dark")
    assert not tab.axe_violations()
    tab_through(tab, ["A new sweep", "Settings to vary", "Start the sweep", "Remove from the list"])
    sweep_records.remove_sweep(app.store, result.id)


@pytest.mark.thorough
@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("screen", SCREENS)
def test_page_is_sound_however_it_is_opened(app, open_tab, path, screen):
    schemes = ("dark", "light") if screen == "phone" else ("light", "dark")
    tab = open_page(app, open_tab, path, **SCREENS[screen], color_scheme=schemes[0])
    for scheme in schemes:
        assert_everything_fits(tab, scheme)
        assert not tab.axe_violations()
    tab.assert_no_errors()


@pytest.mark.parametrize(
    ("path", "query", "names"),
    [
        (
            "",
            "z=nan,inf&layers=everything&point=-7&revision=..%2F..%2Fetc%2Fpasswd",
            ("layers", "point", "z"),
        ),
        ("", "z=" + "9," * 3000 + "9&point=1e300", ("point", "z")),
        (
            "style",
            "images=hello&columns=-1&blend=~~&y=%3Cscript%3E&revision=%00",
            ("blend", "columns", "images"),
        ),
        ("compare", "left=zzz&right=%F0%9F%92%A5&from=1e9&to=--", ("from", "to")),
    ],
)
def test_invalid_settings_of_a_link_are_ignored_and_named(app, follow, path, query, names):
    tab = follow(app, f"{path}?{query}", visitor=path)  # whose session remembers no revision of another page
    tab.wait_for_toasts(*(f"“{name}”" for name in names))
    unknown = sum(query.count(f"{name}=") for name in ("revision", "left", "right"))
    expect(tab.page.get_by_text("There is no revision")).to_have_count(unknown)
    assert not tab.page.get_by_test_id("stAlertContentError").all_inner_texts()
    tab.assert_no_errors()


def test_invalid_settings_of_the_form_and_the_list_are_reported(app, follow):
    tab = follow(app, "train?epochs=-5&variant=nonsense&data=..%2Fpasswd&network.hidden=x&seed=1e99&preset=%00")
    expect(tab.page.get_by_text("There is no data set").first).to_be_visible()
    expect(tab.page.get_by_label("Epochs", exact=True)).to_have_value("20")
    tab.assert_no_errors()
    tab.follow("revisions?revision=..%2F..%2Fetc%2Fpasswd")
    expect(tab.page.get_by_text("There is no revision").first).to_be_visible()
    tab.assert_no_errors()


def test_an_unknown_address_opens_the_explorer(app, open_tab):
    tab = open_tab(app, "nowhere")
    expect(tab.heading("Adversarial autoencoder")).to_be_visible()
    assert tab.shown_code_count() > 300
    tab.open(f"explore?revision={shipped_revision_id('vae')}&hide=layers")
    expect(tab.page.get_by_role("dialog")).to_have_count(0)
    image_set = {"of": "probe", "codes": "mean"}  # the settings of Which images, which its images allow
    assert tab.settled_query() == {"revision": shipped_revision_id("vae"), "hide": "layers", **image_set}


# The state of a run, as Streamlit writes it, and what the page then says.
RUN = """state => {
    const app = document.querySelector('[data-testid=stApp]'), said = getComputedStyle(app, '::after');
    app.dataset.testScriptState = state;
    return said.visibility === 'visible' && said.content !== 'none' ? said.content : '';
}"""


def test_a_run_that_takes_long_is_told_until_it_ends(app, follow):
    tab = follow(app, "classroom")
    assert tab.page.evaluate(RUN, "running") == "", "most runs are over before it could be read"
    status_content = tab.wait_until(lambda: tab.page.evaluate(RUN, "running"), bool)
    assert "Preparing what the page shows" in status_content and tab.page.evaluate(RUN, "notRunning") == ""
    actual = tab.page.locator("body > [role=status]")
    expect(actual).to_have_text("Preparing what the page shows …")  # for screen readers, which do not read a style out
    expect(actual).to_have_text("")


def tab_through(tab, parts, max_presses=120):
    """Press Tab until every one of the `parts` of names had the focus; the names in order."""
    names = []
    for _ in range(max_presses):
        tab.page.keyboard.press("Tab")
        names.append(tab.page.evaluate(FOCUSED))
        if all(any(part in name for name in names) for part in parts):
            return names
    raise AssertionError(f"{[part for part in parts if not any(part in name for name in names)]} not among {names}")


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        (
            "",
            [
                "Training",
                "Revision",
                "Codes",
                "Random from the prior",
                "z₁",
                "z₂",
                "Plain controls",
                "Image",
                "Random image",
            ],
        ),
        (
            "train",
            ["Preset", "Data", "Variant", "Prior", "Epochs", "Name of the revision", "Start training", "All settings"],
        ),
        (
            "style",
            [
                "Revision",
                "Codes",
                "Latent plane",
                "Live content",
                "Live style",
                "Swap two at random",
                "Image ",
                "Other images at random",
                "z₁",
                "Share of the second content",
                "Plain controls",
            ],
        ),  # fmt: skip
        (
            "compare",
            [
                "Left",
                "Right",
                "Codes",
                "Move codes to the other plane",
                "Latent plane of AAE",
                "z₁",
                "Latent plane of VAE",
                "Random from the prior",
                "Plain controls",
                "From image",
                "To image",
                "Two random images",
            ],
        ),
        (
            "game",
            ["Play", "Step R", "Ten D steps", "Step all", "Slow motion", "Model", "Seed", "Reset", "Rates", "Item 6"],
        ),
        ("revisions", ["Search", "Order"]),
    ],
)
def test_keyboard_reaches_the_controls(app, follow, path, parts):
    tab = follow(app, path)
    if path in ("", "style", "compare"):
        tab.page.get_by_role("slider").first.wait_for()
    if path == "train":
        expect(tab.page.get_by_role("button", name="Start training")).to_be_enabled()
    if path == "game":
        expect(tab.page.get_by_role("button", name="Item 6")).to_be_visible()
    tab_through(tab, parts)


@pytest.mark.parametrize("screen", ["wide", "phone"])
def test_an_example_is_chosen_from_the_gallery_by_keyboard(app, follow, screen):
    tab = follow(app, f"?revision={shipped_revision_id('aae')}", viewport=SCREENS[screen]["viewport"])
    page = tab.page
    page.get_by_role("button", name="Examples").press("Enter")
    gallery = page.get_by_role("dialog", name="Examples")
    gallery.get_by_role("link").first.wait_for()
    assert not tab.axe_violations()
    titles = gallery.get_by_role("link").all_inner_texts()
    for key, reached in (("Tab", "Close"), ("Tab", titles[0]), ("Tab", titles[1]), ("Shift+Tab", titles[0])):
        page.keyboard.press(key)
        assert page.evaluate(FOCUSED) == reached
    for reached in ("Close", "The models of “Which one?”"):  # from the first control of the dialog to its last
        page.keyboard.press("Shift+Tab")
        assert page.evaluate(FOCUSED) == reached
    page.keyboard.press("Enter")
    expect(gallery.get_by_role("link")).not_to_have_count(len(titles))
    assert not tab.axe_violations()
    page.keyboard.press("Escape")
    expect(gallery).to_have_count(0)
    page.wait_for_function(f"() => ({FOCUSED})().includes('Examples')")


def test_a_phone_has_no_stop_of_the_tab_key_out_of_sight(app, open_tab):
    tab = open_tab(app, viewport=SCREENS["phone"]["viewport"])
    tab.shown_code_count()
    stops = []
    while not stops or not stops[-1][0].startswith("Latent plane"):
        tab.page.keyboard.press("Tab")
        box = tab.page.evaluate("() => Object.values(document.activeElement.getBoundingClientRect().toJSON())")
        stops.append((tab.page.evaluate(FOCUSED), box))
        assert len(stops) < 40, stops
    assert not [name for name, (left, _, width, *_) in stops if left + width <= 0], stops
    names = [name.split("\n")[-1] for name, _ in stops]
    assert names.index("Watch it learn") < names.index("Codes"), "the ways on come before the plane"


def test_the_choice_of_images_is_sound_while_it_is_open(app, follow):
    tab = follow(app, f"?revision={app.train().id}", viewport=SCREENS["phone"]["viewport"], color_scheme="dark")
    tab.shown_code_count()
    tab.page.get_by_role("button", name="Which images").press("Enter")
    tab.page.get_by_text("Codes of", exact=True).wait_for()
    assert_everything_fits(tab, "dark")
    assert not tab.axe_violations()
    tab.page.keyboard.press("Escape")
    tab.page.wait_for_function(f"() => ({FOCUSED})().includes('Which images')")


def test_a_deletion_is_undone_and_the_trash_used_by_keyboard(app, follow, facts, tiny_config):
    app.store.trash.remove_all()
    ids = [app.store.create(replace(tiny_config, name=name), facts).id for name in ("Kept", "Doomed")]
    tab = follow(app, f"revisions?revision={ids[1]}", viewport=SCREENS["phone"]["viewport"], color_scheme="dark")
    page = tab.page
    page.get_by_role("button", name="Delete", exact=True).focus()
    page.keyboard.press("Enter")
    output = page.locator("[role=status], [role=alert]")  # which a screen reader says at once
    expect(output.filter(has_text="Doomed is in the trash")).to_be_visible()
    page.locator("summary", has_text="Trash: 1 deleted revision").press("Enter")
    page.get_by_role("button", name="Restore").wait_for()
    assert_everything_fits(tab, "dark")
    assert not tab.axe_violations()
    page.get_by_role("button", name="Delete for good …").focus()
    page.keyboard.press("Enter")
    expect(output.filter(has_text="cannot be undone")).to_be_visible()
    page.get_by_role("button", name="Cancel").press("Enter")
    tab.resize(**SCREENS["wide"]["viewport"])
    assert_everything_fits(tab, "light")
    assert not tab.axe_violations()
    tab_through(tab, ["Undo", "Search"])
    page.get_by_role("button", name="Undo").press("Enter")
    page.get_by_role("heading", name="Doomed").wait_for()
    assert tab.settled_query()["revision"] == ids[1] and app.store.open(ids[1]).label == "Doomed"
    for entry in ids:
        app.store.delete(entry, for_good=True)


def test_a_slider_reached_by_tab_responds_to_arrow_keys(app, follow):
    tab = follow(app, f"?revision={shipped_revision_id('aae')}")
    tab.shown_code_count()
    before = tab.decoded_image()
    names = tab_through(tab, ["z₁"])
    assert len(names) <= 50, names
    for _ in range(12):
        tab.page.keyboard.press("ArrowRight")
    tab.wait_for_other_decoded_image(before)
    assert "z₁" in tab.page.evaluate(FOCUSED), "the focus is lost when the picture changes"
