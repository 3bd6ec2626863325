"""Reads lessons from text files and checks them against `vocabulary`; an invalid file is left out and reported by name.

`NN-slug.md` in app/lessons, and in the folder $AAE_LESSONS if that is set: TOML between two lines `+++`, then a heading (`##
…`) with its text for each [[page]]. Nothing in a file is executed, and its size is checked before it is read.

A page shows its text and asks for a prediction (`predict`); it shows equation, captions and goal after the answer, and the
verdict when the goal is reached. Only lessons in $AAE_LESSONS may leave the prediction out.
"""

import os
import re
import stat
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from aae_core import files
from aae_core.errors import printable_line
from app.lessons import checking, experiment, markup, vocabulary
from app.lessons.markup import LessonError
from app.translation.documents import map_paragraphs, map_table_texts
from app.translation.languages import LANGUAGES, current_language
from app.translation.texts import mark, translate

LESSONS_FOLDER = Path(__file__).parent
GLOSSARY_NAME = "glossary.toml"
FILE_NAME_PATTERN = re.compile(r"(\d\d)-([a-z0-9]+(?:-[a-z0-9]+)*)\.md")
MAX_FILE_BYTES = 64 * 2**10  # bytes of a file
MAX_FILES = 100  # files of a folder
MAX_DIGITS = 18  # of a whole number
MAX_MINUTES = 3
MAX_PAGES = 8
# keys of a lesson's front matter whose values are texts for learners
TEXT_KEYS = frozenset(
    {"title", "promise", "equation", "text", "says", "reads", "do", "ask", "choices", "measured", "because"}
)
ACTION_KEYS = frozenset({"set", "goal", "perform", "claim"})  # keys whose values the program reads alone
FOLDER_PROBLEMS = {
    FileNotFoundError: mark(
        "The folder {folder} was left out: it does not exist; create it, or set AAE_LESSONS to another folder."
    ),
    NotADirectoryError: mark(
        "The folder {folder} was left out: it is not a folder; set AAE_LESSONS to the folder that contains the lessons."
    ),
    PermissionError: mark("The folder {folder} was left out: it cannot be opened; check its permissions."),
}
UNREADABLE_FOLDER = mark("The folder {folder} was left out: it could not be read ({reason}); check AAE_LESSONS.")
PAGE_KEYS = {"on", "set", "equation", "reads", "predict", "do", "goal"}


@dataclass(frozen=True)
class Term:
    """A part of an equation. item: what it highlights ("" for nothing); says: its meaning in words."""

    text: str
    item: str = ""
    says: str = ""


@dataclass(frozen=True)
class Prediction:
    """A question with choices; right: the number of the correct one, from 0. The verdict, shown when the goal is reached, has two
    lists of blocks: what was measured, with the learner's own figures ([] where nothing is), and because of what."""

    ask: str
    choices: tuple[str, ...]
    right: int
    because: list
    measured: list


@dataclass(frozen=True)
class Page:
    """A page of a lesson. on: the page of the app; set: its settings; reads: the equation in words; do: the task in words;
    goal: the task as a table, whose "kind" is a key of `vocabulary.GOALS`; blocks: the text, as from `markup.parse_blocks`;
    experiment: what is said during it, and how it is tried without a learner."""

    heading: str
    on: str
    set: dict[str, str]
    equation: tuple[Term, ...]
    reads: str
    prediction: Prediction | None
    do: str
    goal: dict
    blocks: list
    experiment: experiment.Experiment

    @property
    def shown_blocks(self) -> list:
        """The blocks of all texts of the page that may hold terms of the glossary, in the order in which they are shown."""
        verdict = [*self.prediction.measured, *self.prediction.because] if self.prediction else []
        captions = [block for caption in self.experiment.captions for block in caption.blocks]
        return [*self.blocks, *captions, *verdict]

    @property
    def terms(self) -> set[str]:
        """The terms of the glossary in the texts of the page."""
        return set(markup.terms_in_blocks(self.shown_blocks))

    @property
    def figures(self) -> set[str]:
        """The names of the figures that the page shows, compares or tests."""
        shown_figures = {part["figure"] for part in markup.parts_in_blocks(self.shown_blocks) if part["as"] == "figure"}
        compared_figures = {caption.condition.figure for caption in self.experiment.captions if caption.condition}
        goal_figures = {self.goal["figure"]} if self.goal["kind"] == "figure" else set()
        return shown_figures | compared_figures | goal_figures


