"""The features in which samples are compared: the classifier that ships, and the components where it has no place."""

from pathlib import Path

import numpy as np
import pytest
import torch
from helpers.toy_models import toy_data_set

from aae_core import files
from aae_core.data import sets
from aae_core.errors import RevisionError
from aae_core.evaluation import embedding, image_classifier
from aae_core.models.items import to_tensor
from aae_core.store.revisions import Store

SHARED = Path(__file__).parents[4] / "shared" / "data"


@pytest.mark.skipif(not (SHARED / "mnist").is_dir(), reason="no MNIST beside the project")
def test_the_classifier_errs_on_fewer_than_one_in_a_hundred_and_says_so():
    test = sets.load("mnist", SHARED).test
    answers = image_classifier.batched_features(
        test.images, extract_features=lambda x: embedding.load_classifier()(x).argmax(1).numpy()
    )
    error_rate = np.mean(answers != test.labels)
    recorded_rate = float(files.read_tensor_header(embedding.CLASSIFIER).metadata["test_error"])
    assert error_rate < 0.01 and error_rate == pytest.approx(recorded_rate, abs=2e-4)


def test_the_classifier_reads_the_digits_of_a_shipped_model():
    model = Store().open("20261122T074111Z-supervised-mnist-2b2cc9").model()
    result = torch.arange(10).repeat(20)
    with torch.no_grad():
        z = model.prior.sample(200, torch.Generator().manual_seed(0))
        read = embedding.load_classifier()(model.decode(z, torch.eye(10)[result])).argmax(1)
    assert (read == result).float().mean() > 0.95


def test_the_file_is_small_and_another_one_is_refused(tmp_path):
    assert embedding.CLASSIFIER.stat().st_size < embedding.MAX_FILE_BYTES
    arrays, _ = files.read_tensors(embedding.CLASSIFIER)
    assert {value.dtype for value in arrays.values()} == {np.dtype(np.float16)}
    arrays["0.bias"] = arrays["0.bias"][1:]
    files.write_tensors(tmp_path / "other.safetensors", arrays)
    with pytest.raises(RevisionError, match="0.bias"):
        embedding.load_classifier(tmp_path / "other.safetensors")
    (tmp_path / "large.safetensors").write_bytes(bytes(embedding.MAX_FILE_BYTES + 1))
    with pytest.raises(RevisionError, match="at most"):
        embedding.load_classifier(tmp_path / "large.safetensors")


@pytest.mark.parametrize("side", [4, 28])
def test_a_squared_distance_of_one_is_that_of_images_from_their_mean(side):
    data = toy_data_set(60, side=side)
    random_state = torch.random.get_rng_state()
    embedding.load_classifier.cache_clear()
    embed = embedding.fit_embedding(data)
    features = embed(to_tensor(data.train.images))
    assert features.shape == ((60, 64) if side == 28 else (60, 50))
    assert features.var(0).sum() == pytest.approx(1, rel=0.05)
    assert torch.equal(random_state, torch.random.get_rng_state())
    np.testing.assert_array_equal(
        embedding.fit_embedding(data)(to_tensor(data.train.images[:7])).shape, (7, features.shape[1])
    )
