"""Lines of a CSV file that cannot be read, by their true numbers: blank lines and those within quoted values count."""

import tracemalloc

import pytest

from aae_core.data.tables import csv_records, csv_tables, table_files
from aae_core.errors import DataError

ROWS = "1.5,3\n2.25,1\n3.1,4\n4.7,1\n5.2,5\n"
MANY = "1,2\n" * 5000
FAULTY_FILES = {  # name: (content, what is said)
    "below blank lines": (f"\n\nh,r\n{ROWS}3,4,5\n", "line 9 has 3 values where there are 2 columns .*3,4,5"),
    "below a value of two lines": (f'h,r\n1,"a\nb"\n\n{ROWS}3,4,5\n', "line 10 has 3 values"),
    "below names of two lines": (f'"h\nk",r\n{ROWS}3\n', "line 8 has 1 value where there are 2 columns"),
    "below a title": (f"Title\n\nh,r\n{ROWS}3,4,5\n", "line 9 has 3 values"),
    "carriage returns": (f"\n\nh,r\n{ROWS}3,4,5\n".replace("\n", "\r"), "line 9 has 3 values"),
    "far below": (f"h,r\n{MANY}3\n", "line 5,002 has 1 value"),
    "a comment": (f"h,r\n{ROWS}# recalibrated\n{ROWS}", 'line 7 has 1 value .*"# recalibrated".*or take it out'),
    "a total": (f"h,r\n{ROWS}Total: 5 rows\n", 'line 7 has 1 value .*"Total: 5 rows"'),
    "pipes": ("h|r|c\n1|2|3\n4|5\n6|7|8\n9|9|9\n", 'line 3 has 2 values where there are 3 columns ."4|5"'),
    "Latin-1": (f"\nh,r\n{ROWS}Köln,1\n".encode("latin1"), r'not a text in UTF-8: line 8 \("K\?ln,1"\) is not; save it'),
    "Latin-1, far below": (f"h,r\n{MANY}ö,1\n".encode("latin1"), "not a text in UTF-8: line 5,002 "),
    "Latin-1, carriage returns": (f"h,r\n{ROWS}ö,1\n".replace("\n", "\r").encode("latin1"), "UTF-8: line 7 "),
    "a blank before a quote": ('h,t\n1,a\n\n2, "b"\n', 'a blank stands before a quote in line 4 ."2, "b""., so the quote'),
    "a blank and a comma, far below": (f'h,r\n{MANY}1, "a, b"\n', "a blank stands before a quote in line 5,002 "),
}  # fmt: skip


@pytest.mark.parametrize("block", [csv_tables.BLOCK_BYTES, 64])
@pytest.mark.parametrize("case", FAULTY_FILES)
def test_a_line_that_cannot_be_read_is_told_by_its_true_number(tmp_path, monkeypatch, case, block):
    monkeypatch.setattr(csv_tables, "BLOCK_BYTES", block)
    content, result = FAULTY_FILES[case]
    (tmp_path / "x.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    table = table_files.open_table(tmp_path / "x.csv")
    with pytest.raises(DataError, match=result) as caught:
        list(table.iterate_batches(table.names, ()))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("value", ['"say, "', '5, "pipe', '"a, ""b"""', '"x |   ""y"""'])
def test_a_blank_and_a_quote_within_a_value_are_read(tmp_path, value):
    (tmp_path / "x.csv").write_text("".join(f"{k};{value if k else 't'}\n" for k in ("", 1, 2, 3)).replace(";t", "h;t"))
    table = table_files.open_table(tmp_path / "x.csv")
    assert sum(len(batch["t"]) for _, batch in table.iterate_batches(["t"], ())) == 3


def test_bytes_that_are_not_utf8_in_a_column_that_is_left_out_do_no_harm(tmp_path):
    (tmp_path / "x.csv").write_bytes(f"h,t\n{ROWS}6,Köln\n".encode("latin1"))
    table = table_files.open_table(tmp_path / "x.csv")
    assert sum(len(batch["h"]) for _, batch in table.iterate_batches(["h"], ())) == 6


@pytest.mark.parametrize("line", [b"1," + b"x" * 2**23, b"1," * 2**22])
def test_a_long_line_is_named_and_is_no_open_quote(tmp_path, monkeypatch, line):
    monkeypatch.setattr(csv_tables, "BLOCK_BYTES", 2**18)
    monkeypatch.setattr(csv_records, "PIECE_LENGTH", 2**16)
    (tmp_path / "x.csv").write_bytes(b'h,r\n1,"a\n\nb"\n' + line + b"\n")
    table = table_files.open_table(tmp_path / "x.csv")
    with pytest.raises(DataError, match="^Line 5 of x.csv is longer than 0.25 MiB"):
        list(table.iterate_batches(table.names, ()))


def test_a_long_line_is_looked_for_in_little_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_records, "PIECE_LENGTH", 2**16)
    (tmp_path / "x.csv").write_bytes(b"h,r\n" + b"1," * 2**22 + b"\n")
    tracemalloc.start()  # not while pyarrow reads, whose threads may still allocate when it is stopped
    assert csv_records.find_first_long_line(tmp_path / "x.csv", 2**18) == 2
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2**21


def test_a_quote_that_stays_open_is_no_long_line(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_tables, "BLOCK_BYTES", 2**12)
    (tmp_path / "x.csv").write_text(f'h,r\n1,"2\n{MANY}')
    table = table_files.open_table(tmp_path / "x.csv")
    with pytest.raises(DataError, match="a quote that is opened is never closed"):
        list(table.iterate_batches(table.names, ()))
