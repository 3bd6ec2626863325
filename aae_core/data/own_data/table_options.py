"""How a table of the user's own is added."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from aae_core.data.columns import trim_name
from aae_core.data.number_texts import PLAIN_FORMAT, ValueFormat
from aae_core.data.row_splits import SplitColumns


@dataclass(frozen=True)
class TableOptions:
    """How a table is added: what each of its columns is, and how values are written. The fields are the arguments of
    `sets.add_data_set` with these names; tidy: whether columns from which nothing can be learned are left out, instead of
    stopping the import."""

    label: str | None = None
    types: str | Mapping[str, str] | None = field(default_factory=dict)
    leave_out: Collection[str] = ()
    id_column: str | None = None
    split_column: str | None = None
    group_column: str | None = None
    layer: str | None = None
    value_format: ValueFormat = PLAIN_FORMAT
    tidy: bool = False

    @property
    def split_columns(self) -> SplitColumns:
        """The columns that decide which rows are for testing."""
        return SplitColumns(trim_name(self.split_column), trim_name(self.group_column))

    def with_trimmed_names(self) -> "TableOptions":
        """These options, with the names of label and ids trimmed as those of tables are (`columns.trim_name`)."""
        return replace(self, label=trim_name(self.label), id_column=trim_name(self.id_column))
