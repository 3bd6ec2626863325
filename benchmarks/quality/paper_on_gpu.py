"""The paper's own semi-supervised recipe on a CUDA GPU, for 100 and 1,000 labels at once, for as many epochs as fit into a time.

    python -m benchmarks.quality.paper_on_gpu [--seconds 350] [--seeds 1] [--precision bf16] [--device cuda]

At its full length of 5,000 epochs, `reproduce semi-supervised-100 --budget paper` takes more than an hour on an NVIDIA H200
(docs/results/training_gpu.md). A step with mini-batches of 100 leaves most of a GPU idle, so here the trainings share
it, each on a CUDA stream of its own, in one process. Prints the test error of each at epochs that were fixed beforehand
(REPORT_EPOCHS) and at the end; nothing is chosen by them. MNIST must be in AAE_DATA. --device cpu rehearses.
"""

import argparse
import sys
import time
from contextlib import nullcontext

import numpy as np
import torch

from aae_core.config.configuration import with_settings
from aae_core.data import sets
from aae_core.models.inference import classify_all
from aae_core.reproduce import experiments
from aae_core.training import captured_step, phases
from aae_core.training.training import Training
from benchmarks.processes import say

NAMES = ("semi-supervised-100", "semi-supervised-1000")
REPORT_EPOCHS = (10, 50, 100, *range(200, 5001, 100))


class ConcurrentTraining:
    """A training whose steps run on the GPU at the same time as those of others."""

    def __init__(self, name: str, seed: int, args):
        config = experiments.run_config(experiments.EXPERIMENTS[name], "paper", seed)
        config = with_settings(config, {"device": args.device, "precision": args.precision})
        self.name, self.gpu = f"{name}, seed {seed}", args.device == "cuda"
        self.stream = torch.cuda.Stream() if self.gpu else None
        self.capture_stream = torch.cuda.Stream() if self.gpu else None
        with self.use_own_stream():
            self.t = Training(config, sets.load("mnist"))
            self.run_step = captured_step.make_step_function(self.t, phases.training_step)
        self.synchronise()

    def use_own_stream(self):
        """The context in which its work goes to its own stream."""
        return torch.cuda.stream(self.stream) if self.gpu else nullcontext()

    def step(self) -> None:
        if self.gpu:
            # cuBLAS has a workspace for each stream of a capture, which graphs that run at once must not share
            torch.cuda.graph.default_capture_stream = self.capture_stream
        with self.use_own_stream():
            self.t.set_learning_rates()
            self.run_step()
            self.t.step += 1

    def synchronise(self) -> None:
        """Wait until the GPU has finished."""
        if self.gpu:
            torch.cuda.synchronize()

    def test_error(self) -> float:
        """The share of misclassified test images."""
        test = sets.load("mnist").test
        self.synchronise()
        return float((np.asarray(classify_all(self.t.model, test.images)).argmax(1) != test.labels).mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=350.0, help="after which the trainings end")
    parser.add_argument("--seeds", type=int, default=1, help="trainings for each number of labels")
    parser.add_argument("--precision", choices=("fp32", "bf16"), default="bf16")
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    args = parser.parse_args()
    if args.device == "cuda" and not torch.cuda.is_available():
        sys.exit("This machine has no CUDA GPU; --device cpu rehearses without one.")
    trainings = [ConcurrentTraining(name, seed, args) for seed in range(args.seeds) for name in NAMES]
    start_time = time.monotonic()
    first = trainings[0].t
    say(
        f"{len(trainings)} trainings of {first.total_steps:,} steps begin: {first.choice.summary}, "
        f"{first.choice.gpu or 'no GPU'}."
    )
    while time.monotonic() - start_time < args.seconds and first.step < first.total_steps:
        for training in trainings:
            training.step()
        if first.step % first.steps_per_epoch == 0 and round(first.epoch) in REPORT_EPOCHS:
            print_errors(trainings, start_time)
    print_errors(trainings, start_time)


def print_errors(trainings: list[ConcurrentTraining], start_time: float) -> None:
    """Print the error of each training so far, and the milliseconds in which each of them has taken a step."""
    errors = ", ".join(f"{item.name} {100 * item.test_error():.2f} %" for item in trainings)
    first, seconds = trainings[0].t, time.monotonic() - start_time
    print(f"Epoch {first.epoch:.1f}: {errors}; {1000 * seconds / first.step:.3f} ms for a step of each.", flush=True)


if __name__ == "__main__":
    main()
