"""Adversarial autoencoders, trained and explored: `import aae_core as aae`.

    rev = aae.open("latest")          # a revision, by name, unambiguous prefix, or "latest"
    z = rev.encode(images)            # uint8 N×H×W×C -> float32 N×d
    rev.decode(z); rev.sample(64)     # -> uint8 images
    rev.decode(rev.direction(a, b).at([0, 0.5, 1]))    # from the mean of codes a to that of codes b
    rev.directions()                  # principal directions of the codes, and directions of known factors
    aae.train(aae.configure(variant="aae", data="digits", epochs=20), progress=True)
    aae.train(aae.configure(variant="aae", epochs=20), data=aae.arrays(X, y))    # your own arrays or DataFrame
    rev.history(); rev.plot(); aae.plot([rev, other]); aae.evaluate(rev, "prior-fit")
    aae.register_prior("ring", Ring)    # in a module of your own: docs/plugins.md
    aae.sweep({"latent_dim": [2, 8]}, seeds=3, data="digits", epochs=20)    # -> a pandas DataFrame

Every name is imported when it is first used, so that importing the package takes almost no time.
"""

from importlib import import_module

__version__ = "1.5.0"

_HOMES = {
    "AAEError": "errors",
    "Config": "config.configuration",
    "ConfigError": "errors",
    "DataError": "errors",
    "Prior": "models.priors.base",
    "Revision": "store.revisions",
    "RevisionError": "errors",
    "Store": "store.revisions",
    "TrainingError": "errors",
    "arrays": "data.arrays",
    "configure": "config.configuration",
    "evaluate": "store.revisions",
    "factors": "data.sets",
    "load_data": "data.sets:load",
    "plot": "store.revisions",
    "register_cost": "config.own_costs",
    "register_data": "data.sets",
    "register_prior": "config.own_priors",
    "resume": "jobs.worker",
    "sweep": "jobs.sweep_table",
    "train": "jobs.worker",
}
__all__ = sorted([*_HOMES, "open"])


def open(ref: str = "latest"):
    """The revision with this name or unambiguous prefix, or "latest"; RevisionError as in `Store.open`."""
    from aae_core.store.revisions import Store

    return Store().open(ref)


def __getattr__(name):
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home, _, other = _HOMES[name].partition(":")
    return getattr(import_module(f"{__name__}.{home}"), other or name)


def __dir__():
    return sorted([*globals(), *_HOMES])
