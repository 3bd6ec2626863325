"""What `python -m app lesson check` does with a lesson's file: read it as the app does, open its pages, and try its claims."""

from collections.abc import Callable
from pathlib import Path

from aae_core.config.derived import trained_phases
from aae_core.errors import AAEError, ConfigError
from aae_core.game.rules import CLASS_COUNT, game_config
from aae_core.markdown_tables import markdown_table
from aae_core.progress import format_count
from app.lessons import checking, game_stage, measures, reader, rehearsal
from app.lessons.markup import LessonError
from app.lessons.reader import Lesson
from app.lessons.rehearsal import RehearsalError, Result

MAX_SEEDS = 100
MAX_FIGURE = 10**6  # beyond it a figure is shown with its exponent


class LessonCheckError(AAEError):
    """A lesson's file with something wrong, in a sentence that names it."""


def read_lesson_file(path: Path) -> Lesson:
    """The lesson in a file, with the terms of the app's glossary and of one beside it; LessonCheckError if it is invalid."""
    collection = reader.load_lessons()
    glossary = dict(collection.glossary)
    own_glossary = path.parent / reader.GLOSSARY_NAME
    try:
        if own_glossary.exists():
            glossary |= reader.read_glossary(own_glossary)
    except LessonError as error:
        raise LessonCheckError(f"{own_glossary} {error}.") from None
    try:
        lesson = reader.read_lesson(path, glossary)
        if collection.lessons.get(lesson.slug, lesson) != lesson:
            raise LessonError(f"has the same name as another lesson, {lesson.slug}; rename it")
        _check_pages(lesson)
    except (LessonError, RehearsalError) as error:
        raise LessonCheckError(f"{path} {error}.") from None
    return lesson


def _check_pages(lesson: Lesson) -> None:
    """RehearsalError if a page cannot be set up, if its goal is never performed, or if its game has no steps of a phase or no
    value of a rule that the lesson asks for."""
    for number, page in enumerate(lesson.pages, 1):
        try:
            rehearsal.require_performed_goal(page)
            if page.on == "game":
                _check_game_page(page)
            else:
                rehearsal.open_stage(page, 0)
        except ConfigError as error:
            raise RehearsalError(f"cannot be performed on page {number}: {str(error).rstrip('.')}") from None


def _check_game_page(page) -> None:
    setup, rules = game_stage.parse_setup(page.set)
    phases = trained_phases(game_config(setup, CLASS_COUNT))
    lists_of_actions = [page.experiment.performs, *(claim.after or () for claim in page.experiment.claims), [page.goal]]
    for action in (action for actions in lists_of_actions for action in actions):
        phase = action.get("phase")
        if phase is not None and phase not in phases:
            raise ConfigError(f"a game of {setup.variant} has no steps of {phase}")
        if "rule" in action:
            game_stage.change_rule(rules, action)


# The table of claims ----------------------------------------------------------------------------------------------------


def rehearse_files(
    paths: list[Path], seeds: int, progress: Callable[[int, int], None]
) -> list[tuple[Lesson, list[Result]]]:
    """The lessons in files with the results of their claims. progress: called with the number of lessons done and their total.
    LessonCheckError if a file is invalid or cannot be tried; all are read first."""
    lessons = [read_lesson_file(path) for path in paths]
    outcomes = []
    for done, (path, lesson) in enumerate(zip(paths, lessons, strict=True)):
        progress(done, len(paths))
        try:
            outcomes.append((lesson, rehearsal.rehearse(lesson, seeds)))
        except RehearsalError as error:
            raise LessonCheckError(f"{path} {error}.") from None
    progress(len(paths), len(paths))
    return outcomes


def claims_table(outcomes: list[tuple[Lesson, list[Result]]], seeds: int) -> str:
    """A table in Markdown with a line for each claim: its figure with each seed, and for how many seeds it holds."""
    head = ("Lesson", "Page", "Claim", "Figure", *(f"Seed {seed}" for seed in range(seeds)), "Holds")
    lines = [
        (
            f"{lesson.number}. {lesson.title}",
            str(result.page_number),
            result.claim.says,
            result.claim.words,
            *(format_trial(result, trial) for trial in result.trials),
            f"{sum(trial.holds for trial in result.trials)} of {len(result.trials)}",
        )
        for lesson, results in outcomes
        for result in results
    ]
    return markdown_table(head, lines, ["---", "--:", "---", "---", *["--:"] * seeds, "--:"])


def format_trial(result: Result, trial: rehearsal.Trial) -> str:
    """The figure of a trial at the claim's moment, after that at the start of the page, or beside the figure to compare with."""
    if not trial.values:
        return "diverged"
    row = measures.page_measures(result.page_name)[result.claim.figure]

    def text(value):
        return f"{value:.{row.digits}f}" if abs(value) < MAX_FIGURE else f"{value:.2g}"

    if result.claim.comparison in checking.CHANGES:
        return f"{text(trial.values[0])} → {text(trial.values[-1])}"
    if isinstance(result.claim.value, str):
        return f"{text(trial.values[-1])} against {text(trial.bound)}"
    return text(trial.values[-1])


def describe_lesson(path: Path, lesson: Lesson) -> str:
    """A sentence on a file in which nothing is wrong."""
    claims = sum(len(rehearsal.page_claims(page)) for page in lesson.pages)
    contents = f"{format_count(len(lesson.pages), 'page')}, {format_count(claims, 'claim')}"
    return f"{path}: “{lesson.title}”, {contents}; nothing is wrong with it."
