"""The model of one configuration: it encodes, decodes and judges. It does not own an optimiser."""

import numpy as np
import torch
from torch import Tensor, nn

from aae_core.config.combinations import check_data
from aae_core.config.configuration import Config
from aae_core.config.derived import (
    content_names,
    discriminator_sees_content,
    discriminator_uses_code_regions,
    has_plugin_network,
)
from aae_core.config.variants import VARIANTS
from aae_core.data.features import Features
from aae_core.errors import ConfigError
from aae_core.models import networks, objectives, posteriors
from aae_core.models.items import make_conversion, to_items, to_tensor
from aae_core.models.plugin_networks import PluginNetwork, make_plugin_network
from aae_core.models.priors import base, families, headed

NO_PRIOR_MESSAGE = (
    "The variant {} has no prior, so there is nothing to draw samples from; decode the codes of images instead."
)


def one_hot(labels: Tensor, classes: int) -> Tensor:
    """One-hot y float N×K from labels N; an unknown label, −1, gives a row of zeros."""
    return torch.eye(classes + 1, classes, device=labels.device)[labels]


class Model(nn.Module):
    """Encoder q(z|x), decoder p(x|z) or p(x|y, z), and, if the variant has an adversary, the discriminator D(z), or D(z, y) if y
    is its condition.

    If the content is inferred, the encoder also computes q(y|x), with shared hidden layers, and D_y judges y (§5). A
    dimensionality reduction has a head, a row of W_C, for each content, and its code is y·W_C + z (§7).

    shape: C, H, W of an image, or 1, 1, F of a row of a table. classes: the number of the data's classes, 0 without any.
    features: those of a table, None for images. `contents`: K, the number of values of y, 0 without y. `form` converts items to x
    and back; `cost` is the cost of a reconstruction. Raises ConfigError if the configuration does not fit the data
    (`combinations.check_data`).
    """

    def __init__(self, config: Config, shape: tuple[int, int, int], classes: int, features: Features | None = None):
        super().__init__()
        self.config, self.shape, self.classes = config, tuple(shape), classes
        self.variant = VARIANTS[config.variant]
        self.posterior = posteriors.POSTERIORS[config.posterior]
        self.prior = families.make_prior(config.prior, config.latent_dim)
        d, network, names = config.latent_dim, config.network, tuple(str(k) for k in range(classes))
        check_data(config, names, features)
        self.form, self.cost = make_conversion(config.cost, features), objectives.make_cost(config.cost, features)
        self.features = features
        self.contents = len(content_names(config, names))
        self.noise_dim = network.noise_dim if self.posterior.takes_noise else 0
        n_inferred = self.contents if self.variant.categorical else 0
        outputs = d * self.posterior.outputs_per_dimension
        condition_size = 0
        if self.variant.labels == "discriminator":
            condition_size = classes + 1
        elif discriminator_sees_content(config):
            condition_size = self.contents
        with torch.random.fork_rng(devices=[]):  # layers draw weights when they are created; the caller must not notice
            self.encoder = self._make_encoder(n_inferred, outputs)
            self.decoder = self._make_decoder(d + (self.contents if self.variant.has_content else 0))
            if self.variant.has_adversary:
                self.discriminator = self._make_discriminator(d + condition_size)
            if self.variant.categorical:
                self.content_discriminator = networks.mlp([self.contents, *network.discriminator, 1])
        if self.variant.merge == "add":
            self.heads = nn.Parameter(torch.empty(self.contents, d), requires_grad=config.heads == "learned")

    def _make_encoder(self, contents, outputs) -> nn.Module:
        if has_plugin_network(self.config, "encoder"):
            return make_plugin_network(self.config, "encoder", self.shape, contents + outputs)
        return networks.Encoder(self.config.network, self.shape, outputs, self.noise_dim, contents)

    def _make_decoder(self, inputs) -> nn.Module:
        if has_plugin_network(self.config, "decoder"):
            return make_plugin_network(self.config, "decoder", (inputs,), self.shape)
        return networks.Decoder(self.config.network, self.shape, inputs)

    def _make_discriminator(self, inputs) -> nn.Module:
        if has_plugin_network(self.config, "discriminator"):
            return make_plugin_network(self.config, "discriminator", (inputs,), 1)
        return networks.mlp([inputs, *self.config.network.discriminator, 1])

    def initialise(self, seed: int) -> None:
        """Draw all weights anew from `seed`, except those of plug-ins, which their own code has drawn. Learned heads are drawn
        from N(0, (separation / 2)²), fixed heads are 10·I (§7)."""
        generator = torch.Generator().manual_seed(seed)
        for part in self.children():
            if not isinstance(part, PluginNetwork):
                networks.initialise_weights(part, self.config.network.weights, generator)
        if self.variant.merge == "add":
            random_heads = torch.randn(self.heads.shape, generator=generator) * self.config.separation / 2
            if self.config.heads == "fixed":
                self.heads.data = 10 * torch.eye(self.contents)
            else:
                self.heads.data = random_heads

    def hidden_code(self, x: Tensor, eta: Tensor | None = None) -> Tensor:
        """h, the encoder's output for x N×C×H×W and noise η N×E: K logits of q(y|x), if y is inferred, and then the
        outputs_per_dimension·d values from which the posterior makes codes."""
        return self.encoder(self.cost.encoder_input(x).to(self.dtype), None if eta is None else eta.to(self.dtype))

    def split_posterior_and_content_logits(self, hidden: Tensor) -> tuple[Tensor, Tensor | None]:
        """Split h into the part for q(z|x), N×(outputs_per_dimension·d), and the logits of q(y|x), N×K, None if y is not
        inferred."""
        if not self.variant.categorical:
            return hidden, None
        return hidden[:, self.contents :], objectives.to_at_least_fp32(hidden[:, : self.contents])

    def infer_without_noise(self, x: Tensor) -> tuple[Tensor, Tensor | None]:
        """The two parts of h, as from `split_posterior_and_content_logits`, for x N×C×H×W; with η = 0 if the posterior
        takes noise."""
        eta = torch.zeros(len(x), self.noise_dim, device=x.device) if self.noise_dim else None
        return self.split_posterior_and_content_logits(self.hidden_code(x, eta))

    def infer(self, x: Tensor, generator: torch.Generator | None = None) -> tuple[Tensor, Tensor | None]:
        """One draw z ~ q(z|x) for each image, N×d, and the probabilities q(y|x), N×K (None if y is not inferred)."""
        return self.infer_from_hidden(self.hidden_code(x, self.draw_noise(len(x), generator)), generator)

    def infer_from_hidden(
        self, hidden: Tensor, generator: torch.Generator | None = None
    ) -> tuple[Tensor, Tensor | None]:
        """The same as `infer`, from the output of `hidden_code`."""
        h, logits = self.split_posterior_and_content_logits(hidden)
        return self.posterior.draw(h, generator), None if logits is None else logits.softmax(1)

    def infer_representative(self, x: Tensor) -> tuple[Tensor, Tensor | None]:
        """The representative style of each image, N×d, and q(y|x), N×K or None. For a deterministic posterior (§2) the style is z
        itself, for a Gaussian one μ(x), and for a universal one f(x, 0)."""
        h, logits = self.infer_without_noise(x)
        return self.posterior.representative(h), None if logits is None else logits.softmax(1)

    def encode(self, x: Tensor) -> Tensor:
        """Each image's representative code for `decode`, N×d: the style z, or in a dimensionality reduction y·W_C + z (§7)."""
        z, y = self.infer_representative(x)
        return self.add_heads(z, y)

    def add_heads(self, z: Tensor, y: Tensor | None) -> Tensor:
        """The codes to plot and decode, N×d, of styles z N×d and contents y N×K: y·W_C + z in a reduction, else z."""
        if self.variant.merge != "add":
            return z
        return z.to(self.device) + self.decoder_contents(y).to(z.dtype) @ self.heads.to(z.dtype)

    def decoder_contents(self, y: Tensor) -> Tensor:
        """Contents y N×K as the decoder met them in training: q(y|x), or its argmax, one-hot, if each was decoded separately."""
        return one_hot(y.argmax(1), self.contents) if self.config.content_decoded == "each" else y

    @property
    def code_prior(self) -> base.Prior:
        """The distribution imposed on the codes of `add_heads`: the prior, or in a dimensionality reduction its equal mixture
        over the heads (§7)."""
        return headed.Headed(self.prior, self.heads) if self.variant.merge == "add" else self.prior

    def classify(self, x: Tensor) -> Tensor:
        """q(y|x), the probabilities N×K of the contents; ConfigError if the variant infers no content."""
        _, y = self.infer_representative(x)
        if y is None:
            raise ConfigError(f"The variant {self.variant.name} infers no content: it has no q(y|x) (§5).")
        return y

    def sample(self, n: int, generator: torch.Generator | None = None) -> tuple[Tensor, Tensor | None]:
        """n codes for `decode`, n×d, drawn from `code_prior`; and y ~ Cat(1/K), one-hot n×K, if the decoder takes a content, else
        None. Raises ConfigError if the variant has no prior."""
        if not self.variant.has_prior:
            raise ConfigError(NO_PRIOR_MESSAGE.format(self.variant.name))
        z = self.prior.sample(n, generator)
        if not self.contents:
            return z, None
        y = one_hot(torch.randint(self.contents, (n,), generator=generator, device=z.device), self.contents)
        return self.add_heads(z, y.to(self.device)).to(z.device), y if self.variant.has_content else None

    def draw_noise(self, n: int, generator: torch.Generator | None = None) -> Tensor | None:
        """η ~ N(0, I), n×E, for a universal posterior; None for other posteriors."""
        if not self.noise_dim:
            return None
        return torch.randn((n, self.noise_dim), generator=generator, device=self.device)

    def posterior_moments(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """μ(x) and log σ²(x), N×d each; ConfigError unless the posterior is gaussian."""
        if self.posterior.name != "gaussian":
            raise ConfigError(
                f"A {self.posterior.name} posterior has no mean and variance; only the gaussian one does."
            )
        return posteriors.split_gaussian(self.infer_without_noise(x)[0])

    def decoder_logits(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """The logits of x̂, N×C×H×W, for codes z N×d (in a dimensionality reduction, those of `add_heads`) and contents y N×K.

        Raises ConfigError if y is missing although the decoder takes a content, or given although it takes none.
        """
        if self.variant.has_content != (y is not None):
            requirement = "needs a content y beside z" if y is None else "takes no content y"
            raise ConfigError(f"The decoder of the variant {self.variant.name} {requirement}.")
        if y is not None:
            z = torch.cat([y.to(z.dtype), z], dim=1)
        return self.decoder(z.to(self.dtype))

    def decode(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """x̂ N×C×H×W for codes z N×d and contents y N×K, one-hot or probabilities; errors as of `decoder_logits`."""
        return self.cost.mean(objectives.to_at_least_fp32(self.decoder_logits(z, y)))

    def half_squared_errors(self, x: Tensor, logits: Tensor) -> Tensor:
        """½‖x − x̂‖², N values, for x and logits N×C×H×W. For rows of a table, x is measured in standard deviations of the
        features, whatever the cost, so that models with different costs can be compared."""
        if self.features is None:
            return objectives.squared_error(x, logits, self.cost.mean)
        unit = (self.form.scale / self.form.deviations).to(x.device)
        return objectives.squared_error(x * unit, logits, lambda values: self.cost.mean(values) * unit)

    def to_x(self, items: np.ndarray) -> Tensor:
        """x N×C×H×W on the model's device from items N×H×W×C: images uint8, or rows of a table float32 with H = C = 1."""
        return to_tensor(items, self.device, self.form)

    def to_items(self, x: Tensor) -> np.ndarray:
        """Items N×H×W×C from x or x̂: the inverse of `to_x`."""
        return to_items(x, self.form)

    def discriminator_logits(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """D's logit for codes z N×d, N values: positive where D takes z for a sample of the prior.

        y: D's condition, if it has one. If this is the label (§2.3), one-hot N×K, with zeros where it is unknown; None means that
        all are unknown, or, if D was trained on no unlabelled codes, that each code has the class of the region in which it lies.
        If it is the content, y N×K, one-hot or probabilities. Raises ConfigError if the variant has no adversary, or the content
        is missing.
        """
        if not self.variant.has_adversary:
            raise ConfigError(f"The variant {self.variant.name} has no discriminator: {self.variant.summary}")
        if self.variant.labels == "discriminator":
            if y is None and discriminator_uses_code_regions(self.config):
                y = one_hot(self.prior.region_numbers(z), self.classes)
            elif y is None:
                y = one_hot(torch.full((len(z),), -1, device=z.device), self.classes)
            z = torch.cat([z, y.to(z.dtype), 1 - y.sum(1, keepdim=True).to(z.dtype)], dim=1)
        elif discriminator_sees_content(self.config):
            if y is None:
                raise ConfigError("D's condition is the content of each style, so it cannot judge a code without one.")
            z = torch.cat([z, y.to(z.dtype)], dim=1)
        return self.discriminator(z.to(self.dtype)).squeeze(1)

    def content_discriminator_logits(self, y: Tensor) -> Tensor:
        """D_y's logit for contents y N×K, N values: positive where it takes y for a one-hot draw of Cat(1/K) (§5)."""
        return self.content_discriminator(y.to(self.dtype)).squeeze(1)

    @property
    def device(self) -> torch.device:
        return next(self.parameters()).device

    @property
    def dtype(self) -> torch.dtype:
        """The number format of the networks; inputs are converted to it."""
        return next(self.parameters()).dtype
