"""What tests take of the machine: whether it is CI's, how many cases they have, and commands that check the page's modules."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

# Of a run of tests: the names of the modules that were loaded once all tests had been collected.
MODULES_AT_COLLECTION = pytest.StashKey[frozenset[str]]()
WEB = Path(__file__).parents[2] / "web"  # the page's TypeScript
PAGE_MODULES = WEB / "src"
IN_CI = os.environ.get("CI") == "true"  # where some tests have more cases, and no command may be missing


def mark_for_ci(test):
    """Mark a test that takes many processes and that hardly any change touches: by hand it is one of -m thorough."""
    return test if IN_CI else pytest.mark.thorough(test)


def mark_thorough_cases(cases, usual_count: int = 1) -> list:
    """The cases of a parameter, of which the usual run takes so many of the first ones."""
    return [
        pytest.param(case, marks=() if number < usual_count else pytest.mark.thorough)
        for number, case in enumerate(cases)
    ]


def run_command(name: str, *arguments: str | Path, text: str | None = None, folder: Path | None = None) -> str:
    """What the command prints in a folder, without which the test skips, or fails in CI; `text` is its standard input."""
    result = shutil.which(name)
    if result is None:
        missing = pytest.fail if IN_CI else pytest.skip
        missing(f"{name} is not installed, so this is not tested here")
    done = subprocess.run(
        [result, *arguments], input=text, cwd=folder, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def run_npm(script: str) -> str:
    """What a script of web/package.json prints; the test skips, or fails in CI, without npm or its packages (`npm ci`)."""
    require_web_packages()
    return run_command("npm", "--prefix", str(WEB), "run", script)


def run_web_command(name: str, *arguments: str | Path, text: str | None = None, folder: Path = WEB) -> str:
    """What a command of the packages of web/ prints in a folder; the test skips, or fails in CI, without them. text: its
    standard input."""
    require_web_packages()
    return run_command(str(WEB / "node_modules" / ".bin" / name), *arguments, text=text, folder=folder)


def require_web_packages() -> None:
    """Skip the test, or fail it in CI, if the packages of web/ are not installed."""
    if not (WEB / "node_modules").is_dir():
        missing = pytest.fail if IN_CI else pytest.skip
        missing("the packages of web/ are not installed (npm ci), so this is not tested here")


def run_node(script: str | Path, *arguments: str | Path, text: str | None = None) -> str:
    """What a script prints, which is given whole or as a file; it can import the page's modules (web/src)."""
    require_web_packages()
    return run_command(
        "node",
        "--import",
        (WEB / "tests" / "typescript.mjs").as_uri(),
        *([script] if isinstance(script, Path) else ["--input-type=module", "-e", script]),
        *arguments,
        text=text,
    )
