"""What `data add` says of the images that it has added: what was left out, and what is odd, as the page Train shows it."""

from contextlib import suppress

from aae_core.data import found_images
from aae_core.data.tones import Tones
from aae_core.errors import ConfigError, DataError
from aae_core.progress import tell

LISTED = 500  # images and files left out that are named, as on the page


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
    """Tell on stderr what was left out of a data set and why; beyond LISTED, how many more."""
    for clause in clauses[:LISTED]:
        tell(f"Left out: {clause}.")
    if len(clauses) > LISTED:
        tell(f"Left out: {len(clauses) - LISTED:,} more.")


def print_oddities(path, summary, is_tidied: bool) -> None:
    """Tell on stderr the range that was used for the images at a path, what is odd in them, and which options would give them
    contrast.

    summary: of the data set that was made of them; is_tidied: whether copies and the like were left out, and so told already.
    """
    tones = summary.tones or Tones()
    with suppress(DataError):  # they were removed meanwhile
        preview = found_images.look(path)
        contrast = preview.contrast(tones)
        if contrast.sentence and not contrast.is_low:
            tell(f"aae: {contrast.sentence}")
        for sentence in preview.oddities(tones, is_tidied):
            tell(f"aae: {sentence}")
        options = _options(contrast)
        if options:
            tell(f"aae: To give them contrast, remove {summary.name} and add it again with {' '.join(options)}.")


def _options(contrast):
    """The options of `data add` that a Contrast proposes."""
    options = []
    if contrast.backdrop:
        options.append(f"--backdrop {contrast.backdrop}")
    if contrast.value_range:
        low, high = contrast.value_range
        options.append(f"--range {low} {high}")
    return options
