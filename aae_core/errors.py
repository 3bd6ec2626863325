"""Errors for users: the text of each says in a plain sentence what is wrong and what to do."""

from collections.abc import Iterable
from difflib import get_close_matches

MAX_LISTED_NAMES = 60  # names listed in a sentence, at most


def printable_line(text) -> str:
    """A text in one line, with white space as blanks and "?" for characters that cannot be displayed, as other people's names
    may contain them."""
    return "".join(_printable_character(character) for character in str(text))


def _printable_character(character):
    if character.isprintable():
        return character
    return " " if character.isspace() else "?"


class AAEError(Exception):
    """Base of all errors for users; the text is shown as it is, in one line, without a traceback."""

    def __str__(self):
        return printable_line(super().__str__())


class ConfigError(AAEError, ValueError):
    """An invalid setting, or an invalid combination of settings."""


class DataError(AAEError, ValueError):
    """A data set or an image that is missing, broken or of the wrong kind."""


class RevisionError(AAEError):
    """A revision that is missing, broken, busy or of another format."""


class TrainingError(AAEError):
    """A training that cannot continue. The text says why and, if a loss or weight is at fault, at which step, and what to try."""


class AAEWarning(UserWarning):
    """Something that a user should know and that ends nothing; the text is a sentence, which a command prints on stderr."""


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory ran out, which torch on the CPU reports only in the text of a RuntimeError, and the
    loader of libraries in that of an ImportError."""
    if isinstance(error, MemoryError):
        return True
    messages = ("can't allocate memory", "not enough memory", "out of memory", "failed to map segment")
    return any(message in str(error) for message in messages)


def unknown_name_error(
    noun: str, name, known_names: Iterable[str], error_type: type[AAEError] = ConfigError
) -> AAEError:
    """An `error_type` about a name that is not known: it suggests the most similar known name or, if none is similar, lists the
    known names (at most MAX_LISTED_NAMES). noun: what is named, such as "data set".

    A dotted name is also similar if its last part is: `scale` and `size.scal` both lead to `prior.scale`.
    """
    name, known_list = str(name)[:60], list(known_names)
    similar_names = get_close_matches(name, known_list, 1, 0.8)
    if not similar_names:
        names_by_last_part = {known_name.rpartition(".")[2]: known_name for known_name in reversed(known_list)}
        last_parts = get_close_matches(name.rpartition(".")[2], names_by_last_part, 1)
        similar_names = [names_by_last_part[last_part] for last_part in last_parts]
    remedy = f"choose one of {', '.join(known_list[:MAX_LISTED_NAMES])}."
    if similar_names:
        remedy = f"did you mean {similar_names[0]!r}?"
    return error_type(f"The {noun} {name!r} is not known; {remedy}")
