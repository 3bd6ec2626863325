"""A small frontier whose figures are made by hand, for the tests of its reader and of the pages that show it."""

import json

from aae_core.reproduce import frontier, results

# model -> for each metric the values of three seeds on mnist in two dimensions
FIGURES = {
    "aae": {
        "reconstruction": (15.9, 16.2, 16.5), "mmd2": (0.001, 0.0012, -0.0002), "knn_accuracy": (0.7, 0.71, 0.72),
        "holes": (0.02, 0.021, 0.022),
    },
    "vae": {
        "reconstruction": (14.0, 14.1, 14.2), "mmd2": (0.006, 0.005, 0.007), "knn_accuracy": (0.79, 0.8, 0.81),
        "holes": (0.05, 0.06, 0.07),
    },
    "ae": {
        "reconstruction": (13.0, 13.1, 14.05), "mmd2": (0.2, 0.25, 0.3), "knn_accuracy": (0.8, 0.795, 0.82),
        "holes": (0.5, 0.6, 0.7),
    },
}  # fmt: skip
FRESH_ACCURACIES = {"aae": 0.56, "vae": 0.62, "ae": 0.97}
MINUTES = {"aae": 2.6, "vae": 1.3, "ae": 0.5}
SHARED_SETTINGS = {"network.hidden": [16], "epochs": 3}


def record() -> dict:
    """The file as JSON values: three models with three seeds on mnist in 2 dimensions, and the AAE on glyphs in 10."""
    chosen_settings = {"aae": {"discriminator_noise": 0.3}, "vae": {"beta": 0.5}, "ae": {}}
    titles = {"aae": "AAE", "vae": "VAE <b>β</b>", "ae": "Autoencoder"}
    models = [
        {
            "name": name,
            "title": titles[name],
            "settings": {"variant": name, **SHARED_SETTINGS},
            "chosen": chosen_settings[name],
        }
        for name in FIGURES
    ]
    points = [_point(name, seed) for name in FIGURES for seed in range(3)]
    points.append(_point("aae", 0) | {"data": "glyphs", "latent_dim": 10, "revision": "20261123T000000Z-aae-glyphs-0"})
    # another one than on mnist
    points[-1] |= {"chosen": {"discriminator_noise": 0.1}, "settings": {"network.hidden": [32]}}
    return {
        "format": 1, "date": "2026-11-23", "command": "python -m benchmarks.quality.frontier", "machine": "a processor",
        "protocol": "Tuned on held-out training images.", "models": models, "points": points,
    }  # fmt: skip


def _point(name, seed):
    figures = {key: values[seed] for key, values in FIGURES[name].items()} | {
        "fresh_accuracy": FRESH_ACCURACIES[name] + seed / 100
    }
    return {
        "data": "mnist", "latent_dim": 2, "model": name, "seed": seed, "revision": f"20261123T000000Z-{name}-mnist-{seed}",
        "minutes": MINUTES[name] + seed / 10, "figures": figures,
    }  # fmt: skip


# model -> its knob, and for each value MMD² and error of the first seed; each further seed has an error higher by 0.1
CURVES = {
    "aae": ("discriminator_noise", {0.1: (0.0004, 19.0), 0.2: (0.001, 18.0), 0.3: (0.004, 17.0)}),
    "vae": ("beta", {4.0: (0.001, 16.0), 1.0: (0.01, 14.0), 0.5: (0.02, 15.0)}),  # the last is behind the second
}


def record_with_curves() -> dict:
    """`record()` with the curves of the AAE and the VAE, and with an autoencoder that is sampled by a mixture."""
    values = record()
    values["models"].append(
        {
            "name": "mixture", "title": "Autoencoder with a mixture", "settings": {"variant": "ae", **SHARED_SETTINGS},
            "chosen": {}, "fitted_components": 10,
        }
    )  # fmt: skip
    for seed in range(3):
        figures = {"reconstruction": 13.0, "knn_accuracy": 0.8, "frechet": 0.1 + seed / 100, "density": 1.0}
        values["points"].append(_point("ae", seed) | {"model": "mixture", "revision": "", "figures": figures})
    values["curves"] = {
        "date": "2026-11-29", "command": "python -m benchmarks.quality.frontier --curves", "machine": "a processor",
        "protocol": "Several values of each knob.", "runs": [run for name in CURVES for run in _curve_runs(name)],
    }  # fmt: skip
    return values


def _curve_runs(name):
    knob, positions = CURVES[name]
    runs = []
    for seed in range(3):
        for value, (mmd2, error) in positions.items():
            figures = {"mmd2": mmd2, "reconstruction": error + seed / 10, "knn_accuracy": value / 10, "frechet": 0.3}
            figures |= {"density": 0.9 + seed / 100}
            place = {"data": "mnist", "latent_dim": 2, "model": name, "seed": seed}
            runs.append(place | {"settings": {knob: value}, "figures": figures})
    return runs


def write_frontier_file(folder, monkeypatch, values: dict | None = None) -> None:
    """Put a record, by default `record()`, in the place of the project's own."""
    monkeypatch.setattr(results, "RESULTS_FOLDER", folder)
    (folder / frontier.FRONTIER_FILE).write_text(json.dumps(record() if values is None else values), encoding="utf-8")
