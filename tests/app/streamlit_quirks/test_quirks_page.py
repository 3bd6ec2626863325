"""The page on Streamlit's quirks names files and tests that are there, and the version with which they were seen."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[3]
PAGE = PROJECT / "docs" / "development" / "streamlit_quirks.md"
ROWS = [line.split(" | ") for line in PAGE.read_text(encoding="utf-8").splitlines() if re.match(r"\| \d", line)]


@pytest.mark.parametrize("row", ROWS, ids=[row[1][:50] for row in ROWS])
def test_a_quirk_names_its_version_remedy_and_tests(row):
    version, _, remedy, tests = row
    requirements_text = (PROJECT / "requirements.txt").read_text(encoding="utf-8")
    assert f"streamlit>={version.removeprefix('| ')}," in requirements_text, (
        "try it without, and write down the new version"
    )
    for cell, prefix in ((remedy, "(?:app|web/src)/"), (tests, "(?:web/)?tests/")):
        paths = re.findall(rf"`({prefix}[\w./]+)`", cell)
        assert paths and all((PROJECT / path).exists() for path in paths), cell


def test_every_module_of_the_room_has_a_row():
    modules = {path.name for path in (PROJECT / "app" / "streamlit_quirks").glob("[a-z]*.py")}
    assert modules == set(re.findall(r"`app/streamlit_quirks/(\w+\.py)`", PAGE.read_text(encoding="utf-8")))
