"""Lessons: what is read from their files, what is refused and in which words, and that every shipped one is sound."""

import html
import json
import os
import re
from dataclasses import asdict, replace

import pytest

pytest.importorskip("streamlit")
import numpy as np
import streamlit as st
from helpers import game_engine
from helpers.app_pages import assert_no_exception, open_page, query_settings, send_message, sent_header
from helpers.environment import PAGE_MODULES, run_node

from aae_core.config.derived import trained_phases
from aae_core.config.variants import PHASES
from aae_core.data import sets
from aae_core.evaluation import disentanglement
from aae_core.game.rules import GameRules, GameSetup
from aae_core.latent import directions
from app.cache import lru, revision_data, revision_snapshot
from app.lessons import lesson_panel, markup, pictures, reader, running_lesson, vocabulary
from app.lessons.markup import LessonError
from app.messages import validation
from app.messages.validation import MessageError
from app.session import address

SHIPPED = reader.load_lessons()
GLOSSARY = {"code": "a place", "prior": "a shape"}
FRONT = """+++
title = "A title"
promise = "A promise."
minutes = 2

[[page]]
on = "explore"
set = { revision = "aae", z = "0,0" }
equation = [{ text = "q(z)", item = "codes", says = "the codes" }, "="]
reads = "In words."
do = "Do it."
goal = { kind = "z", beyond = 2 }
+++
"""
BODY = "## A heading\n\nWords on the [[code]].\n"


@pytest.fixture(autouse=True)
def skip_background_imports(monkeypatch):
    monkeypatch.setattr(revision_data, "start_background_imports", lambda: None)
    st.cache_resource.clear()
    lru.clear_all()


@pytest.fixture
def write(tmp_path):
    """write(text, name) -> the path of a lesson file."""

    def write_(text, name="31-mine.md"):
        path = tmp_path / "lessons" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write_


# Files ------------------------------------------------------------------------------------------------------------------


def test_a_lesson_is_read_with_its_equation_its_goal_and_its_text(write):
    lesson = reader.read_lesson(write(FRONT + BODY), GLOSSARY)
    (page,) = lesson.pages
    assert (lesson.slug, lesson.number, lesson.title, lesson.minutes) == ("mine", 31, "A title", 2)
    assert (page.on, page.set, page.heading) == ("explore", {"revision": "aae", "z": "0,0"}, "A heading")
    assert [(term.text, term.item) for term in page.equation] == [("q(z)", "codes"), ("=", "")]
    assert page.goal == {"kind": "z", "beyond": 2} and page.terms == {"code"} and page.prediction is None


def test_a_page_has_captions_and_what_was_measured(write):
    measured_text = 'measured = "From {nearest.start} to {nearest}, {z_norm.change}."\n'
    last_caption = '[[page.caption]]\ntext = "A [[code]] or {d_z}."\n'
    (page,) = reader.read_lesson(write(add_rows(PREDICT + measured_text + CAPTION + last_caption)), GLOSSARY).pages
    assert page.figures == {"nearest", "z_norm", "d_z"} and page.terms == {"code"}
    figures = [part for part in markup.parts_in_blocks(page.prediction.measured) if part["as"] == "figure"]
    assert [(part["figure"], part["of"]) for part in figures] == [
        ("nearest", "start"), ("nearest", "now"), ("z_norm", "change"),
    ]  # fmt: skip
    first_caption, second_caption = page.experiment.captions
    assert (first_caption.condition.figure, first_caption.condition.comparison, first_caption.condition.value) == (
        "nearest",
        "above",
        1,
    )
    assert second_caption.condition is None


def test_braces_in_texts_without_figures_stay(write):
    (page,) = reader.read_lesson(write(FRONT + BODY + "The set {a, b} and {c}."), GLOSSARY).pages
    assert "{a, b} and {c}." in str(page.blocks)


def test_windows_line_ends_and_a_byte_order_mark_are_no_fault(write):
    text = ("\ufeff" + FRONT + BODY).replace("\n", "\r\n")
    assert reader.read_lesson(write(text), GLOSSARY) == reader.read_lesson(write(FRONT + BODY), GLOSSARY)


PREDICT = '[page.predict]\nask = "Which?"\nchoices = ["a", "b"]\nright = 2\nbecause = "So."\n'


CAPTION = '[[page.caption]]\nfigure = "nearest"\nabove = 1\ntext = "It is {nearest}."\n'


def add_rows(rows, old="", new=""):
    """The lesson with tables after the keys of its page, in which a text is replaced by another."""
    assert old in rows, old
    return FRONT.removesuffix("+++\n") + (rows.replace(old, new) if old else rows) + "+++\n" + BODY


def replace_text(old, new):
    assert old in FRONT + BODY, old
    return (FRONT + BODY).replace(old, new)


