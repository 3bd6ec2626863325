"""Whether precision, recall, density, coverage and the Fréchet distance rank deliberately broken samples last.

    python -m benchmarks.quality.sample_quality [--seeds 3] [--write]

Compares real training images of MNIST, samples of shipped models, and deliberately worsened versions of both with the same 3,000
test images. --write: write the table to docs/results/sample_quality.md and keep the text below it. MNIST must be in AAE_DATA.
"""

import argparse
import sys
from datetime import date

import numpy as np
import torch

from aae_core.data import sets
from aae_core.data.item_draws import draw_random_indices
from aae_core.evaluation import embedding, image_classifier, sample_quality
from aae_core.evaluation.metrics import METRICS
from aae_core.models.inference import decode_all, one_hot_contents
from aae_core.models.items import to_tensor
from aae_core.models.model import Model
from aae_core.store.revisions import Store
from aae_core.training import machine
from benchmarks import document
from benchmarks.processes import say

AAE, VAE = "20261122T072654Z-aae-mnist-5686f2", "20261122T073410Z-vae-mnist-f39ce1"
SUPERVISED = "20261122T074111Z-supervised-mnist-2b2cc9"
FIGURES = ("precision", "recall", "density", "coverage", "frechet")
NOISE = 0.3  # standard deviation, of pixels in [0, 1]


def add_noise(x: torch.Tensor, seed: int) -> torch.Tensor:
    return (x + NOISE * torch.randn(x.shape, generator=torch.Generator().manual_seed(seed))).clamp(0, 1)


def decode_samples(model: Model, n: int, seed: int, classes: int | None = None) -> torch.Tensor:
    """n samples N×C×H×W; classes: decode only contents of the first so many classes."""
    z, y = model.sample(n, torch.Generator().manual_seed(seed))
    if classes:
        y = one_hot_contents(model, np.arange(n) % classes)
    return torch.from_numpy(decode_all(model, z, y, lambda x: x.cpu().numpy()))


def image_rows(data, n: int, seed: int):
    """Yields the name and the images N×C×H×W of each row: n images, or about half as many for real images of five classes."""
    order = draw_random_indices(len(data.train.images), n, seed)
    real_images, labels = to_tensor(data.train.images[order]), data.train.labels[order]
    models = {name: Store().open(name).model() for name in (AAE, VAE, SUPERVISED)}
    samples = {name: decode_samples(model, n, seed) for name, model in models.items()}
    untrained_model = Model(models[AAE].config, data.shape, len(data.classes)).eval()
    untrained_model.initialise(seed)
    yield "real training images", real_images
    yield "real training images of five classes", real_images[torch.from_numpy(labels < 5)]
    yield f"real training images, noise of {NOISE} on each pixel", add_noise(real_images, seed)
    yield "AAE, 2 dimensions", samples[AAE]
    yield "VAE, 2 dimensions", samples[VAE]
    yield "supervised AAE", samples[SUPERVISED]
    yield "the same, five of its classes", decode_samples(models[SUPERVISED], n, seed, 5)
    yield f"the same, noise of {NOISE} on each pixel", add_noise(samples[SUPERVISED], seed)
    yield "AAE, untrained", decode_samples(untrained_model, n, seed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    say("Loading MNIST.")
    torch.set_num_threads(machine.count_machine_cores())
    data = sets.load("mnist")
    extract_features, scores_by_row = embedding.fit_embedding(data), {}
    for seed in range(args.seeds):
        say(f"Draw {seed + 1} of {args.seeds}: images and samples.")
        random_indices = draw_random_indices(len(data.test.images), sample_quality.MAX_POINTS, seed)
        real_features = image_classifier.batched_features(
            data.test.images[random_indices], extract_features=extract_features
        )
        for name, images in image_rows(data, len(random_indices), seed):
            say(f"Draw {seed + 1} of {args.seeds}: {name}.")
            sample_features = np.concatenate([extract_features(block) for block in images.split(1000)])
            scores_by_row.setdefault(name, []).append(
                sample_quality.sample_quality_scores(real_features, sample_features)
            )
    titles = [METRICS[key].title.removesuffix(" of the samples") for key in FIGURES]
    lines = ["| | " + " | ".join(titles) + " |", "|---" * (1 + len(FIGURES)) + "|"]
    for name, rows in scores_by_row.items():
        values = {key: [row[key] for row in rows] for key in FIGURES}
        lines.append(f"| {name} | " + " | ".join(document.spread(v, 3) for v in values.values()) + " |")
    command = "python -m " + " ".join(["benchmarks.quality.sample_quality", *sys.argv[1:]])
    caption = (
        f"`{command}`, {date.today()}, {machine.machine_name()}. {sample_quality.MAX_POINTS:,} test images of "
        "MNIST compared with as many "
        f"images of each row (real images of five classes: about half as many); mean ± standard deviation over {args.seeds} "
        "draws of both."
    )
    page = "\n".join(["# Sample quality", "", caption, "", *lines, ""])
    document.print_and_write("sample_quality", page, args.write)


if __name__ == "__main__":
    main()
