"""Data sets by name, each loaded as a DataSet: bundled, generated, downloaded, of plug-ins or the user's own.

NAME-held-out is the training set of NAME, of which a sixth is held out in place of the test set. Settings and recipes are chosen
on it, so that no test image takes part in the choice.

Importing this module needs NumPy alone; scikit-learn, Pillow and torchvision are imported when a data set needs them.
"""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import count
from pathlib import Path

import numpy as np

from aae_core import files, owners, plugins
from aae_core.data import (
    features,
    glyphs,
    image_files,
    own_images,
    own_sets,
    own_tables,
    patches,
    standard_sets,
    table_files,
)
from aae_core.data.features import Features
from aae_core.data.number_texts import PLAIN, ValueFormat
from aae_core.data.own_sets import HELD_OUT, SPLIT_SEED, stratified_test, valid_name
from aae_core.data.standard_sets import STANDARD
from aae_core.data.tones import BACKDROPS, Tones
from aae_core.errors import AAEError, DataError, unknown
from aae_core.places import data_root
from aae_core.progress import Progress, count_of
from aae_core.short_repr import ShortRepr

LARGE = 2**23  # images above which no list of all their indices is made where that can be avoided


@dataclass(frozen=True, eq=False, repr=False)
class Split(ShortRepr):
    """A training or test set. images: uint8 N×H×W×C, or the rows of a table, float32 N×1×F×1 in their own units; labels: int64 N,
    −1 where unlabelled; factors: the known factors of variation, float32 N×(their number), or None."""

    images: np.ndarray
    labels: np.ndarray
    factors: np.ndarray | None = None


@dataclass(frozen=True, eq=False, repr=False)
class DataSet(ShortRepr):
    """A loaded data set. It is shared between callers, so its arrays must not be changed. features: of a table, None for images;
    margins, checksum, tones: as in DataSummary."""

    name: str
    title: str
    train: Split
    test: Split
    classes: tuple[str, ...]
    factor_names: tuple[str, ...] = ()
    features: Features | None = None
    margins: bool | None = None
    checksum: str | None = None
    tones: Tones | None = None

    @property
    def shape(self) -> tuple[int, int, int]:
        """(C, H, W) of one image, (1, 1, F) of a row."""
        height, width, channels = self.train.images.shape[1:]
        return channels, height, width

    def parts(self, split: str) -> tuple[Split, ...]:
        """The splits that `split` names: "train", "test", or "all", which is both in this order."""
        if split == "all":
            return (self.train, self.test)
        return (getattr(self, split),)

    @property
    def summary(self) -> "DataSummary":
        """The same in brief."""
        return DataSummary(
            self.name,
            self.title,
            self.shape,
            self.classes,
            train=len(self.train.images),
            test=len(self.test.images),
            available=True,
            where="in memory",
            features=self.features,
            margins=self.margins,
            checksum=self.checksum,
            tones=self.tones,
        )


@dataclass(frozen=True, repr=False)
class DataSummary(ShortRepr):
    """The facts about a data set that are known without loading it.

    shape: (C, H, W), or (1, 1, F) of a table; train, test: numbers of images or rows; available: whether its files are there;
    where: its location, or how to get it; features: of a table, where they are known; margins: whether images of other
    proportions were padded; checksum: of a set of the user's own, which distinguishes it from another one of the same name;
    tones: how the values of its image files became levels, None for their whole scale on white.
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
    tones: Tones | None = None

    @property
    def is_table(self) -> bool:
        """Whether it holds rows of numbers; no image is one pixel high."""
        return self.shape[:2] == (1, 1)

    @property
    def items(self) -> str:
        """What it contains: "rows" or "images"."""
        return "rows" if self.is_table else "images"


def _bundled(name, title, shape, classes, train, test, where="bundled with scikit-learn"):
    return DataSummary(name, title, shape, classes, train, test, True, where)


BUNDLED = {  # with their facts, so that they can be listed without scikit-learn
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
REGISTERED = plugins.Rows("data set", dict.fromkeys(BUILT_IN))  # name -> function of a plug-in that makes the set


def register_data(name: str, make: Callable[[], DataSet]) -> None:
    """Add a data set under `name`, wherever data sets are chosen by name. A plug-in calls this when it is imported.

    make(): returns a DataSet, as `aae.arrays` does. It is called once per process, when data sets are listed or this one is
    used. Raises ConfigError for a name that is invalid or taken.
    """
    REGISTERED.add(name, make, plugins.registering())


@cache
def _registered(name: str, make: Callable[[], DataSet]) -> DataSet:
    """The DataSet that a plug-in makes; DataError if it fails to."""
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
    """The names of all data sets: built in, the user's own, and those of plug-ins that have been loaded."""
    return list(dict.fromkeys([*BUILT_IN, *own_sets.names(data_root(root)), *REGISTERED]))