REFUSED = {  # by what is wrong: the file, and what the sentence says
    "no front matter": (BODY, "has no front matter"),
    "an open front matter": (FRONT.rstrip("+\n") + BODY, "has no front matter"),
    "broken TOML": (replace_text('title = "A title"', "title = A title"), r"invalid front matter \(.*line 2"),
    "TOML in a thousand brackets": (replace_text('"A title"', "[" * 4000), "invalid front matter"),
    "no title": (replace_text('title = "A title"\n', ""), "lacks title"),
    "a title too long": (replace_text("A title", "long " * 30), "more than 80 characters for title"),
    "an unknown key": (replace_text("minutes = 2", "minutes = 2\ncolour = 3"), "unknown “colour” in the front matter"),
    "too many minutes": (replace_text("minutes = 2", "minutes = 20"), "1 to 3 minutes"),
    "no page": (replace_text("[[page]]", "[page]"), r"tables \[\[page\]\]"),
    "a heading too many": (FRONT + BODY + BODY, "1 tables .* and 2 headings"),
    "text before the heading": (FRONT + "Hello\n" + BODY, "text before its first heading"),
    "a page that is a list": (replace_text('"explore"', '["explore"]'), "an “on” of"),
    "a number of thousands of digits": (replace_text("minutes = 2", "minutes = " + "9" * 5000), "a number or a date"),
    "a number that cannot be shown": (replace_text('z = "0,0"', "z = 0x" + "f" * 5000), "more than 18 digits"),
    "a rule that holds already": (
        replace_text('"explore"', '"game"').replace('revision = "aae", z = "0,0"', '"game.d_steps" = "8"').replace(
            'kind = "z", beyond = 2', 'kind = "rule", rule = "d_steps", least = 8'), "already holds at the start"),
    "an unknown page": (replace_text('"explore"', '"nowhere"'), "an “on” of 'nowhere'"),
    "an unknown control": (replace_text('item = "codes"', 'item = "lever"'), "“lever”, which Explore does not have; it has"),
    "a control of another page": (replace_text('item = "codes"', 'item = "painting"'), "“painting”, which Explore does not have"),
    "an unknown setting": (replace_text('z = "0,0"', 'colour = "red"'), "sets on page 1 “colour”"),
    "a setting of another page": (replace_text('z = "0,0"', 'preset = "painted"'), "sets on page 1 “preset”"),
    "a senseless setting": (replace_text('z = "0,0"', 'z = "left"'), "“z” to 'left'; it must be a text: numbers"),
    "a setting that is no text": (replace_text('z = "0,0"', "z = 0"), "“z” to '0'"),
    "an unknown revision": (replace_text('revision = "aae"', 'revision = "../etc"'), "“revision” to"),
    "an unknown prior of a revision": (replace_text('"aae"', '"aae flux"'), "“revision” to 'aae flux'"),
    "no goal": (replace_text('goal = { kind = "z", beyond = 2 }\n', ""), "needs a goal on page 1"),
    "an unknown goal": (replace_text('kind = "z"', 'kind = "win"'), "the goal “win”"),
    "a goal of another page": (replace_text('kind = "z", beyond = 2', 'kind = "paint"'), "the goal “paint”"),
    "a goal without its number": (replace_text(", beyond = 2", ""), "beyond or within"),
    "a goal with a senseless number": (replace_text("beyond = 2", 'beyond = "far"'), "“beyond” that is 'far'"),
    "a goal with something unknown": (replace_text("beyond = 2", "beyond = 2, fast = true"), "“fast” in the goal"),
    "a place without a distance": (replace_text("beyond = 2", "beyond = 2, near = [1, 2]"), "both “within” and “near”"),
    "an answer to no question": (replace_text('kind = "z", beyond = 2', 'kind = "answer"'), "has no prediction"),
    "another setting that was not set": (
        replace_text('kind = "z", beyond = 2', 'kind = "setting", setting = "y"'), "must give its first value"),
    "a setting that has its value already": (
        replace_text('kind = "z", beyond = 2', 'kind = "setting", setting = "z", is = "0,0"'), "which it already is"),
    "an equation that lights nothing": (
        replace_text('{ text = "q(z)", item = "codes", says = "the codes" }', '"q(z)"'), "no term highlights anything"),
    "a term without words": (replace_text(', says = "the codes"', ""), "lacks says of a term"),
    "a right choice that is none": (replace_text("+++\n## A", PREDICT.replace("2", "3") + "+++\n## A"), "a number from 1 to 2"),
    "one choice": (replace_text("+++\n## A", PREDICT.replace(', "b"', "") + "+++\n## A"), "2 to 5 choices"),
    "a caption of no figure": (add_rows(CAPTION, '"nearest"', '"far"'), "the figure “far”, which Explore does not have; it has"),
    "a caption of another page's figure": (add_rows(CAPTION, "{nearest}", "{mmd2}"), "the figure “mmd2”, which Explore"),
    "a caption without a comparison": (add_rows(CAPTION, "above = 1\n"), "one of above, below, rose, fell"),
    "a caption with two comparisons": (add_rows(CAPTION, "above = 1", "above = 1\nbelow = 2"), "one of above, below"),
    "a caption compared with a word": (add_rows(CAPTION, "above = 1", 'above = "much"'), "“above” that is 'much'"),
    "a figure of no moment": (add_rows(CAPTION, "{nearest}", "{nearest.end}"), "must be start or change"),
    "a figure within bold": (add_rows(CAPTION, "{nearest}", "**{nearest}**"), "write {name} alone"),
    "captions that are no list": (add_rows(CAPTION, "[[page.caption]]", "[page.caption]"), "“caption” that is not a list"),
    "a figure in an explanation": (add_rows(PREDICT, "So.", "It is {nearest}."), "figures belong into “measured”"),
    "a figure in the text": (FRONT + BODY + "{nearest}", "figures belong into “measured”"),
    "nothing measured": (add_rows(PREDICT + 'measured = "Much."\n'), "has no figure in “measured”"),
    "a goal of an unknown figure": (
        replace_text('kind = "z", beyond = 2', 'kind = "figure", figure = "mmd2", below = 1'), "the figure “mmd2”"),
    "an unknown action": (add_rows('[[page.perform]]\ndo = "step"\n'), "“step”, which Explore does not have"),
    "raw HTML": (FRONT + BODY + "\n<img src=x onerror=alert(1)>", "raw HTML .'<img src=x"),
    "raw HTML in a heading": (FRONT + "## <b>Hi</b>\n\nText.", "raw HTML"),
    "raw HTML in the front matter": (replace_text("A promise.", "A <script>promise</script>."), "raw HTML"),
    "raw HTML in an explanation": (replace_text("+++\n## A", PREDICT.replace("So.", "<i>So</i>") + "+++\n## A"), "raw HTML"),
    "a comment of HTML": (FRONT + BODY + "<!-- hidden -->", "raw HTML"),
    "a link": (FRONT + BODY + "[here](https://example.com)", "a link or an image"),
    "a heading within": (FRONT + BODY + "\n### Deeper\n", "a heading within a page"),
    "an unknown term": (FRONT + BODY.replace("[[code]]", "[[flux]]"), "the term “flux”"),
    "not UTF-8": ((FRONT + BODY).encode().replace(b"A title", b"A t\xeftle"), "not written in UTF-8"),
    "too large": (FRONT + BODY + "word " * 20_000, "larger than 64 kB"),
    "no text": (FRONT + "## A heading\n", "lacks text"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_is_not_sound_is_refused_by_name_and_the_others_load(write, monkeypatch, case):
    text, expected_text = REFUSED[case]
    path = write(text)
    write(replace_text("A title", "Another").replace("[[code]]", "code"), "32-other.md")
    monkeypatch.setenv("AAE_LESSONS", str(path.parent))
    shelf = reader.load_lessons()
    (sentence,) = shelf.problems
    assert sentence.startswith("31-mine.md was left out: it ") and sentence.endswith(".")
    assert re.search(expected_text, sentence) or expected_text in sentence, sentence
    assert list(shelf.lessons) == [*SHIPPED.lessons, "other"]


def test_a_bad_name_a_second_of_the_same_slug_and_a_folder_are_refused(write, monkeypatch):
    path = write(FRONT + BODY, "lesson.md")
    write(FRONT + BODY, "20-the-prior.md")
    (path.parent / "21-folder.md").mkdir()
    monkeypatch.setenv("AAE_LESSONS", str(path.parent))
    problems = reader.load_lessons().problems
    problem_by_file = {sentence.split()[0]: sentence for sentence in problems}
    assert (
        "is not named like" in problem_by_file["lesson.md"]
        and "another lesson, the-prior" in problem_by_file["20-the-prior.md"]
    )
    assert "not an ordinary file" in problem_by_file["21-folder.md"] and len(problems) == 3


def test_a_broken_glossary_is_told_and_the_lessons_stay(write, monkeypatch):
    path = write("[terms]\ncode = 3\n", "glossary.toml")
    monkeypatch.setenv("AAE_LESSONS", str(path.parent))
    shelf = reader.load_lessons()
    assert [sentence.split()[0] for sentence in shelf.problems] == ["glossary.toml"]
    assert shelf.lessons.keys() == SHIPPED.lessons.keys() and shelf.glossary == SHIPPED.glossary


def test_an_own_folder_may_explain_terms_and_a_mended_file_is_read(write, monkeypatch):
    path = write('[terms]\n"flux" = "What flows."\n', "glossary.toml")
    monkeypatch.setenv("AAE_LESSONS", str(path.parent))
    write("broken")
    assert reader.load_lessons().problems
    write(FRONT + BODY.replace("[[code]]", "[[flux]]"))
    shelf = reader.load_lessons()
    assert not shelf.problems and shelf.glossary["flux"] == "What flows." and "mine" in shelf.lessons


def test_a_file_that_goes_while_the_folder_is_read_is_told(write, monkeypatch):
    path = write(FRONT + BODY)
    (path.parent / "32-gone.md").symlink_to(path.parent / "nowhere.md")
    monkeypatch.setenv("AAE_LESSONS", str(path.parent))
    shelf = reader.load_lessons()
    assert "mine" in shelf.lessons and len(shelf.problems) == 1
    assert shelf.problems[0].startswith("32-gone.md was left out: it could not be read")


def test_a_link_is_read_anew_when_what_it_leads_to_changes(write, monkeypatch, tmp_path):
    target = tmp_path / "elsewhere.md"
    target.write_text(FRONT + BODY)
    path = write(FRONT + BODY, "32-other.md")
    (path.parent / "31-mine.md").symlink_to(target)
    monkeypatch.setenv("AAE_LESSONS", str(path.parent))
    assert reader.load_lessons().lessons["mine"].title == "A title"
    target.write_text(replace_text("A title", "Another title"))
    assert reader.load_lessons().lessons["mine"].title == "Another title"


def test_files_beyond_the_most_are_told(write, monkeypatch):
    limit = len(SHIPPED.lessons)
    monkeypatch.setattr(reader, "MAX_FILES", limit)
    for n in range(limit + 2):
        path = write(FRONT + BODY, f"{20 + n}-lesson-{n}.md")
    monkeypatch.setenv("AAE_LESSONS", str(path.parent))
    shelf = reader.load_lessons()
    assert f"lesson-{limit - 1}" in shelf.lessons and f"lesson-{limit}" not in shelf.lessons
    (output,) = shelf.problems
    assert f"Only {limit} lessons" in output and f"{20 + limit}-lesson-{limit}.md" in output


NO_FOLDER = {  # by what is wrong with what AAE_LESSONS names: the sentence after the folder
    "missing": r"does not exist; create it, or set AAE_LESSONS",
    "a file": r"is not a folder; set AAE_LESSONS to the folder",
    "below a file": r"is not a folder",
    "a link to itself": r"could not be read \(.+\); check AAE_LESSONS",
    "unread": r"cannot be opened; check its permissions",
    "unentered": r"cannot be opened; check its permissions",
}


def forbid(monkeypatch, folder, *calls):
    """What the system refuses anyone but root: to list a folder, or to look at what is in it."""

    def with_refusal(call):
        real_call = getattr(os, call)

        def call_or_refuse(path, *args, **options):
            if str(path).startswith(f"{folder}{os.sep}" if call == "stat" else str(folder)):
                raise PermissionError(13, "Permission denied", str(path))
            return real_call(path, *args, **options)

        return call_or_refuse

    for call in calls:
        monkeypatch.setattr(os, call, with_refusal(call))


def no_folder(case, path, monkeypatch):
    """What AAE_LESSONS names in a case of NO_FOLDER; path: a lesson in a folder that can be read."""
    folder, loop = path.parent, path.with_name("loop")
    loop.symlink_to("loop")
    if case in ("unread", "unentered"):
        forbid(monkeypatch, folder, *(("listdir", "scandir") if case == "unread" else ("stat",)))
    places = {"missing": folder / "nowhere", "a file": path, "below a file": path / "x", "a link to itself": loop}
    return places.get(case, folder)


@pytest.mark.parametrize("case", NO_FOLDER)
def test_an_unreadable_folder_is_named_and_shipped_lessons_load(write, monkeypatch, case):
    folder = no_folder(case, write(FRONT + BODY), monkeypatch)
    monkeypatch.setenv("AAE_LESSONS", str(folder))
    shelf = reader.load_lessons()
    (sentence,) = shelf.problems
    assert sentence.startswith(f"The folder {folder} was left out: it ") and sentence.endswith(".")
    assert re.search(NO_FOLDER[case], sentence), sentence
    assert shelf.lessons == SHIPPED.lessons and shelf.glossary == SHIPPED.glossary


def test_a_folder_that_may_be_read_again_is_read(write, monkeypatch):
    folder = write(FRONT + BODY).parent
    monkeypatch.setenv("AAE_LESSONS", str(folder))
    with monkeypatch.context() as patch:
        forbid(patch, folder, "listdir")
        assert reader.load_lessons().problems
    assert not reader.load_lessons().problems and "mine" in reader.load_lessons().lessons


def test_a_folder_that_is_left_out_is_told_on_the_list(tmp_path, monkeypatch):
    monkeypatch.setenv("AAE_LESSONS", str(tmp_path / "nowhere"))
    (error,) = open_page("lessons").error
    assert "nowhere was left out" in error.value


def test_a_name_that_is_not_utf8_can_be_told(tmp_path, monkeypatch):
    monkeypatch.setenv("AAE_LESSONS", str(tmp_path / os.fsdecode(b"m\xefne")))
    (sentence,) = reader.load_lessons().problems
    assert "m?ne was left out" in sentence and sentence.encode()


def test_text_is_read_into_paragraphs_lists_and_parts():
    blocks = markup.parse_blocks("One **two** *three* `four`\nfive.\n\n- [[code]]\n- [[codes|code]] on\n  two lines")
    assert [block["kind"] for block in blocks] == ["p", "ul"]
    assert [(part["text"], part["as"]) for part in blocks[0]["items"][0]] == [
        ("One ", ""), ("two", "strong"), (" ", ""), ("three", "em"), (" ", ""), ("four", "code"), (" five.", ""),
    ]  # fmt: skip
    assert blocks[1]["items"][1] == [
        {"text": "codes", "as": "term", "term": "code"},
        {"text": " on two lines", "as": ""},
    ]
    assert list(markup.terms_in_blocks(blocks)) == ["code", "code"]


def test_a_table_is_read_cell_by_cell():
    (block,) = markup.parse_blocks("| Prior | Price |\n| --- | --- |\n| [[prior]] | **none** |")
    assert (block["kind"], block["columns"]) == ("table", 2)
    assert [[part["as"] for part in cell] for cell in block["items"]] == [[""], [""], ["term"], ["strong"]]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("| a | b |\n| c | d |\n| e | f |", "without a head"),
        ("| a | b |\n| --- | --- |", "without a head"),
        ("| a | b |\n| --- | --- |\n| c |", "differ in their number"),
        ("| a |\n| --- |\n| c |", "2 to 4 columns"),
    ],
)
def test_a_table_that_is_none_is_told(text, problem):
    with pytest.raises(markup.LessonError, match=problem):
        markup.parse_blocks(text)


