"""Data sets from arrays in memory: images, or a table with names and kinds of its features."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from numbers import Real

import numpy as np

from aae_core.data import array_likes, columns, extreme_values, item_draws, row_splits, sets
from aae_core.data.images import contrast, image_arrays
from aae_core.data.images.tones import parse_value_range, scale_of_array, tones_for_scale
from aae_core.data.labels import ClassLabels, labels_to_array
from aae_core.data.limits import MAX_SIDE, MIN_SIDE
from aae_core.errors import DataError

DEFAULT_NAME = "arrays"  # default name of such a data set


def arrays(
    X,
    y=None,
    *,
    names: Sequence[str] | None = None,
    types: str | Mapping[str, str] | None = None,
    test: float | Sequence = 0.15,
    groups: Sequence | None = None,
    name: str = DEFAULT_NAME,
    value_range: tuple[float, float] | None = None,
) -> sets.DataSet:
    """A data set in memory, for `aae.train(config, data=aae.arrays(X, y))`.

    X: images N×H×W or N×H×W×C with C = 1 or 3, with levels from 0 to 255 (`image_arrays.convert_to_levels` says what is
    taken for them), or a table N×F; both as an array or a list, a tensor of torch or a sparse matrix, a table also as a
    frame of pandas or polars, an Arrow table or a dictionary of columns. y: the class of each item, as whole numbers or
    texts; −1, None or NaN for none, also as the texts "-1" and "nan", of which the latter is told by a UserWarning.
    names: of the columns of a matrix; a frame has its own. types: the kind of each column by its name, or one for all: "real"
    (the default), "count", "binary" or "category", which may hold texts and becomes a one-hot feature for each of its values.
    test: the share of each class that is kept for testing, in (0, 1), or the items themselves: their indices, or a truth value
    for each item. groups: the group of each item, such as a patient, of which none is divided between training and test, nor
    by `patience`; whole groups are then that share of all items, or a little less (`row_splits.draw_test_groups`), or the
    items that `test` names.
    value_range: the values of images, low and high, that become 0 (black) and 255 (white), such as (0, 1) for masks or
    (0, 4095) for 12 bits, of whole numbers up to 65,535 in any format; for a model trained on them,
    `rev.data.tones.levels(images)` prepares others, uint8 or uint16, alike. Of images with little contrast a UserWarning says so.

    Raises DataError, which names the columns, for texts outside a category, values that are missing or infinite, columns that are
    constant or equal, a `y` of another length, a group that `test` divides, images of an invalid size, fewer than three items, or
    a name that is taken.
    """
    if (sets.name_without_held_out_suffix(name) or name) in sets.data_set_names():
        raise DataError(f"There is a data set named {name} already; give these arrays another name.")
    memory_table = array_likes.as_memory_table(X)
    X = array_likes.as_array(X) if memory_table is None else memory_table  # a stream can be read only once
    if memory_table is None and X.ndim in (3, 4):
        if names is not None or types:
            raise DataError("Images have no columns; names and types belong to a table.")
        images, feature_heads = _check_image_array(X), None
        columns.check_row_count(len(images))
        checked_limits = parse_value_range(value_range)
        images = (
            image_arrays.convert_to_levels(images)
            if checked_limits is None
            else image_arrays.convert_to_8_or_16_bit_values(images, checked_limits[1])
        )
        items, image_tones = _apply_value_range(images, checked_limits)
    else:
        if value_range is not None:
            raise DataError("A table keeps its values; a range belongs to images.")
        items, feature_heads = encode_table(X, names, types)
        extreme_values.warn_of_indistinct_columns(items[:, 0, :, 0], *feature_heads[:2], stacklevel=2)
        image_tones = None
    labels, classes = encode_labels(y, len(items), is_table=feature_heads is not None)
    group_numbers = None
    if groups is not None:
        groups = labels_to_array(groups)
        _check_group_count(groups, len(labels))
        group_numbers = row_splits.number_groups(groups)
    is_test = _draw_test_mask(labels, test, group_numbers)
    if groups is not None:
        row_splits.check_groups_whole(groups, group_numbers, is_test)
    columns.check_training_row_count((~is_test).sum())
    all_items = sets.Split(items, labels, groups=group_numbers)
    data = sets.split_data_set(name, name, all_items, is_test, classes, columns=feature_heads)
    return replace(data, tones=image_tones)


def _check_group_count(groups: np.ndarray, item_count: int) -> None:
    if groups.shape != (item_count,):
        raise DataError(f"groups must name a group for each of the {item_count:,} items, not be {groups.shape}.")


def _draw_test_mask(labels, test, group_numbers) -> np.ndarray:
    """A mask (bool N) of the items that are kept for testing; of groups, whole ones if `test` is a share. test: as for `arrays`;
    group_numbers: int64 N, or None."""
    expected_text = (
        f"test must be a share, the indices of items, from 0 to {len(labels) - 1:,}, or {len(labels):,} truth values."
    )
    try:
        is_share = np.ndim(test) == 0
    except ValueError:  # lists of different lengths
        raise DataError(expected_text) from None
    if is_share:
        test = np.asarray(test).item()
        if not isinstance(test, Real) or not 0 < test < 1:
            raise DataError(f"The share of test rows must lie between 0 and 1, not {test!r:.60}.")
        if group_numbers is None:
            return item_draws.stratified_test_mask(labels, test)
        return row_splits.draw_test_mask(group_numbers, test)
    test = array_likes.as_array(test)
    is_test = np.zeros(len(labels), bool)
    is_mask = test.dtype == bool and test.shape == labels.shape
    is_index = test.ndim == 1 and len(test) and test.dtype.kind in "iu" and 0 <= test.min() <= test.max() < len(labels)
    if not (is_mask or is_index):
        raise DataError(expected_text)
    is_test[test] = True
    if is_test.all() or not is_test.any():
        raise DataError(
            "test must name some of the items, but not all, so that there are some to train on and some to test on."
        )
    return is_test


def _check_image_array(images) -> np.ndarray:
    images = image_arrays.add_channel_axis(images)
    _, height, width, channels = images.shape
    if not MIN_SIDE <= min(height, width) <= max(height, width) <= MAX_SIDE or channels not in (1, 3):
        sentence = (
            f"Images must be {MIN_SIDE} to {MAX_SIDE} pixels high and wide with 1 or 3 channels, not {images.shape[1:]}"
        )
        hint = image_arrays.wrong_axes_hint(images.shape)
        if hint:
            sentence += f"; {hint}"
        raise DataError(f"{sentence}.")
    return images


def _apply_value_range(images, limits):
    """(images N×H×W×C as levels; their Tones, None without a range). limits: (low, high), or None. Warns of images with little
    contrast."""
    tones = tones_for_scale(scale_of_array(images), limits)
    image_contrast = contrast.assess_array_contrast(images, tones)
    if image_contrast.is_low:
        sentence = image_contrast.sentence
        if image_contrast.value_range:
            low, high = image_contrast.value_range
            sentence += f" To give them contrast, pass value_range=({low}, {high})."
        warnings.warn(sentence, UserWarning, stacklevel=3)
    return tones.levels(images), tones if tones.has_range else None


def encode_labels(y, row_count: int, is_table: bool = True) -> tuple[np.ndarray, tuple[str, ...]]:
    """(labels int64 N, −1 where there is none; names of the classes) from y, the classes of N rows of a table, or of N images, or
    None without labels; DataError if y has another length or holds no classes."""
    y = np.full(row_count, -1) if y is None else labels_to_array(y)
    columns.check_label_count(y, row_count)
    labels = ClassLabels("y")
    labels.examine(y)
    _warn_of_texts_without_class(labels, is_table)
    return labels.encode(y), labels.class_names


def _warn_of_texts_without_class(labels: ClassLabels, is_table: bool) -> None:
    """Warn of texts such as "nan" that are taken for no class, but for "" and "-1", which mean nothing else."""
    texts = labels.missing_label_counts().keys() - {"", "-1"}
    if texts:
        warnings.warn(labels.missing_labels_sentence("y", is_table), UserWarning, stacklevel=4)


def encode_table(X, names=None, types=None) -> tuple[np.ndarray, tuple]:
    """(rows float32 N×1×F×1; (names, kinds, blocks) of their features, as `features.fit_features` takes them) from
    a table; the arguments and errors are those of `arrays`."""
    values, declared = _values_and_kinds_by_name(X, names)
    kinds = declared | columns.parse_declared_kinds(list(values), types)
    columns.check_row_count(len(next(iter(values.values()), ())))
    examined = [columns.Column(name, kinds.get(name)) for name in values]
    for column in examined:
        column.examine(values[column.name])
    heads = columns.feature_heads_of(examined)
    rows = np.concatenate([column.to_features(values[column.name]) for column in examined], axis=1)
    return rows[:, None, :, None], heads


def _values_and_kinds_by_name(X, names):
    """({name: values} of the columns of a table; {name: "category"} for those that a frame declares so)."""
    memory_table = array_likes.as_memory_table(X)
    if memory_table is not None:
        if names is not None:
            raise DataError("A DataFrame names its columns itself; rename them there.")
        columns.check_names(memory_table.names)
        kinds = {memory_table.names[i]: "category" for i in memory_table.category_indices}
        return {name: memory_table.get_column(i) for i, name in enumerate(memory_table.names)}, kinds
    X = array_likes.as_array(X)
    if X.ndim != 2:
        raise DataError(
            f"A table is a matrix of rows and columns, or images are uint8 N×H×W×C, not an array {X.shape}."
        )
    return columns.values_by_column_name(X, names), {}
