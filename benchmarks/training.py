"""How fast a training goes: beside pythae on the same nets, and beside what this machine could do at most.

    python -m benchmarks.training [--rounds 5] [--seconds 4] [--batches 100,1000] [--threads N] [--device cuda] [--busy]
        [--write]

The first run makes an environment of its own for pythae (benchmarks/runs/peers), with the torch of this one. Every arm
is a process of its own; the arms alternate and the median of the rounds counts. "Plain loop" is the paper's step as a
tutorial would write it (benchmarks/peers/plain_loop.py). Our trainings keep
the memory they freed (machine.ENVIRONMENT), and one arm of pythae does, too. Waiting threads spin for a moment, as in pythae;
with "asleep" they do not, as in every training of several threads that a page or `train` starts, so that the page beside them
answers. Nets 784-1000-1000-2 and 2-1000-1000-1 on MNIST, which must be in AAE_DATA. --write puts the tables into
docs/training.md.

Roofline (of a processor): the time that the step's matrix products take, each measured alone in its very shape, layout and
precision as torch was seen to make it, and that of moving the 20 bytes a parameter which an update must read and write, at
the measured rate of a copy. It is always taken with waiting threads that spin: an arm whose threads sleep stands beside the
roofline of the same step in the same round.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

from aae_core.training import machine
from benchmarks.prior_fit import PROJECT

PAGES = {device: PROJECT / "docs" / f"training{kind}.md" for device, kind in (("cpu", ""), ("cuda", "_gpu"))}
REMARKS = "\n## Remarks\n"
PLACE = PROJECT / "benchmarks" / "runs" / "peers"
HIDDEN = {"network.hidden": (1000, 1000), "network.discriminator": (1000, 1000)}
UPDATE_BYTES = (
    20  # a parameter: fp32 p, m and g read, p and m written; or p, m and a bf16 g read, p, m and a bf16 copy written
)
MEMORY = "with our memory settings"
PEERS = {  # name -> optimiser
    "pythae, Adam (its default)": "Adam",
    "pythae, SGD": "SGD",
    f"pythae, Adam, {MEMORY}": "Adam",
}
ASLEEP = "waiting threads asleep"
OURS = {  # name -> variant, passes, precision
    "AAE strict fp32": ("aae", "strict", "fp32"),
    "AAE shared fp32": ("aae", "shared", "fp32"),
    "AAE strict bf16": ("aae", "strict", "bf16"),
    "AAE shared bf16": ("aae", "shared", "bf16"),
    f"AAE strict bf16, {ASLEEP}": ("aae", "strict", "bf16"),
    f"AAE shared bf16, {ASLEEP}": ("aae", "shared", "bf16"),
}
VARIANTS = {
    f"{variant}, {passes}": (variant, passes, "bf16")
    for variant in ("label-informed", "supervised", "semi-supervised", "clustering", "reduction")
    for passes in ("strict", "shared")
} | {"vae": ("vae", "strict", "bf16"), "ae": ("ae", "strict", "bf16")}
ARMS = OURS | VARIANTS
VARIANT_ROUNDS = 3  # of what the other variants cost, at the first size of the mini-batch
PLAIN = {"plain loop fp32, Adam": "Adam", "plain loop fp32, SGD": "SGD"}
PROFILED = (
    "plain loop fp32, SGD",
    "AAE strict fp32",
    "AAE shared fp32",
    "AAE strict bf16",
    "AAE shared bf16",
)
KINDS = {  # kernels by what they are for
    "matrix products": ("aten::mm", "aten::addmm"),
    "update of the parameters": (
        "aten::_fused_",
        "aten::copy_",
        "aten::_foreach",
        "aten::linalg_vector_norm",
        "Optimizer",
    ),
    "ReLU and its gradient": ("aten::clamp_min", "aten::threshold_backward", "aten::relu"),
    "gradients of biases": ("aten::sum",),
    "mini-batch": ("aten::index", "aten::div_", "aten::randn", "aten::randperm"),
}
BETWEEN, WHOLE, UNPROFILED = "between kernels", "a step under the profiler", "a step without it"
SPINNING = {"GOMP_SPINCOUNT": "30000"}
TARGETS = {  # device -> arm, batch -> least ratio to pythae as it comes
    "cpu": (("AAE shared bf16", {100: 2.4, 1000: 2.2}), ("AAE shared fp32", {100: 1.25, 1000: 1.1})),
    "cuda": (("AAE shared bf16", {100: 20.0}),),
}


def arm(name: str, batch: int, args) -> dict:
    """One measurement of our own loop: samples a second, the roofline's, and a profile in ms a step if asked for."""
    import torch

    from aae_core.data import sets
    from aae_core.training.phases import step
    from aae_core.training.training import REPORT_EVERY, Training, fit

    now, images = getattr(time, args.clock), sets.load("mnist")
    if name in PLAIN:
        from benchmarks.peers.plain_loop import PlainLoop

        torch.set_num_threads(args.threads)
        pixels = torch.from_numpy(images.train.images).flatten(1).float() / 255
        one = PlainLoop(pixels, batch, PLAIN[name]).step
        found = {"samples_per_second": _pace(lambda: [one() for _ in range(REPORT_EVERY)], batch, now, args.seconds)}
    else:
        t = Training(_config(name, batch, args), images)
        reports = fit(t)
        found = {"samples_per_second": _pace(lambda: next(reports), batch, now, args.seconds)}
        if args.device == "cpu" and not name.endswith(ASLEEP):
            found["roofline"] = batch / _least_seconds(t, now, torch)

        def one():
            step(t, t.batch())

    return {**found, "profile": _profile(one)} if args.profile else found


