"""A lesson's page of Step by step without a browser: the same game, played by actions, and its figures."""

from collections.abc import Callable
from dataclasses import fields, replace

import numpy as np
import torch

from aae_core.config.derived import discriminator_sees_content
from aae_core.errors import ConfigError
from aae_core.game.headless import HeadlessGame
from aae_core.game.rules import GameRules, GameSetup
from aae_core.latent import exploration
from aae_core.models import inference
from aae_core.models.model import one_hot

MAX_STEPS = 20_000  # steps of a page's game, at most, beside those with which it begins
NEIGHBOURS = 5  # by which the class of a code is guessed
PHASE_LETTERS = {"r": "reconstruction", "d": "discrimination", "g": "generation", "c": "classification"}


def parse_setup(settings: dict[str, str], seed: int = 0) -> tuple[GameSetup, GameRules]:
    """Setup and rules of a page's settings; seed: added to the game's own. ConfigError if they do not go together."""
    values = {name.removeprefix("game."): text for name, text in settings.items()}

    def parse_record(record_type):
        own_values = {
            field.name: field.type(values[field.name]) for field in fields(record_type) if field.name in values
        }
        return record_type(**own_values)

    setup = parse_record(GameSetup)
    return replace(setup, seed=setup.seed + seed), parse_record(GameRules)


def change_rule(rules: GameRules, action: dict) -> GameRules:
    """The rules after an action or a goal that sets one of them; ConfigError for a value outside its range."""
    name = action["rule"]
    value = next(action[key] for key in ("value", "least", "most") if key in action)
    field_type = type(getattr(rules, name))
    return replace(rules, **{name: field_type(value)})


class GameStage:
    """A page of Step by step with a seed. Raises ConfigError if the page's settings do not go together."""

    def __init__(self, settings: dict[str, str], seed: int):
        self.settings, self.seed = settings, seed
        self.game = HeadlessGame(*parse_setup(settings, seed))
        self.begin()

    def begin(self) -> None:
        """Begin a page: figures that compare with its start do so from here on. TrainingError if the game has diverged."""
        self.first_codes, self.step_count = self.game.codes(), 0

    def save(self) -> dict:
        return {
            "settings": self.settings,
            "game": self.game,
            "state": self.game.save(),
            "first codes": self.first_codes,
        }

    def restore(self, state: dict) -> None:
        self.settings, self.game, self.first_codes = state["settings"], state["game"], state["first codes"]
        self.game.restore(state["state"])

    def perform(self, action: dict) -> None:
        """Perform an action of `vocabulary.ACTIONS`, or a goal that says what to do. ConfigError if the page's game has no such
        step, or takes more than MAX_STEPS."""
        kind = action.get("do", action.get("kind"))
        if kind in ("step", "rounds"):
            self.step_count += action["times"] * (1 if kind == "step" else len(self.game.round_phases))
            if self.step_count > MAX_STEPS:
                raise ConfigError(f"It takes more than {MAX_STEPS:,} steps.")
        if kind == "step":
            self.game.step(action["phase"], action["times"])
        elif kind == "rounds":
            self.game.play_rounds(action["times"])
        elif kind == "rule":
            self.game.set_rules(change_rule(self.game.rules, action))
        elif kind == "setting" and "is" in action:
            self._change_setting(action["setting"], action["is"])

    def _change_setting(self, name, text):
        """Another setting begins another game, as in the page."""
        self.settings = self.settings | {name: text}
        self.game = HeadlessGame(*parse_setup(self.settings, self.seed))
        self.first_codes = self.game.codes()

    def measure(self, name: str) -> float:
        """A figure of the page; ConfigError if this game does not have it."""
        return float(MEASURES[name](self))


# Figures ----------------------------------------------------------------------------------------------------------------


def root_mean_square(differences: np.ndarray) -> float:
    """The root of the mean squared length of the rows."""
    return float(np.sqrt(np.square(differences).sum(1).mean()))


def _measure_mmd2(stage):
    _require_prior(stage)
    return stage.game.mmd2()


def _require_prior(stage):
    if not stage.game.training.model.variant.has_prior:
        raise ConfigError("This game has no prior, so nothing can be compared with it.")


def _measure_spread(stage):
    codes = stage.game.codes()
    return root_mean_square(codes - codes.mean(0))


def _measure_judgement_of_codes(stage):
    model, codes = stage.game.training.model, stage.game.codes()
    contents = stage.game.contents() if discriminator_sees_content(model.config) else None
    return exploration.discriminator_probabilities(model, codes, contents).mean()


