"""The adversarial game on a small live model, one optimiser step at a time (§2), for a page that shows what each step does.

The steps are `phases.STEPS` themselves, called one by one on a `Training`. What is shown beside them is computed apart,
with the very draws the step takes and without drawing anything from the training's own random state, so a game that was
played equals the same steps made by the trainer, bit for bit.
"""

import copy
import threading
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from aae_core.config.configuration import Config, with_settings
from aae_core.config.derived import judges_codes
from aae_core.data import sets
from aae_core.data.sets import DataSet
from aae_core.errors import ConfigError, TrainingError
from aae_core.evaluation import distances
from aae_core.game.rules import Rules
from aae_core.latent.maps import judge_grid
from aae_core.models import inference, objectives
from aae_core.training import phases
from aae_core.training.phases import STEPS, Batch
from aae_core.training.training import Training

ITEMS = 6  # images of the mini-batch that are followed one by one
PLOTTED = 500  # images whose codes are on the plane
SIDE = 40  # of the grid on which D is asked, each way
RIM = 1.15  # of the plane, beside a prior that ends at an edge
WIDER = 1.25  # by how much the plane widens where it does
INSIDE = 0.97  # share of the codes that the plane has to hold
WIDEST = 5e5  # of the plane, from its middle


@dataclass(frozen=True, eq=False)
class Seen:
    """What the nets make of the mini-batch before or after a step, with the same draws.

    z float32 N×2, the codes as they lie on the plane; x_hat uint8 k×H×W×C of the first k images; verdicts float32 N, D(z), or
    None without D; prior float32 n×2 and prior_verdicts n, the samples that D is shown, in discrimination only; loss: the
    phase's cost; terms: its parts by name.
    """

    z: np.ndarray
    x_hat: np.ndarray
    verdicts: np.ndarray | None
    prior: np.ndarray | None
    prior_verdicts: np.ndarray | None
    loss: float
    terms: dict[str, float]


@dataclass(frozen=True, eq=False)
class Record:
    """One optimiser step: what went in, what it changed, and what it left alone.

    batch: number of the mini-batch, from 1; x, noisy: the first k images, uint8 k×H×W×C, and as the encoder sees them; moved:
    the length of the change of each net that moved; still: the nets of which no bit changed.
    """

    phase: str
    batch: int
    x: np.ndarray
    noisy: np.ndarray
    before: Seen
    after: Seen
    moved: dict[str, float]
    still: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Plane:
    """The plane at one moment: codes float32 M×2 of the probe images, their distance to the prior (MMD², None
    without one), the half-width and middle of the square that is seen, and D(z) float32 SIDE×SIDE at the middles of as many
    cells, row 0 lowest; None without a D that judges these codes."""

    codes: np.ndarray
    distance: float | None
    half: float
    centre: tuple[float, float]
    surface: np.ndarray | None


