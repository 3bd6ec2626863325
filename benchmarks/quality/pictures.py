"""Recipes for images, measured on held-out images: dense nets, our convolutional nets, and a plain autoencoder of their size.

    python -m benchmarks.quality.pictures [--data NAME,…] [--arms dense,images,plain] [--seeds 3] [--epochs 20] [--minutes 10]
        [--latent-dim D] [--threads 1] [--jobs 1] [--test] [--write | --table]

Each run is a separate process and appends a line to benchmarks/runs/pictures.jsonl; a finished run is not repeated, so the script
can be interrupted and started again. A run ends after --epochs or after --minutes of processor time, whichever comes first;
processor time, so that other work on the machine affects no arm. The metrics are computed on held-out training images
(NAME-held-out), so that a recipe can be chosen by them; with --test, on the test images. Data sets that are not on this machine
are skipped: MNIST, Fashion-MNIST and SVHN must be in AAE_DATA, and "photographs" needs scikit-image. --table: train nothing.
--write: write the tables to docs/results/pictures.md and keep the text below them.
"""

import argparse
import hashlib
import json
import math
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import cache
from types import SimpleNamespace

import numpy as np

from aae_core.config import configuration
from aae_core.data import sets
from aae_core.data.built_in import natural_patches
from aae_core.errors import ConfigError, TrainingError
from aae_core.places import PROJECT
from aae_core.progress import ProgressBar
from aae_core.training import machine
from benchmarks import document

RUNS = PROJECT / "benchmarks" / "runs" / "pictures.jsonl"
PHOTOGRAPHS = "photographs"
DATA = ("colour-glyphs", "natural-patches", "mnist", "fashion-mnist", "svhn", PHOTOGRAPHS)
FORMER_SETTINGS = {  # the preset "images" until its nets were residual ones
    "network.kind": "conv", "network.hidden": (256,), "network.discriminator": (256, 256), "optimiser.kind": "adam",
    "optimiser.reconstruction_rate": 1e-3, "optimiser.discrimination_rate": 2e-4, "optimiser.generation_rate": 2e-4,
    "optimiser.adversarial_momentum": 0.5, "discriminator_noise": 0.3,
}  # fmt: skip
ARMS = {  # name -> title, preset, settings over it; the plain one is no configuration
    "dense": ("dense nets, the default preset", "default", {}),
    "images": ("convolutional nets, the preset “images”", "images", {}),
    "former": ("two convolutions under a dense layer, the former preset “images”", "default", FORMER_SETTINGS),
    "plain": ("plain convolutional autoencoder", None, {}),
}
FIGURES = {
    "reconstruction": "½‖x − x̂‖²",
    "ssim": "SSIM",
    "mmd2": "MMD² to N(0, I)",
    "narrowest": "smallest spread",
    "widest": "largest spread",
    "knn_accuracy": "5-NN in z",
    "frechet": "Fréchet distance of samples",
    "told_apart": "accuracy of telling samples from images",
    "seconds": "processor seconds",
    "steps": "steps",
}
MEASURED_IMAGES = 2000  # images measured
COMPARED_IMAGES = 10_000  # training images compared with
# a collapse: share of the mean image's error; factor between the spread of codes and the prior's
COLLAPSE_SHARE, COLLAPSE_FACTOR = 0.95, 3.0


def load(name: str, held_out: bool) -> sets.DataSet:
    """The data of a run; DataError or ImportError where they are not on this machine."""
    if name != PHOTOGRAPHS:
        return sets.load(name + sets.HELD_OUT_SUFFIX if held_out else name)
    from skimage import data

    names = ("astronaut", "chelsea", "coffee", "rocket")  # the colour photographs that lie within its wheel
    parts = [
        sets.Split(*natural_patches.cut_photographs_into_patches([getattr(data, item)() for item in names], test))
        for test in (False, True)
    ]
    return sets.DataSet(name, "Photographs of scikit-image", *parts, names)


def is_available(name: str) -> bool:
    """Whether `load` can work, without reading an image."""
    if name != PHOTOGRAPHS:
        return sets.describe_data_set(name).available
    try:
        import skimage.data  # noqa: F401
    except ImportError:
        return False
    return True


