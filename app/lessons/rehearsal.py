"""Performs a lesson without a browser: its goals and its claims, for one seed after another.

On Step by step a seed is added to that of the page's game; on pages of trained models it decides what is drawn at random there,
and on that of the aggregated posterior which images it shows.
A page that continues the game of the page before begins where that page's goal was reached, as in the app.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from aae_core.errors import AAEError, ConfigError, TrainingError
from aae_core.models.convolutions import use_torch_threads
from app.lessons.aggregate_stage import AggregateStage
from app.lessons.claims import Claim
from app.lessons.game_stage import GameStage
from app.lessons.model_stage import ModelStage
from app.lessons.reader import Lesson, Page
from app.session import settings

REVISION_SETTINGS = set(settings.REVISION_SETTINGS)
MAX_REPETITIONS = 200  # of what is performed until a goal is reached


class RehearsalError(AAEError):
    """A page or a claim cannot be tried; the error's text completes a sentence that begins with the file's name."""


@dataclass(frozen=True)
class Trial:
    """A claim with one seed. values: of its figure, from the start of the page to the claim's moment; () if the training
    diverged. bound: the number with which the claim compares it."""

    values: tuple[float, ...]
    bound: float
    holds: bool


DIVERGED = Trial((), math.nan, False)


@dataclass
class Result:
    """A claim of a lesson's page, whose number counts from 1, with its trials, one a seed."""

    page_number: int
    page_name: str
    claim: Claim
    trials: list[Trial] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return all(trial.holds for trial in self.trials)


def rehearse(lesson: Lesson, seeds: int) -> list[Result]:
    """Every claim of the lesson with the seeds 0 … seeds − 1; RehearsalError if a page or a claim cannot be tried.

    One thread computes, so that the figures are the same each time: in a long game the rounding of another number shows.
    """
    results = [
        Result(number, page.on, claim) for number, page in enumerate(lesson.pages, 1) for claim in page_claims(page)
    ]
    for seed in range(seeds):
        with use_torch_threads(1):
            trials = _rehearse_pages(lesson, seed)
        for result, trial in zip(results, trials, strict=True):
            result.trials.append(trial)
    return results


def page_claims(page: Page) -> tuple[Claim, ...]:
    """The claims of a page; of a goal about a figure, that what the lesson performs reaches it."""
    goal = page.goal
    if goal["kind"] != "figure":
        return page.experiment.claims
    comparison = "above" if "above" in goal else "below"
    return (*page.experiment.claims, Claim("The goal is reached", goal["figure"], comparison, goal[comparison]))


def open_stage(page: Page, seed: int) -> GameStage | ModelStage | AggregateStage | None:
    """A page with its settings, without a browser; None for a page without figures. ConfigError if the settings do not fit."""
    if page.on == "game":
        return GameStage(page.set, seed)
    if page.on == "aggregate":
        return AggregateStage(page.set, seed)
    if REVISION_SETTINGS & set(page.set):
        return ModelStage(page.set, seed)
    if page_claims(page):
        raise ConfigError("its claims need a model, so “set” has to name a revision")
    return None


def _rehearse_pages(lesson, seed) -> list[Trial]:
    stage, former_page, trials = None, None, []
    for number, page in enumerate(lesson.pages, 1):
        is_continued = former_page is not None and (former_page.on, former_page.set) == (page.on, page.set)
        try:
            if not is_continued:
                stage = None
                stage = open_stage(page, seed)
            trials += _rehearse_page(stage, page)
        except TrainingError:  # before its first action, and so do pages that continue its game
            trials += [DIVERGED for _ in page_claims(page)]
        except ConfigError as error:
            raise RehearsalError(f"cannot be performed on page {number}: {str(error).rstrip('.')}") from None
        former_page = page
    return trials


def _rehearse_page(stage, page) -> list[Trial]:
    """The trials of the page's claims, in their order; leaves the stage where the goal is reached. stage: None if the page has no
    figures, or if its game diverged. TrainingError if the game has diverged."""
    if stage is None:
        return [DIVERGED for _ in page_claims(page)]
    stage.begin()
    start, claims, trials = stage.save(), page_claims(page), {}
    for index, claim in enumerate(claims):
        if claim.after is not None:
            (trials[index],) = _try_claims(stage, [claim], claim.after * claim.repeat)
            stage.restore(start)
    goal_indices = [index for index, claim in enumerate(claims) if claim.after is None]
    goal_trials = _try_claims(stage, [claims[index] for index in goal_indices], _goal_actions(stage, page))
    trials |= zip(goal_indices, goal_trials, strict=True)
    return [trials[index] for index in range(len(claims))]


def _try_claims(stage, claims, actions: Iterable[dict]) -> list[Trial]:
    """The trials of claims about the moment after these actions."""
    values = {claim.figure: [stage.measure(claim.figure)] for claim in claims}
    try:
        for action in actions:
            stage.perform(action)
            for figure, figure_values in values.items():
                figure_values.append(stage.measure(figure))
    except TrainingError:
        return [DIVERGED for _ in claims]
    trials = []
    for claim in claims:
        bound = stage.measure(claim.value) if isinstance(claim.value, str) else claim.value
        claim_values = values[claim.figure]
        trials.append(Trial(tuple(claim_values), bound, claim.is_true_of(claim_values, bound)))
    return trials


def require_performed_goal(page: Page) -> None:
    """ConfigError if the lesson does not say what leads to the page's goal, and the goal itself does not either."""
    if page.goal["kind"] == "figure" and not page.experiment.performs:
        raise ConfigError("its goal is about a figure, so “perform” has to say what leads there")


def _goal_actions(stage, page) -> Iterator[dict]:
    """What reaches the page's goal, one action after another: what the lesson performs, in turn, or the goal itself. ConfigError
    if that does not reach it; of a goal about a figure a claim says so."""
    require_performed_goal(page)
    actions, performed_actions = page.experiment.performs, []
    if not actions:
        yield page.goal
        return
    for _ in range(MAX_REPETITIONS):
        for action in actions:
            yield action
            performed_actions.append(action)
            if _is_goal_reached(stage, page.goal, performed_actions, len(actions)):
                return
    if page.goal["kind"] != "figure":
        raise ConfigError("what it performs does not reach its goal")


def _is_goal_reached(stage, goal, performed_actions, action_count) -> bool:
    """Whether a goal is reached; one that the stage does not know is, once everything was performed."""
    kind = goal["kind"]
    if kind == "figure":
        return _is_within(stage.measure(goal["figure"]), goal.get("above"), goal.get("below"))
    if kind in ("step", "rounds"):
        actions = [
            action for action in performed_actions if action["do"] == kind and action.get("phase") == goal.get("phase")
        ]
        return sum(action["times"] for action in actions) >= goal["times"]
    return len(performed_actions) >= action_count


def _is_within(value, lower_bound, upper_bound) -> bool:
    return value > lower_bound if upper_bound is None else value < upper_bound
