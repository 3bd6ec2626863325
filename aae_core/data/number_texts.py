"""How numbers are written in the columns of a table: which texts are numbers, which stand for a missing value, what else stands
among numbers, and how it can be read."""

import math
import re
import shlex
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from numbers import Number

import numpy as np

from aae_core.errors import DataError, unknown_name_error

# texts that stand for a missing number in every table
NO_VALUE_TEXT = re.compile(r"(#?n/?a|null|none)?", re.IGNORECASE)
PLACEHOLDER_TEXT = re.compile(r"[\W_]+|#[A-Z0-9/]+[!?]|missing|unknown", re.IGNORECASE)  # such as ?, -, #DIV/0!
DATE_TEXT = re.compile(r"\d{4}-\d\d-\d\d([T ].*)?")
TRUTH_VALUES = {"true": True, "false": False}
THOUSANDS_SEPARATORS = {  # each thousands separator, with the characters that it stands for in a regular expression
    ",": ",",
    ".": r"\.",
    "'": "['\N{RIGHT SINGLE QUOTATION MARK}]",
    " ": "[ \N{NO-BREAK SPACE}\N{THIN SPACE}\N{NARROW NO-BREAK SPACE}]",
}
# (decimal sign, thousands separator) in which numbers other than plain ones are usually written
NOTATIONS = ((".", ","), (",", ""), (",", "."), (".", " "), (",", " "), (".", "'"), (",", "'"))
MINUS_SIGN = "\N{MINUS SIGN}"  # which Python does not read
# 12 %, 12 kg, 12 km/h; but 5a is a name
NUMBER_WITH_UNIT = re.compile(r"(?P<rest>.*\d[.,]?)(?P<unit>[%‰°]|\s+[^\s\d]{1,12})")
SHELL_SPECIAL_CHARACTERS = re.compile(r'["`\\]|\$[\w({]')  # what means something to a shell within double quotes
MAX_DISTINCT_TEXTS = 1000  # different texts of a column that are kept for what is said about it
MAX_EXAMPLES = 3  # texts that the example of an option has, at most
MAX_QUOTE_LENGTH = 40  # characters of a value in a sentence
DROP_RULE, MEDIAN_RULE, CATEGORY_RULE = "drop", "median", "category"
MISSING_RULES = (DROP_RULE, MEDIAN_RULE, CATEGORY_RULE)  # what can be done about missing values


def is_number(text: str) -> bool:
    """Whether Python reads a text as a number; one with "_" is none, although Python would read 1_0 as 10."""
    with suppress(ValueError):
        float(text)
        return "_" not in text
    return False


