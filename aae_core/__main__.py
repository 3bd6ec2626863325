"""The command line: `python -m aae_core …`, or `aae …` if the package is installed."""

import sys

from aae_core.cli import streams
from aae_core.cli.arguments import main
from aae_core.training import machine


def run() -> None:
    """Run the command in the program's arguments, and exit with its status."""
    streams.plain()
    sys.exit(main(before_training=machine.begin_anew))


if __name__ == "__main__":
    run()
