"""Data sets by name: bundled, generated, downloaded or your own, each loaded as the same record.

Settings and recipes are chosen on NAME-held-out: the training images of NAME, with a sixth of them held out for measuring,
and none of its test images.

Importing this needs numpy alone; scikit-learn, Pillow and torchvision are imported where a set needs them.
"""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import chain, count

import numpy as np

from aae_core import owners, plugins
from aae_core.data import features, glyphs, own_images, own_sets, own_tables, patches, standard_sets, table_files
from aae_core.data.features import Features
from aae_core.data.own_sets import HELD_OUT, SPLIT_SEED, stratified_test, valid_name
from aae_core.data.standard_sets import STANDARD
from aae_core.errors import AAEError, DataError, unknown
from aae_core.places import data_root
from aae_core.progress import Progress

LARGE = 2**23  # images of which no step makes a list of all their numbers


@dataclass(frozen=True, eq=False)
class Split:
    """images: uint8 N×H×W×C, or the rows of a table, float32 N×1×F×1 in their own units; labels: int64 N, −1 where unlabelled;
    factors: float32 N×F, or None where unknown."""

    images: np.ndarray
    labels: np.ndarray
    factors: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class DataSet:
    """A data set in memory; it is shared between callers, so nothing in it may be written to. features: of a table, None for
    images; margins, checksum: as of DataSummary."""

    name: str
    title: str
    train: Split
    test: Split
    classes: tuple[str, ...]
    factor_names: tuple[str, ...] = ()
    features: Features | None = None
    margins: bool | None = None
    checksum: str | None = None

    @property
    def shape(self) -> tuple[int, int, int]:
        """(C, H, W) of one image, (1, 1, F) of a row."""
        height, width, channels = self.train.images.shape[1:]
        return channels, height, width

    def parts(self, split: str) -> tuple[Split, ...]:
        """The splits that a name stands for: "train", "test", or "all", both in this order."""
        return (self.train, self.test) if split == "all" else (getattr(self, split),)

    @property
    def summary(self) -> "DataSummary":
        """The same in brief."""
        sizes, known = (len(self.train.images), len(self.test.images)), (self.features, self.margins, self.checksum)
        return DataSummary(self.name, self.title, self.shape, self.classes, *sizes, True, "in memory", *known)


@dataclass(frozen=True)
class DataSummary:
    """The facts about a data set that are known without reading a pixel.

    shape: (C, H, W), or (1, 1, F) of a table; train, test: images or rows; available: whether `load` can work; where: its
    location, or how to get it; features: of a table, once it has been read; margins: whether images of other proportions were
    kept whole; checksum: of the user's own, by which a set is told from another one that took its name.
    """

    name: str
    title: str
    shape: tuple[int, int, int]
    classes: tuple[str, ...]
    train: int
    test: int
    available: bool
    where: str
    features: Features | None = None
    margins: bool | None = None
    checksum: str | None = None

    @property
    def is_table(self) -> bool:
        """Whether it holds rows of numbers; no image is one pixel high."""
        return self.shape[:2] == (1, 1)

    @property
    def items(self) -> str:
        """What it holds, in a word."""
        return "rows" if self.is_table else "images"


def _bundled(name, title, shape, classes, train, test, where="bundled with scikit-learn"):
    return DataSummary(name, title, shape, classes, train, test, True, where)


BUNDLED = {  # whose facts stand here, so that none needs scikit-learn to be listed
    row.name: row
    for row in (
        _bundled("digits", "Digits", (1, 8, 8), standard_sets.DIGITS, 1438, 359),
        *(
            _bundled(name, kind.title, kind.shape, glyphs.CLASSES, 10_000, 2_000, "generated when needed")
            for name, kind in glyphs.KINDS.items()
        ),
        _bundled("natural-patches", "Natural patches", patches.SHAPE, patches.CLASSES, 6600, 2200),
        _bundled("breast-cancer", "Breast cancer", (1, 1, 30), ("malignant", "benign"), 456, 113),
        _bundled("wine", "Wine", (1, 1, 13), ("class_0", "class_1", "class_2"), 142, 36),
    )
}
BUILT_IN = (*BUNDLED, *STANDARD)
REGISTERED = plugins.Rows("data set", dict.fromkeys(BUILT_IN))  # by name: the functions of plug-ins that make one


def register_data(name: str, make: Callable[[], DataSet]) -> None:
    """Add a data set under a name, for all that takes one by name; to be called as a module of the user's own is imported.

    make(): a DataSet, such as `aae.arrays` gives; called once a process, when data sets are listed or this one is asked for.
    Raises ConfigError for a taken name.
    """
    REGISTERED.add(name, make, plugins.registering())


