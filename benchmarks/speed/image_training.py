"""How fast convolutional networks train on colour images of 64 × 64 pixels: `python -m benchmarks.speed.training --images`.

The arms alternate in each round, and the median of the rounds counts: "former", the networks before the preset "images" had its
own (kind "conv", channels 32 and 64, dense layers of 1000 units); "ours", that preset; pythae's adversarial autoencoder and a
plain PyTorch loop, both with exactly our layers and Adam; each with one thread and with one for each core. "ours, auto" is the
default of `train`: automatic precision and number of threads, which sleep while they wait.
"""

import json
import os
import statistics
import time
from dataclasses import dataclass

from aae_core.training import machine
from benchmarks import document, processes
from benchmarks.speed.measurements import (
    SPINNING_THREADS,
    describe_conditions,
    describe_verdict,
    median_of,
    train_until_report,
)

DATA_NAME, IMAGE_COUNT, BATCH_SIZE = "colour-glyphs", 2000, 100
NETWORKS = {
    "former": {
        "network.kind": "conv",
        "network.hidden": (1000, 1000),
        "network.channels": (32, 64),
        "network.discriminator": (1000, 1000),
        "latent_dim": 16,
    },
    "ours": {"preset": "images"},
}
AUTOMATIC, PYTHAE, PLAIN_LOOP = "ours, auto", "pythae, same layers", "plain loop, same layers"
AIMS = {"former fp32": 4.0, PYTHAE: 1.5, PLAIN_LOOP: 1.5}  # least ratio of ours to each
PROFILED_KINDS = ("former fp32", "former bf16", PLAIN_LOOP, "ours fp32", "ours bf16")


@dataclass(frozen=True)
class Arm:
    """One row. trainer: of NETWORKS, or PYTHAE or PLAIN_LOOP; precision of our trainings; threads, 0 for automatic ones."""

    trainer: str
    precision: str
    threads: int

    @property
    def kind(self) -> str:
        """What is measured, without the number of threads."""
        if self.trainer in NETWORKS:
            return AUTOMATIC if self.precision == "auto" else f"{self.trainer} {self.precision}"
        return self.trainer

    @property
    def name(self) -> str:
        threads = "1 thread" if self.threads == 1 else f"{self.threads} threads"
        return f"{self.kind}, {threads}" if self.threads else self.kind


def make_arms(threads: int) -> dict[str, Arm]:
    """The rows by name: with one thread and with `threads`; with 1, those that choose theirs are left out."""
    kinds = [
        ("former", "fp32"),
        ("former", "bf16"),
        (PYTHAE, "fp32"),
        (PLAIN_LOOP, "fp32"),
        ("ours", "fp32"),
        ("ours", "bf16"),
    ]
    rows = [Arm(*kind, count) for kind in kinds for count in sorted({1, threads})]
    rows += [Arm("ours", "auto", 0)] if threads > 1 else []
    return {row.name: row for row in rows}


def arm_config(arm: Arm, device: str = "cpu"):
    from aae_core.config.configuration import configure

    return configure(
        **NETWORKS.get(arm.trainer, NETWORKS["ours"]), data=DATA_NAME, batch_size=BATCH_SIZE, steps=10**9,
        precision=arm.precision, threads=arm.threads, device=device,
    )  # fmt: skip


def data_set_of(file):
    """A data set of the images in a file, uint8 N×C×H×W, without labels."""
    import numpy as np

    from aae_core.data.sets import DataSet, Split

    images = np.load(file).transpose(0, 2, 3, 1)
    split = Split(np.ascontiguousarray(images), np.full(len(images), -1))
    return DataSet(DATA_NAME, DATA_NAME, split, split, ())


def cached_images():
    from aae_core.data import sets

    return processes.cached_images(
        f"{DATA_NAME}-{IMAGE_COUNT}", lambda: sets.load(DATA_NAME).train.images[:IMAGE_COUNT]
    )


def networks_for_peers() -> dict:
    """Our networks as the peers build them."""
    from aae_core.models.model import Model
    from benchmarks.speed.peers import layers

    return layers.describe_networks(Model(arm_config(Arm("ours", "fp32", 1)), data_set_of(cached_images()).shape, 0))


