"""Estimates how long a training will take, from a few measured steps of the same networks.

The steps run on random images of the data's shape, in a separate process, so that the caller (the page Train) neither waits nor
shares its interpreter with them, and nothing has to be downloaded first:

    python -m aae_core.jobs.estimate < request.json
        prints {"seconds_per_step": …, "how": …, "why": …, "size": …} or {"error": …}
"""

import dataclasses
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import numpy as np

from aae_core import progress
from aae_core.config.choices import COSTS
from aae_core.config.combinations import NEEDED
from aae_core.config.configuration import Config, TargetConfig, from_dict
from aae_core.config.derived import total_steps
from aae_core.config.schema import to_dict
from aae_core.data import features
from aae_core.data.sets import DataSet, Split
from aae_core.errors import AAEError, lacks_memory
from aae_core.scheduling import limits
from aae_core.scheduling.launchers import process
from aae_core.training import machine

ENOUGH = 0.7  # seconds of steps: with more, the mean changes by less than trainings differ from one another
MOST = 3  # measurements at once, for all pages together
TOO_LONG = 90.0  # seconds after which a measurement is given up


def seconds(config: Config, steps: int, seconds_per_step: float, spent: float = 0.0) -> float:
    """The seconds that `steps` more steps will take, at most those that the configuration's minutes leave after those `spent`."""
    left = steps * seconds_per_step
    if not config.minutes:
        return left
    return max(0.0, min(left, 60 * config.minutes - spent))


def in_words(config: Config, images: int, seconds_per_step: float) -> str:
    """How long a training on `images` images will take, such as "About 7 min: 180 steps of 2.5 s"."""
    steps = total_steps(config, images)
    whole = seconds(config, steps, seconds_per_step)
    span, per_step = progress.about(whole), progress.short(seconds_per_step)
    if whole < steps * seconds_per_step:
        return f"{span.capitalize()}, the limit that was set: {whole / seconds_per_step:,.0f} of {steps:,} steps of {per_step}"
    return f"{span.capitalize()}: {steps:,} steps of {per_step}"


def key(config: Config, summary) -> str:
    """Everything on which the time of a step depends, as text: configurations with the same key share a measurement."""
    pace = to_dict(dataclasses.replace(_probed(config), data="", epochs=1, steps=None))
    pace["prior"] |= {"painting": ""}  # whatever was painted, samples of it take as long
    return json.dumps([pace, list(summary.shape), len(summary.classes), min(summary.train, config.batch_size)])


def _probed(config):
    """The configuration without settings that do not affect the time of a step; of the number of labels, it matters only whether
    it is 0. Without what changes at an epoch, because so few images are soon many epochs, and on a GPU each change is a new
    capture. What several processes compute together is not captured, so one process measures it without a capture, too."""
    optimiser = dataclasses.replace(config.optimiser, schedule=())
    labels, clean = (0 if value == 0 else None for value in (config.labels, config.clean_from))
    capture = config.capture if config.processes == 1 else "off"
    changed = {"optimiser": optimiser, "labels": labels, "clean_from": clean, "even_until": None, "capture": capture}
    length = {"epochs": 1, "steps": 1_000_000, "minutes": None, "target": TargetConfig()}
    return dataclasses.replace(config, **length, **changed, seed=0, name="")


def measured_step(
    config: Config, shape: tuple[int, int, int], classes: int, images: int
) -> tuple[float, machine.Choice, str]:
    """The measured seconds per step on random images C×H×W of `classes` classes, at most `images` of them; how the steps were
    computed; and the size of the networks in words. Raises ConfigError or TrainingError where the training itself would."""
    from aae_core.models import sizes
    from aae_core.training.training import Training, fit

    training = Training(_probed(config), made_up(config, shape, classes, images))
    start, pace = time.perf_counter(), []
    for report in fit(training):
        pace.append(training.batch_size / report.samples_per_second)
        if len(pace) > 1 and time.perf_counter() - start > ENOUGH:
            break
    item = "row" if tuple(shape[:2]) == (1, 1) else "image"  # a request brings a list
    settled = pace[1:] or pace  # the first steps pay for what is allocated once
    return sum(settled) / len(settled), training.choice, sizes.in_words(training.sizes, item)