@cache
def _registered(name, make):
    """What a plug-in makes; DataError in a sentence if it does not."""
    try:
        with plugins.foreign():
            found = make()
            if not isinstance(found, DataSet):
                raise TypeError(f"{type(found).__name__} is no data set, such as aae.arrays gives")
    except AAEError as error:
        home = REGISTERED.home(name)
        raise DataError(f"The data set {name} of the plug-in {home} cannot be used: {error}") from error
    return replace(found, name=name, title=name.replace("-", " ").capitalize())


def names(root=None) -> list[str]:
    """The names of all data sets: built in, then your own, then those of plug-ins, once these are loaded."""
    return list(dict.fromkeys([*BUILT_IN, *own_sets.names(data_root(root)), *REGISTERED]))


def summaries(root=None) -> list[DataSummary]:
    """Every data set in brief; one whose record is damaged is listed as not available, with the reason in `where`."""
    plugins.load()
    found = []
    for name in names(root):
        try:
            found.append(describe(name, root))
        except DataError as error:
            found.append(DataSummary(name, name, (1, 1, 1), (), 0, 0, False, str(error)))
    return found


def owner_of(name: str) -> owners.Owner | None:
    """The owner of a data set on a server that a class shares; None if it has none, or there is none of that name."""
    return owners.of(data_root() / own_sets.FOLDER / name)


def held_out_of(name: str, root=None) -> str | None:
    """The data set of which NAME-held-out holds out training images; None where `name` is a set of its own."""
    return name.removesuffix(HELD_OUT) if str(name).endswith(HELD_OUT) and name not in names(root) else None


def describe(name: str, root=None) -> DataSummary:
    """One data set in brief; DataError if there is none of that name, or the record of your own is damaged."""
    root = data_root(root)
    if whole := held_out_of(name, root):
        found = describe(whole, root)
        held, title = found.train // 6, f"{found.title}, training {found.items} held out"
        if not held:
            raise DataError(
                f"{whole} has too few training {found.items} ({found.train}) to hold a sixth out; add more."
            )
        return replace(found, name=name, title=title, train=found.train - held, test=held, features=None)
    if name in BUNDLED:
        return BUNDLED[name]
    if name in STANDARD:
        row, paths = STANDARD[name], standard_sets.locate(name, root)
        place = str(paths[0].parent) if paths else standard_sets.missing(name, root)
        facts = row.title, row.shape, row.classes, *standard_sets.counts(name, root)
        return DataSummary(name, *facts, bool(paths), place)
    if name not in own_sets.names(root):
        if name not in REGISTERED:
            raise unknown("data set", name, names(root), DataError)
        found = _registered(name, REGISTERED[name]).summary
        return replace(found, where=f"the plug-in {REGISTERED.home(name)}")
    meta = own_sets.read_meta(root, name)
    height, width, channels = meta.shape
    place = str(root / own_sets.FOLDER / name)
    facts = (channels, height, width), meta.classes, meta.train, meta.test
    return DataSummary(name, name, *facts, True, place, meta.features, meta.margins, meta.checksum)


def load(name: str, root=None) -> DataSet:
    """The data set in memory, kept for the next call; DataError with what to do if it is missing or damaged."""
    place = data_root(root)
    summary = describe(name, place)
    if not summary.available:
        raise DataError(summary.where)
    stamped = stamp(name, place)
    anywhere = name in BUILT_IN and not stamped  # without files of its own it is the same in every place
    return _load(name, None if anywhere else place, stamped)


def factors(name: str, part: str = "test", root=None) -> dict[str, np.ndarray]:
    """{factor: its value for each image of the "train" or "test" part, float32 N}; {} where none is known."""
    if part not in ("train", "test"):
        raise DataError(f"The images of a data set are those of train or test, not of {part}.")
    found = load(name, root)
    values = getattr(found, part).factors
    return {} if values is None else dict(zip(found.factor_names, values.T, strict=True))


def is_known(name: str) -> bool:
    """Whether there is a data set of that name: one of `names`, a plug-in's, or the held-out form of either."""
    whole = held_out_of(name) or name
    return whole in names() or whole in REGISTERED


def resolve(data: DataSet | None, name: str) -> DataSet:
    """`data`, which is in memory, or where it is None the data set of that name; DataError if there is neither."""
    if data is None:
        if not is_known(name):
            raise DataError(
                f"There is no data set named {name} here. One that was in memory alone is given from Python, as data=…; the "
                f"others are {', '.join(names())}."
            )
        return load(name)
    if not isinstance(data, DataSet):
        raise DataError(
            f"data must be a data set, such as aae.arrays(X, y) or aae.load_data(name), not {type(data).__name__}."
        )
    return data


