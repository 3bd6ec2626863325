"""Training on ten million small images on the disk: memory and speed when it reads them in blocks and one by one.

    python -m benchmarks.speed.large_images [--images 10000000] [--seconds 60] [--folder FOLDER] [--write]

Writes a file of 14 × 14 grey images (2 GB for ten million, removed at the end). The worker trains revisions on it, each for some
seconds in a process that starts with an empty page cache for the file: in blocks, in an order that is computed; image by image,
in an order that is a list of all indices, as data sets of up to eight million images are read; and in blocks on a tenth of the
images, which shows how memory depends on their number. Memory is read four times a second. Exit status 1 if, in blocks, the
memory in the last third is more than 5 % above that in the first; `--write` writes the table of docs/results/large_images.md.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from datetime import date
from pathlib import Path

import numpy as np

from aae_core import files
from aae_core.config.configuration import configure
from aae_core.data import disk_images, item_draws, memmap_files
from aae_core.data.built_in import glyphs
from aae_core.data.own_data import own_sets
from aae_core.jobs import worker
from aae_core.scheduling import queue
from aae_core.store.revisions import Store
from aae_core.training import epoch_order, machine
from benchmarks import document
from benchmarks.processes import drop_from_page_cache, read_memory, run_and_parse

IMAGE_SIDE, CHUNK_SIZE, TEST_COUNT, GLYPH_COUNT = 14, 100_000, 1000, 20_000
MAX_GROWTH = 1.05
ORDER_TITLES = {"blocks": "in blocks", "list": "a list, image by image", "tenth": "in blocks, a tenth of the images"}
FIGURES = ("first", "last", "peak", "files", "speed", "read")
COLUMN_TITLES = (
    "images",
    "MB, first third",
    "MB, last third",
    "MB, peak",
    "MB of files, at most",
    "samples per second",
    "MB read per second",
)


def write_data_set(root: Path, name: str, count: int) -> None:
    """Write so many images as the data set of that name: glyphs of half the size, each brightened and shifted by its own rule."""
    small_glyphs, labels, _ = glyphs.generate_glyphs(GLYPH_COUNT, 0)
    small_glyphs = small_glyphs.reshape(GLYPH_COUNT, IMAGE_SIDE, 2, IMAGE_SIDE, 2).mean((2, 4)).astype(np.uint8)
    folder, rng = root / own_sets.OWN_SETS_FOLDER / name, np.random.default_rng(0)
    folder.mkdir(parents=True)
    with memmap_files.MemmapWriter(folder / "images.safetensors", count) as writer:
        writer.item_shape = (IMAGE_SIDE, IMAGE_SIDE, 1)
        for start in range(0, count, CHUNK_SIZE):
            indices = rng.integers(GLYPH_COUNT, size=min(CHUNK_SIZE, count - start))
            images = np.maximum(small_glyphs[indices], rng.integers(0, 60, (len(indices), 1, 1), dtype=np.uint8))
            writer._write_at(images, memmap_files.DATA_OFFSET + start * writer.item_bytes)
            writer.write_labels(start, labels[indices])
        writer.write_header()
    meta = {
        "format": own_sets.IMAGES_FORMAT,
        "name": name,
        "shape": [IMAGE_SIDE, IMAGE_SIDE, 1],
        "classes": list(glyphs.GLYPH_CLASSES),
    }
    files.write_json(folder / "meta.json", meta | {"train": count - TEST_COUNT, "test": TEST_COUNT})


def bytes_read() -> int:
    """Bytes that this process has read from the disk."""
    return int(dict(line.split(": ") for line in Path("/proc/self/io").read_text().splitlines())["read_bytes"])


def measure_training(name: str, order: str, seconds: float) -> dict:
    """Train a revision by the worker for some seconds: FIGURES, with the memory from the hundredth step on."""
    if order == "list":
        epoch_order.MAX_LISTED = item_draws.LARGE_ITEM_COUNT = 2**40
    else:
        epoch_order.MAX_LISTED = disk_images.MAX_RESIDENT_BYTES = 1000
    nets = {"network.hidden": (256, 256), "network.discriminator": (256,), "threads": 1}
    config = configure(data=name, batch_size=100, minutes=seconds / 60, **nets)
    store, memory_samples, has_ended, bytes_before = Store(), [], threading.Event(), bytes_read()
    revision = store.create(config, queue.check_startable(config))

    def sample_memory():
        while not has_ended.wait(0.25):
            if revision.status.step >= 100:
                memory_samples.append(read_memory("RssAnon", "RssFile"))

    threading.Thread(target=sample_memory, daemon=True).start()
    start, end_figures = time.perf_counter(), []

    def note_end(status):
        if not end_figures and status.seconds > 0.9 * seconds:
            end_figures.append((time.perf_counter() - start, bytes_read() - bytes_before))
            has_ended.set()  # the memory of the metrics at the end does not count as growth

    status = worker.run_training(revision, note_end)
    assert status.state == "done", status.error_text
    own_memory, mapped_memory = zip(*memory_samples, strict=True)
    third_size = max(1, len(memory_samples) // 3)
    return {
        "first": statistics.median(own_memory[:third_size]),
        "last": statistics.median(own_memory[-third_size:]),
        "peak": max(own_memory),
        "files": max(mapped_memory),
        "speed": status.samples_per_second,
        "read": end_figures[0][1] / end_figures[0][0] / 1e6,
    }


def measure_in_process(root: Path, order: str, name: str, seconds: float) -> dict:
    """What `measure_training` returns, in a separate process."""
    drop_from_page_cache(root / own_sets.OWN_SETS_FOLDER / name / "images.safetensors")
    places = {"AAE_DATA": str(root), "AAE_CHECKPOINTS": str(root / "checkpoints")}
    variables = {**machine.ENVIRONMENT, **os.environ, **places}
    return run_and_parse("large_images", "--run", order, name, "--seconds", seconds, **variables)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=10_000_000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--folder", help="where the file is written (the system's temporary folder)")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--run", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.run:
        print(json.dumps(measure_training(args.run[1], args.run[0], args.seconds)))
        return 0
    lines = ["| order | " + " | ".join(COLUMN_TITLES) + " |", "|---" + "|--:" * len(COLUMN_TITLES) + "|"]
    growth = 0.0
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        root = Path(folder)
        for name, count in (("many", args.images), ("tenth", args.images // 10)):
            start = time.perf_counter()
            write_data_set(root, name, count)
            print(f"{count:,} images written in {time.perf_counter() - start:.0f} s.", file=sys.stderr)
        for order, title in ORDER_TITLES.items():
            figures = measure_in_process(root, order, "tenth" if order == "tenth" else "many", args.seconds)
            growth = growth if order == "list" else max(growth, figures["last"] / figures["first"])
            count = args.images // 10 if order == "tenth" else args.images
            lines.append(f"| {title} | {count:,} | " + " | ".join(f"{figures[key]:,.0f}" for key in FIGURES) + " |")
    verdict = "met" if growth <= MAX_GROWTH else "MISSED"
    result = f"In blocks, memory of the last third {growth:.2f} × that of the first, target at most {MAX_GROWTH} ×: {verdict}."
    text = "\n".join([*lines, "", result, ""])
    print(text)
    if args.write:
        load = (
            f"{machine.machine_name()}, load average {os.getloadavg()[0]:.0f} on {machine.count_machine_cores()} cores"
        )
        head = f"`python -m benchmarks.speed.large_images --seconds {args.seconds:g} --write`, {date.today()}, {load}."
        document.rewrite(document.page_path("large_images"), f"# Ten million images on the disk\n\n{head}\n\n{text}")
    return int(growth > MAX_GROWTH)


if __name__ == "__main__":
    sys.exit(main())
