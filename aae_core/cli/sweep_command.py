"""The command `sweep`: it begins or continues a sweep and follows it; without options, it lists the sweeps."""

from aae_core.cli.arguments import INTERRUPTED_STATUS
from aae_core.cli.commands import (
    load_plugins_and_report_errors,
    parse_whole_option,
    print_json,
    print_recommended_settings,
    print_table,
    settings_from_args,
)
from aae_core.errors import ConfigError, RevisionError
from aae_core.evaluation.metrics import METRICS
from aae_core.progress import ProgressBar, format_count, print_to_stderr
from aae_core.runs import engines, sweep_control, sweep_plans, sweep_standings
from aae_core.store import sweeps as sweep_records
from aae_core.store.revisions import Store
from aae_core.store.sweeps import Sweep
from aae_core.wording import program_name


def run_sweep_command(args) -> int:
    store = Store()
    if (args.stop or args.remove) and not args.sweep:
        raise ConfigError("Say which sweep: 'sweep SWEEP --stop', or 'sweep SWEEP --remove'.")
    if args.sweep:
        if args.vary or _has_options_of_new_sweep(args):
            raise ConfigError(
                f"{args.sweep[:60]!r} names a sweep that was begun with its settings; leave it out to begin another by --vary."
            )
        sweep_id = sweep_records.resolve_sweep_id(store, args.sweep)
        if args.remove:
            sweep_control.remove_sweep(store, sweep_id)
            return _print_state(sweep_id, "removed", args)
        if args.stop:
            return _print_state(sweep_id, sweep_control.stop_sweep(store, sweep_id).state, args)
        return _follow_sweep(
            store,
            sweep_control.continue_sweep(store, sweep_id, engine_options=engines.engine_options_text() or None),
            args,
        )
    if not args.vary:
        if _has_options_of_new_sweep(args):
            raise ConfigError("To begin a sweep, say what it varies: --vary KEY=VALUES; a single value will do.")
        return _list_sweeps(store, args)
    new_sweep = _sweep_from_args(args)
    load_plugins_and_report_errors()
    return _follow_sweep(
        store, sweep_control.start_sweep(store, new_sweep, engine_options=engines.engine_options_text() or None), args
    )


def _print_state(sweep_id, state, args) -> int:
    """Print the state of a sweep after it was stopped or removed, and return the exit status."""
    continues = f"'{program_name()} sweep {sweep_id}' continues it."
    sentences = {
        "removed": f"Removed {sweep_id} from the list; its trainings stay as revisions.",
        "running": f"{sweep_id} is asked to stop, which the program that trains it may do only after its present training; "
        f"{continues}",
        "stopped": f"Stopped {sweep_id}; {continues}",
        "done": f"{sweep_id} is done; no training of it goes on.",
    }
    if args.json:
        print_json({"sweep": sweep_id, "state": state})
    else:
        print(sentences[state])
    return 0


def _has_options_of_new_sweep(args) -> bool:
    """Whether options other than --vary were given that only apply to a new sweep."""
    values = [getattr(args, name) for name in ("seeds", "measure", "early_stop", "search", "trials")]
    return any(value is not None for value in values) or args.preset != "default" or bool(settings_from_args(args))


def _sweep_from_args(args) -> Sweep:
    varied_values = {}
    for text in args.vary:
        key, sign, values = text.partition("=")
        if not sign or not values:
            raise ConfigError(f"--vary needs KEY=VALUES, such as latent_dim='2|8', not {text[:60]!r}.")
        if key in varied_values:
            raise ConfigError(f"The setting {key[:60]} is varied twice; give all of its values at once, as a|b|c.")
        varied_values[key] = sweep_plans.parse_values(key, values)
    settings = {key: value for key, value in settings_from_args(args).items() if key != "name"} | {
        "preset": args.preset
    }
    fixed_and_varied = sorted(varied_values.keys() & settings)
    if fixed_and_varied:
        raise ConfigError(
            f"The setting {fixed_and_varied[0]} is varied and given a value, too; leave one of the two out."
        )
    seeds = 1 if args.seeds is None else parse_whole_option("--seeds", args.seeds, 1, sweep_plans.MAX_TRAININGS)
    trials = None if args.trials is None else parse_whole_option("--trials", args.trials, 1, sweep_plans.MAX_TRAININGS)
    measure = args.measure or "reconstruction"
    sweep = sweep_plans.plan_sweep(
        varied_values, settings, seeds, measure, args.early_stop or "", args.search or "", trials, args.name or ""
    )
    if not args.quiet:
        print_recommended_settings({key: value for key, value in sweep.settings.items() if key not in settings})
    return sweep


