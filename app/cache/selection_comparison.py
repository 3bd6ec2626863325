"""How selected items differ from all others in each of `item_columns.columns_of_items`. Shapes: N codes, in their order on the
page."""

import numpy as np

from aae_core.data.features import VALUES_AT_ONCE
from aae_core.evaluation.selection_differences import (
    ColumnDifference,
    NumberComparison,
    compare_categories,
    compare_numbers,
)
from app.cache import item_columns
from app.cache.item_columns import ItemColumn
from app.cache.revision_view import RevisionView

DAY = np.timedelta64(1, "D")


def compare_selection(revision: RevisionView, selection_mask: np.ndarray) -> list[tuple[ItemColumn, ColumnDifference]]:
    """How the selected items (bool N) differ from all others in each column, with the largest effect first; without columns that
    cannot be compared, and without values that are not computed yet (`item_columns.is_computed`)."""
    columns = item_columns.columns_of_items(revision).values()
    number_features = {column.title: column for column in columns if _is_number_feature(column)}
    column_differences = []
    for column in columns:
        if _is_number_feature(column) or not item_columns.is_computed(revision, column):
            continue
        difference = _compare_column(revision, column, selection_mask)
        if difference is not None:
            column_differences.append((column, difference))
    for difference in _compare_features(revision, list(number_features), selection_mask):
        column_differences.append((number_features[difference.name], difference))
    return sorted(column_differences, key=lambda pair: -pair[1].effect)


def _is_number_feature(column: ItemColumn) -> bool:
    return column.source == "feature" and column.kind == "number"


def _compare_column(revision: RevisionView, column, selection_mask) -> ColumnDifference | None:
    if column.kind == "category":
        groups = item_columns.groups_of_codes(revision, column)
        names, labels = groups.names, groups.labels
        if (labels < 0).any():
            missing_title = item_columns.missing_values_title(names)
            names, labels = (*names, missing_title), np.where(labels < 0, len(names), labels)
        return compare_categories(column.title, labels, names, selection_mask)
    values = item_columns.values_of_column(revision, column)
    if column.kind == "date":
        values = (values - np.datetime64(0, "us")) / DAY
    return compare_numbers(column.title, values.to_numpy(np.float64, na_value=np.nan), selection_mask)


def _compare_features(revision: RevisionView, names: list[str], selection_mask) -> list[ColumnDifference]:
    """The differences of the features with these names, which are numbers, from batches of rows, which may be far more than fit
    in memory."""
    if not names:
        return []
    features, codes = revision.data.features, revision.codes
    place_by_name = {name: k for k, name in enumerate(features.names)}
    places = [place_by_name[name] for name in names]
    comparison = NumberComparison(names, np.array(features.lows)[places], np.array(features.highs)[places])
    step = max(1, VALUES_AT_ONCE // len(features))
    for start in range(0, len(selection_mask), step):
        rows = revision.originals.images(codes.split, codes.index[start : start + step])
        comparison.add(rows[:, 0, places, 0], selection_mask[start : start + step])
    return comparison.differences()


def day_of(number: float) -> np.datetime64:
    """The day of a date that was compared as a number: days since 1970."""
    return np.datetime64(0, "D") + np.timedelta64(round(number), "D")
