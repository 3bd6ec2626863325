"""What the data consist of, in translated texts: images, or the rows of a table."""

import re

from app.translation.languages import current_language

# language: patterns and their replacements, in order. The pages get the same ones (web/src/base/catalogue.ts). English is in
# `aae_core.wording`. A Korean particle agrees with the word's last sound, and a Chinese measure word goes with the noun.
ROW_WORDS = {
    "en": (),
    "ko": (
        ("이미지를", "행을"),
        ("이미지가", "행이"),
        ("이미지는", "행은"),
        ("이미지와", "행과"),
        ("이미지(?=로|라|나|다|든|며)", "행이"),
        ("행이(?=로)", "행으"),
        ("이미지", "행"),
        ("(?<=[\\d}])장(?![가-힣])", "개"),
        ("픽셀(?=로)", "특징으"),
        ("픽셀", "특징"),
    ),
    "zh": (
        ("[张幅]图像", "行"),
        ("[张幅](?=[^，。 ]{2,5}图像)", "个"),
        ("(?<=[\\d}] )张", "行"),
        ("(?<=[一哪那])张", "行"),
        ("图像", "行"),
        ("像素", "特征"),
    ),
}


def replace_image_words(text: str) -> str:
    """A translated text that speaks of images and pixels, with rows and features in their place."""
    for pattern, replacement in ROW_WORDS[current_language()]:
        text = re.sub(pattern, replacement, text)
    return text
