"""Texts in the current language, from the catalogues beside this file.

`translate` takes a literal text, which `app.catalogue` collects; a text that stands in a table is marked there with `mark` and
translated where it is shown. Values are named in braces: `translate("{count} of {total}", count=3, total=5)`.
"""

import gettext
from functools import cache
from pathlib import Path

from aae_core import wording
from app.translation.languages import SOURCE_LANGUAGE, current_language
from app.translation.row_words import replace_image_words

CATALOGUES = Path(__file__).parent / "catalogues"


def translate(text: str, /, **values) -> str:
    """A text in the current language, or in English if the catalogue lacks it. values: the texts and numbers for its braces;
    without any, braces stay."""
    translated_text = load_catalogue(current_language()).gettext(text) if text else text
    return translated_text.format(**values) if values else translated_text


def translate_plural(singular: str, plural: str, count: int, /, **values) -> str:
    """One of two texts by a count, in the current language; {count} in it is the count."""
    translated_text = load_catalogue(current_language()).ngettext(singular, plural, count)
    return translated_text.format(count=count, **values)


def mark(text: str) -> str:
    """The text itself; tells `app.catalogue` to collect it, because it is translated where it is shown."""
    return text


@cache
def load_catalogue(language: str) -> gettext.NullTranslations:
    """The translations into a language, read once. English has none."""
    if language == SOURCE_LANGUAGE:
        return gettext.NullTranslations()
    with (CATALOGUES / f"{language}.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


wording.register_writer(wording.Writer(translate, replace_image_words))
