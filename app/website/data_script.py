"""Binary data as a script, since a page opened from a disk may run scripts in its folder but read no other files.

The even bytes followed by the odd ones (the high bytes of half-precision numbers resemble one another) are deflated and written
in UTF-16, 15 bits per character. The byte-order mark overrides any encoding that a web host declares. This adds a fifteenth to
the size, where base64 would add a third. `web/src/site/files.ts` reads the result.
"""

import zlib

import numpy as np

# bits per character; first of 2¹⁵ consecutive characters without escapes or surrogates
BITS_PER_CHARACTER, FIRST_CHARACTER = 15, 0x3400


def pack_as_script(name: str, content: bytes) -> bytes:
    """The script that passes `content` to the page. name: consists of letters, digits and dots."""
    compressed = zlib.compress(content[::2] + content[1::2], 9, -15)
    bits = np.unpackbits(np.frombuffer(compressed, np.uint8))
    bits = np.pad(bits, (0, -len(bits) % BITS_PER_CHARACTER)).reshape(-1, BITS_PER_CHARACTER)
    letters = (bits @ (1 << np.arange(BITS_PER_CHARACTER)[::-1]) + FIRST_CHARACTER).astype("<u2").tobytes()
    return f'\ufefftake("{name}",{len(compressed)},"'.encode("utf-16-le") + letters + '")'.encode("utf-16-le")