def test_less_than_is_no_tag():
    assert markup.check_markup("D(z) < ½ and 1 <2") and markup.parse_blocks("a < b")
    for tag in ("<b>", "</b>", "<!--", "<?php"):
        with pytest.raises(LessonError, match="raw HTML"):
            markup.check_markup(f"text {tag}")


# What is shipped --------------------------------------------------------------------------------------------------------


def test_shipped_lessons_are_numbered_and_short():
    assert not SHIPPED.problems
    assert all(1 <= lesson.minutes <= 3 and 2 <= len(lesson.pages) <= 4 for lesson in SHIPPED.lessons.values())
    assert [lesson.number for lesson in SHIPPED.lessons.values()] == list(range(1, len(SHIPPED.lessons) + 1))
    for lesson in SHIPPED.lessons.values():
        word_count = sum(len(str(page.blocks).split()) + len(str(page.prediction).split()) for page in lesson.pages)
        assert word_count < 200 * 3 * 2, "about two hundred words a minute can be read, beside what is done"


def test_every_lesson_asks_for_an_act_and_sets_its_pages():
    for lesson in SHIPPED.lessons.values():
        assert any(page.goal["kind"] != "answer" for page in lesson.pages), lesson.slug
        assert all(page.set for page in lesson.pages), lesson.slug


