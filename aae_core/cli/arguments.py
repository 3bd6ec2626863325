"""The arguments of the command line, and how errors become a sentence and an exit status.

Results go to stdout, everything else to stderr. Exit statuses: 0 for success, 1 for a failure, 2 for wrong usage or an invalid
setting, 130 if interrupted or paused. The commands are functions in other modules of `cli`, which are imported only when needed,
because their imports take time.
"""

import argparse
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pkgutil import resolve_name

from aae_core import __version__
from aae_core.config.choices import MEASURES
from aae_core.config.configuration import Config, setting_of, type_of, value_of
from aae_core.config.painting import SHAPES
from aae_core.config.presets import PRESETS
from aae_core.data.features import KINDS
from aae_core.data.tones import BACKDROPS
from aae_core.errors import AAEError, ConfigError, lacks_memory, plain
from aae_core.evaluation.metrics import PROTOCOLS
from aae_core.program import program_name
from aae_core.progress import tell
from aae_core.reproduce.experiments import BUDGETS, EXPERIMENTS

INTERRUPTED = 130
# The settings for which `train` has an option; all others are set by --set.
SETTINGS = (
    "variant", "data", "prior.name", "posterior", "latent_dim", "labels", "seed", "device", "precision", "threads",
    "processes", "target.measure", "target.value", "name",
)  # fmt: skip
# The names of options that differ from those of their settings.
SHORT = {"prior.name": "prior", "target.measure": "target"}
LENGTHS = ("epochs", "steps", "minutes")


class Parser(argparse.ArgumentParser):
    """An ArgumentParser with errors of one line, and without abbreviations of options."""

    def __init__(self, **options):
        super().__init__(allow_abbrev=False, **options)

    def takes(self, flags: str, metavar: str, help: str, **options) -> None:
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
        args = _parser().parse_args(argv, argparse.Namespace(quiet=False))
    except SystemExit as end:  # argparse has already reported why
        return end.code

    def run():
        _check_texts(argv)
        if args.trains and getattr(args, "experiments", True):  # `reproduce` without a name trains nothing
            before_training()
        _use_places(args)
        return resolve_name(f"aae_core.cli.{args.handler}")(args)

    return ended(run, args.program)


def ended(run: Callable[[], int | None], program: str) -> int:
    """Run a command and return its exit status; an error for users is printed as one line on stderr. program: the command whose
    `--help` the message suggests."""
    status = _status(run, program)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            # The reader of the pipe has ended (`… | head`): without this, Python would fail again when it exits, with status 120.
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
            status = status or int(stream is sys.stdout)
    return status


def _status(run, program):
    try:
        return run() or 0
    except BrokenPipeError:
        return 1
    except KeyboardInterrupt:
        return _fail("Interrupted; everything completed so far is kept.", INTERRUPTED)
    except ConfigError as error:
        return _fail(f"{error} See '{program} --help'.", 2)
    except AAEError as error:
        return _fail(error, 1)
    except (ImportError, MemoryError, OSError, RuntimeError) as error:
        if "failed to map segment" in str(error):  # of which the loader does not say why
            why = "there is not enough memory, or its folder is on a disk from which no program may run (noexec)"
            return _fail(f"A library cannot be loaded ({error}): {why}; free memory, or install it elsewhere.", 1)
        if isinstance(error, OSError):
            place = f" ({error.filename})" if error.filename else ""
            return _fail(f"The system refused: {error.strerror or error}{place}; check space and permissions.", 1)
        if not lacks_memory(error):
            raise
        return _fail("There is not enough memory for this; choose smaller networks, fewer images or fewer samples.", 1)


def _fail(text, status):
    tell(f"aae: {_one_line(text)}")
    return status


def _one_line(text):
    text = " ".join(plain(text).split())
    return text if len(text) <= 1000 else text[:1000] + "…"


PLACES = (  # (option, environment variable that it sets, whether it is a folder, whose path becomes absolute)
    ("checkpoints", "AAE_CHECKPOINTS", True),
    ("data_root", "AAE_DATA", True),
    ("engine", "AAE_ENGINE", False),
    ("engine_options", "AAE_ENGINE_OPTIONS", False),
)


