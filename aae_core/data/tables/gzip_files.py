"""Gzipped texts, which are unpacked to a temporary file for as long as they are needed."""

import gzip
import shutil
import tempfile
import zlib
from pathlib import Path

from aae_core.data.import_problems import shorten_name
from aae_core.errors import DataError
from aae_core.files import nonblocking_opener, raise_os_errors_as

# bytes that a file may unpack to: so many, plus 64 for each of its own; texts of numbers shrink to a third or a tenth
BASE_BYTES_ALLOWED, BYTES_PER_FILE_BYTE = 2**30, 64
BLOCK_BYTES = 2**22  # bytes that are unpacked at once


def unpack_gzip(path: Path) -> tuple[Path, tempfile.TemporaryDirectory]:
    """(the path of the unpacked file, with the name of `path` without .gz; its folder, which is removed with this object).

    DataError for a damaged file, for one that unpacks to more than is allowed, and for a disk without room.
    """
    folder = tempfile.TemporaryDirectory(prefix="aae-")
    unpacked_path = Path(folder.name) / path.name[: -len(".gz")]
    limit = BASE_BYTES_ALLOWED + BYTES_PER_FILE_BYTE * path.stat().st_size
    size = 0
    try:
        with (
            open(path, "rb", opener=nonblocking_opener) as packed,
            gzip.GzipFile(fileobj=packed) as source,
            raise_os_errors_as(unpacked_path, error_type=DataError),
            open(unpacked_path, "wb") as target,
        ):
            while block := _read_block(source, path):
                size += len(block)
                if size > limit:
                    raise DataError(
                        f"{shorten_name(path.name)} unpacks to more than {limit / 2**30:.1f} GiB, far more than a table of its "
                        "size; unpack it yourself."
                    )
                if len(block) > shutil.disk_usage(folder.name).free:
                    raise DataError(f"There is no room to unpack {shorten_name(path.name)}; free some space.")
                target.write(block)
    except DataError:
        folder.cleanup()
        raise
    return unpacked_path, folder


def _read_block(source, path) -> bytes:
    try:
        return source.read(BLOCK_BYTES)
    except (EOFError, OSError, zlib.error):
        raise DataError(f"{shorten_name(path.name)} is damaged or not a gzip file; create it again.") from None
