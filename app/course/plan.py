"""When each step of the course begins and ends, and how many minutes are left if some are skipped."""

from dataclasses import dataclass

from app.course.contents import Course, Step


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
        return "skipped" if self.is_skipped else f"{self.begin}–{self.end} min"


def plan_course(course: Course, skipped: tuple[str, ...] = ()) -> list[PlannedStep]:
    """The steps in order. skipped: the slugs of those that are left out."""
    planned, minute = [], 0
    for step in course.steps:
        end = minute if step.slug in skipped else minute + step.minutes
        planned.append(PlannedStep(step, minute, end))
        minute = end
    return planned


def left_over_sentence(course: Course, planned: list[PlannedStep]) -> str:
    """How many minutes are planned, and how many are left to talk, in a sentence."""
    minutes = planned[-1].end
    if minutes == course.minutes:
        return f"All {course.minutes} minutes are planned."
    return f"{minutes} of {course.minutes} minutes are planned; {course.minutes - minutes} are left to talk."
