"""The speed of training, compared with pythae on the same nets and with the limit of this machine.

    python -m benchmarks.speed.training [--rounds 5] [--seconds 4] [--batches 100,1000] [--threads N] [--device cuda] [--busy]
        [--images] [--write]

The first run creates an environment for pythae (benchmarks/runs/peers) that uses this environment's torch. Every arm is a
separate process; the arms alternate, and the median of the rounds counts. "Plain loop" is the paper's step as a tutorial would
write it (peers/plain_loop.py). Our trainings keep freed memory (machine.ENVIRONMENT), and so does one arm of pythae.
Waiting threads spin for a moment, as in pythae; with "asleep" they do not, as in every training with several threads that a page
or `train` starts, so that pages stay responsive. Nets 784-1000-1000-2 and 2-1000-1000-1 on MNIST, which must be in AAE_DATA.
--write writes the tables to docs/results/training.md, or with --device cuda to docs/results/training_gpu.md.

The roofline (step_costs.py) is always taken with waiting threads that spin: an arm whose threads sleep stands beside the
roofline of the same step in the same round.

--images measures convolutional networks on colour images of 64 × 64 pixels instead (image_training.py), and --write then
writes docs/results/training_images.md.
"""

import argparse
import json
import os
import sys
import time

from aae_core.training import machine
from benchmarks import document, processes
from benchmarks.speed.measurements import (
    SPINNING_THREADS,
    describe_conditions,
    describe_verdict,
    median_of,
    train_until_report,
)

HIDDEN_UNITS = {"network.hidden": (1000, 1000), "network.discriminator": (1000, 1000)}
WITH_OUR_MEMORY = "with our memory settings"
PEER_OPTIMISERS = {  # name -> optimiser
    "pythae, Adam (its default)": "Adam",
    "pythae, SGD": "SGD",
    f"pythae, Adam, {WITH_OUR_MEMORY}": "Adam",
}
THREADS_ASLEEP = "waiting threads asleep"
OUR_ARMS = {  # name -> variant, passes, precision
    "AAE strict fp32": ("aae", "strict", "fp32"),
    "AAE shared fp32": ("aae", "shared", "fp32"),
    "AAE strict bf16": ("aae", "strict", "bf16"),
    "AAE shared bf16": ("aae", "shared", "bf16"),
    f"AAE strict bf16, {THREADS_ASLEEP}": ("aae", "strict", "bf16"),
    f"AAE shared bf16, {THREADS_ASLEEP}": ("aae", "shared", "bf16"),
}
VARIANT_ARMS = {
    f"{variant}, {passes}": (variant, passes, "bf16")
    for variant in ("label-informed", "supervised", "semi-supervised", "clustering", "reduction")
    for passes in ("strict", "shared")
} | {"vae": ("vae", "strict", "bf16"), "ae": ("ae", "strict", "bf16")}
ARMS = OUR_ARMS | VARIANT_ARMS
VARIANT_ROUNDS = 3  # of what the other variants cost, at the first size of the mini-batch
PLAIN_LOOPS = {"plain loop fp32, Adam": "Adam", "plain loop fp32, SGD": "SGD"}
PROFILED_ARMS = (
    "plain loop fp32, SGD",
    "AAE strict fp32",
    "AAE shared fp32",
    "AAE strict bf16",
    "AAE shared bf16",
)
THREADS_NOTE = (
    'Our waiting threads spin for a moment (`GOMP_SPINCOUNT=30000`), pythae\'s as the library has it; with "asleep" they do '
    "not, as in every training of several threads that a page or `train` starts. Ours keep the memory they freed, in large pages "
    f"(`{' '.join(f'{name}={value}' for name, value in machine.ENVIRONMENT.items())}`). The roofline is always taken with "
    "spinning threads. A profile's column is the median round's own, so its parts sum to its step."
)
TARGETS = {  # device -> arm, batch -> least ratio to pythae as it comes
    "cpu": (("AAE shared bf16", {100: 2.4, 1000: 2.2}), ("AAE shared fp32", {100: 1.25, 1000: 1.1})),
    "cuda": (("AAE shared bf16", {100: 20.0}),),
}


def measure_arm(name: str, batch: int, args) -> dict:
    """One measurement of our own loop: samples a second, the roofline's, and a profile in ms a step if asked for."""
    import torch

    from aae_core.config.derived import REPORT_STEPS
    from aae_core.data import sets
    from aae_core.training.loop import fit
    from aae_core.training.phases import training_step
    from aae_core.training.training import Training
    from benchmarks.speed import step_costs

    read_clock, images = getattr(time, args.clock), sets.load("mnist")
    if name in PLAIN_LOOPS:
        from benchmarks.speed.peers.plain_loop import PlainLoop

        torch.set_num_threads(args.threads)
        pixels = torch.from_numpy(images.train.images).permute(0, 3, 1, 2).float() / 255
        run_step = PlainLoop(pixels, batch, PLAIN_LOOPS[name], networks_for_peers(batch, args)).step

        def run_steps():
            for _ in range(REPORT_STEPS):
                run_step()
            return REPORT_STEPS * batch

        result = {"samples_per_second": step_costs.samples_per_second(run_steps, read_clock, args.seconds)}
    else:
        t = Training(arm_config(name, batch, args), images)
        reports = fit(t)
        result = {
            "samples_per_second": step_costs.samples_per_second(
                lambda: train_until_report(t, reports), read_clock, args.seconds
            )
        }
        torch.set_num_threads(t.threads)  # `fit` computes with them, and gives back what was before
        if args.device == "cpu" and not name.endswith(THREADS_ASLEEP):
            roofline = step_costs.step_roofline(t, read_clock)
            result["roofline"] = batch / sum(roofline[part] for part in step_costs.PARTS)

        def run_step():
            training_step(t, t.current_batch())

    return {**result, "profile": step_costs.profile_step(run_step, read_clock)} if args.profile else result


