"""The command `reproduce`: without names, it lists the experiments with their cost and results; with names, it runs them, one
after another in this process, or on the engine that the user chose."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from aae_core.cli.arguments import INTERRUPTED_STATUS
from aae_core.cli.commands import (
    ignoring_closed_pipe,
    parse_set_options_into,
    parse_whole_option,
    print_json,
    print_table,
)
from aae_core.config.derived import total_steps
from aae_core.data import sets
from aae_core.errors import AAEError, ConfigError, RevisionError
from aae_core.progress import ProgressBar, format_count, format_duration, print_to_stderr
from aae_core.reproduce import experiments, reproduction, results
from aae_core.reproduce.experiments import BUDGETS, MAX_SEEDS, Experiment
from aae_core.reproduce.reproduction import RunOutcome
from aae_core.runs import engines, queue, sweep_control
from aae_core.store.revisions import Store
from aae_core.store.status import BUSY
from aae_core.wording import program_name

UNFINISHED_MESSAGES = {
    "paused": "The run is paused; the same command continues it.",
    "running": "What has begun goes on without this command; the same command waits for it, and begins the rest.",
}
SPIN_COUNT = "30000"  # iterations for which a waiting thread spins, some tens of microseconds
POLL_SECONDS = 0.5  # seconds between two looks at the store


def reproduce_experiments(args) -> int:
    seeds = _seeds_from_args(args)
    chosen = experiments.select_experiments(args.experiments, args.budget)
    if args.write == "":
        raise ConfigError("--write needs a folder.")
    folder = results.RESULTS_FOLDER if args.write is None else Path(args.write)
    trial = _trial_settings(args)
    if not chosen:
        return _list_experiments(args, seeds, folder)
    if folder == results.RESULTS_FOLDER:
        folder.mkdir(parents=True, exist_ok=True)
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise ConfigError(f"The table cannot be written into {str(folder)[:200]!r}; give --write an existing folder.")
    if not engines.is_engine_set():
        _let_threads_spin()
    return _run_experiments(args, _with_available_data(chosen, args), seeds, folder, trial)


def _seeds_from_args(args) -> list[int]:
    """The seeds that --seed or --seeds give; [] if neither is given, so that each experiment has its own number of seeds."""
    if args.seed is not None and args.seeds is not None:
        raise ConfigError("--seed names the seeds themselves and --seeds their number from 0 on; give one of the two.")
    if args.seed is not None:
        return experiments.parse_seeds(args.seed)
    if args.seeds is not None:
        return list(range(parse_whole_option("--seeds", args.seeds, 1, MAX_SEEDS)))
    return []


def _trial_settings(args):
    """The settings in which a trial differs from the recipes; None if it is not a trial."""
    changes = {}
    parse_set_options_into(args.set, changes)
    if changes and not args.held_out:
        raise ConfigError(
            "--set makes a trial of another recipe, which is measured on held-out images: add --held-out."
        )
    return changes if args.held_out else None


def _let_threads_spin():
    """Import torch so that its waiting threads spin for a moment before they sleep.

    A worker's threads sleep at once, so that the pages beside it stay responsive. A machine that reproduces experiments usually
    does nothing else, and a step with 100 images on two threads then took a third less time. Child processes do not inherit this.
    """
    former_spin_count = os.environ.get("GOMP_SPINCOUNT")
    os.environ.setdefault("GOMP_SPINCOUNT", SPIN_COUNT)
    import torch  # noqa: F401

    if former_spin_count is None:
        del os.environ["GOMP_SPINCOUNT"]


def _with_available_data(chosen_experiments: list[Experiment], args) -> list[Experiment]:
    """The chosen experiments whose data is on this machine. Others are left out, with a note, if "all" are chosen; DataError if
    they are named."""
    available = []
    for experiment in chosen_experiments:
        name = experiments.run_config(experiment, args.budget, 0).data
        if sets.describe_data_set(name).available:
            available.append(experiment)
        elif experiment.name in args.experiments:
            sets.load(name)  # raises with what is missing and what to do
        elif not args.quiet:
            remedy = f"'{program_name()} data get {name}' downloads it."
            print_to_stderr(f"{experiment.name} is left out: its data is missing; {remedy}")
    return available


def _run_experiments(args, chosen, seeds, folder, trial) -> int:
    results.read_results(folder)  # a damaged table is reported before hours of training, not after
    store, trial_results = Store(), results.EMPTY_RECORD
    plan = [(experiment, seed) for experiment in chosen for seed in seeds or range(experiment.seeds)]
    state, failures = "done", []
    run_plan = _run_on_engine if engines.is_engine_set() else _run_in_process
    try:
        for experiment, seed, outcome in run_plan(args, store, plan, folder, trial):
            if outcome.state == "paused":
                state = "paused"
            elif outcome.state == "failed":
                failures.append(f"{experiment.name}, seed {seed}: {outcome.reason}")
            else:
                trial_results = results.record_with_run(trial_results, experiment, args.budget, outcome.result)
                if not args.json:
                    print(_result_line(experiment, outcome.result, trial), flush=True)
    except KeyboardInterrupt:
        if run_plan is _run_in_process:
            raise
        state = "running"
    if failures and state == "done":
        state = "failed"
    record = results.read_results(folder) if trial is None else trial_results
    return _print_results(args, chosen, record, folder, trial, state, failures)


def _run_in_process(args, store, plan, folder, trial) -> Iterator[tuple[Experiment, int, RunOutcome]]:
    """Yield the outcomes of runs, trained one after another in this process, until one is paused."""
    for number, (experiment, seed) in enumerate(plan, 1):
        with ProgressBar(f"{experiment.name}, seed {seed} ({number} of {len(plan)})", quiet=args.quiet) as bar:
            bar.print_line(f"{bar.title}; Ctrl-C pauses it.")
            arguments = args.budget, seed, folder, bar.show_status, args.measure_again, trial
            outcome = _outcome_or_failure(reproduction.run_experiment, store, experiment, *arguments)
        yield experiment, seed, outcome
        if outcome.state == "paused":
            return


def _run_on_engine(args, store, plan, folder, trial) -> Iterator[tuple[Experiment, int, RunOutcome]]:
    """Yield the outcomes of runs that the engine trains, in the order in which they end; they are measured in this process."""
    configs = [
        experiments.run_config(experiment, args.budget, seed, trial is not None, trial) for experiment, seed in plan
    ]
    lengths = [total_steps(config, sets.describe_data_set(config.data).train) for config in configs]
    waiting_numbers, running_revisions = list(range(len(plan))), {}  # indices in the plan; {index: revision}
    queue.fail_dead_trainings(store)
    with ProgressBar("reproduce", quiet=args.quiet) as bar:
        bar.print_line(
            f"{format_count(len(plan), 'run')} on the engine {engines.chosen_engine().name}; Ctrl-C leaves them there."
        )
        while waiting_numbers or running_revisions:
            states = [status.state for status in _statuses_by_index(store, running_revisions).values() if status]
            while waiting_numbers and queue.free_queue_place_count(states) > 0:
                number = waiting_numbers.pop(0)
                experiment, seed = plan[number]
                try:
                    running_revisions[number] = reproduction.queue_experiment(
                        store, experiment, args.budget, seed, trial
                    )
                    states.append(running_revisions[number].status.state)
                except AAEError as error:  # the following runs may succeed
                    yield experiment, seed, RunOutcome(None, "failed", str(error))
            sweep_control.advance_sweeps(store)
            statuses = _statuses_by_index(store, running_revisions)
            ended_number = next(
                (number for number, status in statuses.items() if not status or status.state not in BUSY), None
            )
            if ended_number is not None:
                bar.finish_line()
                experiment, seed = plan[ended_number]
                arguments = (
                    running_revisions.pop(ended_number),
                    experiment,
                    args.budget,
                    folder,
                    args.measure_again,
                    trial,
                )
                yield experiment, seed, _outcome_or_failure(reproduction.measure_outcome, store, *arguments)
                continue
            bar.print_if_new(queue.common_waiting_remark(statuses.values()))
            steps_done = 0
            for number, length in enumerate(lengths):
                if number in statuses:
                    steps_done += statuses[number].step
                elif number not in waiting_numbers:  # it has ended
                    steps_done += length
            n_ended = len(plan) - len(waiting_numbers) - len(running_revisions)
            bar.show(
                steps_done,
                sum(lengths),
                f"{n_ended} of {format_count(len(plan), 'run')}, {len(running_revisions)} begun",
            )
            time.sleep(POLL_SECONDS)


def _statuses_by_index(store, running_revisions):
    """{index in the plan: Status} of the begun runs, None for one whose revision was deleted."""
    rows = {row.id: row.status for row in store.list_own()}
    return {number: rows.get(revision.id) for number, revision in running_revisions.items()}


def _outcome_or_failure(work, *arguments) -> RunOutcome:
    try:
        return work(*arguments)
    except AAEError as error:  # the following runs may succeed
        return RunOutcome(None, "failed", str(error))


def _result_line(experiment, run, trial) -> str:
    figure = experiment.figure
    value = f"{figure.format_value(run.value)} {figure.unit}"
    if trial is None:
        description = f"{figure.title} {value} (paper: {experiment.paper or results.NO_FIGURE})"
    else:
        description = f"{value} on training images held out"
    return (
        f"{experiment.name}, seed {run.seed}: {description} after {format_duration(60 * run.minutes)}; {run.revision}"
    )


def _print_results(args, chosen, record, folder, trial, state, failures) -> int:
    """Print the results, and return the exit status; RevisionError if runs failed."""
    rows = [row for row in results.result_rows(record, args.budget) if row.experiment in chosen]
    with ignoring_closed_pipe(state in UNFINISHED_MESSAGES):
        if args.json:
            records = [results.row_as_json_record(row) for row in rows]
            if trial is not None:  # a row's remarks on the recipe do not apply to a trial
                records = [
                    {key: row[key] for key in ("experiment", "value", "deviation", "seeds", "runs")} for row in records
                ]
            held_out = {} if trial is None else {"held_out": True, "changes": trial}
            print_json({"budget": args.budget, **held_out, "state": state, "results": records, "trouble": failures})
        elif any(row.runs for row in rows):
            for row in rows:
                print(f"{row.experiment.name}: {row.text}")
            if trial is None:
                print(f"The table is in {folder / results.MARKDOWN_FILE} and {folder / results.JSON_FILE}.")
    if state in UNFINISHED_MESSAGES:
        print_to_stderr(" ".join(["aae:", *failures, UNFINISHED_MESSAGES[state]]))
        return INTERRUPTED_STATUS
    if failures:
        raise RevisionError(" ".join([*failures, "Repeat the command to try again."]))
    return 0


def _list_experiments(args, seeds, folder) -> int:
    record, store = results.read_results(folder), Store()
    queue.fail_dead_trainings(store)
    rows = results.result_rows(record, args.budget)
    records = [_experiment_record(row, seeds, store) for row in rows]
    if args.json:
        print_json({"budget": args.budget, "experiments": records})
        return 0
    table = [("EXPERIMENT", "PAPER", "COST", "HERE", "WHAT")]
    for row, record_of_row in zip(rows, records, strict=True):
        experiment = row.experiment
        description = f"{experiment.title}: {experiment.figure.title}, {experiment.figure.unit}"
        results_here = "; ".join([_format_local_results(row), *record_of_row["begun"]])
        table.append(
            (
                experiment.name,
                experiment.paper or results.NO_FIGURE,
                _format_cost(record_of_row),
                results_here,
                description,
            )
        )
    print_table(table)
    print("Cost: measured minutes of one run × runs; 'budget' is the planned time of a run that was not measured yet.")
    print(f"Budget {args.budget}: {BUDGETS[args.budget]}. Name experiments, or 'all', to run them.")
    if args.budget == "paper":
        print("On two processor cores a run of the paper's length takes days, and all of them weeks.")
    return 0


def _format_cost(experiment_record) -> str:
    """The cost of an experiment as a text: "26 min × 3" if measured, "budget 30 min × 3" if planned, or "500 epochs × 3"."""
    if experiment_record["minutes_a_run"] is None:
        return f"{experiment_record['length']} × {experiment_record['runs']}"
    minutes = f"{experiment_record['minutes_a_run']:.0f} min × {experiment_record['runs']}"
    return minutes if experiment_record["measured"] else f"budget {minutes}"


def _format_local_results(row) -> str:
    if not row.runs:
        return results.NOT_RUN
    recipe_note = "" if row.is_current else ", of a former recipe"
    return f"{row.text} (seeds {', '.join(str(run.seed) for run in row.counted_runs)}{recipe_note})"


def _unfinished_run_texts(row, seeds, store):
    for seed in sorted(set(seeds).difference(row.seeds if row.is_current else ())):
        revision = store.find(experiments.run_config(row.experiment, row.budget, seed))
        if revision is not None:
            status = revision.status
            progress = (
                "not measured" if status.state == "done" else f"epoch {status.epoch:.1f} of {status.total_epochs:g}"
            )
            yield f"seed {seed} {status.state}, {progress}"


def _experiment_record(row, seeds, store):
    """A row of results as a dictionary, with the cost of a run, measured or planned by the recipe, and notes on unfinished
    runs."""
    seeds, measured = seeds or range(row.experiment.seeds), bool(row.runs) and row.is_current
    minutes = row.mean_minutes if measured else row.experiment.recipes[row.budget].minutes
    cost = {"minutes_a_run": minutes, "measured": measured, "runs": len(seeds)}
    cost |= {"length": experiments.length_text(row.experiment, row.budget), "current": row.is_current}
    return {**results.row_as_json_record(row), **cost, "begun": list(_unfinished_run_texts(row, seeds, store))}