def _follow_sweep(store, sweep, args) -> int:
    """Follow a sweep until it ends, print its results, and return the exit status; Ctrl-C stops it. RevisionError if it was
    stopped, or if trainings failed."""
    try:
        with ProgressBar(sweep.name or "sweep", quiet=args.quiet) as bar:
            bar.print_line(f"Sweep {sweep.id}; Ctrl-C pauses it.")
            sweep = sweep_control.follow_sweep(store, sweep, bar)
    except KeyboardInterrupt:
        print_to_stderr(f"aae: The sweep is paused; '{program_name()} sweep {sweep.id}' continues it.")
        return INTERRUPTED_STATUS
    rows = sweep_standings.rank_points(sweep, store.list_own())
    if args.json:
        points = [_standing_record(row) for row in rows]
        print_json({"sweep": sweep.id, "state": sweep.state, "measure": sweep.measure, "points": points})
    else:
        print_table(_standings_table(sweep, rows))
        print(f"{METRICS[sweep.measure].title}, on training images; {describe_sweep(sweep)}.")
    if sweep.state == "stopped":
        reason = sweep.trouble or "Some of its trainings were paused."
        raise RevisionError(f"{reason} '{program_name()} sweep {sweep.id}' continues it.")
    failure_count = sum(row.state == "failed" for standing in rows for row in standing.rows)
    if failure_count:
        raise RevisionError(f"{format_count(failure_count, 'training')} failed; the same command tries again.")
    return 0


def _standings_table(sweep, rows):
    table = [(*(key.upper() for key in sweep.vary), sweep.measure.upper(), "SEEDS", "STATE", "STEPS", "REVISIONS")]
    for standing in rows:
        cells = [sweep_plans.format_value(standing.point.settings[key]) for key in sweep.vary]
        deviation = "" if standing.deviation is None else f" ± {standing.deviation:.2g}"
        value = "–" if standing.mean is None else f"{standing.mean:.4g}{deviation}"
        state = standing.point.refusal or standing.state
        ids = " ".join(run.revision for run in standing.point.runs)
        table.append((*cells, value, str(len(standing.values)), state, f"{standing.steps:,}", ids))
    return table


def _standing_record(standing):
    runs = [{"seed": run.seed, "revision": run.revision, "values": run.values} for run in standing.point.runs]
    return {
        "settings": standing.point.settings,
        "mean": standing.mean,
        "deviation": standing.deviation,
        "rung": standing.rung,
        "state": standing.state,
        "steps": standing.steps,
        "refusal": standing.point.refusal,
        "runs": runs,
    }


def describe_sweep(sweep: Sweep) -> str:
    """A description of a sweep in one line."""
    kind = (
        f"a search of {sweep.trials} points by {sweep.search}"
        if sweep.search
        else format_count(len(sweep.points), "point")
    )
    early_stop_note = ", early stopping by successive halving" if sweep.early_stop else ""
    return f"{', '.join(sweep.vary) or 'nothing varied'}: {kind}, {format_count(len(sweep.seeds), 'seed')} each{early_stop_note}"


def _list_sweeps(store, args) -> int:
    sweeps, troubles = sweep_records.read_all_sweeps(store)
    for trouble in troubles:
        print_to_stderr(f"aae: {trouble}")
    if args.json:
        print_json(
            [
                {"sweep": sweep.id, "state": sweep.state, "name": sweep.name, "what": describe_sweep(sweep)}
                for sweep in sweeps
            ]
        )
    elif not sweeps:
        print(f"There is no sweep yet; '{program_name()} sweep --vary latent_dim=\"2|8\"' begins one.")
    else:
        table = [(sweep.id, sweep.state, sweep.name or "–", describe_sweep(sweep)) for sweep in sweeps]
        print_table([("SWEEP", "STATE", "NAME", "WHAT"), *table])
    return 0
