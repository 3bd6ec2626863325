import dataclasses
import errno
import io
import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from helpers.environment import mark_for_ci

from aae_core.config.configuration import configure
from aae_core.config.schema import to_dict
from aae_core.config.settings import PriorConfig
from aae_core.runs import estimate

TINY = configure(**{"network.hidden": "8", "network.discriminator": "8", "batch_size": 20, "threads": 1})
SUMMARY = SimpleNamespace(shape=(1, 8, 8), classes=("a", "b"), train=1000)


def run_estimate(monkeypatch, capsys, config, **facts):
    """What the measuring process answers, without beginning one."""
    request = {"config": to_dict(config), "memory": None, "shape": [1, 8, 8], "classes": 2, "images": 1000, **facts}
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(request)))
    estimate.main()
    return json.loads(capsys.readouterr().out)


def wait(probe):
    deadline = time.monotonic() + 60
    while probe.result() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    return probe.result()


def test_total_steps_are_those_of_the_training():
    training = pytest.importorskip("aae_core.training.training")
    data = estimate.make_random_dataset(TINY, (1, 8, 8), 2, 30)
    assert training.Training(TINY, data).total_steps == estimate.total_steps(TINY, len(data.train.images))


def test_seconds_end_at_the_limit_of_minutes():
    config = dataclasses.replace(TINY, batch_size=100, epochs=10)
    limited_config = dataclasses.replace(config, minutes=0.5)
    assert estimate.remaining_seconds(config, 100, 0.5) == 50
    assert (
        estimate.remaining_seconds(limited_config, 100, 0.5) == 30
        and estimate.remaining_seconds(limited_config, 100, 0.5, spent_seconds=25) == 5
    )
    assert estimate.remaining_seconds(limited_config, 100, 0.5, spent_seconds=31) == 0


def test_an_estimate_and_the_steps_it_is_made_of_agree():
    config = dataclasses.replace(TINY, batch_size=100, epochs=18)
    assert estimate.duration_text(config, 1000, 2.48) == "About 7 min: 180 steps of 2.5 s"
    limited_text = estimate.duration_text(dataclasses.replace(config, minutes=2.0), 1000, 2.48)
    assert limited_text == "About 2 min, the limit that was set: 48 of 180 steps of 2.5 s"


@mark_for_ci
def test_no_labels_at_all_are_another_pace_than_some():
    """A reduction without labels has no classification; how many labels there are does not matter otherwise."""
    result, full_config, sparse_config = (
        dataclasses.replace(TINY, variant="reduction", labels=n) for n in (0, None, 10)
    )
    assert (
        estimate.step_time_cache_key(result, SUMMARY)
        != estimate.step_time_cache_key(full_config, SUMMARY)
        == estimate.step_time_cache_key(sparse_config, SUMMARY)
    )
    for config in (result, sparse_config):
        assert 0 < estimate.measure_step(config, (1, 8, 8), 2, 100)[0] < 5
    assert 0 < estimate.measure_step(result, (1, 8, 8), 0, 100)[0] < 5, "data without classes"


@mark_for_ci
@pytest.mark.parametrize("variant", ["supervised", "semi-supervised", "label-informed"])
def test_a_mini_batch_of_fewer_images_than_classes_can_be_measured(variant):
    config = configure(
        **{
            "variant": variant,
            "prior.name": "mixture",
            "batch_size": 2,
            "network.hidden": "8",
            "network.discriminator": "8",
        }
    )
    assert 0 < estimate.measure_step(config, (1, 8, 8), 10, 1000)[0] < 5


def test_a_training_with_patience_is_measured_with_an_example_of_each_class():
    config = configure(data="digits", variant="semi-supervised", batch_size=10, patience=3)
    assert estimate.measure_step(config, (1, 8, 8), 20, 1000)[0] > 0
    config_without_patience = configure(data="digits", variant="semi-supervised", batch_size=10)
    assert estimate.step_time_cache_key(config, SUMMARY) == estimate.step_time_cache_key(
        config_without_patience, SUMMARY
    )


def test_the_key_knows_what_the_pace_depends_on():
    renamed_config = dataclasses.replace(TINY, epochs=900, seed=4, name="x", data="glyphs")
    assert estimate.step_time_cache_key(TINY, SUMMARY) == estimate.step_time_cache_key(renamed_config, SUMMARY)
    for slower_config in (dataclasses.replace(TINY, batch_size=21), dataclasses.replace(TINY, variant="ae")):
        assert estimate.step_time_cache_key(TINY, SUMMARY) != estimate.step_time_cache_key(slower_config, SUMMARY)
    ring, letter = (
        dataclasses.replace(TINY, prior=PriorConfig("painted", painting=shape)) for shape in ("ring", "letter")
    )
    assert estimate.step_time_cache_key(ring, SUMMARY) == estimate.step_time_cache_key(letter, SUMMARY), (
        "a stroke of the brush asks for no measurement"
    )


def test_the_pace_is_the_mean_after_the_first_report(monkeypatch):
    loop = pytest.importorskip("aae_core.training.loop")
    rates = iter([1.0, 200.0, 100.0])  # samples a second: the first steps pay for what is allocated once
    monkeypatch.setattr(loop, "fit", lambda t: (SimpleNamespace(samples_per_second=rate) for rate in rates))
    assert estimate.measure_step(TINY, (1, 8, 8), 2, 100)[0] == pytest.approx((20 / 200 + 20 / 100) / 2)


