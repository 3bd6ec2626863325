"""All that a training holds between its steps: networks, optimisers, random state and position, and how mini-batches
are drawn.

The step itself is in `phases`, the loop over the steps in `loop`. Nothing here writes files or prints.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor

from aae_core.config.configuration import Config
from aae_core.config.derived import (
    discriminator_sees_content,
    evenness_weight,
    is_patience_over,
    labels_teach_content,
    learning_rate_factor,
    prior_cost_weights,
    total_steps,
    uses_labels,
    uses_plugin_networks,
)
from aae_core.config.derived import seen_count as usual_seen_count
from aae_core.config.derived import trained_phases as phases_of
from aae_core.data.held_out import draw_held_out_indices, labels_without_held_out
from aae_core.data.images import disk_images
from aae_core.data.item_draws import draw_labelled_mask
from aae_core.data.sets import DataSet
from aae_core.errors import ConfigError, TrainingError
from aae_core.models import activations
from aae_core.models.model import Model, one_hot
from aae_core.models.sizes import network_sizes
from aae_core.torch_state import torch_defaults
from aae_core.training import augmentation, epoch_order, machine, optimisation
from aae_core.training.batch import Batch
from aae_core.training.best_weights import BestWeights
from aae_core.training.epoch_order import EpochOrder

PHASE_NETWORKS = {  # phase -> the networks whose parameters it changes
    "reconstruction": ("encoder", "decoder", "heads"),
    "discrimination": ("discriminator", "content_discriminator"),
    "generation": ("encoder",),
    "classification": ("encoder",),
}
# A factor on the generation cost in a shared update by SGD: the reconstruction's momentum delays the encoder's response
# to D, and with a factor of 1, q(z) stayed farther from the prior than with the paper's separate updates.
GENERATION_FACTOR = 2.0
# multiplications per image and parameter (1 in a dense layer), above which convolutions do most of them
CONVOLUTION_RATIO = 5
MAX_STEPS_AHEAD = 100  # steps whose samples of the prior are drawn together, at most
MAX_NUMBERS_AHEAD = 2**20  # numbers in these samples, at most


class Training:
    """All that changes during a training: model, optimisers, random state and step.

    device: "cpu", "cuda", "mps" or "auto"; None for that of the configuration. choice: how the steps are computed; None
    for the rule of `machine.choose_computation`.
    `model` holds the fp32 parameters; `net` is what the steps compute with, the model or its working copy in bf16.

    Raises ConfigError if the device is not available or if the training set has fewer than two images; DataError if it
    lacks labels that the variant needs.
    """

    @torch_defaults()
    def __init__(
        self,
        config: Config,
        dataset: DataSet,
        device: str | None = None,
        choice: machine.ComputeChoice | None = None,
    ):
        self.config = config
        self.device = choose_device(device or config.device)
        self.model = Model(config, dataset.shape, len(dataset.classes), dataset.features)
        self.model.initialise(config.seed)
        self.model.to(self.device)
        self.sizes = network_sizes(self.model)
        parameters = sum(parameter.numel() for parameter in self.model.parameters())
        multiplications = max(parameters, sum(size.multiplications for size in self.sizes.values()))
        work = multiplications * min(config.batch_size, len(dataset.train.images))
        self.choice = choice or machine.choose_computation(config, self.device.type, work)
        self.net: Model = optimisation.model_in_precision(self.model, self.choice.precision)
        self.threads = self._divide_threads()
        self.optimisers = _make_optimisers(self.model, self.net)
        self.phases, self.prior_weights = phases_of(config), prior_cost_weights(config)
        self.shares_passes = not machine.strict_passes_reason(config)
        self.captures = machine.should_capture_steps(self.device.type, config)
        self.rng = torch.Generator(self.device)
        self.rng.manual_seed(config.seed + 1)
        activations.set_dropout_generator(self.net, self.rng)
        self.held_out_indices = draw_held_out_indices(config, len(dataset.train.images), dataset.train.groups)
        self._form, self.images = self.model.form.to_device(self.device), self._load_images(dataset)
        self._seen_indices = self._list_seen_indices()
        self.labels, self.labelled_indices = self._load_labels(dataset)
        self.step, self.seconds = 0, 0.0
        self._orders: dict[str, tuple[int, EpochOrder]] = {}  # "all" or "labelled" -> (pass, order in this pass)
        self.samples_ahead = torch.empty(0)  # samples of the prior for the next steps
        self.best: BestWeights | None = None  # with `patience`, once the held-out items were measured

    def _divide_threads(self) -> int:
        """Divide a step among threads, and return how many of them share each operation of torch.

        In bf16 on a CPU, the convolutions are computed in parts of the mini-batch, one for each thread. If they are
        most of the work, one thread does the rest, whose operations are so small that several would wait longer than
        they compute.
        """
        threads = self.choice.threads
        if self.choice.precision != "bf16" or self.device.type != "cpu":
            return threads
        for net in (self.net.encoder, self.net.decoder):
            net.parts = threads
        parameters = sum(size.parameters for size in self.sizes.values())
        multiplications = sum(size.multiplications for size in self.sizes.values())
        return 1 if multiplications > CONVOLUTION_RATIO * parameters else threads

    def _load_images(self, dataset):
        """The training images, uint8 N×C×H×W, or rows, float32 N×1×1×F, in the device's memory or read from the
        disk."""
        images = dataset.train.images
        self._block_size = max(1, epoch_order.BLOCK_BYTES // images[:1].nbytes)  # images read at once
        if len(images) - len(self.held_out_indices) < 2:
            remark = ", apart from those that patience holds out" if len(self.held_out_indices) else ""
            raise ConfigError(
                f"The data set {dataset.name} has fewer than two training {dataset.summary.item_noun}{remark}."
            )
        if disk_images.is_read_from_disk(images, self.device):
            block_size = self._block_size if len(images) > epoch_order.MAX_LISTED else 1
            return disk_images.DiskImages(images, self.device, block_size)
        return torch.from_numpy(images).to(self.device).permute(0, 3, 1, 2).contiguous()

    def _list_seen_indices(self) -> Tensor | None:
        """The numbers of the items that the training sees, int64, in the device's memory; None if it sees all."""
        if not len(self.held_out_indices):
            return None
        is_seen = np.ones(len(self.images), bool)
        is_seen[self.held_out_indices] = False
        return torch.from_numpy(np.flatnonzero(is_seen)).to(self.device)

    def _load_labels(self, dataset) -> tuple[Tensor, Tensor] | tuple[None, None]:
        """(labels N, −1 where none is given; indices of the labelled images, M), or (None, None) if no labels are
        used."""
        if not uses_labels(self.config):
            return None, None
        train = dataset.train
        labels = labels_without_held_out(self.config, train.labels, dataset.classes, train.groups)
        is_labelled = draw_labelled_mask(labels, self.config.labels, dataset.classes, self.config.seed)
        known_labels = torch.from_numpy(np.where(is_labelled, labels, -1))
        return known_labels.to(self.device), torch.from_numpy(is_labelled.nonzero()[0]).to(self.device)

    @property
    def seen_count(self) -> int:
        """The number of items that the training sees in a pass."""
        return len(self.images) - len(self.held_out_indices)

    @property
    def batch_size(self) -> int:
        return min(self.config.batch_size, self.seen_count, usual_seen_count(self.config, len(self.images)))

    @property
    def steps_per_pass(self) -> int:
        """The number of full mini-batches; the images that are left over differ from pass to pass."""
        return self.seen_count // self.batch_size

    @property
    def steps_per_epoch(self) -> int:
        """The steps that count as an epoch: those of a pass, except that whole groups that are held out can be more or fewer
        items than patience would hold out otherwise, which is what counts. So it follows from the number of items alone, and
        is the same wherever epochs are counted."""
        return usual_seen_count(self.config, len(self.images)) // self.batch_size

    @property
    def total_steps(self) -> int:
        return total_steps(self.config, len(self.images))

    @property
    def epoch(self) -> float:
        """The number of epochs so far."""
        return self.step / self.steps_per_epoch

    @property
    def entropy_weight(self) -> float:
        """How much equal frequencies of the contents count in the agreement of two views now
        (`derived.evenness_weight`)."""
        return evenness_weight(self.config, self.epoch)

    @property
    def encoder_sees_unaltered(self) -> bool:
        """Whether the encoder now sees the images unaltered, as after training: from epoch `clean_from` on."""
        return self.config.clean_from is not None and self.epoch >= self.config.clean_from

    def current_batch(self) -> Batch:
        """The mini-batch of the current step."""
        return self.prepare_batch(*self.select_batch_items())

    @contextmanager
    def plugin_random_state(self) -> Iterator[None]:
        """A context in which torch's own random numbers, from which the networks of plug-ins may draw (dropout), follow from
        seed and step alone, so that a training can be resumed exactly; for other networks, nothing changes."""
        if not uses_plugin_networks(self.config):
            yield
            return
        devices = [self.device] if self.device.type == "cuda" else []
        with torch.random.fork_rng(devices=devices):
            torch.manual_seed(self.config.seed * 1_000_003 + self.step)
            yield

    def select_batch_items(self) -> tuple[Tensor | None, ...]:
        """What the mini-batch is made of: images N×C×H×W as they are in `images`, and their labels N; if labels teach
        q(y|x), a mini-batch of labelled images too, M×C×H×W, or all if there are fewer, and their labels M; None for
        what the variant does not use. The order of the images depends only on seed and epoch, so that it is the same
        after resuming."""
        cycle, position = divmod(self.step, self.steps_per_pass)
        indices = self._batch_indices("all", cycle, self.seen_count, position, self.batch_size, self._block_size)
        if self._seen_indices is not None:
            indices = self._seen_indices[indices]
        if not labels_teach_content(self.config):
            return self.images[indices], None if self.labels is None else self.labels[indices], None, None
        size = min(self.batch_size, len(self.labelled_indices))
        cycle, position = divmod(self.step, len(self.labelled_indices) // size)
        places = self._batch_indices("labelled", cycle, len(self.labelled_indices), position, size)
        labelled_indices = self.labelled_indices[places]
        return self.images[indices], None, self.images[labelled_indices], self.labels[labelled_indices]

    def prepare_batch(
        self, items: Tensor, labels: Tensor | None, labelled_items: Tensor | None, labelled_labels: Tensor | None
    ) -> Batch:
        """The mini-batch of what `select_batch_items` returned, with new alterations of its images."""
        x = self._scale_items(items)
        x_altered = self.encoder_input(x)
        y = None if labels is None else one_hot(labels, self.model.classes)
        if labelled_items is None:
            return Batch(x, x_altered, y)
        labelled = self.encoder_input(self._scale_items(labelled_items)), one_hot(labelled_labels, self.model.classes)
        return Batch(x, x_altered, y, labelled)

    def _batch_indices(self, source, cycle, n, position, batch_size, block_size=1) -> Tensor:
        """The indices of mini-batch number `position` in pass number `cycle` over n items. The order of a pass depends
        only on the seed, `source` and `cycle`. block_size: number of items read at once."""
        if source not in self._orders or self._orders[source][0] != cycle:
            seed = self.config.seed * 1_000_003 + cycle
            if source == "labelled":
                seed += 2**40
            self._orders[source] = cycle, epoch_order.make_epoch_order(n, seed, self.device, block_size)
        return self._orders[source][1][position * batch_size : (position + 1) * batch_size]

    def _scale_items(self, items) -> Tensor:
        """x of training images or rows, N×C×H×W; with augment=on, of mirrored and shifted copies."""
        x = self._form.to_network_input(items)
        if self.config.augment == "on":
            x = augmentation.flip_and_shift(x, self.rng)
        return x.contiguous(memory_format=self.model.encoder.layout)

    def encoder_input(self, x: Tensor) -> Tensor:
        """Images N×C×H×W as the encoder sees them in training: altered, unless `encoder_sees_unaltered`."""
        return x if self.encoder_sees_unaltered else augmentation.alter_images(x, self.config, self.rng)

    def discriminator_condition(self, batch: Batch, y: Tensor | None) -> Tensor | None:
        """D's condition, N×K: the labels (§2.3) or, if the content is D's condition, the inferred y without gradient or
        else the labels; None if D sees codes alone."""
        if discriminator_sees_content(self.config):
            return batch.y if y is None else y.detach()
        return batch.y if self.model.variant.labels == "discriminator" else None

    def discriminator_input(self, z: Tensor) -> Tensor:
        """Codes …×N×d as D sees them in training, with its input noise, if any."""
        return augmentation.add_noise(z, self.config.discriminator_noise, self.rng)

    def sample_prior(self, n: int, condition: Tensor | None = None) -> Tensor:
        """Samples z ~ p(z), n×d, which, except on a CUDA GPU, are drawn for many steps at once. condition: D's, n×K. If
        it is the labels (§2.3), each z is drawn from the region of its class or, for an unlabelled image, from all of
        p(z). A content has no region, and does not matter here."""
        if len(self.samples_ahead) < n:
            # a captured step must draw its samples each time it is replayed, and a plain one on a GPU computes the same
            steps_ahead = 1
            if not self.captures and self.device.type != "cuda":
                steps_ahead = max(1, min(MAX_STEPS_AHEAD, MAX_NUMBERS_AHEAD // (n * self.config.latent_dim)))
            self.samples_ahead = self.model.prior.sample(n * steps_ahead, generator=self.rng, device=self.device)
        samples, self.samples_ahead = self.samples_ahead[:n], self.samples_ahead[n:]
        if condition is None or self.model.variant.labels != "discriminator":
            return samples
        region_samples = self.model.prior.sample_region(condition.argmax(1), self.rng)
        return torch.where(condition.any(1, keepdim=True), region_samples, samples)

    def sample_content(self, n: int) -> Tensor:
        """Samples y ~ Cat(1/K), one-hot n×K (§5)."""
        k = self.model.contents
        return one_hot(torch.randint(k, (n,), generator=self.rng, device=self.device), k)

    def reconstruction_cost(self, x: Tensor, logits: Tensor) -> Tensor:
        """The reconstruction cost of each image, N, from x and the decoder's logits, both N×C×H×W."""
        return self.net.cost.value(x, logits)

    @property
    def generation_weight(self) -> float:
        """The weight of the generation cost relative to the reconstruction cost in a shared update. SGD with learning
        rate r and momentum m moves by r / (1 − m) times the gradient in the long run; the weight is the ratio of this
        quantity between the two phases, as if they had separate optimisers, times `GENERATION_FACTOR`. With Adam, whose
        steps momentum does not lengthen, it is the ratio of the learning rates. A configured weight replaces both."""
        optimiser = self.config.optimiser
        if optimiser.generation_weight is not None:
            return optimiser.generation_weight
        if optimiser.kind == "adam":
            return optimiser.generation_rate / optimiser.reconstruction_rate
        step_length = GENERATION_FACTOR * optimiser.generation_rate / (1 - optimiser.adversarial_momentum)
        return step_length * (1 - optimiser.momentum) / optimiser.reconstruction_rate

    @property
    def balances_gradients(self) -> bool:
        """Whether a shared update weighs the gradients of reconstruction and generation instead of their costs: with Adam,
        unless the weight of the generation cost is configured."""
        optimiser = self.config.optimiser
        return optimiser.kind == "adam" and optimiser.generation_weight is None

    @property
    def phase_weights(self) -> dict[str, float]:
        """The weight of each phase's cost relative to the reconstruction's in a shared update. Where gradients are
        balanced, that of the generation cost is 1, because `phases.duplicate_with_balanced_gradients` applies
        `generation_weight`."""
        optimiser = self.config.optimiser
        weights = {
            "reconstruction": 1.0,
            "generation": 1.0 if self.balances_gradients else self.generation_weight,
            "classification": optimiser.classification_rate / optimiser.reconstruction_rate,
        }
        return {phase: weight for phase, weight in weights.items() if phase in self.phases}

    def descend(self, phase: str, loss: Tensor) -> Tensor:
        """One optimiser step that decreases `loss`, with gradients for the parameters of `phase` alone; returns `loss`
        without its graph."""
        self.optimisers[phase].descend(loss)
        return loss.detach()

    def set_learning_rates(self) -> None:
        """Set the learning rate of every optimiser to that of the current epoch."""
        factor = learning_rate_factor(self.config, self.epoch)
        for phase, optimiser in self.optimisers.items():
            optimiser.rate = factor * getattr(self.config.optimiser, f"{phase}_rate")

    def update_best_weights(self, error: float) -> None:
        """Keep a copy of the weights if this reconstruction error of the held-out items is the lowest so far."""
        if self.best is None or error < self.best.error:
            self.best = BestWeights.copy_of(self.model, self.step, error)

    @property
    def is_patience_over(self) -> bool:
        """Whether the error of the held-out items was last lowest `patience` epochs ago, or longer."""
        if self.best is None:
            return False
        return is_patience_over(self.config, self.step, self.best.step, self.steps_per_epoch)

    def load_best_weights(self) -> None:
        """Set the model, and the step, to those of the best weights, after the last step."""
        self.model.load_state_dict(self.best.tensors)
        self.step = self.best.step

    @torch_defaults()
    def state_tensors(self) -> dict[str, Tensor]:
        """All that is needed to continue bit for bit, as tensors by name, copied to the CPU.

        Raises TrainingError if a weight is not finite, so that a broken state is never saved.
        """
        tensors = {f"model.{name}": value for name, value in self.model.state_dict().items()}
        if not all(torch.isfinite(value).all() for value in tensors.values()):
            raise TrainingError(divergence_message("a weight became infinite or not a number", "last", self.step))
        for phase, optimiser in self.optimisers.items():
            for key, values in optimiser.buffers.items():
                tensors |= {f"optimiser.{phase}.{i}.{key}": value for i, value in enumerate(values)}
        if self.best is not None:
            tensors |= self.best.state_tensors()
        tensors["rng"], tensors["drawn"] = self.rng.get_state(), self.samples_ahead
        tensors["step"] = torch.tensor(self.step)
        tensors["seconds"] = torch.tensor(self.seconds, dtype=torch.float64)
        return {name: value.detach().to("cpu", copy=True) for name, value in tensors.items()}

    @torch_defaults()
    def load_state(self, tensors: dict[str, Tensor]) -> None:
        """Load what `state_tensors` returned; TrainingError if the tensors belong to another configuration."""
        try:
            weights = {key.removeprefix("model."): tensors[key] for key in tensors if key.startswith("model.")}
            self.model.load_state_dict(weights)
            for phase, optimiser in self.optimisers.items():
                prefix = f"optimiser.{phase}."
                buffers = {key.removeprefix(prefix): tensors[key] for key in tensors if key.startswith(prefix)}
                optimiser.load_buffers(buffers)
            optimisation.refresh_working_copy(self.net, self.model)
            self.rng.set_state(tensors["rng"])
            self.samples_ahead = tensors.get("drawn", torch.empty(0)).to(self.device, copy=True)
            self.step, self.seconds = int(tensors["step"]), float(tensors["seconds"])
            self.best = BestWeights.from_state(tensors)
        except (KeyError, RuntimeError, TypeError, ValueError) as error:
            raise TrainingError("The saved state belongs to another configuration; start a new training.") from error


def divergence_message(problem: str, phase: str, step: int) -> str:
    """The text of a TrainingError at a step: the problem in that phase, and what to do."""
    return (
        f"Training stopped at step {step}: in the {phase} phase {problem}. Start a new training with learning rates three to "
        "ten times smaller, or with gradient clipping (optimiser.clip=5)."
    )


def choose_device(device_name: str) -> torch.device:
    """The device "cpu", "cuda" or "mps"; "auto" is the fastest one available. ConfigError if the device is not
    available."""
    devices = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if device_name == "auto":
        device_name = next(device_type for device_type, available in devices.items() if available)
    if not devices[device_name]:
        raise ConfigError(f"This machine has no {device_name} device; choose cpu or auto.")
    return torch.device(device_name)


def _make_optimisers(model: Model, net: Model) -> dict[str, optimisation.Optimiser]:
    """An optimiser for each phase of the configuration, over the parameters that the phase changes."""
    options, optimisers = model.config.optimiser, {}
    for phase in phases_of(model.config):
        groups = [PHASE_NETWORKS[phase]]
        if phase == "discrimination":  # the gradients of D and D_y are clipped separately
            groups = [(name,) for name in PHASE_NETWORKS[phase]]
        masters = [_trainable_parameters(model, group) for group in groups]
        working_copies = [_trainable_parameters(net, group) for group in groups]
        momentum = options.adversarial_momentum if phase in ("discrimination", "generation") else options.momentum
        rate = getattr(options, f"{phase}_rate")
        optimisers[phase] = optimisation.Optimiser(options, masters, working_copies, rate, momentum)
    return optimisers


def _trainable_parameters(model, part_names):
    """The trainable parameters of the model's parts with these names."""
    return [
        parameter
        for name, parameter in model.named_parameters()
        if name.partition(".")[0] in part_names and parameter.requires_grad
    ]
