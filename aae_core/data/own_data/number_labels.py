"""A column that was named for the classes but holds numbers that are none, such as prices: it is kept beside the items."""

from dataclasses import dataclass

from aae_core.data import metadata_columns
from aae_core.data.limits import MAX_CLASSES
from aae_core.data.number_texts import ValueFormat
from aae_core.data.own_data import item_metadata
from aae_core.data.tables.table_base import TableFile
from aae_core.errors import printable_line
from aae_core.wording import translate

MAX_COUNTED = 100_000  # different numbers that are counted, so that memory use does not depend on the number of rows


@dataclass(frozen=True)
class NumberLabel:
    """A column of numbers that was named for the classes. distinct_count: how many different numbers it has, at most
    MAX_COUNTED + 1."""

    name: str
    distinct_count: int

    @property
    def sentence(self) -> str:
        """Why the column gives no classes, and what became of it."""
        name, number = printable_line(self.name[:60]), f"{min(self.distinct_count, MAX_COUNTED):,}"
        if self.distinct_count > MAX_COUNTED:
            text = translate(
                "{column} has more than {number} different numbers, so it is kept as a column that colours the map, not as "
                "classes."
            )
        elif self.distinct_count > MAX_CLASSES:
            text = translate(
                "{column} has {number} different numbers, so it is kept as a column that colours the map, not as classes."
            )
        else:
            text = translate(
                "{column} has numbers that are not whole, {number} different ones, so it is kept as a column that colours the "
                "map, not as classes."
            )
        return text.format(column=name, number=number)


def read_number_label(table: TableFile, name: str, value_format: ValueFormat) -> NumberLabel | None:
    """What a column of a table holds, if it can be kept as numbers; None for other values, and without pyarrow. The column is
    read twice."""
    if name in table.unstorable_columns or not item_metadata.has_pyarrow():
        return None
    column = metadata_columns.MetadataColumn(name, value_format)
    for batch in table.iterate_metadata([name]):
        column.examine(batch[name])
    if column.kind != "number":
        return None
    numbers = set()
    for batch in table.iterate_metadata([name]):
        numbers.update(column.convert(batch[name]).drop_null().unique().to_pylist())
        if len(numbers) > MAX_COUNTED:
            return NumberLabel(name, MAX_COUNTED + 1)
    return NumberLabel(name, len(numbers))