def test_every_page_asks_before_it_shows():
    pages = [
        (lesson.slug, page_number, page)
        for lesson in SHIPPED.lessons.values()
        for page_number, page in enumerate(lesson.pages, 1)
    ]
    assert [(slug, page_number) for slug, page_number, page in pages if not page.prediction] == []
    predictions = [page.prediction for *_, page in pages]
    assert len({item.ask for item in predictions}) == len(predictions) and all(
        item.ask.endswith("?") for item in predictions
    )


def test_right_answers_stand_in_all_places():
    predictions = [page.prediction for lesson in SHIPPED.lessons.values() for page in lesson.pages if page.prediction]
    assert {entry.right for entry in predictions} == {0, 1, 2}
    assert max(sum(entry.right == k for entry in predictions) for k in range(3)) <= 0.7 * len(predictions)


def test_every_term_is_explained_and_every_explanation_is_of_use():
    terms = set().union(*(page.terms for lesson in SHIPPED.lessons.values() for page in lesson.pages))
    assert terms == set(SHIPPED.glossary)
    assert all(explanation.endswith(".") and len(explanation) > 20 for explanation in SHIPPED.glossary.values())


def test_rows_name_what_there_is():
    views = {path.stem for path in (reader.LESSONS_FOLDER.parent / "views").glob("*.py")}
    assert set(vocabulary.PAGES) <= views
    for rows in (vocabulary.SETTINGS, vocabulary.GOALS):
        assert all(set(row.pages) <= set(vocabulary.PAGES) for row in rows.values())
    assert all(row.on and set(row.on) <= set(vocabulary.PAGES) for row in vocabulary.ITEMS.values())


def test_a_page_sets_a_place_that_its_revision_has():
    """A shipped revision may be replaced by one of other dimensions, and a link's z would then be left out."""
    for lesson in SHIPPED.lessons.values():
        for page in lesson.pages:
            revision_text, z = page.set.get("revision"), page.set.get("z")
            if revision_text and z:
                config = revision_snapshot.open_snapshot(running_lesson.find_revision_id(revision_text)).config
                assert z.count(",") + 1 == config.latent_dim, (lesson.slug, revision_text, z)


def code_spread(answer):
    """The root mean square distance of the codes from their mean; of the prior it is √2."""
    codes = answer["fields"]["codes"]
    return float(np.sqrt(np.square(codes - codes.mean(0)).sum(1).mean()))


