"""How long a training will take, from a few measured steps of the very networks it would train.

The steps run on made-up images of the data's shape, in a process of their own, so that whoever asks (the Train page)
neither waits nor shares its interpreter with them, and nothing has to be downloaded first:

    python -m aae_core.estimate < request.json        prints {"seconds_per_step": …, "how": …, "why": …} or {"error": …}
"""

import dataclasses
import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from aae_core import machine
from aae_core.config import Config, TargetConfig, from_dict, to_dict, total_steps
from aae_core.errors import AAEError

ENOUGH = 0.7  # seconds of steps: beyond, the mean moves by less than trainings differ from each other
PROBE = 0.2  # seconds of steps for each way of computing them
PROBED = 256  # images in a step of that kind at most: beyond, which way is the quickest no longer changes
TOO_LONG = 90.0  # seconds after which a measurement is given up
LENGTH = {"epochs": 1, "steps": 1_000_000, "minutes": None, "target": TargetConfig(), "seed": 0, "name": ""}


def seconds(config: Config, images: int, seconds_per_step: float) -> float:
    """Seconds that the whole training will take at the measured pace, at most the configuration's own minutes."""
    whole = total_steps(config, images) * seconds_per_step
    return min(whole, 60 * config.minutes) if config.minutes else whole


def key(config: Config, summary) -> str:
    """What the time of a step depends on, as text: two configurations of one key need one measurement."""
    return _key(config, summary.shape, len(summary.classes), summary.train)


def _key(config, shape, classes, images):
    pace = to_dict(dataclasses.replace(_probed(config), data="", epochs=1, steps=None))
    pace["prior"] |= {"painting": ""}  # whatever was painted, samples of it take as long
    return json.dumps([pace, list(shape), classes, min(images, config.batch_size)])


def choose(
    config: Config, shape: tuple[int, int, int], classes: int, images: int, folder: Path, device: str | None = None
) -> machine.Choice:
    """How a training of `config` is computed fastest on `device` (None: the configuration's), as `machine.choose` has it.

    It takes steps on random images as `measured_step` does, of at most PROBED of them, in less than two seconds; the
    answer is kept in `folder`. Raises ConfigError where the training itself would.
    """
    from aae_core.training import choose_device

    batch = min(config.batch_size, PROBED)
    probed = dataclasses.replace(_probed(config), batch_size=batch)
    dataset = _made_up(probed, shape, classes, images)

    def measure(way):
        return _quickest(probed, dataset, way)

    kind = choose_device(device or config.device).type
    work = batch * _parameters(config, shape, classes)
    return machine.choose(config, kind, measure, folder, _key(probed, shape, classes, images), work)


def _probed(config):
    """The configuration with what the time of a step does not depend on taken away; no labels at all are another step."""
    return dataclasses.replace(config, **LENGTH, labels=0 if config.labels == 0 else None)


def _parameters(config, shape, classes):
    """How many there are, without drawing one."""
    import torch

    from aae_core.model import Model

    with torch.device("meta"):
        return sum(parameter.numel() for parameter in Model(config, shape, classes).parameters())


def _quickest(config, dataset, way):
    """Seconds of the quickest of a few steps computed in that way; of the first, which allocates, only if it is a long one."""
    import torch

    from aae_core.training import Training, step

    training = Training(config, dataset, "cpu", dataclasses.replace(way, compile=False))  # which alone takes a minute
    before = torch.get_num_threads()
    torch.set_num_threads(way.threads)
    try:
        times, start = [], time.perf_counter()
        while len(times) < 20 and time.perf_counter() - start < PROBE:
            begun = time.perf_counter()
            step(training, training.batch())
            times.append(time.perf_counter() - begun)
    finally:
        torch.set_num_threads(before)
    return min(times[1:] or times)


def measured_step(
    config: Config, shape: tuple[int, int, int], classes: int, images: int, choice: machine.Choice | None = None
) -> tuple[float, machine.Choice]:
    """Measured seconds a step on random images C×H×W of `classes` classes, a training set of at most `images` of them.

    choice: how the steps are to be computed, as Training takes it; returned is how they were, which differs where compiling
    failed. Raises ConfigError or TrainingError where the training itself would.
    """
    from aae_core.training import Training, fit

    made_up = _made_up(config, shape, classes, images)
    training = Training(_probed(config), made_up, choice=choice)
    start, pace = time.perf_counter(), []
    for report in fit(training):
        pace.append(training.batch_size / report.samples_per_second)
        if time.perf_counter() - start > ENOUGH:
            break
    settled = pace[1:] or pace  # the first steps pay for what is allocated and compiled once
    return sum(settled) / len(settled), training.choice


def _made_up(config, shape, classes, images):
    import numpy as np

    from aae_core.data import DataSet, Split

    channels, height, width = shape
    n = max(2, classes, min(images, 2 * config.batch_size))  # no class without an example
    pixels = np.random.default_rng(0).integers(0, 256, (n, height, width, channels), dtype=np.uint8)
    labels = np.arange(n, dtype=np.int64) % classes if classes else np.full(n, -1)
    split = Split(pixels, labels, None)
    return DataSet(config.data, config.data, split, split, tuple(str(k) for k in range(classes)), ())


class Probe:
    """One measurement under way in a process of its own; ask `result()` from time to time.

    summary: the data's `shape`, `classes` and number of `train` images; no pixel of it is read. folder: where the
    machine's answers are kept.
    """

    def __init__(self, config: Config, summary, folder: Path):
        request = {
            "config": to_dict(config),
            "shape": list(summary.shape),
            "classes": len(summary.classes),
            "images": summary.train,
            "folder": str(folder.resolve()),
        }
        self._started, self._answer = time.monotonic(), None
        self._process = subprocess.Popen(
            [sys.executable, "-m", "aae_core.estimate"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=Path(__file__).parent.parent,
            env={**machine.ENVIRONMENT, **os.environ},
            start_new_session=True,
        )
        with suppress(BrokenPipeError), self._process.stdin as pipe:  # one that died at once is told by `result`
            pipe.write(json.dumps(request).encode())

    def result(self) -> dict | None:
        """{"seconds_per_step": s, "how": words, "why": sentences} or {"error": sentence}; None before it is there.

        It never waits.
        """
        if self._answer is None and self._process.poll() is not None:
            with self._process.stdout as pipe:
                self._answer = _parsed(pipe.read(10_000))
        elif self._answer is None and time.monotonic() - self._started > TOO_LONG:
            self.cancel()
            self._answer = {
                "error": f"Ten steps take longer than {TOO_LONG:.0f} s on this machine; choose smaller networks."
            }
        return self._answer

    def cancel(self) -> None:
        """End the measurement, if it is still under way."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()


def _parsed(text):
    try:
        return json.loads(text)
    except ValueError:
        return {"error": "The time of a step could not be measured: the measuring process ended without an answer."}


def main() -> None:
    """Read a request from stdin, measure, print the answer as one JSON object."""
    request = json.load(sys.stdin)
    try:
        config = from_dict(request["config"])
        facts = tuple(request["shape"]), request["classes"], request["images"]
        choice = choose(config, *facts, Path(request["folder"]))
        pace, choice = measured_step(config, *facts, choice)
    except (AAEError, MemoryError) as error:
        print(json.dumps({"error": str(error) or "There is not enough memory for these networks."}))
    else:
        why = f"{choice.why} {machine.why_strict(config) if config.passes == 'shared' else ''}".strip()
        print(json.dumps({"seconds_per_step": pace, "how": choice.words, "why": why}))


if __name__ == "__main__":
    main()
