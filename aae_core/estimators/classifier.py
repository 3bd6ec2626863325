"""The classifier that learns from labelled and unlabelled rows."""

import warnings
from collections import Counter

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets

from aae_core.data import labels
from aae_core.data.number_texts import is_missing_value
from aae_core.errors import ConfigError, DataError
from aae_core.estimators import inputs
from aae_core.estimators.base import TableEstimator
from aae_core.latent import exploration
from aae_core.torch_state import torch_defaults


class SemiSupervisedAAE(ClassifierMixin, TableEstimator):
    """A classifier that learns from labelled and unlabelled rows (§5)."""

    _variants, _noise = ("semi-supervised", "reduction"), 1.0
    _shares = {"reconstruction": 1, "discrimination": 1, "generation": 1, "classification": 1}

    def fit(self, X, y):
        """Train on rows N×F and their classes N, numbers or texts.

        −1 marks a row without a label, as in `sklearn.semi_supervised`; so do an empty text and "nan" in any case, of which a
        UserWarning tells. DataError for "-1" or None in y and for numbers beside texts, ConfigError for fewer than two classes.
        """
        _raise_for_invalid_labels(y)  # first, since scikit-learn compares labels, and pandas' NA has no truth value
        X, y = self._training_rows(X, y)
        is_unlabelled = _mask_unlabelled(y)
        _warn_of_texts_without_class(y[is_unlabelled], len(y))
        known_labels = y[~is_unlabelled]
        if len({isinstance(label, str) for label in known_labels.tolist()}) > 1:
            raise DataError("y holds classes as numbers and as texts; use either numbers or texts.")
        check_classification_targets(known_labels)
        self.classes_ = np.unique(known_labels)
        if len(self.classes_) < 2:
            raise ConfigError(
                f"Labels of two or more classes are needed, and there are those of {len(self.classes_)} class."
            )
        return self._fit_model(X, *self._encode_labels_and_name_classes(y, len(X)))

    def _encode_labels_and_name_classes(self, y, rows):
        indices = np.full(rows, -1)
        y = np.full(rows, -1) if y is None else np.asarray(y)
        is_labelled = ~_mask_unlabelled(y)
        if y.shape != (rows,) or not np.isin(y[is_labelled], self.classes_).all():
            raise DataError(f"y must hold one of the known classes, or −1, for each of the {rows:,} rows.")
        indices[is_labelled] = np.searchsorted(self.classes_, y[is_labelled])
        return indices, tuple(str(label) for label in self.classes_)

    @torch_defaults()
    def predict_proba(self, X) -> np.ndarray:
        """q(y|x), N×K, of rows N×F, in the order of `classes_`."""
        rows = self._checked_rows(X)
        return exploration.encode_contents(self.model_, rows).astype(inputs.result_dtype(X))

    def predict(self, X) -> np.ndarray:
        """The most probable class of each row, N."""
        likeliest = self.predict_proba(X).argmax(1)  # first, as it says whether there is a fit
        return self.classes_[likeliest]


def _raise_for_invalid_labels(y) -> None:
    """DataError for a missing value other than NaN, or the text "-1", among classes. No y at all is left to scikit-learn."""
    for label in [] if y is None else np.asarray(y, object).ravel().tolist():
        is_missing = not isinstance(label, float) and is_missing_value(label)
        if is_missing or label == "-1":
            raise DataError(
                f"y holds {label!r}, which is no class; a row without label has the number −1, among texts in an array of "
                "objects."
            )


def _mask_unlabelled(y) -> np.ndarray:
    """A mask, bool like y, of rows without a class: the number −1, and the texts that name no class in any source."""

    def is_unlabelled(label):
        return labels.names_no_class(label) if isinstance(label, str) else label == -1

    return np.array([is_unlabelled(label) for label in y.ravel().tolist()], bool).reshape(y.shape)


def _warn_of_texts_without_class(unlabelled, row_count) -> None:
    """Warn if some of the labels of rows without a class are texts, such as "nan"."""
    if any(isinstance(label, str) for label in unlabelled.tolist()):
        counts = Counter(str(label).strip() for label in unlabelled.tolist())
        sentence = labels.describe_missing_labels(counts, row_count, "y", is_table=True)
        warnings.warn(sentence, UserWarning, stacklevel=3)