def ssim(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The structural similarity of each pair of images in [0, 1], N×C×H×W of at least 11 × 11 pixels: float64 N.

    Wang, Bovik, Sheikh and Simoncelli (2004): 11 × 11 Gaussian windows of σ = 1.5 that lie within the image, K₁ = 0.01,
    K₂ = 0.03; the mean over windows and channels.
    """
    from scipy.ndimage import correlate1d

    kernel = np.exp(-((np.arange(11) - 5) ** 2) / (2 * 1.5**2))

    def window_mean(x):
        return correlate1d(correlate1d(x, kernel / kernel.sum(), 2), kernel / kernel.sum(), 3)[:, :, 5:-5, 5:-5]

    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if a.shape != b.shape or min(a.shape[2:]) < 11:
        raise ConfigError(f"Images to compare are of one size, 11 × 11 or larger, not {a.shape} and {b.shape}.")
    mean_a, mean_b = window_mean(a), window_mean(b)
    variances = window_mean(a * a) - mean_a**2 + window_mean(b * b) - mean_b**2
    covariance = window_mean(a * b) - mean_a * mean_b
    c1, c2 = 0.01**2, 0.03**2
    result = (2 * mean_a * mean_b + c1) * (2 * covariance + c2)
    return (result / ((mean_a**2 + mean_b**2 + c1) * (variances + c2))).mean((1, 2, 3))


def collapse_reason(figures: dict, mean_image: float, has_prior: bool) -> str:
    """Why a run counts as collapsed, or "". mean_image: ½‖x − x̄‖² with the mean training image x̄; has_prior: whether the model
    has a prior, which determines the spread of its codes."""
    if not all(math.isfinite(value) for value in figures.values()):
        return "a figure is not finite"
    if figures["reconstruction"] > COLLAPSE_SHARE * mean_image:
        return "its reconstruction is hardly better than the mean image"
    if has_prior and not 1 / COLLAPSE_FACTOR <= figures["narrowest"] <= figures["widest"] <= COLLAPSE_FACTOR:
        return "the spread of the codes differs from the prior's by more than a factor of three"
    return ""


def measure_network(net, data: sets.DataSet, seed: int) -> tuple[dict, dict]:
    """The figures of a trained net on the test images of `data`, and what they are to be compared with.

    net: encode(images uint8) -> z N×d, decode(z) -> images uint8, prior, and follows_prior: whether its codes
    were to follow it. Where nothing determined them, samples are decoded from a Gaussian fitted to the training codes.
    ConfigError for codes that are not finite.
    """
    from aae_core.evaluation import distances, embedding, image_classifier
    from aae_core.evaluation.code_metrics import knn_accuracy
    from aae_core.evaluation.comparison import prior_mean_and_std
    from aae_core.evaluation.sample_quality import frechet_distance

    rng = np.random.default_rng(seed)
    (x, y), (train_x, train_y) = (
        (split.images[indices], split.labels[indices])
        for split, count in ((data.test, MEASURED_IMAGES), (data.train, COMPARED_IMAGES))
        for indices in [rng.permutation(len(split.images))[:count]]
    )
    z, train_z = net.encode(x), net.encode(train_x)
    distances.checked_points_tensor(z), distances.checked_points_tensor(train_z)
    prior = net.prior.sample(len(x), seeded_generator(seed)).numpy()
    sampled_codes = prior
    if not net.follows_prior:
        sampled_codes = rng.multivariate_normal(train_z.mean(0), np.cov(train_z, rowvar=False), len(x))
    pixels, decoded = (np.moveaxis(entry, 3, 1).astype(np.float32) / 255 for entry in (x, net.decode(z)))
    extract_features = embedding.fit_pca_embedding(train_x)
    real_features, train_features, sample_features = (
        image_classifier.batched_features(images, extract_features=extract_features)
        for images in (x, train_x, net.decode(sampled_codes))
    )
    spread = z.std(0) / np.array(prior_mean_and_std(net.prior)["code_std"])
    mean = train_x.mean(0, dtype=np.float64).transpose(2, 0, 1) / 255
    figures = {
        "reconstruction": half_squared_error(pixels, decoded),
        "ssim": float(ssim(pixels, decoded).mean()),
        "mmd2": distances.mmd2(z, prior, net.prior.bandwidth),
        "narrowest": float(spread.min()),
        "widest": float(spread.max()),
        "knn_accuracy": knn_accuracy(train_z, train_y, z, y),
        "frechet": frechet_distance(real_features, sample_features),
        "told_apart": distances.two_sample_accuracy(sample_features, real_features),
    }
    return figures, {
        "mean_image": half_squared_error(pixels, mean),
        "real_images": frechet_distance(real_features, train_features),
    }


def half_squared_error(a, b):
    return float(0.5 * ((a - b) ** 2).sum((1, 2, 3), dtype=np.float64).mean())


def seeded_generator(seed):
    import torch

    return torch.Generator().manual_seed(seed)


def arm_config(arm: str, seed: int, args) -> configuration.Config:
    """The settings of an arm; of the plain one none but the networks of "images", whose size it takes."""
    _, preset, settings = ARMS[arm]
    if preset is None:
        preset, image_settings = "default", configuration.to_flat_dict(configuration.configure("images"))
        settings = {key: image_settings[key] for key in ("network.kind", "network.hidden", "network.channels")}
    run_settings = {"seed": seed, "epochs": args.epochs, "threads": args.threads, "device": "cpu"}
    return configuration.configure(preset, **settings, **run_settings, latent_dim=args.latent_dim)


def run_key(data: str, arm: str, seed: int, args) -> str:
    """The key of a finished run: a hash of everything that its figures depend on, except for the code and the defaults."""
    defaults = configuration.to_flat_dict(configuration.Config())
    changed_settings = {
        key: value
        for key, value in configuration.to_flat_dict(arm_config(arm, seed, args)).items()
        if value != defaults[key]
    }
    settings = [arm, data, args.test, args.minutes, changed_settings]
    return hashlib.sha256(json.dumps(settings).encode()).hexdigest()[:16]


def train_and_measure(name: str, arm: str, seed: int, args) -> dict:
    """Train and measure one run in this process; prints the share that is done."""
    import torch

    torch.set_num_threads(args.threads)
    data, config = load(name, not args.test), arm_config(arm, seed, args)
    train = train_plain if arm == "plain" else train_ours
    try:
        clock = Clock(args.minutes)
        net, facts = train(config, data, clock.is_spent)
        facts["seconds"] = clock.seconds
    except TrainingError as error:
        return {"collapse": str(error)}
    try:
        figures, references = measure_network(net, data, seed)
    except ConfigError as error:  # codes or images that are not finite
        return {**facts, "collapse": str(error)}
    reason = collapse_reason(figures, references["mean_image"], net.follows_prior)
    return {**figures, **facts, **references, "collapse": reason}


class Clock:
    """The processor time of a training, of so many minutes at most."""

    def __init__(self, minutes: float):
        self.start_time, self.limit, self.last_print = time.process_time(), 60 * minutes, 0.0

    @property
    def seconds(self) -> float:
        return time.process_time() - self.start_time

    def is_spent(self, share: float) -> bool:
        """Whether the time is spent, where a `share` of the epochs is done; prints how far the run has come."""
        time_share = self.seconds / self.limit
        if time.monotonic() - self.last_print > 1:
            self.last_print = time.monotonic()
            print(json.dumps({"share": 0.95 * min(1.0, max(share, time_share))}), flush=True)
        return time_share >= 1


def train_ours(config, data, should_stop):
    from aae_core.latent import exploration
    from aae_core.training.loop import fit
    from aae_core.training.training import Training

    t = Training(config, data)
    for _ in fit(t):
        if should_stop(t.step / t.total_steps):
            break
    model = t.model.eval()

    def encode(images):
        return exploration.encode_images(model, images)

    def decode(z):
        return exploration.decode_images(model, z.astype(np.float32))

    net = SimpleNamespace(encode=encode, decode=decode, prior=model.prior, follows_prior=True)
    return net, {"steps": t.step, "parameters": _parameters(model), "computed": t.choice.summary}


def _parameters(model):
    from benchmarks.quality.plain_autoencoder import count_parameters

    return count_parameters(model.encoder) + count_parameters(model.decoder)


def train_plain(config, data, should_stop):
    import torch

    from aae_core.models.model import Model
    from benchmarks.quality import plain_autoencoder as peer

    model = Model(config, data.shape, len(data.classes))
    torch.manual_seed(config.seed)
    net = peer.build_nearest_size(data.shape, config.latent_dim, _parameters(model))
    steps = peer.train(net, data.train.images, config.seed, config.epochs, should_stop)

    def batches(function, values):
        with torch.no_grad():
            return np.concatenate([function(values[start : start + 500]) for start in range(0, len(values), 500)])

    def encode(images):
        return batches(lambda x: net.encoder(torch.from_numpy(x).permute(0, 3, 1, 2) / 255).numpy(), images)

    def decode(z):
        def images(part):
            return net.decoder(torch.from_numpy(part)).permute(0, 2, 3, 1).clamp(0, 1).mul(255).round().byte().numpy()

        return batches(images, z.astype(np.float32))

    facts = {"steps": steps, "parameters": peer.count_parameters(net), "computed": "fp32"}
    return SimpleNamespace(encode=encode, decode=decode, prior=model.prior, follows_prior=False), facts


def finished_runs() -> dict[str, dict]:
    """The finished runs by key."""
    lines = RUNS.read_text().splitlines() if RUNS.exists() else []
    return {row["key"]: row for row in map(json.loads, lines)}


def run_all(runs: list[tuple[str, str, int]], argv: list[str], args) -> None:
    """Train and measure the runs (data, arm, seed), --jobs of them side by side, and keep a line of each."""
    shares, failed_ids, lock = {}, [], threading.Lock()

    def run_in_process(run_id):
        shares[run_id] = 0.0
        command = [sys.executable, "-m", "benchmarks.quality.pictures", *argv, "--one", json.dumps(run_id)]
        environment = {**machine.ENVIRONMENT, **os.environ, "OMP_NUM_THREADS": str(args.threads)}
        with subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True) as process:
            message = None
            for line in process.stdout:
                message = json.loads(line)
                shares[run_id] = message.get("share", 0.95)
        with lock:
            shares[run_id] = 1.0
            if process.returncode or message is None or "share" in message:
                failed_ids.append(run_id)
                return
            row = dict(zip(("data", "arm", "seed"), run_id, strict=True))
            row = {"key": run_key(*run_id, args), **row, "date": str(date.today()), **message}
            RUNS.parent.mkdir(parents=True, exist_ok=True)
            with RUNS.open("a") as file:
                file.write(json.dumps(row) + "\n")

    with ProgressBar("pictures") as bar, ThreadPoolExecutor(args.jobs) as pool:
        futures = [pool.submit(run_in_process, run_id) for run_id in runs]
        while not all(future.done() for future in futures):
            progress_texts = [
                f"{data}, {arm}, {seed}: {share:.0%}" for (data, arm, seed), share in [*shares.items()] if share < 1
            ]
            ended_count = sum(future.done() for future in futures)
            bar.show(
                round(1000 * sum(shares.values())),
                1000 * len(runs),
                f"{ended_count} of {len(runs)}; {'; '.join(progress_texts)}",
            )
            time.sleep(0.2)
        for future in futures:
            future.result()
    if failed_ids:
        print(f"Not finished: {'; '.join(' '.join(map(str, run_id)) for run_id in failed_ids)}", file=sys.stderr)


def format_figure(key: str, values: list[float]) -> str:
    """Mean ± standard deviation over the seeds, three digits of what matters."""
    return document.spread(values, _decimal_places(key, values))


def _decimal_places(key, values):
    if key in ("steps", "seconds") or abs(np.mean(values)) >= 100:
        return 0
    return 4 if key == "mmd2" else 3


def results_tables(rows: list[dict]) -> str:
    """A part of the page for each kind of images."""
    lines = []
    for data in [candidate for candidate in DATA if any(row["data"] == candidate for row in rows)]:
        data_rows = [row for row in rows if row["data"] == data]
        reference_rows = [row for row in data_rows if "mean_image" in row]
        lines += [f"## {data}", ""]
        if reference_rows:
            values = [np.mean([row[key] for row in reference_rows]) for key in ("mean_image", "real_images")]
            lines += [
                f"For comparison: the mean image has ½‖x − x̄‖² = {values[0]:.4g}; real training images in place of samples have "
                f"a Fréchet distance of {values[1]:.3f}.", "",
            ]  # fmt: skip
        lines += ["| | parameters | runs | collapsed | " + " | ".join(FIGURES.values()) + " |"]
        lines += ["|---" * (len(FIGURES) + 4) + "|"]
        for arm in [candidate for candidate in ARMS if any(row["arm"] == candidate for row in data_rows)]:
            runs = [row for row in data_rows if row["arm"] == arm]
            cells = []
            for key in FIGURES:
                values = [row[key] for row in runs if math.isfinite(row.get(key, math.nan))]
                cells.append(format_figure(key, values) if values else "–")
            size = max(row.get("parameters", 0) for row in runs)
            count = sum(bool(row["collapse"]) for row in runs)
            lines.append(f"| {ARMS[arm][0]} | {size:,} | {len(runs)} | {count} | " + " | ".join(cells) + " |")
        lines.append("")
    return "\n".join(lines)


def results_page(rows: list[dict], missing_runs: list[str], argv: list[str], args) -> str:
    """The page above the text that stays."""
    runs = f"{len(rows)} runs, of which {sum(bool(row['collapse']) for row in rows)} collapsed"
    collapses = [
        f"- {row['data']}, {row['arm']}, seed {row['seed']}: {row['collapse']}." for row in rows if row["collapse"]
    ]
    omission_text = f"Not run: {'; '.join(missing_runs)}." if missing_runs else "Nothing was left out."
    arguments = [argument for argument in argv if argument != "--table"]
    dates = sorted({row["date"] for row in rows})
    formats = sorted({row["computed"] for row in rows if "computed" in row})
    return "\n".join([
        "# Recipes for images", "",
        f"`python -m benchmarks.quality.pictures {' '.join(arguments)}`, {' to '.join(dict.fromkeys([dates[0], dates[-1]]))}, "
        f"{machine.machine_name()}, computed in {' or '.join(formats)}, {args.jobs} at once. At most {args.epochs} epochs and "
        f"{args.minutes:g} minutes of processor time per run, {args.latent_dim}-dimensional codes, batch 100; measured on "
        f"{MEASURED_IMAGES:,} {'test' if args.test else 'held-out'} images; mean ± standard deviation over the seeds. "
        f"{runs}. {omission_text}", "",
        results_tables(rows), *collapses, "",
    ])  # fmt: skip


@cache
def parser() -> argparse.ArgumentParser:
    argument_parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    argument_parser.add_argument("--data", default=",".join(DATA))
    argument_parser.add_argument("--arms", default="dense,images,plain", help=", ".join(ARMS))
    argument_parser.add_argument("--seeds", type=int, default=3)
    argument_parser.add_argument("--epochs", type=int, default=20)
    argument_parser.add_argument("--minutes", type=float, default=10.0, help="of training, at most, for each run")
    argument_parser.add_argument("--latent-dim", type=int, default=configuration.configure("images").latent_dim)
    argument_parser.add_argument("--threads", type=int, default=1)
    argument_parser.add_argument("--jobs", type=int, default=1, help="runs side by side")
    argument_parser.add_argument("--test", action="store_true", help="measure on the test images")
    argument_parser.add_argument("--table", action="store_true", help="train nothing; print what is there")
    argument_parser.add_argument("--write", action="store_true")
    argument_parser.add_argument("--one", type=json.loads, help=argparse.SUPPRESS)
    return argument_parser


def main(argv: list[str] | None = None) -> None:
    argv = sys.argv[1:] if argv is None else argv
    args = parser().parse_args(argv)
    if args.one:
        print(json.dumps(train_and_measure(*args.one, args)), flush=True)
        return
    names = args.data.split(",")
    available_names = [name for name in names if is_available(name)]
    runs = [
        (name, arm, seed)
        for seed in range(1, args.seeds + 1)
        for name in available_names
        for arm in args.arms.split(",")
    ]
    known_runs = finished_runs()
    if not args.table:
        run_all([run_id for run_id in runs if run_key(*run_id, args) not in known_runs], argv, args)
        known_runs = finished_runs()
    rows = [known_runs[key] for key in (run_key(*run_id, args) for run_id in runs) if key in known_runs]
    if not rows:
        sys.exit("No run of these settings is there.")
    missing_runs = [f"{name} (its data were missing)" for name in names if name not in available_names]
    missing_runs += [
        f"{name}, {arm}, seed {seed}" for name, arm, seed in runs if run_key(name, arm, seed, args) not in known_runs
    ]
    text = results_page(rows, missing_runs, argv, args)
    document.print_and_write("pictures", text, args.write)


if __name__ == "__main__":
    main()
