"""Data sets by name, each loaded as a DataSet: bundled, generated, downloaded, of plug-ins or the user's own.
NAME-held-out is the training set of NAME, of which a sixth is held out in place of the test set. Settings and
recipes are chosen on it, so that no test image takes part in the choice. Importing this module needs NumPy alone;
scikit-learn, Pillow and torchvision are imported when a data set needs them."""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import count
from pathlib import Path

import numpy as np

from aae_core import files, owners, plugins
from aae_core.data import features, row_splits
from aae_core.data.built_in import glyphs, natural_patches, standard_sets
from aae_core.data.built_in.standard_sets import STANDARD_SETS
from aae_core.data.features import Features
from aae_core.data.images.tones import BACKDROPS, Tones
from aae_core.data.item_draws import SPLIT_SEED, draw_stratified_indices, stratified_test_mask
from aae_core.data.number_texts import PLAIN_FORMAT, ValueFormat
from aae_core.data.own_data import image_files, image_metadata, own_images, own_sets, own_tables
from aae_core.data.own_data.own_sets import HELD_OUT_SUFFIX, slugify_name
from aae_core.data.own_data.table_options import TableOptions
from aae_core.data.tables import table_files
from aae_core.errors import AAEError, DataError, unknown_name_error
from aae_core.places import data_root
from aae_core.progress import ProgressCallback
from aae_core.records import ShortRepr


@dataclass(frozen=True, eq=False, repr=False)
class Split(ShortRepr):
    """A training or test set. images: uint8 N×H×W×C, or the rows of a table, float32 N×1×F×1 in their own units; labels: int64 N,
    −1 where unlabelled; factors: the known factors of variation, float32 N×(their number), or None; groups: the number of the
    group of each item, int64 N, where whole groups are held out, or None; of a stored data set, those of the training set."""

    images: np.ndarray
    labels: np.ndarray
    factors: np.ndarray | None = None
    groups: np.ndarray | None = None


@dataclass(frozen=True, eq=False, repr=False)
class DataSet(ShortRepr):
    """A loaded data set. It is shared between callers, so its arrays must not be changed. features: of a table, None for images;
    margins, checksum, tones, layer: as in DataSummary."""

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
    layer: str | None = None

    @property
    def shape(self) -> tuple[int, int, int]:
        """(C, H, W) of one image, (1, 1, F) of a row."""
        height, width, channels = self.train.images.shape[1:]
        return channels, height, width

    def splits(self, split: str) -> tuple[Split, ...]:
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
            layer=self.layer,
            has_groups=None if self.train.groups is None else True,
        )

    def without_groups(self) -> "DataSet":
        """The same without the groups of its items."""
        return replace(self, train=replace(self.train, groups=None), test=replace(self.test, groups=None))