@pytest.mark.thorough
def test_the_collapse_of_the_lesson_outlasts_time_and_ends_by_its_remedy(tmp_path):
    """The game that the lesson sets, played on as the page plays it."""
    pages = SHIPPED.lessons["mode-collapse"].pages
    (setting_items,) = {tuple(page.set.items()) for page in pages}  # one game from the first page to the last
    values = {name.removeprefix("game."): text for name, text in setting_items}
    setup = GameSetup(variant=values.pop("variant"), begun=int(values.pop("begun")), seed=int(values.pop("seed", 0)))
    rules = GameRules(**{name: float(text) for name, text in values.items()})
    mended_rules = asdict(replace(rules, d_steps=pages[1].goal["least"], generation_rate=0.1))
    remedy, wait = (
        {"do": "round", "times": pages[2].goal["times"], "rules": mended_rules},
        [{"do": "round", "times": 20}] * 20,
    )
    games = [
        game_engine.game_input(tmp_path, setup, rules, value)
        for value in ([*wait[:5], remedy], [*wait, remedy, remedy])
    ]
    (*_, early_answer), (*crowd, _, late_answer) = game_engine.run_engine(tmp_path, games=games)["games"]
    places = [answer["fields"]["codes"].mean(0) for answer in crowd]
    assert max(map(code_spread, crowd)) < 0.2, "four hundred rounds, and the codes are still in one spot"
    assert crowd[-1]["header"]["distance"] > 0.05 and np.linalg.norm(np.ptp(places, axis=0)) > 0.5, (
        "not the same one always"
    )
    for answer in (early_answer, late_answer):
        assert code_spread(answer) > 1 and answer["header"]["distance"] < 0.05


def test_the_lesson_on_few_labels_shows_a_model_that_all_images_taught():
    revision = revision_snapshot.open_snapshot(running_lesson.find_revision_id("semi-supervised"))
    assert revision.config.labels == 100 and set(trained_phases(revision.config)) == set(PHASES)
    error = revision.measures["error"]
    page = SHIPPED.lessons["few-labels"].pages[1]
    assert page.prediction.choices[page.prediction.right] == f"About {100 * error:.0f} in 100"


def drawn_class_shares(revision_text, seed):
    """The shares of the classes among the codes nearest to five hundred draws from N(0, I)."""
    codes = revision_snapshot.open_snapshot(running_lesson.find_revision_id(revision_text)).codes
    draws = np.random.default_rng(seed).standard_normal((500, 2))
    nearest_rows = np.linalg.norm(draws[:, None] - codes.z[None], axis=2).argmin(1)
    return np.bincount(codes.labels[nearest_rows], minlength=10) / len(draws)


@pytest.mark.parametrize("seed", range(5))
def test_the_lesson_on_holes_tells_what_random_draws_give(seed):
    assert SHIPPED.lessons["holes"].pages[2].set.items() >= {"left": "ae", "right": "aae"}.items()
    ae_shares, aae_shares = drawn_class_shares("ae", seed), drawn_class_shares("aae", seed)
    assert 0.4 < ae_shares[0] + ae_shares[2] < 0.6 and ae_shares[1] < 0.03
    assert aae_shares.min() > 0.05 and aae_shares.max() < 0.17


@pytest.mark.thorough
def test_the_lesson_on_disentanglement_tells_what_its_model_measures():
    lesson = SHIPPED.lessons["disentanglement"]
    (revision_text,) = {page.set["revision"] for page in lesson.pages}
    revision = revision_snapshot.open_snapshot(running_lesson.find_revision_id(revision_text))
    assert (revision.config.variant, revision.data.name, revision.config.latent_dim) == ("aae", "colour-glyphs", 8)
    dataset, probe = sets.load("colour-glyphs"), revision.probe()
    factors = dataset.train.factors[probe.index]
    page_text = str(lesson.pages[2].blocks)
    mig = disentanglement.mutual_information_gaps(probe.z, factors).mean()
    mean_r_squared = disentanglement.fit_importances_and_r_squared(probe.z, factors)[1].mean()
    assert f"it is {mig:.2f}." in page_text
    assert abs(mean_r_squared - float(re.search(r"R² of ([\d.]+)\.", page_text)[1])) < 0.06, (
        "the lesson's is of test images"
    )
    fits = {
        factor_direction.name: factor_direction.fit
        for factor_direction in directions.factor_directions(probe.z, factors, dataset.factor_names)
    }
    single_r_squared = np.corrcoef(probe.z.T, factors[:, dataset.factor_names.index("x")])[-1, :-1] ** 2
    reason_text = str(lesson.pages[1].prediction.because)
    assert f"R² of {single_r_squared.max():.1f}, all eight together with {fits['x']:.1f}" in reason_text
    assert max(fits["thickness"], fits["rotation"]) < 0.1 < min(fits["y"], fits["ground"])


SETTING_TEXTS = {  # by setting: what links say, and what they cannot
    "across": ("2", "0"), "up": ("1", "x"),
    "window": ("-1,1,-2,2.5", "1,-1,0,1"), "hidden": ("-1,3", "3,3"), "of": ("all", "some"), "codes": ("draw", "drawn"),
    "revision": ("aae colour-glyphs", "aae nowhere"), "open": ("directions,path", "nothing"),
    "seen": ("codes,prior", "code"), "ring": ("12", "-1"), "axis": ("epochs", "days"), "moment": ("21.5", "-1"),
    "game.d_steps": ("8", "8.5"), "game.weight": ("0.25", "nan"), "game.input_noise": ("0.5", "2"),
    "epochs": ("5", "many"), "optimiser.clip": ("5", "wide"), "network.hidden": ("100, 50", "100, big"),
    "variant": ("vae", "gan"),
}  # fmt: skip


@pytest.mark.parametrize("name", SETTING_TEXTS)
def test_a_lesson_sets_what_links_hold_and_nothing_that_makes_no_sense(name):
    valid_text, invalid_text = SETTING_TEXTS[name]
    row = vocabulary.SETTINGS[name]
    assert row.is_valid(valid_text) and not row.is_valid(invalid_text) and row.valid_values


