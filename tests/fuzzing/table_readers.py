"""Everything that reads a table of a stranger's, and the tables of facts and of codes that belong to its items."""

import io
from functools import cache

import numpy as np
import pytest
from fuzzing import cases, places
from fuzzing.readers import (
    HUGE_SIZE,
    SHARED_READER,
    SMALL_SIZE,
    damaged_files,
    data_adder,
    encode_text,
    gzip_bomb,
    npz_files,
    work_file,
)
from fuzzing.target import Target, check_sentence
from hypothesis import strategies as st

from aae_core.data.own_data import column_summaries, image_metadata, table_preview
from aae_core.data.tables import gzip_files, table_files
from aae_core.errors import DataError
from aae_core.store import code_tables

FOREIGN_PROGRAM = (
    "subprocess.Popen",
    "os.posix_spawn",
    "os.fork",
    "os.exec",
)  # by which the lists in a file are counted
CELLS, GENES = 6, 3
COUNTS = np.array([[0, 1, 0], [2, 0, 0], [0, 0, 5], [1, 1, 0], [0, 3, 0], [4, 0, 1]], np.float32)


# Reading ----------------------------------------------------------------------------------------------------------------


def read_whole(place, path, layer=None):
    """As Train looks at a table, and then reads what is trained on and what is kept. The preview leaves a refusal to the
    reading; of several refusals the last one counts."""
    table = table_files.open_table(path, layer)
    table_preview.preview_table(table), column_summaries.summarise_columns(table)
    for note in (*table.notes, *table.type_notes):
        check_sentence(note)
    refusals = []
    readable = [name for name in table.names if name not in table.unstorable_columns]
    for read in (
        lambda: [batch for _, batch in table.iterate_batches(table.names, ())],
        lambda: table_files.read_columns(table, readable),
    ):
        try:
            read()
        except DataError as error:
            check_sentence(str(error))
            refusals.append(error)
    if refusals:
        raise refusals[-1]


def read_layer(place, path):
    """The same for a layer of an .h5ad."""
    read_whole(place, path, "log")


def match_to_images(place, path):
    """As `data add --metadata` reads a table of facts about images."""
    metadata = image_metadata.ImageMetadata(path).match_images(["a/0.png", "a/1.png", "b/2.png"])
    metadata.take_columns(np.arange(3))


def read_codes(place, path):
    """As `decode` reads a table of codes."""
    z, _, heads = code_tables.read_code_table(path, place.revisions["semi"])
    assert z.shape == (len(heads), 3) or not heads.columns.size