def _pace(ten, batch, now, seconds):
    """Samples a second: the median of passes of ten steps, the first one left out."""
    ten()
    taken = []
    while len(taken) < 3 or sum(taken) < seconds:
        start = now()
        ten()
        taken.append(now() - start)
    return 10 * batch / statistics.median(taken)


def _config(name, batch, args):
    from aae_core.config.configuration import configure

    variant, passes, precision = ARMS[name]
    return configure(
        variant=variant, data="mnist", batch_size=batch, steps=10**9, precision=precision, passes=passes,
        threads=args.threads, device=args.device, capture="on" if args.device == "cuda" else "off",
        **{"prior.name": "mixture" if variant == "label-informed" else "gaussian"}, **HIDDEN,
    )  # fmt: skip


def products(t) -> list[tuple]:
    """Every matrix product of one step of a training: what torch multiplies, as shape and strides of both factors."""
    import torch
    from torch.utils._python_dispatch import TorchDispatchMode

    from aae_core.training.phases import step

    found = []

    class Seen(TorchDispatchMode):
        def __torch_dispatch__(self, function, types, args=(), kwargs=None):
            name = function.overloadpacket.__name__
            if name in ("mm", "addmm"):
                a, b = args[name == "addmm" :][:2]
                found.append((tuple(a.shape), a.stride(), tuple(b.shape), b.stride()))
            return function(*args, **(kwargs or {}))

    batch = t.batch()
    with Seen(), torch.autograd.set_multithreading_enabled(False):
        step(t, batch)
    return found


