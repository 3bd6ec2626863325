"""The game of Step by step without a page: the trainer's own phases on the page's data, one step at a time.

From the same setup and rules it takes the same mini-batches, samples and noise as the engine of the page
(`web/src/engine`), so its figures are those of the page up to rounding (tests/app/lessons/test_lesson_check.py).
"""

from dataclasses import asdict

import numpy as np
import torch
from torch import Tensor

from aae_core.config.configuration import with_settings
from aae_core.config.derived import labels_teach_content
from aae_core.errors import ConfigError, TrainingError
from aae_core.evaluation import distances
from aae_core.game import items, many_codes
from aae_core.game.rules import GameRules, GameSetup, game_config
from aae_core.latent import exploration
from aae_core.models import inference
from aae_core.training import phases
from aae_core.training.batch import Batch
from aae_core.training.training import Training

SAMPLES = 500  # of the prior, with which the codes are compared
FIXED_SETTINGS = {"precision": "fp32", "threads": 1, "optimiser.schedule": ()}
RULES_OF_CONFIG = ("input_noise", "discriminator_noise")  # rules that the trainer has under the same names


class HeadlessGame:
    """A game in progress. counts: the steps made, by phase. Raises ConfigError if variant and prior do not go together."""

    def __init__(self, setup: GameSetup, rules: GameRules):
        self.dataset = items.load_game_data(setup.data)
        self.plotted_indices = items.plotted_indices(self.dataset)
        config = with_settings(game_config(setup, len(self.dataset.classes)), FIXED_SETTINGS)
        self.training = Training(config, self.dataset, "cpu")
        if labels_teach_content(config):
            self.training.labelled_indices = torch.from_numpy(self._labelled_indices(config.labels, config.seed))
            self.training.labels = torch.from_numpy(self.dataset.train.labels)
        self.phases = tuple(self.training.phases)
        self.counts = dict.fromkeys(self.phases, 0)
        self._batch: Batch | None = None
        self._is_batch_used = False
        self._last_states: dict[str, tuple[Batch, tuple]] = {}  # phase -> mini-batch and random state of its last step
        self.set_rules(rules)
        self.play_rounds(setup.begun)

    def _labelled_indices(self, count: int, seed: int) -> np.ndarray:
        """The indices of the labelled items: one of each class in turn, in an order chosen by the seed, as in the page."""
        labels = self.dataset.train.labels
        order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(seed)).numpy()
        classes = [order[labels[order] == k] for k in range(len(self.dataset.classes))]
        turn_count = max(map(len, classes))
        in_turn = [indices[turn] for turn in range(turn_count) for indices in classes if turn < len(indices)]
        return np.sort(in_turn[:count])

    def set_rules(self, rules: GameRules) -> None:
        """Continue with other rules."""
        self.rules = rules
        noise = {name: getattr(rules, name) for name in RULES_OF_CONFIG}
        self.training.config = with_settings(self.training.config, noise)
        self.training.set_learning_rates()
        rates = {name.removesuffix("_rate"): value for name, value in asdict(rules).items() if name.endswith("_rate")}
        for phase, rate in rates.items():
            if phase in self.training.optimisers:
                self.training.optimisers[phase].rate = rate * (rules.weight if phase == "generation" else 1.0)

    @property
    def round_phases(self) -> tuple[str, ...]:
        """The phases of a round, in the paper's order, with as many steps of D as the rules say."""
        times = {"discrimination": self.rules.d_steps}
        return tuple(phase for phase in self.phases for _ in range(times.get(phase, 1)))

    def play_rounds(self, times: int) -> None:
        for _ in range(times):
            for phase in self.round_phases:
                self.step(phase)

    def step(self, phase: str, times: int = 1) -> None:
        """Take steps of a phase; TrainingError if the training diverges, ConfigError if the game has no such phase."""
        if phase not in self.phases:
            raise ConfigError(f"This game has no steps of {phase}; it has {', '.join(self.phases)}.")
        for _ in range(times):
            batch = self._batch_for(phase)
            self._last_states[phase] = batch, self._random_state()
            cost = phases.PHASE_STEPS[phase](self.training, batch)
            self.counts[phase] += 1
            if not torch.isfinite(cost):
                raise TrainingError(f"Training diverged in the {phase} step: a value is no longer finite.")

    def _batch_for(self, phase: str) -> Batch:
        """Reconstruction takes the next mini-batch, unless it has not used the current one yet; the others the current one."""
        is_first = phase == self.phases[0]
        if self._batch is None or (is_first and self._is_batch_used):
            self._batch = self.training.current_batch()
            self.training.step += 1
            self._is_batch_used = False
        self._is_batch_used = self._is_batch_used or is_first
        return self._batch

    def _random_state(self) -> tuple[Tensor, Tensor]:
        return self.training.rng.get_state(), self.training.samples_ahead

    def save(self) -> dict:
        """The state of the game, for `restore`."""
        return {
            "tensors": self.training.state_tensors(),
            "rules": self.rules,
            "counts": dict(self.counts),
            "batch": (self._batch, self._is_batch_used),
            "last states": dict(self._last_states),
        }

    def restore(self, state: dict) -> None:
        """Return to a state that `save` returned."""
        self.training.load_state(state["tensors"])
        self.set_rules(state["rules"])
        self.counts = dict(state["counts"])
        self._batch, self._is_batch_used = state["batch"]
        self._last_states = dict(state["last states"])

    # Figures ----------------------------------------------------------------------------------------------------------------

    def codes(self, generator: torch.Generator | None = None) -> np.ndarray:
        """The codes N×2 of the items on the plane; with a generator one draw from q(z|x) for each."""
        codes = inference.encode_all(self.training.model, self.plotted_items, generator).numpy()
        if not np.isfinite(codes).all():
            raise TrainingError("Training diverged: a code is no longer finite.")
        return codes

    def contents(self) -> np.ndarray:
        """q(y|x) N×K of the items on the plane, for a model that infers y."""
        return exploration.encode_contents(self.training.model, self.plotted_items)

    @property
    def plotted_items(self) -> np.ndarray:
        return self.dataset.train.images[self.plotted_indices]

    @property
    def plotted_labels(self) -> np.ndarray:
        return self.dataset.train.labels[self.plotted_indices]

    def prior_sample(self) -> np.ndarray:
        """The samples of the prior with which the codes are compared."""
        return self.training.model.prior.sample(SAMPLES, torch.Generator().manual_seed(0)).numpy()

    def many_codes(self, example: int = 0) -> many_codes.ManyCodes:
        """One of the game's examples encoded many times, as the page does it after the same steps."""
        labels = self.dataset.train.labels
        index = items.example_indices(self.plotted_indices, labels)[example]
        seed = self.training.config.seed + many_codes.SEED_OFFSET + sum(self.counts.values())
        generator = torch.Generator().manual_seed(seed)
        return many_codes.encode_many_times(
            self.training.model, self.dataset.train.images[index], int(labels[index]), generator
        )

    def mmd2(self) -> float:
        """The distance between codes and prior, as the page shows it."""
        return max(0.0, distances.mmd2(self.codes(), self.prior_sample(), self.training.model.prior.bandwidth))

    def cost(self, phase: str) -> float:
        """The cost of a phase on the mini-batch and with the random numbers of its last step, or else of its next one."""
        batch, state = self._last_states.get(phase) or (self._preview_batch(), self._random_state())
        own_state = self._random_state()
        self._set_random_state(state)
        try:
            with torch.no_grad():
                return float(_COSTS[phase](self.training, batch))
        finally:
            self._set_random_state(own_state)

    def _preview_batch(self) -> Batch:
        """The current or else the first mini-batch."""
        return self._batch if self._batch is not None else self._batch_for("")

    def _set_random_state(self, state):
        rng_state, samples_ahead = state
        self.training.rng.set_state(rng_state)
        self.training.samples_ahead = samples_ahead


def _discrimination_cost(training, batch):
    z, y = phases.draw_codes(training, batch)
    return phases.discrimination_cost(training, batch, z, y)


def _generation_cost(training, batch):
    z, y = phases.draw_codes(training, batch)
    return phases.generation_cost(training, batch, z, y)


_COSTS = {
    "reconstruction": phases.reconstruction_cost,
    "discrimination": _discrimination_cost,
    "generation": _generation_cost,
    "classification": phases.classification_cost,
}
