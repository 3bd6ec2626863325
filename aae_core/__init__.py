"""Adversarial autoencoders, trained and explored: `import aae_core as aae`.

    rev = aae.open("latest")          # a revision, by name, unambiguous prefix, or "latest"
    z = rev.encode(images)            # uint8 N×H×W×C -> float32 N×d
    rev.decode(z); rev.sample(64)     # -> uint8 images
    rev.decode(rev.direction(a, b).codes_at([0, 0.5, 1]))    # from the mean of codes a to that of codes b
    rev.directions()                  # principal directions of the codes, and directions of known factors
    aae.train(aae.configure(variant="aae", data="digits", epochs=20), progress=True)
    aae.train(aae.configure(variant="aae", epochs=20), data=aae.arrays(X, y))    # your own arrays or DataFrame
    rev.history(); rev.plot(); aae.plot([rev, other]); aae.evaluate(rev, "prior-fit")
    aae.register_prior("ring", Ring)    # in a module of your own: docs/use/plugins.md
    aae.register_network("mine", encoder=encoder, decoder=decoder)    # the same
    aae.sweep({"latent_dim": [2, 8]}, seeds=3, data="digits", epochs=20)    # -> a pandas DataFrame

Every name is imported when it is first used, so that importing the package takes almost no time.
"""

from importlib import import_module
from itertools import chain

__version__ = "2.0.0"

PUBLIC_NAMES_BY_MODULE = {
    "config.configuration": ("Config",),
    "config.plugin_costs": ("register_cost",),
    "config.plugin_networks": ("register_network",),
    "config.plugin_priors": ("register_prior",),
    "data.arrays": ("arrays",),
    "data.own_data.item_tables": ("load_item_table",),
    "data.recommended_settings": ("configure",),
    "data.sets": ("factors", "load_data", "register_data"),
    "errors": ("AAEError", "ConfigError", "DataError", "RevisionError", "TrainingError"),
    "runs.sweep_table": ("sweep",),
    "runs.worker": ("resume", "train"),
    "models.priors.base": ("Prior",),
    "store.revisions": ("Revision", "Store", "evaluate", "plot"),
}
__all__ = sorted(["open", *chain.from_iterable(PUBLIC_NAMES_BY_MODULE.values())])


def open(ref: str = "latest"):
    """The revision with this name or unambiguous prefix, or "latest"; RevisionError as in `Store.open`."""
    from aae_core.store.revisions import Store

    return Store().open(ref)


def __getattr__(name):
    for home, names in PUBLIC_NAMES_BY_MODULE.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{home}"), "load" if name == "load_data" else name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted({*globals(), *__all__})
