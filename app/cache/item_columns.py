"""What was kept of the items whose codes a page shows: their ids and the columns beside what was trained on."""

from contextlib import suppress
from dataclasses import replace

import numpy as np

from aae_core.data import item_tables, sets
from aae_core.data.item_files import ID, SPLIT
from aae_core.errors import DataError
from aae_core.latent.column_groups import ColumnGroups, group_by_column
from app.cache.revision_cache import cache_by_revision, codes_key

GROUPED_KINDS = ("category", "number", "date")  # kinds of columns that can colour the codes


def _key(revision):
    return codes_key(revision, revision.codes), sets.files_cache_key(revision.data.name)


@cache_by_revision(_key, max_entries=4)
def load_items_of_codes(revision):
    """A DataFrame with the row of `item_tables.load_item_table` of each code shown, N rows; None if nothing was kept of the
    items, or if the data set is not on this machine. DataError if the file with it is damaged."""
    if not revision.has_data or item_tables.items_record(revision.data.name) is None:
        return None
    items = item_tables.load_item_table(revision.data.name)
    first_row = 0
    if revision.codes.split == "test":
        first_row = int((items[SPLIT] == "train").sum())
    return items.iloc[revision.codes.index + first_row].reset_index(drop=True)


def columns_that_colour(revision) -> list[str]:
    """The kept columns of the items by which their codes can be coloured."""
    record = None if load_items_of_codes(revision) is None else item_tables.items_record(revision.data.name)
    return [] if record is None else [name for name, kind in record.kinds.items() if kind in GROUPED_KINDS]


@cache_by_revision(lambda revision, column: (*_key(revision), column), max_entries=8)
def groups_of_codes(revision, column: str) -> ColumnGroups:
    """The groups of the codes shown by one of `columns_that_colour`."""
    kind = item_tables.items_record(revision.data.name).kinds[column]
    return group_by_column(load_items_of_codes(revision)[column], kind)


def common_groups(revisions, column: str) -> list[ColumnGroups | None]:
    """The groups of the codes shown of several revisions by a column, the same groups for all whose data set has it as the same
    kind; None for those whose data set lacks it."""
    groups: list[ColumnGroups | None] = [None] * len(revisions)
    for kind in GROUPED_KINDS:
        sides = [side for side, revision in enumerate(revisions) if _kind_of_column(revision, column) == kind]
        for side, common in zip(sides, _groups_of_kind([revisions[side] for side in sides], column, kind), strict=True):
            groups[side] = common
    return groups


def _kind_of_column(revision, column):
    """The kind of one of `columns_that_colour`; None if the data set has no such column."""
    if column not in columns_that_colour(revision):
        return None
    return item_tables.items_record(revision.data.name).kinds[column]


def _groups_of_kind(revisions, column, kind):
    if not revisions:
        return []
    first = revisions[0]
    if all(_show_same_items(first, other) for other in revisions):
        return [groups_of_codes(first, column)] * len(revisions)
    import pandas

    columns = [load_items_of_codes(revision)[column] for revision in revisions]
    common = group_by_column(pandas.concat(columns, ignore_index=True), kind)
    ends = np.cumsum([len(values) for values in columns])[:-1]
    return [replace(common, labels=labels) for labels in np.split(common.labels, ends)]


def _show_same_items(first, second) -> bool:
    """Whether the codes shown of two revisions are those of the same items, in the same order."""
    is_same_split = (first.data.name, first.codes.split) == (second.data.name, second.codes.split)
    return is_same_split and np.array_equal(first.codes.index, second.codes.index)


@cache_by_revision(_key, max_entries=4)
def item_texts(revision) -> dict[str, list[str]]:
    """{column: texts N} of the items of the codes shown: id, row, split, class and what was kept, "" where missing."""
    items = load_items_of_codes(revision)
    return {name: _to_texts(items[name]) for name in items}


def item_texts_or_none(revision) -> dict[str, list[str]] | None:
    """As `item_texts`; None if nothing was kept of the items, or if the data set is not on this machine. DataError as from
    `load_items_of_codes`."""
    return None if load_items_of_codes(revision) is None else item_texts(revision)


def ids_of_codes(revision) -> list[str]:
    """The ids of the items of the codes shown, N texts, for a page that tells of damaged files elsewhere; [] where they are not
    known."""
    with suppress(DataError):
        texts = item_texts_or_none(revision)
        return [] if texts is None else texts[ID]
    return []


@cache_by_revision(lambda revision, numbers: (sets.files_cache_key(revision.data.name), numbers), max_entries=4)
def ids_of_training_items(revision, numbers: tuple[int, ...]) -> list[str]:
    """The ids of items of the training set, by their numbers in it; [] if nothing was kept of the items. DataError as from
    `load_items_of_codes`."""
    if load_items_of_codes(revision) is None:
        return []
    return _to_texts(item_tables.load_item_table(revision.data.name)[ID].iloc[list(numbers)])


def _to_texts(values) -> list[str]:
    """The values of a pandas Series as texts. A date without a time of day is a day; whole numbers, which beside a missing one
    are decimal numbers, have no decimal point."""
    if values.dtype.kind == "M" and (values.dropna() == values.dropna().dt.normalize()).all():
        values = values.dt.date
    elif values.dtype.kind == "f" and _are_whole_numbers(values.dropna()):
        values = values.astype("Int64")
    return ["" if missing else str(value) for value, missing in zip(values, values.isna(), strict=True)]


def _are_whole_numbers(values) -> bool:
    """Whether all values of a pandas Series are whole, and exact as integers."""
    return bool(((values.abs() < 2**53) & (values == values.round())).all())


def find_code_of_id(revision, text: str) -> int | None:
    """The number of the first code shown whose id is a text or, if none is, contains it, whatever the capitals; None if
    none does."""
    wanted = text.strip().casefold()
    ids = [item_id.casefold() for item_id in item_texts(revision)[ID]]
    if wanted in ids:
        return ids.index(wanted)
    return next((number for number, item_id in enumerate(ids) if wanted and wanted in item_id), None)
