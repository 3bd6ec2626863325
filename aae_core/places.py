"""Default locations: the project's folder, and those of revisions and data sets unless others are set."""

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
RESULTS = PROJECT / "docs"  # the table of results


def checkpoints(chosen=None) -> Path:
    """The folder of the user's own revisions: `chosen`, or $AAE_CHECKPOINTS, or `checkpoints` in the project."""
    return Path(chosen or os.environ.get("AAE_CHECKPOINTS") or PROJECT / "checkpoints")


def gallery(chosen=None) -> Path:
    """The folder of the shipped revisions, which is read-only: `chosen`, or the project's own."""
    return Path(chosen or PROJECT / "checkpoints" / "gallery")


def data_root(chosen=None) -> Path:
    """The folder of the data sets: `chosen`, or $AAE_DATA, or `data` in the project."""
    return Path(os.path.expanduser(chosen or os.environ.get("AAE_DATA") or PROJECT / "data")).absolute()
