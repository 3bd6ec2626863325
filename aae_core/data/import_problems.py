"""The problems of an import, collected so that the user learns of several at once, and names of files as messages show them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from aae_core.errors import DataError, printable_line
from aae_core.wording import mark

MAX_REPORTED_PROBLEMS = 10  # problems reported one by one; the rest are counted
MAX_PROBLEMS = 100  # problems after which the check ends
MORE_CLAUSES = mark("{clauses}; and {number} more")


def join_clauses(clauses: Sequence[str], max_clauses: int, template: str = MORE_CLAUSES) -> str:
    """The first `max_clauses` clauses in one, and how many more there are. template: MORE_CLAUSES, translated where the clauses
    stand in a text for the reader; an error is in English."""
    text = "; ".join(clauses[:max_clauses])
    if len(clauses) > max_clauses:
        text = template.format(clauses=text, number=f"{len(clauses) - max_clauses:,}")
    return text


@dataclass
class ImportProblems:
    """The problems of an import, of which MAX_REPORTED_PROBLEMS are told in words and the others counted. subject: what
    is imported.

    leave_out: called with a clause about each file that cannot be used, which is then left out; None: such a file is a problem.
    first_left_out: the first clause about such a file.
    """

    subject: str
    leave_out: Callable[[str], None] | None = None
    clauses: list[str] = field(default_factory=list)
    first_left_out: str = ""

    def report_unusable_file(self, clause: str) -> None:
        """Report in a clause without a full stop why a file cannot be used: to `leave_out` or, if this is None,
        to `add_problem`."""
        self.first_left_out = self.first_left_out or clause
        if self.leave_out is None:
            self.add_problem(clause)
        else:
            self.leave_out(clause)

    def add_problem(self, clause: str) -> None:
        """Note one problem, as a clause without a full stop. Raises the DataError of `raise_if_any` when there are
        MAX_PROBLEMS."""
        self.clauses.append(clause)
        if len(self.clauses) >= MAX_PROBLEMS:
            self.raise_if_any()

    def abort(self, clause: str) -> None:
        """Note a problem that makes further checks pointless, and raise the DataError of `raise_if_any`."""
        self.add_problem(clause)
        self.raise_if_any()

    def raise_if_any(self) -> None:
        """Raise one DataError about all problems noted, if there are any."""
        if self.clauses:
            sentence = f"{join_clauses(self.clauses, MAX_REPORTED_PROBLEMS)}."
            if not sentence.startswith(f"{self.subject} "):  # a single file is its own subject
                sentence = f"{self.subject} cannot be used: {sentence}"
            raise DataError(sentence)


def shorten_name(name) -> str:
    """A file or class name as a message shows it: printable, at most 60 characters."""
    name = printable_line(name)
    return name if len(name) <= 60 else f"{name[:28]}…{name[-28:]}"
