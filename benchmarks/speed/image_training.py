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

DATA, IMAGES, BATCH = "colour-glyphs", 2000, 100
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
AUTO, PYTHAE, PLAIN = "ours, auto", "pythae, same layers", "plain loop, same layers"
AIMS = {"former fp32": 4.0, PYTHAE: 1.5, PLAIN: 1.5}  # least ratio of ours to each
PROFILED = ("former fp32", "former bf16", PLAIN, "ours fp32", "ours bf16")


@dataclass(frozen=True)
class Arm:
    """One row. who: of NETWORKS, or PYTHAE or PLAIN; precision of our trainings; threads, 0 for those that are chosen."""

    who: str
    precision: str
    threads: int

    @property
    def kind(self) -> str:
        """What is measured, without the number of threads."""
        if self.who in NETWORKS:
            return AUTO if self.precision == "auto" else f"{self.who} {self.precision}"
        return self.who

    @property
    def name(self) -> str:
        threads = "1 thread" if self.threads == 1 else f"{self.threads} threads"
        return f"{self.kind}, {threads}" if self.threads else self.kind


def arms(threads: int) -> dict[str, Arm]:
    """The rows by name: with one thread and with `threads`; with 1, those that choose theirs are left out."""
    kinds = [
        ("former", "fp32"),
        ("former", "bf16"),
        (PYTHAE, "fp32"),
        (PLAIN, "fp32"),
        ("ours", "fp32"),
        ("ours", "bf16"),
    ]
    rows = [Arm(*kind, count) for kind in kinds for count in sorted({1, threads})]
    rows += [Arm("ours", "auto", 0)] if threads > 1 else []
    return {row.name: row for row in rows}


def config(arm: Arm, device: str = "cpu"):
    from aae_core.config.configuration import configure

    return configure(
        **NETWORKS.get(arm.who, NETWORKS["ours"]), data=DATA, batch_size=BATCH, steps=10**9,
        precision=arm.precision, threads=arm.threads, device=device,
    )  # fmt: skip


def data(file):
    """A data set of the images in a file, uint8 N×C×H×W, without labels."""
    import numpy as np

    from aae_core.data.sets import DataSet, Split

    images = np.load(file).transpose(0, 2, 3, 1)
    split = Split(np.ascontiguousarray(images), np.full(len(images), -1))
    return DataSet(DATA, DATA, split, split, ())


def images():
    from aae_core.data import sets

    return processes.kept_images(f"{DATA}-{IMAGES}", lambda: sets.load(DATA).train.images[:IMAGES])


def nets() -> dict:
    """Our networks as the peers build them."""
    from aae_core.models.model import Model
    from benchmarks.speed.peers import layers

    return layers.nets(Model(config(Arm("ours", "fp32", 1)), data(images()).shape, 0))


def measure(arm: Arm, args) -> dict:
    """One measurement within this process: samples a second; of our trainings also what the step could take at least, in ms,
    its multiplications and what was chosen; and a profile if asked for."""
    import torch

    from aae_core.training.loop import fit
    from aae_core.training.phases import training_step
    from aae_core.training.training import Training
    from benchmarks.speed import step_costs

    now = getattr(time, args.clock)
    if arm.who == PLAIN:
        from benchmarks.speed.peers.plain_loop import PlainLoop

        torch.set_num_threads(arm.threads)
        pixels = torch.from_numpy(data(images()).train.images).permute(0, 3, 1, 2).contiguous().float() / 255
        loop = PlainLoop(pixels, BATCH, "Adam", nets())

        def one():
            loop.step()
            return BATCH

        result = {"samples_per_second": step_costs.pace(lambda: sum(one() for _ in range(5)), now, args.seconds)}
    else:
        t = Training(config(arm), data(images()))
        reports = fit(t)
        result = {
            "samples_per_second": step_costs.pace(lambda: train_until_report(t, reports), now, args.seconds),
            "chosen": t.choice.summary,
            "parameters": sum(size.parameters for size in t.sizes.values()),
            "multiplications": sum(size.multiplications for size in t.sizes.values()),
        }
        torch.set_num_threads(t.threads)
        if arm.precision != "auto":
            least = step_costs.least(t, now)
            result |= {"flops": least["flops"], "rate": least["rate"]}
            result["least"] = {part: 1e3 * least[part] for part in step_costs.PARTS}

        def one():
            training_step(t, t.current_batch())

    if args.profile:
        result["profile"] = step_costs.profile(one, now, steps=5)
    return result


def run(args) -> int:
    """The benchmark, or one arm of it; args: those of benchmarks/speed/training.py."""
    rows = arms(args.threads)
    if args.arm:
        print(json.dumps(measure(rows[args.arm], args)))
        return 0
    load = os.getloadavg()[0]
    actual, progress = {name: [] for name in rows}, processes.Progress(args.rounds * len(rows))
    for place in range(args.rounds):
        for name, arm in rows.items():
            progress.begin(f"round {place + 1}, {name}")
            profile = place == 0 and arm.kind in PROFILED and arm.threads == args.threads
            actual[name].append(_measured(arm, args, profile))
            processes.say(f"{actual[name][-1]['samples_per_second']:,.0f} samples/s")
    text, reached = page(actual, args, load)
    document.tell("training_images", text, args.write)
    return int(not reached)


