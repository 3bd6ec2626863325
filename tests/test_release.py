"""What goes out with a version: one number, what changed, pinned packages with their licences, and a tested threat model."""

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import aae_core
from benchmarks import licences

PROJECT = Path(__file__).resolve().parent.parent
PERMITTED_LICENCES = re.compile(
    r"MIT|MIT-CMU|BSD|0BSD|Apache|PSF|ISC|Zlib|CC0|BSL-1\.0|Mozilla Public License 2\.0|NVIDIA", re.IGNORECASE
)


def file_text(name):
    return (PROJECT / name).read_text(encoding="utf-8")


def test_the_newest_entry_of_the_change_log_is_the_version():
    assert re.search(r"^## (\S+)", file_text("CHANGELOG.md"), re.MULTILINE)[1] == aae_core.__version__
    assert re.fullmatch(r"\d+\.\d+\.\d+", aae_core.__version__)


def test_every_pin_has_a_hash_and_satisfies_what_is_asked_for():
    entries = re.split(r"\n(?=[\w-])", file_text("requirements.lock"))[1:]
    assert len(entries) == len(licences.pinned_versions()) > 50
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry) for entry in entries)
    requirements = [
        Requirement(line) for line in file_text("requirements.txt").splitlines() if line and not line.startswith("#")
    ]
    assert [
        str(requirement)
        for requirement in requirements
        if licences.pinned_versions().get(requirement.name, "0") not in requirement.specifier
    ] == []


def test_every_pinned_package_has_a_permitted_licence_in_the_list():
    rows = dict(
        re.findall(r"^\| ([\w.-]+) \| \S+ \| (.+) \|$", file_text("docs/development/licences.md"), re.MULTILINE)
    )
    rows.pop("package")
    assert rows.keys() == {*licences.pinned_versions(), *licences.optional_packages()} and "ray" in rows
    assert [name for name, licence in rows.items() if not PERMITTED_LICENCES.search(licence) or "GPL" in licence] == []
    assert all(
        f"| {name} | {version} |" in file_text("docs/development/licences.md")
        for name, version in licences.pinned_versions().items()
    )


@pytest.fixture
def audit():
    spec = importlib.util.spec_from_file_location("audit", PROJECT / ".ci" / "audit.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_an_audit_fails_for_a_known_vulnerability_and_not_for_want_of_data(audit, monkeypatch):
    sound_package = {"name": "a", "version": "1", "vulns": []}
    vulnerable_package = {"name": "b", "version": "2", "vulns": [{"id": "CVE-1", "fix_versions": ["2.1"]}]}
    unknown_package = {"name": "c", "skip_reason": "not found"}
    summary, status = audit.summarise_audit(
        json.dumps({"dependencies": [sound_package, vulnerable_package, unknown_package]}), ""
    )
    assert status == 1 and "b 2: CVE-1, fixed in 2.1" in summary and "2 packages audited" in summary
    assert audit.summarise_audit(json.dumps({"dependencies": [sound_package]}), "")[1] == 0
    assert audit.summarise_audit(json.dumps({"dependencies": [unknown_package]}), "") == (audit.NOTHING, 0)
    for error_text in (
        "ERROR:pip_audit._cli:Could not connect to PyPI's vulnerability feed",
        "requests.exceptions.ReadTimeout: HTTPSConnectionPool: Read timed out.",
        "requests.exceptions.HTTPError: 403 Client Error: Forbidden for url",
    ):
        assert audit.summarise_audit("", error_text) == (audit.NOTHING, 0)
    usage = "usage: pip-audit [-h]\npip-audit: error: unrecognized arguments: --nonsense\n"
    summary, status = audit.summarise_audit("", usage)
    assert status == 1 and summary.endswith("unrecognized arguments: --nonsense")
    for answer in ("", "{}", "[]", '{"dependencies": 3}', '{"dependencies": [{"vulns": [{}]}]}'):
        assert audit.summarise_audit(answer, "")[1] == 1

    def time_out(*arguments, **options):
        raise subprocess.TimeoutExpired("pip-audit", audit.PATIENCE)

    monkeypatch.setattr(audit.subprocess, "run", time_out)
    assert audit.main() == 0


def test_every_test_that_the_threat_model_names_is_there():
    named_tests = set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", file_text("THREATS.md")))
    named_tests |= {
        (file, test)
        for file, further_names in re.findall(r"`(tests/[\w/]+\.py)::\w+`((?:, `\w+`)+)", file_text("THREATS.md"))
        for test in re.findall(r"`(\w+)`", further_names)
    }
    assert len(named_tests) > 30
    assert [
        pair for pair in sorted(named_tests) if not re.search(rf"^def {pair[1]}\(", file_text(pair[0]), re.MULTILINE)
    ] == []


def test_metadata_of_the_package_and_its_commands():
    """The wheel is built in tests/test_install.py; here its facts agree with the files."""
    project_text = file_text("pyproject.toml")
    assert 'path = "aae_core/__init__.py"' in project_text and 'dynamic = ["version"]' in project_text
    for program in ("aae_core", "app"):
        process = subprocess.run(
            [sys.executable, "-m", program, "--version"], cwd=PROJECT, capture_output=True, text=True
        )
        assert process.stdout == f"aae {aae_core.__version__}\n"
