"""benchmarks/quality/estimator_codes.py: what its table says of the splits."""

import numpy as np
import pytest

from benchmarks.quality import estimator_codes


def test_a_row_has_means_the_best_in_bold_and_the_difference_with_its_standard_error():
    splits = [
        {"PCA": (0.9, 0.001), "autoencoder": (0.8, 2.0), "AAE": (0.7, 4.0)},
        {"PCA": (0.8, 0.003), "autoencoder": (0.8, 2.0), "AAE": (0.9, 6.0)},
    ]
    cells = estimator_codes.format_row("iris", 2, splits)
    # differences −0.2 and +0.1: mean −0.05, standard deviation 0.2121, divided by √2
    assert cells == ("iris", "2", "**0.850**", "0.800", "0.800", "-0.050 ± 0.150", "0.002", "5")


@pytest.mark.parametrize("name", estimator_codes.DATA_LOADERS)
def test_every_table_has_classes_of_whole_numbers(name):
    X, y = estimator_codes.load_table(name)
    assert len(X) == len(y) and 2 <= len(np.unique(y)) <= 10 and y.dtype.kind == "i"
