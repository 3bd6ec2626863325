"""Converts what callers hold in memory to NumPy arrays: lists, tensors, sparse matrices, and the columns of frames and tables.

Objects are recognised by their methods, so no library needs to be installed; pyarrow and torch are imported only for
objects of theirs."""

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from aae_core.data.limits import MAX_TOTAL_BYTES
from aae_core.errors import DataError, printable_line

PANDAS_INDEX = re.compile(r"__index_level_\d+__")  # the column in which pandas stores its index in an Arrow table
EXPECTED_FORMS = "a table is a matrix of rows and columns, and images are an array of one size"
NARROW_FLOATS = re.compile(r"bfloat16|float8_\w+")  # number formats of JAX that NumPy does not calculate with


@dataclass(frozen=True)
class MemoryTable:
    """A table in memory whose columns have names. names: as texts, trimmed and possibly repeated; row_count: how many;
    category_indices: the numbers of the columns that the table declares as categories; get_column(i): the values of
    column i, as an array N."""

    names: list[str]
    row_count: int
    category_indices: frozenset[int]
    get_column: Callable[[int], np.ndarray]


def as_memory_table(values) -> MemoryTable | None:
    """The table with named columns that `values` are: a MemoryTable itself, a frame of pandas or polars, a lazy one included, an
    Arrow table, another object with Arrow's stream interface, which is read to its end, a structured array, or a mapping from
    names to columns. None for anything else, such as a matrix.

    Raises DataError for the columns of a mapping that are not equally long.
    """
    if isinstance(values, MemoryTable):
        return values
    values = collect_lazy_frame(values)
    if hasattr(values, "iloc") and hasattr(values, "columns"):
        return _pandas_table(values)
    if hasattr(values, "get_columns") and hasattr(values, "columns"):
        return _polars_table(values)
    if hasattr(values, "column_names") and hasattr(values, "schema"):
        return _arrow_table(values)
    if isinstance(values, np.ndarray) and values.dtype.names:
        stored_names = list(values.dtype.names)
        names = _trimmed_names(stored_names)
        return MemoryTable(names, len(values), frozenset(), lambda i: values[stored_names[i]])
    if is_mapping(values):
        return _mapping_table(values)
    is_arrow_stream = hasattr(values, "__arrow_c_stream__") and not hasattr(values, "to_numpy")  # a series has both
    if is_arrow_stream:
        import pyarrow

        return _arrow_table(pyarrow.table(values))
    return None


def collect_lazy_frame(values):
    """A lazy frame of polars or dask as the frame that it stands for; anything else as it is."""
    kind = type(values)
    if hasattr(kind, "collect") and hasattr(kind, "collect_schema"):
        return values.collect()
    if hasattr(kind, "compute") and hasattr(kind, "iloc"):
        return values.compute()
    return values


def is_mapping(values) -> bool:
    """Whether `values` map names to columns; some sparse matrices of SciPy are dictionaries, too."""
    return isinstance(values, Mapping) and not hasattr(values, "toarray")


def _trimmed_names(names) -> list[str]:
    """The names as texts; white space round them is no part of them, as in files."""
    return [str(name).strip() for name in names]


def _pandas_table(frame):
    kinds = [str(kind) for kind in frame.dtypes]
    categories = {i for i, kind in enumerate(kinds) if kind == "category" or kind.startswith("dictionary<")}
    names = _trimmed_names(frame.columns)
    return MemoryTable(names, len(frame), frozenset(categories), lambda i: _series_values(frame.iloc[:, i]))


def _polars_table(frame):
    columns = frame.get_columns()
    categories = {i for i, column in enumerate(columns) if str(column.dtype).startswith(("Categorical", "Enum"))}
    names = _trimmed_names(frame.columns)
    return MemoryTable(names, len(frame), frozenset(categories), lambda i: _series_values(columns[i]))


def _arrow_table(table):
    column_indices = [i for i, name in enumerate(table.column_names) if not PANDAS_INDEX.fullmatch(name)]
    kinds = [str(table.schema.field(i).type) for i in column_indices]
    categories = frozenset(i for i, kind in enumerate(kinds) if kind.startswith("dictionary<"))
    names = _trimmed_names(table.column_names[i] for i in column_indices)
    return MemoryTable(names, table.num_rows, categories, lambda i: _arrow_values(table.column(column_indices[i])))