def networks_for_peers(batch, args):
    """Our networks of the benchmark as the peers build them."""
    from aae_core.models.model import Model
    from benchmarks.speed.peers import layers

    return layers.describe_networks(Model(arm_config("AAE strict fp32", batch, args), (1, 28, 28), 10))


def arm_config(name, batch, args):
    from aae_core.config.configuration import configure

    variant, passes, precision = ARMS[name]
    return configure(
        variant=variant, data="mnist", batch_size=batch, steps=10**9, precision=precision, passes=passes,
        threads=args.threads, device=args.device,
        **{"prior.name": "mixture" if variant == "label-informed" else "gaussian"}, **HIDDEN_UNITS,
    )  # fmt: skip


def measure_peer(name: str, batch: int, args) -> dict:
    """One measurement of pythae, and its version."""
    variables = machine.ENVIRONMENT if name.endswith(WITH_OUR_MEMORY) else {}
    return processes.measure_pythae(
        mnist_images(), networks_for_peers(batch, args), batch, PEER_OPTIMISERS[name], args, variables
    )


def mnist_images():
    from aae_core.data import sets

    return processes.cached_images("mnist", lambda: sets.load("mnist").train.images)


def measure_ours(name: str, batch: int, args, profile: bool) -> dict:
    options = ["--arm", name, "--batches", batch, "--threads", args.threads, "--seconds", args.seconds]
    options += ["--device", args.device]
    if args.busy:
        options.append("--busy")
    if profile:
        options.append("--profile")
    variables = machine.ENVIRONMENT | ({} if name.endswith(THREADS_ASLEEP) else SPINNING_THREADS)
    return processes.run_and_parse("training", *options, **variables)


def measure_rounds(args) -> dict:
    """{batch: {arm: [a measurement for each round]}}, the arms in turn within each round."""
    arms = [*PEER_OPTIMISERS, *PLAIN_LOOPS, *OUR_ARMS]
    if args.device == "cuda":  # where the processor's memory and threads matter little
        arms = [name for name in (*PEER_OPTIMISERS, *OUR_ARMS) if not name.endswith((WITH_OUR_MEMORY, THREADS_ASLEEP))]
    variants_by_batch = {
        batch: VARIANT_ARMS if batch == args.sizes[0] and args.device == "cpu" else () for batch in args.sizes
    }
    measurements = {batch: {name: [] for name in [*arms, *variants_by_batch[batch]]} for batch in args.sizes}
    progress = processes.Progress(
        sum(
            min(args.rounds, VARIANT_ROUNDS) if name in VARIANT_ARMS else args.rounds
            for arms in measurements.values()
            for name in arms
        )
    )
    for round_number in range(args.rounds):
        for batch, arms in measurements.items():
            for name, runs in arms.items():
                if name in VARIANT_ARMS and round_number >= VARIANT_ROUNDS:
                    continue
                progress.begin_measurement(f"round {round_number + 1}, batch {batch}, {name}")
                profile = args.device == "cpu" and name in PROFILED_ARMS
                runs.append(
                    measure_peer(name, batch, args)
                    if name in PEER_OPTIMISERS
                    else measure_ours(name, batch, args, profile)
                )
                if name.endswith(THREADS_ASLEEP) and args.device == "cpu":
                    runs[-1]["roofline"] = arms[name.removesuffix(f", {THREADS_ASLEEP}")][round_number]["roofline"]
                processes.say(f"{runs[-1]['samples_per_second']:,.0f} samples/s")
    return measurements


