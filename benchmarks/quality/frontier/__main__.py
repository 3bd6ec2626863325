"""Which latent model is best for what: reconstruction against fit of the prior, for all models by one protocol.

    python -m benchmarks.quality.frontier [--data mnist glyphs] [--latent-dims 2 10] [--models vae aae …] [--seeds 3] [--values 6]
                                  [--steps 3000] [--width 256] [--store FOLDER] [--write]

The hyperparameter ("knob") of a model, if it has one, is chosen on held-out training images (`points.run_knob_trials`,
`best_knob_values`). Then the model is trained with each seed on all training images and measured once on the test images (a
"point"). At the end the metrics that trainings do not compute (`points.LATE_PROTOCOLS`) are added. Each finished run is a line
of STORE/frontier.jsonl and is not repeated, so the command can be interrupted and started again, or extended to more models,
data or seeds. --write: at the end write docs/results/frontier.json and the tables of docs/results/frontier.md from all finished
runs. Those in docs/results/frontier.json that the log lacks count as finished. With an empty --data nothing is trained. MNIST
must be in AAE_DATA.
"""

import argparse
from pathlib import Path

from aae_core.places import PROJECT
from benchmarks.quality.frontier import curves, curves_page, points, points_page
from benchmarks.quality.frontier.models import MODELS
from benchmarks.quality.run_log import Log


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", nargs="*", default=["mnist"], help="none: no training, as when only --write is wanted"
    )
    parser.add_argument("--latent-dims", nargs="+", type=int, default=[2])
    parser.add_argument("--models", nargs="+", default=list(MODELS), choices=MODELS)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument(
        "--values", type=int, default=6, help="of a knob at most: further ones while one at an end is chosen"
    )
    parser.add_argument("--steps", type=int, help="of every run, in mini-batches of 100")
    parser.add_argument("--width", type=int, help="of the two hidden layers of every network")
    parser.add_argument("--store", type=Path, default=PROJECT / "benchmarks" / "runs" / "frontier")
    parser.add_argument("--curves", action="store_true", help="train the values of `curves.VALUES` in place of points")
    parser.add_argument("--write", action="store_true", help="write docs/ in the end")
    args = parser.parse_args()
    print("finished runs are lines of", args.store / "frontier.jsonl", flush=True)
    args.store.mkdir(parents=True, exist_ok=True)
    log = Log(args.store / "frontier.jsonl")
    page = PROJECT / "docs" / "results" / "frontier.json"
    if args.curves:
        log.lines += curves.curve_lines_missing_in_log(page, log)
        curves.train_curves(args, log, points_page.known_points(page, log))
    else:
        points.tune_and_train(args, log)
        points.add_late_protocols(args, log)  # which reads the log's file anew
        if args.write:
            points_page.write_results(args, log)
        log.lines += curves.curve_lines_missing_in_log(page, log)
    if args.write:
        curves_page.write_curves(args, log, points_page.known_points(page, log), page)


if __name__ == "__main__":
    main()
