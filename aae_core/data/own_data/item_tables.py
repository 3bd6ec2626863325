"""The items of a data set as a table: their ids, splits and classes, and what was kept of them beside what is trained on."""

from pathlib import Path

import numpy as np

from aae_core.data import sets
from aae_core.data.own_data import item_files, own_sets
from aae_core.data.own_data.item_files import ID, LABEL, ROW, SPLIT, ItemsRecord
from aae_core.errors import DataError
from aae_core.places import data_root


def items_record(name: str, root=None) -> ItemsRecord | None:
    """What was kept of the items of a data set of the user's own, by the name of it or of its -held-out form; None if nothing
    was, as for built-in sets."""
    root = data_root(root)
    name = sets.name_without_held_out_suffix(name, root) or name
    if name not in own_sets.list_own_sets(root):
        return None
    return own_sets.read_set_record(root, name).items


def id_column_of(name: str, root=None) -> str:
    """The column of the source that gave the ids of a data set; "" if none did, or if the data set is no longer there."""
    record = items_record(name, root)
    return "" if record is None else record.id_column


def load_item_table(data_set: "str | sets.DataSet", root=None):
    """A pandas DataFrame with a row for each item of a data set, given by its name or as a DataSet: training set first, as
    `sets.load` has them.

    Its columns: `id`, a text or a whole number; `row`, the number of the item in its source, from 0; `split`, "train" or
    "test"; `label`, the name of its class, if the data set has classes, None where it is not known; and the columns that
    were kept: numbers (NaN where missing), texts and categories (None), dates (NaT, in UTC). Where nothing was kept, id and
    row are the places of the items in the data set. DataError if files are missing or damaged.
    """
    try:
        import pandas
    except ImportError:
        raise DataError("A table of items is a frame of pandas, which is not installed: pip install pandas.") from None
    root = data_root(root)
    data = sets.load(data_set, root) if isinstance(data_set, str) else data_set
    record = items_record(data.name, root) if isinstance(data_set, str) or data.checksum else None
    train_count = len(data.train.labels)
    labels = np.concatenate([data.train.labels, data.test.labels])
    table = pandas.DataFrame({ID: np.arange(len(labels)), ROW: np.arange(len(labels))})
    if record is not None:
        table = _read_metadata(data, record, root)
    table.insert(2, SPLIT, np.where(np.arange(len(labels)) < train_count, "train", "test").astype(object))
    if data.classes:
        names = np.array([*data.classes, None], object)
        table.insert(3, LABEL, names[labels])
    return table


def _read_metadata(data: sets.DataSet, record: ItemsRecord, root: Path):
    """The file of a data set, or that of the set whose part it is, as a DataFrame in the order of its items."""
    whole_name = sets.name_without_held_out_suffix(data.name, root)
    name = whole_name or data.name
    meta = own_sets.read_set_record(root, name)
    folder = root / own_sets.OWN_SETS_FOLDER / name
    table = item_files.read_item_file(folder, record, meta.train + meta.test).to_pandas()
    if not whole_name:
        return table
    is_held_out = sets.held_out_mask(sets.load(whole_name, root))
    order = np.argsort(is_held_out, kind="stable")  # the training items, as `sets.split_data_set` orders them
    return table.iloc[order].reset_index(drop=True)
