"""The estimators of `aae_core.sklearn` compared with scikit-learn's own on four of its bundled data sets.

    python -m benchmarks.quality.estimators [--validation] [--write]

A third of each data set, chosen once, is the test set. Each of three seeds determines the initial networks and which rows are
labelled. With `--validation`, used to choose the defaults, a third of the other rows replaces the test set. `--write` writes the
tables to docs/use/estimators.md.
"""

import argparse
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import date

import numpy as np
import torch
from joblib import Parallel, delayed
from sklearn import datasets
from sklearn.base import clone
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.neighbors import LocalOutlierFactor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.semi_supervised import LabelSpreading, SelfTrainingClassifier
from sklearn.svm import OneClassSVM

from aae_core.latent import exploration
from aae_core.places import PROJECT
from aae_core.sklearn import AdversarialAutoencoder, ReconstructionOutlierDetector, SemiSupervisedAAE
from aae_core.training import machine
from benchmarks.processes import say

DATA_LOADERS = {
    "iris": datasets.load_iris,
    "wine": datasets.load_wine,
    "breast-cancer": datasets.load_breast_cancer,
    "digits": datasets.load_digits,
}
SEEDS = (0, 1, 2)
DIMENSIONS = {"iris": (2,), "wine": (2,), "breast-cancer": (2, 8), "digits": (2, 8)}
LABEL_COUNTS = (5, 20)  # of each class
TEST_SHARE = 1 / 3
DOCUMENT, HEADING = PROJECT / "docs" / "use" / "estimators.md", "## Measurements\n"
TABLE_TITLES = {
    "transformer": "Codes: share that logistic regression on them classifies correctly",
    "5 labels": "Five labels of each class: share classified correctly",
    "20 labels": "Twenty labels of each class: share classified correctly",
    "detector": "One class left out of the training: AUROC of detecting it",
}
Figures = Iterator[tuple[str, str, str, float]]  # table, row, column, figure


def split_data(name: str, validation: bool) -> tuple[np.ndarray, ...]:
    """X and y to train on, and X and y to measure with."""
    X, y = DATA_LOADERS[name](return_X_y=True)
    for seed in range(1 + validation):
        X, test_X, y, test_y = train_test_split(X, y, test_size=TEST_SHARE, stratify=y, random_state=seed)
    return X, y, test_X, test_y


def make_scaler(name: str):
    """The preprocessing for scikit-learn's estimators: standardised features, except for digits, whose pixels share a unit."""
    return FunctionTransformer() if name == "digits" else StandardScaler()


def our_parameters(name: str, seed: int) -> dict:
    """The parameters of our estimators that differ from the defaults; pixels of digits are not standardised either."""
    return {"standardize": name != "digits", "random_state": seed}


def measure_transformers(name: str, seed: int, validation: bool) -> Figures:
    """The share of rows that logistic regression on the codes classifies correctly."""
    X, y, test_X, test_y = split_data(name, validation)
    for d in DIMENSIONS[name]:
        rows = {
            "PCA": make_pipeline(make_scaler(name), PCA(d)),
            "AdversarialAutoencoder": AdversarialAutoencoder(d, **our_parameters(name, seed)),
        }
        for row, transformer in rows.items():
            model = make_pipeline(transformer, StandardScaler(), LogisticRegression(max_iter=1000)).fit(X, y)
            yield "transformer", f"{row}, {d} dimensions", name, model.score(test_X, test_y)


def measure_classifiers(name: str, seed: int, validation: bool) -> Figures:
    """The share of rows that a classifier classifies correctly if it was trained on a few labelled rows of each class and, unless
    it is the logistic regression, on the unlabelled rows."""
    X, y, test_X, test_y = split_data(name, validation)
    rows = {
        "LogisticRegression on the labelled": make_pipeline(make_scaler(name), LogisticRegression(max_iter=1000)),
        "LabelSpreading (kernel knn)": make_pipeline(make_scaler(name), LabelSpreading(kernel="knn")),
        "SelfTrainingClassifier (logistic regression)": make_pipeline(
            make_scaler(name), SelfTrainingClassifier(LogisticRegression(max_iter=1000))
        ),
        "SemiSupervisedAAE": SemiSupervisedAAE(**our_parameters(name, seed)),
    }
    order = np.random.default_rng(seed).permutation(len(y))
    for count in LABEL_COUNTS:
        labelled_indices = np.concatenate([order[y[order] == k][:count] for k in np.unique(y)])
        labels = np.full(len(y), -1)
        labels[labelled_indices] = y[labelled_indices]
        for row, model in rows.items():
            fit_indices = labelled_indices if row.startswith("Logistic") else slice(None)
            yield f"{count} labels", row, name, model.fit(X[fit_indices], labels[fit_indices]).score(test_X, test_y)


