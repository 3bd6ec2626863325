"""Helpers for benchmarks whose measurements are separate processes: progress, running them, memory, and pythae's environment."""

import json
import os
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PLACE = PROJECT / "benchmarks" / "runs" / "peers"
BEGAN = time.monotonic()


def say(words: str) -> None:
    """Print on stderr, with the minutes and seconds since the start."""
    minutes, seconds = divmod(int(time.monotonic() - BEGAN), 60)
    print(f"{minutes:3d}:{seconds:02d}  {words}", file=sys.stderr, flush=True)


class Progress:
    """Prints which measurement begins, how many are left, and an estimate of the time left from those that are done."""

    def __init__(self, count: int):
        self.count, self.begun, self.start = count, 0, time.monotonic()

    def begin(self, what: str) -> None:
        item = (time.monotonic() - self.start) / self.begun if self.begun else 0.0
        left = self.count - self.begun
        about = f", about {max(1, round(left * item / 60))} min" if item else ""
        self.begun += 1
        say(f"{self.begun} of {self.count}: {what} begins; {left - 1} left after it{about}.")


def run(command: list, variables: dict, who: str = "") -> str:
    """What a program prints on stdout; if it fails, the benchmark ends with its error message after `who`."""
    command, variables = [str(part) for part in command], {**os.environ, **variables}
    done = subprocess.run(command, cwd=PROJECT, env=variables, capture_output=True, text=True)
    if done.returncode:
        sys.exit(who + done.stderr.strip()[-2000:])
    return done.stdout


def figures(module: str, *options, **variables: str) -> dict:
    """The JSON object that a module of `benchmarks.speed`, run as a program, prints last."""
    return json.loads(run([sys.executable, "-m", f"benchmarks.speed.{module}", *options], variables).splitlines()[-1])


def memory(*kinds: str) -> list[float]:
    """Memory of this process in MB, by its names in /proc: VmRSS, RssAnon (its own), RssFile (mapped), VmHWM (the highest
    VmRSS; ru_maxrss would be at least the peak of the process that started this one)."""
    rows = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())
    return [int(rows[kind].split()[0]) * 1024 / 1e6 for kind in kinds]


def forget(file: Path) -> None:
    """Ask the system to drop a file from its page cache, so that it is read from the disk."""
    with open(file, "rb") as opened:
        os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def peer_python() -> Path:
    """The interpreter of a virtual environment for pythae, which is created at the first call. It also uses the packages of this
    environment, especially torch, so that both compute with the same kernels."""
    python, ours = PLACE / ("Scripts" if os.name == "nt" else "bin") / "python", sysconfig.get_path("purelib")
    ready = PLACE / "ready"
    if not ready.exists() or ready.read_text() != ours:
        say(f"Creating an environment for pythae in {PLACE.relative_to(PROJECT)}, once; pip shows its progress:")
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(PLACE)], check=True, stdout=sys.stderr)
        where = subprocess.check_output(
            [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], text=True
        )
        (Path(where.strip()) / "ours.pth").write_text(ours)
        subprocess.run([python, "-m", "pip", "install", "pythae"], check=True, stdout=sys.stderr)
        ready.write_text(ours)
        say("pythae's environment is ready.")
    return python


def pythae(images: Path, nets: dict, batch: int, optimiser: str, args, variables=None, threads=0) -> dict:
    """One measurement of pythae: samples per second, and its version. images: a file of uint8 N×C×H×W; nets: from `layers.nets`;
    args: seconds, clock, device, and threads unless `threads` is given."""
    script = PROJECT / "benchmarks" / "speed" / "peers" / "pythae_aae.py"
    command = [peer_python(), script, images, json.dumps(nets), batch, threads or args.threads, args.seconds]
    version, pace = run([*command, optimiser, args.clock, args.device], variables or {}).split()[-2:]
    return {"samples_per_second": float(pace), "version": version}


def kept_images(name: str, make) -> Path:
    """A file with the images of make(), uint8 N×H×W×C, as N×C×H×W, which the pythae script reads without our package."""
    import numpy as np

    file = PLACE.parent / f"{name}.npy"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        np.save(file, make().transpose(0, 3, 1, 2))
    return file
