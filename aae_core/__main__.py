"""`python -m aae_core …`: the command line."""

import sys

from aae_core.cli.arguments import main
from aae_core.training import machine

if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # a file name that is not UTF-8 must not become a traceback
    sys.exit(main(before_training=machine.begin_anew))
