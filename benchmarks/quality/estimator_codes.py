"""The transformer of `aae_core.sklearn` compared with PCA, UMAP and a plain autoencoder: does 5-NN classify better in its codes?

    python -m benchmarks.quality.estimator_codes [--splits N] [--mlbench FOLDER] [--jobs N] [--figures FILE] [--write]

Five tables of scikit-learn, and with --mlbench three of R's package mlbench, in 2 and, where there are more than 8 features, in 8
dimensions. Each split draws a third of the rows as test rows, stratified by class, and also the initial networks. All estimators
have their defaults. UMAP needs `pip install umap-learn`. --mlbench: the folder with LetterRecognition.rda, Satellite.rda and
Shuttle.rda, which are read by Rscript: `apt-get install r-cran-mlbench` puts them into /usr/lib/R/site-library/mlbench/data.
--figures: a file of JSON lines to which each measurement is added, and whose measurements are not repeated. --write writes
docs/results/estimator_codes.md. One thread for each of --jobs processes; five splits take half an hour of processor time.
"""

import argparse
import io
import json
import subprocess
import time
import warnings
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pandas
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
MLBENCH_TABLES = {  # name of a table: (name of its frame in mlbench, column with the classes)
    "letters": ("LetterRecognition", "lettr"),
    "satellite": ("Satellite", "classes"),
    "shuttle": ("Shuttle", "Class"),
}
MAX_ROWS = 1000  # of a table of mlbench, drawn by SAMPLE_SEED
SAMPLE_SEED = 0
MIN_CLASS_ROWS = 6  # in the sample; smaller classes cannot be split and are left out
DIMENSIONS = (2, 8)
FIRST_SEED = 100  # of the splits; the defaults were chosen on those of the seeds 0 to 5
TEST_SHARE = 1 / 3
NEIGHBOURS = 5
MODELS = ("PCA", "UMAP", "autoencoder", "AAE")
CLEAR_DIFFERENCE = 2  # standard errors from which a difference is clear
HEAD = """# The transformer's codes beside those of PCA, UMAP and an autoencoder

`python -m benchmarks.quality.estimator_codes {options} --write`, {date}, {machine}, {jobs}, beside other work.

The share of
test rows that 5-NN in the codes classifies correctly: the mean over {splits} splits, a third of the rows held out; the best in
bold; the AAE's lead over each of the others with its standard error; seconds of processor time of a fit and of encoding the test
rows.

*AAE*: `AdversarialAutoencoder` with its defaults. *autoencoder*: the same networks without an adversary. *UMAP*: umap-learn with
its defaults. All but those of digits are standardised before. diabetes: progress above its median or not.{mlbench}

{summary}"""
MLBENCH_NOTE = f""" letters, satellite and shuttle: {MAX_ROWS:,} rows of each, drawn by a fixed seed, from R's package mlbench;
of shuttle without the classes of fewer than {MIN_CLASS_ROWS} of these rows."""


@cache
def load_table(name: str, mlbench_folder: Path | None = None) -> tuple[np.ndarray, np.ndarray]:
    """X, float64 N×F, and the classes y, int N. The progress of diabetes is above its median, or not."""
    if name in MLBENCH_TABLES:
        frame_name, class_column = MLBENCH_TABLES[name]
        return sample_rows(read_r_frame(mlbench_folder / f"{frame_name}.rda", frame_name), class_column)
    X, y = DATA_LOADERS[name](return_X_y=True)
    if name == "diabetes":
        y = (y > np.median(y)).astype(int)
    return X, y


def read_r_frame(path: Path, name: str) -> pandas.DataFrame:
    """The data frame of this name in an .rda file, by Rscript."""
    script = (
        "arguments <- commandArgs(TRUE); load(arguments[1]); write.csv(get(arguments[2]), stdout(), row.names=FALSE)"
    )
    command = ["Rscript", "-e", script, str(path), name]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return pandas.read_csv(io.StringIO(text))


