"""The transformer: an adversarial autoencoder as scikit-learn's PCA is used."""

import numpy as np
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from aae_core.config import configuration
from aae_core.estimators import inputs
from aae_core.estimators.base import TableEstimator, draw_seed
from aae_core.latent import exploration
from aae_core.torch_state import torch_defaults

# The noise of a transformer for each feature, up to its whole noise: the fewer features, the less another tells of one.
NOISE_PER_FEATURE = 0.04
# Of a transformer: its encoder descends one cost, with a penalty on D's gradient. docs/use/estimators.md says why.
ONE_COST = {"passes": "shared", "optimiser.generation_weight": 1.0, "discriminator_penalty": 1.0}
# Settings of steps of their own, which have no effect on one cost, or refuse it; a user who names them wants these steps.
OWN_STEP_SETTINGS = {
    "second_view", "optimiser.reconstruction_rate", "optimiser.discrimination_rate", "optimiser.generation_rate",
}  # fmt: skip


class AdversarialAutoencoder(ClassNamePrefixFeaturesOutMixin, TransformerMixin, TableEstimator):
    """A transformer to codes of few dimensions that follow a prior, and back (§2)."""

    _steps = 1000

    def _input_noise(self, feature_count) -> float:
        return min(self._noise, NOISE_PER_FEATURE * feature_count)

    def _adversarial_defaults(self, chosen) -> dict:
        shares_passes = chosen.get("variant", "aae") == "aae" and chosen.get("passes", "shared") == "shared"
        has_own_steps = not OWN_STEP_SETTINGS.isdisjoint(configuration.expanded_keys(chosen))
        return ONE_COST if shares_passes and not has_own_steps else {}

    @property
    def _n_features_out(self) -> int:
        return self.model_.config.latent_dim

    def fit(self, X, y=None):
        """Train on rows N×F; y is ignored."""
        return self._fit_model(self._training_rows(X))

    @torch_defaults()
    def transform(self, X) -> np.ndarray:
        """The codes z, N×d, of rows N×F."""
        rows = self._checked_rows(X)
        return exploration.encode_images(self.model_, rows).astype(inputs.result_dtype(X))

    @torch_defaults()
    def inverse_transform(self, X) -> np.ndarray:
        """The rows, N×F in their own units, that the decoder makes from codes N×d. If there are categories, an array of
        objects with the columns of the training data: numbers, and the likeliest category's text."""
        check_is_fitted(self)
        rows = exploration.decode_images(self.model_, X)[:, 0, :, 0].astype(inputs.result_dtype(X))
        return inputs.join_categories(rows, self.model_.features) if any(self.model_.features.blocks) else rows

    @torch_defaults()
    def sample(self, n_samples=1, random_state=None) -> np.ndarray:
        """Rows as `inverse_transform` gives them, float64, decoded from n samples of the prior. random_state: None for
        the estimator's own."""
        check_is_fitted(self)
        seed = draw_seed(self.random_state if random_state is None else random_state)
        return self.inverse_transform(exploration.sample_prior_codes(self.model_, n_samples, seed).astype(np.float64))

    def score(self, X, y=None) -> float:
        """The negative mean reconstruction cost of rows N×F, in the units of `loss`; higher is better."""
        return -float(self._reconstruction_costs(X).mean())