@dataclass(frozen=True)
class Lesson:
    """A lesson by its slug. promise: what the learner gains, in a sentence."""

    slug: str
    number: int
    title: str
    promise: str
    minutes: int
    pages: tuple[Page, ...]


@dataclass(frozen=True)
class LessonCollection:
    """The lessons by slug, in order; the glossary by term; and a sentence on each file or folder that was left out."""

    lessons: dict[str, Lesson]
    glossary: dict[str, str]
    problems: tuple[str, ...]

    def lesson_after(self, slug: str) -> Lesson | None:
        """The lesson after another; None after the last."""
        slugs = list(self.lessons)
        number = slugs.index(slug) + 1
        return self.lessons[slugs[number]] if number < len(slugs) else None


def load_lessons() -> LessonCollection:
    """All lessons, read again if a file has changed."""
    stamps, problems = [], []
    extra_folder = os.environ.get("AAE_LESSONS")
    for folder in [LESSONS_FOLDER, *([Path(extra_folder)] if extra_folder else [])]:
        try:
            os.stat(os.path.join(folder, os.curdir))  # raises OSError if the folder may be listed but not entered
            names = sorted(os.listdir(folder))
        except OSError as error:
            problems.append(_folder_problem(folder, error))
            continue
        lesson_names = [name for name in names if name.endswith(".md")]
        stamps += [
            (folder / name, files.file_version(folder / name))
            for name in (GLOSSARY_NAME, *lesson_names[:MAX_FILES])
            if name in names
        ]
        if lesson_names[MAX_FILES:]:
            first_left_out = lesson_names[MAX_FILES]
            problems.append(
                translate(
                    "Only {count} lessons of the folder {folder} are read; {first} and those after it were left out.",
                    count=MAX_FILES, folder=folder, first=first_left_out,
                )
            )  # fmt: skip
    return _load_lessons(tuple(stamps), tuple(problems), current_language())


def _folder_problem(folder, error) -> str:
    """The sentence on a folder that could not be read."""
    text = FOLDER_PROBLEMS.get(type(error), UNREADABLE_FOLDER)
    return translate(text, folder=folder, reason=error.strerror)


@lru_cache(maxsize=4 * len(LANGUAGES))
def _load_lessons(stamps, problems, language):
    """The lessons of these files in the current language, which is `language`."""
    glossary, lessons, all_problems = {}, {}, [*problems]
    paths = [path for path, _ in stamps]
    # glossaries first, since lessons may use their terms
    for path in sorted(paths, key=lambda path: path.name != GLOSSARY_NAME):
        try:
            if path.name == GLOSSARY_NAME:
                glossary |= read_glossary(path)
                continue
            lesson = read_lesson(path, glossary)
            if lesson.slug in lessons:
                raise LessonError(f"has the same name as another lesson, {lesson.slug}; rename it")
            lessons[lesson.slug] = lesson
        except LessonError as error:
            all_problems.append(f"{path.name} was left out: it {error}.")
    sorted_lessons = sorted(lessons.values(), key=lambda lesson: lesson.number)
    return LessonCollection(
        {lesson.slug: lesson for lesson in sorted_lessons}, glossary, tuple(map(printable_line, all_problems))
    )


# Reading ----------------------------------------------------------------------------------------------------------------