def sample_rows(frame: pandas.DataFrame, class_column: str) -> tuple[np.ndarray, np.ndarray]:
    """X and y, as `load_table` gives them, of at most MAX_ROWS rows, in the order of the frame, without the classes of which
    there are fewer than MIN_CLASS_ROWS."""
    order = np.random.default_rng(SAMPLE_SEED).permutation(len(frame))
    sample = frame.iloc[np.sort(order[:MAX_ROWS])]
    counts = sample[class_column].value_counts()
    sample = sample[sample[class_column].map(counts) >= MIN_CLASS_ROWS]
    X = sample.drop(columns=class_column).to_numpy(np.float64)
    return X, pandas.factorize(sample[class_column], sort=True)[0]


def make_transformers(name: str, dimensions: int, seed: int) -> dict:
    """{model: a transformer to codes of so many dimensions}; pixels of digits share a unit and are not standardised."""
    from umap import UMAP

    is_standardised = name != "digits"
    settings = {"standardize": is_standardised, "random_state": seed}
    rivals = {
        "PCA": PCA(dimensions, random_state=seed),
        "UMAP": UMAP(n_components=dimensions, random_state=seed, n_jobs=1),
    }
    if is_standardised:
        rivals = {model: make_pipeline(StandardScaler(), rival) for model, rival in rivals.items()}
    return rivals | {
        "autoencoder": AdversarialAutoencoder(dimensions, settings={"variant": "ae"}, **settings),
        "AAE": AdversarialAutoencoder(dimensions, **settings),
    }


def prepare_process() -> None:
    """Let this process use one thread, and UMAP compile its functions, which is no part of a fit."""
    from umap import UMAP

    torch.set_num_threads(1)
    warnings.filterwarnings("ignore", module="umap")  # that a seed needs one thread
    rows = np.random.default_rng(0).normal(size=(100, 4))
    UMAP(random_state=0, n_jobs=1).fit(rows).transform(rows[:10])


def measure_split(name: str, dimensions: int, seed: int, mlbench_folder: Path | None = None) -> dict[str, list[float]]:
    """{model: [the share of test rows that 5-NN in its codes classifies correctly, seconds of processor time]} for one split."""
    X, y = load_table(name, mlbench_folder)
    X, test_X, y, test_y = train_test_split(X, y, test_size=TEST_SHARE, stratify=y, random_state=seed)
    figures = {}
    for model, transformer in make_transformers(name, dimensions, seed).items():
        start = time.process_time()
        codes = transformer.fit_transform(X)
        test_codes = transformer.transform(test_X)
        seconds = time.process_time() - start
        classifier = KNeighborsClassifier(NEIGHBOURS).fit(codes, y)
        figures[model] = [classifier.score(test_codes, test_y), seconds]
    return figures


def lead_over(rival: str, splits: list[dict[str, list[float]]]) -> tuple[float, float]:
    """The mean over the splits of the AAE's share minus that of a rival, and its standard error."""
    differences = np.array([figures["AAE"][0] - figures[rival][0] for figures in splits])
    error = differences.std(ddof=1) / np.sqrt(len(differences)) if len(differences) > 1 else np.nan
    return float(differences.mean()), float(error)


def format_row(name: str, dimensions: int, splits: list[dict[str, list[float]]]) -> tuple[str, ...]:
    """The cells of a table and a number of dimensions: each model's share, the AAE's lead over the others with its standard
    error, and the seconds of each model."""
    shares = {model: np.mean([figures[model][0] for figures in splits]) for model in MODELS}
    best_share = max(shares.values())
    cells = [name, str(dimensions)]
    for share in shares.values():
        cells.append(f"**{share:.3f}**" if share == best_share else f"{share:.3f}")
    for rival in MODELS[:-1]:
        lead, error = lead_over(rival, splits)
        cells.append(f"{lead:+.3f} ± {error:.3f}")
    for model in MODELS:
        cells.append(f"{np.mean([figures[model][1] for figures in splits]):.2g}")
    return tuple(cells)


def summarise_leads(splits_by_row: dict[tuple[str, int], list[dict]]) -> str:
    """Sentences that say in how many rows of the table the AAE is ahead of each rival, and behind, and in how many clearly."""
    sentences = []
    for rival in MODELS[:-1]:
        leads = [lead_over(rival, splits) for splits in splits_by_row.values()]
        ahead_count = sum(lead > 0 for lead, _ in leads)
        behind_count = sum(lead < 0 for lead, _ in leads)
        clearly_ahead_count = sum(lead > CLEAR_DIFFERENCE * error for lead, error in leads)
        clearly_behind_count = sum(lead < -CLEAR_DIFFERENCE * error for lead, error in leads)
        sentences.append(
            f"Against {rival} the AAE is ahead in {ahead_count} of {len(leads)} rows, clearly (by more than {CLEAR_DIFFERENCE} "
            f"standard errors) in {clearly_ahead_count}, and behind in {behind_count}, clearly in {clearly_behind_count}."
        )
    return "\n\n".join(sentences)


