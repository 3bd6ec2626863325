"""The page that goes with exported weights says what each variant takes and gives, and nothing of another."""

import re

import numpy as np
import pytest

from aae_core.config.configuration import configure
from aae_core.data.arrays import arrays
from aae_core.runs import worker
from aae_core.store import model_page

ADDED, LIKELIEST, INFERRED = (
    "its content's head is added",
    "the decoder was trained on the likeliest alone",
    "softmax of the first",
)


def page(store, data, **settings):
    """The configuration of a revision after two steps, and its page."""
    nets = {"network.hidden": (8,), "network.discriminator": (8,)}
    revision = worker.train(configure(data=data, latent_dim=2, steps=2, threads=1, **settings, **nets), store=store)
    return revision.config, model_page.format_model_page(revision, revision.model())


@pytest.mark.parametrize(
    ("settings", "expected_sentences"),
    [
        ({"variant": "aae"}, set()),
        ({"variant": "supervised"}, set()),
        ({"variant": "semi-supervised", "labels": 100, "content_decoded": "mixed"}, {INFERRED}),
        ({"variant": "clustering", "content_decoded": "each"}, {INFERRED, LIKELIEST}),
        ({"variant": "reduction", "content_decoded": "mixed"}, {INFERRED, ADDED}),
    ],
)
def test_the_page_tells_how_content_and_style_come_and_meet(store, settings, expected_sentences):
    config, text = page(store, "digits", **settings)
    assert {value for value in (ADDED, LIKELIEST, INFERRED) if value in text} == expected_sentences
    assert ("one-hot" in text) == (config.variant == "supervised" or LIKELIEST in expected_sentences)
    assert ("[y, z], the content first" in text) == (config.variant in ("supervised", "semi-supervised", "clustering"))
    assert "an image: pixel values 0…255 / 255" in text and "× 255 and rounded, the pixel values" in text


def test_of_a_table_the_page_speaks_of_rows(store):
    _, text = page(store, "wine")
    assert "a row: (value − shift) / scale" in text and "× scale + shift, the values" in text and "an image" not in text
    assert text.count("## Features") == 1 and re.search(r"; of \d+ rows ", text) and " images " not in text


def test_names_are_no_markdown(store):
    escaped_names = {
        "<unk>": r"\<unk\>",
        "a*b*": r"a\*b\*",
        "`c`": r"\`c\`",
        "$d$": r"\$d\$",
        "__e__": r"\_\_e\_\_",
        "f_g": "f_g",
    }
    escaped_names |= {"h|i": r"h\|i", "j\\": r"j\\"}
    images = np.random.default_rng(0).integers(0, 255, (96, 8, 8), np.uint8)
    settings = {
        "network.hidden": (8,),
        "network.discriminator": (8,),
        "variant": "supervised",
        "steps": 2,
        "threads": 1,
    }
    data = arrays(images, np.array([*escaped_names] * 12), name="named")
    revision = worker.train(configure(**settings), store=store, data=data)
    escaped_names = [escaped_names[name] for name in revision.data.classes]
    assert f"In this order: {', '.join(escaped_names)} |" in model_page.format_model_page(revision, revision.model())
