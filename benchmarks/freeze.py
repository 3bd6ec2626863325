"""A store of this release for later versions to open: `python -m benchmarks.freeze` writes tests/data/stores/<version>.zip.

The zip holds `checkpoints/` with a revision that is paused in the middle of its training, a deleted revision in the trash, and a
sweep; `data/` with own images and an own table; and `expected.npz`: five images x, their codes z by this version, the images
decoded from z and the contents y, and the weights at the end of the training. `tests/aae_core/store/test_frozen_stores.py` opens
all of it with every later version.
"""

import os
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from aae_core import __version__, files, owners
from aae_core.config.configuration import configure
from aae_core.data import sets
from aae_core.runs import queue, sweep_plans, worker
from aae_core.store import sweeps
from aae_core.store.revisions import Store

STORES_FOLDER = Path(__file__).resolve().parent.parent / "tests" / "data" / "stores"
SETTINGS = {
    "variant": "clustering", "clusters": 3, "data": "pets", "prior.name": "mixture", "prior.components": 3, "batch_size": 8,
    "network.hidden": (8,), "network.discriminator": (6,), "optimiser.kind": "adam", "optimiser.reconstruction_rate": 0.001,
    "optimiser.discrimination_rate": 0.001, "optimiser.generation_rate": 0.001, "steps": 60, "threads": 1,
    "views": 2, "input_shift": 1, "view_agreement": 1.0, "even_until": 2.0,
}  # fmt: skip
TABLE = "length,town,sold,class\n1.5,Ulm,1,a\n-2,Bonn,0,b\n1e3,Ulm,1,a\n0.25,Ulm,0,\n7,Bonn,1,b\n8,Ulm,0,a\n"


def add_data_sets(folder: Path) -> None:
    """Add two own data sets, images and a table."""
    images, labels = np.random.default_rng(0).integers(0, 60, (40, 6, 6), np.uint8), np.arange(40) % 2
    images[np.arange(40), labels] += 180
    np.savez(folder / "pets.npz", images=images, labels=labels)
    (folder / "houses.csv").write_text(TABLE)
    sets.add_data_set(folder / "pets.npz", "pets")
    sets.add_data_set(folder / "houses.csv", "houses", label="class", types={"town": "category", "sold": "binary"})


def make_revisions(store: Store):
    """Make a deleted revision, a paused one and a sweep; returns the paused one."""
    deleted_revision = store.create(configure(data="digits"), sets.describe_data_set("digits"))
    deleted_revision.annotate(label="deleted")
    store.delete(deleted_revision.id)
    paused_revision = queue.create_revision(store, configure(**SETTINGS, seed=3), sets.describe_data_set("pets"))
    worker.resume(paused_revision, lambda status: paused_revision.write_request("pause") if status.step == 30 else None)
    paused_revision.annotate(notes="The first line.\nThe second.")
    owners.write_owner(paused_revision.path, owners.Owner("0" * 64, "Ann"))
    sweep = sweep_plans.plan_sweep({"latent_dim": [2, 4]}, SETTINGS, [3], "mmd2")
    runs = [sweeps.Run(3, paused_revision.id, [0.25])]
    sweeps.write_sweep(
        store, replace(sweep, state="stopped", points=[replace(sweep.points[0], stage=0, runs=runs), sweep.points[1]])
    )
    return paused_revision


def expected_arrays(revision) -> dict[str, np.ndarray]:
    """The arrays of expected.npz; continues the training to its end."""
    x = sets.load("pets").test.images[:5]
    z, y = revision.encode(x), np.array([0, 1, 2, 0, 1])
    arrays = {"x": x, "z": z, "y": y, "decoded": revision.decode(z, y)}
    worker.resume(revision)
    return arrays | {f"last.{name}": value.numpy() for name, value in revision.model().state_dict().items()}


def main() -> None:
    files.HOST = "a-machine"  # so that the zip does not contain this machine's name
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        os.environ["AAE_DATA"] = str(root / "data")
        add_data_sets(root)
        paused_revision = make_revisions(Store(root / "checkpoints", gallery=root / "none"))
        contents = {
            path: path.read_bytes()
            for part in ("checkpoints", "data")
            for path in (root / part).rglob("*")
            if path.is_file()
        }
        np.savez_compressed(root / "expected.npz", **expected_arrays(paused_revision))
        contents[root / "expected.npz"] = (root / "expected.npz").read_bytes()
        with zipfile.ZipFile(STORES_FOLDER / f"{__version__}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for path, content in sorted(contents.items()):
                if path.suffix != ".lock":
                    archive.writestr(path.relative_to(root).as_posix(), content)


if __name__ == "__main__":
    main()