def _measure_judgement_of_samples(stage):
    """The mean D(z) of samples of the prior; of a D that is told y, the mean over all y too."""
    model, samples = stage.game.training.model, stage.game.prior_sample()
    if not discriminator_sees_content(model.config):
        return exploration.discriminator_probabilities(model, samples).mean()
    contents = np.eye(model.contents, dtype=np.float32)
    repeated_contents = (np.tile(content, (len(samples), 1)) for content in contents)
    return np.mean(
        [exploration.discriminator_probabilities(model, samples, content).mean() for content in repeated_contents]
    )


def _measure_width(stage):
    model = stage.game.training.model
    if model.posterior.name != "gaussian":
        return 0.0
    with inference.evaluation_mode(model):
        _, log_variance = model.posterior_moments(model.to_x(stage.game.plotted_items))
    return log_variance.exp().mean().sqrt()


def _measure_variety(stage):
    model, items = stage.game.training.model, stage.game.plotted_items
    with inference.evaluation_mode(model):
        x = model.to_x(items)
        z, y = model.infer_representative(x)
        labels = torch.from_numpy(stage.game.plotted_labels)
        content = y if model.variant.categorical else one_hot(labels, model.classes)
        decoded = model.decode(z, content if model.variant.has_content else None)
    return decoded.var(0).sum() / x.var(0).sum()


def _measure_difference_of_draws(stage):
    draws = [stage.game.codes(torch.Generator().manual_seed(seed)) for seed in (0, 1)]
    return root_mean_square(draws[0] - draws[1])


def _measure_share_in_prior(stage):
    _require_prior(stage)
    log_density = stage.game.training.model.prior.log_density(torch.from_numpy(stage.game.codes()))
    return np.isfinite(log_density.numpy()).mean()


def _measure_content_error(stage):
    model, labels = stage.game.training.model, stage.game.plotted_labels
    if not model.variant.categorical:
        raise ConfigError("This game infers no y.")
    chosen = stage.game.contents().argmax(1)
    if "classification" in stage.game.phases:
        return np.mean(chosen != labels)
    majority = [np.bincount(labels[chosen == k], minlength=1).max() for k in range(model.contents)]
    return 1 - sum(majority) / len(labels)


def _measure_guess_from_codes(stage):
    return share_guessed_from_codes(stage.game.codes(), stage.game.plotted_labels)


def share_guessed_from_codes(codes: np.ndarray, labels: np.ndarray) -> float:
    """The share of codes N×d whose class is the commonest among their NEIGHBOURS nearest others; of classes that are equally
    common the first counts. As in the page (`web/src/game/game_figures.ts`)."""
    squares = np.square(codes[:, None] - codes[None]).sum(2)
    np.fill_diagonal(squares, np.inf)
    nearest = np.argsort(squares, axis=1, kind="stable")[:, :NEIGHBOURS]
    guesses = [np.bincount(labels[indices]).argmax() for indices in nearest]
    return float(np.mean(guesses == labels))


def _estimates_measure(compute: Callable) -> Callable[["GameStage"], float]:
    """A figure of both estimates of a gradient."""

    def measure(stage):
        many_codes = stage.game.many_codes()
        if many_codes.by_score is None:
            raise ConfigError("Only a Gaussian posterior has a score function.")
        return compute(many_codes)

    return measure


def _cost_measure(letter) -> Callable[[GameStage], float]:
    phase = PHASE_LETTERS[letter]

    def measure(stage):
        if phase not in stage.game.phases:
            raise ConfigError(f"This game has no steps of {phase}.")
        return stage.game.cost(phase)

    return measure


def _count_measure(letter) -> Callable[[GameStage], float]:
    return lambda stage: stage.game.counts.get(PHASE_LETTERS[letter], 0)


MEASURES: dict[str, Callable[[GameStage], float]] = {  # by the names in `vocabulary`
    "mmd2": _measure_mmd2,
    "spread": _measure_spread,
    "d_codes": _measure_judgement_of_codes,
    "d_samples": _measure_judgement_of_samples,
    **{f"cost_{letter}": _cost_measure(letter) for letter in PHASE_LETTERS},
    **{f"steps_{letter}": _count_measure(letter) for letter in "rdg"},
    "codes_spread": lambda stage: stage.game.many_codes().spread,
    "scatter_draw": lambda stage: stage.game.many_codes().by_draw.std(),
    "scatter_score": _estimates_measure(lambda many_codes: many_codes.by_score.std()),
    "means_apart": _estimates_measure(lambda many_codes: many_codes.distance_of_means),
    "means_chance": _estimates_measure(lambda many_codes: many_codes.distance_by_chance),
    "moved": lambda stage: root_mean_square(stage.game.codes() - stage.first_codes),
    "variety": _measure_variety,
    "width": _measure_width,
    "twice": _measure_difference_of_draws,
    "in_prior": _measure_share_in_prior,
    "y_error": _measure_content_error,
    "z_guess": _measure_guess_from_codes,
}
