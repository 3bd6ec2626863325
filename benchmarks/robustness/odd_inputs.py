"""Inputs that are easily misread, and what the user gets for each of them.

    python -m benchmarks.robustness.odd_inputs [--check]

Each input is made in a temporary folder and given to the command `data add`, to `aae.arrays`, to a method of a small revision, or
to an estimator. Of each is known what is right: parts of the sentence, or of what was read. Writes
docs/development/odd_inputs.md, unless --check is given; exit status 1, and nothing written, if an outcome is another
one than the right one.
"""

import argparse
import contextlib
import io
import os
import sys
import tempfile
import textwrap
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from unittest import mock

import numpy as np

from aae_core.data import sets
from aae_core.data.arrays import arrays
from aae_core.errors import AAEError
from benchmarks.document import LINE_LENGTH, print_and_write

TINY_CONFIG = {"network.hidden": (8,), "network.discriminator": (8,), "threads": 1, "epochs": 1}
ROW_COUNT = 24  # rows and images of most inputs
LONGEST = 330  # characters of an outcome on the page
LABEL = ("--label", "cls")
HEAD = """# Odd inputs

Inputs that are easily misread, and what the user gets for each. They were made up for the purpose; the page is written
and checked by `python -m benchmarks.robustness.odd_inputs`. The letters name the rules that are tried: A1 distinct
classes, A2 numbers with texts among them, A3 columns by name, A4 contrast of images, A5 types and blanks, A6 first
lines, encodings, suffixes and redundant columns, A7 what is in memory, A8 few rows, A9 what was once accepted in
silence, or refused in words of another place.
"""


@dataclass(frozen=True)
class OddInput:
    """An input. kind: A1 to A9; name: what it is, in a few words; run: makes it in a folder, and returns what the user gets;
    expected_texts: texts that this holds."""

    kind: str
    name: str
    run: Callable[[Path], str]
    expected_texts: tuple[str, ...]


def add_file(content: bytes | str | Callable[[Path], None], suffix: str, options: tuple[str, ...], folder: Path) -> str:
    """What `data add` says of a file with that content, or that a function writes: the sentence of its refusal, or what is
    stored."""
    from aae_core.cli import arguments

    path = folder / f"input{suffix}"
    if callable(content):
        content(path)
    else:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    stdout, stderr = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
        status = arguments.main(["data", "add", str(path), "--name", "odd", "--quiet", *options])
    lines = [line.removeprefix("aae: ") for line in stderr.getvalue().splitlines() if "[###" not in line]
    if status:
        return " ".join(lines)
    outcome = " ".join([describe_data_set(sets.load("odd")), *lines])
    sets.remove_data_set("odd")
    return outcome


def describe_data_set(data: sets.DataSet) -> str:
    """The classes of a data set and its columns or, of images, their levels."""
    values = np.concatenate([np.asarray(data.train.images), np.asarray(data.test.images)])
    if data.features:
        last_column = ", ".join(f"{value:g}" for value in sorted(values.reshape(len(values), -1)[:, -1]))
        description = f"{len(values)} rows; columns {', '.join(data.features.names)}; the last holds {last_column}"
    else:
        description = f"{len(values)} images, levels {values.min()} to {values.max()}"
    return f"Read: {description}{'; classes ' if data.classes else ''}{', '.join(data.classes)}."


def add_arrays(make_arguments: Callable[[], dict], folder: Path) -> str:
    """What `aae.arrays` makes of make_arguments(), with its warnings, or the sentence of its refusal."""
    with warnings.catch_warnings(record=True) as caught_warnings:
        warnings.simplefilter("always")
        try:
            words = describe_data_set(arrays(**make_arguments()))
        except AAEError as error:
            return str(error)
    return " ".join([words, *(str(warning.message) for warning in caught_warnings)])


def compare_codes(change: Callable, folder: Path) -> str:
    """How the codes of a changed frame differ from those of the frame that a small revision was trained on."""
    import aae_core

    frame = training_frame()
    revision = aae_core.train(aae_core.configure(**TINY_CONFIG), data=arrays(frame, name="odd"))
    try:
        difference = np.abs(np.asarray(revision.encode(change(frame))) - np.asarray(revision.encode(frame))).max()
    except AAEError as error:
        return str(error)
    return f"Encoded; codes differ by at most {difference:g}."