def read_gzipped_csv(place, path):
    """As `data add` reads a gzipped CSV file; the limit is lowered, since to write a gigabyte takes longer than a case may."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gzip_files, "BASE_BYTES_ALLOWED", 2**24)
        patch.setattr(gzip_files, "BYTES_PER_FILE_BYTE", 16)
        read_whole(place, path)


# Files ------------------------------------------------------------------------------------------------------------------


def csv_files(place):
    whole = places.TABLE
    texts = cases.damaged_copies(whole, 6).map(encode_text)
    odd_rows = st.lists(st.lists(cases.odd_texts, min_size=1, max_size=4), max_size=6)
    table_contents = odd_rows.map(lambda rows: encode_text("\n".join(",".join(row) for row in rows)))
    return texts | cases.damaged_copies(whole.encode()) | table_contents


def gzipped_csv_files(place):
    """What is packed is damaged, or the packed file."""
    return csv_files(place).map(places.gzip_bytes) | cases.damaged_copies(places.gzip_bytes(places.TABLE.encode()))


def parquet_files(place):
    kinds = ({}, {"compression": "gzip"}, {"use_dictionary": False, "compression": "none"})
    return damaged_files([places.parquet_bytes(**kind) for kind in kinds])


def list_files(place):
    """Parquet files with lists of numbers: of one length, of several, some missing; damaged, or as they are."""
    lists = {
        "equal": [[1.0, 2.0, 3.0]] * CELLS,
        "whole numbers": [[1, 2]] * CELLS,
        "unequal": [[1.0] * k for k in range(CELLS)],
        "missing": [[1.0, 2.0], None] * (CELLS // 2),
        "holes": [[1.0, None]] * CELLS,
        "empty": [[]] * CELLS,
        "of lists": [[[1.0], [2.0]]] * CELLS,
    }
    files = [places.parquet_bytes_of_lists(values) for values in lists.values()]
    return st.sampled_from(files) | damaged_files(files)


def npy_files(place):
    whole = [
        places.npy_bytes(COUNTS),
        places.npy_bytes(np.asfortranarray(COUNTS)),
        places.npy_bytes(COUNTS.astype(">f8")),
    ]
    odd = [places.npy_bytes(array) for array in odd_arrays()]
    return damaged_files(whole) | st.sampled_from(odd)


@cache
def odd_arrays():
    """Arrays that stand where a matrix or a part of one belongs."""
    texts = np.array(["a", "\ud800".encode("utf-8", "replace").decode(), ""])
    return (
        np.float32(1), np.zeros(0), np.zeros((0, 3)), np.zeros((3, 0)), np.zeros((2, 2, 2)), np.arange(CELLS), np.arange(-3, 3),
        np.full(CELLS, 2**40), np.full((CELLS, GENES), np.nan), np.full((CELLS, GENES), np.inf),
        np.zeros((CELLS, GENES), complex),
        np.zeros((CELLS, GENES), "M8[s]"), np.array([0, 2**63], np.uint64), texts, np.zeros(CELLS, "S3"), np.zeros((2, 3), bool),
        np.zeros((CELLS, 1 << 13), np.int8), np.zeros(CELLS, [("x", "f4"), ("y", "i2")]), np.zeros((CELLS, GENES), np.float16),
        np.full((CELLS, GENES), np.longdouble(1)),
    )  # fmt: skip


def sparse_files(place):
    """Matrices as scipy.sparse.save_npz writes them: an array is damaged, or another one, or the whole file is damaged."""
    from scipy import sparse

    makers = (sparse.csr_matrix, sparse.csc_matrix, sparse.coo_matrix)
    return st.sampled_from(makers).flatmap(lambda make: one_sparse_file(make(COUNTS)))


def one_sparse_file(matrix):
    content = io.BytesIO()
    from scipy import sparse

    sparse.save_npz(content, matrix)
    arrays = dict(np.load(io.BytesIO(content.getvalue())))
    array_exchange = st.tuples(st.sampled_from(sorted(arrays)), st.sampled_from(odd_arrays()))
    exchanged = array_exchange.map(lambda pair: places.npz_bytes(**{**arrays, pair[0]: pair[1]}))
    shapes = st.tuples(*[st.sampled_from((0, 1, 3, 6, -1, 2**31, 2**62))] * 2)
    announced = shapes.map(lambda shape: places.npz_bytes(**{**arrays, "shape": np.array(shape)}))
    return npz_files(**arrays) | exchanged | announced


def anndata_files(place):
    """Small .h5ad files with a sparse or dense matrix and some columns of obs, damaged; or with parts that do not fit."""
    return st.sampled_from(("csr", "csc", "dense")).flatmap(
        lambda kind: cases.damaged_copies(whole_anndata(kind), 8) | odd_anndata(kind)
    )


@cache
def whole_anndata(kind):
    return places.anndata_bytes(*places.anndata_parts(COUNTS, kind))


@st.composite
def odd_anndata(draw, kind):
    """An .h5ad of which up to three arrays or attributes are missing, or others."""
    arrays, attributes = places.anndata_parts(COUNTS, kind)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(sorted(arrays)))
        change = draw(st.sampled_from(("array", "array", "attribute", "attribute", "cut", "link")))
        if change == "attribute":
            owner = draw(st.sampled_from(sorted(attributes)))
            key = draw(st.sampled_from(sorted(attributes[owner])))
            attributes[owner][key] = draw(st.sampled_from(places.ODD_ATTRIBUTES))
        elif change == "array":
            arrays[path] = draw(st.sampled_from(odd_arrays()))
        elif change == "cut" and len(arrays) > 1:
            del arrays[path]
        else:
            arrays[path] = draw(st.sampled_from(places.ODD_LINKS))
    return places.anndata_bytes(arrays, attributes)


FACTS = "file,weight,kept,day\na/0.png,1.5,yes,2024-01-31\n1.png,,no,2024-02-01\nb/2,3,,x\n"


def fact_files(place):
    """Tables of facts about images, damaged."""
    return cases.damaged_copies(FACTS, 6).map(encode_text) | cases.damaged_copies(FACTS.encode())


CODES = (
    "id,row,split,label,z1,z2,z3,content\na,0,train,1,0.5,-1,2,1\nb,1,train,2,1e-3,4,0.25,2\nc,2,test,9,0,1,-0.5,9\n"
)


def code_csv_files(place):
    return cases.damaged_copies(CODES, 6).map(encode_text) | cases.damaged_copies(CODES.encode())


# Little that unpacks to much --------------------------------------------------------------------------------------------


def gzipped_bombs(place):
    """A few rows and then zeros, which pack to a thousandth of their size."""
    return st.sampled_from((SMALL_SIZE, HUGE_SIZE)).map(lambda size: gzip_bomb(b"a,b\n1,2\n", size))


TARGETS = [
    Target("CSV", csv_files, read_whole, file=work_file("a.csv")),
    Target(
        "CSV, added",
        csv_files,
        data_adder(label="class", types={"town": "category"}),
        200,
        "a set is written each",
        file=work_file("b.csv"),
        writes=True,
    ),
    Target(
        "CSV, gzipped", gzipped_csv_files, read_gzipped_csv, 200, SHARED_READER, file=work_file("a.csv.gz"), writes=True
    ),
    Target(
        "CSV, gzipped bombs",
        gzipped_bombs,
        read_gzipped_csv,
        2,
        "there are no more",
        file=work_file("bomb.csv.gz"),
        writes=True,
    ),
    Target("CSV, facts about images", fact_files, match_to_images, 300, SHARED_READER, file=work_file("facts.csv")),
    Target("CSV, codes", code_csv_files, read_codes, 300, SHARED_READER, file=work_file("codes.csv")),
    Target("Parquet", parquet_files, read_whole, file=work_file("a.parquet")),
    Target(
        "Parquet, lists",
        list_files,
        read_whole,
        100,
        "a process is started each",
        file=work_file("lists.parquet"),
        allowed=FOREIGN_PROGRAM,
    ),
    Target(
        "npz, table",
        lambda place: npz_files(X=np.eye(6, 3), y=np.arange(6) % 2, names=np.array(list("abc"))),
        read_whole,
        300,
        SHARED_READER,
        file=work_file("X.npz"),
    ),
    Target("npz, sparse matrix", sparse_files, read_whole, file=work_file("sparse.npz")),
    Target("npy", npy_files, read_whole, file=work_file("a.npy")),
    Target("h5ad", anndata_files, read_whole, file=work_file("a.h5ad")),
    Target("h5ad, layer", anndata_files, read_layer, 200, SHARED_READER, file=work_file("layer.h5ad")),
    Target(
        "h5ad, added",
        anndata_files,
        data_adder(id_column="obs_names"),
        100,
        "a set is written each",
        file=work_file("b.h5ad"),
        writes=True,
    ),
]
