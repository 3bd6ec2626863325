"""Checks of single values in a lesson's file; a `LessonError` says what is wrong and what is valid."""

from collections.abc import Collection

from aae_core.files import is_finite_number
from app.lessons import markup, vocabulary
from app.lessons.markup import LessonError

CHANGES = ("rose", "fell", "stays")  # comparisons with earlier values, by a number above 0
MAX_TITLE, MAX_SENTENCE, MAX_TEXT = 80, 200, 2000  # characters, at most


def check_keys(table: dict, names: set[str], location: str) -> None:
    """Refuse keys of a table that are not among `names`."""
    if unknown_keys := sorted(set(table) - names):
        raise LessonError(
            f"has an unknown “{unknown_keys[0][:60]}” in {location}; known are {', '.join(sorted(names))}"
        )


def checked_text(value, field_name: str, max_length: int) -> str:
    """A text of at most `max_length` characters, without HTML, links and images; that of a page is checked when it is parsed."""
    if not isinstance(value, str) or not value.strip():
        raise LessonError(f"lacks {field_name}, or it is not a text")
    if len(value) > max_length:
        raise LessonError(f"has more than {max_length} characters for {field_name}; shorten it")
    return value if field_name == "text" else markup.check_markup(value.strip())


def vocabulary_row(table: dict, name, page_name: str, problem: str):
    """The row `name` of a table of `vocabulary`; LessonError if the page lacks it. problem: how the error's text begins."""
    row = table.get(name) if isinstance(name, str) else None
    if row is None or page_name not in row.pages:
        available = ", ".join(vocabulary.rows_for_page(table, page_name)) or "none"
        raise LessonError(
            f"{problem} “{str(name)[:60]}”, which {vocabulary.PAGES[page_name]} does not have; it has {available}"
        )
    return row


def check_parameters(table: dict, kind_key: str, row: vocabulary.Goal, location: str) -> None:
    """Refuse what a row of `vocabulary.GOALS` or `ACTIONS` does not take. kind_key: the key under which the row is named."""
    check_keys(table, {kind_key, *row.parameters}, location)
    for name, (fits, words) in row.parameters.items():
        if name in table and not fits(table[name]):
            raise LessonError(f"has in {location} a “{name}” that is {str(table[name])[:60]!r}; it must be {words}")
    for group in row.needs:
        if len(set(group) & set(table)) != 1:
            raise LessonError(f"needs {' or '.join(group)} in {location}")


def parse_comparison(
    row: dict, location: str, comparisons: tuple[str, ...], figure_names: Collection[str] = ()
) -> tuple[str, float | str]:
    """The one comparison in a table, and the number to compare with, or the name of another figure, one of `figure_names`."""
    names = [name for name in comparisons if name in row]
    if len(names) != 1:
        raise LessonError(f"needs one of {', '.join(comparisons)} in {location}")
    comparison, value = names[0], row[names[0]]
    takes_figure = bool(figure_names) and comparison not in CHANGES
    if takes_figure and isinstance(value, str) and value in figure_names:
        return comparison, value
    if not is_finite_number(value):
        expected = "a number or another figure of the page" if takes_figure else "a number"
        raise LessonError(f"has in {location} a “{comparison}” that is {str(value)[:60]!r}; it must be {expected}")
    if comparison in CHANGES and value <= 0:
        raise LessonError(f"has in {location} a “{comparison}” of {value:g}; it must be above 0, or it always holds")
    return comparison, value
