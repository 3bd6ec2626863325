"""A handout with ids and columns of a table, opened from the disk: the codes have their names, and a column colours them."""

import pytest
from helpers import browser_app, penguins
from helpers.penguins import shown_items

from app.cache import revision_snapshot
from app.handout import contents

INSIDE = """(selector => [...document.querySelectorAll("[data-part]")]
    .flatMap(part => [...part.shadowRoot.querySelectorAll(selector)]))"""
LEGENDS = """() => [...document.querySelectorAll("[data-part]")].map(part => Object.fromEntries(
    [...part.shadowRoot.querySelectorAll(".lp-legend button")].map(entry => [
        entry.querySelector(".lp-class").textContent.trim(), Number(entry.querySelector(".lp-count").textContent)])))"""


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The addresses of handouts of a supervised AAE, and of the comparison of an AAE and a VAE; and the items of each."""
    folder = tmp_path_factory.mktemp("penguins")
    with pytest.MonkeyPatch.context() as patch:
        ids = penguins.train_penguin_models(folder, patch, ("aae", "vae", "supervised"))
        for name, keys in {"one": ("supervised",), "two": ("aae", "vae")}.items():
            snapshots = [revision_snapshot.open_snapshot(ids[key]) for key in keys]
            document = contents.make_handout(snapshots, columns=("id", "sex", "age"))
            (folder / f"{name}.html").write_bytes(document.content)
        items = {key: shown_items(ids[key]) for key in ids}
    return {name: (folder / f"{name}.html").as_uri() for name in ("one", "two")}, items


@pytest.fixture
def open_page(chromium):
    """open_page(url) -> a page without a network, whose console stays empty."""
    contexts, console_texts = [], []

    def open_(url):
        context = chromium.new_context(viewport={"width": 1280, "height": 900}, offline=True)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(browser_app.PATIENCE)
        page.on("console", lambda message: console_texts.append(message.text))
        page.on("pageerror", lambda error: console_texts.append(str(error)))
        page.goto(url)
        page.locator(".lp-legend button").first.wait_for(state="attached")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not console_texts


def wait_until(page, read, expected):
    """Wait until `read()` gives what is wanted, by polling from outside, because the page's policy forbids `eval`."""
    for _ in range(browser_app.PATIENCE // 50):
        if (value := read()) == expected:
            return
        page.wait_for_timeout(50)
    assert value == expected


def sexes(items):
    return items["sex"].value_counts().to_dict() | {"missing": int(items["sex"].isna().sum())}


def classes(items):
    return items["label"].value_counts().to_dict()


def test_a_column_is_chosen_on_explore_and_the_link_keeps_it(files, open_page):
    (urls, items), legends = files, lambda: page.evaluate(LEGENDS)[:1]
    page = open_page(urls["one"])
    items = items["supervised"]
    wait_until(page, legends, [classes(items)])
    choice = page.get_by_label("Colour of the codes")
    assert choice.locator("option").all_inner_texts() == ["Coloured by class", "Coloured by sex", "Coloured by age"]
    choice.select_option(label="Coloured by sex")
    wait_until(page, legends, [sexes(items)])
    page.get_by_role("button", name="male").first.click()
    page.get_by_role("spinbutton", name="Row").fill("5")
    page.get_by_role("spinbutton", name="Row").blur()
    page.locator("summary", has_text="Selected row").click()
    page.get_by_text(items["id"][5], exact=True).first.wait_for()
    assert "colour=sex" in page.url
    page.get_by_role("button", name="Style and content").click()
    wait_until(page, lambda: page.evaluate(LEGENDS)[0], sexes(items))
    names = page.evaluate(f"() => {INSIDE}('.sg-take[data-kind=row] b').map(name => name.textContent)")
    assert names and set(names) <= set(items["id"])
    second_page = open_page(page.url)
    wait_until(second_page, lambda: second_page.evaluate(LEGENDS)[0], sexes(items))
    choice = second_page.get_by_label("Colour of the codes")
    choice.select_option(label="Coloured by class")
    wait_until(second_page, lambda: second_page.evaluate(LEGENDS)[0], classes(items))
    assert "colour" not in second_page.url


def test_one_choice_colours_both_planes_of_compare(files, open_page):
    urls, items = files
    page = open_page(f"{urls['two']}#colour=sex&hidden=0")
    wait_until(page, lambda: page.evaluate(LEGENDS)[:2], [sexes(items[key]) for key in ("aae", "vae")])
    pressed = page.evaluate(f"() => {INSIDE}('.lp-legend button').map(entry => entry.getAttribute('aria-pressed'))")
    assert pressed.count("false") == 2, "the hidden group of the link is hidden on both"
    page.get_by_label("Colour of the codes").select_option(label="Coloured by class")
    wait_until(page, lambda: page.evaluate(LEGENDS)[:2], [classes(items[key]) for key in ("aae", "vae")])
    assert "hidden" not in page.url
