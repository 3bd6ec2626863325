"""`python -m aae_core …`, or where the package is installed `aae …`: the command line."""

import sys

from aae_core.cli import streams
from aae_core.cli.arguments import main
from aae_core.training import machine


def run() -> None:
    """Run the command that the program's arguments name, and end with its exit status."""
    streams.plain()
    sys.exit(main(before_training=machine.begin_anew))


if __name__ == "__main__":
    run()
