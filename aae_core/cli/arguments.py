"""The arguments of the command line, and how errors become a sentence and an exit status.

Results go to stdout, everything else to stderr. Exit statuses: 0 for success, 1 for a failure, 2 for wrong usage or an invalid
setting, 130 if interrupted or paused. The commands are functions in other modules of `cli`, which are imported only when needed,
because their imports take time.
"""

import argparse
import os
import sys
import warnings
from collections.abc import Callable
from contextlib import contextmanager, suppress
from pkgutil import resolve_name

from aae_core import __version__
from aae_core.config.choices import COMPARABLE_METRICS
from aae_core.config.configuration import Config, setting_field, setting_type, setting_value
from aae_core.config.painting import SHAPES
from aae_core.config.presets import PRESETS
from aae_core.data.features import KINDS
from aae_core.data.images.tones import BACKDROPS
from aae_core.errors import AAEError, AAEWarning, ConfigError, is_out_of_memory, printable_line
from aae_core.evaluation.metrics import PROTOCOLS
from aae_core.progress import print_to_stderr
from aae_core.reproduce.experiments import BUDGETS, EXPERIMENTS
from aae_core.wording import program_name

INTERRUPTED_STATUS = 130
# The settings for which `train` has an option; all others are set by --set.
OPTION_SETTINGS = (
    "variant", "data", "prior.name", "posterior", "latent_dim", "labels", "seed", "device", "precision", "threads",
    "target.measure", "target.value", "name",
)  # fmt: skip
# The names of options that differ from those of their settings.
OPTION_NAMES = {"prior.name": "prior", "target.measure": "target"}
LENGTH_SETTINGS = ("epochs", "steps", "minutes")
MISSING_TEXTS_HELP = (
    "texts that stand for a missing value, such as '?,-999', beside those with which the data set was added; missing values are "
    "replaced as those of the data set were, or else refused"
)


class OneLineErrorParser(argparse.ArgumentParser):
    """An ArgumentParser with errors of one line, and without abbreviations of options."""

    def __init__(self, **options):
        super().__init__(allow_abbrev=False, **options)

    def add_valued_argument(self, flags: str, metavar: str, help: str, **options) -> None:
        """Add an argument, or an option with a value. flags: its name, or its names, separated by a space."""
        self.add_argument(*flags.split(), metavar=metavar, help=help, **options)

    def error(self, message):
        self.exit(2, f"aae: {_one_line(message).rstrip('.')}. See '{self.prog} --help'.\n")


def main(argv: list[str] | None = None, before_training: Callable[[], None] = lambda: None) -> int:
    """Run one command and return its exit status; errors for users are printed on stderr.

    argv: the arguments without the program's name, by default those of this process. before_training: called before a command
    that may train in this process.
    """
    argv = sys.argv[1:] if argv is None else argv
    try:
        args = _build_parser().parse_args(argv, argparse.Namespace(quiet=False))
    except SystemExit as end:  # argparse has already reported why
        return end.code

    def run():
        _check_arguments(argv)
        if args.trains and getattr(args, "experiments", True):  # `reproduce` without a name trains nothing
            before_training()
        _set_environment_variables(args)
        return resolve_name(f"aae_core.cli.{args.handler}")(args)

    with _printing_warnings():
        return run_to_exit_status(run, args.program)


@contextmanager
def _printing_warnings():
    """A context in which each AAEWarning is printed on stderr as one line, as errors are, and others as Python prints them."""
    show_as_python = warnings.showwarning

    def show_warning(message, category, *details):
        if issubclass(category, AAEWarning):
            print_to_stderr(f"aae: {_one_line(message)}")
        else:
            show_as_python(message, category, *details)

    with warnings.catch_warnings():
        warnings.simplefilter("always", AAEWarning)
        warnings.showwarning = show_warning
        yield


