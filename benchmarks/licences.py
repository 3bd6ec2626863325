"""Write docs/development/licences.md, the licences of the dependencies, from the metadata of the installed packages.

python -m benchmarks.licences
"""

import re
import tomllib
from importlib import metadata
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
LOCK = PROJECT / "requirements.lock"
PAGE = PROJECT / "docs" / "development" / "licences.md"
PINNED_VERSION = re.compile(r"^([\w.-]+)==([^\s;]+)", re.MULTILINE)
MAX_LENGTH = 120  # characters; a longer field contains the text of the licence
# its metadata name no licence: it contains no code, but requires NVIDIA's libraries
UNNAMED_LICENCES = {"cuda-toolkit": "NVIDIA's"}
HEAD = """# Licences of the dependencies

The project is under the MIT licence and contains none of these packages; `pip` gets them from PyPI.
The page's scripts contain one package of npm's, gifenc (MIT), with its licence.
Each licence is copied from the metadata of the version in `requirements.lock` by
`python -m benchmarks.licences`.

A checkout also contains images of MNIST, by Yann LeCun and Corinna Cortes, under the licence [CC
BY-SA 3.0](../../checkpoints/example-images/mnist/LICENCE.md); a hundred of them are also in
`aae_core/latent/encoded_images.npz`. It contains images of Fashion-MNIST, too, by Zalando SE, under
the [MIT licence](../../checkpoints/example-images/fashion-mnist/LICENCE.md). Handouts and sites of
models of either hold some of them, and name their authors and licence.

All licences except NVIDIA's allow use and redistribution together with MIT code. NVIDIA's libraries
come with PyPI's torch for Linux and are needed only with an NVIDIA GPU: to leave them out, run
`pip install torch torchvision --index-url https://download.pytorch.org/whl/cpu` before you install
the other packages.

| package | version | licence |
|---|---|---|
"""


OPTIONAL_HEAD = """
The following packages are optional. `pip install '.[ray]'`, `'.[search]'`, `'.[onnx]'` or
`'.[h5ad]'` installs them, and their own dependencies, which are not listed here.

| package | version | licence |
|---|---|---|
"""


def pinned_versions() -> dict[str, str]:
    """The versions in requirements.lock by package."""
    return dict(PINNED_VERSION.findall(LOCK.read_text(encoding="utf-8")))


def find_licence(name: str) -> str:
    """The licence of an installed package: its SPDX expression, else its classifiers, else its field License."""
    fields = metadata.metadata(name)
    kinds = [kind.split(" :: ")[-1] for kind in fields.get_all("Classifier") or () if kind.startswith("License ::")]
    licence_field = fields.get("License") or ""
    short_licence = licence_field if len(licence_field) <= MAX_LENGTH and "\n" not in licence_field else ""
    return fields.get("License-Expression") or ", ".join(kinds) or short_licence or UNNAMED_LICENCES.get(name, "")


def optional_packages() -> list[str]:
    """The packages that are in an extra of pyproject.toml but not in requirements.lock."""
    extras = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    package_names = {re.match(r"[\w.-]+", item)[0] for value in extras.values() for item in value}
    return sorted(package_names - pinned_versions().keys())


def licences_page() -> str:
    return (
        HEAD
        + licence_table(pinned_versions())
        + OPTIONAL_HEAD
        + licence_table({name: metadata.version(name) for name in optional_packages()})
    )


def licence_table(versions: dict[str, str]) -> str:
    return "".join(f"| {name} | {version} | {find_licence(name)} |\n" for name, version in versions.items())


if __name__ == "__main__":
    PAGE.write_text(licences_page(), encoding="utf-8")
