"""The catalogues: they hold exactly the app's texts, and translations keep what a program reads in them."""

import re

import pytest

pytest.importorskip("babel", reason="catalogues are kept with requirements-dev.txt")

from app.catalogue import __main__ as catalogue_command
from app.catalogue import collecting
from app.components import bundler
from app.course.contents import load_course
from app.lessons import reader
from app.theory.article import read_article
from app.translation import languages, texts

TRANSLATIONS = [code for code in languages.LANGUAGES if code != languages.SOURCE_LANGUAGE]
BRACES = re.compile(r"\{[\w.]+\}")
TERM = re.compile(r"\[\[(?:[^\[\]|]+\|)?([^\[\]|]+)\]\]")
MATHEMATICS = re.compile(r"\$[^$]+\$")


@pytest.fixture(scope="module")
def collected():
    return collecting.collect_texts()


@pytest.fixture(scope="module", params=TRANSLATIONS)
def translations(request):
    return catalogue_command.read_catalogue(request.param)


def forms(message):
    """The pairs of a text and a translation of a message."""
    ids = message.id if isinstance(message.id, tuple) else (message.id,)
    strings = message.string if isinstance(message.string, tuple) else (message.string,)
    return [(ids[-1], translation) for translation in strings if translation]


def test_the_catalogue_has_exactly_the_texts_of_the_app(collected, translations):
    """`python -m app.catalogue` brings it up to date."""
    assert {message.id for message in translations} == {message.id for message in collected}


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


def test_the_bundle_reads_the_texts_that_are_collected():
    """The bundler finds texts with a pattern, the catalogue with a parser."""
    sources = {
        path.relative_to(bundler.MODULES).as_posix(): path.read_text(encoding="utf-8")
        for path in bundler.MODULES.rglob("*.js")
        if path.name != "translate.js"
    }
    matched = {match[1] for source in sources.values() for match in bundler.TRANSLATED_TEXT.finditer(source)}
    functions = collecting.JAVASCRIPT_FUNCTIONS
    parsed = {
        found[0] if isinstance(found, tuple) else found
        for name in sources
        for _, found in collecting._source_texts("javascript", bundler.MODULES / name, functions)
    }
    assert {text.replace('\\"', '"') for text in matched} == parsed


def test_values_in_braces_are_named(collected):
    """`{}` and `{0}` would tie a translation to the order of the English words."""
    unnamed = []
    for message in collected:
        if any(place.endswith((".py", ".js")) for place, _ in message.locations):
            text = message.id[-1] if isinstance(message.id, tuple) else message.id
            unnamed += re.findall(r"\{\d*\}", text)
    assert unnamed == []
