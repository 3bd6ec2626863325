"""Networks of random architecture, for tests that compare two programs which run them."""

import numpy as np
import torch

from aae_core.config.choices import ACTIVATION_NAMES, POSTERIORS
from aae_core.config.configuration import Config, configure
from aae_core.config.variants import VARIANTS
from aae_core.errors import ConfigError
from aae_core.models.model import Model


def draw_architecture(seed: int) -> tuple[Config, tuple[int, int, int], int]:
    """A valid configuration, the shape C, H, W of its images, and how many classes these have; the same for the same seed."""
    random = np.random.default_rng(seed)
    kind = ("mlp", "conv", "pyramid")[seed % 3]
    while True:
        classes, sides = int(random.integers(2, 12)), random.integers(8 if kind != "mlp" else 1, 20, 2)
        widths = lambda max_length: tuple(random.integers(1, 40, random.integers(1, max_length)).tolist())  # noqa: E731
        settings = {
            "variant": str(random.choice(list(VARIANTS))), "posterior": str(random.choice(POSTERIORS)),
            "latent_dim": int(random.integers(1, 9)), "clusters": int(random.integers(2, 9)), "network.kind": kind,
            "network.hidden": widths(5), "network.discriminator": widths(4), "network.channels": widths(4),
            "network.normalise": str(random.choice(["none", "batch", "level"])), "network.noise_dim": int(random.integers(1, 6)),
            "prior.name": str(random.choice(["gaussian", "mixture", "swiss-roll"])), "prior.components": classes,
            "network.activation": str(random.choice(ACTIVATION_NAMES)), "network.decoder_hidden": widths(4),
            "network.dropout": float(random.choice([0, 0.3])),
        }  # fmt: skip
        try:
            config, shape = configure(data="digits", **settings), (int(random.choice([1, 3])), *map(int, sides))
            Model(config, shape, classes)
        except ConfigError:  # these settings do not go together
            continue
        return config, shape, classes


def random_model(seed: int) -> Model:
    """Such a model in evaluation mode, with weights and running statistics of batch norm that are no start's, as fp16 holds
    them."""
    model = Model(*draw_architecture(seed)).eval().requires_grad_(False)
    model.initialise(seed)
    generator = torch.Generator().manual_seed(seed)
    for name, values in model.state_dict().items():
        if values.is_floating_point():
            noisy_values = values + 0.05 * torch.randn(values.shape, generator=generator)
            values.copy_((noisy_values.abs() + 0.5 if name.endswith("running_var") else noisy_values).half().float())
    return model
