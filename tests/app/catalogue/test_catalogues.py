"""The catalogues: they hold exactly the app's texts, and translations keep what a program reads in them."""

import ast
import json
import re
from collections import Counter

import pytest
from helpers.environment import PAGE_MODULES

pytest.importorskip("babel", reason="catalogues are kept with requirements-dev.txt")

from app.catalogue import __main__ as catalogue_command
from app.catalogue import collecting
from app.components import page_scripts
from app.course.contents import load_course
from app.lessons import reader
from app.theory.article import read_article
from app.translation import languages, texts

TRANSLATIONS = [code for code in languages.LANGUAGES if code != languages.SOURCE_LANGUAGE]
BRACES = re.compile(r"\{[\w.]+\}")
TERM = re.compile(r"\[\[(?:[^\[\]|]+\|)?([^\[\]|]+)\]\]")
MATHEMATICS = re.compile(r"\$[^$]+\$")


@pytest.fixture(scope="module")
def collected_texts():
    return collecting.collect_texts()


@pytest.fixture(scope="module", params=TRANSLATIONS)
def translations(request):
    return catalogue_command.read_catalogue(request.param)


def forms(message):
    """The pairs of a text and a translation of a message."""
    ids = message.id if isinstance(message.id, tuple) else (message.id,)
    return [(ids[-1], translation) for translation in translation_forms(message) if translation]


def translation_forms(message):
    return message.string if isinstance(message.string, tuple) else (message.string,)


def test_the_catalogue_has_exactly_the_texts_of_the_app(collected_texts, translations):
    """`python -m app.catalogue` brings it up to date."""
    assert {message.id for message in translations} == {message.id for message in collected_texts}


def test_no_translation_is_missing(translations):
    assert [message.id for message in translations if message.id and not all(translation_forms(message))] == []


def test_the_compiled_catalogue_is_that_of_the_file(translations):
    compiled = (texts.CATALOGUES / f"{translations.locale}.mo").read_bytes()
    assert compiled == catalogue_command.format_mo(translations)


def test_translations_keep_placeholders_terms_and_mathematics(translations):
    errors = []
    for message in translations:
        for text, translation in forms(message) if message.id else ():
            for pattern in (BRACES, TERM, MATHEMATICS):
                if set(pattern.findall(text)) != set(pattern.findall(translation)):
                    errors.append(
                        f"{text[:60]!r}: {sorted(pattern.findall(text))} {sorted(pattern.findall(translation))}"
                    )
    assert errors == []


def test_no_translation_is_marked_as_doubtful(translations):
    assert [message.id for message in translations if message.id and message.fuzzy] == []


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_documents_are_read_in_each_language(language):
    """A translation that the readers of lessons, article or course refuse is an error here."""
    english_lessons = reader.load_lessons()
    with languages.use_language(language):
        lessons, article, course = reader.load_lessons(), read_article(), load_course()
    assert lessons.problems == ()
    assert list(lessons.lessons) == list(english_lessons.lessons)
    for slug, lesson in lessons.lessons.items():
        assert lesson.title != english_lessons.lessons[slug].title
        assert [page.terms for page in lesson.pages] == [page.terms for page in english_lessons.lessons[slug].pages]
    assert [equation.tex for section in article.sections for equation in section.equations] == [
        equation.tex for section in read_article().sections for equation in section.equations
    ]
    assert [step.slug for step in course.steps] == [step.slug for step in load_course().steps]
    assert course.title != load_course().title


def test_texts_are_collected_wherever_their_call_stands():
    source = """
TITLE = mark("A title")
def caption(count):
    return f"{translate('Within an f-string')}: {translate('{a} of {b}', a=translate('Within a call'), b=translate(TITLE))}"
translate_plural("{count} image", "{count} images", 3)
"""
    expected = {
        "A title", "Within an f-string", "{a} of {b}", "Within a call", ("{count} image", "{count} images"),
    }  # fmt: skip
    assert set(collecting.python_texts(source, "caption.py")) == expected


def test_each_table_and_function_with_texts_is_used():
    """Texts that nothing shows any more would be translated for nobody."""
    sources = [
        path.read_text(encoding="utf-8") for path in (*collecting.APP.rglob("*.py"), *collecting.CORE.rglob("*.py"))
    ]
    words = Counter(word for source in sources for word in re.findall(r"\w+", source))
    named = {name for source in sources for name in _names_with_texts(ast.parse(source))}
    assert {"READING_TEXT", "map_drawing", "STATE_BADGES"} <= named
    collected_for_other_tables = {"STATE_NAMES"}  # the words for the states that a revision has
    assert {name for name in named if words[name] == 1} == collected_for_other_tables


def _names_with_texts(module):
    """The names of the constants with marked texts, and of the functions that translate texts, of a module's syntax tree."""
    for node in ast.walk(module):
        calls = [call for call in ast.walk(node) if isinstance(call, ast.Call)]
        if not any(getattr(call.func, "id", "") in collecting.TEXT_FUNCTIONS for call in calls):
            continue
        if isinstance(node, ast.FunctionDef) and not node.decorator_list:
            yield node.name
        if isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def test_a_text_with_values_of_its_own_is_an_error():
    with pytest.raises(ValueError, match="caption.py:1: an f-string"):
        collecting.python_texts('translate(f"{count} images")', "caption.py")


def test_each_call_in_a_module_has_a_literal_text():
    """The build finds texts with a pattern: a text in other quotes, or one that is put together, would stay English."""
    constant = re.compile(r"[\w.\[\]]+[,)]")  # a name, whose text is marked elsewhere
    overlooked = []
    texts_by_module = page_scripts.texts_by_module()
    for path in sorted(PAGE_MODULES.rglob("*.ts")):
        source = path.read_text(encoding="utf-8")
        texts = {text for pair in texts_by_module.get(path.relative_to(PAGE_MODULES).as_posix(), ()) for text in pair}
        for call in re.finditer(r"\b(?:translate|translatePlural|mark)\(\s*", source):
            literal = re.compile(r'"(?:[^"\\\n]|\\.)*"').match(source, call.end())
            is_read = json.loads(literal[0]) in texts if literal else constant.match(source, call.end())
            is_style = re.match(r"[-$]", source[call.end() :])  # translate(-50%), of a transform
            if not (is_read or is_style or path.name == "translate.ts"):
                overlooked.append(f"{path.name}: {source[call.start() : call.end() + 40]}")
    assert overlooked == []


def test_values_in_braces_are_named(collected_texts):
    """`{}` and `{0}` would tie a translation to the order of the English words."""
    unnamed = []
    for message in collected_texts:
        if any(place.endswith((".py", ".ts")) for place, _ in message.locations):
            text = message.id[-1] if isinstance(message.id, tuple) else message.id
            unnamed += re.findall(r"\{\d*\}", text)
    assert unnamed == []