def test_every_rule_of_the_game_can_be_set():
    assert {f"game.{name}" for name in vocabulary.GAME_RULES} <= set(vocabulary.SETTINGS)


# The goals that the page knows, and what of a drawing it highlights: for what is not known, the pen is only saved and restored.
DRAWN_NAMES_SCRIPT = """
const [{ GOAL_CHECKS }, { drawHighlight }] = await Promise.all(process.argv.slice(1, 3).map((file) => import(file)));
const places = { codes: [0, 0], prior: [0, 0], draws: [0, 0], places: [[0, 0]] };
const calls = (drawn) => {
  let count = 0;
  const pen = new Proxy({}, { get: () => () => (count += 1), set: () => true });
  drawHighlight(pen, { drawn, toScreen: (x, y) => [x, y], width: 9, height: 9, ...places });
  return count;
};
console.log(JSON.stringify([Object.keys(GOAL_CHECKS), process.argv.slice(3).filter((name) => calls(name) > calls("nothing"))]));
"""


def test_the_page_judges_every_goal_and_draws_every_light():
    drawn_names = {location.drawn for row in vocabulary.ITEMS.values() for location in row.on.values()} - {""}
    files = (str(PAGE_MODULES / "lessons" / name) for name in ("goals.ts", "plane_highlight.ts"))
    goals, lights = json.loads(run_node(DRAWN_NAMES_SCRIPT, *files, *sorted(drawn_names), "nowhere"))
    assert set(goals) == vocabulary.GOALS.keys() and drawn_names and set(lights) == drawn_names


# The figures that the page tells, as far as their names are known from one answer of a game and from a plane.
FIGURE_NAMES_SCRIPT = """
const modules = process.argv.slice(1).map((file) => import(file));
const [{ gameFigures, manyCodesFigures }, { planeFigures }, { measureDivergences }, { styleFigures }] =
  await Promise.all(modules);
const phases = ["reconstruction", "discrimination", "generation", "classification"];
const records = phases.map((phase) => ({ phase, loss: [1, 1] }));
const header = { counts: Object.fromEntries(phases.map((phase) => [phase, 1])), records };
const answer = { header, fields: { codes: { values: [0, 0] } } };
const namesOf = (figures) => Object.keys(Object.getOwnPropertyDescriptors(figures));
const ofGame = [gameFigures(answer), manyCodesFigures(null)].flatMap(namesOf);
console.log(JSON.stringify([ofGame, namesOf(planeFigures({}, 0)),
  namesOf(measureDivergences({ means: [0, 0], widths: [1, 1] })), namesOf(styleFigures([0, 0], () => 0))]));
"""


def test_the_page_tells_every_figure():
    names = ("game/game_figures.ts", "lessons/plane_figures.ts", "aggregate/divergences.ts", "style/style_figures.ts")
    files = [PAGE_MODULES / name for name in names]
    names_by_page = dict(
        zip(
            ("game", "explore", "aggregate", "style"),
            json.loads(run_node(FIGURE_NAMES_SCRIPT, *map(str, files))),
            strict=True,
        )
    )
    assert vocabulary.FIGURES and {page for row in vocabulary.FIGURES.values() for page in row.pages} == set(
        names_by_page
    )
    for page, names in names_by_page.items():
        assert vocabulary.rows_for_page(vocabulary.FIGURES, page).keys() <= set(names)


# On the pages -----------------------------------------------------------------------------------------------------------


def cards_number(app):
    """The place of the cards among the components of the page Lessons."""
    names = [part.proto.component_name for part in app.get("bidi_component")]
    return next(number for number, name in enumerate(names) if name.endswith("cards"))


def test_the_list_names_each_lesson_with_promise_and_length():
    app = open_page("lessons")
    assert app.title[0].value == "Lessons" and not app.error
    cards_html = html.unescape(sent_header(app, cards_number(app))["html"])
    for number, lesson in enumerate(SHIPPED.lessons.values(), 1):
        assert f">{number}. {lesson.title}</a>" in cards_html and f"<p>{lesson.promise}</p>" in cards_html
        assert f"<p>{lesson.minutes} min · {len(lesson.pages)} pages" in cards_html
        assert pictures.picture_svg(lesson.slug) in cards_html
    assert len({pictures.picture_svg(slug) for slug in SHIPPED.lessons}) == len(SHIPPED.lessons), (
        "each has its own picture"
    )
    assert {element.label for element in app.expander} == {
        "Glossary: every term of the lessons",
        "Write a lesson of your own",
    }


def test_the_example_of_the_page_is_a_lesson(write):
    app = open_page("lessons")
    app.session_state["writing"] = True  # the box is open
    (code,) = app.run().code
    lesson = reader.read_lesson(write(code.value + "\n"), SHIPPED.glossary)
    assert lesson.pages[0].figures == {"mmd2"}


def test_a_refused_file_is_named_on_the_list(write, monkeypatch):
    monkeypatch.setenv("AAE_LESSONS", str(write(FRONT + BODY + "<b>").parent))
    (error,) = open_page("lessons").error
    assert "31-mine" in error.value and "raw HTML" in error.value


def test_a_link_opens_a_page_of_a_lesson_on_its_page_with_its_settings():
    app = open_page("lessons", lesson="equilibrium", at="1")
    assert app.title[0].value == "Step by step"
    assert query_settings(app) in (
        {"lesson": "equilibrium", "at": "1", "game.variant": "aae", "game.d_steps": "2"},
        {"lesson": "equilibrium", "at": "1", "game.d_steps": "2"},
    )
    assert app.session_state[running_lesson.ENTERED_KEY] == ("equilibrium", 1)
    by_number = open_page("lessons", lesson="5")  # as the list counts it
    assert (by_number.title[0].value, query_settings(by_number)["lesson"]) == ("Step by step", "equilibrium")


def test_a_link_keeps_what_it_says_of_the_page_itself():
    app = open_page("game", lesson="equilibrium", **{"game.seed": "7"})
    assert (
        query_settings(app)["game.seed"] == "7"
        and query_settings(app)["game.d_steps"] == "2"
        and query_settings(app)["at"] == "1"
    )


