"""The user's own data sets, images or tables, in the folders `own/<name>/`: their names, records, splits and files."""

import hashlib
import os
import re
import secrets
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
from msgspec import Meta

from aae_core import files, owners, records
from aae_core.data.features import Features, are_consistent_features
from aae_core.data.images import memmap_files
from aae_core.data.images.tones import Tones
from aae_core.data.import_problems import shorten_name
from aae_core.data.own_data.item_files import ItemsRecord
from aae_core.errors import DataError, RevisionError
from aae_core.files import make_folders, move, raise_os_errors_as, read_json, remove_abandoned_folders, write_json
from aae_core.records import ItemShape, Text

OWN_SETS_FOLDER = "own"
# NAME-held-out is the set NAME with a sixth of its training items in place of its test items
HELD_OUT_SUFFIX = "-held-out"
GROUPS_FILE = "groups.safetensors"  # beside the items: the number of the group of each training item
IMAGES_FORMAT, TABLE_FORMAT = 2, 3  # of the records of images and of tables
_VALID_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_RESERVED_NAME = re.compile(r"con|prn|aux|nul|(com|lpt)[0-9]")  # device names that Windows reserves


def check_new_name(name: str, root: Path, built_in_names: tuple[str, ...]) -> None:
    """Raise DataError unless a new data set may have this name: it is a valid folder name on every system, does not end in
    HELD_OUT_SUFFIX, and belongs neither to the built-in sets `built_in_names` nor to a stored one."""
    if not isinstance(name, str) or not _VALID_NAME.fullmatch(name) or _RESERVED_NAME.fullmatch(name):
        raise DataError(
            f"{shorten_name(name)!r} is not a valid name for a data set; use up to 40 lower-case letters, digits, - and _, "
            "starting with a letter or digit, and no name that Windows reserves, such as con."
        )
    if name.endswith(HELD_OUT_SUFFIX):
        raise DataError(
            f"A name that ends in {HELD_OUT_SUFFIX}, as {name} does, stands for a part of another set; choose another."
        )
    if name in built_in_names:
        raise DataError(f"The name {name} belongs to a built-in data set; choose another.")
    if os.path.lexists(root / OWN_SETS_FOLDER / name):
        raise DataError(
            f"A data set named {name} already exists; choose another name, or remove {root / OWN_SETS_FOLDER / name}."
        )


