"""The command line: `python -m aae_core …`, or `aae …` if the package is installed."""

import sys

from aae_core.cli import streams
from aae_core.cli.arguments import main
from aae_core.training import machine


def run() -> None:
    """Run the command in the program's arguments, and exit with its status."""
    streams.wrap_standard_streams()
    sys.exit(main(before_training=machine.restart_with_environment))


if __name__ == "__main__":
    run()