def results_page(measurements: dict, args, load: float) -> str:
    """The Markdown page of all tables."""
    from benchmarks.speed import step_costs

    flags = f" --device {args.device}" if args.device != "cpu" else ""
    flags += f" --batches {args.batches}" if args.batches != "100,1000" else ""
    variant_rounds = f" (the other variants' of {min(args.rounds, VARIANT_ROUNDS)})" if args.device == "cpu" else ""
    lines = [
        "# The speed of training",
        "",
        *describe_conditions(flags, args, load),
        f"Nets 784-1000-1000-2 and D 2-1000-1000-1 on MNIST; arms alternate, median of {args.rounds}{variant_rounds}. pythae "
        f"{pythae_version(measurements)} makes one simultaneous update a step, ours two (shared) or three (strict); "
        "ours uses the paper's SGD with momentum.",
        *(
            [THREADS_NOTE]
            if args.device == "cpu"
            else ["Each step of ours is one captured graph ([captured.md](captured.md))."]
        ),
        "",
    ]
    for batch, arms in measurements.items():
        lines += [
            *speed_lines(batch, arms),
            *(variant_cost_lines(batch, arms) if VARIANT_ARMS.keys() <= arms.keys() else ()),
        ]
    if args.device == "cpu":
        for batch, arms in measurements.items():
            title = f"Where a step's time goes, batch {batch}"
            lines += step_costs.profile_table(
                title, {name: step_costs.middle_profile(arms[name]) for name in PROFILED_ARMS}
            )
    return "\n".join([*lines, "## Aims", "", *verdict_lines(measurements, args.device)]) + "\n"


def pythae_version(measurements):
    return next(iter(next(iter(measurements.values())).values()))[0]["version"]


def speed_lines(batch, arms):
    default_pace, sgd_pace = (median_of(arms[name]) for name in list(PEER_OPTIMISERS)[:2])
    lines = [
        f"## Batch {batch}",
        "",
        "| | samples/s | lowest and highest | × pythae with its defaults | × pythae with SGD | roofline, samples/s | "
        "share of it |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for name, runs in arms.items():
        if name not in VARIANT_ARMS:
            pace, speeds = median_of(runs), [run["samples_per_second"] for run in runs]
            ratios = f"{min(speeds):,.0f}–{max(speeds):,.0f} | {pace / default_pace:.2f} | {pace / sgd_pace:.2f}"
            lines.append(f"| {name} | {pace:,.0f} | {ratios} | {roofline_cells(runs)} |")
    return [*lines, ""]


def variant_cost_lines(batch, arms):
    """What each other variant costs beside an AAE of the same order and precision."""
    lines = [
        f"### Each variant, bf16, batch {batch}",
        "",
        "| variant | samples/s | a step, relative to the AAE's with the same passes | roofline, samples/s | share of it |",
        "|---|--:|--:|--:|--:|",
    ]
    for name, (_, passes, precision) in VARIANT_ARMS.items():
        pace = median_of(arms[name])
        cost = median_of(arms[f"AAE {passes} {precision}"]) / pace
        lines.append(f"| {name} | {pace:,.0f} | {cost:.2f} | {roofline_cells(arms[name])} |")
    return [*lines, ""]


def roofline_cells(runs):
    """The roofline and the share of it, as two cells."""
    if "roofline" not in runs[0]:
        return "– | –"
    roofline = median_of(runs, "roofline")
    return f"{roofline:,.0f} | {median_of(runs) / roofline:.0%}"


def verdict_lines(measurements, device):
    """Each aim, what was reached, and whether that is enough."""
    for name, aims in TARGETS[device]:
        for batch, ratio in aims.items():
            if batch in measurements:
                arms = measurements[batch]
                pythae_ratio, sgd_ratio = (
                    median_of(arms[name]) / median_of(arms[peer]) for peer in list(PEER_OPTIMISERS)[:2]
                )
                yield (
                    f"- {name}, batch {batch}: {pythae_ratio:.2f} × pythae with its defaults, aim {ratio}: "
                    f"{describe_verdict(pythae_ratio >= ratio)} "
                    f"({sgd_ratio:.2f} × pythae with plain SGD, which is not its default)."
                )
    if 1000 in measurements and "roofline" in measurements[1000]["AAE shared bf16"][0]:
        runs = measurements[1000]["AAE shared bf16"]
        share = median_of(runs) / median_of(runs, "roofline")
        yield f"- AAE shared bf16, batch 1000: {share:.0%} of the roofline, aim 80 %: {describe_verdict(share >= 0.8)}."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0, help="of steps for each measurement")
    parser.add_argument("--batches", default="100,1000", help="sizes of the mini-batch, with commas between")
    parser.add_argument("--threads", type=int, default=machine.count_machine_cores())
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--write", action="store_true", help="write docs/results/training.md, or training_gpu.md")
    parser.add_argument(
        "--busy", action="store_true", help="on a machine with other work: processor time of one thread"
    )
    parser.add_argument("--arm", help="measure one arm once, and print it as JSON")
    parser.add_argument("--images", action="store_true", help="convolutional networks on images of 64 × 64 in colour")
    parser.add_argument("--profile", action="store_true", help="with --arm: profile its step too")
    args = parser.parse_args()
    args.clock = "process_time" if args.busy else "perf_counter"
    args.threads = 1 if args.busy else args.threads
    args.sizes = [int(size) for size in args.batches.split(",")]
    if args.images:
        from benchmarks.speed import image_training

        sys.exit(image_training.run_benchmark(args))
    if args.arm:
        print(json.dumps(measure_arm(args.arm, args.sizes[0], args)))
        return
    load = os.getloadavg()[0]
    measurements = measure_rounds(args)
    document.print_and_write(
        "training" if args.device == "cpu" else "training_gpu", results_page(measurements, args, load), args.write
    )


if __name__ == "__main__":
    main()
