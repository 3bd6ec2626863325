"""The training loop around the paper's step: its state, mini-batches, reports, and how it is resumed.

The step itself is in `phases`. Nothing here writes files or prints.
"""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from aae_core.config import combinations
from aae_core.config.choices import COSTS
from aae_core.config.configuration import Config
from aae_core.config.derived import evenness, pulls, rate_factor, taught, tells_content, total_steps, uses_labels
from aae_core.config.derived import phases as phases_of
from aae_core.data import unread_images
from aae_core.data.sets import DataSet, labelled_subset
from aae_core.errors import ConfigError, TrainingError
from aae_core.models import draws
from aae_core.models.convolutions import computing_with
from aae_core.models.model import Model, one_hot
from aae_core.models.sizes import sizes
from aae_core.torch_state import torch_defaults
from aae_core.training import augmentation, captured_step, machine, optimisation, order, phases
from aae_core.training.order import Order
from aae_core.training.ranks import ALONE, Ranks

REPORT_EVERY = 10  # steps
LONG = 2.0  # seconds after which a report is made before its steps are complete
ASLEEP, SLOWER = 60.0, 20  # seconds between reports, and multiple of the expected time, above which the machine slept
DRAWN_AHEAD = 100  # steps whose samples of the prior are drawn together, at most
MOST_DRAWN = 2**20  # numbers in these samples, at most
EXPLODED = 1e3  # multiple of the loss in the first report, or of 1, above which a training has diverged
CONVOLVES = 5  # multiplications per image and parameter (1 in a dense layer), above which convolutions do most of them


@dataclass(frozen=True)
class Report:
    """The progress after `step` steps and `epoch` epochs. losses: the mean loss of each phase over the steps since the last
    report that has losses, usually ten; {} in a report that comes early because steps are slow. seconds: spent in training so
    far; samples_per_second: images per second since the last report."""

    step: int
    epoch: float
    losses: dict[str, float]
    seconds: float
    samples_per_second: float


