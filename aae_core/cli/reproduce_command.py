"""The command `reproduce`: without names, it lists the experiments with their cost and results; with names, it runs them, one
after another in this process, or on the engine that the user chose."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from aae_core.cli.arguments import INTERRUPTED
from aae_core.cli.commands import assign, print_json, print_table, though_unread, whole_option
from aae_core.config.derived import total_steps
from aae_core.data import sets
from aae_core.errors import AAEError, ConfigError, RevisionError
from aae_core.program import program_name
from aae_core.progress import Bar, count_of, duration, tell
from aae_core.reproduce import experiments, reproduction, results
from aae_core.reproduce.experiments import BUDGETS, MOST_SEEDS, Experiment
from aae_core.reproduce.reproduction import Outcome
from aae_core.scheduling import engines, queue
from aae_core.store.revisions import Store
from aae_core.store.status import BUSY
from aae_core.sweeps import control

LEFT = {
    "paused": "The run is paused; the same command continues it.",
    "running": "What has begun goes on without this command; the same command waits for it, and begins the rest.",
}
SPIN = "30000"  # iterations for which a waiting thread spins, some tens of microseconds
LOOK = 0.5  # seconds between two looks at the store


def reproduce(args):
    seeds = _seeds(args)
    chosen = experiments.chosen(args.experiments, args.budget)
    if args.write == "":
        raise ConfigError("--write needs a folder.")
    folder = results.FOLDER if args.write is None else Path(args.write)
    trial = _trial(args)
    if not chosen:
        return _list(args, seeds, folder)
    if folder == results.FOLDER:
        folder.mkdir(parents=True, exist_ok=True)
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise ConfigError(f"The table cannot be written into {str(folder)[:200]!r}; give --write an existing folder.")
    if not engines.is_named():
        _let_threads_spin()
    return _run(args, _here(chosen, args), seeds, folder, trial)


def _seeds(args) -> list[int]:
    """The seeds that --seed or --seeds give; [] if neither is given, so that each experiment has its own number of seeds."""
    if args.seed is not None and args.seeds is not None:
        raise ConfigError("--seed names the seeds themselves and --seeds their number from 0 on; give one of the two.")
    if args.seed is not None:
        return experiments.seeds_in(args.seed)
    if args.seeds is not None:
        return list(range(whole_option("--seeds", args.seeds, 1, MOST_SEEDS)))
    return []


def _trial(args):
    """The settings in which a trial differs from the recipes; None if it is not a trial."""
    changes = {}
    assign(args.set, changes)
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
    given = os.environ.get("GOMP_SPINCOUNT")
    os.environ.setdefault("GOMP_SPINCOUNT", SPIN)
    import torch  # noqa: F401

    if given is None:
        del os.environ["GOMP_SPINCOUNT"]


def _here(chosen: list[Experiment], args) -> list[Experiment]:
    """The chosen experiments whose data is on this machine. Others are left out, with a note, if "all" are chosen; DataError if
    they are named."""
    found = []
    for experiment in chosen:
        name = experiments.configuration(experiment, args.budget, 0).data
        if sets.describe(name).available:
            found.append(experiment)
        elif experiment.name in args.experiments:
            sets.load(name)  # raises with what is missing and what to do
        elif not args.quiet:
            get = f"'{program_name()} data get {name}' downloads it."
            tell(f"{experiment.name} is left out: its data is missing; {get}")
    return found


def _run(args, chosen, seeds, folder, trial):
    results.read(folder)  # a damaged table is reported before hours of training, not after
    store, tried = Store(), results.EMPTY
    plan = [(experiment, seed) for experiment in chosen for seed in seeds or range(experiment.seeds)]
    state, trouble = "done", []
    way = _on_the_engine if engines.is_named() else _one_by_one
    try:
        for experiment, seed, outcome in way(args, store, plan, folder, trial):
            if outcome.state == "paused":
                state = "paused"
            elif outcome.state == "failed":
                trouble.append(f"{experiment.name}, seed {seed}: {outcome.reason}")
            else:
                tried = results.with_run(tried, experiment, args.budget, outcome.result)
                if not args.json:
                    print(_line(experiment, outcome.result, trial), flush=True)
    except KeyboardInterrupt:
        if way is _one_by_one:
            raise
        state = "running"
    if trouble and state == "done":
        state = "failed"
    record = results.read(folder) if trial is None else tried
    return _told(args, chosen, record, folder, trial, state, trouble)


def _one_by_one(args, store, plan, folder, trial) -> Iterator[tuple[Experiment, int, Outcome]]:
    """Yield the outcomes of runs, trained one after another in this process, until one is paused."""
    for number, (experiment, seed) in enumerate(plan, 1):
        with Bar(f"{experiment.name}, seed {seed} ({number} of {len(plan)})", quiet=args.quiet) as bar:
            bar.say(f"{bar.title}; Ctrl-C pauses it.")
            given = args.budget, seed, folder, bar.follow, args.measure_again, trial
            outcome = _tried(reproduction.run, store, experiment, *given)
        yield experiment, seed, outcome
        if outcome.state == "paused":
            return


def _on_the_engine(args, store, plan, folder, trial) -> Iterator[tuple[Experiment, int, Outcome]]:
    """Yield the outcomes of runs that the engine trains, in the order in which they end; they are measured in this process."""
    configs = [
        experiments.configuration(experiment, args.budget, seed, trial is not None, trial) for experiment, seed in plan
    ]
    lengths = [total_steps(config, sets.describe(config.data).train) for config in configs]
    waiting, begun = list(range(len(plan))), {}  # indices in the plan; begun: {index: revision}
    queue.reconcile(store)
    with Bar("reproduce", quiet=args.quiet) as bar:
        bar.say(f"{count_of(len(plan), 'run')} on the engine {engines.chosen().name}; Ctrl-C leaves them there.")
        while waiting or begun:
            states = [status.state for status in _statuses(store, begun).values() if status]
            while waiting and queue.places_left(states) > 0:
                number = waiting.pop(0)
                experiment, seed = plan[number]
                try:
                    begun[number] = reproduction.queued(store, experiment, args.budget, seed, trial)
                    states.append(begun[number].status.state)
                except AAEError as error:  # the following runs may succeed
                    yield experiment, seed, Outcome(None, "failed", str(error))
            control.pump(store)
            at = _statuses(store, begun)
            ended = next((number for number, status in at.items() if not status or status.state not in BUSY), None)
            if ended is not None:
                bar.leave_line()
                experiment, seed = plan[ended]
                given = begun.pop(ended), experiment, args.budget, folder, args.measure_again, trial
                yield experiment, seed, _tried(reproduction.outcome, store, *given)
                continue
            bar.remark(queue.remark_of_all(at.values()))
            steps_done = 0
            for number, length in enumerate(lengths):
                if number in at:
                    steps_done += at[number].step
                elif number not in waiting:  # it has ended
                    steps_done += length
            n_ended = len(plan) - len(waiting) - len(begun)
            bar.show(steps_done, sum(lengths), f"{n_ended} of {count_of(len(plan), 'run')}, {len(begun)} begun")
            time.sleep(LOOK)


def _statuses(store, begun):
    """{index in the plan: Status} of the begun runs, None for one whose revision was deleted."""
    rows = {row.id: row.status for row in store.own()}
    return {number: rows.get(revision.id) for number, revision in begun.items()}


def _tried(work, *given) -> Outcome:
    try:
        return work(*given)
    except AAEError as error:  # the following runs may succeed
        return Outcome(None, "failed", str(error))


def _line(experiment, run, trial):
    figure = experiment.figure
    value = f"{figure.words(run.value)} {figure.unit}"
    if trial is None:
        told = f"{figure.title} {value} (paper: {experiment.paper or results.NO_FIGURE})"
    else:
        told = f"{value} on training images held out"
    return f"{experiment.name}, seed {run.seed}: {told} after {duration(60 * run.minutes)}; {run.revision}"


def _told(args, chosen, record, folder, trial, state, trouble):
    """Print the results, and return the exit status; RevisionError if runs failed."""
    rows = [row for row in results.rows(record, args.budget) if row.experiment in chosen]
    with though_unread(state in LEFT):
        if args.json:
            told = [results.to_record(row) for row in rows]
            if trial is not None:  # a row's remarks on the recipe do not apply to a trial
                told = [
                    {key: row[key] for key in ("experiment", "value", "deviation", "seeds", "runs")} for row in told
                ]
            held_out = {} if trial is None else {"held_out": True, "changes": trial}
            print_json({"budget": args.budget, **held_out, "state": state, "results": told, "trouble": trouble})
        elif any(row.runs for row in rows):
            for row in rows:
                print(f"{row.experiment.name}: {row.words}")
            if trial is None:
                print(f"The table is in {folder / results.MARKDOWN} and {folder / results.JSON}.")
    if state in LEFT:
        tell(" ".join(["aae:", *trouble, LEFT[state]]))
        return INTERRUPTED
    if trouble:
        raise RevisionError(" ".join([*trouble, "Repeat the command to try again."]))
    return 0


def _list(args, seeds, folder):
    record, store = results.read(folder), Store()
    queue.reconcile(store)
    rows = results.rows(record, args.budget)
    listed = [_listed(row, seeds, store) for row in rows]
    if args.json:
        print_json({"budget": args.budget, "experiments": listed})
        return 0
    table = [("EXPERIMENT", "PAPER", "COST", "HERE", "WHAT")]
    for row, told in zip(rows, listed, strict=True):
        e = row.experiment
        what = f"{e.title}: {e.figure.title}, {e.figure.unit}"
        there = "; ".join([_there(row), *told["begun"]])
        table.append((e.name, e.paper or results.NO_FIGURE, _cost(told), there, what))
    print_table(table)
    print("Cost: measured minutes of one run × runs; 'budget' is the planned time of a run that was not measured yet.")
    print(f"Budget {args.budget}: {BUDGETS[args.budget]}. Name experiments, or 'all', to run them.")
    if args.budget == "paper":
        print("On two processor cores a run of the paper's length takes days, and all of them weeks.")
    return 0


def _cost(listed):
    """The cost of an experiment as a text: "26 min × 3" if measured, "budget 30 min × 3" if planned, or "500 epochs × 3"."""
    if listed["minutes_a_run"] is None:
        return f"{listed['length']} × {listed['runs']}"
    minutes = f"{listed['minutes_a_run']:.0f} min × {listed['runs']}"
    return minutes if listed["measured"] else f"budget {minutes}"


def _there(row):
    if not row.runs:
        return results.NOT_RUN
    former = "" if row.current else ", of a former recipe"
    return f"{row.words} (seeds {', '.join(str(run.seed) for run in row.counted)}{former})"


def _begun(row, seeds, store):
    for seed in sorted(set(seeds).difference(row.seeds if row.current else ())):
        revision = store.find(experiments.configuration(row.experiment, row.budget, seed))
        if revision is not None:
            status = revision.status
            where = "not measured" if status.state == "done" else f"epoch {status.epoch:.1f} of {status.total_epochs:g}"
            yield f"seed {seed} {status.state}, {where}"


def _listed(row, seeds, store):
    """A row of results as a dictionary, with the cost of a run, measured or planned by the recipe, and notes on unfinished
    runs."""
    seeds, measured = seeds or range(row.experiment.seeds), bool(row.runs) and row.current
    minutes = row.minutes if measured else row.experiment.recipes[row.budget].minutes
    cost = {"minutes_a_run": minutes, "measured": measured, "runs": len(seeds)}
    cost |= {"length": experiments.length(row.experiment, row.budget), "current": row.current}
    return {**results.to_record(row), **cost, "begun": list(_begun(row, seeds, store))}
