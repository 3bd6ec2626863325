"""The importance-weighted bound compared with a published one: Burda et al.'s VAE (arXiv 1509.00519, table 1: −86.76 nats).

    python -m benchmarks.quality.iw_bound [--stages 8] [--batch-size 100] [--seed 0] [--write]

Trains this project's VAE with their widths (784-200-200-50 and back) on MNIST whose pixels are made black or white at random,
again in each epoch, with the grey values as probabilities. As in the paper, stage i takes 3^i epochs at the learning rate 0.001 ·
10^(−i/7). Computes the bound of 1,000 test images with 1,000 draws after each stage, and of all 10,000 with 5,000 draws at the
end. Took 168 minutes of a core beside other work; seven stages took 48. --write: write the table to
docs/results/iw_bound.md and keep the text below it. MNIST must be in AAE_DATA.
"""

import argparse
import sys
from datetime import date

import torch
from torch import Tensor

import aae_core as aae
from aae_core.data import sets
from aae_core.evaluation import code_metrics, iwae
from aae_core.models.inference import evaluation_mode
from aae_core.training import machine
from aae_core.training.loop import fit
from aae_core.training.training import Training
from benchmarks import document
from benchmarks.processes import say

PUBLISHED_BOUND, PUBLISHED_ACTIVE_UNITS = (
    -86.76,
    19,
)  # nats and active units in table 1: VAE, one stochastic layer, k = 1
BLOCK_SIZE = 500  # images at once


def vae_config(args) -> aae.Config:
    """The configuration of the VAE with the paper's widths and the first stages of its schedule."""
    stage_starts = [(3**stage - 1) // 2 for stage in range(args.stages + 1)]  # Σ 3^j over the stages before
    return aae.configure(
        variant="vae",
        data="mnist",
        latent_dim=50,
        cost="cross-entropy",
        batch_size=args.batch_size,
        epochs=stage_starts[-1],
        seed=args.seed,
        precision="fp32",
        threads=1,
        **{
            "network.hidden": [200, 200],
            "optimiser.kind": "adam",
            "optimiser.reconstruction_rate": 1e-3,
            "optimiser.clip": 0.0,
            "optimiser.schedule": [[stage_starts[stage], 10 ** (-stage / 7)] for stage in range(1, args.stages)],
        },
    )


def binarise(grey: Tensor, generator: torch.Generator) -> Tensor:
    """Pixels 0 or 255, uint8 of the same shape: 255 with probability g/255 for a grey value g."""
    return 255 * (255 * torch.rand(grey.shape, generator=generator) < grey).to(torch.uint8)


def measure_bound(model, x: Tensor, draws: int, seed: int) -> dict[str, float]:
    """The mean bound of images x N×C×H×W with so many draws, its standard error, the mean evidence lower bound, all in nats, and
    the number of active units."""
    generator, bounds, lower_bounds, means = torch.Generator().manual_seed(seed), [], [], []
    with evaluation_mode(model):
        for block in x.split(BLOCK_SIZE):
            weights = iwae.draw_log_weights(model, block, draws, 1.0, generator)
            bounds.append(iwae.iwae_bound(weights))
            lower_bounds.append(weights.mean(1))
            means.append(model.infer_representative(block)[0])
    all_bounds = torch.cat(bounds)
    active = code_metrics.active_units(torch.cat(means), torch.ones(model.config.latent_dim))
    return {
        "bound": all_bounds.mean().item(),
        "error": all_bounds.std().item() / len(all_bounds) ** 0.5,
        "elbo": torch.cat(lower_bounds).mean().item(),
        "active": active,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stages", type=int, default=8)
    parser.add_argument("--batch-size", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    say("Loading MNIST.")
    torch.set_num_threads(1)
    config, data = vae_config(args), sets.load("mnist")
    training, generator = Training(config, data), torch.Generator().manual_seed(args.seed)
    test_images = torch.from_numpy(data.test.images).movedim(3, 1)
    test_images = binarise(test_images, generator).float() / 255
    grey, epoch, stage, rows = training.images.clone(), 0, 0, []
    training.images.copy_(binarise(grey, generator))
    for report in fit(training):
        if report.epoch < epoch + 1:
            continue
        epoch += 1
        training.images.copy_(binarise(grey, generator))
        if epoch == (3 ** (stage + 1) - 1) // 2:
            is_last = stage == args.stages - 1
            images, draws = (test_images, 5000) if is_last else (test_images[:1000], 1000)
            figures = measure_bound(training.model, images, draws, args.seed) | {
                "epochs": epoch,
                "minutes": report.seconds / 60,
            }
            rows.append(figures | {"n": len(images), "draws": draws})
            say(f"Stage {stage + 1} of {args.stages}: {rows[-1]}")
            stage += 1
    page = results_page(rows, args)
    document.print_and_write("iw_bound", page, args.write)


def results_page(rows, args) -> str:
    """The Markdown page above the hand-written text."""
    head = "| epochs | images | draws | log p(x) ≥ | evidence lower bound | active units | minutes of training |"
    lines = [head, "|--:" * 7 + "|"]
    for row in rows:
        bound = f"{row['bound']:.2f} ± {row['error']:.2f}"
        lines.append(
            f"| {row['epochs']:,} | {row['n']:,} | {row['draws']:,} | {bound} | {row['elbo']:.2f} | {row['active']} "
            f"| {row['minutes']:.1f} |"
        )
    lines.append(
        f"| Burda et al., 3,280 | 10,000 | 5,000 | {PUBLISHED_BOUND} | | {PUBLISHED_ACTIVE_UNITS} | |".replace("-", "−")
    )
    command = "python -m " + " ".join(["benchmarks.quality.iw_bound", *sys.argv[1:]])
    caption = (
        f"`{command}`, {date.today()}, {machine.machine_name()}, seed {args.seed}, mini-batches of {args.batch_size}."
    )
    caption += " ± standard error over the images."
    return "\n".join(["# The importance-weighted bound compared with a published one", "", caption, "", *lines, ""])


if __name__ == "__main__":
    main()
