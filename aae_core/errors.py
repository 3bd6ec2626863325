"""Errors for users: the text of each says in a plain sentence what is wrong and what to do."""

from collections.abc import Iterable
from difflib import get_close_matches

MOST_NAMED = 60  # names listed in a sentence, at most


def plain(text) -> str:
    """A text in one line, with white space as blanks and "?" for characters that cannot be displayed, as other people's names
    may contain them."""
    return "".join(c if c.isprintable() else " " if c.isspace() else "?" for c in str(text))


class AAEError(Exception):
    """Base of all errors for users; the text is shown as it is, in one line, without a traceback."""

    def __str__(self):
        return plain(super().__str__())


class ConfigError(AAEError, ValueError):
    """An invalid setting, or an invalid combination of settings."""


class DataError(AAEError, ValueError):
    """A data set or an image that is missing, broken or of the wrong kind."""


class RevisionError(AAEError):
    """A revision that is missing, broken, busy or of another format."""


class Parted(RevisionError):
    """In a training with several processes, another process has ended or does not answer."""


class TrainingError(AAEError):
    """A training that cannot continue. The text says why and, if a loss or weight is at fault, at which step, and what to try."""


def lacks_memory(error: BaseException) -> bool:
    """Whether an error says that memory ran out, which torch on the CPU reports only in the text of a RuntimeError, and the
    loader of libraries in that of an ImportError."""
    said = ("can't allocate memory", "not enough memory", "out of memory", "failed to map segment")
    return isinstance(error, MemoryError) or any(words in str(error) for words in said)


def unknown(what: str, name, known: Iterable[str], kind: type[AAEError] = ConfigError) -> AAEError:
    """A `kind` of error about a name that is not known: it suggests the most similar known name or, if none is similar, lists the
    known names (at most MOST_NAMED). what: what is named, such as "data set".

    A dotted name is also similar if its last part is: `scale` and `size.scal` both lead to `prior.scale`.
    """
    name, known = str(name)[:60], list(known)
    last = {each.rpartition(".")[2]: each for each in reversed(known)}
    near = get_close_matches(name, known, 1, 0.8)
    near = near or [last[each] for each in get_close_matches(name.rpartition(".")[2], last, 1)]
    remedy = f"did you mean {near[0]!r}?" if near else f"choose one of {', '.join(known[:MOST_NAMED])}."
    return kind(f"The {what} {name!r} is not known; {remedy}")
