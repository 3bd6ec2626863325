"""Networks and the state of a training on disk: their types, and which of another revision or form are refused."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from helpers.toy_models import toy_config, toy_data_set
from safetensors.numpy import load_file
from torch import nn

from aae_core.errors import RevisionError
from aae_core.models.model import Model
from aae_core.store import weights
from aae_core.training.loop import fit
from aae_core.training.training import Training


@pytest.fixture
def revision(store, facts):
    facts.shape, facts.classes = (1, 4, 4), ("a", "b", "c")
    return store.create(toy_config(), facts)


def test_networks_are_written_in_single_or_half_precision():
    net = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3)).double()
    for half, kind in ((False, np.float32), (True, np.float16)):
        arrays = weights.network_arrays(net, half) if half else weights.network_arrays(net)
        assert arrays["1.num_batches_tracked"].dtype == np.int64
        assert {values.dtype for name, values in arrays.items() if "num" not in name} == {np.dtype(kind)}
        np.testing.assert_allclose(arrays["0.weight"], net[0].weight.detach(), rtol=1e-3)
    assert weights.network_dtypes_and_shapes(net)["0.weight"] == ("F64", (3, 2))
    assert (
        weights.network_dtypes_and_shapes(net.half())["0.bias"] == ("F16", (3,))
        and weights.network_dtypes_and_shapes(net.float())["0.bias"][0] == "F32"
    )
    assert weights.network_dtypes_and_shapes(net)["1.num_batches_tracked"] == ("I64", ())


def test_a_model_comes_back_bit_for_bit_and_ready_to_be_asked(revision):
    model = Model(revision.config, (1, 4, 4), 3)
    model.initialise(3)
    weights.save_weights(revision, model, 7)
    result = weights.load_model(revision)
    for name, value in model.state_dict().items():
        assert torch.equal(result.state_dict()[name], value)
    assert not result.training and not any(p.requires_grad for p in result.parameters())
    assert {values.dtype for values in load_file(revision.path / weights.WEIGHTS_FILE).values()} == {
        np.dtype(np.float32)
    }


def test_a_training_goes_on_where_it_was_left_and_from_nothing_else(revision, store, facts):
    saved_training, restored_training = (Training(revision.config, toy_data_set()) for _ in range(2))
    weights.restore_training(revision, saved_training)
    assert saved_training.step == 0 and weights.load_resume_state(revision) is None, "nothing was saved yet"
    next(fit(saved_training))
    weights.save_resume_state(revision, saved_training.state_tensors(), saved_training.step)
    weights.restore_training(revision, restored_training)
    assert restored_training.step == saved_training.step > 0
    for training in (saved_training, restored_training):
        assert [report.step for report in fit(training)][-1] == 15
    for name, value in saved_training.model.state_dict().items():
        assert torch.equal(restored_training.model.state_dict()[name], value)
    with pytest.raises(RevisionError, match=weights.RESUME_FILE):
        weights.restore_training(revision, Training(replace(revision.config, latent_dim=3), toy_data_set()))
    foreign_revision = store.create(revision.config, facts)
    (foreign_revision.path / weights.RESUME_FILE).write_bytes((revision.path / weights.RESUME_FILE).read_bytes())
    with pytest.raises(RevisionError, match="another revision"):
        weights.load_resume_state(foreign_revision)