def measure_detectors(name: str, seed: int, validation: bool) -> Figures:
    """The AUROC of detecting the test rows of a class that was left out of the training, for each class."""
    X, y, test_X, test_y = split_data(name, validation)
    for outlier_class in np.unique(y):
        # each of the ten classes with one seed only, to save time
        if name == "digits" and outlier_class % len(SEEDS) != seed:
            continue
        train, is_inlier = X[y != outlier_class], test_y != outlier_class
        for row, scores in detector_scores(name, seed, train, test_X).items():
            yield "detector", row, name, roc_auc_score(is_inlier, scores)


def detector_scores(name, seed, X, test_X):
    """{detector: its scores of the held-out rows, higher for normal rows}"""
    scaler = make_scaler(name).fit(X)
    model = ReconstructionOutlierDetector(**our_parameters(name, seed)).fit(X)
    pca = PCA(min(model.n_components, X.shape[1] - 1)).fit(scaler.transform(X))
    errors = pca.inverse_transform(pca.transform(scaler.transform(test_X))) - scaler.transform(test_X)
    detectors = {
        "IsolationForest": IsolationForest(random_state=seed),
        "OneClassSVM": OneClassSVM(),
        "LocalOutlierFactor": LocalOutlierFactor(novelty=True),
    }
    scores = {
        detector_name: detector.fit(scaler.transform(X)).score_samples(scaler.transform(test_X))
        for detector_name, detector in detectors.items()
    }
    scores["PCA, reconstruction"] = -np.square(errors).sum(1)
    codes = exploration.encode_images(model.model_, test_X.astype(np.float32)[:, None, :, None])
    scores["ReconstructionOutlierDetector"] = model.score_samples(test_X)
    plain = clone(model).set_params(settings={"variant": "ae"}).fit(X)
    scores["the same networks without an adversary"] = plain.score_samples(test_X)
    scores["density of the prior at its codes"] = model.model_.prior.log_density(torch.from_numpy(codes)).numpy()
    return scores


def table_lines(value: dict[str, dict[str, list[float]]]) -> list[str]:
    """A markdown table of {row: {column: the seeds' figures}}: means and standard deviations, the best mean in bold."""
    lines = ["| | " + " | ".join(DATA_LOADERS) + " |", "|---|" + "--:|" * len(DATA_LOADERS)]
    best_means = {name: max(np.mean(row[name]) for row in value.values() if name in row) for name in DATA_LOADERS}
    for row, figures in value.items():
        cells = []
        for name in DATA_LOADERS:
            mean, spread = (statistic(figures.get(name, [np.nan])) for statistic in (np.mean, np.std))
            text = f"{mean:.3f} ± {spread:.3f}" if name in figures else "–"
            cells.append(f"**{text}**" if mean == best_means[name] else text)
        lines.append(f"| {row} | " + " | ".join(cells) + " |")
    return lines


def measure_all(validation: bool, jobs: int) -> dict[str, dict[str, dict[str, list[float]]]]:
    """{table: {row: {data set: a figure for each seed}}}; a detector's figure is the mean over the classes left out."""
    work = [
        (measure, name, seed)
        for name in DATA_LOADERS
        for measure in (measure_transformers, measure_classifiers, measure_detectors)
        for seed in SEEDS
    ]
    say(f"{len(work)} measurements begin, {jobs} at once.")
    results = Parallel(jobs, return_as="generator")(
        delayed(lambda measure, *arguments: list(measure(*arguments, validation)))(*job) for job in work
    )
    measurements = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for number, ((measure, name, seed), figures) in enumerate(zip(work, results, strict=True), 1):
        say(f"{number} of {len(work)} done: {measure.__name__}, {name}, seed {seed}.")
        figures_by_row = defaultdict(list)
        for table_name, row, name, figure in figures:
            figures_by_row[table_name, row, name].append(figure)
        for (table_name, row, name), values in figures_by_row.items():
            measurements[table_name][row][name].append(float(np.mean(values)))
    return measurements


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--validation", action="store_true", help="measure on a third of the training rows instead")
    parser.add_argument("--write", action="store_true", help="write the tables to docs/use/estimators.md")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    args = parser.parse_args()
    start = time.perf_counter()
    measurements = measure_all(args.validation, args.jobs)
    minutes = (time.perf_counter() - start) / 60
    lines = [
        f"`python -m benchmarks.quality.estimators --write`, {date.today()}, seeds {', '.join(map(str, SEEDS))}, "
        f"{machine.machine_name()},",
        f"{args.jobs} processes beside other work, {minutes:.0f} minutes. ±: the standard deviation over the",
        "seeds (divisor: their number); in the last table it is mostly that of the classes of digits that a seed leaves out.",
    ]
    for table_name, rows in measurements.items():
        lines += ["", f"### {TABLE_TITLES[table_name]}", "", *table_lines(rows)]
    text = "\n".join(lines) + "\n"
    print(text)
    if args.write and not args.validation:
        DOCUMENT.write_text(DOCUMENT.read_text().partition(HEADING)[0] + HEADING + "\n" + text)


if __name__ == "__main__":
    main()
