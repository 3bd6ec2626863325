"""Texts about images become texts about the rows of a table, in each language."""

import pytest

from aae_core import wording
from app.translation import languages, row_words, texts  # noqa: F401 (texts registers the languages)

TEXTS = {
    "en": ("An image, two images and a pixel", "A row, two rows and a feature"),
    "ko": (
        "이미지를 이미지와 비교하고, 이미지로 픽셀로 이미지의 이미지가 된다",
        "행을 행과 비교하고, 행으로 특징으로 행의 행이 된다",
    ),
    "zh": (
        "每张图像、500 张测试图像的像素，{total} 张图像中的 3 张，没有一张",
        "每行、500 个测试行的特征，{total} 行中的 3 行，没有一行",
    ),
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_table_has_rows_and_features(language):
    of_images, of_rows = TEXTS[language]
    with languages.use_language(language):
        assert wording.adapt_image_words(of_images, is_table=True) == of_rows
        assert wording.adapt_image_words(of_images, is_table=False) == of_images


def test_each_language_has_its_words():
    assert set(row_words.ROW_WORDS) == set(languages.LANGUAGES)