def measure_arm(arm: Arm, args) -> dict:
    """One measurement within this process: samples a second; of our trainings also what the step could take at least, in ms,
    its multiplications and what was chosen; and a profile if asked for."""
    import torch

    from aae_core.training.loop import fit
    from aae_core.training.phases import training_step
    from aae_core.training.training import Training
    from benchmarks.speed import step_costs

    read_clock = getattr(time, args.clock)
    if arm.trainer == PLAIN_LOOP:
        from benchmarks.speed.peers.plain_loop import PlainLoop

        torch.set_num_threads(arm.threads)
        pixels = (
            torch.from_numpy(data_set_of(cached_images()).train.images).permute(0, 3, 1, 2).contiguous().float() / 255
        )
        loop = PlainLoop(pixels, BATCH_SIZE, "Adam", networks_for_peers())

        def run_step():
            loop.step()
            return BATCH_SIZE

        result = {
            "samples_per_second": step_costs.samples_per_second(
                lambda: sum(run_step() for _ in range(5)), read_clock, args.seconds
            )
        }
    else:
        t = Training(arm_config(arm), data_set_of(cached_images()))
        reports = fit(t)
        result = {
            "samples_per_second": step_costs.samples_per_second(
                lambda: train_until_report(t, reports), read_clock, args.seconds
            ),
            "chosen": t.choice.summary,
            "parameters": sum(size.parameters for size in t.sizes.values()),
            "multiplications": sum(size.multiplications for size in t.sizes.values()),
        }
        torch.set_num_threads(t.threads)
        if arm.precision != "auto":
            roofline = step_costs.step_roofline(t, read_clock)
            result |= {"flops": roofline["flops"], "rate": roofline["rate"]}
            result["least"] = {part: 1e3 * roofline[part] for part in step_costs.PARTS}

        def run_step():
            training_step(t, t.current_batch())

    if args.profile:
        result["profile"] = step_costs.profile_step(run_step, read_clock, steps=5)
    return result


def run_benchmark(args) -> int:
    """The benchmark, or one arm of it; args: those of benchmarks/speed/training.py."""
    arms = make_arms(args.threads)
    if args.arm:
        print(json.dumps(measure_arm(arms[args.arm], args)))
        return 0
    load = os.getloadavg()[0]
    measurements, progress = {name: [] for name in arms}, processes.Progress(args.rounds * len(arms))
    for round_number in range(args.rounds):
        for name, arm in arms.items():
            progress.begin_measurement(f"round {round_number + 1}, {name}")
            profile = round_number == 0 and arm.kind in PROFILED_KINDS and arm.threads == args.threads
            measurements[name].append(measure_in_process(arm, args, profile))
            processes.say(f"{measurements[name][-1]['samples_per_second']:,.0f} samples/s")
    text, is_reached = results_page(measurements, args, load)
    document.print_and_write("training_images", text, args.write)
    return int(not is_reached)


def measure_in_process(arm, args, profile):
    """One measurement in a process of its own."""
    if arm.trainer == PYTHAE:
        return processes.measure_pythae(
            cached_images(), networks_for_peers(), BATCH_SIZE, "Adam", args, threads=arm.threads
        )
    options = ["--images", "--arm", arm.name, "--threads", args.threads, "--seconds", args.seconds]
    if args.busy:
        options.append("--busy")
    if profile:
        options.append("--profile")
    return processes.run_and_parse("training", *options, **_arm_environment(arm))


def _arm_environment(arm):
    """The environment variables of an arm's process: the plain loop runs as a tutorial's program does, and of ours only
    `auto` lets waiting threads sleep."""
    if arm.trainer == PLAIN_LOOP:
        return {}
    if arm.kind == AUTOMATIC:
        return machine.ENVIRONMENT
    return machine.ENVIRONMENT | SPINNING_THREADS


