"""Make the gallery: train three revisions on MNIST and export them, fp16, into checkpoints/gallery/.

    python -m benchmarks.gallery [--store benchmarks/runs] [--precision bf16]

A revision that carries the right label in the store is taken as it is, so that an interrupted making goes on. MNIST must
be in AAE_DATA. Existing gallery revisions are replaced.
"""

import argparse
import shutil
from pathlib import Path

from aae_core import config, data, worker
from aae_core.export import export_gallery
from aae_core.revisions import PROJECT, Revision, Store

GALLERY = {
    "AAE · MNIST": ({"variant": "aae"}, "A Gaussian prior imposed by an adversary."),
    "VAE · MNIST": ({"variant": "vae"}, "The same nets and data with a KL term in place of the adversary."),
    "Supervised AAE · MNIST": (
        {"preset": "style"},
        "The decoder is told the class; the code keeps the style.",
    ),
}


def trained(store: Store, settings: dict) -> Revision:
    """The finished revision of these settings in the store, trained now if there is none."""
    wanted = config.configure(**settings)
    for row in store.own():
        if row.state in ("paused", "done"):
            revision = store.open(row.id)
            if config.with_settings(revision.config, {"name": wanted.name, "threads": wanted.threads}) == wanted:
                break
    else:
        revision = store.create(wanted, data.describe("mnist"))
    if revision.status.state != "done":
        worker.run(revision, on_report=lambda s: print(f"\r{settings} {s.step}/{s.total_steps}", end="", flush=True))
    return revision


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", type=Path, default=PROJECT / "benchmarks" / "runs")
    parser.add_argument("--precision", default="bf16", choices=("fp32", "bf16"))
    args = parser.parse_args()
    store, destination = Store(args.store), PROJECT / "checkpoints" / "gallery"
    made = {}
    for label, (settings, notes) in GALLERY.items():
        common = {"data": "mnist", "epochs": 20, "seed": 1, "precision": args.precision}
        made[label] = trained(store, {**settings, **common}), notes
    shutil.rmtree(destination, ignore_errors=True)
    for label, (revision, notes) in made.items():
        revision.annotate(label=label, notes=notes)
        shipped = export_gallery(revision, destination)
        print(f"{label}: {shipped.id}, {sum(shipped.sizes().values()) / 2**20:.1f} MiB, {shipped.measures}")


if __name__ == "__main__":
    main()