def slugify_name(text: str) -> str:
    """A text reduced to the characters of data set names: "My shapes" -> "my-shapes"; "" if none can be kept.
    `check_new_name` may still refuse it, as it does con."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_]+", "-", ascii_text).strip("-_")[:40].rstrip("-_")


@contextmanager
def store_new_set(set_folder: Path, owner: owners.Owner | None = None) -> Iterator[tuple[Path, dict]]:
    """A context with the folder of a new data set and its record (meta.json), both to be filled. Afterwards the set is at
    `set_folder`: completely or, if anything went wrong, not at all. A checksum of the file with its items (SHA-256) is
    added to the record, by which a revision recognises the set it was trained on."""
    parent = set_folder.parent
    name = set_folder.name
    make_folders(parent)
    remove_abandoned_folders(parent, ".part-*")
    with tempfile.TemporaryDirectory(dir=parent, prefix=".part-", ignore_cleanup_errors=True) as temporary_folder:
        new_folder = Path(temporary_folder) / name
        meta = {"format": IMAGES_FORMAT, "name": name}
        new_folder.mkdir()
        owners.write_owner(new_folder, owner)
        yield new_folder, meta
        (items_file,) = (path for path in new_folder.glob("*.safetensors") if path.name != GROUPS_FILE)
        with open(items_file, "rb") as file:
            meta["checksum"] = hashlib.file_digest(file, "sha256").hexdigest()
        write_json(new_folder / "meta.json", meta, DataError)
        move(new_folder, set_folder)


def disk_space_reason(folder: Path, needed_bytes: int) -> str:
    """The end of a sentence that says that `needed_bytes` bytes do not fit on the disk of a folder; "" if they do."""
    free_bytes = shutil.disk_usage(folder).free
    if needed_bytes <= free_bytes:
        return ""
    return f"{needed_bytes / 2**30:,.1f} GiB and the disk has {free_bytes / 2**30:,.1f} GiB free; free some space"


def remove_own_set(root: Path, name: str) -> None:
    """Remove a stored set for good: it disappears in one step, then its files are deleted. DataError if it cannot be removed."""
    set_folder = root / OWN_SETS_FOLDER / name
    # which `store_new_set` removes later if this process is killed
    hidden_folder = set_folder.with_name(f".part-{secrets.token_hex(4)}")
    with raise_os_errors_as(set_folder, "removed", DataError):
        move(set_folder, hidden_folder)
    if hidden_folder.is_symlink():
        hidden_folder.unlink()
    else:
        shutil.rmtree(hidden_folder, ignore_errors=True)


def list_own_sets(root: Path) -> list[str]:
    """The names of the stored data sets, sorted."""
    own_folder = root / OWN_SETS_FOLDER
    return sorted(
        meta_path.parent.name
        for meta_path in own_folder.glob("*/meta.json")
        if _VALID_NAME.fullmatch(meta_path.parent.name)
    )


@dataclass(frozen=True)
class SetRecord:
    """The record of a data set, meta.json. shape: (H, W, C) of an image, or (1, F, 1) of a row; train, test: numbers of images or
    rows; features: of a table; margins: whether images of other proportions were padded instead of cropped; checksum: SHA-256 of
    the file with images or rows, absent in older records; tones: how the values of the files became levels, if not by their whole
    scale on white; items: of the file with ids and kept columns, absent in older records; layer: of the
    .h5ad file from which it was made, absent for X, and in older records; groups: the column with the groups that are never
    divided, whose numbers are in GROUPS_FILE, absent without groups, and in older records."""

    shape: ItemShape
    classes: tuple[Text, ...]
    train: Annotated[int, Meta(ge=1)]
    test: Annotated[int, Meta(ge=1)]
    features: Features | None = None
    margins: bool | None = None
    checksum: Text | None = None
    tones: Tones | None = None
    items: ItemsRecord | None = None
    layer: Text | None = None
    groups: Text | None = None


def read_set_record(root: Path, name: str) -> SetRecord:
    """The record of a stored set; DataError if it is missing, damaged or of another format."""
    path = root / OWN_SETS_FOLDER / name / "meta.json"
    record = read_json(path, error_type=DataError)
    meta = records.parse_record(
        SetRecord, record, path, DataError, TABLE_FORMAT if "features" in record else IMAGES_FORMAT
    )
    if meta.features and not (
        meta.shape[0] == meta.shape[2] == 1 and are_consistent_features(meta.features, meta.shape[1])
    ):
        raise DataError(f"{path} has features that do not fit each other or its rows; restore it from a copy.")
    if meta.tones and not meta.tones.is_valid:
        raise DataError(f"{path} has a range whose ends are not in order; restore it from a copy.")
    return meta


def load_own_set(root: Path, name: str) -> tuple[np.ndarray, np.ndarray, int]:
    """(images uint8 N×H×W×C, or rows float32 N×1×F×1, mapped from the disk, the training set first; labels int64 N; the size of
    the training set) of a stored set; DataError if it is damaged."""
    meta = read_set_record(root, name)
    array_name = "images" if meta.features is None else "rows"
    path = root / OWN_SETS_FOLDER / name / f"{array_name}.safetensors"
    try:
        items, labels = memmap_files.open_memmap(path, meta.train + meta.test, meta.shape, array_name)
    except RevisionError as error:
        raise DataError(f"The data set {name} is damaged; remove {path.parent} and add it again ({error})") from None
    if labels.min() < -1 or labels.max() >= max(len(meta.classes), 1):
        raise DataError(f"{path} does not match its meta.json; remove {path.parent} and add it again.")
    return items, labels, meta.train


def write_groups(set_folder: Path, groups: np.ndarray) -> None:
    """Write the number of the group of each training item, int64 N, into the folder of a new set; DataError if that fails."""
    try:
        files.write_tensors(set_folder / GROUPS_FILE, {"groups": groups.astype(np.int64)})
    except RevisionError as error:
        raise DataError(str(error)) from error


def load_groups(root: Path, name: str) -> np.ndarray | None:
    """The number of the group of each training item of a stored set, int64 N; None if it has no groups. DataError if they are
    missing or damaged."""
    meta = read_set_record(root, name)
    if meta.groups is None:
        return None
    path = root / OWN_SETS_FOLDER / name / GROUPS_FILE
    try:
        tensors, _ = files.read_tensors(path, {"groups": ("I64", (meta.train,))})
    except RevisionError as error:
        raise DataError(f"The data set {name} is damaged; remove {path.parent} and add it again ({error})") from None
    return tensors["groups"]