def run_to_exit_status(run: Callable[[], int | None], program: str) -> int:
    """Run a command and return its exit status; an error for users is printed as one line on stderr. program: the command whose
    `--help` the message suggests."""
    status = _run_and_report(run, program)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            # The reader of the pipe has ended (`… | head`): without this, Python would fail again when it exits, with status 120.
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
            status = status or int(stream is sys.stdout)
    return status


def _run_and_report(run, program):
    try:
        return run() or 0
    except BrokenPipeError:
        return 1
    except KeyboardInterrupt:
        return _print_failure("Interrupted; everything completed so far is kept.", INTERRUPTED_STATUS)
    except ConfigError as error:
        return _print_failure(f"{error} See '{program} --help'.", 2)
    except AAEError as error:
        return _print_failure(error, 1)
    except (ImportError, MemoryError, OSError, RuntimeError) as error:
        if "failed to map segment" in str(error):  # of which the loader does not say why
            reason = "there is not enough memory, or its folder is on a disk from which no program may run (noexec)"
            return _print_failure(
                f"A library cannot be loaded ({error}): {reason}; free memory, or install it elsewhere.", 1
            )
        if isinstance(error, OSError):
            file_clause = f" ({error.filename})" if error.filename else ""
            return _print_failure(
                f"The system refused: {error.strerror or error}{file_clause}; check space and permissions.", 1
            )
        if not is_out_of_memory(error):
            raise
        return _print_failure(
            "There is not enough memory for this; choose smaller networks, fewer images or fewer samples.", 1
        )


def _print_failure(message, status):
    print_to_stderr(f"aae: {_one_line(message)}")
    return status


def _one_line(text) -> str:
    text = " ".join(printable_line(text).split())
    return text if len(text) <= 1000 else text[:1000] + "…"


ENVIRONMENT_OPTIONS = (  # (option, environment variable that it sets, whether it is a folder, whose path becomes absolute)
    ("checkpoints", "AAE_CHECKPOINTS", True),
    ("data_root", "AAE_DATA", True),
    ("engine", "AAE_ENGINE", False),
    ("engine_options", "AAE_ENGINE_OPTIONS", False),
)


def _set_environment_variables(args):
    """Set the environment variables of the options in ENVIRONMENT_OPTIONS, which workers inherit."""
    for option, variable, is_folder in ENVIRONMENT_OPTIONS:
        if option in args:
            value = getattr(args, option)
            if is_folder and not value:
                raise ConfigError(f"--{option.replace('_', '-')} needs a folder.")
            os.environ[variable] = os.path.abspath(value) if is_folder else value


def _check_arguments(argv):
    """ConfigError for arguments that no system would pass to a program, but a Python caller of `main` might."""
    for number, text in enumerate(argv, 1):
        with suppress(UnicodeEncodeError):
            if b"\0" not in os.fsencode(text):
                continue
        raise ConfigError(f"Argument {number} is no text that a program can be given.")