def stamp(name: str, root=None) -> tuple:
    """A key that changes whenever the files of a data set change; () if it has none."""
    root = data_root(root)
    name = held_out_of(name, root) or name
    own = root / own_sets.FOLDER / name
    mine = [own / file for file in ("meta.json", "images.safetensors", "rows.safetensors")]
    files = standard_sets.locate(name, root) if name in STANDARD else mine
    found = [path.stat() for path in files or [] if path.is_file()]
    return tuple((stat.st_mtime_ns, stat.st_size, stat.st_ino) for stat in found)


@lru_cache(maxsize=3)
def _load(name, root, stamp):
    summary, factor_names = describe(name, root), ()
    if whole := held_out_of(name, root):
        return _holding_out(summary, load(whole, root))
    if name in glyphs.KINDS:
        parts = [glyphs.generate(n, seed, name) for seed, n in enumerate((summary.train, summary.test))]
        factor_names = tuple(glyphs.KINDS[name].ranges)
    elif name == "natural-patches":
        parts = patches.cut()
    elif name in BUNDLED:
        return _of_scikit_learn(summary)
    elif name in STANDARD:
        parts = standard_sets.read(name, root)
    elif name in own_sets.names(root):
        images, labels, n = own_sets.load(root, name)
        parts = [(images[rows], labels[rows]) for rows in (slice(n), slice(n, None))]
    else:
        return _registered(name, REGISTERED[name])
    known = summary.features, summary.margins, summary.checksum
    return DataSet(name, summary.title, *(Split(*part) for part in parts), summary.classes, factor_names, *known)


def _of_scikit_learn(summary):
    from sklearn import datasets

    found = getattr(datasets, f"load_{summary.name.replace('-', '_')}")()
    if summary.is_table:
        items, width = found.data.astype(np.float32)[:, None, :, None], found.data.shape[1]
        columns = found.feature_names, ("real",) * width, ("",) * width
    else:
        items = np.rint(found.images * (255 / 16)).astype(np.uint8)[..., None]  # 0 … 16, N×8×8
        columns = None
    whole = Split(items, found.target.astype(np.int64))
    return _parted(summary, whole, stratified_test(found.target, 0.2), columns=columns)


def _parted(summary, whole: Split, test: np.ndarray, factor_names=(), columns=None) -> DataSet:
    """The items of a split as a data set, of which a mask says which are its test items. columns: names, kinds and blocks of the
    features of a table."""
    arrays = whole.images, whole.labels, whole.factors
    parts = [Split(*(None if each is None else each[rows] for each in arrays)) for rows in (~test, test)]
    known = features.of_rows(parts[0].images[:, 0, :, 0], *columns) if columns else None
    facts = summary.classes, factor_names, known, summary.margins, summary.checksum
    return DataSet(summary.name, summary.title, *parts, *facts)


def _holding_out(summary, whole):
    count = len(whole.train.labels)
    if whole.name == "natural-patches":  # most overlap: those held out at random would be known from the others
        held = patches.held_out(count)
    else:
        held = np.isin(np.arange(count), proportional(whole.train.labels, summary.test, SPLIT_SEED))
    known = whole.features
    return _parted(summary, whole.train, held, whole.factor_names, known and known.columns)


def free_name(text: str, root=None) -> str:
    """A valid name for a data set that no other has, made of a file's or folder's name."""
    plain = valid_name(text) or "images"
    for name in chain([plain], (f"{plain[:30]}-{n}" for n in count(2))):
        with suppress(DataError):
            own_sets.check_name(name, data_root(root), BUILT_IN)
            return name


def get(name: str, root=None, progress: Progress | None = None) -> DataSummary:
    """Download a standard set unless complete files are there; DataError with what to do if that fails.

    progress: called with bytes done and bytes in all.
    """
    root = data_root(root)
    if name not in STANDARD:
        return describe(name, root)  # bundled, generated or your own: nothing to download
    try:
        load(name, root)
    except DataError:
        from aae_core.data import downloads  # its imports take a tenth of a second, which `list` does not need

        downloads.fetch(name, root, progress)
        load(name, root)
    return describe(name, root)