def test_a_lesson_that_makes_no_sense_is_left_out_with_a_word():
    app = open_page("game", lesson="nothing", at="99")
    assert "lesson" not in query_settings(app) and any("“lesson”" in toast.value for toast in app.toast)
    for slugs_text in ("<script>", "holes,holes", "holes,nothing"):
        app = open_page("lessons", learnt=slugs_text)
        assert "learnt" not in query_settings(app) and any("“learnt”" in toast.value for toast in app.toast)
    app = open_page("game", lesson="fooling-d", at="99")
    assert query_settings(app)["at"] == "1" and any("“at”" in toast.value for toast in app.toast)


def test_the_next_page_continues_in_place_or_sets_up_its_own():
    app = open_page("game", lesson="mode-collapse")
    token = app.session_state["game.token"]
    app.session_state[running_lesson.REQUEST_KEY] = ("mode-collapse", 2)
    assert_no_exception(app.run())
    assert query_settings(app)["at"] == "2" and app.session_state["game.token"] == token
    app.session_state[running_lesson.REQUEST_KEY] = ("fooling-d", 1)
    assert_no_exception(app.run())
    assert query_settings(app)["lesson"] == "fooling-d" and app.session_state["game.token"] != token


def test_a_lesson_left_leaves_the_link_and_is_resumed_where_it_was():
    app = open_page("game", lesson="mode-collapse", at="2")
    app.session_state[running_lesson.REQUEST_KEY] = "leave"
    assert_no_exception(app.run())
    assert "lesson" not in query_settings(app) and running_lesson.LESSON not in app.session_state[address.SETTINGS_KEY]
    app.switch_page("views/lessons.py")
    assert_no_exception(app.run())
    choice = {"name": "mode-collapse", "page": 2, "reached": [1], "message_number": 1}  # as the browser has noted it
    send_message(app, cards_number(app), choose=choice)
    assert {"lesson": "mode-collapse", "at": "2", "reached": "1"}.items() <= query_settings(app).items()


@pytest.mark.parametrize("page", [None, 0, 1.5, 9])
def test_a_card_begins_its_lesson_at_a_page_that_exists(page):
    app = open_page("lessons")
    choice = {"name": "the-prior", "page": page, "reached": [1], "message_number": 1}
    send_message(app, cards_number(app), choose=choice)
    assert query_settings(app)["lesson"] == "the-prior" and query_settings(app)["at"] == "1"
    assert "reached" not in query_settings(app)


def test_after_a_lesson_comes_the_next_and_after_the_last_none(session):
    slugs = list(SHIPPED.lessons)
    assert SHIPPED.lesson_after(slugs[0]).slug == slugs[1] and SHIPPED.lesson_after(slugs[-1]) is None
    running_lesson.handle_message(start_lesson(slugs[0]), "next", None)
    assert session[running_lesson.REQUEST_KEY] == (slugs[1], 1)


def test_what_was_reached_is_in_the_link_and_outlives_a_reload(session):
    lesson = SHIPPED.lessons["which-side-is-real"]
    st.query_params |= {"reached": "1"}
    address.begin_run("game")
    running_lesson._sync_reached_goals(lesson)
    assert running_lesson.is_goal_reached(lesson.slug, 1) and not running_lesson.is_goal_reached(lesson.slug, 2)
    running_lesson.handle_message(start_lesson(lesson.slug, 2), "reached", None)
    running_lesson._sync_reached_goals(lesson)
    address.write_query()
    assert st.query_params["reached"] == "1,2" and running_lesson.completed_lessons() == (lesson.slug,)


def test_a_reload_says_what_was_reached_and_drops_nonsense():
    app = open_page("game", lesson="which-side-is-real", at="2", reached="1")
    assert (
        app.session_state[running_lesson.REACHED_KEY] == {("which-side-is-real", 1)}
        and query_settings(app)["reached"] == "1"
    )
    app.session_state[running_lesson.REQUEST_KEY] = "leave"
    assert "reached" not in query_settings(assert_no_exception(app.run()))
    for text in ("3", "1,1", "x"):
        app = open_page("game", lesson="which-side-is-real", at="2", reached=text)
        assert "reached" not in query_settings(app) and any("“reached”" in toast.value for toast in app.toast)


def test_a_lesson_begun_again_asks_again_and_going_back_does_not():
    app = open_page("game", lesson="which-side-is-real")
    app.session_state[running_lesson.ANSWERS_KEY] = {("which-side-is-real", 1): 0, ("fooling-d", 1): 2}
    app.session_state[running_lesson.REACHED_KEY] = {("which-side-is-real", 1), ("fooling-d", 1)}
    app.session_state[running_lesson.REQUEST_KEY] = ("which-side-is-real", 2)
    assert_no_exception(app.run())
    app.session_state[running_lesson.REQUEST_KEY] = ("which-side-is-real", 1)
    assert_no_exception(app.run())
    assert running_lesson.ANSWERS_KEY in app.session_state and len(app.session_state[running_lesson.REACHED_KEY]) == 2
    app.switch_page("views/lessons.py")
    assert_no_exception(app.run())
    app.switch_page("views/game.py")
    app.query_params.clear()
    app.query_params["lesson"], app.query_params["at"] = "which-side-is-real", "1"
    assert_no_exception(app.run())
    assert app.session_state[running_lesson.ANSWERS_KEY] == {("fooling-d", 1): 2}
    assert app.session_state[running_lesson.REACHED_KEY] == {("fooling-d", 1)} and "reached" not in query_settings(app)


def test_a_title_means_itself_on_the_list(write, monkeypatch):
    monkeypatch.setenv("AAE_LESSONS", str(write(replace_text("A title", "Twice *x* [y]")).parent))
    app = open_page("lessons")
    assert "Twice *x* [y]</a>" in sent_header(app, cards_number(app))["html"]


def start_lesson(slug, page_number=1):
    return running_lesson.RunningLesson(SHIPPED.lessons[slug], page_number)