class Game:
    """A live model and the mini-batch in play; every method may be called from any thread.

    R, the first phase, takes the next mini-batch unless the present one has not been reconstructed yet; all other phases stay
    with the present one, so D can be stepped again and again on the same codes. Raises ConfigError for a configuration whose
    codes are not in the plane, whose phases share a pass, whose decoder takes a second view of the image or each content
    apart, or whose nets change by looking at them (batch normalisation).
    """

    def __init__(self, config: Config, dataset: DataSet, rules: Rules | None = None):
        if config.latent_dim != 2:
            raise ConfigError(f"The game is played in the plane, so latent_dim must be 2, not {config.latent_dim}.")
        ways = config.passes, config.network.normalise, config.views, config.content_decoded
        if ways != ("strict", "none", 1, "mixed"):
            raise ConfigError(
                "Step by step needs the paper's own order: passes=strict, network.normalise=none, views=1, "
                "content_decoded=mixed."
            )
        settings = {"precision": "fp32", "threads": 1, "optimiser.schedule": ()}
        self.training = Training(with_settings(config, settings), dataset, "cpu")
        self.phases, self.rules, self.counts = self.training.phases, None, dict.fromkeys(self.training.phases, 0)
        self.plotted = sets.proportional(dataset.train.labels, PLOTTED)
        self.images, self.labels = dataset.train.images[self.plotted], dataset.train.labels[self.plotted]
        self.classes = dataset.classes
        self.batch: Batch | None = None
        self._taken_up = False  # whether the present mini-batch has been through the first phase
        self._half = 0.0
        self.prior_sample = self.model.prior.sample(PLOTTED, torch.Generator().manual_seed(0)).numpy()  # PLOTTED×2
        self._lock = threading.RLock()
        self.change(rules or Rules())

    @property
    def model(self):
        return self.training.model

    def change(self, rules: Rules) -> None:
        """Go on by other rules, without a reset."""
        with self._lock:
            if rules != self.rules:
                self.rules = rules
                self.training.config = rules.applied(self.training.config)
                self.training.set_rates()

    def step(self, phase: str) -> Record:
        """One optimiser step of one phase; ConfigError if the variant has no such phase, TrainingError if the nets fall apart."""
        if phase not in self.phases:
            raise ConfigError(f"The variant {self.model.variant.name} has no step of {str(phase)[:40]}.")
        with self._lock:
            return self._step(phase)

    def round(self) -> list[Record]:
        """One step of every phase on one mini-batch, as `phases.step` makes them, D as often as the rules say."""
        with self._lock:
            return [self._step(phase) for phase in self._order()]

    def play(self, rounds: int) -> None:
        """So many rounds, of which nothing is kept; TrainingError if the nets fall apart."""
        with self._lock:
            for _ in range(rounds):
                for phase in self._order():
                    loss = STEPS[phase](self.training, self._batch_of(phase))
                    self.counts[phase] += 1
                _check(loss.item(), phase)

    def preview(self) -> Record:
        """The mini-batch in play, or the first, as a step R would find it; no step is made."""
        with self._lock:
            if self.batch is None:
                self._take()
            phase, batch = self.phases[0], self.batch
            seen = look(_onlooker(self.training), phase, batch)
            _check(seen.loss, phase)
            return self._record(phase, seen, seen, {})

    def plane(self) -> Plane:
        """The plane now."""
        with self._lock:
            codes = inference.encode_all(self.model, self.images).numpy()
            _check(np.abs(codes).max(), "last")
            prior, distance = self.model.prior, None
            centre = prior.centre()
            self._widen(np.abs(codes - centre).max(1))
            if self.model.variant.has_prior:
                distance = distances.mmd2(codes, self.prior_sample, prior.bandwidth)
            surface = None
            if judges_codes(self.model.config):
                surface = judge_grid(self.model, self._half, SIDE, centre).values.astype(np.float32)
            return Plane(codes, distance, self._half, tuple(centre.tolist()), surface)

    def _order(self):
        times = {"discrimination": self.rules.d_steps}
        return [phase for phase in self.phases for _ in range(times.get(phase, 1))]

    def _batch_of(self, phase):
        """The mini-batch that a step of this phase is made on."""
        first = phase == self.phases[0]
        if self.batch is None or (first and self._taken_up):
            self._take()
        self._taken_up |= first
        return self.batch

    def _take(self):
        """The next mini-batch, as `training.fit` takes it; the rates are those of the rules, whatever the epoch."""
        self.batch, self._taken_up = self.training.batch(), False
        self.training.step += 1

    def _step(self, phase):
        t, batch = self.training, self._batch_of(phase)
        nets = _nets(self.model)
        before, onlooker = look(_onlooker(t), phase, batch), _onlooker(t)
        _check(STEPS[phase](t, batch).item(), phase)
        after = look(onlooker, phase, batch)
        _check(after.loss, phase)
        self.counts[phase] += 1
        lengths = {name: (now - nets[name]).double().norm().item() for name, now in _nets(self.model).items()}
        return self._record(phase, before, after, {name: length for name, length in lengths.items() if length})

    def _record(self, phase, before, after, moved):
        batch = self.batch
        x, noisy = batch.taught[:1] * 2 if phase == "classification" else (batch.x, batch.noisy)
        shown = (self.model.to_items(images[:ITEMS]) for images in (x, noisy))
        still = tuple(name for name in _nets(self.model) if name not in moved)
        return Record(phase, self.training.step, *shown, before, after, moved, still)

    def _widen(self, reach):
        """The plane widens in steps when codes leave it, and narrows when they fill less than half of it."""
        prior = self.model.prior
        home = prior.extent() * (RIM if prior.support == "bounded" else 1)  # codes lie on both sides of an edge
        held = float(np.quantile(reach, INSIDE))
        half = max(self._half, home)
        while half < min(held, WIDEST):
            half *= WIDER
        while half > home and held < half / 2:
            half /= WIDER
        self._half = max(half, home)


def _onlooker(t: Training) -> Training:
    """The same nets beside a random state of its own, so that looking draws what the next step will draw, and takes nothing."""
    beside = copy.copy(t)
    beside.rng = t.rng.clone_state()
    return beside


@torch.no_grad()
def look(t: Training, phase: str, batch: Batch) -> Seen:
    """What a step of `phase` on this mini-batch would compute, without making it; draws from the random state of `t`."""
    net, prior, real, terms = t.net, None, None, {}
    if phase == "reconstruction":
        z, y, cost = phases.reconstruction(t, batch)
    elif phase == "classification":
        cost = phases.classification(_onlooker(t), batch)
        z, y = net.infer(batch.taught[0], t.rng)
    else:
        z, y = net.infer(batch.noisy, t.rng)
    beside, told = _onlooker(t), t.condition_of_d(batch, y)
    if phase == "discrimination":
        prior = beside.prior_sample(len(z), told)
        both = None if told is None else torch.cat([told, told])
        real, judged = net.judge(beside.seen_by_d(torch.cat([prior, z])), both).split(len(z))
        cost, terms = phases.discrimination(t, batch, z, y), {"real": -_log_d(real), "fake": -_log_d(-judged)}
    elif phase == "generation":
        judged = net.judge(beside.seen_by_d(z), told)
        cost, terms = phases.generation(t, batch, z, y), {"fool": -_log_d(judged)}
    else:
        judged = net.judge(z, told) if net.variant.imposes == "adversary" else None
    content = y if net.variant.categorical else batch.y
    placed = net.place(z, y)
    x_hat = net.decode(placed[:ITEMS], content[:ITEMS] if net.variant.has_content else None)
    return Seen(
        placed.numpy(), t.model.to_items(x_hat), _verdicts(judged), None if prior is None else prior.numpy(), _verdicts(real),
        cost.item(), terms,
    )  # fmt: skip


def _log_d(logits: Tensor) -> float:
    """E log D of D's logits."""
    return -objectives.generation(logits).item()


def _verdicts(logits):
    return None if logits is None else logits.float().sigmoid().numpy()


def _nets(model) -> dict[str, Tensor]:
    """A copy of the parameters of each net, as one vector."""
    found: dict[str, list[Tensor]] = {}
    for name, parameter in model.named_parameters():
        found.setdefault(name.partition(".")[0], []).append(parameter.detach().flatten())
    return {name: torch.cat(parameters) for name, parameters in found.items()}


def _check(value, phase):
    if not np.isfinite(value):
        raise TrainingError(
            f"Training diverged in the {phase} step: a value is no longer finite. Press Reset, and use smaller learning rates."
        )