@dataclass(frozen=True, repr=False)
class DataSummary(ShortRepr):
    """The facts about a data set that are known without loading it.

    shape: (C, H, W), or (1, 1, F) of a table; train, test: numbers of images or rows; available: whether its files are there;
    where: its location, or how to get it; features: of a table, where they are known; margins: whether images of other
    proportions were padded; checksum: of a set of the user's own, which distinguishes it from another one of the same name;
    tones: how the values of its image files became levels, None for their whole scale on white; layer: of the .h5ad file from
    which it was made, None for X and for other files; has_groups: True if its training items are in groups that are held out
    whole, else None.
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
    layer: str | None = None
    has_groups: bool | None = None

    @property
    def is_table(self) -> bool:
        """Whether it holds rows of numbers; no image is one pixel high."""
        return self.shape[:2] == (1, 1)

    @property
    def item_noun(self) -> str:
        """What it contains: "rows" or "images"."""
        return "rows" if self.is_table else "images"


def _bundled_summary(name, title, shape, classes, train, test, origin="bundled with scikit-learn"):
    return DataSummary(name, title, shape, classes, train, test, True, origin)


BUNDLED_SUMMARIES = {  # with their facts, so that they can be listed without scikit-learn
    row.name: row
    for row in (
        _bundled_summary("digits", "Digits", (1, 8, 8), standard_sets.DIGIT_CLASSES, 1438, 359),
        *(
            _bundled_summary(name, kind.title, kind.shape, glyphs.GLYPH_CLASSES, 10_000, 2_000, "generated when needed")
            for name, kind in glyphs.GLYPH_SETS.items()
        ),
        _bundled_summary(
            "natural-patches", "Natural patches", natural_patches.SHAPE, natural_patches.CLASSES, 6600, 2200
        ),
        _bundled_summary("breast-cancer", "Breast cancer", (1, 1, 30), ("malignant", "benign"), 456, 113),
        _bundled_summary("wine", "Wine", (1, 1, 13), ("class_0", "class_1", "class_2"), 142, 36),
    )
}
BUILT_IN_NAMES = (*BUNDLED_SUMMARIES, *STANDARD_SETS)
# name -> function of a plug-in that makes the set
REGISTERED_SETS = plugins.ExtensibleTable("data set", dict.fromkeys(BUILT_IN_NAMES))


def register_data(name: str, make: Callable[[], DataSet]) -> None:
    """Add a data set under `name`, wherever data sets are chosen by name. A plug-in calls this when it is imported.

    make(): returns a DataSet, as `aae.arrays` does. It is called once per process, when data sets are listed or this one is
    used. Raises ConfigError for a name that is invalid or taken.
    """
    REGISTERED_SETS.add(name, make, plugins.calling_plugin_module())


@cache
def _make_registered_set(name: str, make: Callable[[], DataSet]) -> DataSet:
    """The DataSet that a plug-in makes; DataError if it fails to."""
    try:
        with plugins.guard_plugin_code():
            data = make()
            if not isinstance(data, DataSet):
                raise TypeError(f"{type(data).__name__} is no data set, such as aae.arrays gives")
    except AAEError as error:
        home = REGISTERED_SETS.registering_module_of(name)
        raise DataError(f"The data set {name} of the plug-in {home} cannot be used: {error}") from error
    return replace(data, name=name, title=name.replace("-", " ").capitalize())


def data_set_names(root=None) -> list[str]:
    """The names of all data sets: built in, the user's own, and those of plug-ins that have been loaded."""
    return list(dict.fromkeys([*BUILT_IN_NAMES, *own_sets.list_own_sets(data_root(root)), *REGISTERED_SETS]))


def data_set_summaries(root=None) -> list[DataSummary]:
    """A summary of every data set. One that is damaged is listed as not available, with the reason in `where`."""
    plugins.load_plugins()
    rows = []
    for name in data_set_names(root):
        try:
            rows.append(describe_data_set(name, root))
        except DataError as error:
            rows.append(DataSummary(name, name, (1, 1, 1), (), 0, 0, False, str(error)))
    return rows


def owner_of_data_set(name: str) -> owners.Owner | None:
    """The owner of a data set on a server that a class shares; None if it has none, or there is none of that name."""
    return owners.read_owner(data_root() / own_sets.OWN_SETS_FOLDER / name)


def name_without_held_out_suffix(name: str, root=None) -> str | None:
    """NAME if `name` is NAME-held-out; None if `name` does not have this form or is a data set itself."""
    if str(name).endswith(HELD_OUT_SUFFIX) and name not in data_set_names(root):
        return name.removesuffix(HELD_OUT_SUFFIX)
    return None


def describe_data_set(name: str, root=None) -> DataSummary:
    """The summary of a data set; DataError if there is none of that name, or if it is damaged."""
    root = data_root(root)
    whole_name = name_without_held_out_suffix(name, root)
    if whole_name:
        return _describe_held_out(name, describe_data_set(whole_name, root), root)
    if name in BUNDLED_SUMMARIES:
        return BUNDLED_SUMMARIES[name]
    if name in STANDARD_SETS:
        return _describe_standard(name, root)
    if name in own_sets.list_own_sets(root):
        return _describe_own(name, root)
    if name not in REGISTERED_SETS:
        raise unknown_name_error("data set", name, data_set_names(root), DataError)
    summary = _make_registered_set(name, REGISTERED_SETS[name]).summary
    return replace(summary, where=f"the plug-in {REGISTERED_SETS.registering_module_of(name)}")


