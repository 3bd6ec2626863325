"""The package as `pip install` leaves it: outside a checkout, with its data in the user's folders and nothing beside its code."""

import json
import os
import site
import socket
import subprocess
import sys
import time
import tomllib
import urllib.request
import venv
from pathlib import Path

import psutil
import pytest
from helpers.environment import mark_for_ci

PROJECT = Path(__file__).resolve().parent.parent
pytest.importorskip("hatchling", reason="building the package needs requirements-dev.txt")


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    """A virtual environment with the package built from this checkout, and the packages that it depends on."""
    place = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    build = [*pip, "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "-w", place, PROJECT]
    subprocess.run(build, check=True)
    venv.create(place / "venv", with_pip=False)
    packages = next((place / "venv").glob("lib/python*/site-packages"))
    (packages / "dependencies.pth").write_text("\n".join(site.getsitepackages()), encoding="utf-8")
    wheel = next(place.glob("*.whl"))
    subprocess.run(
        [*pip, "--python", place / "venv", "install", "--quiet", "--no-deps", "--no-index", wheel], check=True
    )
    return place


def start_program(installation, *command):
    """A program of the environment, begun elsewhere than in the checkout, by a user whose folders are below `installed`."""
    kept_variables = {k: v for k, v in os.environ.items() if not k.startswith(("AAE_", "PYTHONPATH", "XDG_"))}
    environment = kept_variables | {
        "HOME": str(installation / "home"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "STREAMLIT_SERVER_HEADLESS": "true",
    }
    program = [installation / "venv" / "bin" / command[0], *command[1:]]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(program, env=environment, cwd=installation, **pipes)


def run_program(installation, *command):
    """What such a program has printed, and its status."""
    process = start_program(installation, *command)
    output, error_text = process.communicate()
    return subprocess.CompletedProcess(command, process.returncode, output, error_text)


def file_times(installation):
    return {path: path.stat().st_mtime_ns for path in (installation / "venv").rglob("*")}


@mark_for_ci
def test_an_installed_package_leaves_its_own_folder_alone(installation):
    old_times = file_times(installation)
    settings = ["--set", "network.hidden=8", "--set", "network.discriminator=8", "--steps", "2", "--quiet"]
    train_result = run_program(installation, "aae", "train", "--data", "digits", *settings)
    assert train_result.returncode == 0, train_result.stderr
    list_result = run_program(installation, "aae", "list", "--json")
    rows = json.loads(list_result.stdout)
    assert [row["state"] for row in rows] == ["done"]
    assert file_times(installation) == old_times
    assert len(list((installation / "home").rglob(f"checkpoints/{rows[0]['revision']}/weights.safetensors"))) == 1


@mark_for_ci
def test_the_gallery_does_not_come_with_the_package_and_results_do(installation):
    assert not list((installation / "venv").rglob("weights.safetensors"))
    rows = json.loads(run_program(installation, "aae", "reproduce", "--json").stdout)["experiments"]
    assert any(row["runs"] for row in rows)


# One process, since each loads PyTorch: what comes with the package is found, revisions open, an estimator is fitted.
FROM_PYTHON = """
import sys

extras = ["streamlit", "plotly", "pandas", "pyarrow", "onnx", "onnxscript", "onnxruntime", "ray"]

class Missing:  # their imports fail, as where they are not installed
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in extras:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Missing)
import numpy as np
import aae_core as aae
from aae_core.evaluation import embedding
from aae_core.places import EXPLORER_APP
from aae_core.reproduce import frontier, results
from aae_core.sklearn import AdversarialAutoencoder

print(aae.__file__)
print(EXPLORER_APP.is_file(), (EXPLORER_APP.parent / ".streamlit/config.toml").is_file())
print(len(results.read_results()["rows"]), len(frontier.read_frontier().points))
print(embedding.load_classifier()[-1].weight.shape)
X = np.random.default_rng(0).normal(size=(40, 3))
fit = AdversarialAutoencoder(max_epochs=1, random_state=0).fit(X)
fit.save("fit.safetensors")
np.testing.assert_array_equal(AdversarialAutoencoder.load("fit.safetensors").transform(X), fit.transform(X))
revision = fit.to_revision("mine").id
assert aae.open(revision).encode(X).shape == (40, 2) and aae.open().id == revision
print(aae.open().sample(3).shape)
"""


@mark_for_ci
def test_an_installed_package_needs_no_extras_in_python(installation):
    old_times = file_times(installation)
    outcome = run_program(installation, "python", "-c", FROM_PYTHON)
    assert outcome.returncode == 0, outcome.stderr
    package_file, result, figures, classifier, samples = outcome.stdout.splitlines()
    assert str(installation) in package_file and result == "True True"
    assert all(int(count) > limit for count, limit in zip(figures.split(), (10, 0), strict=True))
    assert (classifier, samples) == ("torch.Size([10, 64])", "(3, 3)")
    assert file_times(installation) == old_times
    assert "mine" in [row["label"] for row in json.loads(run_program(installation, "aae", "list", "--json").stdout)]


@mark_for_ci
def test_the_installed_explorer_answers_on_this_machine_alone(installation):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = start_program(
        installation, "aae", "explore", "--port", str(port), "--checkpoints", str(installation / "runs")
    )
    try:
        deadline = time.monotonic() + 60
        while psutil.Process(process.pid).net_connections("tcp") == []:
            assert time.monotonic() < deadline and process.poll() is None
            time.sleep(0.2)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as answer:
            assert answer.status == 200 and b"<title>" in answer.read()
        assert {net_connection.laddr.ip for net_connection in psutil.Process(process.pid).net_connections("tcp")} == {
            "127.0.0.1"
        }
    finally:
        process.terminate()
    process.wait(30)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), 1).close()


def test_the_package_asks_for_the_ranges_that_the_checkout_asks_for():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (PROJECT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    requirements = {line for line in lines if line and not line.startswith(("#", "pytest"))}
    assert requirements == {*project["dependencies"], *project["optional-dependencies"]["explorer"]}
    development_lines = (PROJECT / "requirements-dev.txt").read_text(encoding="utf-8").splitlines()
    assert {*project["optional-dependencies"]["onnx"], *project["optional-dependencies"]["search"]} <= set(
        development_lines
    )
