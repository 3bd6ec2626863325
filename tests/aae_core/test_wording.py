"""Sentences about images, as they read for the rows of a table."""

import re

import pytest

from aae_core import wording
from aae_core.config.advice import recommend
from aae_core.data import import_problems
from aae_core.data.columns import RowPlace
from aae_core.data.images.tones import Tones
from aae_core.data.own_data.image_reader import SINGLE_COLOUR, BlankReason
from aae_core.evaluation.metrics import METRICS
from aae_core.wording import adapt_image_words


@pytest.mark.parametrize(
    ("images", "rows"),
    [
        ("The mean of an image, summed over pixels.", "The mean of a row, summed over features."),
        ("An image has pixels; images have one pixel.", "A row has features; rows have one feature."),
        ("Images, an imaginary imagery of a single image", "Rows, an imaginary imagery of a single row"),
        ("Pixel dropout", "Feature dropout"),
        ("no such words", "no such words"),
    ],
)
def test_of_a_table_rows_are_spoken_of(images, rows):
    assert adapt_image_words(images, is_table=True) == rows
    assert adapt_image_words(images, is_table=False) == images


def test_no_metric_of_a_table_speaks_of_images():
    for metric in METRICS.values():
        message = f"{metric.worded_for(True).title} {metric.worded_for(True).reading}"
        assert not re.search(r"\b(images?|pixels?)\b", message, re.IGNORECASE), message
        assert not re.search(r"\ban row", message, re.IGNORECASE), message
        assert metric.worded_for(False) is metric
    assert "each in its standard deviations" in METRICS["reconstruction"].worded_for(True).reading
    assert "pixels" in METRICS["reconstruction"].reading


@pytest.fixture
def upper_case(monkeypatch):
    """A language whose words are in capital letters; what stands in braces keeps its name."""
    capitals = lambda text: re.sub(r"{\w+}|[^{]+", lambda part: part[0] if part[0][0] == "{" else part[0].upper(), text)  # noqa: E731
    monkeypatch.setattr(wording, "_writer", wording.Writer(capitals))


def test_what_is_said_of_data_is_in_the_language_of_the_reader(upper_case):
    assert Tones(1, 2, backdrop="black").sentence == (
        "THE VALUES FROM 1 TO 2 OF 255 BECOME BLACK TO WHITE, AND TRANSPARENT PIXELS ARE PUT ON BLACK."
    )
    assert recommend((3, 64, 64), 500).sentence.startswith("COLOUR IMAGES, FEWER THAN 1,000: PRESET")
    assert BlankReason(SINGLE_COLOUR, {}).clause("{a}.png") == "{a}.png HAS A SINGLE COLOUR"


def test_a_second_writer_replaces_the_first(upper_case):
    wording.register_writer(wording.Writer(lambda text: f"<{text}>", lambda text: text.replace("image", "Zeile")))
    assert wording.translate("{count} images", count=2) == "<2 images>"
    assert wording.adapt_image_words("an image", is_table=True) == "an Zeile"


def test_errors_stay_in_english(upper_case):
    place = RowPlace("in line {number}", 1234)
    assert f"the first {place}" == "the first in line 1,234" and place.translated() == "IN LINE 1,234"
    assert import_problems.join_clauses(["a", "b", "c"], 1) == "a; and 2 more"


def test_sentences_are_joined_by_a_blank_but_not_after_a_wide_full_stop():
    assert wording.join_sentences("One.", "", "Two.", "Three") == "One. Two. Three"
    assert wording.join_sentences("第一句。", "第二句（见下。）", "第三句") == "第一句。第二句（见下。）第三句"
    assert wording.join_sentences("코드 3개.", "끝") == "코드 3개. 끝" and wording.join_sentences("", "") == ""
