"""When each step of the course begins and ends, and how many minutes are left if some are skipped."""

from dataclasses import dataclass

from app.course.contents import Course, Step
from app.translation.texts import translate


@dataclass(frozen=True)
class PlannedStep:
    """A step with the minutes, from the beginning of the course, at which it begins and ends; both are the same if it is
    skipped."""

    step: Step
    begin: int
    end: int

    @property
    def is_skipped(self) -> bool:
        return self.begin == self.end

    @property
    def time_text(self) -> str:
        """The minutes in words: "2–8 min"."""
        if self.is_skipped:
            return translate("skipped")
        return translate("{begin}–{end} min", begin=self.begin, end=self.end)


def plan_course(course: Course, skipped_slugs: tuple[str, ...] = ()) -> list[PlannedStep]:
    """The steps in order. skipped_slugs: of those that are left out."""
    planned_steps, minute = [], 0
    for step in course.steps:
        end = minute if step.slug in skipped_slugs else minute + step.minutes
        planned_steps.append(PlannedStep(step, minute, end))
        minute = end
    return planned_steps


def left_over_sentence(course: Course, planned_steps: list[PlannedStep]) -> str:
    """How many minutes are planned, and how many are left to talk, in a sentence."""
    minutes = planned_steps[-1].end
    if minutes == course.minutes:
        return translate("All {minutes} minutes are planned.", minutes=course.minutes)
    return translate(
        "{planned} of {minutes} minutes are planned; {left} are left to talk.",
        planned=minutes, minutes=course.minutes, left=course.minutes - minutes,
    )  # fmt: skip
