"""Sentences about images, as they read for the rows of a table."""

import re

import pytest

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
