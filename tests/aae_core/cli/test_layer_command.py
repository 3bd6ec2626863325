"""A model of a layer of an .h5ad file reads the same layer of other files."""

import json

import numpy as np
import pytest
from helpers.cli_runs import TINY, command_output, enter_folder, run_command

from aae_core.places import PROJECT, data_root
from aae_core.store.revisions import Store

pytest.importorskip("h5py", reason=".h5ad files need h5py")
SOURCE = str(PROJECT / "tests" / "data" / "anndata" / "csr.h5ad")
COUNTS = np.load(PROJECT / "tests" / "data" / "anndata" / "counts.npy")
NOTE = "The layer log is read, from which the data of {id} were made; for X, give --layer X.\n"


@pytest.fixture
def revision(tmp_path, monkeypatch, capsys):
    """A revision of the layer log, in a folder of its own."""
    enter_folder(tmp_path, monkeypatch)
    command_output(capsys, "data", "add", SOURCE, "--name", "cells", "--layer", "log", "--quiet")
    return train_on_cells(capsys)


def train_on_cells(capsys):
    """The id of a new revision."""
    output = command_output(
        capsys, "train", "--data", "cells", "--set", "cost=by-type", "--steps", "20", "--quiet", "--json", *TINY
    )
    return json.loads(output)["revision"]


def encode_file(capsys, revision, *options):
    """(codes of the file, what was said on stderr)."""
    status, _, error_output = run_command(capsys, "encode", revision, SOURCE, "-o", "codes.npz", *options)
    assert status == 0, error_output
    return np.load("codes.npz")["z"], error_output


def test_encode_reads_the_layer_of_the_training_and_says_so(revision, capsys):
    stored_revision = Store().open(revision)
    z, error_text = encode_file(capsys, revision)
    np.testing.assert_allclose(z, stored_revision.encode(np.log1p(COUNTS)), atol=1e-5)
    assert error_text == "aae: " + NOTE.format(id=revision)
    z, error_text = encode_file(capsys, revision, "--layer", "X")
    assert "unless a layer is chosen" not in error_text
    np.testing.assert_allclose(z, stored_revision.encode(COUNTS.astype(np.float32)), atol=1e-5)
    assert "The layer" not in error_text
    command_output(capsys, "encode", revision, SOURCE, "-o", "codes.csv")
    assert np.loadtxt("codes.csv", delimiter=",", skiprows=1, usecols=2)[0] == pytest.approx(
        stored_revision.encode(np.log1p(COUNTS))[0, 0], abs=1e-5
    )


def test_it_does_so_without_the_data_set(revision, capsys):
    expected, _ = encode_file(capsys, revision)
    command_output(capsys, "data", "remove", "cells", "--yes")
    np.testing.assert_array_equal(encode_file(capsys, revision)[0], expected)


def test_a_data_set_of_a_version_that_recorded_no_layer_still_trains_and_x_is_read(revision, capsys):
    path = data_root() / "own" / "cells" / "meta.json"
    record = json.loads(path.read_text())
    assert record.pop("layer") == "log"
    path.write_text(json.dumps(record))
    older_id = train_on_cells(capsys)
    assert Store().open(older_id).data.layer is None
    z, error_text = encode_file(capsys, older_id)
    np.testing.assert_allclose(z, Store().open(older_id).encode(COUNTS.astype(np.float32)), atol=1e-5)
    assert "The layer" not in error_text
