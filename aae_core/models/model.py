"""The networks of one configuration: encode, decode, judge. A model owns no optimiser."""

import numpy as np
import torch
from torch import Tensor, nn

from aae_core.config.combinations import check_data
from aae_core.config.configuration import Config
from aae_core.config.derived import contents, judges_by_region, tells_content
from aae_core.config.variants import VARIANTS
from aae_core.data.features import Features
from aae_core.errors import ConfigError
from aae_core.models import draws, networks, objectives, posteriors
from aae_core.models.items import form_of, to_items, to_tensor
from aae_core.models.priors import base, families, headed

NO_PRIOR = "The variant {} has no prior, so there is nothing to draw samples from; decode the codes of images instead."


def one_hot(labels: Tensor, classes: int) -> Tensor:
    """Labels N (−1 where unknown) -> y float N×K; an unknown label is a row of zeros, so no loop and no mask is needed."""
    return torch.eye(classes + 1, classes, device=labels.device)[labels]


class Model(nn.Module):
    """Encoder q(z|x), decoder p(x|z) or p(x|y, z), and where the variant has an adversary, the discriminator D(z), or
    D(z, y) where y is its condition.

    Where the content is inferred, the encoder also gives q(y|x), its hidden layers shared (§5), and D_y judges it. A
    dimensionality reduction has a head, a row of W_C, for each content: its code is y·W_C + z (§7). shape: C, H, W of an image,
    1, 1, F of a row of a table; classes: of the data (0 if it has none); features: of a table, None for images; `contents`: K,
    the values of y (0 where there is no y). `form` turns items into x and back, `cost` is that of a reconstruction.
    Raises ConfigError if the configuration does not fit the data (`combinations.check_data`).
    """

    def __init__(self, config: Config, shape: tuple[int, int, int], classes: int, features: Features | None = None):
        super().__init__()
        self.config, self.shape, self.classes = config, tuple(shape), classes
        self.variant = VARIANTS[config.variant]
        self.posterior = posteriors.POSTERIORS[config.posterior]
        self.prior = families.make(config.prior, config.latent_dim)
        d, network, names = config.latent_dim, config.network, tuple(str(k) for k in range(classes))
        check_data(config, names, features)
        self.form, self.cost = form_of(config.cost, features), objectives.cost_of(config.cost, features)
        self.features = features
        self.contents = len(contents(config, names))
        self.noise_dim = network.noise_dim if self.posterior.takes_noise else 0
        inferred = self.contents if self.variant.categorical else 0
        outputs = d * self.posterior.parameters
        condition = classes + 1 if self.variant.labels == "discriminator" else self.contents * tells_content(config)
        with torch.random.fork_rng(devices=[]):  # torch draws weights as it builds a layer; the caller must not notice
            self.encoder = networks.Encoder(network, self.shape, outputs, self.noise_dim, inferred)
            self.decoder = networks.Decoder(network, self.shape, d + (self.contents if self.variant.has_content else 0))
            if "adversary" in self.variant.imposes:
                self.discriminator = networks.mlp([d + condition, *network.discriminator, 1])
            if self.variant.categorical:
                self.content_discriminator = networks.mlp([self.contents, *network.discriminator, 1])
        if self.variant.merge == "add":
            self.heads = nn.Parameter(torch.empty(self.contents, d), requires_grad=config.heads == "learned")

    def initialise(self, seed: int) -> None:
        """Draw all weights anew from `seed`; learned heads from N(0, (separation / 2)²), fixed ones 10·I (§7)."""
        generator = torch.Generator().manual_seed(seed)
        networks.initialise(self, self.config.network.weights, generator)
        if self.variant.merge == "add":
            drawn = torch.randn(self.heads.shape, generator=generator) * self.config.separation / 2
            self.heads.data = 10 * torch.eye(self.contents) if self.config.heads == "fixed" else drawn

    def hidden_code(self, x: Tensor, eta: Tensor | None = None) -> Tensor:
        """h, the encoder's output for x N×C×H×W and noise η N×E: K logits of q(y|x), if inferred, then parameters·d values."""
        return self.encoder(self.cost.seen(x).to(self.dtype), None if eta is None else eta.to(self.dtype))

    def split(self, h: Tensor) -> tuple[Tensor, Tensor | None]:
        """h split into the part for q(z|x), N×(parameters·d), and the logits of q(y|x), N×K, None where y is not inferred."""
        if not self.variant.categorical:
            return h, None
        return h[:, self.contents :], objectives.widened(h[:, : self.contents])

    def noiseless(self, x: Tensor) -> tuple[Tensor, Tensor | None]:
        """The same for x N×C×H×W, at η = 0 where the posterior takes noise."""
        eta = torch.zeros(len(x), self.noise_dim, device=x.device) if self.noise_dim else None
        return self.split(self.hidden_code(x, eta))

    def infer(self, x: Tensor, generator: torch.Generator | None = None) -> tuple[Tensor, Tensor | None]:
        """One draw z ~ q(z|x) for each image, N×d, and the probabilities q(y|x), N×K (None where y is not inferred)."""
        return self.draw(self.hidden_code(x, self.noise(len(x), generator)), generator)

    def draw(self, hidden: Tensor, generator: torch.Generator | None = None) -> tuple[Tensor, Tensor | None]:
        """The same from the encoder's output for the images (`hidden_code`)."""
        h, logits = self.split(hidden)
        return self.posterior.draw(h, generator), None if logits is None else logits.softmax(1)

    def represent(self, x: Tensor) -> tuple[Tensor, Tensor | None]:
        """The representative style of each image, N×d (z itself, μ(x), or f(x, 0), §2), and q(y|x), N×K or None."""
        h, logits = self.noiseless(x)
        return self.posterior.centre(h), None if logits is None else logits.softmax(1)

    def encode(self, x: Tensor) -> Tensor:
        """The representative code of each image, N×d, as `decode` takes it: the style z, or in a reduction y·W_C + z (§7)."""
        z, y = self.represent(x)
        return self.place(z, y)

    def place(self, z: Tensor, y: Tensor | None) -> Tensor:
        """The code that is plotted and decoded, N×d, of styles z N×d and contents y N×K: y·W_C + z in a reduction, else z."""
        if self.variant.merge != "add":
            return z
        return z.to(self.device) + self.met(y).to(z.dtype) @ self.heads.to(z.dtype)

    def met(self, y: Tensor) -> Tensor:
        """Contents y N×K as the decoder takes them: q(y|x) or, if trained on one content at a time, its argmax, one-hot."""
        return one_hot(y.argmax(1), self.contents) if self.config.content_decoded == "each" else y

    @property
    def code_prior(self) -> base.Prior:
        """The distribution imposed on the codes of `place`: the prior, in a reduction its equal mixture over the heads (§7)."""
        return headed.Headed(self.prior, self.heads) if self.variant.merge == "add" else self.prior

    def classify(self, x: Tensor) -> Tensor:
        """q(y|x), the probabilities N×K of each content; ConfigError where the variant infers none."""
        _, y = self.represent(x)
        if y is None:
            raise ConfigError(f"The variant {self.variant.name} infers no content: it has no q(y|x) (§5).")
        return y

    def sample(self, n: int, generator: torch.Generator | None = None) -> tuple[Tensor, Tensor | None]:
        """n codes as `decode` takes them, n×d: samples of the prior, in a reduction at heads drawn uniformly; and for a decoder
        with content y ~ Cat(1/K), n×K, else None. ConfigError where the variant has no prior."""
        if not self.variant.has_prior:
            raise ConfigError(NO_PRIOR.format(self.variant.name))
        z = self.prior.sample(n, generator)
        if not self.contents:
            return z, None
        y = one_hot(torch.randint(self.contents, (n,), generator=generator, device=z.device), self.contents)
        return self.place(z, y.to(self.device)).to(z.device), y if self.variant.has_content else None

    def noise(self, n: int, generator: torch.Generator | None = None) -> Tensor | None:
        """η ~ N(0, I), n×E, for a universal posterior; None for the others."""
        if not self.noise_dim:
            return None
        return draws.normal((n, self.noise_dim), generator, self.device)

    def gaussian(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """μ(x) and log σ²(x), N×d each; ConfigError unless the posterior is gaussian."""
        if self.posterior.name != "gaussian":
            raise ConfigError(
                f"A {self.posterior.name} posterior has no mean and variance; only the gaussian one does."
            )
        return posteriors.split_gaussian(self.noiseless(x)[0])

    def logits(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """Logits of x̂, N×C×H×W, for codes z N×d (of a reduction: `place`d) and, where the decoder takes content, y N×K.

        Raises ConfigError if y is missing where it is needed or given where it has no place.
        """
        if self.variant.has_content != (y is not None):
            need = "needs a content y beside z" if y is None else "takes no content y"
            raise ConfigError(f"The decoder of the variant {self.variant.name} {need}.")
        return self.decoder((z if y is None else torch.cat([y.to(z.dtype), z], dim=1)).to(self.dtype))

    def decode(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """x̂ N×C×H×W for codes z N×d (and content y N×K, one-hot or probabilities)."""
        return self.cost.mean(objectives.widened(self.logits(z, y)))

    def half_squares(self, x: Tensor, logits: Tensor) -> Tensor:
        """½‖x − x̂‖², N values for x and logits N×C×H×W; of a table in standard deviations of its features, whatever the cost, so
        that models with different costs can be compared."""
        if self.features is None:
            return objectives.squared_error(x, logits, self.cost.mean)
        unit = (self.form.scale / self.form.deviations).to(x.device)
        return objectives.squared_error(x * unit, logits, lambda each: self.cost.mean(each) * unit)

    def to_x(self, items: np.ndarray) -> Tensor:
        """x N×C×H×W on the model's device of items N×H×W×C: images uint8, or rows of a table float32 with H = C = 1."""
        return to_tensor(items, self.device, self.form)

    def to_items(self, x: Tensor) -> np.ndarray:
        """The inverse of `to_x`, for x̂ too."""
        return to_items(x, self.form)

    def judge(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """D's logit for codes z N×d, N values: positive where D takes z for a sample of the prior.

        y: D's condition. If it is the labels (§2.3), one-hot N×K, zeros where unknown; None: all unknown, or where D was trained
        on no unlabelled codes, for each code the class of the region it lies in. If it is the content, y N×K as in training,
        one-hot or probabilities. Raises ConfigError if the variant has no adversary, or a content is missing.
        """
        if "adversary" not in self.variant.imposes:
            raise ConfigError(f"The variant {self.variant.name} has no discriminator: {self.variant.summary}")
        if self.variant.labels == "discriminator":
            known = self._presumed(z) if y is None else y
            z = torch.cat([z, known.to(z.dtype), 1 - known.sum(1, keepdim=True).to(z.dtype)], dim=1)
        elif tells_content(self.config):
            if y is None:
                raise ConfigError("D's condition is the content of each style, so it cannot judge a code without one.")
            z = torch.cat([z, y.to(z.dtype)], dim=1)
        return self.discriminator(z.to(self.dtype)).squeeze(1)

    def _presumed(self, z):
        """The labels N×K for codes without any: zeros, or where D was trained on no unlabelled codes, their regions' classes."""
        if judges_by_region(self.config):
            return one_hot(self.prior.region(z), self.classes)
        return torch.zeros(len(z), self.classes, device=z.device)

    def judge_content(self, y: Tensor) -> Tensor:
        """D_y's logit for contents y N×K, N values: positive where it takes y for a one-hot draw of Cat(1/K) (§5)."""
        return self.content_discriminator(y.to(self.dtype)).squeeze(1)

    @property
    def device(self) -> torch.device:
        return next(self.parameters()).device

    @property
    def dtype(self) -> torch.dtype:
        """The number format of the networks; inputs are converted to it."""
        return next(self.parameters()).dtype