def results_page(measurements: dict, args, load: float) -> tuple[str, bool]:
    """The Markdown page of all tables, and whether every aim is reached."""
    from benchmarks.speed import step_costs

    rows = make_arms(args.threads)
    version = next(runs for name, runs in measurements.items() if rows[name].trainer == PYTHAE)[0]["version"]
    lines = [
        "# How fast convolutional networks train",
        "",
        *describe_conditions(" --images", args, load),
        f"{IMAGE_COUNT:,} images of {DATA_NAME}, 64 × 64 in colour, mini-batches of {BATCH_SIZE}; arms alternate, "
        f"median of {args.rounds} rounds. {' '.join(describe_networks(measurements, rows))} "
        f"pythae {version} makes one simultaneous update a step, from one pass "
        "through the encoder; the plain loop and the former networks make the paper's three, from three passes and from two; "
        "ours make two, D's and all others', from one pass (`passes=shared`). The former networks use the paper's SGD with "
        "momentum, all others Adam. Our waiting threads spin for a moment "
        "(`GOMP_SPINCOUNT=30000`), as a "
        + (
            f'library\'s do, but those of "{AUTOMATIC}" sleep, as in `train`.' if AUTOMATIC in rows else "library's do."
        ),
        "",
        "## Samples per second",
        "",
        *speed_lines(measurements, rows),
        "",
        "## What a step could take at least (ms)",
        "",
        *roofline_lines(measurements),
        "",
    ]
    profiles = {name: runs[0]["profile"] for name, runs in measurements.items() if "profile" in runs[0]}
    lines += step_costs.profile_table("Where a step's time goes in the first round", profiles)
    verdicts = [
        verdict for arm in judged_arms(rows, args.threads) for verdict in verdict_lines(measurements, rows, arm)
    ]
    return "\n".join([*lines, "## Aims", "", *(words for words, _ in verdicts)]) + "\n", all(
        is_met for _, is_met in verdicts
    )


def describe_networks(measurements, rows):
    for trainer in NETWORKS:
        figures = next(runs[0] for name, runs in measurements.items() if rows[name].trainer == trainer)
        parameters, multiplications = figures["parameters"] / 1e6, figures["multiplications"] / 1e6
        title = {"former": "The former networks have", "ours": "Ours have"}[trainer]
        yield f"{title} {parameters:.1f} million parameters and {multiplications:.0f} million multiplications an image."


def speed_lines(measurements, rows):
    kinds = [next(row for row in rows.values() if row.kind == kind and row.threads == 1).kind for kind in AIMS]
    yield "| | samples/s | lowest and highest | " + " | ".join(f"× {kind}" for kind in kinds) + " |"
    yield "|---|--:|--:|" + "--:|" * len(kinds)
    for name, runs in measurements.items():
        rates, pace = [run["samples_per_second"] for run in runs], median_of(runs)
        ratios = " | ".join(f"{pace / best_speed(measurements, rows, kind):.2f}" for kind in kinds)
        choice_text = f" ({runs[0]['chosen']})" if rows[name].kind == AUTOMATIC else ""
        yield f"| {name}{choice_text} | {pace:,.0f} | {min(rates):,.0f}–{max(rates):,.0f} | {ratios} |"


def best_speed(measurements: dict, rows: dict[str, Arm], kind: str) -> float:
    """Samples a second of the faster of the rows of a kind, whatever its threads."""
    return max(median_of(runs) for name, runs in measurements.items() if rows[name].kind == kind)


def roofline_lines(measurements):
    from benchmarks.speed import step_costs

    yield (
        "| | convolutions | matrix products | update | together | the step itself | share | "
        "billion multiplications a second within the step | the most that a kernel reached alone |"
    )
    yield "|---" + "|--:" * 8 + "|"
    for name, runs in measurements.items():
        if "least" in runs[0]:
            parts = [statistics.median(run["least"][part] for run in runs) for part in step_costs.PARTS]
            roofline_ms = statistics.median(sum(run["least"].values()) for run in runs)
            step_ms = 1e3 * BATCH_SIZE / median_of(runs)
            rate_in_step = median_of(runs, "flops") / step_ms / 1e6 / 2
            best_rate = median_of(runs, "rate") / 2e9
            cells = " | ".join(f"{part:.1f}" for part in (*parts, roofline_ms, step_ms))
            yield f"| {name} | {cells} | {roofline_ms / step_ms:.0%} | {rate_in_step:.0f} | {best_rate:.0f} |"


def judged_arms(rows, threads):
    """Our rows that the aims are told of: what `train` chooses, or where only one thread is measured, both precisions."""
    return [row for row in rows.values() if (row.kind == AUTOMATIC if threads > 1 else row.trainer == "ours")]


def verdict_lines(measurements, rows, arm):
    """Each aim, what was reached, and whether that is enough; beside the faster of one thread and several."""
    for kind, aim in AIMS.items():
        ratio = median_of(measurements[arm.name]) / best_speed(measurements, rows, kind)
        is_reached = ratio >= aim
        yield f"- {arm.name}: {ratio:.2f} × {kind}, aim {aim:g}: {describe_verdict(is_reached)}.", is_reached
