"""Training on a million generated glyphs from the disk, compared with training from memory: speed and memory use.

    python -m benchmarks.speed.from_disk [--images 1000000] [--seconds 30] [--rounds 3] [--files 20000] [--write]

The data set is written once, in the format of own images, and removed at the end. Each run is a separate process, alternately
from memory and from the disk, and starts with an empty page cache for the file. Resident memory is read twice a second, with and
without the mapped pages of files. Also times `data add`, which writes this format, on a folder of --files PNG files. Exit status
1 if a target is missed; `--write` writes docs/results/from_disk.md.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
from PIL import Image

from aae_core import files
from aae_core.config.configuration import configure
from aae_core.data import memmap_files, sets
from aae_core.data.built_in import glyphs
from aae_core.data.own_data import own_sets
from aae_core.training import loop, machine, training
from benchmarks import document, processes
from benchmarks.processes import read_memory

DATA_NAME, CHUNK_SIZE = "many-glyphs", 20_000
MIN_SPEED_SHARE, MAX_MEGABYTES = (
    0.8,
    1500,
)  # targets: the lowest ratio of the speed to that from memory; MB of resident memory
MAX_GROWTH = 1.05  # target: the highest ratio of the memory in the last third of a run to that in the first
COLUMNS = {  # figure of a run -> its heading
    "speed": "samples/s", "first": "MB, first third", "last": "MB, last third", "own": "last third without file pages",
    "most": "peak MB",
}  # fmt: skip


def write_data_set(root: Path, count: int) -> None:
    """Write `count` glyphs as the data set DATA_NAME; the last thousand are its test images."""
    folder = root / own_sets.OWN_SETS_FOLDER / DATA_NAME
    folder.mkdir(parents=True)
    with memmap_files.MemmapWriter(folder / "images.safetensors", count) as writer:
        labels = np.empty(count, np.int64)
        for start in range(0, count, CHUNK_SIZE):
            images, labels_of_chunk, _ = glyphs.generate_glyphs(min(CHUNK_SIZE, count - start), start)
            labels[start : start + len(labels_of_chunk)] = labels_of_chunk
            for row, image in enumerate(images[..., 0], start):
                writer.write_image(row, image)
            print(f"\r{start + len(labels_of_chunk):,} glyphs written", end="", file=sys.stderr)
        writer.write_header(labels)
    print(file=sys.stderr)
    meta = {
        "format": own_sets.IMAGES_FORMAT,
        "name": DATA_NAME,
        "shape": list(writer.item_shape),
        "classes": list(glyphs.GLYPH_CLASSES),
    }
    files.write_json(folder / "meta.json", meta | {"train": count - 1000, "test": 1000})


def measure_training(source: str, seconds: float) -> dict:
    """Train for some seconds: the figures of COLUMNS. Memory of a third is the median."""
    from aae_core.data import disk_images

    disk_images.MAX_RESIDENT_BYTES = 0 if source == "disk" else 2**40
    config = configure(data=DATA_NAME, batch_size=100, minutes=60, precision="auto", epochs=1000)
    choice = machine.ComputeChoice("bf16" if machine.has_native_bf16() else "fp32", machine.count_machine_cores())
    dataset = sets.load(DATA_NAME)
    if source == "memory":
        dataset = replace(dataset, train=replace(dataset.train, images=np.array(dataset.train.images)))
    t = training.Training(config, dataset, choice=choice)
    steps = loop.fit(t)
    next(steps)  # what the first steps allocate does not count as growth
    memory_samples, has_ended = [], threading.Event()

    def sample_memory():
        while not has_ended.wait(0.5):
            memory_samples.append(read_memory("RssAnon", "VmRSS"))

    threading.Thread(target=sample_memory, daemon=True).start()
    speeds, start = [], time.perf_counter()
    for report in steps:
        speeds.append(report.samples_per_second)
        if time.perf_counter() - start > seconds:
            break
    has_ended.set()
    third_size = max(1, len(memory_samples) // 3)
    return {
        "speed": statistics.median(speeds),
        "first": statistics.median(total for _, total in memory_samples[:third_size]),
        "last": statistics.median(total for _, total in memory_samples[-third_size:]),
        "own": statistics.median(own_memory for own_memory, _ in memory_samples[-third_size:]),
        "most": max(total for _, total in memory_samples),
    }


def files_per_second(root: Path, count: int) -> float:
    """The images per second at which `data add` adds a folder of so many PNG files of glyphs."""
    folder = root / "files"
    images, labels, _ = glyphs.generate_glyphs(count, 0)
    for name in glyphs.GLYPH_CLASSES:
        (folder / name).mkdir(parents=True)
    for number, (image, label) in enumerate(zip(images[..., 0], labels, strict=True)):
        Image.fromarray(image).save(folder / glyphs.GLYPH_CLASSES[label] / f"{number}.png")
    start = time.perf_counter()
    command = [sys.executable, "-m", "aae_core", "data", "add", folder, "--name", "from-files"]
    processes.run_program(command, {"AAE_DATA": str(root)})
    return count / (time.perf_counter() - start)


def measure(root: Path, seconds: float, rounds: int) -> dict[str, list[dict]]:
    runs_by_source: dict[str, list[dict]] = {"memory": [], "disk": []}
    for _ in range(rounds):
        for source, runs in runs_by_source.items():
            processes.drop_from_page_cache(root / own_sets.OWN_SETS_FOLDER / DATA_NAME / "images.safetensors")
            variables = {**machine.ENVIRONMENT, **os.environ, "AAE_DATA": str(root)}
            runs.append(processes.run_and_parse("from_disk", "--run", source, "--seconds", seconds, **variables))
    return runs_by_source


def targets_table(runs_by_source: dict[str, list[dict]]) -> tuple[str, bool]:
    """The table as Markdown, and whether all targets are met."""
    medians = {
        source: {key: statistics.median(r[key] for r in runs) for key in runs[0]}
        for source, runs in runs_by_source.items()
    }
    share = medians["disk"]["speed"] / medians["memory"]["speed"]
    growth = max(run["last"] / run["first"] for run in runs_by_source["disk"])  # no single run may grow
    peak_memory = max(run["most"] for run in runs_by_source["disk"])
    lines = [f"| from | {' | '.join(COLUMNS.values())} |", "|---" + "|--:" * len(COLUMNS) + "|"]
    for source, row in medians.items():
        lines.append(f"| {source} | " + " | ".join(f"{row[key]:,.0f}" for key in COLUMNS) + " |")
    lines += ["", "Targets for training from the disk:", ""]
    targets = {
        f"{share:.0%} of the speed from memory (medians), target at least {MIN_SPEED_SHARE:.0%}": share
        >= MIN_SPEED_SHARE,
        f"resident memory of the last third {growth:.2f} × that of the first, target at most {MAX_GROWTH} ×": growth
        <= MAX_GROWTH,
        f"peak of resident memory {peak_memory:,.0f} MB, target below {MAX_MEGABYTES:,}": peak_memory < MAX_MEGABYTES,
    }
    lines += [f"- {target}: {'met' if is_met else 'MISSED'}" for target, is_met in targets.items()]
    return "\n".join(lines), all(targets.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--files", type=int, default=20_000, help="PNG files for timing `data add`")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--run", choices=("memory", "disk"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.run:
        print(json.dumps(measure_training(args.run, args.seconds)))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        write_data_set(Path(folder), args.images)
        print(f"Written in {time.perf_counter() - start:.0f} s.", file=sys.stderr)
        runs_by_source = measure(Path(folder), args.seconds, args.rounds)
        pace = files_per_second(Path(folder), args.files)
    table, are_targets_met = targets_table(runs_by_source)
    text = f"{args.images:,} glyphs of 28×28, {args.rounds} alternating runs of {args.seconds:g} s each, medians.\n\n{table}\n"
    text += (
        f"\n`data add` of {args.files:,} PNG files, including its start-up: {pace:,.0f} images per second. A folder of a "
        "million files was not tried.\n"
    )
    print(text)
    if args.write:
        head = (
            "# Training from the disk\n\n`python -m benchmarks.speed.from_disk --write`, "
            f"{date.today()}, {machine.machine_name()}.\n\n"
        )
        document.write_page("from_disk", head + text)
    return 0 if are_targets_met else 1


if __name__ == "__main__":
    sys.exit(main())
