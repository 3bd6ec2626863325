"""The commands that write files: `encode`, `classify`, `decode`, `sample`, `film` and `export`.

Each function takes the parsed arguments. It checks whether the output can be written before it does any work.
"""

import math
import os
from pathlib import Path

import numpy as np

from aae_core.cli import code_files
from aae_core.cli.commands import parse_whole_option, print_json, print_table
from aae_core.cli.table_options import value_format_from_args
from aae_core.config.derived import content_names, trained_phases
from aae_core.config.variants import VARIANTS
from aae_core.data import preprocessing
from aae_core.data.images.npz_files import read_images_npz
from aae_core.data.import_problems import ImportProblems
from aae_core.data.labels import find_class_indices, names_no_class
from aae_core.data.number_texts import ValueFormat, is_missing_value
from aae_core.data.own_data import item_tables, own_images
from aae_core.data.own_data.image_files import IMAGE_SUFFIXES, open_image_files
from aae_core.data.own_data.item_files import ID, LABEL, ROW
from aae_core.data.tables import feature_rows, table_files
from aae_core.errors import ConfigError, DataError, printable_line
from aae_core.files import write_atomic
from aae_core.latent.film import DURATION_LIMITS, render_film
from aae_core.progress import print_to_stderr
from aae_core.store import code_tables
from aae_core.store.export import format_csv, write_export
from aae_core.store.output_paths import check_folder_writable, check_name_allowed
from aae_core.store.revisions import Store

MAX_SAMPLES = 10_000  # samples, at most
MAX_SHEET_SIDE = 512  # pixels of a sheet's longer side, up to which images are enlarged by a whole factor
GROUND_SAMPLES = 200  # samples of a revision from which the background of its images is determined


def write_film(args):
    output = check_output_path(args.output, (".gif",))
    revision, seconds = Store().open(args.revision), parse_whole_option("--seconds", args.seconds, *DURATION_LIMITS)
    content = render_film(revision, seconds, with_surface=args.surface)
    write_atomic(output, content, DataError)
    print(f"{output}: the codes of {len(revision.frames())} moments, {seconds} seconds, {len(content) / 1e6:.1f} MB")


def encode_items(args):
    output = check_output_path(args.output, (".npz", *code_tables.TABLE_SUFFIXES), args.images)
    revision = Store().open(args.revision)
    if output.suffix.lower() != ".npz":
        _encode_to_table(args, output, revision)
        return
    if args.images is None:
        raise ConfigError(
            "All items of the data set are written to a .csv or .parquet file; for an .npz, name the items."
        )
    if args.id_column is not None:
        raise ConfigError("An .npz holds no ids, so leave --id out, or write a .csv or .parquet file.")
    items, labels = _read_items(args, revision, args.label)
    _check_scores_have_classes(args, revision, labels)
    infers_content = revision.variant.categorical
    z = revision.encode(items)
    y = revision.classify(items) if infers_content else _one_hot_labels(labels, args.images, revision)
    arrays, summary = {"z": z}, f"{len(z):,} codes of {z.shape[1]} dimensions"
    if y is not None:
        arrays["y"] = y
        summary += f", and y of {y.shape[1]} {'contents' if infers_content else 'classes'}"
    if args.scores:
        scores = revision.scores(items, None if infers_content else y)
        arrays |= scores
        summary += f", with {' and '.join(scores)}"
    code_files.write_npz(output, **arrays)
    print(f"{output}: {summary}")


def _check_scores_have_classes(args, revision, labels):
    """ConfigError if --scores needs the classes of the items, and there are none."""
    decodes_labels = revision.variant.has_content and not revision.variant.categorical
    needs_classes = decodes_labels and "reconstruction" in trained_phases(revision.config)
    if args.scores and labels is None and needs_classes:
        table = revision.data.is_table
        remedy = "name their column by --label" if table else "give an .npz with the arrays images and labels"
        raise ConfigError(f"The reconstruction error needs the classes, too; {remedy}, or leave --scores out.")


