"""Disentanglement of all variants on glyphs, whose factors are known: MIG, SAP and DCI, reconstruction error and prior fit.

    python -m benchmarks.quality.disentanglement [--seeds 3] [--epochs 20] [--latent-dim 6] [--store FOLDER] [--write]

The networks and optimisers are those of the preset "default". All metrics are measured on the test images, and nothing is chosen
by them. A run that is finished in the store is not repeated, so the command can be interrupted and started again.
--write: write the table to docs/results/disentanglement.md and keep the text below it.
"""

import argparse
import statistics
import sys
from datetime import date
from pathlib import Path

import aae_core as aae
from aae_core.evaluation.metrics import METRICS
from aae_core.places import PROJECT
from aae_core.progress import ProgressBar
from aae_core.store.revisions import Store
from aae_core.training import machine
from benchmarks import document

ROW_SETTINGS = {  # title -> settings; z has the same number of dimensions in all of them
    "AE": {"variant": "ae"},
    "VAE": {"variant": "vae"},
    "VAE, learned σ": {"variant": "vae", "cost": "learned-variance"},
    "VAE, β = 4": {"variant": "vae", "beta": 4.0},
    "VAE, β = 16": {"variant": "vae", "beta": 16.0},
    "InfoVAE": {"variant": "info-vae"},
    "WAE-MMD": {"variant": "wae-mmd"},
    "Sliced Wasserstein": {"variant": "sliced-wasserstein"},
    "AAE": {"variant": "aae"},
    "AAE, Gaussian q(z\\|x)": {"variant": "aae", "posterior": "gaussian"},
    "Label-informed AAE, mixture": {"variant": "label-informed", "prior.name": "mixture", "prior.components": 6},
    "Supervised AAE": {"variant": "supervised"},
    "Semi-supervised AAE, 1,000 labels": {"variant": "semi-supervised", "labels": 1000},
    "Clustering AAE": {"variant": "clustering"},
    "Reduction AAE": {"variant": "reduction"},
}
FIGURES = ("mig", "sap", "disentanglement", "completeness", "informativeness", "reconstruction", "mmd2")


def table_row(title: str, settings: dict, args, store: Store) -> str:
    """A row of the table: the means over the seeds ± their standard deviations, and the minutes per run."""
    runs = aae.sweep(
        {}, args.seeds, store, data="glyphs", epochs=args.epochs, latent_dim=args.latent_dim, threads=1, **settings
    )
    if list(runs["state"]) != ["done"] * args.seeds:
        sys.exit(f"{title}: the runs are {', '.join(runs['state'])}.")
    minutes = statistics.mean(store.open(name).status.seconds / 60 for name in runs["revision"])
    cells = []
    for name in FIGURES:
        values = runs[name].dropna() if name in runs else []
        deviation = f" ± {values.std():.2g}" if len(values) > 1 else ""
        cells.append(f"{values.mean():.3g}{deviation}" if len(values) else "–")
    return f"| {title} | {' | '.join(cells)} | {minutes:.2f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--latent-dim", type=int, default=6)
    parser.add_argument("--store", type=Path, default=PROJECT / "benchmarks" / "runs" / "disentanglement")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    titles = [METRICS[name].title for name in FIGURES]
    lines = [f"| {' | '.join(['', *titles, 'Minutes per run'])} |", "|---" * (2 + len(FIGURES)) + "|"]
    with ProgressBar("variants") as progress_bar:
        for number, (title, settings) in enumerate(ROW_SETTINGS.items()):
            progress_bar.show(number, len(ROW_SETTINGS), title)
            lines.append(table_row(title, settings, args, Store(args.store)))
            print(lines[-1], flush=True)
    command = "python -m " + " ".join(["benchmarks.quality.disentanglement", *sys.argv[1:]])
    seeds = f"mean ± standard deviation over {args.seeds} seeds" if args.seeds > 1 else "one seed"
    caption = (
        f"`{command}`, {date.today()}, {machine.machine_name()}, 1 thread. Glyphs of 28 × 28 pixels with a "
        "class and five known factors "
        f"(size, rotation, x, y, thickness); 10,000 training and 2,000 test images; {args.latent_dim} latent dimensions; {seeds}."
    )
    page = "\n".join(["# Disentanglement", "", caption, "", *lines, ""])
    document.print_and_write("disentanglement", page, args.write)


if __name__ == "__main__":
    main()