def add(
    path,
    name: str,
    root=None,
    progress: Progress | None = None,
    size: int | None = None,
    label: str | None = None,
    types: str | Mapping[str, str] | None = None,
    leave_out: str | Collection[str] = (),
    margins: bool = False,
    leave: Callable[[str], None] | None = None,
    owner: owners.Owner | None = None,
) -> DataSummary:
    """Make a data set from the user's own images: a folder per class, a zip of one, or an .npz with `images` and maybe `labels`;
    or from a table: a .csv or .parquet file, or an .npz with `X` and maybe `y` and `names`.

    A folder without class folders, or an .npz without labels, is a set without labels. 15 % of each class become the
    test split, the same at every import of the file. size: scale all images to size×size pixels; needed where sizes differ or
    exceed 128; where proportions differ, images are cut to their middle or, with `margins`, kept whole. leave: called with a
    clause on each file that cannot be used, each image that repeats another and each of a single colour, all of which are left
    out; None: a file that cannot be used refuses all, and the others stay. label: the column of the classes; types: the kind of
    each column, or one for all; leave_out: columns to pass over. progress: called with images or rows read and their number.
    owner: whose it is, on a server that a class shares. One DataError names every problem, and then nothing is stored.
    """
    root = data_root(root)
    own_sets.check_name(name, root, BUILT_IN)
    leave_out = [leave_out] if isinstance(leave_out, str) else leave_out
    if table_files.is_table(path):
        if size is not None or margins or leave:
            raise DataError(
                "A table has no size in pixels and no images to leave out; size, margins and leave belong to images."
            )
        own_tables.add(root, name, path, label, types, leave_out, progress, owner)
    elif label is not None or types or leave_out:
        raise DataError("Images have no columns; labels, types and what is left out belong to a table.")
    else:
        own_images.add(root, name, path, size, progress, margins, leave, owner)
    return describe(name, root)


def check_removable(name: str, root=None) -> None:
    """DataError unless there is a data set of the user's own of that name."""
    if name not in own_sets.names(data_root(root)):
        told = "cannot be removed: it is built in, or a plug-in's" if name in names(root) else "is not known"
        raise DataError(f"The data set {name[:60]!r} {told}; only those that were added can be removed.")


def remove(name: str, root=None) -> None:
    """Remove a data set of the user's own for good; DataError if there is none of that name, or it cannot be removed."""
    check_removable(name, root)
    own_sets.remove(data_root(root), name)


def proportional(labels: np.ndarray, n: int, seed: int = 0) -> np.ndarray:
    """Indices (int64, ascending) of `n` of the labels, the same share of each class to within one, chosen by `seed`.

    All of them where there are no more than `n`. Of more than LARGE labels the shares are those of a sample of them.
    """
    if len(labels) <= n:
        return np.arange(len(labels))
    if len(labels) > LARGE:
        some = np.sort(draw_indices(len(labels), LARGE // 8, seed))
        return some[proportional(labels[some], n, seed)]
    order = np.random.default_rng(seed).permutation(len(labels))
    order = order[np.argsort(labels[order], kind="stable")]  # class by class, so that equal steps give each its share
    return np.sort(order[((np.arange(n) + 0.5) * (len(labels) / n)).astype(np.int64)])


def draw_indices(count: int, limit: int | None, seed: int) -> np.ndarray:
    """At most `limit` of `count` indices in a random order that depends only on the seed. If `count` is above LARGE and there is
    a limit, the memory needed is that of the drawn indices alone."""
    rng = np.random.default_rng(seed)
    if limit is not None and count > LARGE:
        return rng.choice(count, min(limit, count), replace=False)
    return rng.permutation(count)[:limit]


def labelled_subset(labels: np.ndarray, n: int | None, classes: tuple[str, ...], seed: int) -> np.ndarray:
    """A mask (bool N) of `n` labelled images, as many of each class as the classes allow, chosen by `seed`; None: of all.

    Raises DataError if `n` is less than the classes or more than the labelled images, or if a class has none.
    """
    counts = np.bincount(labels[labels >= 0], minlength=len(classes))[: len(classes)]
    missing = [classes[k] for k in np.flatnonzero(counts == 0)]
    if missing:
        told = ", ".join(missing[:10]) + (" …" if len(missing) > 10 else "")
        raise DataError(f"No training image shows the class {told}; add images of it, or leave it out of the data set.")
    if n is None:
        return labels >= 0
    if n < len(classes):
        few = f"{n} label{'s' * (n != 1)} cannot cover {len(classes)} classes"
        raise DataError(f"{few}; request at least one for each.")
    if n > counts.sum():
        raise DataError(f"{n:,} labels are requested, but only {counts.sum():,} labelled images exist; request fewer.")
    rng = np.random.default_rng(seed)
    quota = _even_quota(counts, n, rng)
    order = rng.permutation(len(labels))
    chosen = np.zeros(len(labels), bool)
    for k in range(len(classes)):
        chosen[order[labels[order] == k][: quota[k]]] = True
    return chosen


def _even_quota(counts, n, rng):
    """How many of the `n` images each class contributes (int K): equally many, unless a class has fewer or a remainder is
    left."""
    quota = np.zeros_like(counts)
    while (left := n - quota.sum()) > 0:
        room = rng.permutation(np.flatnonzero(quota < counts))
        quota[room[:left]] += np.minimum(counts - quota, max(1, left // len(room)))[room[:left]]
    return quota
