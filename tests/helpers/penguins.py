"""A table of penguins with ids and further columns, and tiny models of it, for tests of what was kept of the items."""

import numpy as np
import pandas

import aae_core as aae
from aae_core.data import sets
from aae_core.runs import worker
from aae_core.store.revisions import Store
from helpers.table_models import TINY

N = 90
RNG = np.random.default_rng(2)
FRAME = pandas.DataFrame(
    {
        "sample": [f"penguin-{i:02}" for i in RNG.permutation(N)],
        "species": RNG.choice(["Adelie", "Gentoo"], N),
        "bill": RNG.normal(40, 5, N),
        "depth": RNG.normal(17, 2, N),
        "sex": RNG.choice(["male", "female", None], N),
        "age": RNG.normal(30, 4, N),
        "note": [f"remark {i:02}" for i in range(N)],
    }
)
MODELS = {
    "aae": {"variant": "aae", "data": "penguins"},
    "vae": {"variant": "vae", "data": "penguins"},
    "other": {"variant": "aae", "data": "other"},
    "supervised": {"variant": "supervised", "data": "penguins"},
    "clustering": {"variant": "clustering", "clusters": 3, "data": "penguins"},
}


def train_penguin_models(folder, monkeypatch, names=tuple(MODELS)) -> dict[str, str]:
    """{name: id of the revision} of some of MODELS, after AAE_DATA and AAE_CHECKPOINTS were set to folders in a folder. The data
    set "penguins" is FRAME; "other" is a part of it without ages."""
    use_folders(folder, monkeypatch)
    FRAME.to_csv(folder / "p.csv", index=False)
    sets.add_data_set(folder / "p.csv", "penguins", label="species", leave_out=["sample", "sex", "age", "note"])
    FRAME[:60].drop(columns="age").to_csv(folder / "o.csv", index=False)
    sets.add_data_set(folder / "o.csv", "other", label="species", leave_out=["sample", "sex", "note"])
    store = Store()
    return {name: worker.train(aae.configure(**{**TINY, **MODELS[name]}), store=store).id for name in names}


def use_folders(folder, monkeypatch) -> None:
    monkeypatch.setenv("AAE_DATA", str(folder / "data"))
    monkeypatch.setenv("AAE_CHECKPOINTS", str(folder / "checkpoints"))


def shown_items(revision_id: str):
    """The rows of the items whose codes a page shows, as a DataFrame."""
    revision = Store().open(revision_id)
    return aae.load_item_table(revision.data.name).iloc[revision.probe().index].reset_index(drop=True)
