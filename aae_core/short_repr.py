"""The repr of records that hold arrays or long lists: what they are, on one line, and not all of their values."""

from dataclasses import fields

FEW_NUMBERS = 8  # an array with at most so many numbers, in one dimension, is written out
FEW_ITEMS = 12  # a tuple with at most so many items is written out
FIRST_ITEMS = 3  # of a longer one


class ShortRepr:
    """The base of a dataclass (with repr=False) whose repr has the shape and type of an array in place of its values, and the
    first items of a long tuple."""

    def __repr__(self):
        parts = [f"{field.name}={_shortened_repr(getattr(self, field.name))}" for field in fields(self) if field.repr]
        return f"{type(self).__name__}({', '.join(parts)})"


def _shortened_repr(value) -> str:
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return _short_array(value)
    if isinstance(value, tuple | list) and len(value) > FEW_ITEMS:
        return f"({', '.join(map(repr, value[:FIRST_ITEMS]))}, … {len(value):,} in all)"
    return repr(value)


def _short_array(values) -> str:
    """The values of a small array of numbers, or number format and shape, such as "uint8 255×8×8×1"."""
    if len(values.shape) == 1 and len(values) <= FEW_NUMBERS:
        return f"[{', '.join(f'{number:.5g}' for number in values.tolist())}]"
    return f"{str(values.dtype).removeprefix('torch.')} {'×'.join(f'{side:,}' for side in values.shape)}"
