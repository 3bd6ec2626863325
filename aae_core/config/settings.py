"""The settings of a training as frozen records of fields, each with its default, range and help text.

`configuration.Config` adds to them the check that they go together, for which `combinations` and `derived` read them from here.
"""

from dataclasses import dataclass

from aae_core.config import painting
from aae_core.config.choices import ACTIVATION_NAMES, COSTS, NETWORKS, PASSES, POSTERIORS, TARGETS
from aae_core.config.priors import PRIORS
from aae_core.config.schema import setting
from aae_core.config.variants import VARIANTS


@dataclass(frozen=True)
class PriorConfig:
    """The prior p(z) that is imposed on the codes."""

    name: str = setting("gaussian", "distribution imposed on the codes", choices=PRIORS)
    scale: float = setting(1.0, "factor on the prior's size; a Gaussian's standard deviation", low=0.01, high=1000)
    components: int = setting(10, "components of the mixture, or class regions of the Swiss roll", low=2, high=1000)
    shape: float = setting(2.0, "shape parameter of the gamma prior", low=0.1, high=100)
    painting: str = setting(
        "ring",
        f"the painted shape: {', '.join(painting.SHAPES)}, or the encoded text of a painting",
        longest=painting.MAX_TEXT_LENGTH,
    )


@dataclass(frozen=True)
class NetworkConfig:
    """Encoder, decoder and discriminator."""

    kind: str = setting(
        "mlp",
        "fully connected; pyramid: convolutions that halve the image until it is at most 4 × 4, for colour and larger images; "
        "conv: one halving convolution for each number in channels, the kind of earlier versions",
        choices=NETWORKS,
    )
    hidden: tuple[int, ...] = setting(
        (1000, 1000), "widths of the encoder's hidden layers; the decoder mirrors them", low=1, high=8192
    )
    decoder_hidden: tuple[int, ...] | None = setting(
        None,
        "widths of the decoder's hidden layers, from the code to the output; none means the encoder's in reverse order",
        low=1,
        high=8192,
        added="1.11.0",
    )
    channels: tuple[int, ...] = setting(
        (32, 64), "channels of the convolutional layers, the last at the smallest size", low=1, high=1024
    )
    discriminator: tuple[int, ...] = setting(
        (1000, 1000),
        "widths of the hidden layers of D, and of D_y, the discriminator of inferred contents",
        low=1,
        high=8192,
    )
    weights: str = setting("he", "initial weights: He's rule, or the paper's N(0, 0.01²)", choices=("he", "paper"))
    normalise: str = setting(
        "none",
        "batch normalisation after each dense layer of the encoder, including its outputs; level: the same, but without a "
        "learned shift of the logits of q(y|x), so that no content falls out of use",
        choices=("none", "batch", "level"),
    )
    activation: str = setting(
        "relu",
        "function after each hidden layer of encoder and decoder, with PyTorch's constants; D and D_y keep ReLU",
        choices=ACTIVATION_NAMES,
        added="1.11.0",
    )
    dropout: float = setting(
        0.0,
        "probability with which each output of the hidden dense layers of encoder and decoder is set to zero while training; the "
        "others are divided by 1 minus it",
        high=0.9,
        added="1.11.0",
    )
    noise_dim: int = setting(10, "size of the noise η that a universal posterior f(x, η) takes", low=1, high=1024)


@dataclass(frozen=True)
class OptimiserConfig:
    """The optimisers, one for each phase; the learning rates are multiplied by the factors of `schedule`."""

    kind: str = setting(
        "sgd", "stochastic gradient descent with momentum (the paper's), or Adam", choices=("sgd", "adam")
    )
    reconstruction_rate: float = setting(0.01, "learning rate of the reconstruction phase", high=10)
    discrimination_rate: float = setting(0.1, "learning rate of D and D_y", high=10)
    generation_rate: float = setting(0.1, "learning rate of the encoder against D and D_y", high=10)
    generation_weight: float | None = setting(
        None,
        "with passes=shared, the weight λ of the encoder's cost against D and D_y beside the reconstruction, as that of MMD²: "
        "encoder and decoder descend the sum of the two by the reconstruction's optimiser; none: the weight follows from the "
        "learning rates",
        low=1e-6,
        high=1e6,
        added="1.11.0",
    )
    classification_rate: float = setting(0.1, "learning rate of q(y|x) on the labelled images", high=10)
    momentum: float = setting(0.9, "momentum of the reconstruction and the classification; β₁ under Adam", high=0.999)
    adversarial_momentum: float = setting(
        0.1, "momentum of D and D_y, and of the encoder against them; β₁ under Adam", high=0.999
    )
    clip: float = setting(
        5.0,
        "maximum gradient norm of each phase, of D and D_y (which judges inferred contents) separately; 0: no clipping",
        high=1e6,
    )
    schedule: tuple[tuple[float, float], ...] = setting(
        ((50, 0.1), (1000, 0.01)),
        "pairs epoch:factor; from that epoch on, each learning rate is its given value times the factor, whatever came before",
    )


