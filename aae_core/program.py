"""The name of the command line in sentences that tell a person what to type."""

import sys
from pathlib import Path

INSTALLED_COMMAND = "aae"  # the script that pip installs
MODULE_COMMAND = "python -m aae_core"


def program_name() -> str:
    """What a person types before a command: "aae" in a process that was started by that name, else "python -m aae_core", which
    works wherever the package can be imported."""
    script = Path(sys.argv[0]).stem if sys.argv else ""
    return INSTALLED_COMMAND if script == INSTALLED_COMMAND else MODULE_COMMAND
