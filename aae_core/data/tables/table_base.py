"""What tables in files have in common, whatever their format."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from aae_core.data import features
from aae_core.data.columns import RowPlace
from aae_core.wording import mark

ROWS_AT_ONCE = 2**16  # rows that are read at once, at most


@dataclass(frozen=True)
class TableFile(ABC):
    """A table in a file, which a subclass reads. names: of its columns; has_names: whether the file has these names, or
    they were made up; kinds: of the columns whose kind the file declares; labels: the class of each row, if an .npz holds
    them beside the matrix; is_untyped: whether the file does not tell numbers from texts; notes: sentences about what was
    skipped, such as a title above the names; unstorable_columns: the names of those that cannot be stored as metadata;
    features_by_list: the names of the features that a column of lists becomes, by its name, which is not among `names`
    itself; metadata_names: of the columns that are no features unless a type is declared for them; layers: the names of
    other matrices that can be read instead; layer: the one that is read; type_notes: sentences about the types of columns,
    for those who add the table.
    """

    names: list[str]
    kinds: dict[str, str] = field(default_factory=dict)
    labels: np.ndarray | None = None
    has_names: bool = True
    is_untyped: bool = False
    notes: tuple[str, ...] = ()
    unstorable_columns: tuple[str, ...] = ()
    features_by_list: dict[str, tuple[str, ...]] = field(default_factory=dict)
    metadata_names: frozenset[str] = frozenset()
    layers: tuple[str, ...] = ()
    layer: str | None = None
    type_notes: tuple[str, ...] = ()

    @abstractmethod
    def iterate_batches(
        self, wanted_names: list[str], exact_names: Collection[str]
    ) -> Iterator[tuple[float, dict[str, np.ndarray]]]:
        """(share of the file that has been read, {name: values}) for each batch of rows of the columns `wanted_names`.
        Those in `exact_names` are given as they stand in the file: texts of an untyped file, even if they look like
        numbers, and integers beside missing values or decimal numbers as objects, not as floats. DataError if the file
        cannot be read."""

    def iterate_metadata(self, wanted_names: list[str]) -> Iterator[dict]:
        """{name: Arrow array} for each batch of rows of columns that are stored but not trained on, none of them among
        `unstorable_columns`; no value is refused."""
        for _, batch in self.iterate_batches(wanted_names, ()):
            yield {name: _to_arrow_array(values) for name, values in batch.items()}

    def locate_row(self, row: int) -> RowPlace:
        """The place of a row, whose number counts from 0; by that number in a file without lines."""
        return RowPlace(mark("in row {number}"), row + 1)

    @cached_property
    def first_batch(self) -> dict[str, np.ndarray]:
        """{name: values} of the first rows of all columns, read once; {} without rows. DataError if they cannot be read."""
        _, batch = next(self.iterate_batches(self.names, ()), (0.0, {}))
        return batch

    def expand_lists(self, names: Iterable[str]) -> list[str]:
        """The names, with those of the features of a column of lists in place of its name."""
        return [expanded for name in names for expanded in self.features_by_list.get(name, (name,))]


def rows_per_batch(column_count: int) -> int:
    """How many rows of a matrix with these columns are read at once."""
    return max(1, min(ROWS_AT_ONCE, features.VALUES_AT_ONCE // max(1, column_count)))


def _to_arrow_array(values: np.ndarray):
    """Values of a column as an Arrow array, which has no numbers of another byte order, nor of more than 64 bits."""
    import pyarrow

    if values.dtype.kind == "f" and values.dtype.itemsize > 8:
        values = values.astype(np.float64)
    return pyarrow.array(values.astype(values.dtype.newbyteorder("="), copy=False))
