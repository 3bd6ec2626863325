"""The texts of the items whose codes a page shows: their ids and what was kept of them, as a page shows and searches them.
Shapes: N codes, in their order on the page."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from aae_core.data import sets
from aae_core.data.own_data import item_tables
from aae_core.data.own_data.item_files import ID, LABEL
from aae_core.errors import DataError
from app.cache.item_columns import items_cache_key, load_items_of_codes, metadata_kinds, release_arrow_memory
from app.cache.revision_cache import cache_by_revision
from app.cache.revision_view import RevisionView

SEARCHED_KINDS = ("category", "text")  # kinds of metadata columns whose texts are searched
# Bytes, about, of what was kept of the items that a page is sent; what does not fit is named there.
MAX_TEXT_BYTES = 32 * 2**20
BYTES_OF_PLACE = 4  # of a text that occurs more than once, and is sent as its place among the distinct ones
BYTES_AROUND_TEXT = 3  # quotes and comma in JSON
CHUNK_LENGTH = (
    10_000  # texts that are objects of Python at a time, which take several times the memory of an Arrow array
)


@dataclass(frozen=True)
class TextColumn:
    """The texts of a column: the distinct ones, in the order in which they occur, as an Arrow array of strings, and the place of
    each item's text among them, int32 N, None where all differ, so that the distinct ones are those of the items. is_searched:
    whether it is searched."""

    name: str
    distinct: "pyarrow.StringArray"  # noqa: F821 - not loaded before it is needed
    places: np.ndarray | None
    is_searched: bool

    @property
    def byte_count(self) -> int:
        """About the bytes that a page is sent of it."""
        from pyarrow import compute

        text_bytes = compute.sum(compute.binary_length(self.distinct)).as_py() or 0
        place_bytes = 0 if self.places is None else BYTES_OF_PLACE * len(self.places)
        return text_bytes + BYTES_AROUND_TEXT * len(self.distinct) + place_bytes

    @property
    def texts(self) -> list[str]:
        """The text of each item, N."""
        texts = self.distinct if self.places is None else self.distinct.take(self.places)
        return texts.to_pylist()


@dataclass(frozen=True)
class ItemTexts:
    """What a page is sent of the items of the codes shown: their ids first, then row, split, class and the metadata columns, as
    far as they fit in MAX_TEXT_BYTES. left_out: the names of the columns that do not."""

    columns: list[TextColumn]
    left_out: list[str]

    def column(self, name: str) -> TextColumn | None:
        """The column with a name; None if it is not there, or left out."""
        return next((column for column in self.columns if column.name == name), None)


@cache_by_revision(items_cache_key, max_entries=4)
def item_texts(revision: RevisionView) -> ItemTexts:
    """The texts of the items of the codes shown, where something was kept of them."""
    items = load_items_of_codes(revision)
    kinds = metadata_kinds(revision)
    columns, left_out, bytes_left = [], [], MAX_TEXT_BYTES
    for name in items:
        is_searched = name in (ID, LABEL) or kinds.get(name) in SEARCHED_KINDS
        column = _make_text_column(name, items[name], is_searched)
        if column.byte_count > bytes_left:
            left_out.append(name)
        else:
            columns.append(column)
            bytes_left -= column.byte_count
    release_arrow_memory()
    return ItemTexts(columns, left_out)


def _make_text_column(name, values, is_searched) -> TextColumn:
    import pandas

    places, distinct_values = pandas.factorize(values, use_na_sentinel=False)
    distinct_texts = _to_texts(pandas.Series(distinct_values))
    if len(distinct_texts) == len(values):
        return TextColumn(str(name), distinct_texts, None, is_searched)
    return TextColumn(str(name), distinct_texts, places.astype(np.int32), is_searched)


def item_texts_or_none(revision: RevisionView) -> ItemTexts | None:
    """As `item_texts`; None if nothing was kept of the items, or if the data set is not on this machine. DataError as from
    `load_items_of_codes`."""
    return None if load_items_of_codes(revision) is None else item_texts(revision)


def ids_of_codes(revision: RevisionView) -> list[str]:
    """The ids of the items of the codes shown, N texts, for a page that tells of damaged files elsewhere; [] where they are not
    known."""
    with suppress(DataError):
        items = load_items_of_codes(revision)
        return [] if items is None else _to_texts(items[ID]).to_pylist()
    return []


@cache_by_revision(lambda revision, numbers: (sets.files_cache_key(revision.data.name), numbers), max_entries=4)
def ids_of_training_items(revision: RevisionView, numbers: tuple[int, ...]) -> list[str]:
    """The ids of items of the training set, by their numbers in it; [] if nothing was kept of the items. DataError as from
    `load_items_of_codes`."""
    if load_items_of_codes(revision) is None:
        return []
    return _to_texts(item_tables.load_item_table(revision.data.name)[ID].iloc[list(numbers)]).to_pylist()


def _to_texts(values):
    """The values of a pandas Series as an Arrow array of strings, "" where missing. A date without a time of day is a day; whole
    numbers, which beside a missing one are decimal numbers, have no decimal point."""
    import pyarrow

    write = _text_writer(values)
    chunks = [_chunk_to_texts(values.iloc[start : start + CHUNK_LENGTH], write) for start in _chunk_starts(values)]
    return pyarrow.chunked_array(chunks, pyarrow.string()).combine_chunks()


def _chunk_starts(values) -> range:
    return range(0, len(values), CHUNK_LENGTH)


def _chunk_to_texts(values, write):
    import pyarrow

    texts = ["" if is_missing else write(value) for value, is_missing in zip(values, values.isna(), strict=True)]
    return pyarrow.array(texts, pyarrow.string())


def _text_writer(values) -> Callable[[object], str]:
    """The function that makes a text of each value of a pandas Series that is not missing."""
    present_values = values.dropna()
    if values.dtype.kind == "M" and (present_values == present_values.dt.normalize()).all():
        return lambda moment: str(moment.date())
    if values.dtype.kind == "f" and _are_whole_numbers(present_values):
        return lambda number: str(int(number))
    return str


def _are_whole_numbers(values) -> bool:
    """Whether all values of a pandas Series are whole, and exact as integers."""
    return bool(((values.abs() < 2**53) & (values == values.round())).all())


def texts_as_json(columns: list[TextColumn]) -> bytearray:
    """The distinct texts of each column as a list in JSON, in a list of these, in UTF-8."""
    content = bytearray(b"[")
    for number, column in enumerate(columns):
        content += b",[" if number else b"["
        for start in _chunk_starts(column.distinct):
            texts = column.distinct.slice(start, CHUNK_LENGTH).to_pylist()
            content += b"," if start else b""
            content += json.dumps(texts, ensure_ascii=False)[1:-1].encode()
        content += b"]"
    content += b"]"
    return content