def _describe_held_out(name: str, whole_summary: DataSummary, root: Path) -> DataSummary:
    """The summary of NAME-held-out. whole_summary: the summary of NAME."""
    held_out = whole_summary.train // 6
    if not held_out:
        raise DataError(
            f"{whole_summary.name} has too few training {whole_summary.item_noun} ({whole_summary.train}) to hold a "
            f"sixth out; add more."
        )
    if whole_summary.has_groups:
        held_out = _count_held_out_items(whole_summary.name, root, files_cache_key(whole_summary.name, root))
    title = f"{whole_summary.title}, training {whole_summary.item_noun} held out"
    return replace(
        whole_summary, name=name, title=title, train=whole_summary.train - held_out, test=held_out, features=None
    )


@lru_cache(maxsize=32)
def _count_held_out_items(whole_name: str, root: Path, cache_key: tuple) -> int:
    """How many training items of a data set with groups its -held-out form has in place of the test items."""
    return int(held_out_mask(load(whole_name, root)).sum())


def _describe_standard(name: str, root: Path) -> DataSummary:
    row = STANDARD_SETS[name]
    paths = standard_sets.locate_files(name, root)
    place = str(paths[0].parent) if paths else standard_sets.missing_files_error(name, root)
    train, test = standard_sets.read_item_counts(name, root)
    return DataSummary(name, row.title, row.shape, row.classes, train, test, available=bool(paths), where=place)


def _describe_own(name: str, root: Path) -> DataSummary:
    meta = own_sets.read_set_record(root, name)
    height, width, channels = meta.shape
    return DataSummary(
        name,
        name,
        (channels, height, width),
        meta.classes,
        meta.train,
        meta.test,
        available=True,
        where=str(root / own_sets.OWN_SETS_FOLDER / name),
        features=meta.features,
        margins=meta.margins,
        checksum=meta.checksum,
        tones=meta.tones,
        layer=meta.layer,
        has_groups=None if meta.groups is None else True,
    )


def load(name: str, root=None) -> DataSet:
    """The data set of that name; the last three are kept in memory. DataError, with what to do, if it is missing or damaged."""
    resolved_root = data_root(root)
    summary = describe_data_set(name, resolved_root)
    if not summary.available:
        raise DataError(summary.where)
    cache_key = files_cache_key(name, resolved_root)
    # a data set without files is the same for every root
    is_independent_of_root = name in BUILT_IN_NAMES and not cache_key
    return _load_cached(name, None if is_independent_of_root else resolved_root, cache_key)


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


def is_known_data_set(name: str) -> bool:
    """Whether there is a data set of that name: one of `data_set_names`, one of a plug-in, or the -held-out form of either."""
    whole_name = name_without_held_out_suffix(name) or name
    return whole_name in data_set_names() or whole_name in REGISTERED_SETS


def resolve_data_set(data: DataSet | None, name: str) -> DataSet:
    """`data`, or if it is None the data set of that name; DataError if there is none, or if `data` is no DataSet."""
    if data is None:
        if not is_known_data_set(name):
            raise DataError(
                f"There is no data set named {name} here. One that was in memory alone is given from Python, as data=…; the "
                f"others are {', '.join(data_set_names())}."
            )
        return load(name)
    if not isinstance(data, DataSet):
        raise DataError(
            f"data must be a data set, such as aae.arrays(X, y) or aae.load_data(name), not {type(data).__name__}."
        )
    return data


