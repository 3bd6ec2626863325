"""Files as practitioners have them, generated: a table with missing values and texts, photographs with a table of facts, a count
matrix of cells, and embeddings of texts."""

from pathlib import Path

import numpy as np
import pandas
from PIL import Image

PENGUIN_MEANS = {  # bill's length and depth in mm, flipper in mm, mass in g: rough means of three kinds
    "Adelie": (39, 18, 190, 3700),
    "Chinstrap": (49, 18, 196, 3700),
    "Gentoo": (47, 15, 217, 5100),
}
PENGUIN_SPREADS = (2.7, 1.1, 6.5, 350)
MEASUREMENTS = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]


def make_penguins() -> pandas.DataFrame:
    """A table of the shape of the Palmer penguins, with made-up values: 344 rows in three species, four measurements of which two
    rows have none, and the texts island and sex, the latter missing in eleven rows."""
    rng = np.random.default_rng(3)
    species = np.repeat(list(PENGUIN_MEANS), (152, 68, 124))
    values = rng.normal(np.array([PENGUIN_MEANS[name] for name in species]), PENGUIN_SPREADS)
    table = pandas.DataFrame({"species": species, "island": rng.choice(["Biscoe", "Dream", "Torgersen"], len(species))})
    table[MEASUREMENTS] = values.round(1)
    table["sex"] = rng.choice(["male", "female"], len(species)).astype(object)
    table["year"] = rng.integers(2007, 2010, len(species))
    table.loc[[3, 271], MEASUREMENTS] = np.nan
    table.loc[[3, 8, 9, 10, 11, 47, 178, 218, 256, 268, 271], "sex"] = None
    return table


def write_photographs(folder: Path, count: int = 72, side: int = 24) -> pandas.DataFrame:
    """Write colour images into a folder for each of three classes; returns a table of facts about them: the file's name, the
    camera, an ISO number, the day, and a note that most lack. The last image has no row."""
    rng = np.random.default_rng(5)
    facts = []
    rows, columns = np.mgrid[:side, :side] / (side - 1)
    for k in range(count):
        kind = ("beach", "forest", "town")[k % 3]
        path = folder / kind / f"IMG_{1000 + 7 * k}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        sky = rng.uniform(0.3, 0.7)
        ground = {"beach": (220, 200, 140), "forest": (30, 110, 40), "town": (110, 100, 105)}[kind]
        picture = np.where((rows > sky)[..., None], ground, (110, 160, 230)) * rng.uniform(0.7, 1.0)
        picture = picture + 20 * np.sin(12 * columns * rng.uniform(0.5, 1.5))[..., None] * (rows > sky)[..., None]
        Image.fromarray(np.clip(picture + rng.normal(0, 6, picture.shape), 0, 255).astype(np.uint8)).save(path)
        day = pandas.Timestamp("2024-03-01") + pandas.Timedelta(days=int(rng.integers(0, 200)))
        facts.append(
            (path.name, rng.choice(["Nikon", "Canon"]), int(rng.choice([100, 200, 400, 800])), f"{day:%Y-%m-%d}")
        )
    table = pandas.DataFrame(facts, columns=["file", "camera", "iso", "day"])
    table["note"] = [f"note {k}" if k % 5 == 0 else None for k in range(count)]
    return table.sample(frac=1, random_state=1).query(f"file != '{facts[-1][0]}'").reset_index(drop=True)


def make_cells(cell_count: int = 400, gene_count: int = 50) -> tuple[np.ndarray, pandas.DataFrame]:
    """(counts, float32 cells × genes, of three kinds of cells; what is known of each cell, indexed by its barcode)."""
    rng = np.random.default_rng(7)
    kinds = rng.integers(0, 3, cell_count)
    rates = rng.gamma(0.6, 2.0, (3, gene_count))[kinds] * rng.gamma(4, 0.25, (cell_count, 1))
    counts = rng.poisson(rates).astype(np.float32)
    obs = pandas.DataFrame(
        {
            "cell type": pandas.Categorical(np.array(["B", "NK", "T"])[kinds]),
            "batch": pandas.Categorical(rng.choice(["first", "second"], cell_count)),
            "n_counts": counts.sum(1),
            "percent_mito": np.where(rng.random(cell_count) < 0.1, np.nan, rng.beta(2, 30, cell_count).round(4)),
        },
        index=[f"{''.join(rng.choice(list('ACGT'), 12))}-{k % 2 + 1}" for k in range(cell_count)],
    )
    return counts, obs


def write_h5ad(path: Path, counts: np.ndarray, obs: pandas.DataFrame) -> None:
    """Write an AnnData file with a CSR matrix by h5py, in the form of anndata 0.8; obs has categories and numbers."""
    import h5py
    from scipy import sparse

    matrix = sparse.csr_matrix(counts)
    with h5py.File(path, "w") as file:
        file.attrs.update({"encoding-type": "anndata", "encoding-version": "0.1.0"})
        group = file.create_group("X")
        group.attrs.update(
            {"encoding-type": "csr_matrix", "encoding-version": "0.1.0", "shape": np.array(matrix.shape)}
        )
        for name in ("data", "indices", "indptr"):
            group[name] = getattr(matrix, name)
        _write_frame(file.create_group("obs"), obs)
        _write_frame(file.create_group("var"), pandas.DataFrame(index=[f"GENE{j}" for j in range(counts.shape[1])]))


def _write_frame(group, frame):
    import h5py

    columns = np.array(list(frame), h5py.string_dtype())
    group.attrs.update(
        {"encoding-type": "dataframe", "encoding-version": "0.2.0", "_index": "_index", "column-order": columns}
    )
    group["_index"] = np.array(frame.index, h5py.string_dtype())
    for name, values in frame.items():
        if values.dtype != "category":
            group[name] = values.to_numpy()
            continue
        categorical = group.create_group(name)
        categorical.attrs.update({"encoding-type": "categorical", "encoding-version": "0.2.0", "ordered": False})
        categorical["categories"] = np.array(values.cat.categories, h5py.string_dtype())
        categorical["codes"] = values.cat.codes.to_numpy()


def make_documents(count: int = 5000, width: int = 768):
    """An Arrow table of texts with an embedding each: doc, a whole number that names it; text; topic; source; published; and
    embedding, a list of `width` numbers in four clusters."""
    import pyarrow

    rng = np.random.default_rng(9)
    topics = rng.integers(0, 4, count)
    centres = rng.normal(0, 1, (4, width)).astype(np.float32)
    embeddings = centres[topics] + rng.normal(0, 0.6, (count, width)).astype(np.float32)
    words = np.array(["river", "market", "engine", "melody", "garden", "court", "signal", "harvest"])
    days = np.datetime64("2023-01-01") + rng.integers(0, 700, count)
    return pyarrow.table(
        {
            "doc": rng.permutation(count) + 70_000,
            "text": [f"On the {a} and the {b}, {k}." for k, (a, b) in enumerate(rng.choice(words, (count, 2)))],
            "topic": np.array(["art", "law", "news", "science"])[topics],
            "source": rng.choice(["blog", "paper", "wire"], count),
            "published": days,
            "embedding": pyarrow.FixedSizeListArray.from_arrays(embeddings.ravel(), width),
        }
    )
