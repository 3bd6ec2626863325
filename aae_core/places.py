"""Default places of files: in a checkout the project's folder, otherwise the user's data folder of the operating system.

An installed package writes nothing beside its modules, and comes without the gallery.
"""

import os
from pathlib import Path

import platformdirs

CODE_FOLDER = Path(__file__).resolve().parent.parent  # the folder that holds aae_core/
IN_CHECKOUT = (CODE_FOLDER / "pyproject.toml").is_file()
EXPLORER_APP = (CODE_FOLDER if IN_CHECKOUT else CODE_FOLDER / "aae_core" / "explorer") / "app" / "streamlit_app.py"
PROJECT = CODE_FOLDER if IN_CHECKOUT else Path(platformdirs.user_data_dir("aae", appauthor=False))
RESULTS_FOLDER = PROJECT / "docs" / "results"  # the table of results


def checkpoints_folder(chosen=None) -> Path:
    """The folder of the user's own revisions: `chosen`, or $AAE_CHECKPOINTS, or `checkpoints` in the project."""
    return Path(chosen or os.environ.get("AAE_CHECKPOINTS") or PROJECT / "checkpoints")


def gallery_folder(chosen=None) -> Path:
    """The folder of the shipped revisions, which is read-only: `chosen`, or the project's own."""
    return Path(chosen or PROJECT / "checkpoints" / "gallery")


def example_images_folder() -> Path:
    """The folder of the images that come with the shipped revisions, with a subfolder for each data set."""
    return PROJECT / "checkpoints" / "example-images"


def data_root(chosen=None) -> Path:
    """The absolute path of the folder of data sets: `chosen`, or $AAE_DATA, or `data` in the project."""
    return Path(os.path.expanduser(chosen or os.environ.get("AAE_DATA") or PROJECT / "data")).absolute()
