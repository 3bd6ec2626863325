"""The captured step compared with the plain one on a CUDA GPU: where both end after the same steps, and their speeds.

    python -m benchmarks.speed.captured [--steps 100] [--device cuda] [--only PATTERN] [--write]

Each case is trained from one seed three times:

    plain, twice    with capture=off. Where the two end apart, the GPU itself does not repeat (it adds some sums in the order in
                    which their parts arrive)
    captured        with capture=on

A distance is that of all parameters from those of the first plain training, divided by the length of its whole way from the
initial parameters. MNIST must be in AAE_DATA. --device cpu rehearses all but the captures; --write writes
docs/development/captured.md.
"""

import argparse
import platform
import re
import sys
import time
from dataclasses import dataclass
from datetime import date

import torch
from torch import Tensor
from torch.nn.utils import parameters_to_vector

from aae_core.config.configuration import configure, with_settings
from aae_core.config.variants import VARIANTS
from aae_core.data import sets
from aae_core.reproduce import experiments
from aae_core.training import machine
from aae_core.training.loop import fit
from aae_core.training.training import Training
from benchmarks import document
from benchmarks.processes import Progress, say

WIDE_NETWORKS = {"network.hidden": (1000, 1000), "network.discriminator": (1000, 1000)}
NEEDED_SETTINGS = {"label-informed": {"prior.name": "mixture"}}  # what a variant needs to be a possible configuration
FURTHER_CASES = {  # name -> settings in which it differs from an AAE with nets of 1,000
    "Adam": {"optimiser.kind": "adam"},
    "Adam, one pass": {"optimiser.kind": "adam", "passes": "shared"},
    "gradient clipping": {"optimiser.clip": 5.0},
    "Gaussian posterior": {"posterior": "gaussian"},
    "universal posterior": {"posterior": "universal"},
    "mixture of ten": {"prior.name": "mixture"},
    "Swiss roll": {"prior.name": "swiss-roll"},
    "uniform prior": {"prior.name": "uniform"},
    "gamma prior": {"prior.name": "gamma"},
    "batch normalisation, noise, moved images": {
        "network.normalise": "batch", "input_noise": 0.3, "input_shift": 2, "input_affine": 0.2, "input_dropout": 0.2,
    },
    "learned variance": {"cost": "learned-variance"},
    "noise on D's codes, mirrored images": {"discriminator_noise": 0.1, "augment": "on"},
    "VAE, mixture of ten": {"variant": "vae", "prior.name": "mixture"},
    "pyramid, colour glyphs": {"network.kind": "pyramid", "data": "colour-glyphs"},
    "pyramid, VAE, colour glyphs": {"variant": "vae", "network.kind": "pyramid", "data": "colour-glyphs"},
    "convolutions, glyphs": {"network.kind": "conv", "data": "glyphs"},
    "a table, costs by type": {"data": "wine", "cost": "by-type"},
}  # fmt: skip
RECIPES = [  # of `reproduce`: budget, experiment
    ("paper", "semi-supervised-100"),
    ("paper", "semi-supervised-1000"),
    ("paper", "clustering-16"),
    ("cpu", "semi-supervised-100"),
    ("cpu", "clustering-16"),
    ("cpu", "clustering-30"),
    ("cpu", "reduction-1000"),
    ("cpu", "reduction-unlabelled"),
    ("cpu", "likelihood"),
    ("cpu", "label-informed"),
    ("cpu", "swap"),
]
MAX_DISTANCE_SHARE = (
    0.01  # of the way: the most by which a captured training may end elsewhere than where the GPU repeats exactly
)


def case_configs() -> dict:
    """{name: configuration} of every variant, of the settings that a step depends on, and of the recipes."""
    result = {}
    for variant in VARIANTS:
        for precision in ("fp32", "bf16"):
            variant_settings = {
                "variant": variant,
                "precision": precision,
                **NEEDED_SETTINGS.get(variant, {}),
                **WIDE_NETWORKS,
            }
            result[f"{variant}, {precision}"] = configure(**{"data": "mnist", **variant_settings})
            if "discrimination" in VARIANTS[variant].phases and precision == "bf16":
                result[f"{variant}, {precision}, one pass"] = configure(
                    **{"data": "mnist", "passes": "shared", **variant_settings}
                )
    for name, settings in FURTHER_CASES.items():
        result[name] = configure(**{"data": "mnist", "variant": "aae", **WIDE_NETWORKS, **settings})
    for budget, name in RECIPES:
        result[f"{name}, {budget}"] = experiments.run_config(experiments.EXPERIMENTS[name], budget, 0)
    return result


