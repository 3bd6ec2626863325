"""Sentences that `aae_core` composes for readers: their language, what the data in them consist of, images or the rows of a
table, and the name of the command line."""

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

INSTALLED_COMMAND = "aae"  # the script that pip installs
MODULE_COMMAND = "python -m aae_core"
_ITEM = re.compile(r"\b(?P<article>[Aa]n )?(?P<first>[Ii])mage(?P<plural>s?)\b")
# The wide marks that end a Chinese sentence, which contain their own blank, perhaps within brackets or quotation marks
_WIDE_END = re.compile("[。！？；：][”’）」]*$")
_PIXEL = re.compile(r"\b(?P<first>[Pp])ixel(?P<plural>s?)\b")


def _keep_text(text: str) -> str:
    return text


@dataclass(frozen=True)
class Writer:
    """How texts are written in the reader's language. translate_text: translates an English text; replace_image_words: makes a
    translated text about images one about rows. By default both keep the text, which is English on the command line."""

    translate_text: Callable[[str], str] = _keep_text
    replace_image_words: Callable[[str], str] = _keep_text


_writer = Writer()


def register_writer(writer: Writer) -> None:
    """Let `translate` and `adapt_image_words` use this writer from now on."""
    global _writer
    _writer = writer


def translate(text: str, /, **values) -> str:
    """A text in the language of the reader. values: the texts and numbers for its braces."""
    translated_text = _writer.translate_text(text)
    return translated_text.format(**values) if values else translated_text


def mark(text: str) -> str:
    """The text itself, which is translated where it is shown."""
    return text


def join_sentences(*sentences: str) -> str:
    """The sentences one after the other, without the empty ones. After a Chinese full stop there is no blank."""
    text = ""
    for sentence in sentences:
        is_blank_needed = text and sentence and not _WIDE_END.search(text)
        text += f" {sentence}" if is_blank_needed else sentence
    return text


def class_count_in_words(count: int) -> str:
    """A number of classes in English, for commands and errors: "no classes", "1 class" or "2 classes"."""
    return "1 class" if count == 1 else f"{count or 'no'} classes"


def adapt_image_words(text: str, is_table: bool) -> str:
    """A text that speaks of images and pixels, as it reads for data of this kind: of a table it speaks of rows and features."""
    if not is_table:
        return text
    translated_text = _writer.replace_image_words(text)
    return _PIXEL.sub(_feature_for_pixel, _ITEM.sub(_row_for_image, translated_text))


def _feature_for_pixel(match) -> str:
    letter = "F" if match["first"] == "P" else "f"
    return f"{letter}eature{match['plural']}"


def _row_for_image(match) -> str:
    article = (match["article"] or "").replace("n ", " ")
    letter = "R" if match["first"] == "I" else "r"
    return f"{article}{letter}ow{match['plural']}"


def program_name() -> str:
    """What a person types before a command: "aae" in a process that was started by that name, else "python -m aae_core", which
    works wherever the package can be imported."""
    script = Path(sys.argv[0]).stem if sys.argv else ""
    return INSTALLED_COMMAND if script == INSTALLED_COMMAND else MODULE_COMMAND
