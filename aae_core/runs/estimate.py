"""Estimates how long a training will take, from a few measured steps of the same networks.

The steps run on random images of the data's shape, in a separate process, so that the caller (the page Train) neither
waits nor shares its interpreter with them, and nothing has to be downloaded first:

    python -m aae_core.runs.estimate < request.json
        prints {"seconds_per_step": …, "precision": …, "threads": …, "why": …, "sizes": …} or {"error": …}
"""

import dataclasses
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import numpy as np

from aae_core import files, progress
from aae_core.config.choices import COSTS
from aae_core.config.combinations import FEATURE_KINDS_OF_COST
from aae_core.config.configuration import Config, from_dict
from aae_core.config.derived import total_steps
from aae_core.config.schema import to_dict
from aae_core.config.settings import TargetConfig
from aae_core.data import features
from aae_core.data.sets import DataSet, Split
from aae_core.errors import AAEError, is_out_of_memory
from aae_core.runs import limits
from aae_core.runs.launchers import start_module
from aae_core.training import machine
from aae_core.wording import translate

ENOUGH_SECONDS = 0.7  # seconds of steps: with more, the mean changes by less than trainings differ from one another
MAX_MEASUREMENTS = 3  # measurements at once, for all pages together
TIMEOUT_SECONDS = 90.0  # seconds after which a measurement is given up
ERROR_LIFE_SECONDS = 60.0  # seconds for which an error stands, before the same is measured anew


def remaining_seconds(config: Config, steps: int, seconds_per_step: float, spent_seconds: float = 0.0) -> float:
    """The seconds that `steps` more steps will take, at most those that the configuration's minutes leave after those
    `spent_seconds`."""
    training_seconds = steps * seconds_per_step
    if not config.minutes:
        return training_seconds
    return max(0.0, min(training_seconds, 60 * config.minutes - spent_seconds))


def duration_text(config: Config, n_images: int, seconds_per_step: float) -> str:
    """How long a training on `n_images` images will take, such as "About 7 min: 180 steps of 2.5 s"."""
    steps = total_steps(config, n_images)
    total_seconds = remaining_seconds(config, steps, seconds_per_step)
    span, per_step = progress.format_remaining_time(total_seconds), progress.format_step_time(seconds_per_step)
    if total_seconds < steps * seconds_per_step:
        sentence = translate(
            "{span}, the limit that was set: {possible} of {steps} steps of {per_step}",
            span=span,
            possible=f"{total_seconds / seconds_per_step:,.0f}",
            steps=f"{steps:,}",
            per_step=per_step,
        )
    else:
        sentence = translate("{span}: {steps} steps of {per_step}", span=span, steps=f"{steps:,}", per_step=per_step)
    return sentence[0].upper() + sentence[1:]


def step_time_cache_key(config: Config, summary) -> str:
    """Everything on which the time of a step depends, as text: configurations with the same key share a measurement."""
    pace_settings = to_dict(dataclasses.replace(_config_for_step_time(config), data="", epochs=1, steps=None))
    pace_settings["prior"] |= {"painting": ""}  # whatever was painted, samples of it take as long
    return json.dumps([pace_settings, list(summary.shape), len(summary.classes), min(summary.train, config.batch_size)])


def _config_for_step_time(config):
    """The configuration without settings that do not affect the time of a step; of the number of labels, it matters
    only whether it is 0. Without what changes at an epoch, because so few images are soon many epochs, and on a GPU
    each change is a new capture."""
    optimiser = dataclasses.replace(config.optimiser, schedule=())
    labels, clean = (0 if value == 0 else None for value in (config.labels, config.clean_from))
    neutral_settings = {
        "optimiser": optimiser,
        "labels": labels,
        "clean_from": clean,
        "even_until": None,
    }
    long_training = {"epochs": 1, "steps": 1_000_000, "minutes": None, "target": TargetConfig(), "patience": None}
    return dataclasses.replace(config, **long_training, **neutral_settings, seed=0, name="")


def measure_step(
    config: Config, shape: tuple[int, int, int], classes: int, images: int
) -> tuple[float, machine.ComputeChoice, dict]:
    """The measured seconds per step on random images C×H×W of `classes` classes, at most `images` of them; how the
    steps were computed; and the `NetworkSize` of each network by its name. Raises ConfigError or TrainingError where the training
    itself would."""
    from aae_core.training.loop import fit
    from aae_core.training.training import Training

    training = Training(_config_for_step_time(config), make_random_dataset(config, shape, classes, images))
    start, step_seconds = time.perf_counter(), []
    for report in fit(training):
        step_seconds.append(training.batch_size / report.samples_per_second)
        if len(step_seconds) > 1 and time.perf_counter() - start > ENOUGH_SECONDS:
            break
    settled_seconds = step_seconds[1:] or step_seconds  # the first steps pay for what is allocated once
    return sum(settled_seconds) / len(settled_seconds), training.choice, training.sizes


def make_random_dataset(config: Config, shape: tuple[int, int, int], classes: int, images: int):
    """A data set of random images C×H×W, or rows 1×1×F, of `classes` classes: two mini-batches, but at most `images`
    items (and at least one of each class)."""
    channels, height, width = shape
    n = max(2, classes, min(images, 2 * config.batch_size))  # at least one example of each class
    pixels = np.random.default_rng(0).integers(0, 256, (n, height, width, channels), dtype=np.uint8)
    table_features = None
    if (channels, height) == (1, 1):
        kind = FEATURE_KINDS_OF_COST.get(COSTS[config.cost].like, ("real",))[-1]
        block = "block" if kind == "category" else ""
        pixels = (pixels % 2).astype(np.float32)
        table_features = features.fit_features(
            pixels[:, 0, :, 0], [str(i) for i in range(width)], [kind] * width, [block] * width
        )
    labels = np.arange(n, dtype=np.int64) % classes if classes else np.full(n, -1)
    split = Split(pixels, labels, None)
    return DataSet(config.data, config.data, split, split, tuple(str(k) for k in range(classes)), (), table_features)


