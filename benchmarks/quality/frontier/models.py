"""The models of the frontier: the settings of each, its size on a data set, and the hyperparameter ("knob") that is tuned."""

from dataclasses import dataclass, field, replace

SIZES = {"digits": (1000, 128)}  # data -> steps, and units of each hidden layer; others have DEFAULT_SIZE
DEFAULT_SIZE = 3000, 256
SQUARED, BINARY = {"cost": "squared-error"}, {"cost": "cross-entropy"}
GAUSSIAN = {"posterior": "gaussian"}
ADVERSARIAL = {"optimiser.discrimination_rate": 5e-4, "optimiser.adversarial_momentum": 0.5}  # of AAEs under Adam
# Encoder and decoder descend the reconstruction cost plus λ times that of the encoder against D, by one optimiser, and D's
# gradient is penalised (docs/development/trials.md).
ONE_COST = {"passes": "shared", "discriminator_penalty": 0.1}
# The same with a narrower D that takes three steps for one of the encoder, and a weaker penalty.
THREE_STEPS = {"discriminator_steps": 3, "network.discriminator": [128, 128], "discriminator_penalty": 0.01}
# The optimiser of the paper, with the rates of the default recipe.
DESCENT = {"optimiser.kind": "sgd", "optimiser.reconstruction_rate": 0.01, "optimiser.clip": 5.0}
MIXTURE = "ae-mixture"


@dataclass(frozen=True)
class FrontierModel:
    """A model of the frontier. settings: its own, for `configure`; knob: the hyperparameter, if any, that trades
    reconstruction for the fit of the prior, with the values that are tried first."""

    title: str
    settings: dict
    knob: dict[str, tuple[float, ...]] = field(default_factory=dict)


MODELS = {
    "ae": FrontierModel("Autoencoder", {"variant": "ae", **SQUARED}),
    MIXTURE: FrontierModel("Autoencoder, mixture fitted afterwards", {"variant": "ae", **SQUARED}),  # of `mixture`
    "vae": FrontierModel("VAE", {"variant": "vae", **BINARY}),
    "vae-sigma": FrontierModel("VAE, learned σ", {"variant": "vae", "cost": "learned-variance"}),
    "beta-vae": FrontierModel("β-VAE", {"variant": "vae", **BINARY}, {"beta": (0.5, 2.0, 4.0)}),
    "aae": FrontierModel(
        "AAE", {"variant": "aae", **SQUARED, **ADVERSARIAL}, {"optimiser.generation_rate": (1e-4, 3e-4, 1e-3)}
    ),
    "aae-descent": FrontierModel(
        "AAE, gradient descent",
        {"variant": "aae", **SQUARED, **DESCENT},
        {"optimiser.generation_rate": (0.03, 0.1, 0.3)},
    ),
    "aae-one-cost": FrontierModel(
        "AAE, one cost",
        {"variant": "aae", **SQUARED, **ADVERSARIAL, **ONE_COST},
        {"optimiser.generation_weight": (1.0, 5.0, 20.0)},
    ),
    "aae-three-steps": FrontierModel(
        "AAE, one cost, three steps",
        {"variant": "aae", **SQUARED, **ADVERSARIAL, **ONE_COST, **THREE_STEPS},
        {"optimiser.generation_weight": (2.0, 4.0, 8.0)},
    ),
    "aae-gaussian": FrontierModel(
        "AAE, Gaussian posterior",
        {"variant": "aae", **SQUARED, **GAUSSIAN, **ADVERSARIAL},
        {"optimiser.generation_rate": (1e-4, 3e-4, 1e-3)},
    ),
    "wae-mmd": FrontierModel("WAE-MMD", {"variant": "wae-mmd", **SQUARED}, {"prior_weight": (10.0, 50.0, 250.0)}),
    "sliced-wasserstein": FrontierModel(
        "Sliced Wasserstein",
        {"variant": "sliced-wasserstein", **SQUARED},
        {"prior_weight": (1.0, 5.0, 25.0)},
    ),
    "info-vae": FrontierModel("InfoVAE", {"variant": "info-vae", **BINARY}, {"prior_weight": (10.0, 50.0, 250.0)}),
}
SCHEDULE_KEYS = ("optimiser.schedule", "epochs", "threads")  # what a run has of `schedule_settings`
FIGURES = {
    "reconstruction": ("½‖x − x̂‖²", 2),
    "mmd2": ("MMD² to p(z)", 4),
    "fresh_accuracy": ("a fresh classifier's accuracy", 3),
    "knn_accuracy": ("5-NN in z", 3),
    "holes": ("holes", 3),
    "precision": ("precision", 3),
    "recall": ("recall", 3),
    "density": ("density", 2),
    "coverage": ("coverage", 3),
    "frechet": ("Fréchet", 3),
    "iw_bound": ("log p(x) ≥", 1),
}


def steps_and_width(data: str, args) -> tuple[int, int]:
    """Steps, and units of each hidden layer, of the runs on a data set."""
    steps, width = SIZES.get(data.removesuffix("-held-out"), DEFAULT_SIZE)
    return args.steps or steps, args.width or width


def model_settings(model: str, data: str, dim: int, args) -> dict:
    """What `configure` takes for a model without its knob and seed."""
    own_settings = MODELS[model].settings
    steps, width = steps_and_width(data, args)
    discriminator = {"network.discriminator": [width, width]} if own_settings["variant"] == "aae" else {}
    return {
        "data": data,
        "latent_dim": dim,
        "network.hidden": [width, width],
        **discriminator,
        "steps": steps,
        "optimiser.kind": "adam",
        "optimiser.reconstruction_rate": 1e-3,
        "optimiser.clip": 0.0,
        "precision": "fp32",
        **own_settings,
    }


def schedule_settings(settings: dict) -> dict:
    """What a run has besides, since its data set decides it: the passes, and when the rates fall; and one thread."""
    from aae_core.config.configuration import Config
    from aae_core.data import sets

    passes = settings["steps"] / (sets.describe_data_set(settings["data"]).train // Config().batch_size)
    return {"optimiser.schedule": [[round(0.75 * passes, 4), 0.1]], "epochs": max(1, int(passes) + 1), "threads": 1}


def training_configuration(settings: dict):
    """The configuration of a training without its seed and name."""
    from aae_core.config.configuration import configure

    return replace(configure(**settings, **schedule_settings(settings)), name="")


def is_valid_configuration(settings: dict) -> bool:
    """Whether the model can be trained with them: InfoVAE's λ may not be below 1."""
    from aae_core.config.configuration import configure
    from aae_core.errors import ConfigError

    try:
        configure(**settings)
    except ConfigError:
        return False
    return True


def select_figures(figures: dict) -> dict:
    """Those of FIGURES."""
    return {key: figures[key] for key in FIGURES if key in figures}
