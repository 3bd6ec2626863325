"""`python -m app handout` and `site`: revisions as pages that work without a server; `lesson check`: tests a lesson's file."""

import sys
from pathlib import Path

from aae_core import __version__
from aae_core.checks import require_whole_number
from aae_core.cli import arguments, streams
from aae_core.cli.file_commands import check_output_path
from aae_core.cli.table_options import parse_comma_separated
from aae_core.errors import DataError
from aae_core.files import write_atomic
from aae_core.progress import ProgressBar, format_count, print_to_stderr
from app.translation.languages import LANGUAGES, SOURCE_LANGUAGE, use_language

PROGRAM = "python -m app"


def write_handout(args) -> None:
    """Write one HTML file of a revision, or of the comparison of two; what it lacks is printed on stderr."""
    output = check_output_path(args.output, (".html", ".htm"))
    from app.cache import revision_snapshot
    from app.handout import contents

    snapshots = [revision_snapshot.open_snapshot(ref) for ref in args.revisions]
    with use_language(args.language):
        columns = parse_comma_separated(args.columns)
        page = contents.make_handout(snapshots, with_frames=not args.no_film, columns=columns)
    write_atomic(output, page.content, DataError)
    for sentence in page.limitations:
        print_to_stderr(sentence)
    print(f"{output}: {page.title}, {len(page.content) / 1e6:.1f} MB")


def silence_streamlit() -> None:
    """Suppress Streamlit's warnings that no server is running."""
    from streamlit import config, logger

    config.get_config_options()  # sets the log level when called for the first time
    logger.set_log_level("error")


def write_site(args) -> None:
    """Write a folder of pages about revisions, by default the shipped ones; those left out, and the ids and columns that are
    published, are printed on stderr."""
    silence_streamlit()
    from app.website import site

    with use_language(args.language):
        columns = parse_comma_separated(args.columns)
        size, count, refusals = site.write_site(args.folder, args.revisions, columns)
    for sentence in refusals:
        print_to_stderr(f"Not on the site: {sentence}")
    if columns:
        names = ", ".join(dict.fromkeys(columns))
        print_to_stderr(f"The site publishes of its items, where they have them: {names}.")
    print(f"{args.folder}: {format_count(count, 'revision')}, {size / 1e6:.1f} MB; open {args.folder / 'index.html'}")


def check_lessons(args) -> int:
    """Read lessons as the app does and, with seeds, test their claims; returns 1 if a claim does not hold."""
    silence_streamlit()
    from app.lessons import file_check

    seeds = require_whole_number(args.seeds, 0, file_check.MAX_SEEDS, "--seeds")
    if not seeds:
        for path in args.files:
            print(file_check.describe_lesson(path, file_check.read_lesson_file(path)))
        return 0
    with ProgressBar("Lessons") as bar:
        outcomes = file_check.rehearse_files(args.files, seeds, bar.show)
    print(file_check.claims_table(outcomes, seeds))
    return int(any(not result.holds for _, results in outcomes for result in results))


def run_app_command(argv: list[str] | None = None) -> int:
    """Run one command and return its exit status: 0, 1 for a failure (explained in one sentence on stderr), 2 for wrong usage."""
    try:
        args = _make_parser().parse_args(argv)
    except SystemExit as end:  # argparse has already reported why
        return end.code
    return arguments.run_to_exit_status(lambda: args.run(args), PROGRAM)


def _make_parser() -> arguments.OneLineErrorParser:
    parser = arguments.OneLineErrorParser(
        prog=PROGRAM, description="Revisions as pages that work without a server, and tests of lessons."
    )
    parser.add_argument("--version", action="version", version=f"aae {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    handout_parser = commands.add_parser("handout", help="one HTML file of a revision, or of the comparison of two")
    handout_parser.add_valued_argument(
        "revisions", "REV", "a revision's id, an unambiguous prefix of it, or latest", nargs="+"
    )
    handout_parser.add_valued_argument("-o --output", "FILE.html", "the file that is written", required=True)
    handout_parser.add_argument(
        "--no-film", action="store_true", help="leave out the frames of the training: a smaller file"
    )
    _add_columns_argument(handout_parser)
    _add_language_argument(handout_parser)
    handout_parser.set_defaults(run=write_handout)
    site_parser = commands.add_parser("site", help="a folder of pages about revisions, for any web host or a disk")
    site_parser.add_valued_argument(
        "folder", "FOLDER", "a new or an empty folder, or one with an earlier site", type=Path
    )
    site_parser.add_valued_argument("revisions", "REV", "by default the examples", nargs="*")
    _add_columns_argument(site_parser)
    _add_language_argument(site_parser)
    site_parser.set_defaults(run=write_site)
    lesson_commands = commands.add_parser("lesson", help="tests of lessons").add_subparsers(
        required=True, metavar="COMMAND"
    )
    check_parser = lesson_commands.add_parser(
        "check", help="name what is wrong in a lesson's file, and test its claims"
    )
    check_parser.add_valued_argument("files", "FILE", "a lesson, named like 31-my-lesson.md", nargs="+", type=Path)
    check_parser.add_valued_argument(
        "--seeds",
        "N",
        "perform the lesson without a page, with N seeds, and print a table of its claims",
        type=int,
        default=0,
    )
    check_parser.set_defaults(run=check_lessons)
    return parser


def _add_columns_argument(parser: arguments.OneLineErrorParser) -> None:
    parser.add_valued_argument(
        "--columns",
        "COLUMNS",
        "publish these of what was kept of the items, such as id,sex: each code is named by them, and those that are "
        "categories, numbers or dates colour the planes; by default nothing of it is published",
    )


def _add_language_argument(parser: arguments.OneLineErrorParser) -> None:
    languages = ", ".join(f"{code} ({name})" for code, name in LANGUAGES.items())
    parser.add_argument(
        "--language",
        choices=LANGUAGES,
        default=SOURCE_LANGUAGE,
        help=f"the language of what is written: {languages}; texts without a translation are English",
    )


if __name__ == "__main__":
    streams.wrap_standard_streams()
    sys.exit(run_app_command())
