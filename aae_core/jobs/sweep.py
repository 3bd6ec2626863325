"""A grid of configurations, trained one after another with several seeds, as one table."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from aae_core.checks import whole_number
from aae_core.config.configuration import configure
from aae_core.data import sets
from aae_core.errors import ConfigError, TrainingError
from aae_core.jobs import queue, worker
from aae_core.store import notebook
from aae_core.store.revisions import Store


def sweep(
    grid: Mapping[str, Sequence],
    seeds: int | Sequence[int] = 1,
    store: Store | None = None,
    progress: bool = False,
    data: str | sets.DataSet | None = None,
    **settings,
):
    """Train every combination of the values in `grid` with each seed, and return a pandas DataFrame: a row for each
    run with its settings in the grid, seed, revision, state, and the measures of its end.

    seeds: their list, or so many from 0 on. grid: {setting: its values}, such as {"latent_dim": [2, 8], "prior":
    ["gaussian", "mixture"]}; data: the name of a data set, or one in memory, such as `arrays` makes; settings, `preset`
    among them: of all runs, as `configure` takes them; progress: as in `train`. All combinations are checked before the
    first is trained: ConfigError for one that is refused, DataError for missing data. A run that fails has the state
    "failed" and no measures.
    """
    pandas = notebook.needed("pandas")
    from sklearn.model_selection import ParameterGrid

    if "seed" in {**grid, **settings}:
        raise ConfigError("The seeds of a sweep have an argument of their own: give seeds=[3, 4] in place of seed.")
    seeds = list(seeds) if isinstance(seeds, Iterable) else list(range(whole_number(seeds, 1, 1000, "seeds")))
    grid = {
        key: [values] if isinstance(values, str | dict) or not isinstance(values, Iterable) else values
        for key, values in grid.items()
    }
    points = [{**point, "seed": seed} for point in ParameterGrid(grid) for seed in seeds]
    given = data if isinstance(data, sets.DataSet) else None
    settings |= {} if data is None else {"data": given.name if given else data}
    configs = [configure(**{**settings, **point}) for point in points]
    summaries = [queue.check(config, given) for config in configs]
    store = store or Store()
    rows = []
    for point, config, summary in zip(points, configs, summaries, strict=True):
        revision = store.create(config, summary)
        with suppress(TrainingError):  # its state says so
            worker.resume(revision, progress=progress, data=given)
        rows.append(
            point | {"revision": revision.id, "state": revision.status.state} | notebook.flat(revision.measures)
        )
        if revision.status.state == "paused":  # interrupted: what is done so far is the answer
            break
    return pandas.DataFrame(rows)
