"""Titles of data sets in the language of the page."""

from aae_core.data import sets
from app.translation.texts import translate


def data_title(data_set) -> str:
    """The title of a data set or of a summary of one, which has a `name` and a `title`: translated if the set is one of ours, and
    as its owner wrote it otherwise."""
    return translate(data_set.title) if data_set.name in sets.BUILT_IN_NAMES else data_set.title


def data_title_by_name(name: str) -> str:
    """The title of one of our data sets in the current language; the name of any other."""
    return translate(sets.describe_data_set(name).title) if name in sets.BUILT_IN_NAMES else name