def _mapping_table(mapping):
    names = _trimmed_names(mapping)
    columns = [as_array(values) for values in mapping.values()]
    shapes = {column.shape for column in columns}
    if len(shapes) > 1 or any(len(shape) != 1 for shape in shapes):
        shapes_by_name = ", ".join(
            f"{printable_line(name[:60])} {column.shape}" for name, column in zip(names[:10], columns, strict=False)
        )
        raise DataError(
            f"The columns of a table must be equally long lists of values, not of the shapes {shapes_by_name}."
        )
    row_count = len(columns[0]) if columns else 0
    return MemoryTable(names, row_count, frozenset(), columns.__getitem__)


def _series_values(series):
    """The values of a pandas or polars series as an array."""
    return series.to_numpy()


def _arrow_values(column):
    """The values of an Arrow array, which may be chunked, as an array; those of a dictionary are its texts or numbers."""
    if str(column.type).startswith("dictionary<"):
        column = column.cast(column.type.value_type)
    if hasattr(column, "num_chunks"):
        return column.to_numpy()
    return column.to_numpy(zero_copy_only=False)


def as_array(values) -> np.ndarray:
    """The NumPy array that `values` hold, without a copy where none is needed: an array, a list of numbers, texts or arrays, a
    tensor of torch on any device, with or without gradient, a JAX array, a series, or a sparse matrix.

    Numbers in bf16 become float32. A masked value becomes None. Raises DataError for lists whose parts have different lengths,
    for what cannot be read as an array, and for a sparse matrix that takes more than MAX_TOTAL_BYTES when it is unpacked.
    """
    if isinstance(values, np.ma.MaskedArray):
        return np.where(np.ma.getmaskarray(values), None, values.data)
    if is_tensor(values):
        return _tensor_values(values)
    if hasattr(values, "toarray") and hasattr(values, "nnz"):
        return _densify(values.shape, values.dtype.itemsize, values.toarray)
    if isinstance(values, list | tuple) and any(map(is_tensor, values)):
        values = [as_array(part) for part in values]
    try:
        array = np.asarray(values)
    except (TypeError, ValueError, RuntimeError) as error:
        raise DataError(
            f"{_not_an_array_clause(values)} ({_conversion_error_reason(error)}); {EXPECTED_FORMS}."
        ) from None
    if array.dtype.kind == "U" and not isinstance(values, np.ndarray | np.generic | str):
        # NumPy makes texts of what stands beside them, also "nan" of a missing value
        array = np.asarray(values, dtype=object)
    if array.ndim == 0 and array.dtype.kind in "OUS":
        raise DataError(f"{_not_an_array_clause(values)}; {EXPECTED_FORMS}.")
    if NARROW_FLOATS.fullmatch(array.dtype.name):
        return array.astype(np.float32)
    return array


def _not_an_array_clause(values) -> str:
    return f"What was given is no array, but of the type {type(values).__name__}"


def _conversion_error_reason(error) -> str:
    if "inhomogeneous" in str(error):
        return "its parts have different lengths"
    return " ".join(printable_line(error).split())[:120].rstrip(".")


def is_tensor(values) -> bool:
    """Whether `values` are a tensor of torch."""
    torch = sys.modules.get("torch")  # whoever holds a tensor has imported it
    return torch is not None and isinstance(values, torch.Tensor)


def _tensor_values(tensor):
    """The values of a torch tensor as an array, which shares the memory of a dense tensor on the CPU."""
    import torch

    tensor = tensor.detach()
    if tensor.layout != torch.strided:
        tensor = _densify(tensor.shape, tensor.element_size(), tensor.to_dense)
    try:
        tensor = tensor.cpu().resolve_conj().resolve_neg()
        if tensor.is_floating_point() and tensor.dtype not in (torch.float16, torch.float32, torch.float64):
            tensor = tensor.float()
        return tensor.numpy()
    except (NotImplementedError, RuntimeError, TypeError) as error:
        raise DataError(f"A tensor on {tensor.device} cannot be read ({_conversion_error_reason(error)}).") from None


def _densify(shape, item_bytes, densify: Callable):
    """densify(), a dense array or tensor of that shape; DataError if it takes more than MAX_TOTAL_BYTES."""
    needed_bytes = float(np.prod(shape, dtype=np.float64)) * item_bytes
    if needed_bytes > MAX_TOTAL_BYTES:
        raise DataError(
            f"A sparse matrix of {' × '.join(f'{length:,}' for length in shape)} takes {needed_bytes / 2**30:.1f} "
            f"GiB when it is unpacked, "
            f"and at most {MAX_TOTAL_BYTES / 2**30:g} are allowed; give fewer rows at a time, or unpack it yourself (toarray())."
        )
    return densify()
