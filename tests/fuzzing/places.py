"""What the targets are given to damage: small revisions, data sets and files, made once, in folders of their own."""

import gzip
import io
import json
import os
import shutil
import struct
import tempfile
import zipfile
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pytest
from helpers.toy_models import move_frames_to_one_file

from aae_core import owners
from aae_core.config.configuration import configure
from aae_core.data import sets
from aae_core.reproduce import experiments, frontier, results
from aae_core.runs import sweep_plans, worker
from aae_core.sklearn import AdversarialAutoencoder
from aae_core.store import sweeps
from aae_core.store.revisions import Revision, Store

TINY = {"network.hidden": (12,), "network.discriminator": (8,), "data": "digits", "steps": 20, "threads": 1}
KINDS = {
    "aae": {"prior.name": "mixture"},
    "semi": {"variant": "semi-supervised", "labels": 100, "latent_dim": 3},
    "supervised": {"variant": "supervised", "latent_dim": 2},
    "table": {"data": "wine", "cost": "by-type"},
}
TABLE = "size,town,rooms,sold,class\n1.5,Ulm,3,1,a\n-2,Bonn,4,0,b\n1e3,Ulm,2,1,a\n0.25,Köln,5,0,\n7,Bonn,1,1,b\n8,Ulm,9,0,a\n"