@mark_for_ci
def test_a_process_of_its_own_answers():
    answer = wait(estimate.Measurement(dataclasses.replace(TINY, threads=0), SUMMARY))
    assert 0 < answer["seconds_per_step"] < 5, json.dumps(answer)
    assert (answer["precision"], answer["threads"]) == ("fp32", 1) and "work of a step" in answer["why"]
    assert set(answer["sizes"]) == {"encoder", "decoder", "discriminator"}


def test_who_asks_for_shared_passes_and_cannot_have_them_is_told_why(monkeypatch, capsys):
    unshared_config = dataclasses.replace(TINY, variant="ae", passes="shared")
    assert "can share a pass" in run_estimate(monkeypatch, capsys, unshared_config)["why"]


def test_a_process_that_cannot_be_started_is_a_sentence(monkeypatch):
    def refuse_start(*_, **__):
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", refuse_start)
    measurement = estimate.Measurement(TINY, SUMMARY)
    measurement.cancel()
    assert "could not be started: this machine has too many processes" in measurement.result()["error"]


@pytest.mark.parametrize("size", [1, 10**6])  # one that only closing sends, and one beyond what a pipe holds
def test_a_process_that_dies_at_once_is_a_sentence(monkeypatch, size):
    measurements = []

    class DeadProcess(subprocess.Popen):
        def __init__(self, command, **options):
            super().__init__([sys.executable, "-c", ""], **options)
            measurements.append(self)
            self.wait()

    monkeypatch.setattr(subprocess, "Popen", DeadProcess)
    summary = SimpleNamespace(shape=[1] * size, classes=(), train=100)
    assert "could not be measured" in wait(estimate.Measurement(TINY, summary))["error"]
    assert measurements[0].stdin.closed


def test_a_refusal_comes_back_as_its_sentence(monkeypatch, capsys):
    supervised_config = configure(variant="supervised", **{"network.hidden": "8"})
    assert "needs labels" in run_estimate(monkeypatch, capsys, supervised_config, classes=0)["error"]


def test_many_threads_that_ask_for_one_measurement_share_it():
    class SlowMeasurement:
        def __init__(self):
            time.sleep(0.05)
            measurements.append(self)
            self.result_calls = 0

        def result(self):
            self.result_calls += 1
            time.sleep(0.01)
            return {"seconds_per_step": 1.0} if self.result_calls > 3 else None

        def cancel(self):
            measurements.remove(self)

    measurements, cache = [], estimate.MeasurementCache()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: cache.result_or_start("a", SlowMeasurement), range(16)))
    assert len(measurements) == 1 and answers.count(None) == 3
    assert cache.has_result("a") and not cache.is_pending("a")
    assert cache.result_or_start("b", SlowMeasurement) is None and cache.is_pending("b")
    assert (
        cache.result_or_start("c", SlowMeasurement, "b") is None
        and len(measurements) == 2
        and not cache.is_pending("b")
    )
    assert cache.result_or_start("a", SlowMeasurement, "c") == {"seconds_per_step": 1.0} and len(measurements) == 1


def test_measurements_are_limited_and_abandoned_ones_give_way():
    class Step:
        def __init__(self):
            self.answer = None
            measurements.append(self)

        def result(self):
            return self.answer

    measurements, output = [], estimate.MeasurementCache()
    keys = [str(k) for k in range(estimate.MAX_MEASUREMENTS + 1)]
    assert [output.result_or_start(key, Step) for key in keys] == [None] * len(keys)
    assert len(measurements) == estimate.MAX_MEASUREMENTS and output.is_pending(keys[-1])
    assert output.is_measuring(keys[0]) and not output.is_measuring(keys[-1]), "it waits, and has not begun"
    measurements[0].answer = {"seconds_per_step": 1.0}  # for which its page no longer asks
    assert not output.is_pending(keys[-1])
    assert output.result_or_start(keys[-1], Step) is None and len(measurements) == estimate.MAX_MEASUREMENTS + 1
    assert output.has_result(keys[0]) and output.is_pending(keys[-1])


def test_an_error_is_shown_for_a_while_and_then_measured_anew(monkeypatch):
    """It may have come from other work of this machine, and its text says to try again."""
    now, cache = [1000.0], estimate.MeasurementCache()
    results = iter([{"error": "Two steps took longer"}, {"seconds_per_step": 1.0}])
    monkeypatch.setattr(estimate, "time", SimpleNamespace(monotonic=lambda: now[0]))

    def start():
        result = next(results)
        return SimpleNamespace(result=lambda: result)

    for seconds in (0.0, estimate.ERROR_LIFE_SECONDS - 1):
        now[0] = 1000.0 + seconds
        assert "error" in cache.result_or_start("a", start) and cache.has_result("a")
    now[0] += 2
    assert not cache.is_pending("a"), "else a page that saw no error yet would wait for it for ever"
    assert not cache.has_result("a")
    for seconds in (0.0, 10 * estimate.ERROR_LIFE_SECONDS):
        now[0] += seconds
        assert cache.result_or_start("a", start) == {"seconds_per_step": 1.0}


@mark_for_ci
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds the memory of a process so")
def test_what_takes_more_memory_than_a_visitor_may_have_is_a_sentence():
    images = SimpleNamespace(shape=(1, 8, 8), classes=(), train=65_536)
    large = dataclasses.replace(TINY, variant="sliced-wasserstein", projections=10_000, batch_size=65_536)
    answer = wait(estimate.Measurement(large, images, 2.0))
    assert "more than the 2 GB of memory" in answer["error"]