def train_with_batch_size(batch_size: int, folder: Path) -> str:
    """How a training of two epochs on 24 rows ends with mini-batches of that size."""
    import aae_core

    config = aae_core.configure(**TINY_CONFIG | {"epochs": 2, "batch_size": batch_size})
    status = aae_core.train(config, data=arrays(training_frame(), name="odd")).status
    return f"Trained: {status.step} steps, {status.epoch:g} epochs."


def training_frame():
    """A frame of two columns of numbers and a category."""
    import pandas

    numbers = np.arange(ROW_COUNT)
    return pandas.DataFrame(
        {"a": numbers * 0.5, "b": numbers**2 % 7.0, "town": np.array(["Ely", "York"])[numbers % 2]}
    ).astype({"town": "category"})


def compare_seeded_fits(settings: Callable, folder: Path) -> str:
    """Whether a seeded fit within a context manager has the codes of one without it."""
    from aae_core.sklearn import AdversarialAutoencoder

    rows = np.random.default_rng(0).normal(size=(ROW_COUNT, 3))
    fit = partial(AdversarialAutoencoder(max_epochs=1, random_state=0).fit_transform, rows)
    usual_codes = fit()
    with settings():
        codes = fit()
    return "The same codes." if np.array_equal(usual_codes, codes) else "Other codes."


def fit_estimator(make_arguments: Callable[[], tuple], folder: Path, **parameters) -> str:
    """The classes that an estimator learns from make_arguments(), its rows and their classes, with its warnings,
    or the sentence of its refusal."""
    from aae_core.sklearn import SemiSupervisedAAE

    with warnings.catch_warnings(record=True) as caught_warnings:
        warnings.simplefilter("always")
        try:
            classifier = SemiSupervisedAAE(**{"max_epochs": 1, "random_state": 0} | parameters).fit(*make_arguments())
        except AAEError as error:
            return str(error)
    words = f"Fitted: classes {', '.join(map(str, classifier.classes_))}."
    return " ".join([words, *(str(warning.message) for warning in caught_warnings)])


@contextlib.contextmanager
def default_dtype(name: str):
    """torch's default dtype, restored afterwards."""
    import torch

    old_dtype = torch.get_default_dtype()
    torch.set_default_dtype(getattr(torch, name))
    try:
        yield
    finally:
        torch.set_default_dtype(old_dtype)


def labelled_table(*labels: str, head: str = "h,r,cls") -> str:
    """A CSV file with two columns of numbers, and these labels in turn."""
    rows = [f"{i + 0.5},{i * 7 % 5},{labels[i % len(labels)]}" for i in range(ROW_COUNT)]
    return "\n".join([head, *rows, ""])


def few_rows_table(*labels: str) -> str:
    """A CSV file with two columns of numbers and a row for each label."""
    rows = [f"{i + 0.5},{i * 7 % 5},{label}" for i, label in enumerate(labels)]
    return "\n".join(["h,r,cls", *rows, ""])


def numbers_with_text(text: str) -> str:
    """A CSV file whose second column holds whole numbers and, in line 12, a text."""
    cells = [str(i * 3) for i in range(ROW_COUNT)]
    cells[10] = f'"{text}"' if "," in text else text
    return "\n".join(["a,power", *(f"{i + 0.25},{cell}" for i, cell in enumerate(cells)), ""])


def plain_table(delimiter: str = ",") -> str:
    """A CSV file with two columns of numbers and one of classes."""
    return labelled_table("0", "1").replace(",", delimiter)


