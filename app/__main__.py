"""`python -m app handout` and `python -m app site`: revisions as pages that work without a server."""

import sys
from pathlib import Path

from aae_core import __version__
from aae_core.cli import arguments, streams
from aae_core.cli.file_commands import check_output_path
from aae_core.errors import DataError
from aae_core.files import write_atomic
from aae_core.progress import format_count, print_to_stderr

PROGRAM = "python -m app"


def write_handout(args) -> None:
    """Write one HTML file of a revision, or of the comparison of two; what it lacks is printed on stderr."""
    output = check_output_path(args.output, (".html", ".htm"))
    from app.cache import revision_snapshot
    from app.handout import contents

    page = contents.make_handout(
        [revision_snapshot.open_snapshot(ref) for ref in args.revisions], with_frames=not args.no_film
    )
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
    """Write a folder of pages about revisions, by default the shipped ones; those left out are printed on stderr."""
    silence_streamlit()
    from app.website import site

    size, count, refused = site.write_site(args.folder, args.revisions)
    for sentence in refused:
        print_to_stderr(f"Not on the site: {sentence}")
    print(f"{args.folder}: {format_count(count, 'revision')}, {size / 1e6:.1f} MB; open {args.folder / 'index.html'}")


def run_export_command(argv: list[str] | None = None) -> int:
    """Run one command and return its exit status: 0, 1 for a failure (explained in one sentence on stderr), 2 for wrong usage."""
    try:
        args = _make_parser().parse_args(argv)
    except SystemExit as end:  # argparse has already reported why
        return end.code
    return arguments.run_to_exit_status(lambda: args.run(args), PROGRAM)


def _make_parser() -> arguments.OneLineErrorParser:
    parser = arguments.OneLineErrorParser(prog=PROGRAM, description="Revisions as pages that work without a server.")
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
    handout_parser.set_defaults(run=write_handout)
    site_parser = commands.add_parser("site", help="a folder of pages about revisions, for any web host or a disk")
    site_parser.add_valued_argument(
        "folder", "FOLDER", "a new or an empty folder, or one with an earlier site", type=Path
    )
    site_parser.add_valued_argument("revisions", "REV", "by default the examples", nargs="*")
    site_parser.set_defaults(run=write_site)
    return parser


if __name__ == "__main__":
    streams.wrap_standard_streams()
    sys.exit(run_export_command())
