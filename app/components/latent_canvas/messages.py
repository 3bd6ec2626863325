"""The one place where what the page sends is looked at: absurd values are refused in a word, and nothing changes.

A page's message is whatever a browser says, so nothing of it is believed: not its type, not its size, not its numbers.
"""

from aae_core.errors import AAEError

LARGEST = 1e6  # as in links: no prior reaches farther
KEYS = ("code", "picked", "layers", "view")


class MessageError(AAEError):
    """The page sent what makes no sense; the text says what was refused."""


def read(key: str, value, dim: int, count: int, layers: list[str]):
    """What the page means by `value` under one of KEYS; MessageError if it means nothing.

    "code": z as a list of `dim` floats. "picked": the number of a code, 0 to count − 1, or None where the choice was
    given up. "layers": those of `layers` that are switched on, in that order. "view": (x0, x1, y0, y1), the rectangle
    of the plane that is seen.
    """
    if key == "code":
        return _numbers(_field(value, "z", key), dim, "a code")
    if key == "picked":
        return _number_of_code(_field(value, "index", key), count)
    if key == "layers":
        return _switched(value, layers)
    if key == "view":
        return _rectangle(value)
    raise MessageError("The plane sent a message of an unknown kind, which was refused.")


def _field(value, name, key):
    if not isinstance(value, dict) or name not in value:
        raise MessageError(f"The plane sent a message “{key}” of an unknown form, which was refused.")
    return value[name]


def _numbers(values, count, what):
    if not isinstance(values, list) or len(values) != count:
        raise MessageError(f"The plane sent {what} of another size than {count}, which was refused.")
    for v in values:
        if isinstance(v, bool) or not isinstance(v, int | float) or not abs(v) < LARGEST:  # so NaN too
            raise MessageError(f"The plane sent {what} with a value that is no sensible number, which was refused.")
    return [float(v) for v in values]


def _number_of_code(index, count):
    if isinstance(index, float) and index.is_integer():
        index = int(index)
    if isinstance(index, bool) or not isinstance(index, int) or not -1 <= index < count:
        raise MessageError(f"The plane sent the number of a code that is not one of the {count}, which was refused.")
    return None if index == -1 else index


def _switched(value, layers):
    known = isinstance(value, dict) and len(value) <= len(layers) and set(value) <= set(layers)
    if not known or not all(isinstance(on, bool) for on in value.values()):
        raise MessageError("The plane sent layers that it does not have, which was refused.")
    return [name for name in layers if value.get(name)]


def _rectangle(value):
    ends = [_field(value, end, "view") for end in ("x0", "x1", "y0", "y1")]
    x0, x1, y0, y1 = _numbers(ends, 4, "a view")
    if x0 >= x1 or y0 >= y1:
        raise MessageError("The plane sent a view without any width, which was refused.")
    return x0, x1, y0, y1
