"""The images of the board of the aggregated posterior are encoded as the shipped VAE encodes them."""

import numpy as np
import pytest

pytest.importorskip("streamlit")
from aae_core.latent.encoded_images import FILE
from benchmarks.quality import encoded_images


def test_the_file_is_what_the_shipped_model_gives():
    with np.load(FILE, allow_pickle=False) as arrays:
        for name, values in encoded_images.encode_images().items():
            assert arrays[name].dtype == values.dtype
            np.testing.assert_allclose(arrays[name], values, rtol=1e-3, atol=1e-5, err_msg=name)
