"""What the tests of the reproduction share: experiments on the bundled digits that train in a moment."""

from aae_core.reproduce import experiments, results
from aae_core.reproduce.experiments import Experiment, Figure, Recipe

ERROR = Figure("test error", "classification", "error", "%")
EXEMPLAR = Figure("test error by the exemplar rule", "clustering", "cluster_error", "%")
NETS = {"data": "digits", "network.hidden": (16,), "network.discriminator": (8,), "batch_size": 50, "threads": 1}
SEMI_SUPERVISED_SETTINGS = {**NETS, "variant": "semi-supervised", "labels": 100, "latent_dim": 2}


def tiny_experiment(name="tiny", steps=40, figure=ERROR, settings=SEMI_SUPERVISED_SETTINGS, **facts):
    """An experiment of `steps` steps on digits; facts: further fields of an Experiment."""
    recipes = {"cpu": Recipe({**settings, "steps": steps}, "default", minutes=0.1)}
    recipes["paper"] = Recipe({**settings, "steps": 2 * steps}, "default")
    return Experiment(name, f"Title of {name}", "§5", figure, recipes, **facts)


def replace_experiments(monkeypatch, *rows):
    """Make these the only experiments there are."""
    for module in (experiments, results):
        monkeypatch.setattr(module, "EXPERIMENTS", {row.name: row for row in rows})
    return rows[0]