def frame_writer(values, **options) -> Callable[[Path], None]:
    """Writes a Parquet file with a column of numbers, and one of these values, a pandas series."""

    def write(path):
        import pandas

        series = pandas.Series(list(values) * (ROW_COUNT // len(values)), **options)
        pandas.DataFrame({"a": np.arange(ROW_COUNT) * 0.5, "k": series}).to_parquet(path)

    return write


def npz_writer(**members) -> Callable[[Path], None]:
    """Writes an .npz with these arrays."""
    return lambda path: np.savez(path, **members)


def images_zip_writer(
    make_image: Callable[[int], np.ndarray], suffix: str = ".png", mode: str | None = None, other_names=()
):
    """Writes a zip of ROW_COUNT images in two classes. make_image(i): the values of image i; mode: Pillow's mode, if it is
    not that of the values; other_names: names of further files."""

    def write_zip(path):
        from PIL import Image

        with zipfile.ZipFile(path, "w") as archive:
            for i in range(ROW_COUNT):
                stream = io.BytesIO()
                image = Image.fromarray(make_image(i))
                image = image.convert(mode) if mode else image
                image.save(stream, "JPEG" if suffix.lower() == ".jfif" else "PNG")
                archive.writestr(f"class {i % 2}/{i}{suffix}", stream.getvalue())
            for name in other_names:
                archive.writestr(name, b"-")

    return write_zip


def random_values(i: int, max_value: int, dtype=np.uint16) -> np.ndarray:
    """Values 8×8 from 0 to `max_value`, both included."""
    values = np.random.default_rng(i).integers(0, max_value, (8, 8), endpoint=True)
    values[0, :2] = 0, max_value
    return values.astype(dtype)


def shape_on_transparent_pixels(i: int, level: int) -> np.ndarray:
    """A grey shape of one level on transparent pixels, RGBA."""
    pixels = np.full((8, 8, 4), level, np.uint8)
    pixels[..., 3] = 255 * random_values(i, 1, np.uint8)
    return pixels


def pillow_images(levels):
    """Pillow's images of arrays."""
    from PIL import Image

    return [Image.fromarray(image) for image in levels]


def tensor(values):
    """A tensor of torch."""
    import torch

    return torch.from_numpy(values)


def torch_context(name, *args):
    """One of torch's context managers."""
    import torch

    return getattr(torch, name)(*args)


def sparse_array(rows):
    """A sparse array of SciPy."""
    from scipy.sparse import coo_array

    return coo_array(rows)


def record_batches(rows):
    """A reader of pyarrow, whose batches can be read once."""
    import pyarrow

    table = pyarrow.table({"a": rows[:, 0], "b": rows[:, 1]})
    return pyarrow.RecordBatchReader.from_batches(table.schema, table.to_batches())


def file_input(
    kind: str, name: str, content, expected_texts: str | tuple[str, ...], *options: str, suffix: str = ".csv"
) -> OddInput:
    """A file, given to `data add` with these options. content: as `add_file` takes it."""
    if isinstance(expected_texts, str):
        expected_texts = (expected_texts,)
    return OddInput(kind, name, partial(add_file, content, suffix, options), expected_texts)


def class_input(name: str, labels: tuple[str, ...], expected_texts: str | tuple[str, ...]) -> OddInput:
    """A CSV file with these labels in turn."""
    return file_input("A1", name, labelled_table(*labels), expected_texts, *LABEL)


def number_input(name: str, text: str, expected_texts: str | tuple[str, ...], *options: str) -> OddInput:
    """A CSV file in which a text stands among numbers."""
    return file_input("A2", name, numbers_with_text(text), expected_texts, *options)


def column_input(name: str, change: Callable, expected_text: str) -> OddInput:
    """The frame that a model was trained on, changed, and given to `encode`."""
    return OddInput("A3", name, partial(compare_codes, change), (expected_text,))


def contrast_input(
    name: str, make_image: Callable[[int], np.ndarray], expected_texts: str | tuple[str, ...], *options: str
) -> OddInput:
    """A zip of images. make_image(i): the values of image i."""
    return file_input("A4", name, images_zip_writer(make_image), expected_texts, *options, suffix=".zip")


def array_input(kind: str, name: str, make_arguments: Callable[[], dict], expected_text: str) -> OddInput:
    """Arguments of `aae.arrays`, which make_arguments() returns."""
    return OddInput(kind, name, partial(add_arrays, make_arguments), (expected_text,))


def settings_input(name: str, settings: Callable) -> OddInput:
    """Torch's settings, under which an estimator must find the same codes. settings(): a context manager."""
    return OddInput("A7", name, partial(compare_seeded_fits, settings), ("The same",))


RNG = np.random.default_rng(0)
ROWS = RNG.normal(size=(ROW_COUNT, 2))
LEVELS = RNG.integers(0, 256, (ROW_COUNT, 8, 8)).astype(np.uint8)  # of images
LEVELS[0, 0, :2] = 0, 255
TABLE_ROWS = np.random.default_rng(0).normal(size=(ROW_COUNT, 3))

CLASS_INPUTS = (
    class_input("classes 007 and 7", ("007", "7"), "classes 007, 7."),
    class_input("classes 1e3 and 1000", ("1e3", "1000"), "classes 1000, 1e3."),
    class_input("classes +1 and 1", ("+1", "1"), "classes +1, 1."),
    class_input("classes 1 and 1.0 in one file", ("1", "1.0"), "classes 1, 1.0."),
    class_input("classes 1.0 and 2.0, as pandas writes", ("1.0", "2.0", ""), "classes 1, 2."),
    class_input("classes 2⁶³ and 2⁶³ + 1", (str(2**63), str(2**63 + 1)), f"classes {2**63}, {2**63 + 1}."),
    class_input("classes of fifty digits", ("1" * 50, "1" * 49 + "2"), "1" * 49 + "2."),
    class_input("classes TRUE, True and true", ("TRUE", "True", "true"), "classes TRUE, True, true."),
    class_input("classes １ (full width) and 1", ("１", "1"), "classes 1, １."),
    class_input("classes 1 000 and 2 000", ("1 000", "2 000"), "classes 1 000, 2 000."),
    class_input("a class with a zero-width space", ("a", "a\u200b"), "not printable"),
    file_input("A1", "nullable integers above 2⁵³", frame_writer([2**53, 2**53 + 1, None], dtype="Int64"),
               f"classes {2**53}, {2**53 + 1}.", "--label", "k", suffix=".parquet"),
    file_input("A1", "floats of 2⁵³ as classes", frame_writer([2.0**53, 2.0**53 + 2]),
               "give these classes as integers or as texts", "--label", "k", suffix=".parquet"),
)  # fmt: skip

NUMBER_INPUTS = (
    *(
        number_input(f"{text} among numbers", text, (f'power ("{text}" in line 12)', "--missing"))
        for text in ("n.a.", "—", "#REF!", "TRUE", "<0.1")
    ),
    number_input("--, as the sentence above proposes", "--", ("Read: 23 rows", "1 row"), "--missing", 'drop,"--"'),
    number_input("1.234,50 among whole numbers", "1.234,50", ("in line 12", '--decimal "," --thousands "."')),
    number_input("the same, read as proposed", "1.234,50", "69, 1234.5.",
                 "--decimal", ",", "--thousands", ".", "--leave-out", "a"),
    number_input("1'234 among numbers, read", "1'234", "69, 1234.", "--thousands", "'"),
    number_input("5 kg among numbers", "5 kg", '--units "kg"'),
    number_input("−5 with a minus sign of typography", "−5", "holds -5, 0, 3"),
    number_input("€ 4 among numbers, read", "€ 4", "holds 0, 3, 4, 6", "--units", "€"),
    number_input("#N/A among numbers", "#N/A", ("Values are missing in power (the first in line 12)", "--missing drop")),
    number_input("1e400 among numbers", "1e400", "infinite or absurdly large values in power (inf in line 12)"),
    file_input("A2", "a line of units below the names", plain_table().replace("cls\n", "cls\ncm,kg,\n", 1),
               ('h ("cm" in line 2), r ("kg" in line 2)', '--missing "drop,cm,kg"'), *LABEL),
)  # fmt: skip

COLUMN_INPUTS = (
    column_input("columns in another order", lambda frame: frame[["town", "b", "a"]], "at most 0."),
    column_input("a superfluous column of texts", lambda frame: frame.assign(note="?"), "at most 0."),
    column_input("a renamed column", lambda frame: frame.rename(columns={"a": "A"}), "lacks the column a"),
    column_input("a category that is new", lambda frame: frame.assign(town="Bath"), "its values are Ely, York"),
    column_input(
        "a category with a blank", lambda frame: frame.assign(town=frame.town.astype(str) + " "), "at most 0."
    ),
    column_input("a dictionary of lists", lambda frame: frame[["town", "b", "a"]].to_dict("list"), "at most 0."),
    column_input(
        "texts where numbers were",
        lambda frame: frame.assign(a="?"),
        'There are texts in a ("?" at index 0), where the model was trained on numbers',
    ),
)

ten_bit_values = partial(random_values, max_value=1023)
CONTRAST_INPUTS = (
    contrast_input("10 bits in 16-bit files", ten_bit_values,
                   ("nearly black", "from 0 to 1,023 of 65,535", "--range 0 1023")),
    contrast_input("the same with --range", ten_bit_values, "levels 0 to 255", "--range", "0", "1023"),
    contrast_input("14 bits in 16-bit files", partial(random_values, max_value=16383), ("levels 0 to 64", "--range 0 16383")),
    contrast_input("masks of 0, 1 and 2", partial(random_values, max_value=2, dtype=np.uint8),
                   ("nearly black", "--range 0 2")),
    contrast_input("values of 30,000 to 30,100", lambda i: random_values(i, 100) + np.uint16(30_000),
                   "--range 30000 30100"),
    contrast_input("masks of 254 and 255", lambda i: random_values(i, 1, np.uint8) + np.uint8(254), "nearly white"),
    contrast_input("1-bit masks", lambda i: random_values(i, 1, np.uint8).astype(bool), "levels 0 to 255"),
    contrast_input("white shapes on transparent pixels", partial(shape_on_transparent_pixels, level=255), "--backdrop black"),
    contrast_input("the same with --backdrop", partial(shape_on_transparent_pixels, level=255), "levels 0 to 255",
                   "--backdrop", "black"),
    contrast_input("black shapes on transparent pixels", partial(shape_on_transparent_pixels, level=0), "levels 0 to 255"),
    contrast_input("--range beyond 8 bits", partial(random_values, max_value=255, dtype=np.uint8),
                   "reaches beyond the values", "--range", "0", "4095"),
)  # fmt: skip

TYPE_INPUTS = (
    file_input("A5", "an ordered category of integers", frame_writer([3, 1, 2], dtype="category"),
               "k = 1, k = 2, k = 3", suffix=".parquet"),
    file_input("A5", "a category of decimal numbers", frame_writer([0.5, 1.0], dtype="category"),
               "k = 0.5, k = 1.0", suffix=".parquet"),
    file_input("A5", "a category of truth values", frame_writer([True, False], dtype="category"),
               "k = False, k = True", suffix=".parquet"),
    file_input("A5", "texts with blanks as classes", frame_writer(["high", "high ", "low"]), "classes high, low.",
               "--label", "k", suffix=".parquet"),
    file_input("A5", "an empty class in an .npz", npz_writer(X=TABLE_ROWS, y=np.array(["", "a", "b"] * 8)),
               "classes a, b.", suffix=".npz"),
    file_input("A5", "classes as bytes in an .npz", npz_writer(X=TABLE_ROWS, y=np.array([b"a", b"b"] * 12)),
               "numbers or texts are expected", suffix=".npz"),
    array_input("A5", "NaN beside texts in a list of classes", lambda: {"X": ROWS, "y": [np.nan, "a", "b"] * 8},
                "classes a, b."),
)  # fmt: skip

FILE_INPUTS = (
    file_input("A6", "sep= and a tab", f"sep=\t\n{plain_table(chr(9))}", ("columns h, r", "line 2 names the columns"),
               *LABEL),
    file_input("A6", "sep=|, with a byte order mark", f"\ufeffsep=|\n{plain_table('|')}", "columns h, r", *LABEL),
    file_input("A6", "sep=; and a title", f"sep=;\nA title\n{plain_table(';')}", ("columns h, r", "line 3 names"),
               *LABEL),
    file_input("A6", "sep=; above commas", f"sep=;\n{plain_table()}", "says that ';' separates the values", *LABEL),
    file_input("A6", "two lines of title", f"A report\nof 2026\n{plain_table()}",
               ("columns h, r", "line 3 names the columns"), *LABEL),
    file_input("A6", "a title with a comma", f"Bonn, 2026\n{plain_table()}",
               ("Line 1", "2 values", "the lines below it hold 3"), *LABEL),
    file_input("A6", "UTF-16", plain_table().encode("utf-16"), ("UTF-16", "save it as CSV in UTF-8"), *LABEL),
    file_input("A6", "a Latin-1 name of a column", labelled_table("0", "1", head="hö,r,cls").encode("latin-1"),
               ("UTF-8", "line 1"), *LABEL),
    file_input("A6", "semicolons and decimal commas", plain_table(";").replace(".", ","),
               ('"0,5" in line 2', '--decimal ","'), *LABEL),
    file_input("A6", "a delimiter at the end of each line", plain_table().replace("\n", ",\n"), "Column 4 has no name",
               *LABEL),
    file_input("A6", "a total in the last line", f"{plain_table()}Total\n", ("line 26 has 1 value", '("Total")'), *LABEL),
    file_input("A6", "no names, numbers at once", plain_table().split("\n", 1)[1],
               "Line 1 of input.csv holds numbers (0.5, 0, 0)"),
    file_input("A6", "a blank and a tab before a quote", 'a,b\n1,\t"x, y"\n2,\t"z"\n3,\t"z"\n',
               "a blank stands before a quote in line 2"),
    file_input("A6", "a table named .DAT", plain_table(), "save it as .csv", *LABEL, suffix=".DAT"),
    file_input("A6", "a table named .arff", plain_table(), "save the table in it as .csv", *LABEL, suffix=".arff"),
    file_input("A6", "all columns constant, --tidy", "a,b\n" + "1,2\n" * ROW_COUNT, "same value", "--tidy"),
    file_input("A6", "identical as float32 numbers", npz_writer(X=np.c_[TABLE_ROWS, TABLE_ROWS[:, 0] + 1e-12]),
               "feature 3 (as feature 0)", suffix=".npz"),
    file_input("A6", "images named .JFIF beside Thumbs.DB",
               images_zip_writer(partial(random_values, max_value=255, dtype=np.uint8), ".JFIF",
                                 other_names=("class 0/Thumbs.DB", "Desktop.INI")),
               "Read: 24 images", suffix=".zip"),
)  # fmt: skip

MEMORY_INPUTS = (
    array_input("A7", "a list of Pillow's images", lambda: {"X": pillow_images(LEVELS)}, "levels 0 to 255"),
    array_input("A7", "images N×C×H×W", lambda: {"X": LEVELS[:, None]}, "np.moveaxis(X, 1, -1)"),
    array_input("A7", "a float tensor of levels / 255", lambda: {"X": tensor(LEVELS) / 255}, "levels 0 to 255"),
    array_input("A7", "truth values", lambda: {"X": LEVELS > 99}, "levels 0 to 255"),
    array_input("A7", "images of different sizes", lambda: {"X": [LEVELS[0], LEVELS[1][1:]]},
                "parts have different lengths"),
    array_input("A7", "12 bits in int64", lambda: {"X": LEVELS.astype(int) * 16}, "value_range=(0, 4080)"),
    array_input("A7", "the same with its range", lambda: {"X": LEVELS.astype(int) * 16, "value_range": (0, 4080)},
                "levels 0 to 255"),
    array_input("A7", "masks of 0 and 1", lambda: {"X": (LEVELS > 99).astype(np.uint8)}, "value_range=(0, 1)"),
    array_input("A7", "complex numbers", lambda: {"X": LEVELS.astype(complex)}, "not of the type complex128"),
    array_input("A7", "a sparse array in COO form", lambda: {"X": sparse_array(ROWS)}, "columns feature 0, feature 1"),
    array_input("A7", "a stream of record batches", lambda: {"X": record_batches(ROWS)}, "columns a, b"),
    array_input("A7", "a matrix of bytes", lambda: {"X": ROWS.astype("S")}, "neither numbers nor texts"),
    settings_input("torch.set_default_dtype(float64)", partial(default_dtype, "float64")),
    settings_input("torch.set_default_dtype(float16)", partial(default_dtype, "float16")),
    settings_input("torch.set_default_dtype(bfloat16)", partial(default_dtype, "bfloat16")),
    settings_input("torch.inference_mode()", lambda: torch_context("inference_mode")),
    settings_input('torch.device("meta") as default', lambda: torch_context("device", "meta")),
    settings_input("autocast to bfloat16", lambda: torch_context("autocast", "cpu")),
)  # fmt: skip


FEW_ROWS_INPUTS = (
    file_input("A8", "two rows of one class", few_rows_table("a", "a"), "2 rows are too few to train on and to test", *LABEL),
    file_input("A8", "two rows of one class, and one without", few_rows_table("a", "a", ""),
               "a single row is left to train on", *LABEL),
    file_input("A8", "two rows of one class beside others", few_rows_table(*"ab" * 11, "c", "c"),
               ("Read: 24 rows", "classes a, b, c."), *LABEL),
    array_input("A8", "two rows of one class in memory", lambda: {"X": ROWS[:2], "y": ["a", "a"]}, "2 rows are too few"),
    OddInput("A8", "a mini-batch larger than the data", partial(train_with_batch_size, 4096), ("Trained: 2 steps, 2 epochs",)),
)  # fmt: skip


def frame_with_dates():
    """A frame of a column of numbers and one of dates."""
    import pandas

    return pandas.DataFrame({"a": ROWS[:, 0], "when": pandas.date_range("2020", periods=ROW_COUNT)})


def extreme_table(value: str) -> str:
    """A CSV file with a column whose fourth value is this one among values near 0."""
    rows = [f"{value if i == 3 else i % 9 / 10},{i * 7 % 5}" for i in range(60)]
    return "\n".join(["a,b", *rows, ""])


HALF_LABELLED = np.array(["a", "b", "NaN", "nan"] * (ROW_COUNT // 4), object)
SILENT_INPUTS = (
    file_input("A9", "1e12 among values near 0", extreme_table("1e12"), "indistinguishable to a model in a (1e+12 in line 5)"),
    file_input("A9", "the same as a count", extreme_table("1e9"), "in a (1e+09 in line 5)"),
    array_input("A9", "the same in memory", lambda: {"X": np.c_[np.r_[ROWS[:-1, 0], 1e12], ROWS[:, 1]]},
                "in feature 0 (1e+12 at index 23)"),
    file_input("A9", "texts nan, NaN and -1 as labels", few_rows_table(*["a", "b", "nan", "NaN", "-1", "a"] * 4),
               ("12 of 24 rows have no label", "classes a, b."), *LABEL),
    file_input("A9", "texts Inf, Med and Sup as labels", few_rows_table(*["Inf", "Med", "Sup"] * 8),
               "classes Inf, Med, Sup.", *LABEL),
    OddInput("A9", "texts nan and NaN as labels of an estimator", partial(fit_estimator, lambda: (ROWS, HALF_LABELLED)),
             ("classes a, b.", "12 of 24 rows have no label")),
    OddInput("A9", "a column of dates for an estimator", partial(fit_estimator, lambda: (frame_with_dates(), HALF_LABELLED)),
             ("dates or times in when",)),
    OddInput("A9", "n_components=0 of an estimator",
             partial(fit_estimator, lambda: (ROWS, HALF_LABELLED), n_components=0), ("n_components must be",)),
)  # fmt: skip


def odd_inputs() -> list[OddInput]:
    """All inputs, by kind."""
    return [
        *CLASS_INPUTS,
        *NUMBER_INPUTS,
        *COLUMN_INPUTS,
        *CONTRAST_INPUTS,
        *TYPE_INPUTS,
        *FILE_INPUTS,
        *MEMORY_INPUTS,
        *FEW_ROWS_INPUTS,
        *SILENT_INPUTS,
    ]


def read_odd_input(odd_input: OddInput) -> str:
    """What the user gets for an input, with stores of their own in a temporary folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        places = {"AAE_CHECKPOINTS": str(folder / "checkpoints"), "AAE_DATA": str(folder / "data")}
        with mock.patch.dict(os.environ, places):
            return odd_input.run(folder).replace(name, "…")


def main(argv: list[str] | None = None) -> int:
    """Run all inputs; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    check = parser.parse_args(argv).check
    items = []
    wrong_count = 0
    for odd_input in odd_inputs():
        outcome = read_odd_input(odd_input)
        missing_texts = [text for text in odd_input.expected_texts if text not in outcome]
        if missing_texts:
            wrong_count += 1
            print(
                f"{odd_input.kind} {odd_input.name}: {missing_texts} is right, and this came: {outcome}",
                file=sys.stderr,
            )
        if len(outcome) > LONGEST:
            outcome = f"{outcome[:LONGEST]}…"
        items.append(list_item(odd_input, outcome))
    if not wrong_count:
        print_and_write("odd_inputs", HEAD + "\n" + "\n".join(items) + "\n", write=not check)
    return int(wrong_count > 0)


def list_item(odd_input: OddInput, outcome: str) -> str:
    """An item of the page's list."""
    text = " ".join(f"- **{odd_input.kind}, {odd_input.name}**: {outcome}".split())
    return textwrap.fill(text, LINE_LENGTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


if __name__ == "__main__":
    sys.exit(main())
