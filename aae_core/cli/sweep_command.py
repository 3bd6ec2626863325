"""The command `sweep`: it begins or continues a sweep and follows it; without options, it lists the sweeps."""

from aae_core.cli.arguments import INTERRUPTED
from aae_core.cli.commands import print_json, print_table, settings_of, tell_of_plugins, whole_option
from aae_core.errors import ConfigError, RevisionError
from aae_core.evaluation.metrics import METRICS
from aae_core.program import program_name
from aae_core.progress import Bar, count_of, tell
from aae_core.scheduling import engines
from aae_core.store import sweeps as records
from aae_core.store.revisions import Store
from aae_core.store.sweeps import Sweep
from aae_core.sweeps import control, plan, standings


def sweep(args):
    store = Store()
    if (args.stop or args.remove) and not args.sweep:
        raise ConfigError("Say which sweep: 'sweep SWEEP --stop', or 'sweep SWEEP --remove'.")
    if args.sweep:
        if args.vary or _says_more(args):
            raise ConfigError(
                f"{args.sweep[:60]!r} names a sweep that was begun with its settings; leave it out to begin another by --vary."
            )
        sweep_id = records.id_of(store, args.sweep)
        if args.remove:
            control.remove(store, sweep_id)
            return _print_state(sweep_id, "removed", args)
        if args.stop:
            return _print_state(sweep_id, control.stop(store, sweep_id).state, args)
        return _follow(store, control.go_on(store, sweep_id, asks=engines.asks() or None), args)
    if not args.vary:
        if _says_more(args):
            raise ConfigError("To begin a sweep, say what it varies: --vary KEY=VALUES; a single value will do.")
        return _list(store, args)
    new_sweep = _asked(args)
    tell_of_plugins()
    return _follow(store, control.start(store, new_sweep, asks=engines.asks() or None), args)


def _print_state(sweep_id, state, args):
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


def _says_more(args) -> bool:
    """Whether options other than --vary were given that only apply to a new sweep."""
    given = [getattr(args, name) for name in ("seeds", "measure", "early_stop", "search", "trials")]
    return any(each is not None for each in given) or args.preset != "default" or bool(settings_of(args))


def _asked(args) -> Sweep:
    vary = {}
    for text in args.vary:
        key, sign, values = text.partition("=")
        if not sign or not values:
            raise ConfigError(f"--vary needs KEY=VALUES, such as latent_dim='2|8', not {text[:60]!r}.")
        if key in vary:
            raise ConfigError(f"The setting {key[:60]} is varied twice; give all of its values at once, as a|b|c.")
        vary[key] = plan.parse_values(key, values)
    settings = {key: value for key, value in settings_of(args).items() if key != "name"} | {"preset": args.preset}
    fixed_and_varied = sorted(vary.keys() & settings)
    if fixed_and_varied:
        raise ConfigError(
            f"The setting {fixed_and_varied[0]} is varied and given a value, too; leave one of the two out."
        )
    seeds = 1 if args.seeds is None else whole_option("--seeds", args.seeds, 1, plan.MOST)
    trials = None if args.trials is None else whole_option("--trials", args.trials, 1, plan.MOST)
    measure = args.measure or "reconstruction"
    return plan.plan(vary, settings, seeds, measure, args.early_stop or "", args.search or "", trials, args.name or "")


def _follow(store, found, args):
    """Follow a sweep until it ends, print its results, and return the exit status; Ctrl-C stops it. RevisionError if it was
    stopped, or if trainings failed."""
    try:
        with Bar(found.name or "sweep", quiet=args.quiet) as bar:
            bar.say(f"Sweep {found.id}; Ctrl-C pauses it.")
            found = control.follow(store, found, bar)
    except KeyboardInterrupt:
        tell(f"aae: The sweep is paused; '{program_name()} sweep {found.id}' continues it.")
        return INTERRUPTED
    rows = standings.standings(found, store.own())
    if args.json:
        points = [_record(row) for row in rows]
        print_json({"sweep": found.id, "state": found.state, "measure": found.measure, "points": points})
    else:
        print_table(_table(found, rows))
        print(f"{METRICS[found.measure].title}, on training images; {words(found)}.")
    if found.state == "stopped":
        why = found.trouble or "Some of its trainings were paused."
        raise RevisionError(f"{why} '{program_name()} sweep {found.id}' continues it.")
    failed = sum(row.state == "failed" for one in rows for row in one.rows)
    if failed:
        raise RevisionError(f"{count_of(failed, 'training')} failed; the same command tries again.")
    return 0


def _table(found, rows):
    table = [(*(key.upper() for key in found.vary), found.measure.upper(), "SEEDS", "STATE", "STEPS", "REVISIONS")]
    for one in rows:
        told = [plan.value_words(one.point.settings[key]) for key in found.vary]
        deviation = "" if one.deviation is None else f" ± {one.deviation:.2g}"
        value = "–" if one.mean is None else f"{one.mean:.4g}{deviation}"
        state = one.point.refusal or one.state
        ids = " ".join(run.revision for run in one.point.runs)
        table.append((*told, value, str(len(one.values)), state, f"{one.steps:,}", ids))
    return table


def _record(one):
    runs = [{"seed": run.seed, "revision": run.revision, "values": run.values} for run in one.point.runs]
    return {
        "settings": one.point.settings,
        "mean": one.mean,
        "deviation": one.deviation,
        "rung": one.rung,
        "state": one.state,
        "steps": one.steps,
        "refusal": one.point.refusal,
        "runs": runs,
    }


def words(found: Sweep) -> str:
    """A description of a sweep in one line."""
    kind = (
        f"a search of {found.trials} points by {found.search}" if found.search else count_of(len(found.points), "point")
    )
    early = ", early stopping by successive halving" if found.early_stop else ""
    return f"{', '.join(found.vary) or 'nothing varied'}: {kind}, {count_of(len(found.seeds), 'seed')} each{early}"


def _list(store, args):
    found, troubles = records.read_all(store)
    for trouble in troubles:
        tell(f"aae: {trouble}")
    if args.json:
        print_json([{"sweep": each.id, "state": each.state, "name": each.name, "what": words(each)} for each in found])
    elif not found:
        print(f"There is no sweep yet; '{program_name()} sweep --vary latent_dim=\"2|8\"' begins one.")
    else:
        table = [(each.id, each.state, each.name or "–", words(each)) for each in found]
        print_table([("SWEEP", "STATE", "NAME", "WHAT"), *table])
    return 0
