"""What data consist of, in sentences: images, or the rows of a table."""

import re

_ITEM = re.compile(r"\b(?P<article>[Aa]n )?(?P<first>[Ii])mage(?P<plural>s?)\b")
_PIXEL = re.compile(r"\b(?P<first>[Pp])ixel(?P<plural>s?)\b")


def adapt_image_words(text: str, is_table: bool) -> str:
    """A text that speaks of images and pixels, as it reads for data of this kind: of a table it speaks of rows and features."""
    if not is_table:
        return text
    return _PIXEL.sub(_feature_for_pixel, _ITEM.sub(_row_for_image, text))


def _feature_for_pixel(match) -> str:
    letter = "F" if match["first"] == "P" else "f"
    return f"{letter}eature{match['plural']}"


def _row_for_image(match) -> str:
    article = (match["article"] or "").replace("n ", " ")
    letter = "R" if match["first"] == "I" else "r"
    return f"{article}{letter}ow{match['plural']}"