class Measurement:
    """A measurement in a separate process; call `result()` from time to time.

    summary: gives the data's `shape`, `classes` and number of `train` images; no pixel is read. memory: the gigabytes
    that the process may use, None for no limit.
    """

    def __init__(self, config: Config, summary, memory: float | None = None):
        facts = {"shape": list(summary.shape), "classes": len(summary.classes), "images": summary.train}
        request = json.dumps({"config": to_dict(config), "memory": memory, **facts}).encode()
        pipe, self._process, self._result = subprocess.PIPE, None, None
        try:
            self._process = start_module("aae_core.runs.estimate", stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
        except OSError as error:
            self._result = {"error": files.os_error_message(error, "The process that measures a step", "started")}
            return
        threading.Thread(target=self._wait_for_result, args=(request,), daemon=True).start()

    def _wait_for_result(self, request):
        try:
            self._result = json.loads(self._process.communicate(request, TIMEOUT_SECONDS)[0])
        except (ValueError, OSError):
            message = "The time of a step could not be measured: the measuring process ended without an answer."
            self._result = {"error": message}
        except subprocess.TimeoutExpired:
            self.cancel()
            self._process.communicate()  # closes its pipes
            message = (
                f"Two steps took longer than {TIMEOUT_SECONDS:.0f} s; choose smaller networks, or wait until this machine "
                f"has less other work."
            )
            self._result = {"error": message}

    def result(self) -> dict | None:
        """The time of a step, "precision" and "threads" as in `ComputeChoice`, "why": sentences, and "sizes": {network: the
        fields of its `NetworkSize`}; or {"error": sentence}. None until the measurement has ended. It never waits."""
        return self._result

    def cancel(self) -> None:
        """End the measurement if it is still running."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()


class MeasurementCache:
    """The results of measurements by key, shared by all threads: one measurement for each key, and at most
    MAX_MEASUREMENTS at once. An error is forgotten ERROR_LIFE_SECONDS after it was first returned."""

    def __init__(self):
        self._lock, self._measurements = threading.Lock(), {}
        self._error_expiry_times: dict[str, float] = {}  # by the monotonic clock, of each error that was returned

    def has_result(self, key: str) -> bool:
        """Whether the result for a key is known."""
        with self._lock:
            self._forget_expired_error(key)
            return self._is_measured(key)

    def _is_measured(self, key) -> bool:
        return key in self._measurements and self._measurements[key].result() is not None

    def _forget_expired_error(self, key):
        if key in self._error_expiry_times and time.monotonic() >= self._error_expiry_times[key]:
            del self._measurements[key], self._error_expiry_times[key]

    def result_or_start(self, key: str, start: Callable[[], Measurement], former_key: str | None = None) -> dict | None:
        """The `Measurement.result` for a key, or None for now. `start` starts its measurement if there is none and
        fewer than MAX_MEASUREMENTS are running; otherwise, ask again later. former_key: a key that the caller no longer
        needs, whose measurement is cancelled; it starts again if another caller asks for it."""
        with self._lock:
            if former_key != key and former_key in self._measurements and not self._is_measured(former_key):
                self._measurements.pop(former_key).cancel()
            self._forget_expired_error(key)
            if key not in self._measurements and not self._has_max_pending():
                self._measurements[key] = start()
            result = self._measurements[key].result() if key in self._measurements else None
            if result is not None and "error" in result:
                self._error_expiry_times.setdefault(key, time.monotonic() + ERROR_LIFE_SECONDS)
            return result

    def _has_max_pending(self) -> bool:
        return sum(measurement.result() is None for measurement in self._measurements.values()) >= MAX_MEASUREMENTS

    def is_measuring(self, key: str) -> bool:
        """Whether the measurement for a key has begun and not ended."""
        with self._lock:
            return key in self._measurements and not self._is_measured(key)

    def is_pending(self, key: str | None) -> bool:
        """Whether the result for a key is still to come: it is being measured, or waits because MAX_MEASUREMENTS others
        are."""
        with self._lock:
            return not self._is_measured(key) if key in self._measurements else self._has_max_pending()


def main() -> None:
    """Read a request from standard input, measure, and print the result as one JSON object."""
    request = json.load(sys.stdin)
    memory = request.pop("memory")
    try:
        config = from_dict(request.pop("config"))
        if memory:
            limits.limit_process_memory(memory)
        pace, choice, size_by_network = measure_step(config, **request)
    except AAEError as error:
        print(json.dumps({"error": str(error)}))
    except (MemoryError, RuntimeError) as error:
        if not is_out_of_memory(error):
            raise
        limit = f"{memory:g} GB of memory that a training may have" if memory else "memory there is"
        print(json.dumps({"error": f"This takes more than the {limit} here; choose smaller networks or mini-batches."}))
    else:
        reason = choice.why
        if config.passes == "shared":
            reason = f"{reason} {machine.strict_passes_reason(config)}".strip()
        sizes = {name: dataclasses.astuple(size) for name, size in size_by_network.items()}
        choice_fields = {"precision": choice.precision, "threads": choice.threads, "why": reason.strip()}
        print(json.dumps({"seconds_per_step": pace, **choice_fields, "sizes": sizes}))


if __name__ == "__main__":
    main()