def list_measurements(
    table_names: list[str], split_count: int, mlbench_folder: Path | None
) -> list[tuple[str, int, int]]:
    """(table, dimensions, seed) of each measurement, split by split."""
    return [
        (name, dimensions, seed)
        for seed in range(FIRST_SEED, FIRST_SEED + split_count)
        for name in table_names
        for dimensions in DIMENSIONS
        if load_table(name, mlbench_folder)[0].shape[1] > dimensions
    ]


def read_figures(path: Path | None) -> dict[tuple[str, int, int], dict]:
    """{(table, dimensions, seed): figures} from a file of JSON lines; {} if there is none."""
    if path is None or not path.exists():
        return {}
    records = [json.loads(line) for line in path.read_text().splitlines()]
    return {tuple(record["measurement"]): record["figures"] for record in records}


def measure_splits(measurements, known_figures: dict, args) -> dict[tuple[str, int, int], dict]:
    """{measurement: figures}, those that are known and those that are measured now."""
    figures_by_measurement = {key: known_figures[key] for key in measurements if key in known_figures}
    with ProcessPoolExecutor(args.jobs, initializer=prepare_process) as pool:
        pending = {
            pool.submit(measure_split, *key, args.mlbench): key for key in measurements if key not in known_figures
        }
        for future in as_completed(pending):
            (name, dimensions, seed), figures = pending[future], future.result()
            figures_by_measurement[name, dimensions, seed] = figures
            if args.figures is not None:
                record = {"measurement": pending[future], "figures": figures}
                with args.figures.open("a") as file:
                    file.write(json.dumps(record) + "\n")
            shares = ", ".join(f"{model} {share:.3f} in {seconds:.2g} s" for model, (share, seconds) in figures.items())
            say(f"split {seed}, {name}, {dimensions} dimensions: {shares}")
    return figures_by_measurement


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--splits", type=int, default=5, help="splits of each table")
    parser.add_argument("--mlbench", type=Path, metavar="FOLDER", help="the .rda files of R's package mlbench")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument(
        "--figures", type=Path, metavar="FILE", help="measurements as JSON lines, which are not repeated"
    )
    parser.add_argument("--write", action="store_true", help="write docs/results/estimator_codes.md")
    args = parser.parse_args()
    names = [*DATA_LOADERS, *(MLBENCH_TABLES if args.mlbench else ())]
    measurements = list_measurements(names, args.splits, args.mlbench)
    figures_by_measurement = measure_splits(measurements, read_figures(args.figures), args)
    splits_by_row = defaultdict(list)
    for name, dimensions, seed in sorted(measurements, key=lambda key: (names.index(key[0]), *key[1:])):
        splits_by_row[name, dimensions].append(figures_by_measurement[name, dimensions, seed])
    head = HEAD.format(
        options=f"--splits {args.splits}" + (f" --mlbench {args.mlbench}" if args.mlbench else ""),
        date=date.today(),
        machine=machine.machine_name(),
        jobs=f"{args.jobs} process" + ("es" if args.jobs > 1 else ""),
        splits=args.splits,
        mlbench=MLBENCH_NOTE if args.mlbench else "",
        summary=summarise_leads(splits_by_row),
    )
    headings = [
        "table",
        "d",
        *MODELS,
        *(f"AAE − {rival}" for rival in MODELS[:-1]),
        *(f"{model}, s" for model in MODELS),
    ]
    rows = [format_row(name, dimensions, splits) for (name, dimensions), splits in splits_by_row.items()]
    table = markdown_table(tuple(headings), rows, ["---", *["--:"] * (len(headings) - 1)])
    document.print_and_write("estimator_codes", f"{head}\n\n{table}\n", args.write)


if __name__ == "__main__":
    main()