def read_glossary(path: Path) -> dict[str, str]:
    """The meanings by term in a glossary file: `[terms]`, then lines `"term" = "…"`; LessonError if it is invalid."""
    table = _parse_toml(_read_text(path))
    terms = table.get("terms")
    if set(table) != {"terms"} or not isinstance(terms, dict):
        raise LessonError('must be one table [terms] of lines "term" = "what it means"')
    for term, meaning in terms.items():
        checking.checked_text(meaning, f"the term {term!r}", checking.MAX_TEXT)
    translate_text = _text_translator(path)
    return {term: translate_text(meaning) for term, meaning in terms.items()}


def _text_translator(path: Path) -> Callable[[str], str]:
    """What translates the texts of a file: a teacher's own lessons stay as they are, also where they quote ours."""
    return translate if path.parent == LESSONS_FOLDER else str


def read_lesson(path: Path, glossary: dict[str, str]) -> Lesson:
    """The lesson in a file; LessonError if it is invalid.

    glossary: the terms that it may use; if empty (the glossary itself is invalid), any term is accepted.
    """
    name_match = FILE_NAME_PATTERN.fullmatch(path.name)
    if not name_match:
        raise LessonError("is not named like 07-mode-collapse.md: two digits, then words in lower-case letters")
    front_matter, body = map_lesson_texts(*_split_front_matter(_read_text(path)), _text_translator(path))
    checking.check_keys(front_matter, {"title", "promise", "minutes", "page"}, "the front matter")
    texts = _parse_page_texts(body)
    pages = front_matter.get("page")
    if not isinstance(pages, list) or not 1 <= len(pages) <= MAX_PAGES or not all(isinstance(p, dict) for p in pages):
        raise LessonError(f"must have 1 to {MAX_PAGES} tables [[page]] in its front matter")
    if len(pages) != len(texts):
        raise LessonError(
            f"has {len(pages)} tables [[page]] and {len(texts)} headings “## …”; each page needs one of each"
        )
    minutes = front_matter.get("minutes")
    if type(minutes) is not int or not 1 <= minutes <= MAX_MINUTES:
        raise LessonError(f"must take 1 to {MAX_MINUTES} minutes; set minutes to a whole number in this range")
    lesson_pages = tuple(
        _parse_page(n + 1, page_table, *text) for n, (page_table, text) in enumerate(zip(pages, texts, strict=True))
    )
    for n, page in enumerate(lesson_pages, 1):
        if unknown_terms := sorted(page.terms - set(glossary)) if glossary else []:
            raise LessonError(
                f"uses the term “{unknown_terms[0][:60]}” on page {n}, but {GLOSSARY_NAME} does not explain it"
            )
    title, promise = (
        checking.checked_text(front_matter.get("title"), "title", checking.MAX_TITLE),
        checking.checked_text(front_matter.get("promise"), "promise", checking.MAX_SENTENCE),
    )
    return Lesson(name_match[2], int(name_match[1]), title, promise, minutes, lesson_pages)


def map_lesson_texts(front_matter: str, body: str, change_text: Callable[[str], str]) -> tuple[dict, str]:
    """The table of a lesson's front matter, and its body, with every text for learners changed."""
    table = map_table_texts(_parse_toml(front_matter), TEXT_KEYS, change_text, ACTION_KEYS)
    return table, map_paragraphs(body, change_text)


