"""AnnData files, .h5ad: a matrix of cells × genes, or a layer of it, with metadata of each cell (obs).

They are read with h5py by the format that AnnData publishes
(https://anndata.readthedocs.io/en/stable/fileformat-prose.html), not with the package anndata, which needs another
version of pandas than the explorer. Nothing outside the file is followed, and nothing in it is executed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from aae_core.data import columns
from aae_core.data.import_problems import shorten_name
from aae_core.data.limits import MAX_TOTAL_BYTES
from aae_core.errors import DataError, printable_line, unknown_name_error

NO_H5PY_ERROR = (
    ".h5ad files are read by h5py, which is not installed: pip install h5py, or write adata.to_df() with the columns of "
    "adata.obs as Parquet."
)
MAIN_MATRIX = "X"  # which is no layer, unless a file has a layer of this name
OBS_INDEX = "obs_names"  # the column with the names of the cells, where the file gives it no name
MAX_CHUNK_BYTES = 2**28  # bytes of a piece of an array that is unpacked as a whole
MAX_CATEGORIES = 1_000_000  # of a column of obs
SAMPLED_VALUES = 2**20  # values of the matrix by which counts are recognised
# filters of HDF5 that come with h5py: deflate, shuffle, fletcher32, lzf
KNOWN_FILTERS = {1, 2, 3, 32000}


class AnnDataFile:
    """The matrix X of an .h5ad, or the layer of this name, and its obs. layer: the layer, None for X; feature_names: of the
    genes; metadata_names: of the columns of obs, that of the cells' names first; row_count: cells; layers: the names of all
    layers; has_counts: whether the first values of the matrix are whole numbers from 0 on.

    Raises DataError if h5py is missing, if the file is damaged or no AnnData, and if there is no such layer.
    """

    def __init__(self, path: Path, layer: str | None = None):
        try:
            import h5py  # noqa: F401
        except ImportError:
            raise DataError(NO_H5PY_ERROR) from None
        self.path = path
        with self._open() as file:
            if file.attrs.get("encoding-type") != "anndata" or not {"X", "obs", "var"} <= file.keys():
                raise DataError(
                    f"{self._name} is no AnnData file of version 0.8 or later; open it with anndata, and write it again."
                )
            self.layers = tuple(self._member(file, "layers")) if "layers" in file else ()
            if layer == MAIN_MATRIX and layer not in self.layers:
                layer = None
            if layer is not None and layer not in self.layers:
                raise unknown_name_error("layer", layer, (*self.layers, MAIN_MATRIX), DataError)
            self.layer = layer
            self.row_count, column_count = self._matrix_shape(self._matrix(file))
            columns.check_feature_count(column_count)
            self.feature_names = [text.strip() for text in self._frame_index(file, "var", column_count)]
            taken_names = set(self.feature_names)
            self._obs_keys = {}  # {name of the column: its name in the file}
            for key in self._obs_columns(file):
                name = OBS_INDEX if key == "_index" else key.strip()
                self._obs_keys[f"{name} (obs)" if name in taken_names else name] = key
            self.metadata_names = list(self._obs_keys)
            self.has_counts = self._are_counts(self._matrix(file))

    @property
    def _name(self) -> str:
        return shorten_name(self.path.name)

    @contextmanager
    def _open(self):
        import h5py

        try:
            with h5py.File(self.path, "r") as file:
                yield file
        except DataError:
            raise
        except (OSError, KeyError, ValueError, TypeError, RuntimeError, AttributeError, OverflowError) as error:
            reason = " ".join(printable_line(error).split())[:120].rstrip(".")
            raise DataError(f"{self._name} is damaged or not an .h5ad file ({reason}).") from None

    def _member(self, group, key):
        """A group or array in the file itself; DataError for a link to another file, and for an array that is stored
        elsewhere, is packed in an unknown way, or holds no numbers or texts."""
        import h5py

        if isinstance(group.get(key, getlink=True), h5py.ExternalLink):
            raise DataError(f"{self._name} refers to another file ({key}), which is not followed.")
        member = group[key]
        if not isinstance(member, h5py.Dataset):
            return member
        properties = member.id.get_create_plist()
        if member.external or member.is_virtual:
            raise DataError(f"{self._name} refers to another file ({key}), which is not followed.")
        filters = {properties.get_filter(i)[0] for i in range(properties.get_nfilters())}
        if filters - KNOWN_FILTERS:
            raise DataError(
                f"{self._name} is packed in a way that is not read ({key}); write it with compression='gzip'."
            )
        chunk_shape = member.chunks or ()
        if np.prod(chunk_shape, dtype=np.float64) * member.dtype.itemsize > MAX_CHUNK_BYTES:
            raise DataError(f"{self._name} is packed in pieces that are far too large ({key}); write it again.")
        return member

    def _values(self, group, key, kinds=""):
        """An array of one dimension in a group; kinds: the kinds of its values, as of `np.dtype.kind`, "" for any."""
        member = self._member(group, key)
        if len(getattr(member, "shape", ())) != 1 or (kinds and member.dtype.kind not in kinds):
            place = shorten_name(f"{group.name}/{key}")
            raise DataError(f"{self._name} is damaged: {place} does not hold values of the kind that belongs there.")
        return member

    def _matrix(self, file):
        if self.layer is None:
            return self._member(file, "X")
        return self._member(self._member(file, "layers"), self.layer)

    def _matrix_shape(self, matrix) -> tuple[int, int]:
        is_dense = hasattr(matrix, "shape")
        shape = matrix.shape if is_dense else tuple(int(length) for length in matrix.attrs.get("shape", ()))
        if len(shape) != 2 or min(shape) < 1:
            raise DataError(f"{self._name} holds no matrix of cells and genes.")
        return shape

    def _frame_index(self, file, key, row_count) -> list[str]:
        """The texts of the index of var."""
        frame = self._member(file, key)
        index = self._member(frame, str(frame.attrs["_index"]))
        if index.shape != (row_count,):
            raise DataError(f"{self._name} has {index.shape} names for {row_count:,} {key}.")
        return [str(text) for text in self._read_plain(index, 0, row_count)]

    def _obs_columns(self, file) -> list[str]:
        frame = self._member(file, "obs")
        return [str(frame.attrs["_index"]), *(str(key) for key in frame.attrs.get("column-order", ()))]

    def _are_counts(self, matrix) -> bool:
        """Whether the first values of a matrix are whole numbers from 0 on, and some of them above 1."""
        values = self._first_values(matrix)
        if values.dtype.kind not in "fiu" or not values.size:
            return False
        return bool((values >= 0).all() and (values == np.round(values)).all() and values.max() > 1)

    def _first_values(self, matrix) -> np.ndarray:
        if hasattr(matrix, "shape"):
            return matrix[: max(1, SAMPLED_VALUES // matrix.shape[1])]
        return self._values(matrix, "data", "fiub")[:SAMPLED_VALUES]

    def iterate_rows(
        self, features: bool, metadata: list[str], step: int
    ) -> Iterator[tuple[int, np.ndarray | None, dict[str, np.ndarray]]]:
        """(number of the first row; the matrix n×F, None unless `features`; {name: values n} of the columns `metadata`) for
        every `step` rows."""
        with self._open() as file:
            read_rows = self._row_reader(self._matrix(file)) if features else lambda start, stop: None
            obs = self._member(file, "obs")
            for start in range(0, self.row_count, step):
                stop = min(start + step, self.row_count)
                values = {name: self._read_column(obs, self._obs_keys[name], start, stop) for name in metadata}
                if any(len(column) != stop - start for column in values.values()):
                    raise DataError(f"{self._name} is damaged: obs and the matrix do not have the same number of rows.")
                yield start, read_rows(start, stop), values

    def _row_reader(self, matrix):
        """A function (start, stop) -> rows n×F of a dense or sparse matrix."""
        from scipy import sparse

        if hasattr(matrix, "shape"):
            if matrix.dtype.kind not in "fiub":
                raise DataError(f"{self._name} holds a matrix of the type {matrix.dtype}; numbers are expected.")
            return lambda start, stop: matrix[start:stop]
        kind = matrix.attrs.get("encoding-type")
        if kind not in ("csr_matrix", "csc_matrix"):
            raise DataError(
                f"{self._name} holds a matrix of the kind {str(kind)[:40]!r}; CSR, CSC or dense is expected."
            )
        data = self._values(matrix, "data", "fiub")
        indices, pointers = (self._values(matrix, key, "iu") for key in ("indices", "indptr"))
        row_count, column_count = self._matrix_shape(matrix)
        if kind == "csc_matrix":
            needed_bytes = data.size * (data.dtype.itemsize + indices.dtype.itemsize) + 8 * row_count
            if needed_bytes > MAX_TOTAL_BYTES:
                raise DataError(
                    f"{self._name} holds a CSC matrix of {needed_bytes / 2**30:,.1f} GiB; write it as CSR "
                    "(adata.X = adata.X.tocsr()), which is read in parts."
                )
            full_matrix = sparse.csc_matrix((data[:], indices[:], pointers[:]), shape=(row_count, column_count))
            full_matrix.check_format(full_check=True)
            full_matrix = full_matrix.tocsr()
            return lambda start, stop: full_matrix[start:stop].toarray()
        if pointers.shape != (row_count + 1,):
            raise DataError(f"{self._name} is damaged: its matrix has {pointers.size - 1:,} rows, not {row_count:,}.")

        def read_rows(start, stop):
            ends = pointers[start : stop + 1].astype(np.int64)
            first, last = int(ends[0]), int(ends[-1])
            part = sparse.csr_matrix(
                (data[first:last], indices[first:last], ends - first), shape=(stop - start, column_count)
            )
            part.check_format(full_check=True)
            return part.toarray()

        return read_rows

    def _read_column(self, frame, key, start, stop) -> np.ndarray:
        """Values of a column of obs: numbers, truth values, or an object array of texts with None for a missing value."""
        member = self._member(frame, key)
        if hasattr(member, "shape"):
            return self._read_plain(self._values(frame, key), start, stop)
        kind = member.attrs.get("encoding-type")
        if kind == "categorical":
            categories = self._values(member, "categories")
            if categories.size > MAX_CATEGORIES:
                raise DataError(f"{self._name} has {categories.size:,} categories in {key}, far too many.")
            names = np.array([*self._read_plain(categories, 0, categories.size), None], object)
            codes = self._values(member, "codes", "iu")[start:stop].astype(np.int64)
            if ((codes < -1) | (codes >= len(names) - 1)).any():
                raise DataError(f"{self._name} is damaged: {key} has categories without a name.")
            return names[codes]  # −1, a missing value, is the last name, None
        if kind in ("nullable-integer", "nullable-boolean", "nullable-string-array"):
            values = self._read_plain(self._values(member, "values"), start, stop).astype(object)
            values[self._values(member, "mask", "b")[start:stop]] = None
            return values
        raise DataError(
            f"{self._name} holds values in {key} that are not read ({str(kind)[:40]}); leave this column out."
        )

    def _read_plain(self, dataset, start, stop) -> np.ndarray:
        import h5py

        if h5py.check_string_dtype(dataset.dtype) is not None:
            return np.array([str(text) for text in dataset.asstr()[start:stop]], object)
        if dataset.dtype.kind not in "fiub":
            raise DataError(f"{self._name} holds values of the type {dataset.dtype} in {dataset.name}; leave them out.")
        return dataset[start:stop]
