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
PERMISSIVE = re.compile(
    r"MIT|MIT-CMU|BSD|0BSD|Apache|PSF|ISC|Zlib|CC0|BSL-1\.0|Mozilla Public License 2\.0|NVIDIA", re.IGNORECASE
)


def text(name):
    return (PROJECT / name).read_text(encoding="utf-8")


def test_the_newest_entry_of_the_change_log_is_the_version():
    assert re.search(r"^## (\S+)", text("CHANGELOG.md"), re.MULTILINE)[1] == aae_core.__version__
    assert re.fullmatch(r"\d+\.\d+\.\d+", aae_core.__version__)


def test_every_pin_has_a_hash_and_satisfies_what_is_asked_for():
    entries = re.split(r"\n(?=[\w-])", text("requirements.lock"))[1:]
    assert len(entries) == len(licences.pinned_versions()) > 50
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry) for entry in entries)
    result = [Requirement(line) for line in text("requirements.txt").splitlines() if line and not line.startswith("#")]
    assert [str(item) for item in result if licences.pinned_versions().get(item.name, "0") not in item.specifier] == []


def test_every_pinned_package_has_a_permitted_licence_in_the_list():
    rows = dict(re.findall(r"^\| ([\w.-]+) \| \S+ \| (.+) \|$", text("docs/development/licences.md"), re.MULTILINE))
    rows.pop("package")
    assert rows.keys() == {*licences.pinned_versions(), *licences.optional_packages()} and "ray" in rows
    assert [name for name, licence in rows.items() if not PERMISSIVE.search(licence) or "GPL" in licence] == []
    assert all(
        f"| {name} | {version} |" in text("docs/development/licences.md")
        for name, version in licences.pinned_versions().items()
    )


@pytest.fixture
def audit():
    spec = importlib.util.spec_from_file_location("audit", PROJECT / ".ci" / "audit.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_an_audit_fails_for_a_known_vulnerability_and_not_for_want_of_data(audit, monkeypatch):
    whole = {"name": "a", "version": "1", "vulns": []}
    bad = {"name": "b", "version": "2", "vulns": [{"id": "CVE-1", "fix_versions": ["2.1"]}]}
    unknown = {"name": "c", "skip_reason": "not found"}
    actual, status = audit.summarise_audit(json.dumps({"dependencies": [whole, bad, unknown]}), "")
    assert status == 1 and "b 2: CVE-1, fixed in 2.1" in actual and "2 packages audited" in actual
    assert audit.summarise_audit(json.dumps({"dependencies": [whole]}), "")[1] == 0
    assert audit.summarise_audit(json.dumps({"dependencies": [unknown]}), "") == (audit.NOTHING, 0)
    for text in (
        "ERROR:pip_audit._cli:Could not connect to PyPI's vulnerability feed",
        "requests.exceptions.ReadTimeout: HTTPSConnectionPool: Read timed out.",
        "requests.exceptions.HTTPError: 403 Client Error: Forbidden for url",
    ):
        assert audit.summarise_audit("", text) == (audit.NOTHING, 0)
    usage = "usage: pip-audit [-h]\npip-audit: error: unrecognized arguments: --nonsense\n"
    actual, status = audit.summarise_audit("", usage)
    assert status == 1 and actual.endswith("unrecognized arguments: --nonsense")
    for answer in ("", "{}", "[]", '{"dependencies": 3}', '{"dependencies": [{"vulns": [{}]}]}'):
        assert audit.summarise_audit(answer, "")[1] == 1

    def late(*given, **options):
        raise subprocess.TimeoutExpired("pip-audit", audit.PATIENCE)

    monkeypatch.setattr(audit.subprocess, "run", late)
    assert audit.main() == 0


def test_every_test_that_the_threat_model_names_is_there():
    named = set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text("THREATS.md")))
    named |= {
        (file, test)
        for file, more in re.findall(r"`(tests/[\w/]+\.py)::\w+`((?:, `\w+`)+)", text("THREATS.md"))
        for test in re.findall(r"`(\w+)`", more)
    }
    assert len(named) > 30
    assert [pair for pair in sorted(named) if not re.search(rf"^def {pair[1]}\(", text(pair[0]), re.MULTILINE)] == []


def test_metadata_of_the_package_and_its_commands():
    """The wheel is built in tests/test_install.py; here its facts agree with the files."""
    output = text("pyproject.toml")
    assert 'path = "aae_core/__init__.py"' in output and 'dynamic = ["version"]' in output
    for program in ("aae_core", "app"):
        said = subprocess.run([sys.executable, "-m", program, "--version"], cwd=PROJECT, capture_output=True, text=True)
        assert said.stdout == f"aae {aae_core.__version__}\n"