def summaries(root=None) -> list[DataSummary]:
    """A summary of every data set. One that is damaged is listed as not available, with the reason in `where`."""
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
    """NAME if `name` is NAME-held-out; None if `name` does not have this form or is a data set itself."""
    if str(name).endswith(HELD_OUT) and name not in names(root):
        return name.removesuffix(HELD_OUT)
    return None


def describe(name: str, root=None) -> DataSummary:
    """The summary of a data set; DataError if there is none of that name, or if it is damaged."""
    root = data_root(root)
    whole_name = held_out_of(name, root)
    if whole_name:
        return _describe_held_out(name, describe(whole_name, root))
    if name in BUNDLED:
        return BUNDLED[name]
    if name in STANDARD:
        return _describe_standard(name, root)
    if name in own_sets.names(root):
        return _describe_own(name, root)
    if name not in REGISTERED:
        raise unknown("data set", name, names(root), DataError)
    summary = _registered(name, REGISTERED[name]).summary
    return replace(summary, where=f"the plug-in {REGISTERED.home(name)}")


def _describe_held_out(name: str, whole: DataSummary) -> DataSummary:
    """The summary of NAME-held-out. whole: the summary of NAME."""
    held_out = whole.train // 6
    if not held_out:
        raise DataError(
            f"{whole.name} has too few training {whole.items} ({whole.train}) to hold a sixth out; add more."
        )
    title = f"{whole.title}, training {whole.items} held out"
    return replace(whole, name=name, title=title, train=whole.train - held_out, test=held_out, features=None)


def _describe_standard(name: str, root: Path) -> DataSummary:
    row = STANDARD[name]
    paths = standard_sets.locate(name, root)
    place = str(paths[0].parent) if paths else standard_sets.missing(name, root)
    train, test = standard_sets.counts(name, root)
    return DataSummary(name, row.title, row.shape, row.classes, train, test, available=bool(paths), where=place)


def _describe_own(name: str, root: Path) -> DataSummary:
    meta = own_sets.read_meta(root, name)
    height, width, channels = meta.shape
    return DataSummary(
        name,
        name,
        (channels, height, width),
        meta.classes,
        meta.train,
        meta.test,
        available=True,
        where=str(root / own_sets.FOLDER / name),
        features=meta.features,
        margins=meta.margins,
        checksum=meta.checksum,
        tones=meta.tones,
    )


def load(name: str, root=None) -> DataSet:
    """The data set of that name; the last three are kept in memory. DataError, with what to do, if it is missing or damaged."""
    place = data_root(root)
    summary = describe(name, place)
    if not summary.available:
        raise DataError(summary.where)
    stamped = stamp(name, place)
    anywhere = name in BUILT_IN and not stamped  # a data set without files is the same for every root
    return _load(name, None if anywhere else place, stamped)


def factors(name: str, part: str = "test", root=None) -> dict[str, np.ndarray]:
    """{factor: its values, float32 N} of the "train" or "test" images of a data set; {} if no factors are known. DataError for
    another part, or as `load` raises it."""
    if part not in ("train", "test"):
        raise DataError(f"The images of a data set are those of train or test, not of {part}.")
    data = load(name, root)
    values = getattr(data, part).factors
    if values is None:
        return {}
    return dict(zip(data.factor_names, values.T, strict=True))


def is_known(name: str) -> bool:
    """Whether there is a data set of that name: one of `names`, one of a plug-in, or the -held-out form of either."""
    whole = held_out_of(name) or name
    return whole in names() or whole in REGISTERED


def resolve(data: DataSet | None, name: str) -> DataSet:
    """`data`, or if it is None the data set of that name; DataError if there is none, or if `data` is no DataSet."""
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
    """A key that changes whenever the files of a data set change; () for one without files."""
    root = data_root(root)
    name = held_out_of(name, root) or name
    if name in STANDARD:
        paths = standard_sets.locate(name, root) or ()
    else:
        own = root / own_sets.FOLDER / name
        paths = [own / file for file in ("meta.json", "images.safetensors", "rows.safetensors")]
    marks = [files.mark(path) for path in paths]
    return tuple(mark for mark in marks if mark)