@dataclass(frozen=True)
class ValueFormat:
    """How the values of a table are written.

    missing: texts that stand for a missing value in any column, beside empty ones; those that are numbers, such as "-999", stand
    for equal numbers, too, and are read like those of the table. decimal: the decimal sign, "." or ",". thousands: a separator
    among THOUSANDS_SEPARATORS, or "" for none. units: texts before or after a number that are ignored, such as "%", "$" or "kg".
    DataError if one of them is invalid.

    missing_rules: what is done about missing values, of MISSING_RULES, in any order. "median": a missing number becomes
    the median of the column's training rows; "category": a missing value of a category becomes a category of its own;
    "drop": the rows in which a value is missing that no other rule replaces are left out. A missing class is no reason for
    any of it. Without a rule for them, missing values are refused. drop_missing: whether "drop" is among the rules, which
    is another way to choose it.
    """

    missing: tuple[str, ...] = ()
    drop_missing: bool = False
    decimal: str = "."
    thousands: str = ""
    units: tuple[str, ...] = ()
    missing_rules: tuple[str, ...] = ()

    def __post_init__(self):
        for name in ("missing", "units", "missing_rules"):
            texts = getattr(self, name)
            if isinstance(texts, str):
                texts = (texts,)
            trimmed_texts = (str(text).strip() for text in texts)
            object.__setattr__(self, name, tuple(text for text in trimmed_texts if text))
        if self.decimal not in (".", ","):
            raise DataError(f"The decimal sign is . or , and not {self.decimal!r:.60}.")
        if self.thousands and self.thousands not in THOUSANDS_SEPARATORS:
            allowed_separators = ", ".join(repr(separator) for separator in THOUSANDS_SEPARATORS)
            raise DataError(f"The thousands separator is one of {allowed_separators}, and not {self.thousands!r:.60}.")
        if self.thousands == self.decimal:
            raise DataError(f"{self.decimal!r} cannot be both the decimal sign and the thousands separator.")
        unknown_rules = [rule for rule in self.missing_rules if rule not in MISSING_RULES]
        if unknown_rules:
            raise unknown_name_error("rule for missing values", unknown_rules[0], MISSING_RULES, DataError)
        rules = {*self.missing_rules, DROP_RULE} if self.drop_missing else {*self.missing_rules}
        object.__setattr__(self, "missing_rules", tuple(rule for rule in MISSING_RULES if rule in rules))
        object.__setattr__(self, "drop_missing", DROP_RULE in rules)
        invalid = [unit for unit in self.units if any(character.isdigit() for character in unit)]
        if invalid:
            raise DataError(f"A unit has no digits, as {invalid[0]!r:.60} has; give the text beside the numbers alone.")

    def replaces_missing(self, kind: str | None) -> bool:
        """Whether a missing value of a column of this kind (of `features.KINDS`, or None) is replaced by another."""
        return (CATEGORY_RULE if kind == "category" else MEDIAN_RULE) in self.missing_rules

    @property
    def reads_numbers_as_texts(self) -> bool:
        """Whether numbers have to be read from their texts, since a point in them is no decimal sign."""
        return self.decimal != "."

    @property
    def example_number(self) -> str:
        """A number in this format."""
        return f"1{self.thousands}234{self.decimal}5"

    @cached_property
    def _missing_numbers(self) -> np.ndarray:
        numbers = [self._parse_own_or_plain_number(text) for text in self.missing]
        return np.array([number for number in numbers if number is not None])

    @cached_property
    def _number_pattern(self):
        integer_part = r"\d+"
        if self.thousands:
            integer_part = rf"(?:\d{{1,3}}(?:{THOUSANDS_SEPARATORS[self.thousands]}\d{{3}})+|\d+)"
        decimal_sign = re.escape(self.decimal)
        return re.compile(
            rf"[-+]?(?:{integer_part}(?:{decimal_sign}\d*)?|{decimal_sign}\d+)(?:e[-+]?\d+)?", re.IGNORECASE
        )

    def is_missing_text(self, value) -> bool:
        """Whether a text or number is among `missing`, or is equal to a number among them."""
        if not isinstance(value, str):
            return self._is_missing_number(value)
        text = value.strip()
        if text in self.missing:
            return True
        return self._missing_numbers.size > 0 and self._is_missing_number(self._parse_own_or_plain_number(text))

    def _is_missing_number(self, value) -> bool:
        """Whether a value is equal to a number among `missing`; False for one that is no number."""
        numbers = self._missing_numbers
        if not numbers.size:
            return False
        if isinstance(value, np.floating):
            numbers = self._round_missing_numbers(value.dtype)
        with suppress(TypeError, ValueError, OverflowError):
            return float(value) in numbers
        return False

    def _round_missing_numbers(self, number_type: np.dtype) -> np.ndarray:
        """The numbers that stand for a missing value as floating-point numbers of a type, such as float32, whose values are
        rounded likewise; without those that are out of its range."""
        with np.errstate(over="ignore", under="ignore"):
            rounded_numbers = self._missing_numbers.astype(number_type)
        overflows = np.isinf(rounded_numbers) & np.isfinite(self._missing_numbers)
        underflows = (rounded_numbers == 0) & (self._missing_numbers != 0)
        return rounded_numbers[~overflows & ~underflows]

    def set_missing_floats_to_nan(self, values: np.ndarray) -> np.ndarray:
        """The values N, with NaN in place of the floating-point numbers that stand for a missing value. These are found in the
        array, since its items no longer show that -99.9 as float32 is another number than as float64."""
        if values.dtype.kind != "f" or not self._missing_numbers.size:
            return values
        return np.where(np.isin(values, self._round_missing_numbers(values.dtype)), np.nan, values)

    def parse_number(self, text: str) -> float | None:
        """The number that a text is, NaN for one that stands for a missing number, or None if it is no number."""
        text = text.strip()
        if text in self.missing:
            return float("nan")
        number = self._parse_unitless_number(text)
        if number is None:
            if NO_VALUE_TEXT.fullmatch(text):
                return float("nan")
            number = self._parse_unitless_number(self._strip_unit(text.replace(MINUS_SIGN, "-")))
        return float("nan") if self._is_missing_number(number) else number

    def _parse_own_or_plain_number(self, text) -> float | None:
        """A text without units as a number in this notation or else in the usual one, or None."""
        number = self._parse_unitless_number(text)
        return float(text) if number is None and is_number(text) else number

    def _parse_unitless_number(self, text) -> float | None:
        """A text without units as a number, or None."""
        is_plain = self.decimal == "." and not self.thousands
        if not is_plain:
            if self._number_pattern.fullmatch(text):
                if self.thousands:
                    text = re.sub(THOUSANDS_SEPARATORS[self.thousands], "", text)
                return float(text.replace(self.decimal, "."))
            if any(character.isdigit() for character in text):
                return None
        if is_number(text):  # also inf and nan in every format
            return float(text)
        return None

    def _strip_unit(self, text):
        """A text without the first unit that is found at its end or start."""
        sign, unsigned_text = _split_sign(text)
        for unit in sorted(self.units, key=len, reverse=True):  # so that kg is not left as k
            if unsigned_text.endswith(unit):
                return sign + unsigned_text.removesuffix(unit).rstrip()
            if unsigned_text.startswith(unit):
                return sign + unsigned_text.removeprefix(unit).lstrip()
        return text

    def parse_column(self, values: np.ndarray) -> np.ndarray:
        """The values of a column of numbers: numbers or truth values if all of them can be read so, with NaN for missing ones;
        otherwise an object array of floats, of None for missing values, and of whatever could not be read."""
        if values.dtype.kind in "iu" and self._missing_numbers.size:
            return np.where(np.isin(values, self._missing_numbers), np.nan, values)
        if values.dtype.kind not in "OU":
            return self.set_missing_floats_to_nan(values)
        items = values.tolist()
        number_by_text = {text: self.parse_number(text) for text in {item for item in items if isinstance(item, str)}}
        items = _parse_truth_values([self._parse_item(item, number_by_text) for item in items])
        objects = np.empty(len(items), object)
        objects[:] = items
        if any(isinstance(item, str) for item in items):
            return objects
        if items and all(isinstance(item, bool | np.bool_) for item in items):
            return objects.astype(bool)
        objects[[item is None for item in items]] = np.nan
        try:
            return objects.astype(np.float64)
        except (TypeError, ValueError):  # values that are neither numbers nor texts, such as lists
            return objects

    def _parse_item(self, item, number_by_text):
        """A value of an object array: a text that is a number as a float, a larger number than a float can be as infinity, None
        for a missing value, and others as they are."""
        if isinstance(item, str):
            number = number_by_text[item]
            if number is None:
                return item
            return None if math.isnan(number) else number
        if isinstance(item, int) and item.bit_length() > 1000:
            return float("inf")
        if is_missing_value(item):
            return None
        may_be_missing = isinstance(item, Number) and not isinstance(item, bool | np.bool_)
        return None if may_be_missing and self._is_missing_number(item) else item


