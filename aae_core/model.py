"""The networks of one configuration, and what they say: encode, decode, judge. A model owns no optimiser."""

import numpy as np
import torch
from torch import Tensor, nn

from aae_core import networks, posteriors, priors
from aae_core.config import Config
from aae_core.errors import ConfigError
from aae_core.variants import VARIANTS


def to_tensor(images: np.ndarray, device="cpu") -> Tensor:
    """Images uint8 N×H×W×C -> float N×C×H×W in [0, 1]."""
    return torch.from_numpy(np.ascontiguousarray(images)).to(device).permute(0, 3, 1, 2).float() / 255


def to_images(x: Tensor) -> np.ndarray:
    """Images float N×C×H×W in [0, 1] -> uint8 N×H×W×C."""
    return (x.clamp(0, 1) * 255).round().byte().permute(0, 2, 3, 1).cpu().numpy()


def one_hot(labels: Tensor, classes: int) -> Tensor:
    """Labels N (−1 where unknown) -> y float N×K; an unknown label is a row of zeros, so no loop and no mask is needed."""
    rows = torch.cat([torch.eye(classes), torch.zeros(1, classes)]).to(labels.device)
    return rows[labels]


class Model(nn.Module):
    """Encoder q(z|x), decoder p(x|z) or p(x|y, z), and where the variant has an adversary, the discriminator D(z).

    shape: C, H, W of an image; classes: K, the number of classes of the data (0 if it has none).
    Raises ConfigError if the variant needs labels and the data has no classes.
    """

    def __init__(self, config: Config, shape: tuple[int, int, int], classes: int):
        super().__init__()
        self.config, self.shape, self.classes = config, tuple(shape), classes
        self.variant = VARIANTS[config.variant]
        self.posterior = posteriors.POSTERIORS[config.posterior]
        self.prior = priors.make(config.prior, config.latent_dim)
        if self.variant.labels != "nowhere" and classes < 2:
            raise ConfigError(
                f"The variant {config.variant} needs labels, and the data set {config.data} has no classes."
            )
        d, network = config.latent_dim, config.network
        self.noise_dim = network.noise_dim if self.posterior.takes_noise else 0
        content = classes if self.variant.has_content else 0
        self.encoder = networks.Encoder(network, self.shape, d * self.posterior.parameters, self.noise_dim)
        self.decoder = networks.Decoder(network, self.shape, content + d)
        if self.variant.imposes == "adversary":
            self.discriminator = networks.mlp([d, *network.discriminator, 1])

    def initialise(self, seed: int) -> None:
        """Draw all weights anew from `seed`."""
        networks.initialise(self, self.config.network.weights, torch.Generator().manual_seed(seed))

    def hidden_code(self, x: Tensor, eta: Tensor | None = None) -> Tensor:
        """h, N×(parameters·d): what the encoder gives for x N×C×H×W in [0, 1] and noise η N×E before a code is drawn."""
        return self.encoder(x.to(self.dtype), None if eta is None else eta.to(self.dtype))

    def encode(self, x: Tensor) -> Tensor:
        """The representative code of each image, N×d: z itself, μ(x), or f(x, 0), after the kind of posterior (§2)."""
        eta = torch.zeros(len(x), self.noise_dim, device=x.device) if self.noise_dim else None
        return self.posterior.centre(self.hidden_code(x, eta))

    def draw(self, x: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """One draw z ~ q(z|x) for each image, N×d; the same as `encode` where q(z|x) is deterministic."""
        return self.posterior.draw(self.hidden_code(x, self.noise(len(x), generator)), generator)

    def noise(self, n: int, generator: torch.Generator | None = None) -> Tensor | None:
        """η ~ N(0, I), n×E, for a universal posterior; None for the others."""
        if not self.noise_dim:
            return None
        return torch.randn(n, self.noise_dim, generator=generator, device=self.device)

    def gaussian(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """μ(x) and log σ²(x), N×d each; ConfigError unless the posterior is gaussian."""
        if self.posterior.name != "gaussian":
            raise ConfigError(
                f"A {self.posterior.name} posterior has no mean and variance; only the gaussian one does."
            )
        return posteriors.split_gaussian(self.hidden_code(x))

    def logits(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """Logits of x̂, N×C×H×W, for codes z N×d and, where the decoder takes content, y N×K.

        Raises ConfigError if y is missing where it is needed or given where it has no place.
        """
        if self.variant.has_content != (y is not None):
            need = "needs a content y beside z" if y is None else "takes no content y"
            raise ConfigError(f"The decoder of the variant {self.variant.name} {need}.")
        return self.decoder((z if y is None else torch.cat([y, z], dim=1)).to(self.dtype))

    def decode(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """x̂ N×C×H×W in [0, 1] for codes z N×d (and content y N×K, one-hot or probabilities)."""
        return self.logits(z, y).float().sigmoid()

    def judge(self, z: Tensor) -> Tensor:
        """D's logit for codes z N×d, N values: positive where D takes z for a sample of the prior.

        Raises ConfigError if the variant has no adversary.
        """
        if self.variant.imposes != "adversary":
            raise ConfigError(f"The variant {self.variant.name} has no discriminator: {self.variant.summary}")
        return self.discriminator(z.to(self.dtype)).squeeze(1)

    @property
    def device(self) -> torch.device:
        return next(self.parameters()).device

    @property
    def dtype(self) -> torch.dtype:
        """The number format of the networks; what comes in is brought to it."""
        return next(self.parameters()).dtype
