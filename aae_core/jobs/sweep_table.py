"""A sweep from Python, as one table."""

from collections.abc import Mapping, Sequence

from aae_core.data import sets
from aae_core.errors import RevisionError
from aae_core.jobs import worker
from aae_core.progress import Bar
from aae_core.scheduling import engines
from aae_core.store import notebook
from aae_core.store.revisions import Store
from aae_core.sweeps import control, plan


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
    """Train every combination of the values in `grid` with each seed and return a pandas DataFrame: a row for each run with its
    settings in the grid, seed, revision, state, and the measures of its end. The runs are trained one after another in this
    process, or, where $AAE_ENGINE names an engine and the data are not in memory alone, by that engine.

    seeds: their list, or so many from 0 on. grid: {setting: its values}, such as {"latent_dim": [2, 8], "prior":
    ["gaussian", "mixture"]}; data: the name of a data set, or one in memory, such as `arrays` makes; settings, `preset`
    among them: of all runs, as `configure` takes them; progress: as in `train`. measure: of training images, lower is better, by
    which early_stop="asha" halts what falls behind and search="optuna" chooses what it tries, `trials` points; its column is
    `training_` and its name. A range for a search is {"low": 0.01, "high": 1} or "0.01..1". name: of the sweep. The same call
    goes on where an earlier one was interrupted, and repeats nothing. All combinations are checked before the first is trained:
    ConfigError for one that is refused, DataError for missing data. A run that fails has the state "failed" and no measures.
    """
    pandas = notebook.require("pandas")
    given = data if isinstance(data, sets.DataSet) else None
    settings |= {} if data is None else {"data": given.name if given else data}
    asked = plan.plan(grid, settings, seeds, measure, early_stop, search, trials, name, given)

    def work(revision, until):
        with Bar(revision.label, quiet=not progress) as bar:
            worker.run(revision, bar.follow, data=given, until=until)

    store, rows = store or Store(), []
    if given is None and engines.is_named():
        with Bar(name or "sweep", quiet=not progress) as bar:
            found = control.follow(store, control.start(store, asked, asks=engines.asks() or None), bar)
        if found.trouble:
            raise RevisionError(found.trouble)
    else:
        found = control.trained_here(store, asked, work, given)
    for values, run in ((point.settings, run) for point in found.points for run in point.runs):
        status = store.open(run.revision).status
        steered = {f"training_{measure}": run.values[-1] if run.values else None}
        told = {"seed": run.seed, "revision": run.revision, "state": status.state}
        rows.append(values | told | steered | notebook.flat(status.measures))
    return pandas.DataFrame(rows)
