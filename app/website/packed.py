"""Binary data as a script, since a page opened from a disk may run scripts in its folder but read no other files.

The even bytes followed by the odd ones (the high bytes of half-precision numbers resemble one another) are deflated and written
in UTF-16, 15 bits per character. The byte-order mark overrides any encoding that a web host declares. This adds a fifteenth to
the size, where base64 would add a third. `js/site/files.js` reads the result.
"""

import zlib

import numpy as np

BITS, FIRST = 15, 0x3400  # bits per character; first of 2¹⁵ consecutive characters without escapes or surrogates


def script(name: str, content: bytes) -> bytes:
    """The script that passes `content` to the page. name: consists of letters, digits and dots."""
    squeezed = zlib.compress(content[::2] + content[1::2], 9, -15)
    bits = np.unpackbits(np.frombuffer(squeezed, np.uint8))
    bits = np.pad(bits, (0, -len(bits) % BITS)).reshape(-1, BITS)
    letters = (bits @ (1 << np.arange(BITS)[::-1]) + FIRST).astype("<u2").tobytes()
    return f'\ufefftake("{name}",{len(squeezed)},"'.encode("utf-16-le") + letters + '")'.encode("utf-16-le")