class Training:
    """All that changes during a training: model, optimisers, random state and step.

    device: "cpu", "cuda", "mps" or "auto"; None for that of the configuration. choice: how the steps are computed; None for the
    rule of `machine.choose`. ranks: the processes that compute the training together. `model` holds the fp32 parameters; `net` is
    what the steps compute with, the model or its working copy in bf16.

    Raises ConfigError if the device is not available, if the training set has fewer than two images, or if the training cannot be
    divided among so many processes; DataError if it lacks labels that the variant needs.
    """

    @torch_defaults()
    def __init__(
        self,
        config: Config,
        dataset: DataSet,
        device: str | None = None,
        choice: machine.Choice | None = None,
        ranks: Ranks = ALONE,
    ):
        self.config, self.ranks = config, ranks
        self.device = choose_device(device or config.device, ranks)
        self.model = Model(config, dataset.shape, len(dataset.classes), dataset.features)
        self.model.initialise(config.seed)
        self.model.to(self.device)
        self.sizes = sizes(self.model)
        parameters = sum(parameter.numel() for parameter in self.model.parameters())
        largest = max(parameters, sum(size.multiplications for size in self.sizes.values()))
        work = largest * min(config.batch_size, len(dataset.train.images)) / ranks.size
        self.choice = choice or machine.choose(config, self.device.type, work, ranks.size > 1, ranks.here)
        self.net = optimisation.working_copy(self.model, self.choice.precision)
        self.threads = self._share()
        self.optimisers = _optimisers(self.model, self.net, ranks)
        self.phases, self.pulls = phases_of(config), pulls(config)
        self.shares_passes = not machine.why_strict(config)
        self.captures = captured_step.asked_for(self.device.type, config, ranks.size)
        self.rng = draws.generator(self.device, ranks.rank, ranks.size).manual_seed(config.seed + 1)
        self._form, self.images = self.model.form.on(self.device), self._resident(dataset)
        self.labels, self.labelled = self._known(dataset)
        labelled = 0 if self.labels is None else len(self.labelled)
        combinations.check_processes(config, ranks.size, len(self.images), labelled)
        self.step, self.seconds = 0, 0.0
        self._shuffled: dict[str, tuple[int, Order]] = {}  # "all" or "labelled" -> (pass, order in this pass)
        self.drawn = torch.empty(0)  # samples of the prior for the next steps

    def _share(self) -> int:
        """Divide a step among threads, and return how many of them share each operation of torch.

        In bf16 on a CPU, the convolutions are computed in parts of the mini-batch, one for each thread. If they are most of the
        work, one thread does the rest, whose operations are so small that several would wait longer than they compute.
        """
        threads = self.choice.threads
        if self.choice.precision != "bf16" or self.device.type != "cpu":
            return threads
        for net in (self.net.encoder, self.net.decoder):
            net.parts = threads
        parameters = sum(size.parameters for size in self.sizes.values())
        multiplications = sum(size.multiplications for size in self.sizes.values())
        return 1 if multiplications > CONVOLVES * parameters else threads

    def _resident(self, dataset):
        """The training images, uint8 N×C×H×W, or rows, float32 N×1×1×F, in the device's memory or read from the disk."""
        images = dataset.train.images
        self._block = max(1, order.BLOCK // images[:1].nbytes)  # images read at once
        if len(images) < 2:
            raise ConfigError(f"The data set {dataset.name} has fewer than two training {dataset.summary.items}.")
        if unread_images.stays(images, self.device):
            return unread_images.OnDisk(images, self.device, self._block if len(images) > order.LISTED else 1)
        return torch.from_numpy(images).to(self.device).permute(0, 3, 1, 2).contiguous()

    def _known(self, dataset):
        """(labels N, −1 where none is given; indices of the labelled images, M), or (None, None) if no labels are used."""
        if not uses_labels(self.config):
            return None, None
        labels = dataset.train.labels
        labelled = labelled_subset(labels, self.config.labels, dataset.classes, self.config.seed)
        hidden = torch.from_numpy(np.where(labelled, labels, -1))
        return hidden.to(self.device), torch.from_numpy(labelled.nonzero()[0]).to(self.device)

    @property
    def batch_size(self) -> int:
        return min(self.config.batch_size, len(self.images))

    @property
    def steps_per_epoch(self) -> int:
        """The number of full mini-batches; the images that are left over differ from epoch to epoch."""
        return len(self.images) // self.batch_size

    @property
    def total_steps(self) -> int:
        return total_steps(self.config, len(self.images))

    @property
    def epoch(self) -> float:
        """The number of passes over the training set so far."""
        return self.step / self.steps_per_epoch

    @property
    def evenness(self) -> float:
        """How much equal frequencies of the contents count in the agreement of two views now (`derived.evenness`)."""
        return evenness(self.config, self.epoch)

    @property
    def sees_clean(self) -> bool:
        """Whether the encoder now sees the images unaltered, as after training: from epoch `clean_from` on."""
        return self.config.clean_from is not None and self.epoch >= self.config.clean_from

    def batch(self) -> phases.Batch:
        """The mini-batch of the current step, or this process's part of it."""
        return self.prepared(*self.chosen())

    def chosen(self) -> tuple[Tensor | None, ...]:
        """What the mini-batch is made of: images N×C×H×W as they are in `images`, and their labels N; if labels teach q(y|x), a
        mini-batch of labelled images too, M×C×H×W, or all if there are fewer, and their labels M; None for what the variant does
        not use. The order of the images depends only on seed and epoch, so that it is the same after resuming."""
        epoch, place = divmod(self.step, self.steps_per_epoch)
        index = self._own("all", epoch, len(self.images), place, self.batch_size, self._block)
        if not taught(self.config):
            return self.images[index], None if self.labels is None else self.labels[index], None, None
        size = min(self.batch_size, len(self.labelled))
        cycle, place = divmod(self.step, len(self.labelled) // size)
        labelled = self.labelled[self._own("labelled", cycle, len(self.labelled), place, size)]
        return self.images[index], None, self.images[labelled], self.labels[labelled]

    def prepared(
        self, items: Tensor, labels: Tensor | None, more: Tensor | None, more_labels: Tensor | None
    ) -> phases.Batch:
        """The mini-batch of what `chosen` returned, with new alterations of its images."""
        x = self._scaled(items)
        noisy = self.seen_by_encoder(x)
        y = None if labels is None else one_hot(labels, self.model.classes)
        if more is None:
            return phases.Batch(x, noisy, y)
        labelled = self.seen_by_encoder(self._scaled(more)), one_hot(more_labels, self.model.classes)
        return phases.Batch(x, noisy, y, labelled)

    def _own(self, kind, cycle, n, place, size, block=1):
        """The indices of mini-batch number `place` in pass number `cycle` over n items, or of this process's part of it. The
        order of a pass depends only on the seed, `kind` and `cycle`. block: number of items read at once."""
        if kind not in self._shuffled or self._shuffled[kind][0] != cycle:
            seed = self.config.seed * 1_000_003 + cycle
            if kind == "labelled":
                seed += 2**40
            self._shuffled[kind] = cycle, order.of(n, seed, self.device, block)
        return self.ranks.own(self._shuffled[kind][1][place * size : (place + 1) * size])

    def _scaled(self, items):
        """x of training images or rows, N×C×H×W; with augment=on, of mirrored and shifted copies."""
        x = self._form.scaled(items)
        if self.config.augment == "on":
            x = augmentation.mirrored_and_moved(x, self.rng)
        return x.contiguous(memory_format=self.model.encoder.layout)

    def seen_by_encoder(self, x: Tensor) -> Tensor:
        """Images N×C×H×W as the encoder sees them in training: altered, unless `sees_clean`."""
        return x if self.sees_clean else augmentation.altered(x, self.config, self.rng)

    def condition_of_d(self, batch: phases.Batch, y: Tensor | None) -> Tensor | None:
        """D's condition, N×K: the labels (§2.3) or, if the content is D's condition, the inferred y without gradient or else the
        labels; None if D sees codes alone."""
        if tells_content(self.config):
            return batch.y if y is None else y.detach()
        return batch.y if self.model.variant.labels == "discriminator" else None

    def seen_by_d(self, z: Tensor) -> Tensor:
        """Codes …×N×d as D sees them in training, with its input noise, if any."""
        return augmentation.noisy(z, self.config.discriminator_noise, self.rng, z.ndim - 2)

    def prior_sample(self, n: int, condition: Tensor | None = None) -> Tensor:
        """Samples z ~ p(z), n×d, which, except on a CUDA GPU, are drawn for many steps at once. condition: D's, n×K. If it is
        the labels (§2.3), each z is drawn from the region of its class or, for an unlabelled image, from all of p(z). A content
        has no region, and does not matter here."""
        n = n * self.ranks.size
        if condition is not None:
            condition = self.ranks.gathered(condition)
        if len(self.drawn) < n:
            # a captured step must draw its samples each time it is replayed, and a plain one on a GPU computes the same
            ahead = 1
            if not self.captures and self.device.type != "cuda":
                ahead = max(1, min(DRAWN_AHEAD, MOST_DRAWN // (n * self.config.latent_dim)))
            self.drawn = self.model.prior.sample(n * ahead, generator=self.rng, device=self.device)
        taken, self.drawn = self.drawn[:n], self.drawn[n:]
        if condition is None or self.model.variant.labels != "discriminator":
            return self.ranks.own(taken)
        own = self.model.prior.sample_region(condition.argmax(1), self.rng)
        return self.ranks.own(torch.where(condition.any(1, keepdim=True), own, taken))

    def content_sample(self, n: int) -> Tensor:
        """Samples y ~ Cat(1/K), one-hot n×K (§5)."""
        k = self.model.contents
        return one_hot(draws.integers(0, k, (n,), self.rng, self.device), k)

    def cost(self, x: Tensor, logits: Tensor) -> Tensor:
        """The reconstruction cost of each image, N, from x and the decoder's logits, both N×C×H×W."""
        facts, value = COSTS[self.config.cost], self.net.cost.value
        if facts.like == "learned-variance" and not facts.value:
            return value(x, logits, gathered=self.ranks.gathered)
        return value(x, logits)

    @property
    def generation_weight(self) -> float:
        """The weight of the generation cost relative to the reconstruction cost in a shared update. SGD with learning rate r and
        momentum m moves by r / (1 − m) times the gradient in the long run; the weight is the ratio of this quantity between the
        two phases, as if they had separate optimisers, times `phases.GENERATION_FACTOR`. With Adam, whose steps momentum does not
        lengthen, it is the ratio of the learning rates."""
        o = self.config.optimiser
        if o.kind == "adam":
            return o.generation_rate / o.reconstruction_rate
        step = phases.GENERATION_FACTOR * o.generation_rate / (1 - o.adversarial_momentum)
        return step * (1 - o.momentum) / o.reconstruction_rate

    @property
    def shares(self) -> dict[str, float]:
        """The weight of each phase's cost relative to the reconstruction's in a shared update. With Adam, that of the generation
        cost is 1, because `phases.twice` applies `generation_weight`."""
        o = self.config.optimiser
        weights = {
            "reconstruction": 1.0,
            "generation": 1.0 if o.kind == "adam" else self.generation_weight,
            "classification": o.classification_rate / o.reconstruction_rate,
        }
        return {phase: weight for phase, weight in weights.items() if phase in self.phases}

    def descend(self, phase: str, loss: Tensor) -> Tensor:
        """One optimiser step that decreases `loss`, with gradients for the parameters of `phase` alone; returns `loss` without
        its graph."""
        self.optimisers[phase].descend(loss)
        return loss.detach()

    def set_rates(self) -> None:
        """Set the learning rate of every optimiser to that of the current epoch."""
        factor = rate_factor(self.config, self.epoch)
        for phase, optimiser in self.optimisers.items():
            optimiser.rate = factor * getattr(self.config.optimiser, f"{phase}_rate")

    @torch_defaults()
    def state(self) -> dict[str, Tensor]:
        """All that is needed to continue bit for bit, as tensors by name, copied to the CPU.

        Raises TrainingError if a weight is not finite, so that a broken state is never saved.
        """
        tensors = {f"model.{name}": value for name, value in self.model.state_dict().items()}
        if not all(torch.isfinite(value).all() for value in tensors.values()):
            raise TrainingError(_broken("a weight became infinite or not a number", "last", self.step))
        for phase, optimiser in self.optimisers.items():
            for key, values in optimiser.buffers.items():
                tensors |= {f"optimiser.{phase}.{i}.{key}": value for i, value in enumerate(values)}
        tensors["rng"], tensors["drawn"] = self.rng.get_state(), self.drawn
        tensors["step"] = torch.tensor(self.step)
        tensors["seconds"] = torch.tensor(self.seconds, dtype=torch.float64)
        return {name: value.detach().to("cpu", copy=True) for name, value in tensors.items()}

    @torch_defaults()
    def load(self, tensors: dict[str, Tensor]) -> None:
        """Load what `state` returned; TrainingError if the tensors belong to another configuration."""
        try:
            self.model.load_state_dict({k[6:]: v for k, v in tensors.items() if k.startswith("model.")})
            for phase, optimiser in self.optimisers.items():
                optimiser.load({k[len(phase) + 11 :]: v for k, v in tensors.items() if k[10:].startswith(f"{phase}.")})
            optimisation.refresh(self.net, self.model)
            self.rng.set_state(tensors["rng"])
            self.drawn = tensors.get("drawn", torch.empty(0)).to(self.device, copy=True)
            self.step, self.seconds = int(tensors["step"]), float(tensors["seconds"])
        except (KeyError, RuntimeError, TypeError, ValueError) as error:
            raise TrainingError("The saved state belongs to another configuration; start a new training.") from error


def fit(t: Training) -> Iterator[Report]:
    """Train until the configuration's epochs, steps or minutes are over, and yield a Report every REPORT_EVERY steps, or sooner
    if these take more than LONG seconds.

    Raises TrainingError, with phase and step, when a loss is not finite or has diverged (EXPLODED); earlier checkpoints remain
    valid.
    """
    limit = 60 * t.config.minutes if t.config.minutes else math.inf
    first: dict[str, float] = {}
    run_step = captured_step.fast_step(t, phases.step)
    losses: list[dict[str, Tensor]] = []
    while t.step < t.total_steps and t.seconds < limit:
        started, before, means = time.perf_counter(), t.step, {}
        with torch_defaults(), computing_with(t.threads):
            while not means and (t.step == before or t.ranks.first(time.perf_counter() - started) < LONG):
                t.set_rates()
                losses.append(run_step())
                t.step += 1
                if t.step % REPORT_EVERY == 0 or t.step == t.total_steps:
                    means = _means(t.ranks, losses, first, t.step - len(losses))
                    losses = []
        expected = t.seconds / before * (t.step - before) if before else math.inf
        elapsed = awake(time.perf_counter() - started, expected)
        t.seconds += t.ranks.first(elapsed)
        yield Report(t.step, t.epoch, means, t.seconds, (t.step - before) * t.batch_size / elapsed)


def awake(elapsed: float, expected: float) -> float:
    """The seconds of work between two reports. If far more have elapsed than are `expected` from the speed so far, the machine
    slept or the process was stopped, and the expected seconds are returned, so that the pause counts neither for the speed nor
    for a limit in minutes."""
    return expected if elapsed > max(ASLEEP, SLOWER * expected) else elapsed


def _means(ranks, losses, first, before):
    """The mean of each phase's loss over the steps in `losses`; TrainingError if a loss is not finite or has diverged. first: the
    means of the first report, by phase, which are filled in here; before: the steps before those in `losses`."""
    phases = list(losses[0])
    table = torch.stack([torch.stack([row[phase] for phase in phases]) for row in losses])  # steps × phases
    table = ranks.average([table])[0].cpu()
    not_finite = ~torch.isfinite(table)
    if not_finite.any():
        row, column = not_finite.nonzero()[0].tolist()
        raise TrainingError(_broken("the loss became infinite or not a number", phases[column], before + row + 1))
    means = dict(zip(phases, table.mean(0).tolist(), strict=True))
    for phase, value in means.items():
        bound = EXPLODED * max(1.0, first.setdefault(phase, value))
        if value > bound:
            raise TrainingError(_broken(f"the loss diverged to {value:.3g}", phase, before + len(losses)))
    return means


def _broken(problem, phase, step):
    return (
        f"Training stopped at step {step}: in the {phase} phase {problem}. The last good checkpoint is kept; "
        "try learning rates three to ten times smaller, or gradient clipping (optimiser.clip=5)."
    )


def choose_device(name: str, ranks: Ranks = ALONE) -> torch.device:
    """The device "cpu", "cuda" or "mps"; "auto" is the fastest one available, without mps if several processes train together.
    Of several CUDA GPUs, each of the processes on this machine has its own. ConfigError if the device is not available."""
    devices = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        if ranks.size > 1:
            devices["mps"] = False
        name = next(kind for kind, available in devices.items() if available)
    if not devices[name]:
        raise ConfigError(f"This machine has no {name} device; choose cpu or auto.")
    if name == "cuda" and ranks.size > 1:
        return torch.device(name, ranks.local % torch.cuda.device_count())
    return torch.device(name)


def _optimisers(model: Model, net: Model, ranks: Ranks) -> dict[str, optimisation.Optimiser]:
    """An optimiser for each phase of the configuration, over the parameters that the phase changes."""
    o, optimisers = model.config.optimiser, {}
    for phase in phases_of(model.config):
        groups = [phases.MOVES[phase]]
        if phase == "discrimination":  # the gradients of D and D_y are clipped separately
            groups = [(name,) for name in phases.MOVES[phase]]
        masters = [_parameters(model, group) for group in groups]
        working = [_parameters(net, group) for group in groups]
        momentum = o.adversarial_momentum if phase in ("discrimination", "generation") else o.momentum
        rate = getattr(o, f"{phase}_rate")
        optimisers[phase] = optimisation.Optimiser(o, masters, working, rate, momentum, ranks.average)
    return optimisers


def _parameters(model, names):
    """The trainable parameters of the model's parts with these names."""
    return [p for name, p in model.named_parameters() if name.partition(".")[0] in names and p.requires_grad]