def _use_places(args):
    """Set the environment variables of the options in PLACES, which workers inherit."""
    for option, variable, is_folder in PLACES:
        if option in args:
            value = getattr(args, option)
            if is_folder and not value:
                raise ConfigError(f"--{option.replace('_', '-')} needs a folder.")
            os.environ[variable] = os.path.abspath(value) if is_folder else value


def _check_texts(argv):
    """ConfigError for arguments that no system would pass to a program, but a Python caller of `main` might."""
    for number, text in enumerate(argv, 1):
        with suppress(UnicodeEncodeError):
            if b"\0" not in os.fsencode(text):
                continue
        raise ConfigError(f"Argument {number} is no text that a program can be given.")


def _parser():
    common = Parser(add_help=False)
    hidden = {"default": argparse.SUPPRESS}  # else the command's default would overwrite an option before the command
    common.takes("--checkpoints", "FOLDER", "where revisions are kept ($AAE_CHECKPOINTS)", **hidden)
    common.takes("--data-root", "FOLDER", "where data sets are kept ($AAE_DATA)", **hidden)
    common.takes("--engine", "NAME", "where trainings run: local, ray or slurm ($AAE_ENGINE, else local)", **hidden)
    asked = "what a training asks of a cluster, such as 'cpus=2 gpus=0.5 resource=sweep' ($AAE_ENGINE_OPTIONS)"
    common.takes("--engine-options", "TEXT", asked, **hidden)
    common.add_argument("--quiet", action="store_true", help="show no progress on stderr", **hidden)
    told = "Train adversarial autoencoders and use the trained models."
    parser = Parser(prog=program_name(), parents=[common], description=told)
    parser.add_argument("--version", action="version", version=f"aae {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(name, handler, summary, *, within=commands, json=False, revision=False, trains=False):
        told = summary[0].upper() + summary[1:] + "."
        sub = within.add_parser(name, parents=[common], help=summary, description=told)
        sub.set_defaults(handler=handler, program=sub.prog, json=False, trains=trains)
        if revision:
            sub.takes("revision", "REV", "its id, an unambiguous beginning of it, or 'latest'")
        if json:
            sub.add_argument("--json", action="store_true", help="print one JSON object on stdout")
        return sub

    for add in (_training_commands, _revision_commands, _image_commands, _data_commands, _reproduction_command):
        add(command)
    explore = command("explore", "commands:explore", "serve the explorer on this machine and open it in a browser")
    explore.add_argument("--port", type=int, default=8501, metavar="N", help="port of the server (8501)")
    explore.add_argument("--shared", action="store_true", help="let a class share it: each changes only what is hers")
    report = command("report", "report:report", "gather what a bug report needs, without personal data, and show it")
    report.takes("revision", "REV", "a revision that it is about (none: the machine alone)", nargs="?")
    report.takes("-o --output", "FILE.txt", "write it to this file too, once it was shown")
    return parser


def _training_commands(command):
    summary = "train a new revision in the foreground; Ctrl-C pauses it"
    _setting_options(command("train", "commands:train", summary, json=True, trains=True))
    _sweep_command(command)
    summary = "resume a paused, stopped or failed revision"
    resume = command("resume", "commands:resume", summary, json=True, revision=True, trains=True)
    resume.takes("--processes", "N", "processes that compute it together from now on (the configuration's)")
    asked = {"pause": "pause a revision in training", "stop": "stop a revision in training now and keep it"}
    for name, summary in asked.items():
        command(name, "commands:ask", summary, revision=True).set_defaults(asked=name)


def _setting_options(sub, without=()):
    """Add the options for the settings of a training to a command; `without` these."""
    sub.takes("--preset", "P", f"starting point: {', '.join(PRESETS)}", default="default")
    for key in [key for key in SETTINGS if key not in without]:
        option = SHORT.get(key) or key.replace(".", "-").replace("_", "-")
        sub.takes(f"--{option}", "NAME" if type_of(key) is str else "N", _help(key), dest=key)
    told = f"train on a painted prior: {', '.join(SHAPES)}, or an image file of a shape"
    sub.takes("--painting", "SHAPE_OR_FILE", told)
    length = sub.add_mutually_exclusive_group()
    for key in LENGTHS:
        length.add_argument(f"--{key}", metavar="N", help=_help(key))
    sub.takes("--set", "KEY=VALUE", "any other setting, such as prior.scale=5; repeatable", action="append", default=[])


def _sweep_command(command):
    summary = "train many choices of some settings through the queue, and compare them; without options list the sweeps"
    sweep = command("sweep", "sweep_command:sweep", summary, json=True)
    sweep.takes("sweep", "SWEEP", "go on with this one: an unambiguous prefix of its id, or 'latest'", nargs="?")
    ending = sweep.add_mutually_exclusive_group()
    ending.add_argument("--stop", action="store_true", help="stop SWEEP: pause its trainings and begin no other")
    ending.add_argument(
        "--remove", action="store_true", help="take SWEEP off the list; its trainings stay as revisions"
    )
    told = "the values of a setting, a|b|c, or for a search any from LOW..HIGH; repeatable"
    sweep.takes("--vary", "KEY=VALUES", told, action="append", default=[])
    sweep.takes("--seeds", "N", "trainings of each choice, with seeds 0 to N − 1 (1)")
    told = "what is compared, on training images, lower is better (reconstruction)"
    sweep.takes("--measure", "M", f"{told}: {', '.join(MEASURES)}", choices=MEASURES)
    told = "halt what falls behind: asha, the better half goes on at a quarter, and again at half of the steps"
    sweep.takes("--early-stop", "RULE", told, choices=("asha",))
    told = "try only some choices: optuna proposes them from what was measured so far (optional: pip install .[search])"
    sweep.takes("--search", "BY", told, choices=("optuna",))
    sweep.takes("--trials", "N", "how many choices a search tries (50)")
    sweep.takes("--name", "LABEL", "its label, with which those of its trainings begin")
    _setting_options(sweep, without=("seed", "name"))
    sweep.epilog = (
        "Its trainings are ordinary revisions; AAE_SLOTS says how many run at once. Ctrl-C pauses them; the same command, or "
        "'sweep SWEEP', goes on and repeats nothing. A training that rests after early stopping can be resumed like any other."
    )


def _revision_commands(command):
    command("list", "commands:list_revisions", "list all revisions", json=True)
    summary = "show the configuration, status and metrics of a revision"
    command("show", "commands:show", summary, json=True, revision=True)
    summary = "move a revision to the trash, where it is kept for a week"
    delete = command("delete", "commands:delete", summary, revision=True)
    delete.add_argument("--for-good", action="store_true", help="remove it at once; this cannot be undone")
    command("restore", "commands:restore", "restore a revision from the trash", revision=True)
    trash = command("trash", "commands:trash", "list the deleted revisions, with their sizes", json=True)
    trash.add_argument("--empty", action="store_true", help="remove all of them for good")
    for sub in (delete, trash):
        sub.add_argument("--yes", action="store_true", help="remove for good without asking")
    evaluate = command("evaluate", "commands:evaluate", "evaluate a revision on its test set", json=True, revision=True)
    evaluate.takes("--protocol", "P", f"one of {', '.join(PROTOCOLS)}", choices=PROTOCOLS, default="all")
    told = "samples of the model for the likelihood (10000, as in the paper)"
    evaluate.takes("--samples", "N", told, type=int, default=10_000)
    summary = "write the weights, configuration and codes of a revision, and a page on its model, to a new folder"
    export = command("export", "file_commands:export", summary, revision=True)
    export.takes("-o --output", "FOLDER", "a new or empty folder", required=True)
    told = (
        "encoder and decoder as ONNX files too, checked against the weights (pip install onnx onnxscript onnxruntime)"
    )
    export.add_argument("--onnx", action="store_true", help=told)


def _image_commands(command):
    film = command("film", "file_commands:film", "write a time-lapse of a training as an animation", revision=True)
    film.takes("-o --output", "FILM.gif", "the animation to write", required=True)
    film.takes("--seconds", "S", "duration, 2 to 45 (10)", default="10")
    film.add_argument("--surface", action="store_true", help="draw D's surface behind two-dimensional codes")
    encode = command(
        "encode", "file_commands:encode", "encode images, or rows of a table, as latent codes", revision=True
    )
    images = "an .npz with 'images', an image file, or a folder of them; of a table a .csv, .parquet or .npz with its columns"
    encode.takes("images", "IMAGES", images)
    encode.takes("--label", "COLUMN", "the column of a table that holds the classes, where the decoder takes them")
    _takes_number_format(encode)
    told = "the file to write: z, N × d, and y, N × K, where the model infers it"
    encode.takes("-o --output", "CODES.npz", told, required=True)
    told = "write the reconstruction error of each image or row too, and log p(z) in nats where the prior has a density"
    encode.add_argument("--scores", action="store_true", help=told)
    summary = "classify images or rows, or assign them to clusters, by q(y|x)"
    classify = command("classify", "file_commands:classify", summary, json=True, revision=True)
    scaled = "images are only scaled, so they should be light on dark where those of the data set are, as in MNIST"
    classify.takes("images", "IMAGES", f"{images}; {scaled}")
    _takes_number_format(classify)
    told = "the predicted class and all class probabilities of each image or row; or an .npz"
    classify.takes("-o --output", "OUT.csv", told)
    decode = command("decode", "file_commands:decode", "decode latent codes to images or rows", revision=True)
    decode.takes("codes", "CODES.npz", "an .npz with z, N × d, and y, N × K, for a decoder that takes the content")
    told = "the file to write: images, N × H × W × C; or a .png; of a table X, N × F; or a .csv"
    decode.takes("-o --output", "IMAGES.npz", told, required=True)
    summary = "decode samples of the prior; an autoencoder has none"
    sample = command("sample", "file_commands:sample", summary, revision=True)
    sample.takes("-n --number", "N", "number of samples, 1 to 10000 (100)", default="100")
    sample.takes("--seed", "S", "seed of the samples (0)", default="0")
    told = "a .png grid, or an .npz with images; of a table a .csv, or an .npz with X"
    sample.takes("-o --output", "GRID.png", told, required=True)
    content = "content of all images or rows, where the decoder takes one"
    decode.takes("--class", "CLASS", content, dest="content")
    sample.takes("--class", "CLASS", f"{content}; the head, for a dimensionality reduction", dest="content")


def _takes_number_format(command):
    """Add the options that say how the numbers of a table are written."""
    command.takes("--decimal", "SIGN", "the decimal sign of a table, . or , (.)", default=".")
    command.takes("--thousands", "SIGN", "the sign between thousands in a table, such as , or ' (none)", default="")
    command.takes("--units", "UNITS", "texts beside the numbers of a table that are ignored, such as '%%,$,kg'")


def _data_commands(command):
    data = command("data", "commands:data_list", "list, download, add and remove data sets")
    actions = data.add_subparsers(metavar="ACTION")
    command("list", "commands:data_list", "list the data sets", within=actions, json=True)
    get = command("get", "commands:data_get", "download a data set", within=actions)
    get.takes("name", "NAME", "its name in the list")
    add = command("add", "commands:data_add", "add your own images or table", within=actions)
    told = (
        "a folder of images with one subfolder per class, a zip of one, or an .npz with images and labels; or a table: a .csv "
        "or .parquet file, or an .npz with X and, where there are, y and names"
    )
    add.takes("path", "FOLDER_OR_FILE", told)
    told = "name of the data set; it is made valid as a folder name, such as my-shapes for 'My shapes'"
    add.takes("--name", "NAME", told, required=True)
    add.takes("--size", "PIXELS", "scale all images to this width and height, 4 to 128")
    told = "with --size, keep images of other proportions whole, with margins, instead of cutting them to their middle"
    add.add_argument("--margins", action="store_true", help=told)
    told = "the values in the files that become black and white, such as 0 4095 for 12 bits in files of 16 (the whole scale)"
    add.add_argument("--range", nargs=2, metavar=("LOW", "HIGH"), help=told)
    told = f"the colour on which transparent pixels are put: {' or '.join(BACKDROPS)} ({BACKDROPS[0]})"
    add.takes("--backdrop", "COLOUR", told, choices=BACKDROPS, default=BACKDROPS[0])
    told = (
        "leave out, and name, files that cannot be used, images that repeat another, and those of a single colour; of a "
        "table, columns with the same value in every row, and columns that repeat another"
    )
    add.add_argument("--tidy", action="store_true", help=told)
    add.takes("--label", "COLUMN", "the column of a table that holds the classes; a row without one is unlabelled")
    add.takes("--types", "TYPES", f"COLUMN=TYPE,… or one type for all columns of a table: {', '.join(KINDS)} (real)")
    add.takes("--leave-out", "COLUMNS", "columns of a table that are left out, separated by commas")
    told = "texts that stand for a missing value, separated by commas, such as '?,-999'; empty cells and NA always do"
    add.takes("--missing", "TEXTS", told)
    told = "leave out, and count, the rows of a table in which a value is missing"
    add.add_argument("--drop-missing", action="store_true", help=told)
    _takes_number_format(add)
    remove = command("remove", "commands:data_remove", "remove a data set of your own for good", within=actions)
    remove.takes("name", "NAME", "its name in the list")
    remove.add_argument("--yes", action="store_true", help="remove it without asking")


def _reproduction_command(command):
    summary = "list the paper's experiments with their cost, or run the named ones"
    reproduce = command("reproduce", "reproduce_command:reproduce", summary, json=True, trains=True)
    reproduce.takes("experiments", "EXPERIMENT", f"{', '.join(EXPERIMENTS)}; or all (none: list them)", nargs="*")
    budgets = "; ".join(f"{budget}, {summary}" for budget, summary in BUDGETS.items())
    reproduce.takes("--budget", "B", f"{budgets} (cpu)", choices=tuple(BUDGETS), default="cpu")
    reproduce.takes("--seeds", "N", "runs of each experiment, with seeds 0 to N − 1 (default: its own number)")
    reproduce.takes("--seed", "N", "a run with this seed, or with several: 0,2 or 100-104")
    reproduce.takes(
        "--write", "FOLDER", "folder for results.md and results.json (docs in the project, or where data are kept)"
    )
    reproduce.add_argument("--measure-again", action="store_true", help="evaluate finished runs again")
    told = "try a recipe without the test set: train on five sixths of the training images, measure on the others, and write"
    reproduce.add_argument("--held-out", action="store_true", help=f"{told} no table")
    told = "with --held-out, a setting in which the trial differs from the recipe; repeatable"
    reproduce.takes("--set", "KEY=VALUE", told, action="append", default=[])
    reproduce.epilog = (
        "Runs are ordinary revisions, trained one after another in the foreground. Ctrl-C pauses; the same command continues "
        "a run that was paused or killed, and does not repeat one that is done. With --engine, which may be local, they go "
        "through its queue, as many at once as it has room for, and are measured here; Ctrl-C leaves them there. If a run in "
        "the foreground uses several threads, waiting ones spin (GOMP_SPINCOUNT=30000) instead of sleeping at once, which is "
        "faster on an otherwise idle machine; set it to 0 on a busy one."
    )


def _help(key):
    """The help text of a setting, with its choices or range and its default."""
    limits, default = setting_of(key).metadata, value_of(Config(), key)
    details = []
    if limits["low"] is not None:
        details.append(f"{limits['low']:,} to {limits['high']:,}")
    elif limits["choices"]:
        details.append(", ".join(limits["choices"]))
    if default not in (None, ""):
        details.append(f"default {default}")
    text = f"{limits['help']} ({'; '.join(details)})" if details else limits["help"]
    return text.replace("%", "%%")
