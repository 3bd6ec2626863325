"""The claims of a lesson's page: what its text says about a figure, so that `rehearsal` can test it for many seeds.

Each is a table [[page.claim]]: `says`, the claim in words; `figure`, a row of `measures.page_measures`; one comparison; and,
unless the claim is about the moment when the goal is reached, `after`: the actions that lead to its moment from the start of the
page, `repeat` times. Claims are data for a test, and the learner does not see them.
"""

from dataclasses import dataclass

from app.lessons import checking, measures, vocabulary
from app.lessons.markup import LessonError

COMPARISONS = (*vocabulary.COMPARISONS, "stays")  # also: within a number of its value at the start of the page
MAX_SAYS, MAX_ACTIONS, MAX_REPEAT = 120, 20, 100


@dataclass(frozen=True)
class Claim:
    """value: a number, or the name of another figure. after: the actions before its moment; None for those of the goal."""

    says: str
    figure: str
    comparison: str
    value: float | str
    after: tuple[dict, ...] | None = None
    repeat: int = 1

    @property
    def words(self) -> str:
        """Figure and comparison in a few words: "mmd2 rose by 0.01"."""
        joint = {"rose": "rose by", "fell": "fell by", "stays": "stays within"}.get(self.comparison, self.comparison)
        value = self.value if isinstance(self.value, str) else f"{self.value:g}"
        return f"{self.figure} {joint} {value}"

    def is_true_of(self, values: list[float], bound: float) -> bool:
        """Whether the claim holds for the figure's values since the start of the page, given the number to compare with."""
        last = values[-1]
        return {
            "above": last > bound,
            "below": last < bound,
            "rose": last - min(values) >= bound,
            "fell": max(values) - last >= bound,
            "stays": abs(last - values[0]) <= bound,
        }[self.comparison]


def parse_claim(row: dict, page_number: int, page_name: str) -> Claim:
    """The claim in a table; LessonError if it is invalid."""
    location = f"a claim of page {page_number}"
    checking.check_keys(row, {"says", "figure", "after", "repeat", *COMPARISONS}, location)
    claim_text = checking.checked_text(row.get("says"), f"“says” in {location}", MAX_SAYS)
    figures = measures.page_measures(page_name)
    checking.vocabulary_row(figures, row.get("figure"), page_name, f"has in {location} the figure")
    comparison, value = checking.parse_comparison(row, location, COMPARISONS, figures)
    repeat = row.get("repeat", 1)
    if type(repeat) is not int or not 1 <= repeat <= MAX_REPEAT:
        raise LessonError(f"has in {location} a “repeat” that is not a whole number from 1 to {MAX_REPEAT}")
    actions_before = parse_actions(row["after"], location, page_name) if "after" in row else None
    return Claim(claim_text, row["figure"], comparison, value, actions_before, repeat)


def parse_actions(actions, location: str, page_name: str) -> tuple[dict, ...]:
    """Actions as rows of `vocabulary.ACTIONS`; LessonError if the page has not all of them."""
    is_list = isinstance(actions, list) and len(actions) <= MAX_ACTIONS
    if not is_list or not all(isinstance(action, dict) for action in actions):
        raise LessonError(f"has in {location} actions that are not a list of at most {MAX_ACTIONS} tables")
    for action in actions:
        action_row = checking.vocabulary_row(
            vocabulary.ACTIONS, action.get("do"), page_name, f"has in {location} the action"
        )
        checking.check_parameters(action, "do", action_row, location)
        if action["do"] == "setting":
            _check_setting(action, location, page_name)
    return tuple(actions)


def _check_setting(action, location, page_name) -> None:
    name, text = action["setting"], action["is"]
    setting = checking.vocabulary_row(vocabulary.SETTINGS, name, page_name, f"changes in {location}")
    if not setting.is_valid(text):
        raise LessonError(f"changes in {location} “{name}” to {text[:60]!r}; it must be a text: {setting.valid_values}")