def _read_text(path) -> str:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise LessonError("is not an ordinary file; replace it with a text file")
        if path.stat().st_size > MAX_FILE_BYTES:
            raise LessonError(
                f"is larger than {MAX_FILE_BYTES >> 10} kB; shorten it, because a lesson takes three minutes"
            )
        return files.read_bytes(path, MAX_FILE_BYTES, LessonError).decode("utf-8")
    except UnicodeDecodeError:
        raise LessonError("is not written in UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise LessonError(f"could not be read ({error.strerror}); check the file and its permissions") from None


def _split_front_matter(text):
    """Front matter and body."""
    parts = re.split(
        r"^\+\+\+[ \t]*$", text.replace("\r\n", "\n").removeprefix("\ufeff"), maxsplit=2, flags=re.MULTILINE
    )
    if len(parts) != 3 or parts[0].strip():
        raise LessonError("has no front matter: it must begin with a line +++ and end that part with another")
    return parts[1], parts[2]


def _parse_toml(text):
    try:
        table = tomllib.loads(text)
        has_short_numbers = _has_short_numbers(table)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise LessonError(f"has invalid front matter ({str(error)[:100]}); correct that line") from None
    except ValueError:  # from Python, on a number of thousands of digits or a date that does not exist
        raise LessonError("has a number or a date that cannot be read; correct it") from None
    if not has_short_numbers:
        raise LessonError(f"has a number of more than {MAX_DIGITS} digits; write a shorter one")
    return table


def _has_short_numbers(value) -> bool:
    """Whether no whole number in a table has more than MAX_DIGITS digits."""
    if isinstance(value, dict | list):
        return all(map(_has_short_numbers, value.values() if isinstance(value, dict) else value))
    return not isinstance(value, int) or abs(value) < 10**MAX_DIGITS


def _parse_page_texts(body):
    """Heading and text of each page."""
    preamble, *sections = re.split(r"^##[ \t]+", body, flags=re.MULTILINE)
    if preamble.strip():
        raise LessonError("has text before its first heading “## …”; move it below")
    pages = []
    for section in sections:
        heading, _, text = section.partition("\n")
        pages.append(
            (
                checking.checked_text(heading.strip(), "a heading", checking.MAX_TITLE),
                checking.checked_text(text.strip(), "text", checking.MAX_TEXT),
            )
        )
    return pages


# A page -----------------------------------------------------------------------------------------------------------------


def _parse_page(page_number, page_table, heading, text):
    checking.check_keys(page_table, PAGE_KEYS | experiment.KEYS, f"page {page_number}")
    page_name = page_table.get("on")
    if not isinstance(page_name, str) or page_name not in vocabulary.PAGES:
        raise LessonError(
            f"has on page {page_number} an “on” of {str(page_name)[:60]!r}; it must be one of {', '.join(vocabulary.PAGES)}"
        )
    settings = _check_settings(page_number, page_name, page_table.get("set", {}))
    prediction = _parse_prediction(page_number, page_name, page_table["predict"]) if "predict" in page_table else None
    goal = _check_goal(page_number, page_name, page_table.get("goal"), settings, prediction)
    equation = _parse_equation(page_number, page_name, page_table.get("equation"))
    equation_words, task_words = (
        checking.checked_text(page_table.get(name), f"“{name}” on page {page_number}", checking.MAX_SENTENCE)
        for name in ("reads", "do")
    )
    blocks = experiment.blocks_without_figures(text, f"the text of page {page_number}")
    trial = experiment.parse_experiment(page_number, page_name, page_table)
    return Page(heading, page_name, settings, equation, equation_words, prediction, task_words, goal, blocks, trial)


def _check_settings(page_number, page_name, page_settings):
    if not isinstance(page_settings, dict):
        raise LessonError(f"has on page {page_number} a “set” that is not a table")
    for name, value in page_settings.items():
        row = checking.vocabulary_row(vocabulary.SETTINGS, name, page_name, f"sets on page {page_number}")
        if not isinstance(value, str) or len(value) > vocabulary.MAX_SETTING_LENGTH or not row.is_valid(value):
            raise LessonError(
                f"sets on page {page_number} “{name}” to {str(value)[:60]!r}; it must be a text: {row.valid_values}"
            )
    return page_settings


def _parse_equation(page_number, page_name, parts):
    if not isinstance(parts, list) or not 1 <= len(parts) <= 20:
        raise LessonError(
            f"needs an equation on page {page_number}: a list of texts and of terms with text, item and says"
        )
    terms = []
    for part in parts:
        if isinstance(part, str):
            terms.append(
                Term(checking.checked_text(part, f"a part of the equation of page {page_number}", checking.MAX_TITLE))
            )
            continue
        if not isinstance(part, dict):
            raise LessonError(f"has on page {page_number} a part of the equation that is neither a text nor a term")
        checking.check_keys(part, {"text", "item", "says"}, f"a term of page {page_number}")
        checking.vocabulary_row(vocabulary.ITEMS, part.get("item"), page_name, f"highlights on page {page_number}")
        words = (
            checking.checked_text(part.get(name), f"{name} of a term on page {page_number}", checking.MAX_TITLE)
            for name in ("text", "item", "says")
        )
        terms.append(Term(*words))
    if not any(part.item for part in terms):
        raise LessonError(f"has on page {page_number} an equation in which no term highlights anything")
    return tuple(terms)


def _parse_prediction(page_number, page_name, prediction):
    if not isinstance(prediction, dict):
        raise LessonError(f"has on page {page_number} a “predict” that is not a table")
    checking.check_keys(
        prediction, {"ask", "choices", "right", "because", "measured"}, f"the prediction of page {page_number}"
    )
    choices, right_number = prediction.get("choices"), prediction.get("right")
    if not isinstance(choices, list) or not 2 <= len(choices) <= 5:
        raise LessonError(f"needs 2 to 5 choices for the prediction on page {page_number}")
    if type(right_number) is not int or not 1 <= right_number <= len(choices):
        raise LessonError(f"must say which choice on page {page_number} is right: a number from 1 to {len(choices)}")
    choice_texts = tuple(
        checking.checked_text(choice, f"a choice on page {page_number}", checking.MAX_SENTENCE) for choice in choices
    )
    field_name = f"“because” on page {page_number}"
    reason_blocks = experiment.blocks_without_figures(
        checking.checked_text(prediction.get("because"), field_name, checking.MAX_TEXT), field_name
    )
    measured_blocks = []
    if "measured" in prediction:
        measured_blocks = experiment.blocks_with_figures(
            prediction["measured"], f"“measured” on page {page_number}", page_name, needs_figure=True
        )
    return Prediction(
        checking.checked_text(prediction.get("ask"), f"“ask” on page {page_number}", checking.MAX_SENTENCE),
        choice_texts,
        right_number - 1,
        reason_blocks,
        measured_blocks,
    )


def _check_goal(page_number, page_name, goal, settings, prediction):
    if not isinstance(goal, dict):
        raise LessonError(f'needs a goal on page {page_number}, as in goal = {{ kind = "answer" }}')
    kind = goal.get("kind")
    row = checking.vocabulary_row(vocabulary.GOALS, kind, page_name, f"has on page {page_number} the goal")
    checking.check_parameters(goal, "kind", row, f"the goal of page {page_number}")
    if kind == "answer" and prediction is None:
        raise LessonError(f"asks for an answer on page {page_number}, which has no prediction; add “predict”")
    if kind == "z" and ("within" in goal) != ("near" in goal):
        raise LessonError(f"needs both “within” and “near” in the goal of page {page_number}")
    if kind == "figure":
        checking.vocabulary_row(
            vocabulary.FIGURES, goal["figure"], page_name, f"has on page {page_number} a goal with the figure"
        )
    if kind == "setting":
        _check_setting_goal(page_number, page_name, goal, settings)
    if kind == "rule" and vocabulary.is_rule_goal_met(goal, settings):
        raise LessonError(f"asks on page {page_number} for a rule “{goal['rule']}” that already holds at the start")
    return goal


def _check_setting_goal(page_number, page_name, goal, settings):
    name = goal["setting"]
    row = checking.vocabulary_row(vocabulary.SETTINGS, name, page_name, f"asks on page {page_number} to change")
    if "is" not in goal and name not in settings:
        raise LessonError(f"asks on page {page_number} to change “{name}”, so “set” must give its first value")
    if "is" in goal and (not row.is_valid(goal["is"]) or settings.get(name) == goal["is"]):
        raise LessonError(
            f"asks on page {page_number} for “{name}” to be {goal['is'][:60]!r}, which it already is or cannot be"
        )