@lru_cache(maxsize=3)
def _load(name, root, stamp) -> DataSet:
    summary = describe(name, root)
    factor_names = ()
    whole_name = held_out_of(name, root)
    if whole_name:
        return _holding_out(summary, load(whole_name, root))
    if name in glyphs.KINDS:
        train = glyphs.generate(summary.train, 0, name)
        test = glyphs.generate(summary.test, 1, name)
        factor_names = tuple(glyphs.KINDS[name].ranges)
    elif name == "natural-patches":
        train, test = patches.cut()
    elif name in BUNDLED:
        return _of_scikit_learn(summary)
    elif name in STANDARD:
        train, test = standard_sets.read(name, root)
    elif name in own_sets.names(root):
        images, labels, n = own_sets.load(root, name)
        train = images[:n], labels[:n]
        test = images[n:], labels[n:]
    else:
        return _registered(name, REGISTERED[name])
    return DataSet(
        name,
        summary.title,
        Split(*train),
        Split(*test),
        summary.classes,
        factor_names,
        features=summary.features,
        margins=summary.margins,
        checksum=summary.checksum,
        tones=summary.tones,
    )


def _of_scikit_learn(summary: DataSummary) -> DataSet:
    from sklearn import datasets

    bunch = getattr(datasets, f"load_{summary.name.replace('-', '_')}")()
    if summary.is_table:
        width = bunch.data.shape[1]
        items = bunch.data.astype(np.float32)[:, None, :, None]
        columns = bunch.feature_names, ("real",) * width, ("",) * width
    else:
        items = np.rint(bunch.images * (255 / 16)).astype(np.uint8)[..., None]  # 0 … 16, N×8×8
        columns = None
    whole = Split(items, bunch.target.astype(np.int64))
    test = stratified_test(bunch.target, 0.2)
    return parted(summary.name, summary.title, whole, test, summary.classes, columns=columns)


def parted(name, title, whole: Split, test: np.ndarray, classes, factor_names=(), columns=None) -> DataSet:
    """A DataSet from the items `whole` and the mask of its test items. columns: (names, kinds, blocks) of a table's features."""
    train_split = _take(whole, ~test)
    test_split = _take(whole, test)
    known = features.of_rows(train_split.images[:, 0, :, 0], *columns) if columns else None
    return DataSet(name, title, train_split, test_split, classes, factor_names, known)


def _take(split: Split, mask: np.ndarray) -> Split:
    """The items of a Split for which the mask is true."""
    factors = None if split.factors is None else split.factors[mask]
    return Split(split.images[mask], split.labels[mask], factors)


def _holding_out(summary: DataSummary, whole: DataSet) -> DataSet:
    """The set NAME-held-out with this summary. whole: the DataSet NAME."""
    count = len(whole.train.labels)
    if whole.name == "natural-patches":  # patches overlap: a random choice would share pixels with the others
        held = patches.held_out(count)
    else:
        held = np.isin(np.arange(count), proportional(whole.train.labels, summary.test, SPLIT_SEED))
    columns = whole.features.columns if whole.features else None
    data = parted(summary.name, summary.title, whole.train, held, summary.classes, whole.factor_names, columns)
    return replace(data, margins=summary.margins, checksum=summary.checksum, tones=summary.tones)


def free_name(text: str, root=None) -> str:
    """A valid name for a new data set that no other has, made from the name of a file or folder."""
    plain = valid_name(text) or "images"
    name = plain
    for number in count(2):
        with suppress(DataError):
            own_sets.check_name(name, data_root(root), BUILT_IN)
            return name
        name = f"{plain[:30]}-{number}"


def get(name: str, root=None, progress: Progress | None = None) -> DataSummary:
    """Download a standard set, unless its files are complete, and return its summary; DataError, with what to do, if that fails.

    progress: called with the bytes done and the total.
    """
    root = data_root(root)
    whole = held_out_of(name, root) or name
    if whole not in STANDARD:
        return describe(name, root)  # nothing to download
    try:
        load(whole, root)
    except DataError:
        from aae_core.data import downloads  # imported here because that takes a tenth of a second

        downloads.fetch(whole, root, progress)
        load(whole, root)
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
    *,
    value_range: tuple[float, float] | None = None,
    backdrop: str = BACKDROPS[0],
    value_format: ValueFormat | None = None,
    report: Callable[[str], None] | None = None,
) -> DataSummary:
    """Add a data set of the user's own, and return its summary. path: images, as a folder with a subfolder for each class, a zip
    of such a folder, or an .npz with `images` and optionally `labels`; or a table, as a .csv, .tsv or .parquet file, or an .npz
    with `X` and optionally `y` and `names`.

    A folder without subfolders, or an .npz without labels, makes a set without labels. 15 % of each class become the test set,
    the same at every import of a file. Of images: size: the side in pixels, 4 to 128, to which all are scaled, needed if their
    sizes differ or are not allowed; margins: whether images of other proportions are padded instead of cropped; leave:
    called with a clause for each file that cannot be used, each image that repeats another, and each of a single colour, all of
    which are left out; if it is None, a file that cannot be used stops the import, and repeated and blank images are kept;
    value_range: the values of the files, low and high, that become black and white, None for the whole scale of their 8 or 16
    bits; backdrop: the colour, white or black, on which transparent pixels are put. Of tables: label: the column with the
    classes; types: the kind of each column by name, or one for all; leave_out: columns to ignore; value_format: how numbers and
    missing values are written, and whether rows with a missing value are left out; leave: called with a clause that names the
    columns with a single value, and with one that names those that repeat another column, all of which are left out; if it is
    None, they stop the import; report: called with a sentence for each peculiarity of the file, such as lines above the names
    that are skipped, and with one that says how many rows were left out. progress: called with the numbers of images or rows done
    and in all. owner: on a server that a class shares.

    Raises one DataError about all problems found; nothing is then stored.
    """
    root = data_root(root)
    own_sets.check_name(name, root, BUILT_IN)
    leave_out = [leave_out] if isinstance(leave_out, str) else leave_out
    common = {"progress": progress, "leave": leave, "owner": owner}
    if table_files.is_table(path):
        if size is not None or margins:
            raise DataError("A table has no size in pixels; size and margins belong to images.")
        if value_range is not None or backdrop != BACKDROPS[0]:
            raise DataError(
                "A table keeps its values; a range and the colour behind transparent pixels belong to images."
            )
        value_format = value_format or PLAIN
        own_tables.add(root, name, path, label, types, leave_out, value_format=value_format, report=report, **common)
    elif label is not None or types or leave_out or value_format not in (None, PLAIN):
        image_files.check_format(own_images.existing(path))
        raise DataError(
            "Images have no columns; labels, types, the format of values and what is left out belong to a table."
        )
    else:
        own_images.add(root, name, path, size, margins=margins, value_range=value_range, backdrop=backdrop, **common)
    return describe(name, root)