def test_what_the_panel_says_is_looked_at_before_it_counts():
    lesson_state = start_lesson("fooling-d")
    fields = {"lesson": "fooling-d", "page_number": 1, "message_number": 4}

    def read_message(kind, value, lesson_state=lesson_state):
        return lesson_panel.parse_lesson_message(lesson_state, kind, validation.parse_message(kind, value))

    assert read_message("go", fields | {"number": 3}) == 3
    assert read_message("answer", fields | {"number": 2}) == 2
    assert read_message("leave", fields) is None
    for bad_value in (None, [], {}, fields | {"lesson": "other"}, fields | {"page_number": 2}):
        with pytest.raises(MessageError):
            read_message("reached", bad_value)
    for kind, number in (
        ("go", 0),
        ("go", 4),
        ("go", "1"),
        ("go", True),
        ("answer", 4),
        ("answer", -1),
        ("answer", None),
    ):
        with pytest.raises(MessageError):
            read_message(kind, fields | {"number": number})
    silent_lesson = replace(lesson_state.lesson, pages=(replace(lesson_state.page, prediction=None),))
    with pytest.raises(MessageError):
        read_message("answer", fields | {"number": 0}, running_lesson.RunningLesson(silent_lesson, 1))


def test_goals_reached_make_a_lesson_complete_and_the_link_keeps_that():
    app = open_page("game", lesson="which-side-is-real")
    app.session_state[running_lesson.REACHED_KEY] = {("which-side-is-real", 1), ("which-side-is-real", 2)}
    app.session_state[address.SETTINGS_KEY] |= {running_lesson.LEARNT: "which-side-is-real"}
    assert_no_exception(app.run())
    assert query_settings(app)["learnt"] == "which-side-is-real"
    app.session_state[running_lesson.REQUEST_KEY] = "finish"
    assert_no_exception(app.run())
    assert (
        app.title[0].value == "Lessons"
        and query_settings(app)["learnt"] == "which-side-is-real"
        and "lesson" not in query_settings(app)
    )


@pytest.fixture
def session(query):
    """The session as a callback finds it."""
    return st.session_state


def test_each_goal_counts_once_and_the_last_completes_the_lesson(session):
    running_lesson.handle_message(start_lesson("which-side-is-real", 2), "reached", None)
    assert running_lesson.completed_lessons() == () and running_lesson.is_goal_reached("which-side-is-real", 2)
    running_lesson.handle_message(start_lesson("which-side-is-real", 1), "answer", 0)
    running_lesson.handle_message(start_lesson("which-side-is-real", 1), "answer", 2)
    assert (
        running_lesson.completed_lessons() == ("which-side-is-real",)
        and address.select_stored_texts(["learnt"])["learnt"] == "which-side-is-real"
    )
    running_lesson.handle_message(start_lesson("fooling-d", 1), "answer", 2)
    assert not running_lesson.is_goal_reached("fooling-d", 1), "there the goal is an act, and no answer"
    running_lesson.handle_message(start_lesson("fooling-d", 1), "go", 2)
    assert session[running_lesson.REQUEST_KEY] == ("fooling-d", 2)
    running_lesson.handle_message(start_lesson("fooling-d", 2), "go", 3)
    assert session[running_lesson.REQUEST_KEY] == "finish"
    running_lesson.handle_message(start_lesson("fooling-d", 2), "leave", None)
    assert session[running_lesson.REQUEST_KEY] == "leave"


def test_the_message_holds_all_that_the_panel_shows(session):
    lesson_state = start_lesson("fooling-d")
    panel_message = lesson_panel.panel_message(
        lesson_state, "explore", SHIPPED, running_lesson.lesson_progress(lesson_state)
    )
    assert (
        panel_message["page_number"],
        panel_message["page_count"],
        panel_message["is_on_this_page"],
        panel_message["place"],
    ) == (
        1,
        2,
        False,
        "Step by step",
    )
    assert [term["item"] for term in panel_message["equation"] if "item" in term] == ["G", "D", "encoder"]
    assert all(term["css"] and term["lights"] for term in panel_message["equation"] if "item" in term)
    assert set(panel_message["terms"]) == start_lesson("fooling-d").page.terms and all(panel_message["terms"].values())


@pytest.mark.parametrize("slug", SHIPPED.lessons)
def test_every_revision_that_a_lesson_needs_is_in_the_gallery(slug):
    for page in SHIPPED.lessons[slug].pages:
        assert running_lesson.page_settings_and_missing_note(page)[1] == ""


def test_a_revision_that_is_missing_is_told(monkeypatch):
    monkeypatch.setattr(revision_data, "list_summaries", lambda: [])
    settings, missing_note = running_lesson.page_settings_and_missing_note(
        SHIPPED.lessons["style-and-content"].pages[0]
    )
    assert "revision" not in settings and settings["z"]
    assert "needs a trained “supervised”" in missing_note


def test_what_holds_on_every_page_stays_when_a_lesson_sets_one_up():
    app = open_page("game", lesson="fooling-d")
    app.session_state[address.SETTINGS_KEY] |= {"size": "presenter", "z": "1,1"}
    app.session_state[running_lesson.REQUEST_KEY] = ("which-side-is-real", 1)
    memory = assert_no_exception(app.run()).session_state[address.SETTINGS_KEY]
    assert memory["size"] == "presenter" and "z" not in memory


def test_what_a_link_says_was_learnt_is_kept_on_the_way_to_the_lesson():
    assert query_settings(open_page("lessons", lesson="fooling-d", learnt="holes"))["learnt"] == "holes"


def test_the_next_page_is_set_up_where_the_learner_had_gone_elsewhere():
    app = open_page("game", lesson="mode-collapse")
    app.switch_page("views/results.py")
    assert_no_exception(app.run())
    app.query_params["elsewhere"] = "1"
    app.session_state[running_lesson.REQUEST_KEY] = ("mode-collapse", 2)
    assert_no_exception(app.run())
    assert app.title[0].value == "Step by step"
    assert (
        query_settings(app)["game.generation_rate"] == "1"
        and query_settings(app)["at"] == "2"
        and "elsewhere" not in query_settings(app)
    )


def test_the_revision_with_the_named_prior_is_taken():
    revision_ids = [
        revision_snapshot.open_snapshot(running_lesson.find_revision_id(f"label-informed {prior}")).config
        for prior in ("mixture", "swiss-roll")
    ]
    assert [config.prior.name for config in revision_ids] == ["mixture", "swiss-roll"]
    assert running_lesson.find_revision_id("aae gamma") is None