@dataclass(frozen=True)
class TargetConfig:
    """A target at which the training stops, before its epochs or steps are over."""

    measure: str = setting(
        "none", "stop once this metric, on training images, reaches the target value", choices=tuple(TARGETS)
    )
    value: float | None = setting(None, "value of the target metric at which to stop", high=1e6)


@dataclass(frozen=True)
class Settings:
    """All settings of a training."""

    variant: str = setting(
        "aae", "which model: one of the paper's, or one that they are compared with", choices=tuple(VARIANTS)
    )
    data: str = setting("digits", "data set")
    prior: PriorConfig = PriorConfig()
    posterior: str = setting("deterministic", "kind of q(z|x)", choices=POSTERIORS)
    latent_dim: int = setting(2, "dimensions of the code z", low=1, high=512)
    clusters: int = setting(16, "number of contents y where labels do not define them", low=2, high=1000)
    heads: str = setting(
        "learned",
        "heads of a dimensionality reduction: learned, or fixed at 10 on one axis each",
        choices=("learned", "fixed"),
    )
    separation: float = setting(6.0, "distance η below which two learned heads repel each other", high=1000)
    network: NetworkConfig = NetworkConfig()
    cost: str = setting(
        "squared-error",
        "½‖x − x̂‖² summed over pixels (the paper's); binary cross-entropy on logits; or squared error with a learned variance, "
        "a Gaussian likelihood whose one σ² for all pixels is fitted by maximum likelihood. Of a table: squared error in "
        "standard units; Poisson or multinomial for counts; categorical for one-hot columns; by-type, each column by its type",
        choices=COSTS,
    )
    beta: float = setting(1.0, "weight of the VAE's KL term", high=1000)
    prior_weight: float = setting(
        1.0,
        "weight λ of what imposes the prior beside the reconstruction: MMD², the sliced Wasserstein distance, or InfoVAE's KL "
        "and MMD² together",
        high=1e6,
    )
    alpha: float = setting(
        0.0, "InfoVAE: the KL term has the weight 1 − α, and MMD² the weight α + λ − 1", low=-999, high=1
    )
    projections: int = setting(
        50, "random directions along which the sliced Wasserstein distance sorts codes and samples", low=1, high=10_000
    )
    optimiser: OptimiserConfig = OptimiserConfig()
    labels: int | None = setting(
        None, "labelled training images, balanced over the classes; none means all", high=10**8
    )
    augment: str = setting(
        "off",
        "mirrored and moved copies: each time a training image is taken, it is flipped left to right with probability ½ and "
        "moved by up to an eighth of its shorter side, so that encoder and decoder both learn from the copy",
        choices=("off", "on"),
    )
    input_shift: int = setting(
        0, "largest shift in pixels, vertical and horizontal, of each image that the encoder sees in training", high=64
    )
    input_affine: float = setting(
        0.0,
        "how far each image that the encoder sees in training is rotated, slanted and scaled about its centre: by a random "
        "linear map, whose four entries each differ from the identity's by at most this much",
        high=0.5,
        added="1.2.0",
    )
    input_noise: float = setting(
        0.0,
        "standard deviation of the noise on the input while training; pixels range from 0 to 1, and numbers of a table have a "
        "standard deviation of 1",
        high=10,
    )
    input_dropout: float = setting(
        0.0,
        "probability with which each input pixel is set to zero while training; the others are divided by 1 minus it",
        high=0.9,
    )
    clean_from: float | None = setting(
        None,
        "epoch from which on the encoder sees the images as they are, neither moved nor with noise or dropped pixels, so that "
        "the codes of just such images are what D learns from; none means never",
        high=100_000,
        added="1.1.0",
    )
    views: int = setting(
        1,
        "copies of each image that the encoder sees, each with its own shift, linear map, noise and dropped pixels; with 2, the "
        "decoder takes the content from one and the style from the other (the whole code, where no content is inferred)",
        low=1,
        high=2,
    )
    second_view: str = setting(
        "altered",
        "with 2 views, the one that gives the style: altered as the first is, or the image as it is, whose codes are then those "
        "that D judges, so that nothing but the content (or the component) is learned from altered images",
        choices=("altered", "unaltered"),
        added="1.2.0",
    )
    view_agreement: float = setting(
        0.0,
        "weight, beside the reconstruction, of how far the two views of each image agree on its content or, where none is "
        "inferred, on the component of the mixture prior in which its code lies: the mean log of the probability that both have "
        "the same, plus the entropy of a mini-batch's mean content or component, the largest where all are used",
        high=1000,
        added="1.2.0",
    )
    even_until: float | None = setting(
        None,
        "epoch until which view_agreement asks with full weight for contents (or components) of equal frequency; from then on "
        "with a tenth of it, so that they may differ in size, and contents that the data do not need can fall out of use, though "
        "they can still be decoded; the logged loss rises at that epoch; none means throughout",
        high=100_000,
        added="1.4.0",
    )
    content_decoded: str = setting(
        "mixed",
        "how an inferred content is decoded: as a mixture weighted by probability (the paper's), or each content separately, "
        "its cost weighted by its probability",
        choices=("mixed", "each"),
    )
    content_smoothing: float = setting(
        0.0,
        "with content_decoded=each, the share of each image's weight that is spread evenly over all contents, so that none is "
        "forgotten",
        high=0.9,
    )
    discriminator_noise: float = setting(
        0.0, "standard deviation of the noise on the codes that D sees while training", high=10
    )
    discriminator_penalty: float = setting(
        0.0,
        "weight γ of a penalty on steep discriminators: γ/2 times the mean squared gradient of D's logit, on samples of the "
        "prior (R1) and on codes (R2)",
        high=1000,
        added="1.11.0",
    )
    discriminator_steps: int = setting(
        1,
        "steps of D on a mini-batch, each with new samples of the prior, before the encoder learns from it",
        low=1,
        high=100,
        added="1.12.0",
    )
    discriminator_told: str = setting(
        "nothing",
        "the condition that D is given beside a style: nothing (the paper's), or its content, which makes style and content "
        "independent",
        choices=("nothing", "content"),
    )
    batch_size: int = setting(100, "images in a mini-batch", low=2, high=65536)
    epochs: int = setting(20, "passes over the training set", low=1, high=100_000)
    steps: int | None = setting(
        None, "number of steps, in place of the number of epochs; none means that epochs decides", low=1, high=10**9
    )
    minutes: float | None = setting(
        None, "stop after this many minutes of training, even before the last epoch", low=0.01, high=10**5
    )
    target: TargetConfig = TargetConfig()
    patience: int | None = setting(
        None,
        "stop once the reconstruction error of held-out images was not lower for this many epochs, and keep the weights with "
        "which it was lowest; a tenth of the training images, at most 2,000, is then held out of the training; none: no image is",
        low=1,
        high=100_000,
        added="1.12.0",
    )
    seed: int = setting(0, "seed of weights, shuffling and noise", high=2**31 - 1)
    device: str = setting("auto", "where to train", choices=("auto", "cpu", "cuda", "mps"))
    passes: str = setting(
        "strict",
        "codes computed anew after each update of the encoder (the paper's order), or one pass shared by the phases",
        choices=PASSES,
    )
    precision: str = setting(
        "auto",
        "number format of the matrix products; auto: bf16 where the hardware supports it and a step is large enough to benefit",
        choices=("auto", "fp32", "bf16"),
    )
    threads: int = setting(0, "processor threads; 0: one, or several when a step is large", high=1024)
    capture: str = setting(
        "on",
        "on a CUDA GPU, record the work of a step once and start it as a whole from then on, which is faster",
        choices=("off", "on"),
        is_compared=False,
    )
    name: str = setting("", "your label for the revision")