def check_removable(name: str, root=None) -> None:
    """DataError unless the user has added a data set of that name."""
    if name not in own_sets.names(data_root(root)):
        reason = "is not known"
        if name in names(root):
            reason = "cannot be removed: it is built in, or a plug-in's"
        raise DataError(f"The data set {name[:60]!r} {reason}; only those that were added can be removed.")


def remove(name: str, root=None) -> None:
    """Remove a data set of the user's own for good; DataError if there is none of that name, or if it cannot be removed."""
    check_removable(name, root)
    own_sets.remove(data_root(root), name)


def proportional(labels: np.ndarray, n: int, seed: int = 0) -> np.ndarray:
    """Indices (int64, ascending) of `n` of the labels, chosen by `seed`, with the same share of each class to within one; all
    indices if there are no more than `n`. Above LARGE labels, the shares are those of a random sample, and so approximate."""
    if len(labels) <= n:
        return np.arange(len(labels))
    if len(labels) > LARGE:
        some = np.sort(draw_indices(len(labels), LARGE // 8, seed))
        return some[proportional(labels[some], n, seed)]
    order = np.random.default_rng(seed).permutation(len(labels))
    order = order[np.argsort(labels[order], kind="stable")]  # class by class, so that equal steps give each its share
    return np.sort(order[((np.arange(n) + 0.5) * (len(labels) / n)).astype(np.int64)])


def draw_indices(count: int, limit: int | None, seed: int) -> np.ndarray:
    """At most `limit` (None: all) of the indices below `count`, int64, in a random order that depends only on these arguments.
    Above LARGE, only the drawn indices take memory if there is a limit."""
    rng = np.random.default_rng(seed)
    if limit is not None and count > LARGE:
        return rng.choice(count, min(limit, count), replace=False)
    return rng.permutation(count)[:limit]


def labelled_subset(labels: np.ndarray, n: int | None, classes: tuple[str, ...], seed: int) -> np.ndarray:
    """A mask (bool N) of `n` labelled images, chosen by `seed`, equally many of each class as far as possible; n = None: of all.

    Raises DataError if `n` is less than the number of classes or more than that of labelled images, or if a class has no image.
    """
    counts = np.bincount(labels[labels >= 0], minlength=len(classes))[: len(classes)]
    missing = [classes[k] for k in np.flatnonzero(counts == 0)]
    if missing:
        listed = ", ".join(missing[:10])
        if len(missing) > 10:
            listed += " …"
        raise DataError(
            f"No training image shows the class {listed}; add images of it, or leave it out of the data set."
        )
    if n is None:
        return labels >= 0
    if n < len(classes):
        raise DataError(f"{count_of(n, 'label')} cannot cover {len(classes)} classes; request at least one for each.")
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
    """How many of the `n` images each class contributes (int K): equally many, except that a class may have fewer, and that a
    remainder goes to random classes."""
    quota = np.zeros_like(counts)
    while (left := n - quota.sum()) > 0:
        room = rng.permutation(np.flatnonzero(quota < counts))
        quota[room[:left]] += np.minimum(counts - quota, max(1, left // len(room)))[room[:left]]
    return quota
