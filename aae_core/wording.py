"""Sentences that `aae_core` composes for readers: their language, and what the data in them consist of, images or the rows of a
table."""

import re
from collections.abc import Callable

_ITEM = re.compile(r"\b(?P<article>[Aa]n )?(?P<first>[Ii])mage(?P<plural>s?)\b")
_PIXEL = re.compile(r"\b(?P<first>[Pp])ixel(?P<plural>s?)\b")

# How to write in the reader's language: functions that translate a text, and that make a translated text about images one about
# rows. Without any, as on the command line, all texts are in English.
_languages: list[tuple[Callable[[str], str], Callable[[str], str]]] = []


def register_language(translate_text: Callable[[str], str], replace_image_words: Callable[[str], str]) -> None:
    """Let two functions write the texts of `translate` and `adapt_image_words` in the reader's language."""
    _languages.append((translate_text, replace_image_words))


def translate(text: str, /, **values) -> str:
    """A text in the language of the reader. values: the texts and numbers for its braces."""
    for translate_text, _ in _languages:
        text = translate_text(text)
    return text.format(**values) if values else text


def mark(text: str) -> str:
    """The text itself, which is translated where it is shown."""
    return text


def adapt_image_words(text: str, is_table: bool) -> str:
    """A text that speaks of images and pixels, as it reads for data of this kind: of a table it speaks of rows and features."""
    if not is_table:
        return text
    for _, replace_image_words in _languages:
        text = replace_image_words(text)
    return _PIXEL.sub(_feature_for_pixel, _ITEM.sub(_row_for_image, text))


def _feature_for_pixel(match) -> str:
    letter = "F" if match["first"] == "P" else "f"
    return f"{letter}eature{match['plural']}"


def _row_for_image(match) -> str:
    article = (match["article"] or "").replace("n ", " ")
    letter = "R" if match["first"] == "I" else "r"
    return f"{article}{letter}ow{match['plural']}"
