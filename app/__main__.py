"""`python -m app handout` and `python -m app site`: revisions as pages that work without a server."""

import sys
from pathlib import Path

from aae_core import __version__
from aae_core.cli import arguments, streams
from aae_core.cli.file_commands import output_file
from aae_core.errors import DataError
from aae_core.files import write_atomic
from aae_core.progress import count_of, tell

PROGRAM = "python -m app"


def handout(args) -> None:
    """Write one HTML file of a revision, or of the comparison of two; what it lacks is printed on stderr."""
    output = output_file(args.output, (".html", ".htm"))
    quiet()
    from app.cache import loaded
    from app.handout import contents

    made = contents.made([loaded.open_revision(ref) for ref in args.revisions], film=not args.no_film)
    write_atomic(output, made.content, DataError)
    for sentence in made.lacks:
        tell(sentence)
    print(f"{output}: {made.title}, {len(made.content) / 1e6:.1f} MB")


def quiet() -> None:
    """Suppress Streamlit's warnings that no server is running."""
    from streamlit import config, logger

    config.get_config_options()  # sets the log level when called for the first time
    logger.set_log_level("error")


def site(args) -> None:
    """Write a folder of pages about revisions, by default the shipped ones; those left out are printed on stderr."""
    quiet()
    from app.website import site

    size, count, refused = site.write(args.folder, args.revisions)
    for sentence in refused:
        tell(f"Not on the site: {sentence}")
    print(f"{args.folder}: {count_of(count, 'revision')}, {size / 1e6:.1f} MB; open {args.folder / 'index.html'}")


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit status: 0, 1 for a failure (explained in one sentence on stderr), 2 for wrong usage."""
    try:
        args = _parser().parse_args(argv)
    except SystemExit as end:  # argparse has already reported why
        return end.code
    return arguments.ended(lambda: args.run(args), PROGRAM)


def _parser() -> arguments.Parser:
    parser = arguments.Parser(prog=PROGRAM, description="Revisions as pages that work without a server.")
    parser.add_argument("--version", action="version", version=f"aae {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    one = commands.add_parser("handout", help="one HTML file of a revision, or of the comparison of two")
    one.takes("revisions", "REV", "a revision's id, an unambiguous prefix of it, or latest", nargs="+")
    one.takes("-o --output", "FILE.html", "the file that is written", required=True)
    one.add_argument("--no-film", action="store_true", help="leave out the frames of the training: a smaller file")
    one.set_defaults(run=handout)
    many = commands.add_parser("site", help="a folder of pages about revisions, for any web host or a disk")
    many.takes("folder", "FOLDER", "a new or an empty folder, or one with an earlier site", type=Path)
    many.takes("revisions", "REV", "by default the shipped ones", nargs="*")
    many.set_defaults(run=site)
    return parser


if __name__ == "__main__":
    streams.plain()
    sys.exit(main())