def _least_seconds(t, now, torch):
    """The roofline of one step."""
    kind = {"fp32": torch.float32, "bf16": torch.bfloat16}[t.choice.precision]
    needed = products(t)
    each = {product: _product_seconds(product, kind, now, torch) for product in set(needed)}
    # parameters that two phases move count twice
    moved = sum(p.numel() for optimiser in t.optimisers.values() if optimiser.buffers for p in optimiser.masters)
    source = torch.zeros(moved * UPDATE_BYTES // 8)
    target = torch.zeros_like(source)
    return sum(each[product] for product in needed) + _usual(lambda: target.copy_(source), now)


def _product_seconds(product, kind, now, torch):
    of_a, strides_a, of_b, strides_b = product
    a, b = torch.empty_strided(of_a, strides_a, dtype=kind), torch.empty_strided(of_b, strides_b, dtype=kind)
    a.normal_(), b.normal_()
    return _usual(lambda: a @ b, now)


def _usual(work, now, repeats=15):
    times = []
    for _ in range(repeats):
        start = now()
        work()
        times.append(now() - start)
    return statistics.median(times[3:])


def _profile(one, steps=10):
    """Milliseconds of one step by kind of work, by the wall's clock: the parts and what lies between them sum to WHOLE, for all
    are of the same stretch. The same step without the profiler, which slows it, stands beside as UNPROFILED."""
    import torch

    def stretch():
        start = time.perf_counter()
        for _ in range(steps):
            one()
        return 1e3 * (time.perf_counter() - start) / steps

    stretch()
    unprofiled = stretch()
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as found:
        whole = stretch()
    spent = dict.fromkeys([*KINDS, "other kernels"], 0.0)
    for event in found.key_averages():
        kind = next((k for k, starts in KINDS.items() if event.key.startswith(starts)), "other kernels")
        spent[kind] += event.self_cpu_time_total / 1e3 / steps
    return {**spent, BETWEEN: whole - sum(spent.values()), WHOLE: whole, UNPROFILED: unprofiled}


def peer_python() -> Path:
    """The interpreter of pythae's own environment, made at the first call; its torch is of the version used here."""
    import torch

    python = PLACE / ("Scripts" if os.name == "nt" else "bin") / "python"
    ready, wanted = PLACE / "ready", f"torch=={torch.__version__.partition('+')[0]}"
    if not ready.exists() or ready.read_text() != wanted:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(PLACE)], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "pythae", wanted], check=True)
        ready.write_text(wanted)
    return python


def peer(name: str, batch: int, args) -> dict:
    """One measurement of pythae, and its version."""
    script = Path(__file__).parent / "peers" / "pythae_aae.py"
    command = [peer_python(), script, _images(), str(batch), str(args.threads), str(args.seconds)]
    command += [PEERS[name], args.clock, args.device]
    version, pace = _run(command, machine.ENVIRONMENT if name.endswith(MEMORY) else {}).split()[-2:]
    return {"samples_per_second": float(pace), "version": version}


def _images():
    """MNIST's training images as an array that pythae's environment reads without ours."""
    import numpy as np

    from aae_core.data import sets

    file = PLACE / "mnist.npy"
    if not file.exists():
        np.save(file, sets.load("mnist").train.images.transpose(0, 3, 1, 2))
    return file


def ours(name: str, batch: int, args, profile: bool) -> dict:
    command = [sys.executable, "-m", "benchmarks.training", "--arm", name, "--batches", str(batch)]
    command += ["--threads", str(args.threads), "--seconds", str(args.seconds)]
    command += ["--device", args.device]
    command += [*(["--busy"] if args.busy else []), *(["--profile"] if profile else [])]
    return json.loads(_run(command, _environment(name)).splitlines()[-1])


def _environment(name):
    """What a training begins with; but where they are to be asleep, waiting threads spin for a moment."""
    return machine.ENVIRONMENT | ({} if name.endswith(ASLEEP) else SPINNING)


