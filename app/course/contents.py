"""The course as data: its steps and exercises, read from course.toml beside this file."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.translation.documents import map_table_texts
from app.translation.languages import current_language
from app.translation.texts import translate

COURSE_FILE = Path(__file__).with_name("course.toml")
# keys whose values are texts for teachers and students
TEXT_KEYS = frozenset(
    {
        "title",
        "lead",
        "prepare",
        "ask",
        "answer",
        "wrong",
        "reply",
        "point",
        "skipping",
        "task",
        "hints",
        "solution",
        "change",
    }
)
COMPARISONS = ("at_most", "at_least", "is")  # the keys of a check in the file: what a figure is compared with


@dataclass(frozen=True)
class Check:
    """What an exercise asks of a revision. figure: a metric, a setting, or one of `exercise_check.OWN_FIGURES`;
    comparison: one of COMPARISONS; classes: the names of the two classes that the figure `class_pair` is about."""

    figure: str
    comparison: str
    value: float | str
    classes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Attempt:
    """A training that was tried for the teacher's notes, with several seeds. values: the exercise's figure for each seed;
    fulfilled: with how many of the seeds all checks were fulfilled."""

    change: str
    values: tuple[float, ...]
    fulfilled: int


@dataclass(frozen=True)
class Exercise:
    """A task in which students train something. settings: those with which its form on the page Train begins; hints: for
    students, in order; solution: for the teacher; tried_figure: the figure of the check to which the values of `tried` belong."""

    slug: str
    title: str
    task: str
    hints: tuple[str, ...]
    settings: dict[str, str]
    checks: tuple[Check, ...]
    solution: tuple[str, ...]
    tried_figure: str
    tried: tuple[Attempt, ...]

    @property
    def tried_check(self) -> Check:
        """The check to which the values of `tried` belong."""
        return next(check for check in self.checks if check.figure == self.tried_figure)


@dataclass(frozen=True)
class Step:
    """A part of the course. lesson: the slug of the lesson that it uses, page: the page of the app that it opens instead;
    ask: the question to the class; answer, wrong: the answer to expect, and the common wrong one; reply: what to say to that;
    point: what to point at; skipping: what to do instead if there is no time for it."""

    slug: str
    title: str
    minutes: int
    ask: str
    answer: str
    wrong: str
    reply: str
    point: tuple[str, ...]
    skipping: str
    lesson: str = ""
    page: str = ""
    has_exercises: bool = False
    has_homework: bool = False


@dataclass(frozen=True)
class Course:
    """prepare: what the teacher does before it; homework: slugs of lessons to do afterwards."""

    title: str
    minutes: int
    lead: str
    prepare: tuple[str, ...]
    homework: tuple[str, ...]
    steps: tuple[Step, ...]
    exercises: tuple[Exercise, ...]

    def exercise(self, slug: str) -> Exercise | None:
        """The exercise of that name; None if there is none."""
        return next((exercise for exercise in self.exercises if exercise.slug == slug), None)


def load_course() -> Course:
    """The course of 45 minutes, in the current language."""
    return _load_course(current_language())


@cache
def _load_course(language: str) -> Course:
    """The course in the current language, which is `language`."""
    table = map_table_texts(tomllib.loads(COURSE_FILE.read_text(encoding="utf-8")), TEXT_KEYS, translate)
    steps = tuple(_make_step(row) for row in table.pop("step"))
    exercises = tuple(_make_exercise(row) for row in table.pop("exercise"))
    return Course(**_with_tuples(table), steps=steps, exercises=exercises)


def _make_step(row) -> Step:
    return Step(**_with_tuples(row))


def _make_exercise(row) -> Exercise:
    checks = tuple(_make_check(check) for check in row.pop("check"))
    attempts = tuple(Attempt(**_with_tuples(attempt)) for attempt in row.pop("tried"))
    return Exercise(**_with_tuples(row), checks=checks, tried=attempts)


def _make_check(row) -> Check:
    (comparison,) = [name for name in COMPARISONS if name in row]
    return Check(row["figure"], comparison, row[comparison], tuple(row.get("classes", ())))


def _with_tuples(row) -> dict:
    """A table of the file with tuples in place of its lists."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
