"""What is known of the items whose codes a page shows: their classes, the figures that the model gives each, the
metadata columns, and the features of a table. Each can colour the codes and filter them. Shapes: N codes, in their
order on the page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from aae_core.config.derived import labels_teach_content
from aae_core.data import sets
from aae_core.data.number_texts import is_number
from aae_core.data.own_data import item_tables
from aae_core.data.own_data.item_files import SPLIT
from aae_core.evaluation.selection_differences import MAX_ABSOLUTE_NUMBER
from aae_core.latent.colours import CLASS_COLOURS, class_colour
from aae_core.latent.column_groups import ColumnGroups, group_by_column
from app.cache import ranking
from app.cache.revision_cache import cache_by_revision, codes_key
from app.cache.revision_view import RevisionView
from app.translation.languages import current_language
from app.translation.texts import mark, translate

GROUPED_KINDS = ("category", "number", "date")  # kinds of metadata columns that can colour and filter the codes
CLASS, CONTENT = "class", "content"
# Prefixes of the keys of columns that are no metadata; the keys of metadata are their names, as in the links of version 1.11.
# The last one is for a key that is the name of a metadata column.
MODEL_PREFIX, FEATURE_PREFIX, BUILT_IN_PREFIX = "model:", "feature:", "built-in:"
# Figures of the model by their key in `ranking.compute_scores`, and their names.
SCORE_TITLES = {
    "error": mark("Reconstruction error"),
    "log_p": mark("log p(z)"),
    "far": mark("Distance to the prior"),
}
PREDICTED_CLASS, CLUSTER = mark("Predicted class"), mark("Cluster")

Source = Literal["class", "model", "metadata", "feature"]


@dataclass(frozen=True)
class ItemColumn:
    """A column with a value for each item. key: its name in links; title: its name on the page; kind: "category", "number" or
    "date"; source: where its values come from; name: what it is called there."""

    key: str
    title: str
    kind: str
    source: Source
    name: str


def items_cache_key(revision: RevisionView):
    """What the items of the codes shown depend on: the codes, and the files of the data set."""
    return codes_key(revision, revision.codes), sets.files_cache_key(revision.data.name)


@cache_by_revision(items_cache_key, max_entries=4)
def load_items_of_codes(revision: RevisionView):
    """A DataFrame with the row of `item_tables.load_item_table` of each code shown, N rows; None if nothing was kept of the
    items, or if the data set is not on this machine. DataError if the file with it is damaged."""
    if not revision.has_data or item_tables.items_record(revision.data.name) is None:
        return None
    items = item_tables.load_item_table(revision.data.name)
    first_row = 0
    if revision.codes.split == "test":
        first_row = int((items[SPLIT] == "train").sum())
    rows = revision.codes.index + first_row
    if not np.array_equal(rows, np.arange(len(items))):  # a copy of all would take as much memory again
        items = items.iloc[rows].reset_index(drop=True)
    release_arrow_memory()
    return items


def release_arrow_memory() -> None:
    """Give back what Arrow took for a computation, which it keeps for the next one otherwise: some 30 MB for 200,000 items."""
    import pyarrow

    pyarrow.default_memory_pool().release_unused()


def metadata_kinds(revision: RevisionView) -> dict[str, str]:
    """{name of a metadata column: its kind} of the items of the codes; {} where there is none."""
    if load_items_of_codes(revision) is None:
        return {}
    return item_tables.items_record(revision.data.name).kinds


# The columns ---------------------------------------------------------------------------------------------------------------


def columns_of_items(revision: RevisionView) -> dict[str, ItemColumn]:
    """The columns by which the codes can be coloured and filtered, by key: the class, the figures of the model, the metadata
    columns, and the features of a table."""
    columns = [*_class_columns(revision), *_model_columns(revision), *metadata_columns(revision).values()]
    return columns_by_key([*columns, *_feature_columns(revision)])


def columns_by_key(columns: list[ItemColumn]) -> dict[str, ItemColumn]:
    """Columns by key, in their order; a key that is the name of a metadata column, too, gets a prefix."""
    metadata_names = {column.name for column in columns if column.source == "metadata"}
    by_key = {}
    for column in columns:
        key = column.key
        while column.source != "metadata" and key in metadata_names:
            key = BUILT_IN_PREFIX + key
        by_key[key] = replace(column, key=key)
    return by_key


def distinct_titles(columns: dict[str, ItemColumn]) -> dict[str, str]:
    """The titles of columns by key; that of a metadata column says so if it is also the title of a column that is no
    metadata, or "class"."""
    taken_titles = {column.title.casefold() for column in columns.values() if column.source != "metadata"}
    taken_titles.add(translate("Class").casefold())
    titles = {}
    for key, column in columns.items():
        titles[key] = column.title
        if column.source == "metadata" and column.title.casefold() in taken_titles:
            titles[key] = translate("{column} (kept column)", column=column.title)
    return titles


def metadata_columns(revision: RevisionView) -> dict[str, ItemColumn]:
    """Those of `columns_of_items` that were stored beside what was trained on."""
    kinds = metadata_kinds(revision)
    return {
        name: ItemColumn(name, name, kind, "metadata", name) for name, kind in kinds.items() if kind in GROUPED_KINDS
    }


def _class_columns(revision: RevisionView) -> list[ItemColumn]:
    classes = revision.data.classes
    if len(classes) < 2:
        return []
    kind = "number" if are_classes_a_scale(classes) else "category"
    return [ItemColumn(CLASS, translate("Class"), kind, "class", CLASS)]


def unchosen_colour_title(revisions) -> str:
    """What stands for no column among the columns that can colour the codes of some revisions: their classes, or one colour where
    none of them has classes."""
    if any(revision.data.classes for revision in revisions):
        return translate("Coloured by class")
    return translate("In one colour")


def are_classes_a_scale(classes: tuple[str, ...]) -> bool:
    """Whether classes are numbers, and more than there are colours, so that a scale shows them better."""
    return len(classes) > len(CLASS_COLOURS) and all(is_number(name) for name in classes)


def _model_columns(revision: RevisionView) -> list[ItemColumn]:
    scores = ranking.available_scores(revision)
    if "log_p" in scores:
        scores.remove("far")  # which takes its place where the prior has no density
    columns = [
        ItemColumn(MODEL_PREFIX + name, translate(SCORE_TITLES[name]), "number", "model", name) for name in scores
    ]
    if revision.variant.categorical:
        title = PREDICTED_CLASS if labels_teach_content(revision.config) else CLUSTER
        columns.append(ItemColumn(MODEL_PREFIX + CONTENT, translate(title), "category", "model", CONTENT))
    return columns


def _feature_columns(revision: RevisionView) -> list[ItemColumn]:
    """A column for each feature of a table on this machine, and one for the one-hot features of a category."""
    features = revision.data.features
    if features is None or not revision.has_original_images:
        return []
    kind_by_name = {
        block or name: "category" if block else "number"
        for name, block in zip(features.names, features.blocks, strict=True)
    }
    return [ItemColumn(FEATURE_PREFIX + name, name, kind, "feature", name) for name, kind in kind_by_name.items()]


def is_computed(revision: RevisionView, column: ItemColumn) -> bool:
    """Whether the values of a column are there without a computation that may take seconds."""
    if (column.source, column.name) != ("model", "error"):
        return True
    return ranking.compute_scores.is_cached(revision, revision.codes, "error")


@cache_by_revision(lambda revision, column: (*items_cache_key(revision), column.key, current_language()), max_entries=8)
def values_of_column(revision: RevisionView, column: ItemColumn):
    """The values of a column for the items of the codes, a pandas Series of N: numbers (NaN where missing), times, or texts (None
    where missing)."""
    import pandas

    if column.source == "metadata":
        return load_items_of_codes(revision)[column.name]
    if column.kind == "category":
        labels, names = _labels_and_names(revision, column)
        return pandas.Series(np.array([*names, None], object)[labels], name=column.key)
    if column.source == "class":
        numbers = np.array([*map(float, revision.data.classes), np.nan])
        return pandas.Series(numbers[revision.codes.labels], name=column.key)
    if column.source == "model":
        return pandas.Series(ranking.compute_scores(revision, revision.codes, column.name), name=column.key)
    number = revision.data.features.names.index(column.name)
    values = revision.originals.feature_values(revision.codes.split, revision.codes.index, [number])
    return pandas.Series(values[:, 0], name=column.key)


def numeric_columns(revision: RevisionView) -> list[ItemColumn]:
    """The metadata columns of the items that hold numbers, two of which can be the axes of a plane."""
    return [column for column in metadata_columns(revision).values() if column.kind == "number"]


def _labels_and_names(revision: RevisionView, column: ItemColumn) -> tuple[np.ndarray, tuple[str, ...]]:
    """(the place of each item's value, int N, −1 where it is not known; the names of the values) of a category that is no
    metadata: the class, the content that the model infers, or the one-hot features of a category."""
    codes = revision.codes
    if column.source == "class":
        return codes.labels.astype(np.int64), revision.data.classes
    if column.source == "model":
        return codes.content.astype(np.int64), revision.content_names
    features = revision.data.features
    numbers = [k for k, block in enumerate(features.blocks) if block == column.name]
    values = revision.originals.feature_values(codes.split, codes.index, numbers)
    names = tuple(features.names[k].removeprefix(f"{column.name} = ") for k in numbers)
    return np.where(values.any(1), values.argmax(1), -1), names


@cache_by_revision(
    lambda revision, column: (*items_cache_key(revision), column.key, current_language()), max_entries=16
)
def groups_of_codes(revision: RevisionView, column: ItemColumn) -> ColumnGroups:
    """The groups by which a column colours the codes."""
    if column.kind == "category" and column.source != "metadata":
        labels, names = _labels_and_names(revision, column)
        groups = ColumnGroups(column.key, tuple(names), labels, tuple(class_colour(k) for k in range(len(names))))
    else:
        groups = group_by_column(values_of_column(revision, column), column.kind)
    return replace(groups, labels=groups.labels.astype(np.int16))  # as a page is sent them, since many are kept


# The same groups for several revisions -----------------------------------------------------------------------------------------


def common_groups(revisions, column: ItemColumn) -> list[ColumnGroups | None]:
    """The groups by which a metadata column, or the class as a number, colours the codes of several revisions: the same groups
    for all that have the column with values of the same kind; None for those that lack it."""
    columns = [_column_like(revision, column) for revision in revisions]
    groups: list[ColumnGroups | None] = [None] * len(revisions)
    for common_column in dict.fromkeys(columns):
        if common_column is None:
            continue
        sides = [side for side, side_column in enumerate(columns) if side_column == common_column]
        side_groups = _groups_of_column([revisions[side] for side in sides], common_column)
        for side, one_groups in zip(sides, side_groups, strict=True):
            groups[side] = one_groups
    return groups


def _column_like(revision: RevisionView, column: ItemColumn) -> ItemColumn | None:
    """A revision's own column with the name, source and key of another one; None if it has none. Classes that are no numbers
    have colours of their own, so they are none."""
    for own_column in columns_of_items(revision).values():
        if (own_column.source, own_column.name) == (column.source, column.name):
            is_class_without_order = own_column.source == "class" and own_column.kind == "category"
            return None if is_class_without_order else replace(own_column, key=column.key)
    return None


def _groups_of_column(revisions, column) -> list[ColumnGroups]:
    """The common groups of revisions that all have a column."""
    first_revision = revisions[0]
    if all(_have_same_items(first_revision, revision) for revision in revisions):
        return [groups_of_codes(first_revision, column)] * len(revisions)
    import pandas

    values = [values_of_column(revision, column) for revision in revisions]
    joint_groups = group_by_column(pandas.concat(values, ignore_index=True).rename(column.key), column.kind)
    ends = np.cumsum([len(side_values) for side_values in values])[:-1]
    return [replace(joint_groups, labels=labels) for labels in np.split(joint_groups.labels, ends)]


def _have_same_items(first, second) -> bool:
    """Whether the codes shown of two revisions are those of the same items, in the same order."""
    is_same_split = (first.data.name, first.codes.split) == (second.data.name, second.codes.split)
    return is_same_split and np.array_equal(first.codes.index, second.codes.index)


def missing_values_title(names: Sequence[str]) -> str:
    """What the items without a value are called beside groups with these names, of which none has that name."""
    title = translate("missing")
    return translate("without a value") if title in names else title


# The filter ----------------------------------------------------------------------------------------------------------------


def category_values(revision: RevisionView, column: ItemColumn) -> list[str | None]:
    """The values of a category that occur among the items of the codes, in their order; None, the last, where some have none."""
    groups = groups_of_codes(revision, column)
    counts = np.bincount(groups.labels[groups.labels >= 0], minlength=len(groups.names))
    names = [name for name, count in zip(groups.names, counts, strict=True) if count]
    return [*names, None] if (groups.labels < 0).any() else names


def number_range(revision: RevisionView, column: ItemColumn):
    """The least and the largest value of a column of numbers or dates, of numbers up to MAX_ABSOLUTE_NUMBER; None if it has
    none."""
    values = values_of_column(revision, column).dropna()
    if column.kind == "number":
        values = values[values.abs() <= MAX_ABSOLUTE_NUMBER]
    return None if values.empty else (values.min(), values.max())


def items_with_values(revision: RevisionView, column: ItemColumn, values: list[str | None]) -> np.ndarray:
    """Which items have one of these values of a category, or None, no value: bool N."""
    groups = groups_of_codes(revision, column)
    labels = [k for k, name in enumerate(groups.names) if name in values]
    if None in values:
        labels.append(-1)
    return np.isin(groups.labels, labels)


def items_in_range(revision: RevisionView, column: ItemColumn, low, high) -> np.ndarray:
    """Which items have a value from `low` to `high`, both included, of a column of numbers or dates: bool N."""
    values = values_of_column(revision, column)
    return values.between(low, high).to_numpy()
