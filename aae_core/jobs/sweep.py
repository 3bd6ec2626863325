"""A grid of configurations, trained one after another with several seeds, as one table."""

from collections.abc import Mapping, Sequence
from contextlib import suppress

from aae_core.checks import whole_number
from aae_core.config.configuration import configure
from aae_core.errors import TrainingError
from aae_core.jobs import queue, worker
from aae_core.store.notebook import flat
from aae_core.store.revisions import Store


def sweep(grid: Mapping[str, Sequence], seeds: int = 1, store: Store | None = None, progress: bool = False, **settings):
    """Train every combination of the values in `grid` with seeds 0 to `seeds` − 1, and return a pandas DataFrame: a row for each
    run with its settings in the grid, seed, revision, state, and the measures of its end.

    grid: {setting: its values}, such as {"latent_dim": [2, 8], "prior": ["gaussian", "mixture"]}; settings, `preset` among them:
    of all runs, as `configure` takes them; progress: as in `train`. All combinations are checked before the first is trained:
    ConfigError for one that is refused, DataError for missing data. A run that fails has the state "failed" and no measures.
    """
    import pandas
    from sklearn.model_selection import ParameterGrid

    whole_number(seeds, 1, 1000, "seeds")
    points = [{**point, "seed": seed} for point in ParameterGrid(dict(grid)) for seed in range(seeds)]
    configs = [configure(**{**settings, **point}) for point in points]
    summaries = [queue.check(config) for config in configs]
    store = store or Store()
    rows = []
    for point, config, summary in zip(points, configs, summaries, strict=True):
        revision = store.create(config, summary)
        with suppress(TrainingError):  # its state says so
            worker.resume(revision, progress=progress)
        rows.append(point | {"revision": revision.id, "state": revision.status.state} | flat(revision.measures))
        if revision.status.state == "paused":  # interrupted: what is done so far is the answer
            break
    return pandas.DataFrame(rows)
