"""Images, folders and zips made by hand for the tests of own images."""

import io
import struct
import zipfile
import zlib

import numpy as np
import pytest
from PIL import Image

from aae_core.data import sets
from aae_core.data.own_data import own_sets
from aae_core.errors import DataError

RNG = np.random.default_rng(2)


def image_bytes(side=16, mode="L", kind="PNG", value=None):
    """The bytes of one image."""
    channels = {"L": (), "RGB": (3,), "CMYK": (4,)}[mode]
    shape = (side, side, *channels)
    pixels = RNG.integers(0, 256, shape, np.uint8) if value is None else np.full(shape, value, np.uint8)
    image = Image.frombytes(mode, (side, side), pixels.tobytes())
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()


def png_chunk(kind, body):
    """One chunk of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_of_depth_16():
    """A 16×16 colour PNG with 16 bits a channel, written by hand: Pillow writes none."""
    head = struct.pack(">IIBBBBB", 16, 16, 16, 2, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x12\x34" * 3 * 16) * 16)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", rows) + png_chunk(b"IEND", b"")


def animation_bytes(kind="GIF"):
    frames = [Image.fromarray(np.full((16, 16), v, np.uint8)) for v in (0, 255)]
    buffer = io.BytesIO()
    frames[0].save(buffer, kind, save_all=True, append_images=frames[1:])
    return buffer.getvalue()


def bomb_png(side=20_000):
    """A PNG that announces far more pixels than it holds."""
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", b"") + png_chunk(b"IEND", b"")


def images_of_two_classes(count_per_class=12, **options):
    return {f"{name}/{i:02}.png": image_bytes(**options) for name in ("cat", "dog") for i in range(count_per_class)}


def write_folder(root, files):
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    return root


def write_zip(path, files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def refusal(path, root, **options):
    """The sentence with which `add` refuses; nothing may have been stored."""
    with pytest.raises(DataError) as result:
        sets.add_data_set(path, "mine", root, **options)
    text = str(result.value)
    assert text.endswith(".") and "\n" not in text and "Traceback" not in text
    assert own_sets.list_own_sets(root) == [] and not list(root.glob("own/*"))
    return text