def _encode_to_table(args, output, revision):
    """Write the codes of items with their ids: of those that are named, or else of all in the revision's data set."""
    if args.images is None:
        has_format = value_format_from_args(args) != ValueFormat()
        if has_format or any(value is not None for value in (args.id_column, args.label, args.layer)):
            raise ConfigError(
                "The data set has its ids and classes; --id, --label, --layer and formats belong to a file of items."
            )
        table = code_tables.encode_data_set(revision, with_scores=args.scores)
    else:
        items, labels = _read_items(args, revision, args.label)
        _check_scores_have_classes(args, revision, labels)
        classes = None if labels is None else _class_indices(labels, args.images, revision)
        table = code_tables.tabulate_codes(revision, items, classes, args.scores)
        table.insert(0, ID, _item_ids(args, revision, len(items)))
        table.insert(1, ROW, np.arange(len(items)))
        if classes is not None:
            table.insert(2, LABEL, np.array([*revision.data.classes, None], object)[classes])
    code_tables.write_table(output, table)
    print(f"{output}: {len(table):,} codes of {revision.config.latent_dim} dimensions; columns {', '.join(table)}")


def _item_ids(args, revision, count):
    """The ids of the items in a file: of a table those of the column --id, or of the one that gave the ids of the data set;
    else the file's name and the row; of images their paths."""
    path = Path(os.path.expanduser(args.images))
    if not revision.data.is_table:
        if args.id_column is not None:
            raise ConfigError(f"{revision.id} takes images, whose ids are their paths, so leave --id out.")
        names = _image_names(path, count)
        return [f"{path.name}:{name}" for name in names] if path.suffix.lower() == ".npz" else names
    return feature_rows.read_ids(path, count, args.id_column, item_tables.id_column_of(revision.data.name))


def _class_indices(labels, path, revision) -> np.ndarray:
    """The index of each class, int64 N, −1 for a missing one; DataError for a label that is no class."""
    numbers = find_class_indices(labels, revision.data.classes)
    is_missing = [is_missing_value(label) or names_no_class(str(label)) for label in np.asarray(labels).tolist()]
    if any(
        number is None and not is_label_missing for number, is_label_missing in zip(numbers, is_missing, strict=True)
    ):
        raise DataError(
            f"{path} has labels that are not among the {len(revision.data.classes)} classes of {revision.id}; leave them out."
        )
    return np.array([-1 if number is None else number for number in numbers], np.int64)


def _read_items(args, revision, label=None) -> tuple[np.ndarray, np.ndarray | None]:
    """(images uint8 N×H×W×C, or rows float32 N×F, as the revision takes them; the class of each, or None) from the file or folder
    in the arguments of a command. label: the column of a table with the classes; ConfigError if the revision takes none."""
    path, value_format = args.images, value_format_from_args(args)
    if label is not None and not (revision.data.is_table and revision.variant.has_content):
        raise ConfigError(f"{revision.id} takes no classes from a column, so leave --label out.")
    if revision.data.is_table:
        layer = _layer_to_read(args, revision)
        return feature_rows.read_feature_rows(
            path, revision.data.features, label, value_format, report=print_to_stderr, layer=layer
        )
    if value_format != ValueFormat() or args.layer is not None:
        raise ConfigError(
            f"{revision.id} takes images, so leave --missing, --decimal, --thousands, --units and --layer out."
        )
    tones = own_images.tones_for_path(path, revision.data.tones)
    if tones:
        print_to_stderr(f"aae: As for {revision.id}'s training, {tones.sentence}")
    images = own_images.read_images(path, revision.data.shape, revision.data.margins, tones)
    path, labels = own_images.require_existing_path(path), None
    if path.suffix.lower() == ".npz":
        labels = read_images_npz(path, ImportProblems(path.name))[1]
    return images, labels


def _layer_to_read(args, revision) -> str | None:
    """The layer of an .h5ad file that a command reads: that of --layer, else the one from which the revision's data were made,
    which is told; None for X, and for other files."""
    if args.layer is not None or Path(args.images).suffix.lower() != ".h5ad":
        return args.layer
    layer = revision.data.layer
    if layer is not None:
        shown_name = printable_line(layer[:60])
        print_to_stderr(
            f"aae: The layer {shown_name} is read, from which the data of {revision.id} were made; for X, give --layer X."
        )
    return layer


def _one_hot_labels(labels, path, revision):
    """y, one-hot float32 N×K, from labels N, which are names or indices of classes; None without labels, or if the decoder takes
    no content. DataError for a label that is no class."""
    if labels is None or not revision.variant.has_content:
        return None
    names = revision.data.classes
    numbers = find_class_indices(labels, names)
    if None in numbers:
        raise DataError(
            f"{path} has labels that are not among the {len(names)} classes of {revision.id}; leave them out."
        )
    return np.eye(len(names), dtype=np.float32)[numbers]


