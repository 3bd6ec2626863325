"""Records from JSON files, checked by msgspec against the annotations of a dataclass; and the repr of records with arrays.

A field with a default may be missing; unknown keys are ignored. A number that is annotated with limits must lie within them.
"""

from dataclasses import fields
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

from aae_core import files
from aae_core.errors import AAEError, RevisionError, printable_line

Count = Annotated[int, Meta(ge=0, le=2**63 - 1)]  # fits the whole numbers of a tensor file
Text = Annotated[str, Meta(max_length=20_000)]
NonNegative = Annotated[float, Meta(ge=0, le=2**63)]
UnixTime = Annotated[float, Meta(ge=0, le=2.5e11)]  # seconds; a year of four digits
ItemShape = tuple[
    Annotated[int, Meta(ge=1, le=4096)], Annotated[int, Meta(ge=1, le=4096)], Annotated[int, Meta(ge=1, le=4096)]
]
MAX_REASON_LENGTH = 200  # characters of a reason in a sentence
FEW_NUMBERS = 8  # in the repr of a record, an array with at most so many numbers, in one dimension, is written out
FEW_ITEMS = 12  # a tuple with at most so many items is written out
FIRST_ITEMS = 3  # of a longer one
T = TypeVar("T")


def read_record(
    record_type: type[T],
    path,
    limit: int = files.JSON_LIMIT,
    error_type: type[AAEError] = RevisionError,
    format_number: int | None = None,
) -> T:
    """The record in a JSON file of at most `limit` bytes, as an instance of the dataclass `record_type`; raises `error_type`,
    with a sentence that names the file and the field, if it is missing or invalid. format_number: the format number that the
    file must have, if any."""
    return parse_record(record_type, files.read_json(path, limit, error_type), path, error_type, format_number)


def parse_record(
    record_type: type[T],
    record: dict,
    source,
    error_type: type[AAEError] = RevisionError,
    format_number: int | None = None,
) -> T:
    """A JSON object as an instance of the dataclass `record_type`; otherwise as `read_record`. source: the source of the
    object, for messages."""
    if format_number is not None and record.get("format") != format_number:
        raise error_type(
            f"{source} has format {printable_line(repr(record.get('format')))[:40]}, but this version reads only format "
            f"{format_number}; open it with the version that wrote it."
        )
    try:
        return msgspec.convert(record, record_type)
    except msgspec.ValidationError as error:
        raise error_type(f"{source} is damaged: {invalid_field_reason(error)}; restore it from a copy.") from None


def invalid_field_reason(error: msgspec.ValidationError) -> str:
    """What is wrong with which field, in a clause of plain text, such as "Expected int, got str at losses"."""
    return printable_line(str(error).replace("`", "").replace(" - at $.", " at "))[:MAX_REASON_LENGTH]


def parse_metadata(record_type: type[T], metadata: dict[str, str], source) -> T:
    """The metadata of a safetensors file as an instance of `record_type`: each text is read as JSON if possible.
    RevisionError, which names the file `source`, if it is invalid."""
    record = {}
    for key in record_type.__dataclass_fields__.keys() & metadata.keys():
        try:
            record[key] = files.parse_json(metadata[key])
        except (ValueError, RecursionError):
            record[key] = metadata[key]
    return parse_record(record_type, record, source)


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