@dataclass(frozen=True)
class TrainedCase:
    """A training after its steps: all its parameters before and after them, and the milliseconds of a step in the second half."""

    training: Training
    start: Tensor
    end: Tensor
    milliseconds_per_step: float


def train_case(config, capture: str, args) -> TrainedCase:
    """Train a configuration on the device for --steps steps."""
    config = with_settings(config, {"capture": capture, "device": args.device, "steps": 10**9})
    t = Training(config, sets.load(config.data))
    start, reports, start_of_half = parameters_to_vector(t.model.parameters()).detach(), fit(t), (0, 0.0)
    while t.step < args.steps:
        next(reports)
        if t.step <= args.steps // 2:
            wait_for_gpu(args)
            start_of_half = t.step, time.perf_counter()
    wait_for_gpu(args)
    milliseconds = 1000 * (time.perf_counter() - start_of_half[1]) / (t.step - start_of_half[0])
    return TrainedCase(t, start, parameters_to_vector(t.model.parameters()).detach(), milliseconds)


def wait_for_gpu(args) -> None:
    """Until the GPU has done all that was asked of it."""
    if args.device == "cuda":
        torch.cuda.synchronize()


def compare_case(config, args) -> dict:
    """One case: the two distances, the milliseconds of a plain and of a captured step, and what the training says of itself."""
    plain, second_plain, captured = (train_case(config, capture, args) for capture in ("off", "off", "on"))
    way_length, t = (plain.end - plain.start).norm(), captured.training
    distance, repeat_distance = (
        float((value.end - plain.end).norm() / way_length) for value in (captured, second_plain)
    )
    refusal = "" if t.captures else t.choice.why
    figures = {
        "far": distance,
        "repeated": repeat_distance,
        "plain": plain.milliseconds_per_step,
        "captured": captured.milliseconds_per_step,
    }
    return {**figures, "said": refusal, "words": t.choice.summary}


def table_row(name: str, measurement: dict) -> str:
    """A row of the table."""
    if "failed" in measurement:
        return f"| {name} | – | – | – | – | – | failed: {measurement['failed']} |"
    outcome = measurement["said"] or (
        "alike" if measurement["far"] <= max(MAX_DISTANCE_SHARE, 3 * measurement["repeated"]) else "APART"
    )
    speeds = f"{measurement['plain']:.2f} | {measurement['captured']:.2f} | {measurement['plain'] / measurement['captured']:.1f}"
    return f"| {name} | {measurement['far']:.2g} | {measurement['repeated']:.2g} | {speeds} | {measurement['words']}: {outcome} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=100, help="of each training")
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    parser.add_argument("--only", default="", help="cases whose name matches this regular expression")
    parser.add_argument("--write", action="store_true", help="write docs/development/captured.md")
    args = parser.parse_args()
    if args.steps < 20 or args.steps % 20:
        parser.error("--steps must be a multiple of 20, half of which is timed")
    if args.only and args.write:
        parser.error("--write writes the whole table; leave --only out")
    if args.device == "cuda" and not torch.cuda.is_available():
        sys.exit("This machine has no CUDA GPU; --device cpu rehearses without one.")
    chosen_cases = {name: config for name, config in case_configs().items() if re.search(args.only, name)}
    progress, rows = Progress(len(chosen_cases)), []
    for name, config in chosen_cases.items():
        progress.begin_measurement(name)
        try:
            measurement = compare_case(config, args)
        except RuntimeError as error:
            # what torch raises for all that a GPU refuses: told in the row, and the next case begins
            measurement = {"failed": str(error).splitlines()[0][:200]}
        rows.append(table_row(name, measurement))
        say(rows[-1])
    only_option = f' --only "{args.only}"' if args.only else ""
    gpu = machine.gpu_name(args.device) or "no GPU: a rehearsal"
    head = [
        "# The captured step",
        "",
        f"`python -m benchmarks.speed.captured --steps {args.steps}{only_option}`, {date.today()}; {gpu}; "
        f"{machine.machine_name()}, Python {platform.python_version()}, {platform.machine()}.",
        "",
        "| case | captured from plain | plain from plain | plain, ms/step | captured, ms/step | × | number format and outcome |",
        "|---|--:|--:|--:|--:|--:|---|",
        *rows,
    ]
    document.print_and_write("captured", "\n".join(head) + "\n", args.write)


if __name__ == "__main__":
    main()