def classify_items(args):
    """The command `classify`: for each image or row, the likeliest content of q(y|x), its probability, and all probabilities."""
    output = None if args.output is None else check_output_path(args.output, (".csv", ".npz"), args.images)
    revision = Store().open(args.revision)
    if not revision.variant.categorical:
        raise ConfigError(
            f"{revision.id} is of the variant {revision.config.variant}, which does not predict classes; train one of "
            f"{', '.join(name for name, variant in VARIANTS.items() if variant.categorical)}."
        )
    items, _ = _read_items(args, revision)
    if revision.data.is_table:
        item, names = "row", [str(i) for i in range(len(items))]
    else:
        _warn_of_inverted_images(items, revision)
        item, names = "image", _image_names(Path(args.images), len(items))
    y = revision.classify(items)
    kinds = content_names(revision.config, revision.data.classes)
    rows = [(name, kinds[row.argmax()], float(row.max()), *row.tolist()) for name, row in zip(names, y, strict=True)]
    if output is not None:
        _write_predictions(output, rows, kinds, y, item)
    if args.json:
        records = [{item: name, "content": k, "probability": p, "probabilities": q} for name, k, p, *q in rows]
        print_json({"revision": revision.id, "contents": list(kinds), f"{item}s": records})
    elif output is not None:
        print(f"{output}: {len(items):,} {item}s, and y of {len(kinds)} contents")
    else:
        table = [(name, kind, *(f"{share:.4f}" for share in shares)) for name, kind, *shares in rows]
        print_table([(item.upper(), "LIKELIEST", "PROBABILITY", *kinds), *table])


def _write_predictions(path, rows, kinds, y, item):
    """Write predictions as .csv, a line for each image or row, or as .npz: `y`, N×K, the likeliest `content` as index, and the
    names of the `content_names` and of the `images` or `rows`."""
    if path.suffix.lower() == ".npz":
        names = {"contents": np.array(kinds), f"{item}s": np.array([name for name, *_ in rows])}
        code_files.write_npz(path, y=y, content=y.argmax(1), **names)
        return
    write_atomic(path, format_csv([(item, "content", "probability", *kinds), *rows]), DataError)


def _warn_of_inverted_images(images, revision):
    """Warn on stderr if images are, for example, black on white while those of the revision are white on black. They are not
    inverted automatically."""
    expected = preprocessing.find_preparation(revision.data.name, lambda: revision.sample(GROUND_SAMPLES)).ground
    count = preprocessing.count_inverted_images(images, expected)
    if count:
        look = preprocessing.DESCRIPTION_BY_BACKGROUND["light" if expected == "dark" else "dark"]
        print_to_stderr(
            f"aae: {count:,} of {len(images):,} images are {look}, but {revision.id} was trained on images "
            f"{preprocessing.DESCRIPTION_BY_BACKGROUND[expected]}; invert them, or the predictions mean little."
        )


def _image_names(path, n) -> list[str]:
    """The names of the n images at `path`: their file names, or their indices if they are in an .npz."""
    path = Path(os.path.expanduser(path))
    if not path.is_dir() and path.suffix.lower() not in IMAGE_SUFFIXES:
        return [str(i) for i in range(n)]
    with open_image_files(path, ImportProblems(path.name), allow_image_file=True) as entries:
        names = [entry.path for entry in entries]
    if len(names) != n:
        raise DataError(f"{path} has changed while it was being read; try again.")
    return names


def decode_codes(args):
    output = check_output_path(args.output, (".npz", ".png", ".csv"), args.codes)
    revision = Store().open(args.revision)
    _check_output_suffix(output, revision)
    content = _content_index(args, revision)
    classes = revision.data.classes
    kinds = len(content_names(revision.config, classes) or classes)
    heads = None
    if args.codes.lower().endswith(table_files.TABLE_SUFFIXES):
        z, y, heads = code_tables.read_code_table(args.codes, revision)
    else:
        z, y = code_files.read_codes(args.codes, revision.config.latent_dim, kinds)
    if content is not None:
        y = np.full(len(z), content)
    elif not revision.variant.has_content:
        y = None
    elif y is None:
        raise ConfigError(
            f"The decoder of {revision.id} needs a content beside z, and {args.codes} has no y; give --class."
        )
    _write_items(output, revision.decode(z, y), revision, heads)


def decode_samples(args):
    output = check_output_path(args.output, (".npz", ".png", ".csv"))
    n, seed = (
        parse_whole_option("-n", args.number, 1, MAX_SAMPLES),
        parse_whole_option("--seed", args.seed, 0, 2**31 - 1),
    )
    revision = Store().open(args.revision)
    _check_output_suffix(output, revision)
    content = _content_index(args, revision, heads=True)
    if content is not None and not revision.variant.has_content:
        from aae_core.latent import exploration

        items = revision.decode(exploration.sample_prior_codes(revision.model(), n, seed, content))
    else:
        items = revision.sample(n, seed, None if content is None else np.full(n, content))
    _write_items(output, items, revision)


