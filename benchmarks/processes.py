"""Helpers for benchmarks whose measurements are separate processes: progress, running them, memory, and pythae's environment."""

import json
import os
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PEERS_FOLDER = PROJECT / "benchmarks" / "runs" / "peers"
START = time.monotonic()


def say(words: str) -> None:
    """Print on stderr, with the minutes and seconds since the start."""
    minutes, seconds = divmod(int(time.monotonic() - START), 60)
    print(f"{minutes:3d}:{seconds:02d}  {words}", file=sys.stderr, flush=True)


class Progress:
    """Prints which measurement begins, how many are left, and an estimate of the time left from those that are done."""

    def __init__(self, count: int):
        self.count, self.begun_count, self.start = count, 0, time.monotonic()

    def begin_measurement(self, title: str) -> None:
        seconds_each = (time.monotonic() - self.start) / self.begun_count if self.begun_count else 0.0
        count_left = self.count - self.begun_count
        estimate = f", about {max(1, round(count_left * seconds_each / 60))} min" if seconds_each else ""
        self.begun_count += 1
        say(f"{self.begun_count} of {self.count}: {title} begins; {count_left - 1} left after it{estimate}.")


def run_program(command: list, variables: dict, prefix: str = "") -> str:
    """What a program prints on stdout; if it fails, the benchmark ends with its error message after `prefix`."""
    command, variables = [str(part) for part in command], {**os.environ, **variables}
    process = subprocess.run(command, cwd=PROJECT, env=variables, capture_output=True, text=True)
    if process.returncode:
        sys.exit(prefix + process.stderr.strip()[-2000:])
    return process.stdout


def run_and_parse(module: str, *options, **variables: str) -> dict:
    """The JSON object that a module of `benchmarks.speed`, run as a program, prints last."""
    return json.loads(
        run_program([sys.executable, "-m", f"benchmarks.speed.{module}", *options], variables).splitlines()[-1]
    )


def read_memory(*kinds: str) -> list[float]:
    """Memory of this process in MB, by its names in /proc: VmRSS, RssAnon (its own), RssFile (mapped), VmHWM (the highest
    VmRSS; ru_maxrss would be at least the peak of the process that started this one)."""
    values = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())
    return [int(values[kind].split()[0]) * 1024 / 1e6 for kind in kinds]


def peer_python() -> Path:
    """The interpreter of a virtual environment for pythae, which is created at the first call. It also uses the packages of this
    environment, especially torch, so that both compute with the same kernels."""
    python, our_packages = (
        PEERS_FOLDER / ("Scripts" if os.name == "nt" else "bin") / "python",
        sysconfig.get_path("purelib"),
    )
    ready_file = PEERS_FOLDER / "ready"
    if not ready_file.exists() or ready_file.read_text() != our_packages:
        say(f"Creating an environment for pythae in {PEERS_FOLDER.relative_to(PROJECT)}, once; pip shows its progress:")
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(PEERS_FOLDER)], check=True, stdout=sys.stderr)
        their_packages = subprocess.check_output(
            [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], text=True
        )
        (Path(their_packages.strip()) / "ours.pth").write_text(our_packages)
        subprocess.run([python, "-m", "pip", "install", "pythae"], check=True, stdout=sys.stderr)
        ready_file.write_text(our_packages)
        say("pythae's environment is ready.")
    return python


def measure_pythae(images: Path, networks: dict, batch: int, optimiser: str, args, variables=None, threads=0) -> dict:
    """One measurement of pythae: samples per second, and its version. images: a file of uint8 N×C×H×W; networks: from
    `layers.describe_networks`; args: seconds, clock, device, and threads unless `threads` is given."""
    script = PROJECT / "benchmarks" / "speed" / "peers" / "pythae_aae.py"
    command = [peer_python(), script, images, json.dumps(networks), batch, threads or args.threads, args.seconds]
    version, pace = run_program([*command, optimiser, args.clock, args.device], variables or {}).split()[-2:]
    return {"samples_per_second": float(pace), "version": version}


def cached_images(name: str, make_images) -> Path:
    """A file with the images of make_images(), uint8 N×H×W×C, as N×C×H×W, which the pythae script reads without our
    package."""
    import numpy as np

    file = PEERS_FOLDER.parent / f"{name}.npy"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        np.save(file, make_images().transpose(0, 3, 1, 2))
    return file