class Place:
    """Folders under `root`: `store` and `data`, which nothing may change, and `work`, where the files of the cases lie."""

    def __init__(self, root: Path):
        self.root, self.work = root, root / "work"
        self.work.mkdir(parents=True)
        (root / "data").mkdir()
        self._time = 10**18

    @contextmanager
    def use_folders(self):
        """Its folders are those of the settings, and `work` the current one."""
        with pytest.MonkeyPatch.context() as patch:
            for name, folder in (
                ("AAE_CHECKPOINTS", "store"),
                ("AAE_DATA", "data"),
                ("HOME", "work"),
                ("TMPDIR", "work"),
            ):
                patch.setenv(name, str(self.root / folder))
            patch.delenv("AAE_SLOTS", raising=False)
            patch.setattr(tempfile, "tempdir", str(self.work))
            patch.chdir(self.work)
            yield

    def write_file(self, path: Path, content: bytes) -> Path:
        """A file with this content, and a time at which no other was written."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)  # to write over a file makes some systems wait for the disk
        path.write_bytes(content)
        self._time += 10**6
        os.utime(path, ns=(self._time, self._time))
        return path

    @cached_property
    def store(self) -> Store:
        return Store(self.root / "store", gallery=self.root / "none")

    @cached_property
    def revisions(self) -> dict[str, Revision]:
        """A finished revision of each of KINDS."""
        with self.use_folders():
            actual = {
                kind: worker.train(configure(**{**TINY, **settings}), store=self.store)
                for kind, settings in KINDS.items()
            }
            sweeps.write_sweep(self.store, replace(unfinished_sweep(actual), state="done"))
            return actual

    @cached_property
    def copied_revisions(self) -> dict[str, Path]:
        """Copies of these revisions in `work`, whose files are damaged, with every record that there is; "film": of the first,
        with its frames in one file."""
        output = {}
        for kind, revision in self.revisions.items():
            output[kind] = self.work / "store" / revision.id
            shutil.copytree(revision.path, output[kind])
        own_revision = Revision(output["aae"])
        own_revision.annotate("A label", "notes")
        own_revision.write_request("stop")
        (own_revision.path / "frames" / "marks.json").write_text('{"resumed": [10]}')
        owners.write_owner(own_revision.path, owners.Owner("a" * 64, "Ann"))
        reproduction = {"format": 1, "revision": own_revision.fingerprint, "figures": {"likelihood": {"a": 1.0}}}
        (own_revision.path / "reproduction.json").write_text(json.dumps(reproduction))
        output["film"] = self.work / "films" / own_revision.id
        shutil.copytree(own_revision.path, output["film"])
        move_frames_to_one_file(Revision(output["film"]))
        return output

    @cached_property
    def sets_root(self) -> Path:
        """A folder of data sets with images, "pets", and a table, "houses"."""
        root = self.work / "sets"
        rng = np.random.default_rng(0)
        np.savez(self.work / "in.npz", images=rng.integers(0, 256, (24, 6, 6), np.uint8), labels=np.arange(24) % 2)
        sets.add_data_set(self.work / "in.npz", "pets", root)
        (self.work / "in.csv").write_text(TABLE, encoding="utf-8")
        sets.add_data_set(self.work / "in.csv", "houses", root, label="class", types={"town": "category"})
        return root

    @cached_property
    def sweep_path(self) -> Path:
        """The record of a sweep that is under way, in a store with the two revisions that it has so far."""
        store = Store(self.work / "swept", gallery=self.root / "none")
        for revision in self.revisions.values():
            shutil.copytree(revision.path, store.root / revision.id)
        with self.use_folders():
            return sweeps.sweep_path(store, sweeps.write_sweep(store, unfinished_sweep(self.revisions)).id)

    @cached_property
    def estimator_bytes(self) -> bytes:
        """The file of an estimator that was fitted to a few rows."""
        path = self.work / "fit.safetensors"
        rows = np.random.default_rng(0).normal(size=(12, 3))
        AdversarialAutoencoder(hidden_layer_sizes=(4,), max_epochs=1, random_state=0).fit(rows).save(path)
        return path.read_bytes()

    @cached_property
    def results_bytes(self) -> bytes:
        """A results.json of two runs."""
        run = results.ExperimentRun(0, "a", 1.5, 2.0, 3.0, 10, "here", "2026-11-23", {"error": 1.5})
        record = results.EMPTY_RECORD
        for experiment in list(experiments.EXPERIMENTS.values())[:2]:
            record = results.record_with_run(record, experiment, "cpu", run)
        return json.dumps(record).encode()

    @cached_property
    def frontier_bytes(self) -> bytes:
        """A frontier.json of two models and some of their points."""
        record = json.loads((results.RESULTS_FOLDER / frontier.FRONTIER_FILE).read_text(encoding="utf-8"))
        record["models"], record["trials"] = record["models"][:2], []
        names = [model["name"] for model in record["models"]]
        record["points"] = [point for point in record["points"] if point["model"] in names][:4]
        return json.dumps(record).encode()


def unfinished_sweep(revisions) -> sweeps.Sweep:
    """A sweep of which two points have been trained, by two of the revisions, and one has not begun."""
    whole = {"data": "digits", "steps": 20, "network.hidden": [12], "network.discriminator": [8]}
    sweep = sweep_plans.plan_sweep({"prior.name": ["mixture", "gaussian", "uniform"]}, whole, 1, "mmd2", "asha")
    runs = [sweeps.Run(0, revisions[kind].id, [0.5, 0.25, 0.125]) for kind in ("aae", "semi")]
    done = [replace(point, stage=2, runs=[run]) for point, run in zip(sweep.points, runs, strict=False)]
    return replace(sweep, points=[*done, sweep.points[2]])


# Files of every kind ----------------------------------------------------------------------------------------------------


def random_image(height=10, width=12, channels=3) -> np.ndarray:
    """uint8 H×W×C."""
    return np.random.default_rng(height).integers(0, 256, (height, width, channels), np.uint8)


def image_files() -> dict[str, bytes]:
    """An image in each of the formats, and of the kinds that are treated in some way of their own."""
    from PIL import Image, ImageCms

    result = {}
    colour, grey = Image.fromarray(random_image()), Image.fromarray(random_image(channels=1)[..., 0])
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[0x0112] = 6

    def save(name, image, kind, **options):
        content = io.BytesIO()
        image.save(content, kind, **options)
        result[name] = content.getvalue()

    save("a.png", colour, "PNG", icc_profile=profile, exif=exif)
    save("palette.png", colour.convert("P"), "PNG", transparency=3)
    save("deep.png", Image.fromarray(random_image(channels=1)[..., 0].astype(np.uint16) * 257), "PNG")
    save("a.jpg", colour, "JPEG", exif=exif, icc_profile=profile)
    save("inks.jpg", colour.convert("CMYK"), "JPEG")
    save("a.gif", grey, "GIF")
    save("moving.gif", grey, "GIF", save_all=True, append_images=[grey.rotate(90)])
    save("a.webp", colour, "WEBP", lossless=True)
    save("a.bmp", colour, "BMP")
    save("a.tif", colour, "TIFF", compression="tiff_lzw")
    save("plain.tif", colour.convert("RGBA"), "TIFF")
    save("a.pgm", grey, "PPM")
    save("a.ppm", colour, "PPM")
    return result


def bmp_bytes(k: int) -> bytes:
    """A BMP of 8×8 pixels, another for each k."""
    from PIL import Image

    content = io.BytesIO()
    Image.fromarray(np.random.default_rng(k).integers(0, 256, (8, 8), np.uint8)).save(content, "BMP")
    return content.getvalue()


def npz_bytes(**arrays) -> bytes:
    content = io.BytesIO()
    np.savez(content, **arrays)
    return content.getvalue()


def npy_bytes(array) -> bytes:
    content = io.BytesIO()
    np.save(content, array)
    return content.getvalue()


def zip_bytes(members: dict[str, bytes], packed=True) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, member_content in members.items():
            archive.writestr(name, member_content)
    return content.getvalue()


def idx_bytes(array: np.ndarray) -> bytes:
    return struct.pack(f">4B{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


def parquet_bytes(**options) -> bytes:
    import pyarrow as pa
    from pyarrow import parquet as pq

    columns = {"size": [1.5, -2.0, 1e3, 0.25, 7.0, 8.0], "rooms": [3, 4, 2, 5, 1, 9], "town": list("abcabc")}
    content = io.BytesIO()
    pq.write_table(pa.table(columns), content, **options)
    return content.getvalue()


def parquet_bytes_of_lists(lists) -> bytes:
    """A Parquet file with a column of numbers, one of texts, and one of lists."""
    import pyarrow as pa
    from pyarrow import parquet as pq

    columns = {
        "size": np.arange(len(lists)) * 0.5,
        "text": [f"text {k}" for k in range(len(lists))],
        "embedding": lists,
    }
    content = io.BytesIO()
    pq.write_table(pa.table(columns), content)
    return content.getvalue()


def gzip_bytes(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


# AnnData ----------------------------------------------------------------------------------------------------------------


class Link(str):
    """A path within an .h5ad, or in another file behind its name and a colon, where an array belongs."""


ODD_LINKS = (Link("/nowhere"), Link("/obs"), Link("/X"), Link("other.h5ad:/X"), Link("/"))
ODD_ATTRIBUTES = (
    "", "x", "csc_matrix", "categorical", "nullable-integer", b"\xff", 0, -1, 2**62, 1.5, np.array([0, 0]), np.array([2**62, 2]),
    np.array([6, 3, 1]), np.array([-6, 3]), np.array(["a", "batch"], "S5"), np.zeros(0), "n" * 3000, ["n", "n"], ["n", ""],
)  # fmt: skip


def anndata_parts(matrix: np.ndarray, kind: str) -> tuple[dict, dict]:
    """({path: array}, {path: {name: attribute}}) of an .h5ad with a matrix, "csr", "csc" or "dense", the same as a layer, and
    columns of obs of every kind, in the form in which anndata writes them."""
    import h5py
    from scipy import sparse

    row_count, column_count = matrix.shape
    categories = {"categories": np.array(["a", "b"], "S"), "codes": np.arange(row_count, dtype=np.int8) % 3 - 1}
    nullable = {"values": np.arange(row_count), "mask": np.arange(row_count) % 2 == 0}
    arrays = {
        "obs/_index": np.array([f"cell {k}" for k in range(row_count)], "S"),
        "obs/n": np.arange(row_count, dtype=np.float32),
        **{f"obs/batch/{name}": values for name, values in categories.items()},
        **{f"obs/age/{name}": values for name, values in nullable.items()},
        "var/_index": np.array([f"gene {k}" for k in range(column_count)], "S"),
    }
    frame = {"encoding-type": "dataframe", "encoding-version": "0.2.0", "_index": "_index"}
    attributes = {
        "/": {"encoding-type": "anndata", "encoding-version": "0.1.0"},
        "obs": {**frame, "column-order": np.array(["n", "batch", "age"], h5py.string_dtype())},
        "var": {**frame, "column-order": np.zeros(0)},
        "obs/batch": {"encoding-type": "categorical", "ordered": False},
        "obs/age": {"encoding-type": "nullable-integer"},
    }
    for path in ("X", "layers/log"):
        if kind == "dense":
            arrays[path] = matrix
            attributes[path] = {"encoding-type": "array"}
            continue
        packed_matrix = sparse.csr_matrix(matrix) if kind == "csr" else sparse.csc_matrix(matrix)
        arrays |= {f"{path}/{name}": getattr(packed_matrix, name) for name in ("data", "indices", "indptr")}
        attributes[path] = {"encoding-type": f"{kind}_matrix", "shape": np.array(matrix.shape)}
    return arrays, attributes


def anndata_bytes(arrays: dict, attributes: dict) -> bytes:
    """An .h5ad with these arrays, or a Link in place of one, and these attributes."""
    import h5py

    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        for path, values in arrays.items():
            if isinstance(values, Link):
                other_file, colon, other_path = values.rpartition(":")
                file[path] = h5py.ExternalLink(other_file, other_path) if colon else h5py.SoftLink(values)
            else:
                file[path] = values.astype("S") if values.dtype.kind == "U" else values
        for path, pairs in attributes.items():
            if isinstance(arrays.get(path), Link):
                continue
            owner = file[path] if path in file else file.require_group(path)
            for name, value in pairs.items():
                owner.attrs[name] = value
    return content.getvalue()