def _check_output_suffix(output, revision):
    """ConfigError for rows of a table in a .png, and for images in a .csv."""
    suffix = output.suffix.lower()
    if suffix == ".png" and revision.data.is_table:
        raise ConfigError(f"{revision.id} gives rows of a table, which are no picture; write a .csv or .npz file.")
    if suffix == ".csv" and not revision.data.is_table:
        raise ConfigError(f"{revision.id} gives images, which are no table; write a .png or .npz file.")


def _write_items(path, items, revision, heads=None):
    """Write images, uint8 N×H×W×C, as .npz or as one .png sheet, nearly square; rows, N×F, as .npz or .csv with the names of
    their features. heads: a DataFrame with ids and the like, which come first in a .csv."""
    suffix = path.suffix.lower()
    if revision.data.is_table:
        names = revision.data.features.names
        if suffix == ".npz":
            code_files.write_npz(path, X=items, names=np.array(names))
        else:
            # str gives the fewest digits from which the float32 can be restored
            rows = [list(map(str, row)) for row in items]
            if heads is not None and len(heads.columns):
                names = [*heads.columns, *names]
                head_rows = heads.astype(object).where(heads.notna(), "").itertuples(index=False)
                rows = [[*head, *row] for head, row in zip(head_rows, rows, strict=True)]
            write_atomic(path, format_csv([names, *rows]), DataError)
        print(f"{path}: {len(items):,} rows of {items.shape[1]:,} features")
        return
    if suffix == ".npz":
        arrays = {"images": items}
        if revision.data.tones:  # `encode` must not stretch them once more
            arrays[own_images.PREPARED_ARRAY] = np.True_
        code_files.write_npz(path, **arrays)
    else:
        from aae_core.latent.exploration import tile_images, to_png

        sheet = tile_images(items, math.isqrt(len(items) - 1) + 1)
        write_atomic(path, to_png(sheet, min(8, max(1, MAX_SHEET_SIDE // max(sheet.shape[:2])))), DataError)
    print(f"{path}: {len(items):,} images of {items.shape[2]} × {items.shape[1]}")


def _content_index(args, revision, heads=False) -> int | None:
    """The index of the content that --class gives by name or index, None if it is not given. heads: whether it may be a head of a
    dimensionality reduction (§7). ConfigError if the decoder takes none."""
    if args.content is None:
        return None
    has_heads = revision.variant.merge == "add"
    if has_heads and not heads:
        raise ConfigError(
            f"In {revision.id}, a reduction, the head is part of each code, so leave --class out; "
            "'sample --class' draws codes at one head."
        )
    if not has_heads and not revision.variant.has_content:
        raise ConfigError(f"The decoder of {revision.id} takes no content, so leave --class out.")
    names = content_names(revision.config, revision.data.classes)
    if args.content in names:
        return names.index(args.content)
    return parse_whole_option("--class", args.content, 0, len(names) - 1)


def check_output_path(text, suffixes, source=None) -> Path:
    """The path of the file to write; ConfigError unless it has one of the suffixes, its folder exists and is writable, and it is
    neither `source`, the file that is read, nor a pipe or device, whose place an ordinary file would take."""
    path = Path(text)
    if path.suffix.lower() not in suffixes:
        raise ConfigError(f"The output must be a {' or '.join(suffixes)} file, not {text[:200]!r}.")
    check_name_allowed(path)
    if path.is_dir():
        raise ConfigError(f"The output {text[:200]!r} is a folder; name a file in it.")
    if path.exists() and not path.is_file():
        raise ConfigError(f"The output {text[:200]!r} is a pipe or a device; choose the name of an ordinary file.")
    check_folder_writable(path.parent)
    source_path = source and os.path.expanduser(source)
    if source_path and os.path.exists(path) and os.path.exists(source_path) and os.path.samefile(path, source_path):
        raise ConfigError(f"The output {text[:200]!r} is the file that is read; choose another name.")
    return path


def export_revision(args):
    """The command `export`: the files of a revision to take away, in a folder that must be new or empty."""
    if not args.output:
        raise ConfigError("-o needs a folder.")
    paths, onnx_check = write_export(Store().open(args.revision), args.output, args.onnx)
    print(f"{Path(args.output)}: {', '.join(path.name for path in paths)}")
    if onnx_check:
        print(onnx_check)
