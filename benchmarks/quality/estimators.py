"""The classifier and the outlier detector of `aae_core.sklearn` compared with scikit-learn's own on repeated splits of tables.

    python -m benchmarks.quality.estimators [--mlbench FOLDER] [--tables NAME ...] [--tasks NAME ...] [--splits N] [--minutes M]
                                            [--validation] [--figures FILE] [--write]

Four of scikit-learn's tables, and with --mlbench three of R's package mlbench (`estimator_codes` says where they come from).
A third of a table of scikit-learn, stratified by class and drawn anew with each split, is the test set, so its splits share rows.
A table of mlbench is dealt into MLBENCH_SPLITS parts without a common row, one for each split, of which at most
MAX_TRAINING_ROWS rows are for training and the others for the test. The seed of a split also determines the initial networks,
which rows are labelled, and which class the detector does not see; where a table has rare classes, it sees none of these, and
the classifier's rows are those of the others.

The lead of our estimator over another is the mean difference over the splits, with an interval by Student's t for pairs. Where
splits share rows, the variance of that mean is larger than that of independent splits: Nadeau and Bengio, "Inference for the
generalization error", 2003, add the ratio of test rows to training rows to one over the number of splits.

--validation, used to choose the defaults, leaves out a third of each table, drawn by seed 0, and measures on the others.
--figures: a file of JSON lines to which each measurement is added, and whose measurements are not repeated; without it nothing
is kept. --minutes: of processor time, after which no measurement begins; those left out are printed. --write writes the tables
to docs/use/estimators.md. One process with one thread.
"""

import argparse
import json
import math
import textwrap
import time
from collections import defaultdict
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pandas
import torch
from scipy.special import stdtrit
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

from aae_core.evaluation.intervals import CONFIDENCE
from aae_core.latent import exploration
from aae_core.markdown_tables import markdown_table
from aae_core.places import PROJECT
from aae_core.sklearn import ReconstructionOutlierDetector, SemiSupervisedAAE
from aae_core.training import machine
from benchmarks import document
from benchmarks.processes import say
from benchmarks.quality import estimator_codes

TABLES = ("iris", "wine", "breast-cancer", "digits")
LABEL_COUNTS = {"5 labels": 5, "20 labels": 20}  # of each class, by the name of the task
DETECTOR = "detector"
TASKS = (*LABEL_COUNTS, DETECTOR)
FIRST_SEED = 100  # of the splits; with --validation, with which the defaults were chosen, it is 0
TEST_SHARE = 1 / 3
MLBENCH_SPLITS = 5  # parts into which a table of mlbench is dealt
MAX_TRAINING_ROWS = 2000
RARE_SHARE = 0.01  # of the rows of a table; classes below it are rare
DEAL_SEED = 0
DOCUMENT, HEADING = PROJECT / "docs" / "use" / "estimators.md", "## Measurements\n"
TASK_TITLES = {
    "5 labels": "Five labels of each class: share classified correctly",
    "20 labels": "Twenty labels of each class: share classified correctly",
    DETECTOR: "One class, or the rare ones, left out of the training: AUROC of detecting them",
}
OUR_ESTIMATORS = dict.fromkeys(LABEL_COUNTS, "SemiSupervisedAAE") | {DETECTOR: "ReconstructionOutlierDetector"}
Measurement = tuple[str, str, int]  # task, table, seed of the split
Splits = list[dict[str, float]]  # {estimator: its figure} for each split


@cache
def load_table(name: str, mlbench_folder: Path | None) -> tuple[np.ndarray, np.ndarray]:
    """X, float64 N×F, and the classes y, int N, of a whole table."""
    if name not in estimator_codes.MLBENCH_TABLES:
        return estimator_codes.load_table(name)
    frame_name, class_column = estimator_codes.MLBENCH_TABLES[name]
    frame = estimator_codes.read_r_frame(mlbench_folder / f"{frame_name}.rda", frame_name)
    X = frame.drop(columns=class_column).to_numpy(np.float64)
    return X, pandas.factorize(frame[class_column], sort=True)[0]