def files_cache_key(name: str, root=None) -> tuple:
    """A key that changes whenever the files of a data set change; () for one without files."""
    root = data_root(root)
    name = name_without_held_out_suffix(name, root) or name
    if name in STANDARD_SETS:
        paths = standard_sets.locate_files(name, root) or ()
    else:
        own_folder = root / own_sets.OWN_SETS_FOLDER / name
        paths = [own_folder / file for file in ("meta.json", "images.safetensors", "rows.safetensors")]
    marks = [files.file_version(path) for path in paths]
    return tuple(mark for mark in marks if mark)


@lru_cache(maxsize=3)
def _load_cached(name, root, cache_key) -> DataSet:
    summary = describe_data_set(name, root)
    factor_names = ()
    whole_name = name_without_held_out_suffix(name, root)
    if whole_name:
        return _make_held_out_set(summary, load(whole_name, root))
    if name in glyphs.GLYPH_SETS:
        train = glyphs.generate_glyphs(summary.train, 0, name)
        test = glyphs.generate_glyphs(summary.test, 1, name)
        factor_names = tuple(glyphs.GLYPH_SETS[name].factor_ranges)
    elif name == "natural-patches":
        train, test = natural_patches.cut_patches()
    elif name in BUNDLED_SUMMARIES:
        return _load_scikit_learn_set(summary)
    elif name in STANDARD_SETS:
        train, test = standard_sets.read_standard_set(name, root)
    elif name in own_sets.list_own_sets(root):
        images, labels, train_count = own_sets.load_own_set(root, name)
        train = images[:train_count], labels[:train_count], None, own_sets.load_groups(root, name)
        test = images[train_count:], labels[train_count:]
    else:
        return _make_registered_set(name, REGISTERED_SETS[name])
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
        layer=summary.layer,
    )


def _load_scikit_learn_set(summary: DataSummary) -> DataSet:
    from sklearn import datasets

    bunch = getattr(datasets, f"load_{summary.name.replace('-', '_')}")()
    if summary.is_table:
        width = bunch.data.shape[1]
        items = bunch.data.astype(np.float32)[:, None, :, None]
        columns = bunch.feature_names, ("real",) * width, ("",) * width
    else:
        items = np.rint(bunch.images * (255 / 16)).astype(np.uint8)[..., None]  # 0 … 16, N×8×8
        columns = None
    all_items = Split(items, bunch.target.astype(np.int64))
    test = stratified_test_mask(bunch.target, 0.2)
    return split_data_set(summary.name, summary.title, all_items, test, summary.classes, columns=columns)


def split_data_set(name, title, items: Split, is_test: np.ndarray, classes, factor_names=(), columns=None) -> DataSet:
    """A DataSet from the items `items` and the mask of its test items. columns: (names, kinds, blocks) of a table's features."""
    train_split = _select_items(items, ~is_test)
    test_split = _select_items(items, is_test)
    table_features = features.fit_features(train_split.images[:, 0, :, 0], *columns) if columns else None
    return DataSet(name, title, train_split, test_split, classes, factor_names, table_features)


def _select_items(split: Split, mask: np.ndarray) -> Split:
    """The items of a Split for which the mask is true."""
    factors = None if split.factors is None else split.factors[mask]
    groups = None if split.groups is None else split.groups[mask]
    return Split(split.images[mask], split.labels[mask], factors, groups)


def _make_held_out_set(summary: DataSummary, full_set: DataSet) -> DataSet:
    """The set NAME-held-out with this summary. full_set: the DataSet NAME."""
    is_held_out = held_out_mask(full_set)
    columns = full_set.features.columns if full_set.features else None
    data = split_data_set(
        summary.name, summary.title, full_set.train, is_held_out, summary.classes, full_set.factor_names, columns
    )
    if data.features:
        data = replace(
            data,
            features=replace(
                data.features,
                fill_values=full_set.features.fill_values,
                missing_texts=full_set.features.missing_texts,
            ),
        )
    return replace(data, margins=summary.margins, checksum=summary.checksum, tones=summary.tones, layer=summary.layer)


