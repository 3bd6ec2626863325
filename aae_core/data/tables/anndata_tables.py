"""The matrix of an AnnData file as a table, whose columns of obs are metadata."""

from dataclasses import dataclass
from pathlib import Path

from aae_core.data import columns
from aae_core.data.tables import anndata_files
from aae_core.data.tables.table_base import TableFile, rows_per_batch
from aae_core.errors import printable_line
from aae_core.wording import translate


@dataclass(frozen=True, kw_only=True)
class AnnDataTable(TableFile):
    """The matrix and the metadata of an AnnData file. feature_by_name: {name of a feature: its column of the matrix}."""

    file: anndata_files.AnnDataFile
    feature_by_name: dict[str, int]

    def iterate_batches(self, wanted_names, exact_names):
        metadata = [name for name in wanted_names if name not in self.feature_by_name]
        reads_features = len(metadata) < len(wanted_names)
        step = rows_per_batch(len(self.file.feature_names))
        for start, matrix, values in self.file.iterate_rows(reads_features, metadata, step):
            for name in wanted_names:
                if name in self.feature_by_name:
                    values[name] = matrix[:, self.feature_by_name[name]]
            yield min(1.0, (start + step) / self.file.row_count), values


def open_anndata(path: Path, layer: str | None) -> AnnDataTable:
    """The table in an .h5ad: X, or the layer of this name. DataError as of `AnnDataFile`."""
    file = anndata_files.AnnDataFile(path, layer)
    matrix_title = "X" if file.layer is None else translate("the layer {name}", name=printable_line(file.layer[:60]))
    kinds, notes, type_notes = {}, [], []
    if file.has_counts:
        kinds = dict.fromkeys(file.feature_names, "count")
        text = translate(
            "The values of {matrix} are whole numbers, and its columns of the type count.", matrix=matrix_title
        )
        type_notes.append(text)
    if file.layers and layer is None:
        layers = columns.join_names(file.layers, translate(columns.MORE_NAMES))
        notes.append(translate("X is read unless a layer is chosen ({layers}).", layers=layers))
    return AnnDataTable(
        [*file.feature_names, *file.metadata_names],
        kinds,
        notes=tuple(notes),
        type_notes=tuple(type_notes),
        metadata_names=frozenset(file.metadata_names),
        layers=file.layers,
        layer=file.layer,
        file=file,
        feature_by_name={name: i for i, name in enumerate(file.feature_names)},
    )
