"""How a case is made: bytes of a valid file with something wrong, records and texts with something wrong, and what is odd of
itself."""

import copy
import json
import struct

from hypothesis import strategies as st

EXTREME_BYTES = (0, 1, 0x7F, 0x80, 0xFE, 0xFF)  # of a byte
ODD_VALUES = (  # values of JSON that stand where another belongs
    None, True, False, -1, 0, 1, 2, 1.5, -0.0, 1e308, 10**400, 2**31, 2**53, 2**63, -(2**64), float("nan"), float("inf"), "", "0",
    "x", "\ud800", "\0", "💥\u202e", "../../../etc/passwd", "x" * 30_000, [], [None], [[]], [0] * 5000, {}, {"a": {"b": 1}},
)  # fmt: skip
ODD_TEXTS = (
    "", " ", "0", "-1", "1", "-0", "1e309", "-1e309", "nan", "inf", "9" * 20, "9" * 5000, "0x10", "1_000", "٣", "½", "²", "1.5",
    "5,5", ",", "~", ";", ":", "=", "true", "None", "[0, 1]", "{}", "\0", "a\0b", "\n", "a\nb", "\ud800", "💥\u202e\u0661",
    "é" * 300, "../..", "../../../etc/passwd", "/etc/passwd", "~root", "C:\\x", "con", ".", "..", "<img src=x onerror=alert(1)>",
    "![x](http://a/b.png)", "%s%n", "${HOME}", "$(id)", "`id`", "'; --", "-x", "--", "x" * 300, "x" * 30_000, "latest",
)  # fmt: skip
LETTERS = "0123456789.,;:~-+eE xXnaif_=[]{}()\"'/\\%\0\n\té٣💥\u202e\ud800"
odd_texts = st.sampled_from(ODD_TEXTS) | st.text(LETTERS, max_size=24)


@st.composite
def damaged_copies(draw, whole: bytes | str, max_changes: int = 4):
    """The same with 1 to `max_changes` changes: a value changed, a stretch cut, doubled, moved or put in, or the end cut."""
    is_text = isinstance(whole, str)
    result = list(whole) if is_text else bytearray(whole)
    fresh = st.sampled_from(LETTERS) if is_text else st.sampled_from(EXTREME_BYTES) | st.integers(0, 255)
    for _ in range(draw(st.integers(1, max_changes))):
        if not result:
            break
        start = draw(st.integers(0, len(result) - 1) | st.integers(0, min(len(result) - 1, 64)))
        stretch = slice(start, start + draw(st.integers(1, 16)))
        change = draw(st.sampled_from(("set", "set", "bit", "cut", "double", "move", "insert", "end")))
        if change == "set" or (change == "bit" and is_text):
            result[start] = draw(fresh)
        elif change == "bit":
            result[start] ^= 1 << draw(st.integers(0, 7))
        elif change == "cut":
            del result[stretch]
        elif change == "double":
            result[start:start] = result[stretch]
        elif change == "move":
            part = result[stretch]
            del result[stretch]
            position = draw(st.integers(0, len(result)))
            result[position:position] = part
        elif change == "insert":
            result[start:start] = type(result)(draw(st.lists(fresh, min_size=1, max_size=8)))
        else:
            del result[start:]
    return "".join(result) if is_text else bytes(result)


def _value_paths(value, at=()):
    """The way to every value in a record, lists of many by their ends."""
    if isinstance(value, dict):
        entries = list(value.items())
    elif isinstance(value, list):
        entries = list(enumerate(value))
        entries = entries if len(entries) < 4 else entries[:2] + entries[-1:]
    else:
        entries = []
    for key, entry in entries:
        yield (*at, key)
        yield from _value_paths(entry, (*at, key))


@st.composite
def altered_records(draw, record, max_changes: int = 3):
    """A JSON value with 1 to `max_changes` of the values in it replaced, removed, wrapped or put in another's place."""
    actual = json.loads(json.dumps(record))
    for _ in range(draw(st.integers(1, max_changes))):
        places = list(_value_paths(actual))
        if not places:
            return copy.deepcopy(draw(st.sampled_from(ODD_VALUES)))
        *key_path, last_key = draw(st.sampled_from(places))
        inner = actual
        for key in key_path:
            inner = inner[key]
        change = draw(st.sampled_from(("odd", "odd", "odd", "near", "cut", "wrap", "swap", "more")))
        old = inner[last_key]
        if change == "near" and isinstance(old, int | float) and not isinstance(old, bool) and abs(old) < 1e18:
            inner[last_key] = draw(st.sampled_from((-old, old + 1, old - 1, old * 1000, old + 0.5, str(old))))
        elif change == "near" and isinstance(old, str):
            inner[last_key] = draw(damaged_copies(old)) if old else "x"
        elif change == "cut":
            del inner[last_key]
        elif change == "wrap":
            inner[last_key] = [old] if draw(st.booleans()) else {"x": old}
        elif change == "swap":
            *source_path, key = draw(st.sampled_from(places))
            source = actual
            for item in source_path:
                source = source[item] if _has_key(source, item) else source
            inner[last_key] = json.loads(json.dumps(source[key])) if _has_key(source, key) else None
        elif change == "more" and isinstance(inner, list):
            inner.extend([old] * draw(st.integers(1, 20)))
        else:
            inner[last_key] = copy.deepcopy(draw(st.sampled_from(ODD_VALUES)))
    return actual


def _has_key(value, key):
    return (
        key in value
        if isinstance(value, dict)
        else isinstance(value, list) and isinstance(key, int) and key < len(value)
    )


def dump_json(record) -> bytes:
    """A record as a stranger's program writes it: half a surrogate pair escaped, NaN and numbers of any length as they are."""
    return json.dumps(record, indent=1).encode()


def json_files(whole: bytes):
    """A JSON file whose record or whose bytes have something wrong."""
    return altered_records(json.loads(whole)).map(dump_json) | damaged_copies(whole)


def json_lines_files(whole: bytes):
    """A file of JSON lines, of which one record, or some bytes, have something wrong."""
    rows = whole.splitlines()

    def with_line(number):
        created = altered_records(json.loads(rows[number])).map(lambda record: json.dumps(record).encode())
        return created.map(lambda row: b"\n".join([*rows[:number], row, *rows[number + 1 :]]))

    return st.integers(0, len(rows) - 1).flatmap(with_line) | damaged_copies(whole)


def tensor_files(whole: bytes):
    """A safetensors file whose header or whose bytes have something wrong."""
    (length,) = struct.unpack_from("<Q", whole)
    header, body = json.loads(whole[8 : 8 + length]), whole[8 + length :]

    def file_with_header(expected_text):
        text = json.dumps(expected_text, ensure_ascii=True).encode()
        return struct.pack("<Q", len(text)) + text + body

    output = header.get("__metadata__", {})
    inner = {}  # metadata are texts that hold JSON
    for key, text in output.items():
        try:
            inner[key] = json.loads(text)
        except ValueError:
            inner[key] = text

    def with_metadata(changed):
        changed = changed if isinstance(changed, dict) else {"x": changed}
        return file_with_header(
            {**header, "__metadata__": {k: v if isinstance(v, str) else json.dumps(v) for k, v in changed.items()}}
        )

    values = damaged_copies(body[-4096:]).map(
        lambda end: whole[: len(whole) - len(end)] + end if len(end) <= len(body) else whole
    )
    return (
        altered_records(header).map(file_with_header)
        | altered_records(inner).map(with_metadata)
        | damaged_copies(whole)
        | values
    )