PLAIN_FORMAT = ValueFormat()


def _parse_truth_values(items):
    """Items in which texts such as "true" are truth values if there is nothing else, except for missing values."""
    texts = {item for item in items if isinstance(item, str)}
    if not texts or any(text.strip().lower() not in TRUTH_VALUES for text in texts):
        return items
    if not all(item is None or isinstance(item, str | bool) for item in items):
        return items
    return [TRUTH_VALUES[item.strip().lower()] if isinstance(item, str) else item for item in items]


def is_missing_value(value) -> bool:
    """Whether a value is None, NaN, NaT or pandas' NA, whose comparison has no truth value."""
    try:
        return value is None or bool(value != value)
    except (TypeError, ArithmeticError):  # NA; a signalling NaN of Decimal
        return True
    except ValueError:  # an array, which is compared element by element
        return False


def split_unit(text: str) -> tuple[str, str]:
    """(the sign of a currency at the start or end of a text, or a unit at its end; the text without it); ("", text) if none."""
    text = text.strip()
    unit_match = NUMBER_WITH_UNIT.fullmatch(text)
    if unit_match:
        return unit_match["unit"].strip(), unit_match["rest"]
    sign, unsigned_text = _split_sign(text)
    if not unsigned_text:
        return "", text
    if _is_currency(unsigned_text[-1]):
        return unsigned_text[-1], sign + unsigned_text[:-1].rstrip()
    if _is_currency(unsigned_text[0]):
        return unsigned_text[0], sign + unsigned_text[1:].lstrip()
    return "", text