def _build_parser():
    common_options = OneLineErrorParser(add_help=False)
    # else the command's default would overwrite an option before the command
    without_default = {"default": argparse.SUPPRESS}
    common_options.add_valued_argument(
        "--checkpoints", "FOLDER", "where revisions are kept ($AAE_CHECKPOINTS)", **without_default
    )
    common_options.add_valued_argument(
        "--data-root", "FOLDER", "where data sets are kept ($AAE_DATA)", **without_default
    )
    common_options.add_valued_argument(
        "--engine", "NAME", "where trainings run: local or ray ($AAE_ENGINE, else local)", **without_default
    )
    engine_help = "what a training asks of a cluster, such as 'cpus=2 gpus=0.5 resource=sweep' ($AAE_ENGINE_OPTIONS)"
    common_options.add_valued_argument("--engine-options", "TEXT", engine_help, **without_default)
    common_options.add_argument("--quiet", action="store_true", help="show no progress on stderr", **without_default)
    description = "Train adversarial autoencoders and use the trained models."
    parser = OneLineErrorParser(prog=program_name(), parents=[common_options], description=description)
    parser.add_argument("--version", action="version", version=f"aae {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def add_command(name, handler, summary, *, subparsers=commands, json=False, revision=False, trains=False):
        description = summary[0].upper() + summary[1:] + "."
        subparser = subparsers.add_parser(name, parents=[common_options], help=summary, description=description)
        subparser.set_defaults(handler=handler, program=subparser.prog, json=False, trains=trains)
        if revision:
            subparser.add_valued_argument("revision", "REV", "its id, an unambiguous beginning of it, or 'latest'")
        if json:
            subparser.add_argument("--json", action="store_true", help="print one JSON object on stdout")
        return subparser

    for add_group in (
        _add_training_commands,
        _add_revision_commands,
        _add_image_commands,
        _add_data_commands,
        _add_reproduction_command,
    ):
        add_group(add_command)
    explore = add_command(
        "explore", "commands:serve_explorer", "serve the explorer on this machine and open it in a browser"
    )
    explore.add_argument("--port", type=int, default=8501, metavar="N", help="port of the server (8501)")
    explore.add_argument("--shared", action="store_true", help="let a class share it: each changes only what is hers")
    _add_lesson_command(add_command)
    report = add_command(
        "report", "report:print_report", "gather what a bug report needs, without personal data, and show it"
    )
    report.add_valued_argument("revision", "REV", "a revision that it is about (none: the machine alone)", nargs="?")
    report.add_valued_argument("-o --output", "FILE.txt", "write it to this file too, once it was shown")
    return parser


def _add_lesson_command(add_command):
    summary = "name what is wrong in a lesson's file, and test what it claims"
    lesson = add_command("lesson", "commands:check_lessons", "test lessons of your own")
    actions = lesson.add_subparsers(metavar="ACTION", required=True)
    check = add_command("check", "commands:check_lessons", summary, subparsers=actions)
    check.add_valued_argument("files", "FILE", "a lesson, named like 31-my-lesson.md", nargs="+")
    option_help = "perform the lesson without a page, with N seeds, and print a table of its claims"
    check.add_valued_argument("--seeds", "N", option_help, type=int, default=0)


def _add_training_commands(add_command):
    summary = "train a new revision in the foreground; Ctrl-C pauses it"
    _add_setting_options(add_command("train", "commands:train_revision", summary, json=True, trains=True))
    _add_sweep_command(add_command)
    summary = "resume a paused, stopped or failed revision, or continue a finished one for more epochs"
    resume = add_command("resume", "commands:resume_revision", summary, json=True, revision=True, trains=True)
    option_help = (
        "continue a finished or stopped training until it has had N epochs in all, as a new revision; the old one stays as it "
        "is"
    )
    resume.add_valued_argument("--epochs", "N", option_help)
    requests = {"pause": "pause a revision in training", "stop": "stop a revision in training now and keep it"}
    for name, summary in requests.items():
        add_command(name, "commands:request_pause_or_stop", summary, revision=True).set_defaults(request=name)


def _add_setting_options(parser, left_out=()):
    """Add the options for the settings of a training to a command, except those `left_out`."""
    parser.add_valued_argument("--preset", "P", f"starting point: {', '.join(PRESETS)}", default="default")
    for key in [key for key in OPTION_SETTINGS if key not in left_out]:
        option = OPTION_NAMES.get(key) or key.replace(".", "-").replace("_", "-")
        parser.add_valued_argument(
            f"--{option}", "NAME" if setting_type(key) is str else "N", _setting_help(key), dest=key
        )
    painting_help = f"train on a painted prior: {', '.join(SHAPES)}, or an image file of a shape"
    parser.add_valued_argument("--painting", "SHAPE_OR_FILE", painting_help)
    length = parser.add_mutually_exclusive_group()
    for key in LENGTH_SETTINGS:
        length.add_argument(f"--{key}", metavar="N", help=_setting_help(key))
    parser.add_valued_argument(
        "--set", "KEY=VALUE", "any other setting, such as prior.scale=5; repeatable", action="append", default=[]
    )


def _add_sweep_command(add_command):
    summary = "train many choices of some settings through the queue, and compare them; without options list the sweeps"
    sweep = add_command("sweep", "sweep_command:run_sweep_command", summary, json=True)
    sweep.add_valued_argument(
        "sweep", "SWEEP", "go on with this one: an unambiguous prefix of its id, or 'latest'", nargs="?"
    )
    ending = sweep.add_mutually_exclusive_group()
    ending.add_argument("--stop", action="store_true", help="stop SWEEP: pause its trainings and begin no other")
    ending.add_argument(
        "--remove", action="store_true", help="take SWEEP off the list; its trainings stay as revisions"
    )
    option_help = "the values of a setting, a|b|c, or for a search any from LOW..HIGH; repeatable"
    sweep.add_valued_argument("--vary", "KEY=VALUES", option_help, action="append", default=[])
    sweep.add_valued_argument("--seeds", "N", "trainings of each choice, with seeds 0 to N − 1 (1)")
    option_help = "what is compared, on training images, lower is better (reconstruction)"
    sweep.add_valued_argument(
        "--measure", "M", f"{option_help}: {', '.join(COMPARABLE_METRICS)}", choices=COMPARABLE_METRICS
    )
    option_help = "halt what falls behind: asha, the better half goes on at a quarter, and again at half of the steps"
    sweep.add_valued_argument("--early-stop", "RULE", option_help, choices=("asha",))
    option_help = (
        "try only some choices: optuna proposes them from what was measured so far (optional: pip install .[search])"
    )
    sweep.add_valued_argument("--search", "BY", option_help, choices=("optuna",))
    sweep.add_valued_argument("--trials", "N", "how many choices a search tries (50)")
    sweep.add_valued_argument("--name", "LABEL", "its label, with which those of its trainings begin")
    _add_setting_options(sweep, left_out=("seed", "name"))
    sweep.epilog = (
        "Its trainings are ordinary revisions; AAE_SLOTS says how many run at once. Ctrl-C pauses them; the same command, or "
        "'sweep SWEEP', goes on and repeats nothing. A training that rests after early stopping can be resumed like any other."
    )


def _add_revision_commands(add_command):
    add_command("list", "commands:list_revisions", "list all revisions", json=True)
    summary = "show the configuration, status and metrics of a revision"
    add_command("show", "commands:show_revision", summary, json=True, revision=True)
    summary = "move a revision to the trash, where it is kept for a week"
    delete = add_command("delete", "commands:delete_revision", summary, revision=True)
    delete.add_argument("--for-good", action="store_true", help="remove it at once; this cannot be undone")
    add_command("restore", "commands:restore_revision", "restore a revision from the trash", revision=True)
    trash = add_command(
        "trash", "commands:list_or_empty_trash", "list the deleted revisions, with their sizes", json=True
    )
    trash.add_argument("--empty", action="store_true", help="remove all of them for good")
    for sub in (delete, trash):
        sub.add_argument("--yes", action="store_true", help="remove for good without asking")
    add_command("upgrade", "commands:upgrade_store", "rewrite the revisions of versions before 2.0 for this one")
    evaluate = add_command(
        "evaluate", "commands:evaluate_revision", "evaluate a revision on its test set", json=True, revision=True
    )
    evaluate.add_valued_argument("--protocol", "P", f"one of {', '.join(PROTOCOLS)}", choices=PROTOCOLS, default="all")
    option_help = "samples of the model for the likelihood (10000, as in the paper)"
    evaluate.add_valued_argument("--samples", "N", option_help, type=int, default=10_000)
    summary = "write the weights, configuration and codes of a revision, and a page on its model, to a new folder"
    export = add_command("export", "file_commands:export_revision", summary, revision=True)
    export.add_valued_argument("-o --output", "FOLDER", "a new or empty folder", required=True)
    option_help = (
        "encoder and decoder as ONNX files too, for a table also with its standardisation, checked against the weights "
        "(pip install onnx onnxscript onnxruntime)"
    )
    export.add_argument("--onnx", action="store_true", help=option_help)


def _add_image_commands(add_command):
    film = add_command(
        "film", "file_commands:write_film", "write a time-lapse of a training as an animation", revision=True
    )
    film.add_valued_argument("-o --output", "FILM.gif", "the animation to write", required=True)
    film.add_valued_argument("--seconds", "S", "duration, 2 to 45 (10)", default="10")
    film.add_argument("--surface", action="store_true", help="draw D's surface behind two-dimensional codes")
    encode = add_command(
        "encode", "file_commands:encode_items", "encode images, or rows of a table, as latent codes", revision=True
    )
    images = "an .npz with 'images', an image file, or a folder of them; of a table a .csv, .parquet or .npz with its columns"
    encode.add_valued_argument("images", "IMAGES", f"{images}; none: all items of its data set", nargs="?")
    encode.add_valued_argument(
        "--label", "COLUMN", "the column of a table that holds the classes, where the decoder takes them"
    )
    _add_table_reading_options(encode)
    option_help = "the column of a table with the ids of its rows, for a .csv or .parquet (that of the data set)"
    encode.add_valued_argument("--id", "COLUMN", option_help, dest="id_column")
    encode.add_valued_argument("--missing", "TEXTS", MISSING_TEXTS_HELP)
    option_help = (
        "the file to write: z, N × d, and y, N × K, where the model infers it; or a .csv or .parquet with a row for each "
        "item: id, row, split, label, z1 … zd"
    )
    encode.add_valued_argument("-o --output", "CODES.npz", option_help, required=True)
    option_help = (
        "write the reconstruction error of each image or row too, and log p(z) in nats where the prior has a density"
    )
    encode.add_argument("--scores", action="store_true", help=option_help)
    summary = "classify images or rows, or assign them to clusters, by q(y|x)"
    classify = add_command("classify", "file_commands:classify_items", summary, json=True, revision=True)
    scaling_note = (
        "images are only scaled, so they should be light on dark where those of the data set are, as in MNIST"
    )
    classify.add_valued_argument("images", "IMAGES", f"{images}; {scaling_note}")
    _add_table_reading_options(classify)
    classify.add_valued_argument("--missing", "TEXTS", MISSING_TEXTS_HELP)
    option_help = "the predicted class and all class probabilities of each image or row; or an .npz"
    classify.add_valued_argument("-o --output", "OUT.csv", option_help)
    decode = add_command("decode", "file_commands:decode_codes", "decode latent codes to images or rows", revision=True)
    decode.add_valued_argument(
        "codes",
        "CODES.npz",
        "an .npz with z, N × d, and y, N × K, for a decoder that takes the content; or a .csv or .parquet with z1 … zd, and "
        "y1 … yK or label",
    )
    option_help = "the file to write: images, N × H × W × C; or a .png; of a table X, N × F; or a .csv"
    decode.add_valued_argument("-o --output", "IMAGES.npz", option_help, required=True)
    summary = "decode samples of the prior; an autoencoder has none"
    sample = add_command("sample", "file_commands:decode_samples", summary, revision=True)
    sample.add_valued_argument("-n --number", "N", "number of samples, 1 to 10000 (100)", default="100")
    sample.add_valued_argument("--seed", "S", "seed of the samples (0)", default="0")
    option_help = "a .png grid, or an .npz with images; of a table a .csv, or an .npz with X"
    sample.add_valued_argument("-o --output", "GRID.png", option_help, required=True)
    content = "content of all images or rows, where the decoder takes one"
    decode.add_valued_argument("--class", "CLASS", content, dest="content")
    sample.add_valued_argument(
        "--class", "CLASS", f"{content}; the head, for a dimensionality reduction", dest="content"
    )


def _add_table_reading_options(parser):
    """Add the options that say what of a table's file is read, and how its numbers are written."""
    option_help = "the layer of an .h5ad file that is read, or X (X; for a trained model that of its data)"
    parser.add_valued_argument("--layer", "NAME", option_help)
    parser.add_valued_argument("--decimal", "SIGN", "the decimal sign of a table, . or , (.)", default=".")
    parser.add_valued_argument(
        "--thousands", "SIGN", "the sign between thousands in a table, such as , or ' (none)", default=""
    )
    parser.add_valued_argument(
        "--units", "UNITS", "texts beside the numbers of a table that are ignored, such as '%%,$,kg'"
    )


def _add_data_commands(add_command):
    data = add_command("data", "commands:list_data_sets", "list, download, add and remove data sets")
    actions = data.add_subparsers(metavar="ACTION")
    add_command("list", "commands:list_data_sets", "list the data sets", subparsers=actions, json=True)
    get = add_command("get", "commands:download_data_set", "download a data set", subparsers=actions)
    get.add_valued_argument("name", "NAME", "its name in the list")
    add = add_command("add", "commands:add_data_set", "add your own images or table", subparsers=actions, json=True)
    option_help = (
        "a folder of images with one subfolder per class, a zip of one, or an .npz with images and labels; or a table: a "
        ".csv, .csv.gz, .parquet, .npy or .h5ad file, or an .npz with X and, where there are, y and names, or a sparse matrix"
    )
    add.add_valued_argument("path", "FOLDER_OR_FILE", option_help)
    option_help = "name of the data set; it is made valid as a folder name, such as my-shapes for 'My shapes'"
    add.add_valued_argument("--name", "NAME", option_help, required=True)
    _add_image_options(add)
    option_help = (
        "leave out, and name, files that cannot be used, images that repeat another, and those of a single colour; of a "
        "table, columns with the same value in every row, and columns that repeat another"
    )
    add.add_argument("--tidy", action="store_true", help=option_help)
    _add_column_options(add)
    _add_missing_options(add)
    _add_table_reading_options(add)
    remove = add_command(
        "remove", "commands:remove_data_set", "remove a data set of your own for good", subparsers=actions
    )
    remove.add_valued_argument("name", "NAME", "its name in the list")
    remove.add_argument("--yes", action="store_true", help="remove it without asking")


def _add_image_options(add):
    """The options of the command `add` that say how images are read."""
    add.add_valued_argument("--size", "PIXELS", "scale all images to this width and height, 4 to 128")
    option_help = (
        "with --size, keep images of other proportions whole, with margins, instead of cutting them to their middle"
    )
    add.add_argument("--margins", action="store_true", help=option_help)
    option_help = (
        "the values in the files that become black and white, such as 0 4095 for 12 bits in files of 16 (the whole "
        "scale)"
    )
    add.add_argument("--range", nargs=2, metavar=("LOW", "HIGH"), help=option_help)
    option_help = f"the colour on which transparent pixels are put: {' or '.join(BACKDROPS)} ({BACKDROPS[0]})"
    add.add_valued_argument("--backdrop", "COLOUR", option_help, choices=BACKDROPS, default=BACKDROPS[0])


def _add_column_options(add):
    """The options of the command `add` that say what the columns of a table are."""
    option_help = (
        "the column of a table that holds the classes, a row without one is unlabelled; or numbers that are no classes, such as "
        "prices, which then colour the map"
    )
    add.add_valued_argument("--label", "COLUMN", option_help)
    option_help = f"COLUMN=TYPE,… or one type for all columns of a table: {', '.join(KINDS)} (real)"
    add.add_valued_argument("--types", "TYPES", option_help)
    option_help = "columns of a table that are kept beside its rows but not trained on, separated by commas"
    add.add_valued_argument("--leave-out", "COLUMNS", option_help)
    option_help = (
        "the column with the id of each row (the first left out whose values all differ); of images, in --metadata"
    )
    add.add_valued_argument("--id", "COLUMN", option_help, dest="id_column")
    option_help = "a table with further facts about images, a row for each, matched by the path or name of its file"
    add.add_valued_argument("--metadata", "FILE", option_help)
    option_help = (
        "the column of a table, or of images in --metadata, that says train or test in each row (otherwise 15%% of each class "
        "are for testing)"
    )
    add.add_valued_argument("--split", "COLUMN", option_help, dest="split_column")
    option_help = (
        "the column of a table, or of images in --metadata, with groups, such as patients, of which none is divided between "
        "training and test"
    )
    add.add_valued_argument("--groups", "COLUMN", option_help, dest="group_column")


def _add_missing_options(add):
    """The options of the command `add` that say what becomes of missing values."""
    option_help = (
        "what becomes of missing values, which are refused otherwise: median, a missing number becomes the median of the "
        "training rows; category, a missing text becomes a category of its own; drop, rows with any other missing value are "
        "left out; and texts that stand for a missing value, such as 'median,?,-999'; empty cells and NA always do"
    )
    add.add_valued_argument("--missing", "RULES,TEXTS", option_help)
    add.add_argument("--drop-missing", action="store_true", help="the same as --missing drop")


def _add_reproduction_command(add_command):
    summary = "list the paper's experiments with their cost, or run the named ones"
    reproduce = add_command("reproduce", "reproduce_command:reproduce_experiments", summary, json=True, trains=True)
    reproduce.add_valued_argument(
        "experiments", "EXPERIMENT", f"{', '.join(EXPERIMENTS)}; or all (none: list them)", nargs="*"
    )
    budgets = "; ".join(f"{budget}, {summary}" for budget, summary in BUDGETS.items())
    reproduce.add_valued_argument("--budget", "B", f"{budgets} (cpu)", choices=tuple(BUDGETS), default="cpu")
    reproduce.add_valued_argument(
        "--seeds", "N", "runs of each experiment, with seeds 0 to N − 1 (default: its own number)"
    )
    reproduce.add_valued_argument("--seed", "N", "a run with this seed, or with several: 0,2 or 100-104")
    reproduce.add_valued_argument(
        "--write",
        "FOLDER",
        "folder for results.md and results.json (docs/results in the project, or where data are kept)",
    )
    reproduce.add_argument("--measure-again", action="store_true", help="evaluate finished runs again")
    option_help = (
        "try a recipe without the test set: train on five sixths of the training images, measure on the others, and write no "
        "table"
    )
    reproduce.add_argument("--held-out", action="store_true", help=option_help)
    option_help = "with --held-out, a setting in which the trial differs from the recipe; repeatable"
    reproduce.add_valued_argument("--set", "KEY=VALUE", option_help, action="append", default=[])
    reproduce.epilog = (
        "Runs are ordinary revisions, trained one after another in the foreground. Ctrl-C pauses; the same command continues "
        "a run that was paused or killed, and does not repeat one that is done. With --engine, which may be local, they go "
        "through its queue, as many at once as it has room for, and are measured here; Ctrl-C leaves them there. If a run in "
        "the foreground uses several threads, waiting ones spin (GOMP_SPINCOUNT=30000) instead of sleeping at once, which is "
        "faster on an otherwise idle machine; set it to 0 on a busy one."
    )


def _setting_help(key):
    """The help text of a setting, with its choices or range and its default."""
    limits, default = setting_field(key).metadata, setting_value(Config(), key)
    details = []
    if limits["low"] is not None:
        details.append(f"{limits['low']:,} to {limits['high']:,}")
    elif limits["choices"]:
        details.append(", ".join(limits["choices"]))
    if default not in (None, ""):
        details.append(f"default {default}")
    text = f"{limits['help']} ({'; '.join(details)})" if details else limits["help"]
    return text.replace("%", "%%")