def split_rows(
    y: np.ndarray, seed: int, is_dealt: bool, validation: bool = False
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The indices of the rows to train on, of those to measure with, and of the rows of rare classes, which belong to neither.

    is_dealt: of a table that is dealt into parts; the seed determines the part.
    """
    rows = np.arange(len(y))
    is_rare_class = np.bincount(y) < RARE_SHARE * len(y)
    rare_rows, rows = rows[is_rare_class[y]], rows[~is_rare_class[y]]
    if validation:
        rows, _ = train_test_split(rows, test_size=TEST_SHARE, stratify=y[rows], random_state=0)
    if is_dealt:
        part = seed % MLBENCH_SPLITS
        shuffle = np.random.default_rng(DEAL_SEED).permutation
        rare_rows, rows = (shuffle(part_rows)[part::MLBENCH_SPLITS] for part_rows in (rare_rows, rows))
    training_count = min(MAX_TRAINING_ROWS, len(rows) - round(TEST_SHARE * len(rows)))
    training_rows, test_rows = train_test_split(rows, train_size=training_count, stratify=y[rows], random_state=seed)
    return training_rows, test_rows, rare_rows


def make_scaler(name: str):
    """The preprocessing for scikit-learn's estimators: standardised features, except for digits, whose pixels share a unit."""
    return FunctionTransformer() if name == "digits" else StandardScaler()


def our_parameters(name: str, seed: int) -> dict:
    """The parameters of our estimators that differ from the defaults; pixels of digits are not standardised either."""
    return {"standardize": name != "digits", "random_state": seed}


def measure(task: str, name: str, seed: int, mlbench_folder: Path | None, validation: bool) -> dict[str, float]:
    """{estimator: its figure} in one task on one split of a table."""
    X, y = load_table(name, mlbench_folder)
    is_dealt = name in estimator_codes.MLBENCH_TABLES
    training_rows, test_rows, rare_rows = split_rows(y, seed, is_dealt, validation)
    if task in LABEL_COUNTS:
        parts = X[training_rows], y[training_rows], X[test_rows], y[test_rows]
        return measure_classifiers(name, seed, LABEL_COUNTS[task], *parts)
    if len(rare_rows):
        test_rows = np.concatenate([test_rows, rare_rows])
        is_outlier = np.isin(test_rows, rare_rows)
    else:
        classes = np.unique(y)
        outlier_class = classes[seed % len(classes)]
        training_rows = training_rows[y[training_rows] != outlier_class]
        is_outlier = y[test_rows] == outlier_class
    scores = detector_scores(name, seed, X[training_rows], X[test_rows])
    return {detector: float(roc_auc_score(~is_outlier, values)) for detector, values in scores.items()}


def measure_classifiers(name, seed, label_count, X, y, test_X, test_y) -> dict[str, float]:
    """{classifier: the share of test rows that it classifies correctly}, after training on so many labelled rows of each class
    and, except for the logistic regression, on the other rows without labels."""
    classifiers = {
        "LogisticRegression on the labelled": make_pipeline(make_scaler(name), LogisticRegression(max_iter=1000)),
        "LabelSpreading (kernel knn)": make_pipeline(make_scaler(name), LabelSpreading(kernel="knn")),
        "SelfTrainingClassifier (logistic regression)": make_pipeline(
            make_scaler(name), SelfTrainingClassifier(LogisticRegression(max_iter=1000))
        ),
        "SemiSupervisedAAE": SemiSupervisedAAE(**our_parameters(name, seed)),
    }
    order = np.random.default_rng(seed).permutation(len(y))
    labelled_rows = np.concatenate([order[y[order] == k][:label_count] for k in np.unique(y)])
    labels = np.full(len(y), -1)
    labels[labelled_rows] = y[labelled_rows]
    figures = {}
    for classifier, model in classifiers.items():
        rows = labelled_rows if classifier.startswith("Logistic") else slice(None)
        figures[classifier] = float(model.fit(X[rows], labels[rows]).score(test_X, test_y))
    return figures


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


def list_measurements(names: list[str], tasks: list[str], split_count: int, validation: bool) -> list[Measurement]:
    """The measurements, split by split; a table of mlbench has at most MLBENCH_SPLITS splits."""
    first_seed = 0 if validation else FIRST_SEED
    return [
        (task, name, first_seed + split)
        for split in range(split_count)
        for name in names
        for task in tasks
        if split < MLBENCH_SPLITS or name not in estimator_codes.MLBENCH_TABLES
    ]


def read_records(path: Path | None) -> dict[Measurement, dict]:
    """{measurement: its record with "figures" and "seconds"} from a file of JSON lines; {} if there is none."""
    if path is None or not path.exists():
        return {}
    records = [json.loads(line) for line in path.read_text().splitlines()]
    return {tuple(record["measurement"]): record for record in records}


def measure_all(measurements: list[Measurement], args) -> dict[Measurement, dict]:
    """{measurement: its record}, those of --figures and those that are measured now, for at most --minutes."""
    known_records = read_records(args.figures)
    records = {measurement: known_records[measurement] for measurement in measurements if measurement in known_records}
    for number, measurement in enumerate(measurements, 1):
        if measurement in records:
            continue
        start = time.process_time()
        if args.minutes is not None and start > 60 * args.minutes:
            break
        figures = measure(*measurement, args.mlbench, args.validation)
        record = {"measurement": measurement, "figures": figures, "seconds": time.process_time() - start}
        records[measurement] = record
        if args.figures is not None:
            with args.figures.open("a") as file:
                file.write(json.dumps(record) + "\n")
        text = ", ".join(f"{estimator} {figure:.3f}" for estimator, figure in figures.items())
        say(f"{number} of {len(measurements)}, {' '.join(map(str, measurement))}, {record['seconds']:.0f} s: {text}")
    return {measurement: records[measurement] for measurement in measurements if measurement in records}


# The page -----------------------------------------------------------------------------------------------------------------


def lead_interval(differences: list[float], confidence: float, test_ratio: float) -> tuple[float, float]:
    """The mean of a difference over the splits, and half the width of its interval, infinite for a single split.

    test_ratio: of the number of test rows to that of training rows, where the splits share rows; 0 where they do not.
    """
    count = len(differences)
    if count < 2:
        return float(np.mean(differences)), math.inf
    error = np.std(differences, ddof=1) * math.sqrt(1 / count + test_ratio)
    return float(np.mean(differences)), float(stdtrit(count - 1, (1 + confidence) / 2) * error)


def leads(splits_by_table: dict[str, Splits], ours: str) -> dict[str, dict[str, tuple[float, float]]]:
    """{rival: {table: the lead of our estimator over it and half the width of its interval}}. All intervals between two
    estimators of a table are right together with a probability of CONFIDENCE (Bonferroni)."""
    lead_by_table_by_rival = defaultdict(dict)
    for name, splits in splits_by_table.items():
        confidence = 1 - (1 - CONFIDENCE) / math.comb(len(splits[0]), 2)
        test_ratio = 0 if name in estimator_codes.MLBENCH_TABLES else TEST_SHARE / (1 - TEST_SHARE)
        for rival in splits[0]:
            if rival != ours:
                differences = [figures[ours] - figures[rival] for figures in splits]
                lead_by_table_by_rival[rival][name] = lead_interval(differences, confidence, test_ratio)
    return dict(lead_by_table_by_rival)


def format_spread(values: list[float]) -> str:
    """Mean ± standard deviation of the splits, of one split its value."""
    return document.spread(values, 3)


def format_lead(lead: float, half_width: float) -> str:
    """A lead with its interval, in bold if the interval leaves out 0."""
    if math.isinf(half_width):
        return f"{lead:+.3f}"
    text = f"{lead:+.3f} ± {half_width:.3f}"
    return f"**{text}**" if abs(lead) > half_width else text


def describe_leads(rival: str, lead_by_table: dict[str, tuple[float, float]]) -> str:
    """An item of a list that says on which tables our estimator is ahead of a rival, behind it, and neither."""
    names_by_verdict = {"ahead on": [], "behind on": [], "not told apart on": []}
    for name, (lead, half_width) in lead_by_table.items():
        if abs(lead) <= half_width:
            names_by_verdict["not told apart on"].append(name)
        else:
            names_by_verdict["ahead on" if lead > 0 else "behind on"].append(name)
    parts = [f"{verdict} {', '.join(names)}" for verdict, names in names_by_verdict.items() if names]
    return textwrap.fill(
        f"- {rival}: {'; '.join(parts)}.", document.LINE_LENGTH, subsequent_indent="  ", break_on_hyphens=False
    )


def describe_task(task: str, splits_by_table: dict[str, Splits]) -> str:
    """The part of the page on one task: means and standard deviations, leads, and what these establish."""
    ours, names = OUR_ESTIMATORS[task], list(splits_by_table)
    rule = ["---", *["--:"] * len(names)]
    rows = [["splits", *(str(len(splits)) for splits in splits_by_table.values())]]
    for estimator in splits_by_table[names[0]][0]:
        cells = [format_spread([figures[estimator] for figures in splits]) for splits in splits_by_table.values()]
        rows.append([estimator, *cells])
    lead_by_table_by_rival = leads(splits_by_table, ours)
    lead_rows = []
    for rival, lead_by_table in lead_by_table_by_rival.items():
        cells = []
        for name, splits in splits_by_table.items():
            ahead_count = sum(figures[ours] > figures[rival] for figures in splits)
            cells.append(f"{format_lead(*lead_by_table[name])}, {ahead_count} of {len(splits)}")
        lead_rows.append([rival, *cells])
    items = [describe_leads(rival, lead_by_table) for rival, lead_by_table in lead_by_table_by_rival.items()]
    return "\n\n".join(
        [
            f"### {TASK_TITLES[task]}",
            markdown_table(["", *names], rows, rule),
            f"The lead of {ours} over each of the others:",
            markdown_table(["", *names], lead_rows, rule),
            f"{ours} beside",
            "\n".join(items),
        ]
    )


def describe_measurements(records: dict[Measurement, dict], missing: list[Measurement], options: str) -> str:
    """The part of the page below HEADING."""
    seeds = sorted({seed for _, _, seed in records})
    minutes = sum(record["seconds"] for record in records.values()) / 60
    splits = defaultdict(lambda: defaultdict(list))
    for (task, name, _), record in records.items():
        splits[task][name].append(record["figures"])
    missing_counts = defaultdict(int)
    for task, name, _ in missing:
        missing_counts[task, name] += 1
    missing_texts = [
        f"{task}, {name} ({count} of {count + len(splits[task][name])} splits)"
        for (task, name), count in missing_counts.items()
    ]
    parts = [
        f"`python -m benchmarks.quality.estimators{options} --write`, {date.today()}, seeds {seeds[0]} to {seeds[-1]}, "
        f"{machine.machine_name()}, one thread beside other work, {minutes:.0f} minutes of processor time."
        + (f" Not run, for want of time: {'; '.join(missing_texts)}." if missing else ""),
        "First table of a task: mean ± standard deviation over the splits. Second table: mean difference ± half the width of "
        "its interval, in bold where the interval leaves out 0, and the number of splits in which ours is ahead.",
        "The intervals are paired by splits, with Bonferroni over all pairs of the table's column, "
        f"{100 * CONFIDENCE:.0f} % for a column. The splits of scikit-learn's tables share rows, for which their intervals are "
        "widened (Nadeau and Bengio, 2003); those of mlbench's share none.",
        "A third of a table, or of the part of a table of mlbench that is a split, is held out, and more of a part of more than "
        f"{MAX_TRAINING_ROWS * 3 // 2:,} rows: at most {MAX_TRAINING_ROWS:,} are for training. The class that is left out of a "
        "detector's training changes from split to split, and comes again where there are fewer classes than splits; with it, "
        "more rows are held out than the widening counts. On shuttle it is all classes of less than "
        f"{100 * RARE_SHARE:.0f} % of the rows, which the classifier's rows lack. All estimators have their defaults.",
    ]
    for task in TASKS:
        splits_by_table = {name: table_splits for name, table_splits in splits[task].items() if table_splits}
        if splits_by_table:
            parts.append(describe_task(task, splits_by_table))
    return "\n\n".join(parts) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--mlbench", type=Path, metavar="FOLDER", help="the .rda files of R's package mlbench")
    parser.add_argument("--tables", nargs="+", metavar="NAME", help="only these tables")
    parser.add_argument("--tasks", nargs="+", choices=TASKS, default=list(TASKS), help="only these tasks")
    parser.add_argument("--splits", type=int, default=10, help="splits of each table")
    parser.add_argument("--minutes", type=float, help="of processor time, after which no measurement begins")
    parser.add_argument("--validation", action="store_true", help="leave out a third of each table")
    parser.add_argument(
        "--figures", type=Path, metavar="FILE", help="measurements as JSON lines, which are not repeated"
    )
    parser.add_argument("--write", action="store_true", help="write the tables to docs/use/estimators.md")
    args = parser.parse_args()
    torch.set_num_threads(1)
    names = args.tables or [*TABLES, *(estimator_codes.MLBENCH_TABLES if args.mlbench else ())]
    measurements = list_measurements(names, args.tasks, args.splits, args.validation)
    records = measure_all(measurements, args)
    missing = [measurement for measurement in measurements if measurement not in records]
    options = f" --mlbench {args.mlbench}" if args.mlbench else ""
    if args.tables:
        options += f" --tables {' '.join(args.tables)}"
    text = document.wrap_prose(describe_measurements(records, missing, options))
    print(text)
    if args.write and not args.validation:
        page = DOCUMENT.read_text(encoding="utf-8").partition(HEADING)[0]
        DOCUMENT.write_text(f"{page}{HEADING}\n{text}", encoding="utf-8")


if __name__ == "__main__":
    main()