def made_up(config: Config, shape: tuple[int, int, int], classes: int, images: int):
    """A data set of random images C×H×W, or rows 1×1×F, of `classes` classes: two mini-batches, but at most `images` items (and
    at least one of each class)."""
    channels, height, width = shape
    n = max(2, classes, min(images, 2 * config.batch_size))  # at least one example of each class
    pixels = np.random.default_rng(0).integers(0, 256, (n, height, width, channels), dtype=np.uint8)
    table_features = None
    if (channels, height) == (1, 1):
        kind = NEEDED.get(COSTS[config.cost].like, ("real",))[-1]
        block = "block" if kind == "category" else ""
        pixels = (pixels % 2).astype(np.float32)
        table_features = features.of_rows(
            pixels[:, 0, :, 0], [str(i) for i in range(width)], [kind] * width, [block] * width
        )
    labels = np.arange(n, dtype=np.int64) % classes if classes else np.full(n, -1)
    split = Split(pixels, labels, None)
    return DataSet(config.data, config.data, split, split, tuple(str(k) for k in range(classes)), (), table_features)


class Measurement:
    """A measurement in a separate process; call `result()` from time to time.

    summary: gives the data's `shape`, `classes` and number of `train` images; no pixel is read. memory: the gigabytes that the
    process may use, None for no limit.
    """

    def __init__(self, config: Config, summary, memory: float | None = None):
        facts = {"shape": list(summary.shape), "classes": len(summary.classes), "images": summary.train}
        request = json.dumps({"config": to_dict(config), "memory": memory, **facts}).encode()
        pipe, self._answer = subprocess.PIPE, None
        self._process = process("aae_core.jobs.estimate", stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
        threading.Thread(target=self._wait, args=(request,), daemon=True).start()

    def _wait(self, request):
        try:
            self._answer = json.loads(self._process.communicate(request, TOO_LONG)[0])
        except (ValueError, OSError):
            message = "The time of a step could not be measured: the measuring process ended without an answer."
            self._answer = {"error": message}
        except subprocess.TimeoutExpired:
            self.cancel()
            self._process.communicate()  # closes its pipes
            message = f"Two steps take longer than {TOO_LONG:.0f} s on this machine; choose smaller networks."
            self._answer = {"error": message}

    def result(self) -> dict | None:
        """{"seconds_per_step": s, "how": words, "why": sentences, "size": words} or {"error": sentence}; None until the
        measurement has ended. It never waits."""
        return self._answer

    def cancel(self) -> None:
        """End the measurement if it is still running."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()


class Measurements:
    """The results of measurements by key, shared by all threads: one measurement for each key, and at most MOST at once."""

    def __init__(self):
        self._lock, self._begun = threading.Lock(), {}

    def has(self, key: str) -> bool:
        """Whether the result for a key is known."""
        return key in self._begun and self._begun[key].result() is not None

    def ask(self, key: str, begin: Callable[[], Measurement], former: str | None = None) -> dict | None:
        """The `Measurement.result` for a key, or None for now. `begin` starts its measurement if there is none and fewer than
        MOST are running; otherwise, ask again later. former: a key that the caller no longer needs, whose measurement is
        cancelled; it starts again if another caller asks for it."""
        with self._lock:
            if former != key and former in self._begun and not self.has(former):
                self._begun.pop(former).cancel()
            if key not in self._begun and not self._are_most():
                self._begun[key] = begin()
            return self._begun[key].result() if key in self._begun else None

    def _are_most(self):
        return sum(begun.result() is None for begun in self._begun.values()) >= MOST

    def is_awaited(self, key: str | None) -> bool:
        """Whether the result for a key is still to come: it is being measured, or waits because MOST others are."""
        with self._lock:
            return not self.has(key) if key in self._begun else self._are_most()


def main() -> None:
    """Read a request from standard input, measure, and print the result as one JSON object."""
    request = json.load(sys.stdin)
    memory = request.pop("memory")
    try:
        config = from_dict(request.pop("config"))
        if memory:
            limits.hold_memory(memory)
        pace, choice, size = measured_step(config, **request)
    except AAEError as error:
        print(json.dumps({"error": str(error)}))
    except (MemoryError, RuntimeError) as error:
        if not lacks_memory(error):
            raise
        limit = f"{memory:g} GB of memory that a training may have" if memory else "memory there is"
        print(json.dumps({"error": f"This takes more than the {limit} here; choose smaller networks or mini-batches."}))
    else:
        why = choice.why
        if config.passes == "shared":
            why = f"{why} {machine.why_strict(config)}".strip()
        print(json.dumps({"seconds_per_step": pace, "how": choice.words, "why": why.strip(), "size": size}))


if __name__ == "__main__":
    main()
