"""Adding a table of ten million rows from a file: time and peak memory, compared with those for a million rows.

    python -m benchmarks.speed.large_tables [--rows 1000000 10000000] [--columns 10] [--write]

The files, Parquet and CSV, are generated in a temporary folder. `data add` runs on each in a separate process, which tells the
peak of its resident memory at its end. Exit status 1 if the peak for the largest table is more than MAX_GROWTH times that for the
first; `--write` writes docs/results/large_tables.md.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow
from pyarrow import csv, parquet

from aae_core.places import PROJECT
from aae_core.training import machine
from benchmarks import document
from benchmarks.processes import Progress

CHUNK_SIZE = 500_000  # rows that are generated at once
MAX_GROWTH = 1.25
ADD_AND_PRINT_PEAK = """
import sys
from aae_core.cli import arguments
from benchmarks.processes import read_memory
status = arguments.main(["data", "add", *sys.argv[1:]])
print(*read_memory("VmHWM"))
sys.exit(status)
"""


def write_table(path: Path, rows: int, columns: int) -> None:
    """Write a file of normal columns (float64) and a class of three."""
    rng = np.random.default_rng(0)
    writer = None
    for start in range(0, rows, CHUNK_SIZE):
        n = min(CHUNK_SIZE, rows - start)
        values = {f"x{i}": rng.normal(size=n) for i in range(columns)} | {"class": rng.integers(0, 3, n)}
        table = pyarrow.table(values)
        if writer is None:
            kind = csv.CSVWriter if path.suffix == ".csv" else parquet.ParquetWriter
            writer = kind(path, table.schema)
        writer.write_table(table)
    writer.close()


def add_table(path: Path, root: Path) -> tuple[float, float]:
    """Seconds that `data add` takes, and the peak of its resident memory in MB."""
    command = [sys.executable, "-c", ADD_AND_PRINT_PEAK, str(path), "--name", path.stem, "--label", "class"]
    start = time.perf_counter()
    process = subprocess.run(
        command, cwd=PROJECT, env={**os.environ, "AAE_DATA": str(root)}, stdout=subprocess.PIPE, text=True
    )
    if process.returncode:
        raise SystemExit(f"{path.name} was not added.")
    return time.perf_counter() - start, float(process.stdout.split()[-1])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--columns", type=int, default=10)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    lines = [
        "| file | rows | its MB | stored, MB | seconds | rows/s | peak MB resident |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    targets, progress = [], Progress(4 * len(args.rows))  # two forms of file, each made and added
    for form, suffix in (("Parquet", ".parquet"), ("CSV", ".csv")):
        peaks = []
        for rows in args.rows:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / f"rows-{rows}{suffix}"
                progress.begin_measurement(f"making {path.name}")
                write_table(path, rows, args.columns)
                progress.begin_measurement(f"adding {path.name}")
                seconds, peak = add_table(path, path.parent)
                stored_file = path.parent / "own" / path.stem / "rows.safetensors"
                sizes = [value.stat().st_size / 1e6 for value in (path, stored_file)]
            peaks.append(peak)
            cells = (rows, *sizes, seconds, rows / seconds, peak)
            lines.append(f"| {form} | " + " | ".join(f"{cell:,.0f}" for cell in cells) + " |")
        targets.append((form, max(peaks) / peaks[0]))
    text = (
        f"{args.columns} columns of float64 and a class of three, each file added once.\n\n" + "\n".join(lines) + "\n\n"
    )
    for form, growth in targets:
        verdict = "met" if growth <= MAX_GROWTH else "MISSED"
        text += f"- {form}: peak of the largest {growth:.2f} × that of the smallest, target at most {MAX_GROWTH} ×: {verdict}\n"
    is_flat = all(growth <= MAX_GROWTH for _, growth in targets)
    print(text)
    if args.write:
        head = (
            f"# Large tables\n\n`python -m benchmarks.speed.large_tables --write`, {date.today()}, "
            f"{machine.machine_name()}.\n\n"
        )
        document.write_page("large_tables", head + text)
    return 0 if is_flat else 1


if __name__ == "__main__":
    sys.exit(main())
