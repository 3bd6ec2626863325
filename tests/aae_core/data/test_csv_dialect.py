"""The first lines of a CSV file: what is read of it is what pandas reads below the right line, or the sentence names the line."""

import csv
import gzip
import io
import tracemalloc

import numpy as np
import pandas
import pytest

from aae_core.data.tables import csv_dialect, csv_tables, table_files
from aae_core.errors import DataError

ROWS = "1.5,3\n2.25,1\n3.1,4\n4.7,1\n5.2,5\n"
SEMICOLONS, PIPES, TABS = (f"h,r\n{ROWS}".replace(",", sign) for sign in ";|\t")
SPECTRA = [[(7 * i + j) % 11 for i in range(30)] for j in range(9)]
NUMBERS = "".join(",".join(map(str, row)) + "\n" for row in SPECTRA)


def write_csv(tmp_path, content):
    path = tmp_path / "x.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(path):
    """({name: all values}, notes) of a CSV file."""
    table = table_files.open_table(path)
    batches = [batch for _, batch in table.iterate_batches(table.names, ())]
    return {name: np.concatenate([batch[name] for batch in batches]).tolist() for name in table.names}, table.notes


READ = {  # name: (content, arguments of pandas.read_csv by which it reads the same, what the note says of the lines above)
    "blank lines": (f"\n \nh,r\n{ROWS}", {}, "line 3 names the columns; skipped above it: 2 blank lines."),
    "lines of delimiters": (f",\n;;\nh,r\n{ROWS}", {"skiprows": 2}, "line 3 names the columns; skipped above it: 2 blank"),
    "blank lines, CRLF": (f"\n\nh,r\n{ROWS}".replace("\n", "\r\n"), {}, "line 3 names"),
    "sep=": (f"sep=;\n{SEMICOLONS}", {"sep": ";", "skiprows": 1}, 'line 2 .* above it: line 1 ."sep=;".'),
    "sep=, quoted": (f'"sep=;"\r\n{SEMICOLONS}', {"sep": ";", "skiprows": 1}, "line 2 names"),
    "sep=, blank line": (f"SEP=|\n\n{PIPES}", {"sep": "|", "skiprows": 2}, 'above it: line 1 ."SEP=|".*, 1 blank line.'),
    "sep=, a sign of its own": (f"sep=^\nh^r\n{ROWS.replace(',', '^')}", {"sep": "^", "skiprows": 1}, "line 2"),
    "sep=, byte order mark": (f"\ufeffsep=;\n{SEMICOLONS}", {"sep": ";", "skiprows": 1}, "line 2"),
    "comments": (f"# by X\n# 2026\nh,r\n{ROWS}", {"skiprows": 2}, "line 3 .*line 1 ..# by X.., line 2 ..# 2026"),
    "comment of as many values": (f"# by X, 2026\nh,r\n{ROWS}", {"skiprows": 1}, "line 2"),
    "comment in Latin-1": (f"# größe\nh,r\n{ROWS}".encode("latin1"), {"skiprows": 1, "encoding": "latin1"}, r"gr\?\?e"),
    "title": (f"Title 2026\n\nh,r\n{ROWS}", {"skiprows": 2}, "line 3 .*line 1 ..Title 2026.*, 1 blank line"),
    "title with a byte order mark": (f"\ufeffTitle\nh,r\n{ROWS}", {"skiprows": 1}, "line 1 ..Title"),
    "title, semicolons": (f"Title\n{SEMICOLONS}", {"sep": ";", "skiprows": 1}, "line 2"),
    "title, tabs": (f"Title\n{TABS}", {"sep": "\t", "skiprows": 1}, "line 2"),
    "title, delimiters behind it": (f"Title,\nh,r\n{ROWS}", {"skiprows": 1}, "line 1 ..Title,"),
    "title, decimal commas": ("Title\na;b\n1,5;2\n2,5;3\n", {"sep": ";", "skiprows": 1}, "line 2"),
    "title of two lines": (f'"Title\nof it"\nh,r\n{ROWS}', {"skiprows": 1}, "line 3"),
    "title, a long one": (f"Title {'y' * 5000}\nh,r\n{ROWS}", {"skiprows": 1}, "Title y+…"),
    "pipes": (PIPES, {"sep": "|"}, None),
    "pipes, title": (f"Title\n{PIPES}", {"sep": "|", "skiprows": 1}, "line 2"),
    "carriage returns": (f"h,r\n{ROWS}".replace("\n", "\r"), {}, None),
    "carriage returns, title": (f"T\n\nh,r\n{ROWS}".replace("\n", "\r"), {"skiprows": 2, "engine": "python"}, "line 3"),
    "sorted names": (f"{','.join(str(4000 - 2 * i) for i in range(30))}\n{NUMBERS}", {}, "4000, 3998, .*taken for names"),
    "sorted fractions": (f"{','.join(str(400 + 2.5 * i) for i in range(30))}\n{NUMBERS}", {}, "402.5, .*for names"),
    "a line end in a name": ('"a\nz",b\n1,2\n3,4\n', {}, None),
    "delimiters in quotes alone": ('"a,b";"c,d"\n1;2\n3;4\n', {"sep": ";"}, None),
    "# before the first name": (f"# h,r\n{ROWS}", {}, None),  # as numpy.savetxt writes it
    "one column": ("size\n1\n2\n4\n", {}, None),
    "one column, a pipe in its name": ("a|b\n1\n2\n4\n", {}, None),
    "one column of sentences": ("t\nGood; but slow\nBad; very slow\n", {}, None),
    "one column of quoted commas": ('"a,b"\n"1,2"\n"3,4"\n', {}, None),
    "a comma and a quote in a text": ('h,t\n1,"say, ""b"" x"\n2,"x, "\n3,y\n', {}, None),
}  # fmt: skip


