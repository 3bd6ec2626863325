"""Errors meant for people: each carries one plain sentence that says what is wrong and what to do."""

from collections.abc import Iterable
from difflib import get_close_matches

MOST_NAMED = 60  # names listed in a sentence


def plain(text) -> str:
    """A text in one line: white space as blanks, "?" for what cannot be displayed, as in the names that strangers choose."""
    return "".join(c if c.isprintable() else " " if c.isspace() else "?" for c in str(text))


class AAEError(Exception):
    """Base of every error a user may meet; its text is shown as it stands, in one line, without a traceback."""

    def __str__(self):
        return plain(super().__str__())


class ConfigError(AAEError, ValueError):
    """An invalid setting, or an invalid combination of settings."""


class DataError(AAEError, ValueError):
    """A data set or an image that is missing, broken or of the wrong kind."""


class RevisionError(AAEError):
    """A revision that is missing, broken, busy or of another format."""


class Parted(RevisionError):
    """Another process of a training that several compute has ended or does not answer."""


class TrainingError(AAEError):
    """A training that cannot continue; names the phase and the step, and what to try."""


def lacks_memory(error: BaseException) -> bool:
    """Whether memory ran out; torch reports this by a RuntimeError, on the processor only in its text."""
    return isinstance(error, MemoryError) or any(w in str(error) for w in ("can't allocate memory", "out of memory"))


def unknown(what: str, name, known: Iterable[str], kind: type[AAEError] = ConfigError) -> AAEError:
    """The error, a `kind`, about a name that is not among the known ones: the nearest, if one is near, else all of them.

    A dotted name is near, too, where its last part is: `scale` and `size.scal` both lead to `prior.scale`.
    """
    name, known = str(name)[:60], list(known)
    last = {each.rpartition(".")[2]: each for each in reversed(known)}
    near = get_close_matches(name, known, 1, 0.8)
    near = near or [last[each] for each in get_close_matches(name.rpartition(".")[2], last, 1)]
    remedy = f"did you mean {near[0]!r}?" if near else f"choose one of {', '.join(known[:MOST_NAMED])}."
    return kind(f"The {what} {name!r} is not known; {remedy}")
