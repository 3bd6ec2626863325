"""The binary format of messages to the page: a JSON header, followed by arrays that the page reads without copying.

    uint32 little-endian  length of the header in bytes, its padding included
    uint32                0
    header                UTF-8 JSON, padded with spaces to a multiple of 8 bytes
    arrays                little-endian, C order, each at a multiple of 8 bytes

`header["arrays"]` gives the dtype (f4, i1, i2, i4, u1 or u2) of each array, its shape, and its offset in bytes from the
end of the header. The header may not contain NaN, which JSON does not have; the arrays may.
"""

import json
import struct

import numpy as np

ALIGNMENT = 8
DTYPES = {"f4": "<f4", "i1": "i1", "i2": "<i2", "i4": "<i4", "u1": "u1", "u2": "<u2"}


def pack_message(
    header: dict, arrays: dict[str, np.ndarray] | None = None, array_notes: dict[str, dict] | None = None
) -> bytes:
    """The message with a header of JSON values and arrays by name, each of one of DTYPES.

    array_notes: by an array's name, further entries for it in the header. Raises ValueError for another dtype or a NaN
    in the header, and TypeError for a header value that is not JSON; all are bugs.
    """
    descriptions, parts, offset = {}, [], 0
    for name, array in (arrays or {}).items():
        kind = array.dtype.kind + str(array.dtype.itemsize)
        if kind not in DTYPES:
            raise ValueError(f"The array {name} has the dtype {array.dtype}, which the page does not read.")
        content = np.ascontiguousarray(array, DTYPES[kind]).reshape(-1).view(np.uint8)  # no copy, as it may be large
        padding = bytes(-len(content) % ALIGNMENT)
        descriptions[name] = {
            "dtype": kind,
            "shape": list(array.shape),
            "offset": offset,
            **(array_notes or {}).get(name, {}),
        }
        parts += [content, padding]
        offset += len(content) + len(padding)
    text = json.dumps({**header, "arrays": descriptions}, allow_nan=False, ensure_ascii=False).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    return b"".join([struct.pack("<II", len(text), 0), text, *parts])