def _run(command, variables):
    done = subprocess.run(
        [str(part) for part in command],
        cwd=PROJECT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(done.stderr.strip()[-2000:])
    return done.stdout


def measure(args) -> dict:
    """{batch: {arm: [a measurement for each round]}}, the arms in turn within each round."""
    plain = PLAIN if args.device == "cpu" else ()
    others = {batch: VARIANTS if batch == args.sizes[0] else () for batch in args.sizes}
    found = {batch: {name: [] for name in [*PEERS, *plain, *OURS, *others[batch]]} for batch in args.sizes}
    for place in range(args.rounds):
        for batch, arms in found.items():
            for name, runs in arms.items():
                if name in VARIANTS and place >= VARIANT_ROUNDS:
                    continue
                profile = args.device == "cpu" and name in PROFILED
                runs.append(peer(name, batch, args) if name in PEERS else ours(name, batch, args, profile))
                if name.endswith(ASLEEP) and args.device == "cpu":
                    runs[-1]["roofline"] = arms[name.removesuffix(f", {ASLEEP}")][place]["roofline"]
                print(f"round {place + 1}, batch {batch}, {name}: {runs[-1]}", file=sys.stderr, flush=True)
    return found


def median(runs, key="samples_per_second"):
    return statistics.median(run[key] for run in runs)


def page(found: dict, args, load: tuple) -> str:
    """The Markdown page of all tables."""
    flags = (
        (" --busy" if args.busy else "")
        + (f" --device {args.device}" if args.device != "cpu" else "")
        + (f" --batches {args.batches}" if args.batches != "100,1000" else "")
    )
    lines = [
        "# How fast a training goes",
        "",
        f"`python -m benchmarks.training --rounds {args.rounds} --seconds {args.seconds:g}{flags}`, {date.today()}; "
        f"{machine.name()}, {platform.machine()}, {args.threads} threads; bf16 in hardware: "
        f"{'yes' if machine.has_bf16() else 'no'}; load average before {load[0]:.1f}, after {os.getloadavg()[0]:.1f} "
        f"(this benchmark's own is {args.threads}).",
        "The machine had other work, so these are samples per second of one thread's processor time, not of wall-clock time."
        if args.busy
        else "Samples per second of wall-clock time.",
        f"Nets 784-1000-1000-2 and D 2-1000-1000-1 on MNIST; arms alternate, median of {args.rounds} (the other "
        f"variants' of {min(args.rounds, VARIANT_ROUNDS)}). pythae "
        f"{_version(found)} makes one simultaneous update a step, ours two (shared) or three (strict); ours uses the "
        "paper's SGD with momentum.",
        'Our waiting threads spin for a moment (`GOMP_SPINCOUNT=30000`), pythae\'s as the library has it; with "asleep" '
        "they do not, as in every training of several threads that a page or `train` starts. Ours keep the memory they "
        "freed, in large pages "
        f"(`{' '.join(f'{name}={value}' for name, value in machine.ENVIRONMENT.items())}`). The roofline is always taken with "
        "spinning threads. A profile's column is the median round's own, so its parts sum to its step.",
        "",
    ]
    for batch, arms in found.items():
        lines += [*_speeds(batch, arms), *(_costs(batch, arms) if VARIANTS.keys() <= arms.keys() else ())]
    if args.device == "cpu":
        for batch, arms in found.items():
            lines += _profiles(batch, arms)
    return "\n".join([*lines, "## Aims", "", *_verdicts(found, args.device)]) + "\n"


def _version(found):
    return next(iter(next(iter(found.values())).values()))[0]["version"]


def _speeds(batch, arms):
    usual, fastest = (median(arms[name]) for name in list(PEERS)[:2])
    lines = [
        f"## Batch {batch}",
        "",
        "| | samples/s | lowest and highest | × pythae with its defaults | × pythae with SGD | roofline, samples/s | "
        "share of it |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for name, runs in arms.items():
        if name not in VARIANTS:
            pace, each = median(runs), [run["samples_per_second"] for run in runs]
            beside = f"{min(each):,.0f}–{max(each):,.0f} | {pace / usual:.2f} | {pace / fastest:.2f}"
            lines.append(f"| {name} | {pace:,.0f} | {beside} | {_limit(runs)} |")
    return [*lines, ""]


def _costs(batch, arms):
    """What each other variant costs beside an AAE of the same order and precision."""
    lines = [
        f"### Each variant, bf16, batch {batch}",
        "",
        "| variant | samples/s | a step, relative to the AAE's with the same passes | roofline, samples/s | share of it |",
        "|---|--:|--:|--:|--:|",
    ]
    for name, (_, passes, precision) in VARIANTS.items():
        pace = median(arms[name])
        cost = median(arms[f"AAE {passes} {precision}"]) / pace
        lines.append(f"| {name} | {pace:,.0f} | {cost:.2f} | {_limit(arms[name])} |")
    return [*lines, ""]


def _limit(runs):
    """The roofline and the share of it, as two cells."""
    if "roofline" not in runs[0]:
        return "– | –"
    top = median(runs, "roofline")
    return f"{top:,.0f} | {median(runs) / top:.0%}"


def middle_profile(runs) -> dict:
    """The profile of the round whose step took the median time, whole, so that its parts sum to it."""
    profiles = sorted((run["profile"] for run in runs), key=lambda profile: profile[WHOLE])
    return profiles[(len(profiles) - 1) // 2]


def _profiles(batch, arms):
    profiles = {name: middle_profile(arms[name]) for name in PROFILED}
    lines = [f"## Where a step's time goes, batch {batch} (ms, and the share of the profiled step)", ""]
    lines += ["| | " + " | ".join(profiles) + " |", "|---" * (len(profiles) + 1) + "|"]
    for kind in next(iter(profiles.values())):
        cells = [
            f"{p[kind]:.2f}" + ("" if kind == UNPROFILED else f" ({p[kind] / p[WHOLE]:.0%})") for p in profiles.values()
        ]
        lines.append(f"| {kind} | " + " | ".join(cells) + " |")
    return [*lines, ""]


def _verdicts(found, device):
    """Each aim, what was reached, and whether that is enough."""
    for name, least in TARGETS[device]:
        for batch, ratio in least.items():
            if batch in found:
                arms = found[batch]
                reached, hard = (median(arms[name]) / median(arms[peer]) for peer in list(PEERS)[:2])
                yield (
                    f"- {name}, batch {batch}: {reached:.2f} × pythae with its defaults, aim {ratio}: "
                    f"{_verdict(reached >= ratio)} ({hard:.2f} × pythae with plain SGD, which is not its default)."
                )
    if 1000 in found and "roofline" in found[1000]["AAE shared bf16"][0]:
        runs = found[1000]["AAE shared bf16"]
        share = median(runs) / median(runs, "roofline")
        yield f"- AAE shared bf16, batch 1000: {share:.0%} of the roofline, aim 80 %: {_verdict(share >= 0.8)}."


def _verdict(enough):
    return "reached" if enough else "missed"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0, help="of steps for each measurement")
    parser.add_argument("--batches", default="100,1000", help="sizes of the mini-batch, with commas between")
    parser.add_argument("--threads", type=int, default=machine.cores())
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--write", action="store_true", help="write docs/training.md, or training_gpu.md")
    parser.add_argument(
        "--busy", action="store_true", help="on a machine with other work: processor time of one thread"
    )
    parser.add_argument("--arm", choices=(*PLAIN, *ARMS), help="measure one arm once, and print it as JSON")
    parser.add_argument("--profile", action="store_true", help="with --arm: profile its step too")
    args = parser.parse_args()
    args.clock = "process_time" if args.busy else "perf_counter"
    args.threads = 1 if args.busy else args.threads
    args.sizes = [int(size) for size in args.batches.split(",")]
    if args.arm:
        print(json.dumps(arm(args.arm, args.sizes[0], args)))
        return
    load = os.getloadavg()
    found = measure(args)
    text = page(found, args, load)
    if args.write:
        kept = PAGES[args.device]
        former = kept.read_text() if kept.exists() else ""
        kept.write_text(text + "".join(former.partition(REMARKS)[1:]))  # what people wrote of the figures stays
    print(text)


if __name__ == "__main__":
    main()