def _split_sign(text):
    """("-" or "", the text behind it)."""
    if text.startswith("-"):
        return "-", text[1:].lstrip()
    return "", text


def _is_currency(character) -> bool:
    return unicodedata.category(character) == "Sc"


_FORMAT_BY_NOTATION = {notation: ValueFormat(decimal=notation[0], thousands=notation[1]) for notation in NOTATIONS}


def notations_that_parse(text: str) -> list[tuple[str, str]]:
    """Those of NOTATIONS in which a text that is no plain number is one."""
    if is_number(text):
        return list(NOTATIONS)
    return [
        notation
        for notation, value_format in _FORMAT_BY_NOTATION.items()
        if value_format.parse_number(text) is not None
    ]


@dataclass
class NumberTexts:
    """What stands in a column of numbers beside plain numbers.

    decimal: the sign with which plain numbers are written; number_count: how many of them there are; has_fractions:
    whether one of them has a fraction; missing_count: how many values are missing; first_missing_row: the row of the
    first of them, None without any; first_row_by_text: {text: row of the first of them}, of at most MAX_DISTINCT_TEXTS
    different ones; count_by_text: {text: how many rows have it}; formatted_number_count: how many values are numbers but
    for a separator or a unit; other_text_count: how many are neither numbers nor known placeholders.
    """

    decimal: str = "."
    number_count: int = 0
    has_fractions: bool = False
    missing_count: int = 0
    first_missing_row: int | None = None
    first_row_by_text: dict[str, int] = field(default_factory=dict)
    count_by_text: dict[str, int] = field(default_factory=dict)
    formatted_number_count: int = 0
    other_text_count: int = 0

    def add_numbers(self, numbers: np.ndarray) -> None:
        """Count plain numbers."""
        self.number_count += len(numbers)
        if not self.has_fractions and numbers.dtype.kind == "f":
            self.has_fractions = bool((numbers != np.round(numbers)).any())

    def add_missing(self, rows: np.ndarray) -> None:
        """Count missing values, which stand in these rows."""
        self.missing_count += len(rows)
        if self.first_missing_row is None and len(rows):
            self.first_missing_row = int(rows[0])

    def add_text(self, text: str, row: int, count: int = 1) -> None:
        """Count a text that is no plain number, and that stands in `count` rows, of which `row` is the first."""
        text = text.strip()
        if text in self.count_by_text or len(self.count_by_text) < MAX_DISTINCT_TEXTS:
            self.first_row_by_text.setdefault(text, row)
            self.count_by_text[text] = self.count_by_text.get(text, 0) + count
        if is_formatted_number(text):
            self.formatted_number_count += count
        elif not PLACEHOLDER_TEXT.fullmatch(text):
            self.other_text_count += count

    @property
    def are_all_dates(self) -> bool:
        """Whether all texts are dates."""
        return bool(self.first_row_by_text) and all(DATE_TEXT.fullmatch(text) for text in self.first_row_by_text)

    @property
    def are_mostly_numbers(self) -> bool:
        """Whether there are texts, and most values other than placeholders are numbers, perhaps with a separator or a unit."""
        return bool(self.first_row_by_text) and self.number_count + self.formatted_number_count > self.other_text_count

    @property
    def units(self) -> list[str]:
        """The units and signs of currencies beside numbers."""
        signs = [split_unit(text)[0] for text in self.first_row_by_text if is_formatted_number(text)]
        return [sign for sign in dict.fromkeys(signs) if sign]

    @property
    def texts_with_separators(self) -> list[str]:
        """The texts that are numbers with separators, without units."""
        number_texts = [split_unit(text)[1] for text in self.first_row_by_text if is_formatted_number(text)]
        return [number_text for number_text in number_texts if not is_number(number_text)]

    @property
    def common_notations(self) -> list[tuple[str, str]]:
        """Those of NOTATIONS in which all numbers of the column can be read, plain ones included."""
        notations_by_text = [set(notations_that_parse(text)) for text in self.texts_with_separators]
        shared_notations = set.intersection(*notations_by_text) if notations_by_text else set()
        if self.has_fractions:
            shared_notations -= {notation for notation in NOTATIONS if notation[0] != self.decimal}
        if (",", "") in shared_notations:  # no separator of thousands is needed
            shared_notations -= {(",", separator) for separator in THOUSANDS_SEPARATORS}
        return [notation for notation in NOTATIONS if notation in shared_notations]

    @property
    def placeholders(self) -> list[str]:
        """The texts that are no numbers in any notation, in the order of their first rows."""
        return [text for text in self.first_row_by_text if not is_formatted_number(text)]


