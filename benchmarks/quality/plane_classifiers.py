"""How well the plane of a model separates the classes: simple classifiers of its two-dimensional codes.

    python -m benchmarks.quality.plane_classifiers [REV …]

REV: trained revisions with labelled data; by default the shipped reduction to two dimensions. The figure of a reduction in
docs/results/results.md is the error of its content, q(y|x), from which the plane is made. Here 5-NN and a linear classifier
(logistic regression) learn the classes from the codes of the training images, with all their labels, and are tested on the codes
of the test images. Nothing is chosen by these figures. The data set must be in AAE_DATA.
"""

import argparse

import numpy as np

from aae_core.data import sets
from aae_core.evaluation.code_metrics import knn_accuracy
from aae_core.models.inference import encode_all
from aae_core.store.revisions import Store

SHIPPED_REDUCTION = "20261126T042628Z-reduction-mnist-319b77"


def linear_accuracy(train_z: np.ndarray, train_y: np.ndarray, test_z: np.ndarray, test_y: np.ndarray) -> float:
    """The accuracy, 0..1, of a logistic regression on test codes (m×d), given the training codes (n×d)."""
    from sklearn.linear_model import LogisticRegression

    return float(LogisticRegression(max_iter=1000).fit(train_z, train_y).score(test_z, test_y))


def plane_errors(train_z: np.ndarray, train_y: np.ndarray, test_z: np.ndarray, test_y: np.ndarray) -> dict[str, float]:
    """The test errors of both classifiers in per cent, by name. Codes: n×d and m×d; labels: whole numbers."""
    accuracies = {
        "5-NN": knn_accuracy(train_z, train_y, test_z, test_y),
        "linear": linear_accuracy(train_z, train_y, test_z, test_y),
    }
    return {name: 100 * (1 - accuracy) for name, accuracy in accuracies.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("revisions", nargs="*", metavar="REV", default=[SHIPPED_REDUCTION])
    for name in parser.parse_args().revisions:
        revision = Store().open(name)
        model, data = revision.model(), sets.load(revision.config.data)
        train_z, test_z = encode_all(model, data.train.images), encode_all(model, data.test.images)
        errors = plane_errors(train_z, data.train.labels, test_z, data.test.labels)
        print(f"{revision.id}: " + ", ".join(f"{title} {error:.2f} %" for title, error in errors.items()), flush=True)


if __name__ == "__main__":
    main()
