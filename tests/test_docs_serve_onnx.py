"""The example of a server in docs/use, as a program that cannot import PyTorch or this project."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request

import numpy as np
import pandas
import pytest

import aae_core as aae
from aae_core.data import sets
from aae_core.data.number_texts import ValueFormat
from aae_core.places import PROJECT

# Instead of the packages, so that importing one fails.
BLOCKED_PACKAGES = ("torch", "aae_core", "app", "onnx", "onnxscript", "sklearn", "pandas")


@pytest.fixture
def start_server(tmp_path):
    """A function that starts the example with a folder and returns another one, (path, content) -> (status, answer)."""
    blocked_folder = tmp_path / "blocked"
    blocked_folder.mkdir()
    for name in BLOCKED_PACKAGES:
        (blocked_folder / f"{name}.py").write_text(f"raise ImportError('{name} is not needed here')")
    servers = []

    def start(folder):
        command = [sys.executable, PROJECT / "docs" / "use" / "serve_onnx.py", folder, "--port", "0"]
        environment = os.environ | {"PYTHONPATH": str(blocked_folder)}
        server = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path
        )
        servers.append(server)
        address = server.stdout.readline().strip()
        assert address, server.communicate()[1]

        def post(path, content):
            request = urllib.request.Request(address + path, json.dumps(content).encode())
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    return answer.status, json.load(answer)
            except urllib.error.HTTPError as error:
                return error.code, json.load(error)

        return post

    yield start
    for server in servers:
        server.terminate()
        server.communicate()


def house_table():
    rng = np.random.default_rng(0)
    return pandas.DataFrame(
        {
            "price": rng.normal(250_000, 40_000, 60).astype(np.float32),
            "town": rng.choice(["York", "Bath", "2"], 60),
            "rooms": rng.integers(1, 9, 60),
        }
    )


def train_on_houses(variant, y=None):
    data = aae.arrays(house_table(), y, types={"town": "category", "rooms": "count"}, name="houses")
    settings = {"network.hidden": (8,), "network.discriminator": (8,), "cost": "by-type", "batch_size": 10}
    config = aae.configure(variant=variant, steps=3, latent_dim=2, seed=1, **settings)
    return aae.train(config, data=data)


def test_the_server_gives_what_the_revision_gives(store, tmp_path, start_server):
    pytest.importorskip("onnxruntime"), pytest.importorskip("onnxscript")
    revision = train_on_houses("aae")
    revision.export(tmp_path / "taken", onnx=True)
    post = start_server(tmp_path / "taken")
    row_records = house_table().to_dict("records")
    status, answers = post("/encode", row_records)
    z = np.array([answer["z"] for answer in answers], np.float32)
    assert status == 200 and answers[0].keys() == {"z"}
    np.testing.assert_allclose(z, revision.encode(house_table()), rtol=1e-4, atol=1e-5)
    status, rows = post("/decode", z.tolist())
    expected_rows = revision.decode(z)
    names = list(revision.data.features.names)
    assert status == 200 and rows[0].keys() == {"price", "town", "rooms"}
    np.testing.assert_allclose([row["price"] for row in rows], expected_rows[:, names.index("price")], rtol=1e-4)
    town_columns = [i for i, name in enumerate(names) if name.startswith("town = ")]
    likeliest = [names[town_columns[k]].removeprefix("town = ") for k in expected_rows[:, town_columns].argmax(1)]
    assert [row["town"] for row in rows] == likeliest
    for path, content, error in (
        ("/encode", [{"town": "York", "rooms": 1}], "lacks the column 'price'"),
        ("/encode", [{"town": "Oslo", "rooms": 1, "price": 1}], "one of 2, Bath, York"),
        ("/encode", [{"town": "York", "rooms": "many", "price": 1}], "many"),
        ("/encode", [7], "int"),
        ("/decode", [[1]], "reshape"),
    ):
        status, answer = post(path, content)
        assert status == 400 and error in answer["error"], answer
    assert post("/elsewhere", [])[0] == 404


def test_the_server_takes_null_for_a_missing_value_that_the_training_replaced(
    store, tmp_path, start_server, monkeypatch
):
    pytest.importorskip("onnxruntime"), pytest.importorskip("onnxscript")
    monkeypatch.setenv("AAE_DATA", str(tmp_path / "data"))
    table_with_gaps = house_table()
    table_with_gaps.loc[[3, 9], "price"], table_with_gaps.loc[[4, 9], "town"] = np.nan, None
    table_with_gaps.to_csv(tmp_path / "gaps.csv", index=False)
    value_format = ValueFormat(missing_rules=("median", "category"))
    types = {"town": "category"}
    sets.add_data_set(tmp_path / "gaps.csv", "gaps", types=types, value_format=value_format)
    settings = {"network.hidden": (8,), "network.discriminator": (8,), "cost": "by-type"}
    revision = aae.train(aae.configure(data="gaps", steps=3, latent_dim=2, seed=1, **settings))
    revision.export(tmp_path / "taken", onnx=True)
    post = start_server(tmp_path / "taken")
    records = [
        {column: None if pandas.isna(value) else value for column, value in record.items()}
        for record in table_with_gaps.to_dict("records")
    ]
    status, answers = post("/encode", records)
    with pytest.warns(UserWarning, match="price: 2 by the median .*town: 2 by the category"):
        expected_codes = revision.encode(table_with_gaps)
    assert status == 200
    np.testing.assert_allclose([answer["z"] for answer in answers], expected_codes, rtol=1e-4, atol=1e-5)
    plain_revision = train_on_houses("aae")
    plain_revision.export(tmp_path / "plain", onnx=True)
    post = start_server(tmp_path / "plain")
    for column in ("price", "town"):
        status, answer = post("/encode", [{"town": "York", "rooms": 2, "price": 1, column: None}])
        assert status == 400 and answer["error"] == f"{column} must have a value"


def test_the_server_names_contents(store, tmp_path, start_server):
    pytest.importorskip("onnxruntime"), pytest.importorskip("onnxscript")
    revision = train_on_houses(
        "semi-supervised", np.array(["small", "large"])[(house_table()["rooms"] > 4).to_numpy().astype(int)]
    )
    revision.export(tmp_path / "taken", onnx=True)
    post = start_server(tmp_path / "taken")
    _, answers = post("/encode", house_table().to_dict("records")[:5])
    names = list(revision.data.classes)
    y = np.array([[answer["y"][name] for name in names] for answer in answers])
    np.testing.assert_allclose(y, revision.classify(house_table()[:5]), atol=1e-4)
    _, rows = post("/decode", [[0.5, -1, "small"], [0.5, -1, "large"]])
    expected_rows = revision.decode(np.array([[0.5, -1]] * 2), np.array([names.index("small"), names.index("large")]))
    price = list(revision.data.features.names).index("price")
    np.testing.assert_allclose([row["price"] for row in rows], expected_rows[:, price], rtol=1e-4)
    assert post("/decode", [[0.5, -1, "huge"]])[0] == 400


def test_a_folder_without_files_for_rows_is_refused(tmp_path):
    pytest.importorskip("onnxruntime")
    command = [sys.executable, PROJECT / "docs" / "use" / "serve_onnx.py", tmp_path, "--port", "0"]
    outcome = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert outcome.returncode == 2 and "Traceback" not in outcome.stderr
    assert outcome.stderr.endswith("has no encode_rows.onnx, which `export --onnx` writes for a table\n")