@lru_cache(2**12)
def is_formatted_number(text: str) -> bool:
    """Whether a text is a number with separators, with a unit or with the sign of a currency."""
    number_text = split_unit(text)[1]
    return any(character.isdigit() for character in number_text) and bool(notations_that_parse(number_text))


def quote_value(text: str) -> str:
    """A value as a sentence quotes it."""
    return f'"{text}"' if len(text) <= MAX_QUOTE_LENGTH else f'"{text[:MAX_QUOTE_LENGTH]}…"'


def notations_common_to_columns(columns: Iterable[NumberTexts]) -> list[tuple[str, str]]:
    """Those of NOTATIONS in which the numbers of all columns that have separators can be read."""
    notations_by_column = [column.common_notations for column in columns if column.texts_with_separators]
    if not notations_by_column:
        return []
    return [
        notation
        for notation in notations_by_column[0]
        if all(notation in notations for notations in notations_by_column)
    ]


def notation_options(notation: tuple[str, str]) -> str:
    """The options of the command line for a notation."""
    decimal, thousands = notation
    options = []
    if decimal == ",":
        options.append('--decimal ","')
    if thousands:
        options.append(f'--thousands "{thousands}"')
    return " ".join(options)


def suggest_remedies(
    columns: list[NumberTexts],
    cli_options: frozenset[str],
    missing_rules: tuple[str, ...] = (),
    replaces_missing: bool = False,
) -> str:
    """What fits the texts among the numbers of some columns, as the rest of a sentence. cli_options: those of the
    command line that there are, which are named. missing_rules: of the ValueFormat; replaces_missing: whether missing values
    of these columns are replaced."""
    remedies = ["correct them"]
    notations = notations_common_to_columns(columns)
    if notations and "--decimal" in cli_options:
        options_text = " or ".join(notation_options(notation) for notation in notations)
        remedies.append(f"have their separators read ({options_text})")
    elif any(column.texts_with_separators for column in columns):
        remedies.append("write decimal points and no other separators")
    units = list(dict.fromkeys(unit for column in columns for unit in column.units))
    if units and "--units" in cli_options:
        remedies.append(f"have units ignored (--units {quote_option_value(units)})")
    texts = list(dict.fromkeys(text for column in columns for text in column.placeholders))
    can_leave_out = "--drop-missing" in cli_options
    if texts and "--missing" in cli_options and (can_leave_out or replaces_missing):
        example_texts = [text for text in texts if len(text) <= MAX_QUOTE_LENGTH and text.isprintable()][:MAX_EXAMPLES]
        values = example_texts or ["TEXT"]
        outcome = ""
        if can_leave_out:
            values = [*(missing_rules or [DROP_RULE]), *values]
            outcome = "" if replaces_missing else " and their rows left out"
        remedies.append(f"have such texts read as missing{outcome} (--missing {quote_option_value(values)})")
    elif texts:
        remedies.append("leave out these rows")
    return ", or ".join(remedies)


def quote_option_value(texts: list[str]) -> str:
    """Texts as one value of an option on the command line, in which commas separate them."""
    value = ",".join(quote_csv_cell(text) for text in texts)
    return shlex.quote(value) if SHELL_SPECIAL_CHARACTERS.search(value) else f'"{value}"'


def quote_csv_cell(text):
    """A text as the option's reader takes it: quoted if it has commas or quotes, or would be taken for another option."""
    if re.search('[,"]', text) or re.match("-.", text):
        escaped = text.replace('"', '""')
        return f'"{escaped}"'
    return text