def held_out_mask(full_set: DataSet) -> np.ndarray:
    """A mask (bool) of the training items of a data set that its -held-out form has in place of the test items: of a sixth, or
    of the whole groups that fit into it. DataError if all are of one group."""
    count = len(full_set.train.labels)
    if full_set.train.groups is not None:
        is_held_out = row_splits.draw_whole_groups(full_set.train.groups, count // 6, np.random.default_rng(SPLIT_SEED))
        if is_held_out is None:
            raise DataError(
                f"All training {full_set.summary.item_noun} of {full_set.name} are of one group, so none can be held out; add "
                "more groups."
            )
        return is_held_out
    if full_set.name == "natural-patches":  # patches overlap: a random choice would share pixels with the others
        return natural_patches.held_out_patch_mask(count)
    return np.isin(np.arange(count), draw_stratified_indices(full_set.train.labels, count // 6, SPLIT_SEED))


def unused_name(text: str, root=None) -> str:
    """A valid name for a new data set that no other has, made from the name of a file or folder."""
    base_name = slugify_name(text) or "images"
    name = base_name
    for number in count(2):
        with suppress(DataError):
            own_sets.check_new_name(name, data_root(root), BUILT_IN_NAMES)
            return name
        name = f"{base_name[:30]}-{number}"


def download_data_set(name: str, root=None, progress: ProgressCallback | None = None) -> DataSummary:
    """Download a standard set, unless its files are complete, and return its summary; DataError, with what to do, if that fails.

    progress: called with the bytes done and the total.
    """
    root = data_root(root)
    whole_name = name_without_held_out_suffix(name, root) or name
    if whole_name not in STANDARD_SETS:
        return describe_data_set(name, root)  # nothing to download
    try:
        load(whole_name, root)
    except DataError:
        from aae_core.data.built_in import downloads  # imported here because that takes a tenth of a second

        downloads.download_standard_set(whole_name, root, progress)
        load(whole_name, root)
    return describe_data_set(name, root)


def add_data_set(
    path,
    name: str,
    root=None,
    progress: ProgressCallback | None = None,
    size: int | None = None,
    label: str | None = None,
    types: str | Mapping[str, str] | None = None,
    leave_out: str | Collection[str] = (),
    margins: bool = False,
    report_left_out: Callable[[str], None] | None = None,
    owner: owners.Owner | None = None,
    *,
    value_range: tuple[float, float] | None = None,
    backdrop: str = BACKDROPS[0],
    value_format: ValueFormat | None = None,
    report: Callable[[str], None] | None = None,
    id_column: str | None = None,
    metadata=None,
    layer: str | None = None,
    split_column: str | None = None,
    group_column: str | None = None,
) -> DataSummary:
    """Add a data set of the user's own, and return its summary.

    `path` holds images: a folder with a subfolder for each class, a zip of such a folder, or an .npz with `images` and
    optionally `labels`. Or it is a table, as `table_files.open_table` reads it. A folder without subfolders, or an .npz
    without labels, makes a set without labels. 15 % of each class become the test set, the same at every import of a file.

    Of both:

    - id_column: the column of the table, or of the metadata of images, with the ids. It is not trained on. By default, of a
      table as for `item_metadata.store_row_metadata`; of metadata, the one that names most images.
    - split_column: the column of the same table that says train or test in each row.
    - group_column: its column with groups, of which none is divided between training and test (`row_splits`).
    - progress: called with the numbers of images or rows done and in all.
    - report: called with a sentence for each peculiarity of a file, such as lines above the names that are skipped, and with
      those that say how many rows were left out, and how many values were replaced.
    - report_left_out: called with a clause about what is left out because nothing can be learned from it. Of images: each file
      that cannot be used, and each image that repeats another or has a single colour; of tables: the columns with a single
      value, and those that repeat another column. If it is None, such files and columns stop the import, and such images stay.
    - owner: on a server that a class shares.

    Of images:

    - size: the side in pixels, 4 to 128, to which all are scaled; needed if their sizes differ or are not allowed.
    - margins: whether images of other proportions are padded instead of cropped.
    - value_range: the values of the files, low and high, that become black and white; None for the whole scale of their 8 or
      16 bits.
    - backdrop: the colour, white or black, on which transparent pixels are put.
    - metadata: the path of a table with further facts about the images, which are kept beside them.

    Of tables:

    - label: the column with the classes. If it holds numbers that are none (not whole, or more than 1,000 different ones), it is
      kept beside the rows instead.
    - types: the kind of each column by name, or one for all.
    - leave_out: columns that are kept beside the rows, but not trained on.
    - layer: of an .h5ad, in place of X.
    - value_format: how numbers and missing values are written, and what is done about missing ones.

    Raises one DataError about all problems; nothing is then stored.
    """
    root = data_root(root)
    own_sets.check_new_name(name, root, BUILT_IN_NAMES)
    common_options = {"progress": progress, "report_left_out": report_left_out, "report": report, "owner": owner}
    table_options = TableOptions(
        label=label,
        types=types,
        leave_out=[leave_out] if isinstance(leave_out, str) else leave_out,
        id_column=id_column,
        split_column=split_column,
        group_column=group_column,
        layer=layer,
        value_format=value_format or PLAIN_FORMAT,
        tidy=report_left_out is not None,
    )
    if table_files.is_table_file(path):
        _refuse_image_options(size, margins, value_range, backdrop, metadata)
        own_tables.add_table_set(root, name, path, table_options, **common_options)
    else:
        _refuse_table_options(path, table_options, metadata)
        own_images.add_image_set(
            root,
            name,
            path,
            size,
            margins=margins,
            value_range=value_range,
            backdrop=backdrop,
            metadata=None if metadata is None else image_metadata.ImageMetadata(metadata, id_column),
            split_columns=table_options.split_columns,
            **common_options,
        )
    return describe_data_set(name, root)


def _refuse_image_options(size, margins, value_range, backdrop, metadata) -> None:
    """DataError if one of the arguments of `add_data_set` that belong to images was given for a table."""
    if size is not None or margins:
        raise DataError("A table has no size in pixels; size and margins belong to images.")
    if value_range is not None or backdrop != BACKDROPS[0]:
        raise DataError("A table keeps its values; a range and the colour behind transparent pixels belong to images.")
    if metadata is not None:
        raise DataError("A table holds its metadata itself, in columns that are left out; metadata belong to images.")


def _refuse_table_options(path, options: TableOptions, metadata) -> None:
    """DataError if one of the options was given that images do not have, or not without a table of metadata."""
    if metadata is None and (options.split_column is not None or options.group_column is not None):
        raise DataError(
            "Images have no columns; a column with the split, or with groups, belongs to a table, or to their metadata."
        )
    if (
        options.label is not None
        or options.types
        or options.leave_out
        or options.layer
        or options.value_format != PLAIN_FORMAT
    ):
        image_files.refuse_unsupported_format(own_images.require_existing_path(path))
        raise DataError(
            "Images have no columns; labels, types, the format of values and what is left out belong to a table."
        )
    if options.id_column is not None and metadata is None:
        raise DataError("Images are named by their paths; a column of ids belongs to a table, or to their metadata.")


def check_is_own_set(name: str, root=None) -> None:
    """DataError unless the user has added a data set of that name."""
    if name not in own_sets.list_own_sets(data_root(root)):
        reason = "is not known"
        if name in data_set_names(root):
            reason = "cannot be removed: it is built in, or a plug-in's"
        raise DataError(f"The data set {name[:60]!r} {reason}; only those that were added can be removed.")


def remove_data_set(name: str, root=None) -> None:
    """Remove a data set of the user's own for good; DataError if there is none of that name, or if it cannot be removed."""
    check_is_own_set(name, root)
    own_sets.remove_own_set(data_root(root), name)
