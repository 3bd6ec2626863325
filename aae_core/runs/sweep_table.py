"""A sweep called from Python, with its results as a table."""

from collections.abc import Mapping, Sequence

from aae_core.data import sets
from aae_core.errors import RevisionError
from aae_core.progress import ProgressBar
from aae_core.runs import engines, sweep_control, sweep_plans, worker
from aae_core.store import notebook
from aae_core.store.revisions import Store


def sweep(
    grid: Mapping[str, Sequence],
    seeds: int | Sequence[int] = 1,
    store: Store | None = None,
    progress: bool = False,
    data: str | sets.DataSet | None = None,
    measure: str = "reconstruction",
    early_stop: str = "",
    search: str = "",
    trials: int | None = None,
    name: str = "",
    **settings,
):
    """Train every combination of the values in `grid` with each seed, and return a pandas DataFrame with a row for each
    run: its settings in the grid, seed, revision, state, and final measures. The runs are trained one after another in
    this process; or, if $AAE_ENGINE names an engine and the data are not only in memory, by that engine.

    grid: {setting: its values}, such as {"latent_dim": [2, 8], "prior": ["gaussian", "mixture"]}. seeds: a list of
    seeds, or a number n for the seeds 0 to n − 1. data: the name of a data set, or one in memory, such as `arrays`
    makes. settings: those that all runs share, including `preset`, as `configure` takes them; of one that is in `grid`,
    too, the values there count, so that a base configuration may be given whole. progress: as for `train`. name: of the
    sweep.

    measure: a metric on training images, lower is better, whose column is `training_` and its name. By it,
    early_stop="asha" stops points that fall behind, and search="optuna" chooses the `trials` points that it tries; a
    range to search is {"low": 0.01, "high": 1} or "0.01..1".

    The same call continues where an earlier one was interrupted, and repeats nothing. All combinations are checked
    before the first is trained: ConfigError for one that is refused, DataError for missing data. A run that fails has
    the state "failed" and no measures.
    """
    pandas = notebook.import_optional("pandas")
    dataset = data if isinstance(data, sets.DataSet) else None
    if data is not None:
        settings["data"] = dataset.name if dataset else data
    sweep_plan = sweep_plans.plan_sweep(grid, settings, seeds, measure, early_stop, search, trials, name, dataset)

    store = store or Store()
    if dataset is None and engines.is_engine_set():
        result = _follow_on_engine(store, sweep_plan, name, progress)
    else:
        result = _train_here(store, sweep_plan, dataset, progress)
    rows = []
    for point in result.points:
        for run in point.runs:
            status = store.open(run.revision).status
            training_figure = {f"training_{measure}": run.values[-1] if run.values else None}
            run_facts = {"seed": run.seed, "revision": run.revision, "state": status.state}
            rows.append(point.settings | run_facts | training_figure | notebook.flatten_measures(status.measures))
    return pandas.DataFrame(rows)


def _follow_on_engine(store, sweep_plan, name, progress):
    """The result of a sweep whose runs an engine trains, once they have ended; RevisionError if it cannot go on."""
    with ProgressBar(name or "sweep", quiet=not progress) as bar:
        started_sweep = sweep_control.start_sweep(
            store, sweep_plan, engine_options=engines.engine_options_text() or None
        )
        result = sweep_control.follow_sweep(store, started_sweep, bar)
    if result.trouble:
        raise RevisionError(result.trouble)
    return result


def _train_here(store, sweep_plan, dataset, progress):
    """The result of a sweep whose runs are trained one after another in this process, on `dataset` if it is in memory."""

    def train_run(revision, pause_step, is_over):
        def on_status(status):
            bar.show_status(status)
            if is_over() and not revision.request():
                revision.write_request("pause")

        with ProgressBar(revision.label, quiet=not progress) as bar:
            worker.run_training(revision, on_status, data=dataset, pause_step=pause_step)

    return sweep_control.train_sweep_here(store, sweep_plan, train_run, dataset)
