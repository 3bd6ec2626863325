"""Writes the files beside it, with the package anndata 0.12.19, which the tests do not need:

pip install anndata && python tests/data/anndata/write.py
"""

from pathlib import Path

import anndata
import numpy as np
import pandas
from scipy import sparse

FOLDER = Path(__file__).parent


def write_files():
    rng = np.random.default_rng(0)
    counts = rng.poisson(1.5, (40, 6)).astype(np.float32)
    obs = pandas.DataFrame(
        {
            "cell type": pandas.Categorical(rng.choice(["B", "T", "NK"], 40)),
            "n": counts.sum(1).astype(int),
            "note": [f"note {i}" for i in range(40)],
            "doublet": rng.random(40) > 0.5,
            "age": pandas.array([None, *range(39)], dtype="Int64"),
            "batch": pandas.Categorical([None, *["one", "two", "one"] * 13]),
        },
        index=[f"cell{i}" for i in range(40)],
    )
    var = pandas.DataFrame(index=[f"gene{j}" for j in range(6)])
    for name, X in (("csr", sparse.csr_matrix(counts)), ("csc", sparse.csc_matrix(counts)), ("dense", counts)):
        cells = anndata.AnnData(X, obs, var, layers={"log": np.log1p(counts)})
        cells.write_h5ad(FOLDER / f"{name}.h5ad", compression="gzip")
    np.save(FOLDER / "counts.npy", counts)
    obs.to_csv(FOLDER / "obs.csv")


if __name__ == "__main__":
    write_files()
