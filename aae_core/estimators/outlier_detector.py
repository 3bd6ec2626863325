"""The detector of outliers by their reconstruction."""

from dataclasses import KW_ONLY, dataclass
from numbers import Integral, Real

import numpy as np
from sklearn.base import OutlierMixin

from aae_core.errors import ConfigError
from aae_core.estimators.base import TableEstimator, make_parameter


@dataclass(eq=False, repr=False)
class ReconstructionOutlierDetector(OutlierMixin, TableEstimator):
    """An outlier detector: outliers are the rows that an autoencoder, trained on all rows, reconstructs badly.

    contamination: the share of the training rows that count as outliers, in (0, 0.5], which determines `offset_`. The density of
    the codes under the prior is not used: see docs/use/estimators.md.
    """

    n_components: int = make_parameter(8, Integral)
    _: KW_ONLY
    contamination: float = 0.1

    def fit(self, X, y=None):
        """Train on rows N×F; y is ignored."""
        rows = self._training_rows(X)
        if not isinstance(self.contamination, Real) or not 0 < self.contamination <= 0.5:
            raise ConfigError(f"contamination must lie above 0 and at most at 0.5, not at {self.contamination}.")
        self._fit_model(rows)
        self.offset_ = float(np.percentile(self.score_samples(X), 100 * self.contamination))
        return self

    def _restore_attributes(self, estimator_record):
        super()._restore_attributes(estimator_record)
        self.offset_ = estimator_record.offset

    def score_samples(self, X) -> np.ndarray:
        """The negative reconstruction cost of each row, N: the lower, the more abnormal."""
        return -self._reconstruction_costs(X)

    def decision_function(self, X):
        """`score_samples` minus `offset_`, N: below 0 for outliers."""
        return self.score_samples(X) - self.offset_

    def predict(self, X) -> np.ndarray:
        """−1 for each outlier and 1 for each other row, N."""
        return np.where(self.decision_function(X) < 0, -1, 1)
