"""The transformer of `aae_core.sklearn` compared with PCA and a plain autoencoder: does 5-NN classify better in its codes?

    python -m benchmarks.quality.estimator_codes [--splits N] [--write]

Five tables of scikit-learn, in 2 and, where there are more than 8 features, in 8 dimensions. Each split draws a third of the rows
as test rows, stratified by class, and also the initial networks. All estimators have their defaults. `--write` writes
docs/results/estimator_codes.md. One thread; a split takes some two minutes of processor
time.
"""

import argparse
import time
from collections import defaultdict
from datetime import date

import numpy as np
import torch
from sklearn import datasets
from sklearn.decomposition import PCA
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from aae_core.markdown_tables import markdown_table
from aae_core.sklearn import AdversarialAutoencoder
from aae_core.training import machine
from benchmarks import document
from benchmarks.processes import say

DATA_LOADERS = {
    "iris": datasets.load_iris,
    "wine": datasets.load_wine,
    "breast-cancer": datasets.load_breast_cancer,
    "diabetes": datasets.load_diabetes,
    "digits": datasets.load_digits,
}
DIMENSIONS = (2, 8)
TEST_SHARE = 1 / 3
NEIGHBOURS = 5
HEAD = """# The transformer's codes beside those of PCA

`python -m benchmarks.quality.estimator_codes --splits {splits} --write`, {date}, {machine}, beside other
work. The share of test rows that 5-NN in the codes classifies correctly: the mean over {splits} splits, a third of the
rows held out; the difference with its standard error; the best in bold; seconds of a fit. *autoencoder*: the same networks
without an adversary. diabetes: progress above its median or not."""
MODELS = ("PCA", "autoencoder", "AAE")


def load_table(name: str) -> tuple[np.ndarray, np.ndarray]:
    """X, float64 N×F, and the classes y, int N. The progress of diabetes is above its median, or not."""
    X, y = DATA_LOADERS[name](return_X_y=True)
    if name == "diabetes":
        y = (y > np.median(y)).astype(int)
    return X, y


def make_transformers(name: str, dimensions: int, seed: int) -> dict:
    """{model: a transformer to codes of so many dimensions}; pixels of digits share a unit and are not standardised."""
    is_standardised = name != "digits"
    settings = {"standardize": is_standardised, "random_state": seed}
    pca = PCA(dimensions, random_state=seed)
    return {
        "PCA": make_pipeline(StandardScaler(), pca) if is_standardised else pca,
        "autoencoder": AdversarialAutoencoder(dimensions, settings={"variant": "ae"}, **settings),
        "AAE": AdversarialAutoencoder(dimensions, **settings),
    }


def measure_split(name: str, dimensions: int, seed: int) -> dict[str, tuple[float, float]]:
    """{model: (the share of test rows that 5-NN in its codes classifies correctly, seconds of its fit)} for one split."""
    X, y = load_table(name)
    X, test_X, y, test_y = train_test_split(X, y, test_size=TEST_SHARE, stratify=y, random_state=seed)
    figures = {}
    for model, transformer in make_transformers(name, dimensions, seed).items():
        began = time.perf_counter()
        codes = transformer.fit_transform(X)
        seconds = time.perf_counter() - began
        classifier = KNeighborsClassifier(NEIGHBOURS).fit(codes, y)
        figures[model] = classifier.score(transformer.transform(test_X), test_y), seconds
    return figures


def format_row(name: str, dimensions: int, splits: list[dict[str, tuple[float, float]]]) -> tuple[str, ...]:
    """The cells of a table and a number of dimensions: each model's share, the difference between AAE and PCA with its standard
    error over the splits, and the seconds of a fit."""
    shares = {model: np.array([figures[model][0] for figures in splits]) for model in MODELS}
    best = max(share.mean() for share in shares.values())
    cells = [name, str(dimensions)]
    for share in shares.values():
        text = f"{share.mean():.3f}"
        cells.append(f"**{text}**" if share.mean() == best else text)
    difference = shares["AAE"] - shares["PCA"]
    error = difference.std(ddof=1) / np.sqrt(len(difference)) if len(difference) > 1 else np.nan
    cells.append(f"{difference.mean():+.3f} ± {error:.3f}")
    for model in ("PCA", "AAE"):
        cells.append(f"{np.mean([figures[model][1] for figures in splits]):.2g}")
    return tuple(cells)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--splits", type=int, default=3, help="splits of each table")
    parser.add_argument("--write", action="store_true", help="write docs/results/estimator_codes.md")
    args = parser.parse_args()
    torch.set_num_threads(1)
    splits_by_row = defaultdict(list)
    for seed in range(args.splits):
        for name in DATA_LOADERS:
            for dimensions in DIMENSIONS:
                if load_table(name)[0].shape[1] <= dimensions:
                    continue
                figures = measure_split(name, dimensions, seed)
                splits_by_row[name, dimensions].append(figures)
                shares = ", ".join(
                    f"{model} {share:.3f} in {seconds:.2g} s" for model, (share, seconds) in figures.items()
                )
                say(f"split {seed}, {name}, {dimensions} dimensions: {shares}")
    rows = [format_row(name, dimensions, splits) for (name, dimensions), splits in splits_by_row.items()]
    head = HEAD.format(splits=args.splits, date=date.today(), machine=machine.machine_name())
    table = markdown_table(("table", "d", *MODELS, "AAE − PCA", "PCA, s", "AAE, s"), rows, ["---", *["--:"] * 7])
    document.print_and_write("estimator_codes", f"{head}\n\n{table}\n", args.write)


if __name__ == "__main__":
    main()