@pytest.mark.parametrize("block", [csv_tables.BLOCK_BYTES, 256])
@pytest.mark.parametrize("case", READ)
def test_what_stands_below_the_first_lines_is_what_pandas_reads(tmp_path, monkeypatch, case, block):
    monkeypatch.setattr(csv_tables, "BLOCK_BYTES", block)
    content, options, result = READ[case]
    path = write_csv(tmp_path, content)
    values, notes = read(path)
    pandas_frame = pandas.read_csv(path, **options)
    assert list(values) == [name.replace("\n", " ") for name in pandas_frame.columns]
    assert list(values.values()) == [pandas_frame[name].tolist() for name in pandas_frame.columns]
    if result is None:
        assert notes == ()
    else:
        (note,) = notes
        assert pandas.Series([note]).str.contains(result).all(), note


def test_a_note_quotes_ten_skipped_lines_and_counts_the_others(tmp_path):
    comments = "".join(f"# {k}\n" for k in range(14))
    (note,) = read(write_csv(tmp_path, f"{comments}h,r\n{ROWS}"))[1]
    assert 'line 10 ("# 9"), 4 more.' in note and "# 10" not in note


NO_NAMES = r"Line 1 of x.csv \(.*\) does not name the columns: "
REFUSED = {  # name: (content, what is said)
    "no names below sep=": ("sep=;\n", "no names of columns below line 1"),
    "blank lines alone": ("\n\n ,\n", "blank lines alone"),
    "comment, no names": (f"# by X\n{ROWS}", NO_NAMES + "it holds 1 value, and the lines below it hold 2"),
    "title, no names": (f"Title\n{ROWS}", NO_NAMES + "it holds 1 value, and the lines below it hold 2"),
    "title, years": ("T\nland,2020,2019\na,1,5\nb,2,3\n", NO_NAMES + "it holds 1 value, and the lines below it hold 3"),
    "title with delimiters, years": ("T,,\nland,2020,2019\na,1,5\nb,2,3\n", NO_NAMES + "it names 1 of 3"),
    "title, texts alone": ("T\na,b\nAnn,Bath\nBob,York\n", NO_NAMES + "it holds 1 value, and the lines below it hold 2"),
    "a name too few, as R writes it": ("h,r\n1,1.5,3\n2,2.2,1\n", NO_NAMES + "it holds 2 values, and the lines below it hold 3"),
    "a name too few, one column": ('"x"\n"1",5\n"2",7\n"3",8\n', NO_NAMES + "it holds 1 value, and the lines below it hold 2"),
    "settings above": ("Place;Rome\nn;3\nd;h;r\n1;2;3\n2;5;4\n3;7;1\n", NO_NAMES + "it holds 2 values, and .* hold 3"),
    "delimiters behind rows": (f"h,r\n{ROWS}".replace("\n", ",\n").replace("r,", "r"), NO_NAMES + "it holds 2 values"),
    "delimiters behind all lines": (f"h,r\n{ROWS}".replace("\n", ",\n"), "Column 3 has no name; .*delimiter at the end"),
    "descending years": ("land,2020,2019\na,1,5\nb,2,3\n", "Line 1 of x.csv holds numbers .2020, 2019.*letter .*x2020"),
    "years below a blank line": ("\n\nland,2020,2019\na,1,5\n", "Line 3 of x.csv holds numbers"),
    "sorted rows, no names": ("".join(f"{','.join(str(j + i / 9) for i in range(12))}\n" for j in range(9)), "holds numbers"),
    "pipes, no names": (PIPES.partition("\n")[2], "Line 1 of x.csv holds numbers .1.5"),
    "UTF-16": (f"h,r\n{ROWS}".encode("utf-16"), "not a text in UTF-8, but in UTF-16; save it as CSV in UTF-8"),
    "UTF-16 without a mark": (f"h,r\n{ROWS}".encode("utf-16-le"), "UTF-8: line 1 holds zero bytes, .* UTF-16 does; save it"),
    "Latin-1 names": (f"\nh,größe\n{ROWS}".encode("latin1"), "not a text in UTF-8: line 2 ..h,gr..e.. is not; save it as CSV"),
    "gzip": (gzip.compress(b"h,r\n1,2\n"), "is a gzip archive; unpack it"),
    "zip": (b"PK\x03\x04rest", "is a zip archive or an Excel file; unpack it, or save the table as CSV"),
    "Parquet": (b"PAR1rest", "is a Parquet file; give it the suffix .parquet"),
    "blank before a quoted comma": ('h,t\n1,2\n3, "a, b"\n', "a blank stands before a quote in line 3 .*take out the blanks"),
    "blank before a quoted name": ('h, "t"\n1,2\n2,3\n', "a blank stands before a quote in line 1"),
    "a quote stays open": ('h,"r\n1,2\n3,4\n', "Line 1 of x.csv is no list of names: a quote in it is never closed"),
    "a quote of the first row stays open": ('h,r\n"1,2\n3,4\n', "a quote in the row that begins in line 2 is never closed"),
    "a quote of another row stays open": (f'h,r\n{ROWS}"1,2\n3,4\n', f"begins in line {ROWS.count(chr(10)) + 2} is never closed"),
    "a quote of the last row stays open": (f'h,r\n{ROWS}"1', f"begins in line {ROWS.count(chr(10)) + 2} is never closed"),
    "many names": (",".join(f"c{i}" for i in range(9000)), "1 to 4,096 features, and this one 9,000"),
    "a page": ("<!DOCTYPE html>\n<html><body>\n<p>a, b</p></body></html>\n", NO_NAMES),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_first_line_that_names_no_columns_is_told_by_its_number(tmp_path, case):
    content, actual = REFUSED[case]
    with pytest.raises(DataError, match=actual) as caught:
        read(write_csv(tmp_path, content))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", ["h,r", "h,r\n", "\nh;r\r\n"])
def test_names_alone_are_a_table_without_rows(tmp_path, content):
    table = table_files.open_table(write_csv(tmp_path, content))
    assert table.names == ["h", "r"] and list(table.iterate_batches(["h"], ())) == []


def test_names_as_long_as_blocks_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_tables, "BLOCK_BYTES", 64)
    names = [f"{'n' * 150}{k}" for k in range(300)]
    rows = np.arange(900).reshape(3, 300)
    text = io.StringIO()
    csv.writer(text).writerows([["Title"], names, *rows.tolist()])
    values, _ = read(write_csv(tmp_path, text.getvalue()))
    assert list(values) == names and list(values.values()) == rows.T.tolist()


def test_a_first_line_without_an_end_takes_little_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_dialect, "MAX_FIRST_LINE_BYTES", 2**20)
    path = write_csv(tmp_path, b"x" * 2**24)
    tracemalloc.start()
    with pytest.raises(DataError, match="Line 1 of x.csv is longer than 1 MiB") as caught:
        read(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2**23 and "quote" not in str(caught.value)


@pytest.mark.parametrize("above", ["A title", "# a comment", "\n# a comment"])
def test_a_title_may_stand_below_a_line_with_the_separator(tmp_path, above):
    path = tmp_path / "x.csv"
    path.write_text(f"sep=;\n{above}\nh;r\n1;2\n2;3\n3;5\n")
    dialect = csv_dialect.detect_dialect(path)
    assert (dialect.names, dialect.delimiter, dialect.header_line) == (["h", "r"], ";", 3 + above.count("\n"))


def test_a_separator_that_does_not_occur_is_refused(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("sep=;\nh,r\n1,2\n2,3\n3,5\n")
    with pytest.raises(
        DataError, match="^Line 1 of x.csv says that ';' separates the values, which the lines below it do not"
    ):
        csv_dialect.detect_dialect(path)
