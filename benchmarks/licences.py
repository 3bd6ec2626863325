"""The licences of what the project needs, from the metadata of the installed packages: `python -m benchmarks.licences`."""

import re
import tomllib
from importlib import metadata
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
LOCK, PAGE = PROJECT / "requirements.lock", PROJECT / "docs" / "licences.md"
PIN = re.compile(r"^([\w.-]+)==([^\s;]+)", re.MULTILINE)
LONGEST = 120  # characters; a longer field holds the licence's text
UNNAMED = {
    "cuda-toolkit": "NVIDIA's"
}  # those whose metadata name none: it holds no code, but asks for NVIDIA's libraries
HEAD = """# Licences of the dependencies

The project is under the MIT licence and ships none of these packages; `pip` gets them from PyPI. Each licence is what a
package's own metadata say, of the versions in `requirements.lock`; written by `python -m benchmarks.licences`. All but NVIDIA's
allow use and redistribution together with MIT code. NVIDIA's libraries come with the torch that PyPI has for Linux, for whoever
has such a GPU, and are not needed without one: `pip install torch torchvision --index-url https://download.pytorch.org/whl/cpu`
before the other packages leaves them out.

| package | version | licence |
|---|---|---|
"""


FURTHER = """
Those that only some uses need: `pip install '.[ray]'`, `'.[search]'` or `'.[onnx]'` gets them, and packages of their own that are
not listed here.

| package | version | licence |
|---|---|---|
"""


def pins() -> dict[str, str]:
    """The versions in requirements.lock by package."""
    return dict(PIN.findall(LOCK.read_text(encoding="utf-8")))


def licence(name: str) -> str:
    """The licence of an installed package: its SPDX expression, else its classifier, else what it calls it."""
    found = metadata.metadata(name)
    kinds = [kind.split(" :: ")[-1] for kind in found.get_all("Classifier") or () if kind.startswith("License ::")]
    called = found.get("License") or ""
    short = called if len(called) <= LONGEST and "\n" not in called else ""
    return found.get("License-Expression") or ", ".join(kinds) or short or UNNAMED.get(name, "")


def further() -> list[str]:
    """The packages that extras name and requirements.lock does not."""
    extras = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    named = {re.match(r"[\w.-]+", each)[0] for asked in extras.values() for each in asked}
    return sorted(named - pins().keys())


def page() -> str:
    return HEAD + table(pins()) + FURTHER + table({name: metadata.version(name) for name in further()})


def table(versions: dict[str, str]) -> str:
    return "".join(f"| {name} | {version} | {licence(name)} |\n" for name, version in versions.items())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
