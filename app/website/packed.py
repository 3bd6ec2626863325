"""Bytes as a script: a page that was opened from a disk may run scripts beside it, and read no other file.

The bytes of even places, then those of odd ones (of half-precision numbers these have much in common), are deflated and written
as characters of 15 bits each in UTF-16, whose mark at the beginning goes before whatever a web host says of the encoding. A
third of base64's excess is avoided so. `js/site/files.js` reads them.
"""

import zlib

import numpy as np

BITS, FIRST = 15, 0x3400  # of a character; the first of 2¹⁵ in a row that need no escape and are no surrogates


def script(name: str, content: bytes) -> bytes:
    """The script that hands the page `content` under a name of letters, digits and dots."""
    squeezed = zlib.compress(content[::2] + content[1::2], 9, -15)
    return f'\ufefftake("{name}",{len(squeezed)},"'.encode("utf-16-le") + _letters(squeezed) + '")'.encode("utf-16-le")


def _letters(content):
    bits = np.unpackbits(np.frombuffer(content, np.uint8))
    bits = np.pad(bits, (0, -len(bits) % BITS)).reshape(-1, BITS)
    return (bits @ (1 << np.arange(BITS)[::-1]) + FIRST).astype("<u2").tobytes()