def _measured(arm, args, profile):
    """One measurement in a process of its own."""
    if arm.who == PYTHAE:
        return processes.pythae(images(), nets(), BATCH, "Adam", args, threads=arm.threads)
    options = ["--images", "--arm", arm.name, "--threads", args.threads, "--seconds", args.seconds]
    options += ["--busy"] * args.busy + ["--profile"] * profile
    # the plain loop runs as a tutorial's program does; of ours, only `auto` lets waiting threads sleep
    variables = {} if arm.who == PLAIN else machine.ENVIRONMENT | ({} if arm.kind == AUTO else SPINNING_THREADS)
    return processes.figures("training", *options, **variables)


def page(value: dict, args, load: float) -> tuple[str, bool]:
    """The Markdown page of all tables, and whether every aim is reached."""
    from benchmarks.speed import step_costs

    rows = arms(args.threads)
    version = next(runs for name, runs in value.items() if rows[name].who == PYTHAE)[0]["version"]
    lines = [
        "# How fast convolutional networks train",
        "",
        *describe_conditions(" --images", args, load),
        f"{IMAGES:,} images of {DATA}, 64 × 64 in colour, mini-batches of {BATCH}; arms alternate, median of {args.rounds} "
        f"rounds. {' '.join(_networks(value, rows))} pythae {version} makes one simultaneous update a step, from one pass "
        "through the encoder; the plain loop and the former networks make the paper's three, from three passes and from two; "
        "ours make two, D's and all others', from one pass (`passes=shared`). The former networks use the paper's SGD with "
        "momentum, all others Adam. Our waiting threads spin for a moment "
        "(`GOMP_SPINCOUNT=30000`), as a "
        + (f'library\'s do, but those of "{AUTO}" sleep, as in `train`.' if AUTO in rows else "library's do."),
        "",
        "## Samples per second",
        "",
        *_speeds(value, rows),
        "",
        "## What a step could take at least (ms)",
        "",
        *_roofline(value),
        "",
    ]
    profiled = {name: runs[0]["profile"] for name, runs in value.items() if "profile" in runs[0]}
    lines += step_costs.profiles("Where a step's time goes in the first round", profiled)
    verdicts = [verdict for arm in _compared(rows, args.threads) for verdict in _verdicts(value, rows, arm)]
    return "\n".join([*lines, "## Aims", "", *(words for words, _ in verdicts)]) + "\n", all(met for _, met in verdicts)


def _networks(measurements, rows):
    for who in NETWORKS:
        facts = next(runs[0] for name, runs in measurements.items() if rows[name].who == who)
        parameters, multiplications = facts["parameters"] / 1e6, facts["multiplications"] / 1e6
        title = {"former": "The former networks have", "ours": "Ours have"}[who]
        yield f"{title} {parameters:.1f} million parameters and {multiplications:.0f} million multiplications an image."


def _speeds(measurements, rows):
    others = [next(row for row in rows.values() if row.kind == kind and row.threads == 1).kind for kind in AIMS]
    yield "| | samples/s | lowest and highest | " + " | ".join(f"× {kind}" for kind in others) + " |"
    yield "|---|--:|--:|" + "--:|" * len(others)
    for name, runs in measurements.items():
        item, pace = [run["samples_per_second"] for run in runs], median_of(runs)
        ratios = " | ".join(f"{pace / best(measurements, rows, kind):.2f}" for kind in others)
        chosen = f" ({runs[0]['chosen']})" if rows[name].kind == AUTO else ""
        yield f"| {name}{chosen} | {pace:,.0f} | {min(item):,.0f}–{max(item):,.0f} | {ratios} |"


def best(measurements: dict, rows: dict[str, Arm], kind: str) -> float:
    """Samples a second of the faster of the rows of a kind, whatever its threads."""
    return max(median_of(runs) for name, runs in measurements.items() if rows[name].kind == kind)


def _roofline(measurements):
    from benchmarks.speed import step_costs

    yield (
        "| | convolutions | matrix products | update | together | the step itself | share | "
        "billion multiplications a second within the step | the most that a kernel reached alone |"
    )
    yield "|---" + "|--:" * 8 + "|"
    for name, runs in measurements.items():
        if "least" in runs[0]:
            parts = [statistics.median(run["least"][part] for run in runs) for part in step_costs.PARTS]
            together = statistics.median(sum(run["least"].values()) for run in runs)
            taken = 1e3 * BATCH / median_of(runs)
            done = median_of(runs, "flops") / taken / 1e6 / 2
            most = median_of(runs, "rate") / 2e9
            cells = " | ".join(f"{part:.1f}" for part in (*parts, together, taken))
            yield f"| {name} | {cells} | {together / taken:.0%} | {done:.0f} | {most:.0f} |"


def _compared(rows, threads):
    """Our rows that the aims are told of: what `train` chooses, or where only one thread is measured, both precisions."""
    return [row for row in rows.values() if (row.kind == AUTO if threads > 1 else row.who == "ours")]


def _verdicts(measurements, rows, arm):
    """Each aim, what was reached, and whether that is enough; beside the faster of one thread and several."""
    for kind, least in AIMS.items():
        ratio = median_of(measurements[arm.name]) / best(measurements, rows, kind)
        met = ratio >= least
        yield f"- {arm.name}: {ratio:.2f} × {kind}, aim {least:g}: {describe_verdict(met)}.", met
