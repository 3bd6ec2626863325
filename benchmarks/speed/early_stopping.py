"""How many steps early stopping saves, and what it misses: one grid trained completely, and again with successive halving.

    python -m benchmarks.speed.early_stopping [--steps 900] [--seeds 2] [--measures mmd2] [--keep FOLDER]

27 points of small networks on the digits, for each of two metrics on training images. Both sweeps train the same runs, bit for
bit, so the complete grid also shows which points the halving missed. Prints the table of docs/use/sweeps.md.
"""

import argparse
import tempfile
from pathlib import Path

import aae_core as aae
from aae_core.store.revisions import Store

GRID = {
    "prior.name": ["gaussian", "mixture", "swiss-roll"],
    "optimiser.reconstruction_rate": [0.003, 0.01, 0.03],
    "optimiser.generation_rate": [0.03, 0.1, 0.3],
}
SMALL_CONFIG = {"data": "digits", "network.hidden": [100], "network.discriminator": [100], "threads": 1}
MEASURES = ("reconstruction", "mmd2")


def comparison_row(measure: str, full_store: Store, halved_store: Store, seeds: int, steps: int) -> str:
    """A row of the table: the metric of the best point in the complete grid; for the best point that the halving finishes, its
    metric and its rank in the complete grid; and the share of the steps that is saved."""
    tables, column = {}, f"training_{measure}"
    for name, store, early_stop in (("whole", full_store, ""), ("halved", halved_store, "asha")):
        runs = aae.sweep(GRID, seeds, store, measure=measure, early_stop=early_stop, steps=steps, **SMALL_CONFIG)
        runs["steps"] = [store.open(id_).status.step for id_ in runs.revision]
        finished_runs = runs[runs.state == "done"]
        means = finished_runs.groupby(list(GRID))[column].mean().sort_values()
        tables[name] = means, int(runs.steps.sum())
    (all_means, all_steps), (means, steps_with_halving) = tables["whole"], tables["halved"]
    best_point, rank = means.index[0], list(all_means.index).index(means.index[0]) + 1
    cells = [measure, f"{all_means.iloc[0]:.5g}", f"{all_means[best_point]:.5g}", f"{rank} of {len(all_means)}"]
    return f"| {' | '.join([*cells, f'{all_steps:,}', f'{steps_with_halving:,}', f'{1 - steps_with_halving / all_steps:.0%}'])} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=900)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--measures", nargs="+", default=MEASURES)
    parser.add_argument("--keep", type=Path, help="a folder for the runs, with which another call continues")
    args = parser.parse_args()
    print("| metric | best of all | best found | its rank | all steps | steps taken | saved |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        place = args.keep or Path(folder)
        for measure in args.measures:
            halved_store = Store(place / f"halved-{measure}")
            print(comparison_row(measure, Store(place / "whole"), halved_store, args.seeds, args.steps), flush=True)


if __name__ == "__main__":
    main()
