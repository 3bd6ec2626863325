"""What `data add` says of the images that it has added: what was left out, and what is odd, as the page Train shows it."""

from contextlib import suppress

from aae_core.data.images.tones import Tones
from aae_core.data.own_data import image_preview
from aae_core.errors import ConfigError, DataError
from aae_core.progress import print_to_stderr

MAX_LISTED = 500  # images and files left out that are named, as on the page


def parse_range(texts: list[str] | None) -> tuple[float, float] | None:
    """The two numbers of the option --range, None without it; ConfigError for other texts."""
    if texts is None:
        return None
    try:
        low, high = (float(text) for text in texts)
    except ValueError:
        raise ConfigError(f"--range needs two numbers, not {' '.join(texts)[:60]!r}.") from None
    return low, high


def print_left_out(clauses: list[str]) -> None:
    """Tell on stderr what was left out of a data set and why; beyond MAX_LISTED, how many more."""
    for clause in clauses[:MAX_LISTED]:
        print_to_stderr(f"Left out: {clause}.")
    if len(clauses) > MAX_LISTED:
        print_to_stderr(f"Left out: {len(clauses) - MAX_LISTED:,} more.")


def print_image_oddities(path, summary, is_tidied: bool) -> None:
    """Tell on stderr the range that was used for the images at a path, what is odd in them, and which options would give them
    contrast.

    summary: of the data set that was made of them; is_tidied: whether copies and the like were left out, and so told already.
    """
    tones = summary.tones or Tones()
    with suppress(DataError):  # they were removed meanwhile
        preview = image_preview.preview_images(path)
        contrast = preview.assess_contrast(tones)
        if contrast.sentence and not contrast.is_low:
            print_to_stderr(f"aae: {contrast.sentence}")
        for sentence in preview.oddity_sentences(tones, is_tidied):
            print_to_stderr(f"aae: {sentence}")
        options = _contrast_options(contrast)
        if options:
            print_to_stderr(
                f"aae: To give them contrast, remove {summary.name} and add it again with {' '.join(options)}."
            )


def _contrast_options(contrast):
    """The options of `data add` that a Contrast proposes."""
    options = []
    if contrast.backdrop:
        options.append(f"--backdrop {contrast.backdrop}")
    if contrast.value_range:
        low, high = contrast.value_range
        options.append(f"--range {low} {high}")
    return options
