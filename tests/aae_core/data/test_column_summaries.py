"""What is shown of a table's columns before it is added."""

import pandas
import pytest

from aae_core.data.own_data.column_summaries import ColumnSummary, summarise_columns
from aae_core.data.tables import table_files

FRAME = pandas.DataFrame(
    {
        "size": [1.5, None, 2.5, 4.0],
        "town": ["Bath", None, "York", "Bath"],
        "sold": [True, False, True, True],
        "on": ["2026-01-02", "2026-01-03", "2026-01-04", "2026-01-05"],
        "power": ["1", "?", "3", "4"],
        "plan": ["a"] * 4,
        "zero": [0] * 4,
        "empty": [None] * 4,
    }
)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_types_missing_values_and_constants_are_those_of_the_frame(tmp_path, suffix):
    path = tmp_path / f"t{suffix}"
    FRAME.to_csv(path, index=False) if suffix == ".csv" else FRAME.to_parquet(path)
    row_count, summaries = summarise_columns(table_files.open_table(path))
    assert row_count == 4 and [summary.name for summary in summaries] == list(FRAME)
    assert [summary.missing_count for summary in summaries] == FRAME.isna().sum().tolist()
    assert [summary.is_constant for summary in summaries] == (FRAME.nunique() == 1).tolist()
    kinds = [summary.kind for summary in summaries]
    assert kinds[:7] == ["numbers", "texts", "true or false", "dates", "numbers and texts", "texts", "numbers"]
    assert summaries[0].first_values == ("1.5", "", "2.5") and summaries[6].first_values == ("0", "0", "0")
    assert summaries[1] == ColumnSummary("town", "texts", 1, False, ("Bath", "", "York"))


def test_nothing_is_said_of_rows_that_cannot_be_read(tmp_path):
    (tmp_path / "t.csv").write_text("a,b\n1,2\n3,4\n5,6\n1,2,3\n")
    assert summarise_columns(table_files.open_table(tmp_path / "t.csv")) == (0, ())
