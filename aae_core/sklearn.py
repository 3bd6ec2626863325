"""Estimators for tables with scikit-learn's conventions: a transformer, a semi-supervised classifier, an outlier
detector.

    from aae_core.sklearn import AdversarialAutoencoder

    codes = AdversarialAutoencoder(n_components=2, random_state=0).fit_transform(X)

They train in memory with the package's own models and training loop, and write nothing until `save` or `to_revision` is called. X
is a matrix N×F of finite numbers, whose columns may be constant or equal. Invalid input and parameters raise a `ValueError` of
one sentence, or scikit-learn's own errors. After training, rows are processed on the CPU in float64, so that the result for a row
does not depend on the other rows. An example and measurements: docs/use/estimators.md.

Parameters of all three:

    n_components        dimensions of the code z
    prior               distribution imposed on the codes: a name, or {"name": "mixture", "components": 3}
    loss                cost of a reconstruction: "squared-error", "cross-entropy" (values in 0..1), "poisson" or "multinomial"
                        (counts), "by-type", each feature by its type, or one of a plug-in that is like one of these
    feature_types       "real", "count" or "binary", for all features or for each; None: the type that suits the loss
    standardize         whether squared error measures each feature in its own standard deviation, or all in a common one
    hidden_layer_sizes  widths of the encoder's hidden layers, mirrored by the decoder, and of the discriminator's
    max_epochs          passes over the rows; None: enough for 2,000 steps, at least 20
    batch_size          rows in a mini-batch
    learning_rate       of Adam in the reconstruction phase; half of it is that of the discriminator, a quarter that of the
                        encoder against the discriminator (in the classifier, all are the same)
    settings            any other setting of `aae_core.configure` by its dotted key, such as {"input_noise": 0.1}, which with
                        squared error is half a standard deviation by default (in the classifier, a whole one)
    device              where it is trained: "cpu", "cuda", "mps" or "auto"
    random_state        int, RandomState, or None for NumPy's global one, from which a fit draws one number

A fitted estimator has `model_`, the networks in float64, and `history_`, a list of dictionaries with step, epoch,
seconds and losses by phase, one for every ten steps, which is empty after `load`.
"""

import json
from dataclasses import KW_ONLY, asdict, dataclass, field, fields, replace
from numbers import Integral, Real
from time import time

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, ClassNamePrefixFeaturesOutMixin, OutlierMixin, TransformerMixin
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from aae_core import files, records
from aae_core.config import configuration, schema
from aae_core.config.choices import COSTS
from aae_core.data import array_likes, arrays, columns, features
from aae_core.data.sets import DataSet, DataSummary, Split, draw_stratified_indices
from aae_core.errors import ConfigError, DataError, RevisionError, unknown_name_error
from aae_core.latent import exploration
from aae_core.models import inference
from aae_core.store import weights
from aae_core.store.revision_folder import CONFIG_BYTES_LIMIT, MAX_PROBE_CODES, ProbeCodes
from aae_core.store.revisions import Store
from aae_core.store.status import Status
from aae_core.torch_state import torch_defaults
from aae_core.training.loop import fit
from aae_core.training.training import Training

FORMAT = 1  # of a saved estimator
DEFAULT_STEPS, MIN_EPOCHS = 2000, 20  # of a training without max_epochs: small tables need many passes
SLOWER_AFTER = 0.75  # share of the passes after which the learning rates drop to a tenth
LOSS_TYPES = {  # loss -> default type of the features
    "squared-error": "real",
    "cross-entropy": "binary",
    "poisson": "count",
    "multinomial": "count",
}
FEATURE_TYPES = ("real", "count", "binary")


@dataclass(frozen=True)
class _TrainingLength:
    """The length of a training: rows, steps, passes over the rows (epochs) and seconds."""

    rows: int = records.bounded_field()
    steps: int = records.bounded_field()
    epochs: float = records.bounded_field()
    seconds: float = records.bounded_field()


@dataclass(frozen=True)
class _SavedEstimator:
    """The record that is saved beside the networks of an estimator. names: of the features, empty if X had none."""

    estimator: str
    params: dict
    config: dict
    features: features.Features
    classes: list[bool] | list[int] | list[float] | list[str]
    names: list[str]
    training: _TrainingLength
    offset: float = 0.0


def _make_parameter(default, *types):
    """A parameter with its types, which scikit-learn checks; its range is checked by the configuration."""
    return field(default=default, metadata={"kinds": [*types]})


@dataclass(eq=False, repr=False)
class _Estimator(BaseEstimator):
    """The base of the estimators: parameters (see above), training, costs of rows, and saving."""

    # For each estimator: its variant, followed by others that `settings` may name; noise on the encoder's input, in
    # standard deviations, without which a few rows are memorised; learning rates by phase, as shares of
    # `learning_rate`.
    _variants, _noise = ("aae", "vae", "wae-mmd", "sliced-wasserstein", "info-vae", "ae"), 0.5
    _shares = {"reconstruction": 1, "discrimination": 0.5, "generation": 0.25}
    n_components: int = _make_parameter(2, Integral)
    _: KW_ONLY
    prior: str | dict = _make_parameter("gaussian", str, dict)
    loss: str = _make_parameter("squared-error", str)
    feature_types: str | list[str] | None = _make_parameter(None, str, "array-like", None)
    standardize: bool = _make_parameter(True, "boolean")
    hidden_layer_sizes: int | tuple[int, ...] = _make_parameter((128, 128), Integral, "array-like")
    max_epochs: int | None = _make_parameter(None, Integral, None)
    batch_size: int = _make_parameter(32, Integral)
    learning_rate: float = _make_parameter(2e-3, Real)
    settings: dict | None = _make_parameter(None, dict, None)
    device: str = _make_parameter("cpu", str)
    random_state: int | np.random.RandomState | None = _make_parameter(None, "random_state")
    _encode_labels_and_name_classes = staticmethod(arrays.encode_labels)

    @property
    def _parameter_constraints(self):
        return {parameter.name: parameter.metadata["kinds"] for parameter in fields(self) if parameter.metadata}

    def _make_config(self, rows):
        """The configuration that follows from the parameters and the number of training rows."""
        self._validate_params()
        widths, epochs = tuple(np.atleast_1d(self.hidden_layer_sizes).tolist()), self.max_epochs
        # other losses keep the features' own units
        noise = self._noise if _built_in_cost_like(self.loss) == "squared-error" else 0.0
        if epochs is None:
            epochs = max(MIN_EPOCHS, -(-DEFAULT_STEPS // max(1, rows // max(1, self.batch_size))))
        defaults = {
            "variant": self._variants[0],
            "data": arrays.DEFAULT_NAME,
            "latent_dim": self.n_components,
            "prior": self.prior,
            "cost": self.loss,
            "network.hidden": widths,
            "network.discriminator": widths,
            "optimiser.kind": "adam",
            "optimiser.adversarial_momentum": 0.5,
            "optimiser.schedule": ((max(1, round(SLOWER_AFTER * epochs)), 0.1),),
            "input_noise": noise,
            "epochs": epochs,
            "batch_size": self.batch_size,
            "device": self.device,
            "seed": _draw_seed(self.random_state),
            **{f"optimiser.{phase}_rate": share * self.learning_rate for phase, share in self._shares.items()},
        }
        config = configuration.configure(**{**defaults, **(self.settings or {})})
        if _built_in_cost_like(config.cost) not in (*LOSS_TYPES, "by-type"):
            raise unknown_name_error("loss", config.cost, (*LOSS_TYPES, "by-type"))
        if config.variant not in self._variants:
            raise unknown_name_error(f"variant of {type(self).__name__}", config.variant, self._variants)
        if config.processes > 1:
            raise ConfigError("An estimator is trained in this process alone; leave processes at 1.")
        if config.data != arrays.DEFAULT_NAME:
            raise ConfigError("settings cannot name data: an estimator is trained on the rows that `fit` is given.")
        return config

    @torch_defaults()
    def _fit_model(self, X, labels=None, classes=()):
        """Train on rows N×F with labels int N, −1 where there is none, and the names of the classes."""
        config = self._make_config(len(X))
        rows = features.check_row_matrix(X, X.shape[1])
        split = Split(rows, np.full(len(X), -1) if labels is None else labels)
        empty_split = Split(rows[:0], split.labels[:0])
        feature_facts = self._make_features(X, LOSS_TYPES.get(_built_in_cost_like(config.cost)))
        training = Training(
            config, DataSet(arrays.DEFAULT_NAME, arrays.DEFAULT_NAME, split, empty_split, classes, (), feature_facts)
        )
        self.history_ = [asdict(report) for report in fit(training) if report.losses]
        self.model_ = training.model.to("cpu").double().eval().requires_grad_(False)
        self._training = _TrainingLength(len(X), training.step, training.epoch, training.seconds)
        self._probe = self._probe_codes(split)
        return self

    def _make_features(self, X, default_type):
        """The Features of training rows N×F, with their names, types (`default_type`, unless feature_types is given) and
        units."""
        count = X.shape[1]
        names = self._names or columns.default_feature_names(count)
        types = default_type if self.feature_types is None else self.feature_types
        if types is None:
            types = []
        types = [types] * count if isinstance(types, str) else list(types)
        if count > features.MAX_FEATURES:
            raise DataError(f"A table has at most {features.MAX_FEATURES:,} features, and this one {count:,}.")
        if len(types) != count:
            raise ConfigError(f"feature_types must name a type for all features, or one for each of the {count}.")
        for name, kind, values in zip(names, types, X.T, strict=True):
            if kind not in FEATURE_TYPES:
                raise unknown_name_error("type of a feature", kind, FEATURE_TYPES)
            if kind == "binary" and values.min() >= 0 and values.max() <= 1:  # cross-entropy takes shares as well
                continue
            column = columns.Column(name, kind)
            column.examine(values)
            columns.raise_if_rejected([column])
        units = {} if self.standardize else {"means": X.mean(0), "deviations": np.full(count, np.sqrt(X.var(0).mean()))}
        return features.fit_features(X, names, types, [""] * count, **units)

    def _training_rows(self, X, y="no_validation"):
        """Rows N×F for a training, float64, and their classes if `y` is given; the names of their columns are kept."""
        X = _as_scikit_input(X)
        self._names = _column_names(X)
        return validate_data(self, X, _as_scikit_input(y), dtype=np.float64, ensure_min_samples=2)

    def _checked_rows(self, X) -> np.ndarray:
        """Rows N×F as the model takes them, float32 N×1×F×1; NotFittedError before `fit`.

        scikit-learn refuses columns whose names are other texts than in the training, or have another order. Names of
        other types, which it ignores, are checked here.
        """
        check_is_fitted(self)
        X = _as_scikit_input(X)
        rows = features.check_row_matrix(validate_data(self, X, dtype=np.float64, reset=False), self.n_features_in_)
        names, training_names = _column_names(X), list(self.model_.features.names)
        has_other_names = not hasattr(self, "feature_names_in_") and training_names != columns.default_feature_names(
            len(training_names)
        )
        if has_other_names and names and names != training_names:
            raise DataError(
                "The columns must have the names of the training data, in the same order: "
                f"{columns.join_names(training_names)}, not {columns.join_names(names)}."
            )
        return rows

    @torch_defaults()
    def _reconstruction_costs(self, X) -> np.ndarray:
        """The reconstruction cost of each row, float64 N."""
        rows, model = self._checked_rows(X), self.model_
        costs = inference.map_batches(
            model, rows, lambda x: model.cost.value(x, inference.reconstruction_logits(model, x, None))
        )
        return costs.numpy()

    @torch_defaults()
    def _probe_codes(self, split):
        """The ProbeCodes of the rows in a Split, or of a sample of them."""
        index, model = draw_stratified_indices(split.labels, MAX_PROBE_CODES), self.model_
        rows, labels = split.images[index], split.labels[index]
        content = exploration.encode_contents(model, rows).argmax(1) if model.variant.categorical else labels
        return ProbeCodes(exploration.encode_images(model, rows).astype(np.float32), labels, index, content, "train")

    def __getstate__(self):
        """The state without the codes of the training rows, and with the networks as arrays."""
        state = super().__getstate__() | {"_probe": None}
        model = state.pop("model_", None)
        if model:
            model_facts = model.config, model.shape, model.classes, model.features
            state["_networks"] = model_facts, weights.network_arrays(model)
        return state

    @torch_defaults()
    def __setstate__(self, state):
        networks = state.pop("_networks", None)
        super().__setstate__(state)
        if networks:
            self.model_ = weights.build_model(*networks).double()

    def save(self, path) -> None:
        """Write the fitted estimator to a safetensors file, with parameters as JSON in its header, and without the
        training rows.

        A RandomState is not saved: `random_state` is then None. RevisionError if the file cannot be written.
        """
        check_is_fitted(self)
        state = self.random_state if isinstance(self.random_state, Integral) else None
        saved = _SavedEstimator(
            type(self).__name__,
            self.get_params() | {"random_state": state},
            schema.to_dict(self.model_.config),
            self.model_.features,
            getattr(self, "classes_", np.empty(0)).tolist(),
            list(getattr(self, "feature_names_in_", ())),
            self._training,
            getattr(self, "offset_", 0.0),
        )
        record = json.dumps({"format": FORMAT, **asdict(saved)}, default=_to_json_value, allow_nan=False)
        files.write_tensors(path, weights.network_arrays(self.model_), {"estimator": record})

    @classmethod
    @torch_defaults()
    def load(cls, path):
        """The estimator that `save` wrote. Nothing in the file is executed, and names, shapes and sizes are checked
        before the networks are read. RevisionError if the file is not valid, or is of another class."""
        text = files.read_tensor_header(path).metadata.get("estimator", "").encode()
        if len(text) > CONFIG_BYTES_LIMIT:
            raise RevisionError(
                f"{path} has a record of {len(text):,} bytes, and at most {CONFIG_BYTES_LIMIT:,} are read."
            )
        saved = records.parse_record(_SavedEstimator, files.parse_json_object(text, path), path, format_number=FORMAT)
        count = len(saved.features)
        if not features.are_consistent_features(saved.features, count):
            raise RevisionError(f"{path} has features that do not fit each other; restore it from a copy.")
        if saved.estimator != cls.__name__ or saved.params.keys() - set(cls._get_param_names()):
            raise RevisionError(
                f"{path} does not hold a fit of {cls.__name__}; load it with the estimator that wrote it."
            )
        if len(saved.names) not in (0, count) or np.unique(saved.classes).tolist() != saved.classes:
            raise RevisionError(
                f"{path} is damaged: its names of features, or its classes, cannot be right; restore it from a copy."
            )
        estimator = cls(
            **{name: tuple(value) if isinstance(value, list) else value for name, value in saved.params.items()}
        )
        estimator._restore_attributes(saved)
        try:
            model_facts = configuration.from_dict(saved.config), (1, 1, count), len(saved.classes), saved.features
            estimator.model_ = weights.read_model(path, model_facts)[0].double()
        except ConfigError as error:
            raise RevisionError(f"{path} cannot be used: {error}") from error
        return estimator

    def _restore_attributes(self, saved):
        self.n_features_in_ = len(saved.features)
        if saved.names:
            self.feature_names_in_ = np.array(saved.names, object)
        if saved.classes:
            self.classes_ = np.array(saved.classes)
        self.history_, self._probe, self._training = [], None, saved.training

    @torch_defaults()
    def to_revision(self, name: str = "", X=None, y=None, store: Store | None = None):
        """Add the fitted estimator to a store, by default the user's own, and return its `Revision`, which `aae.open`
        and the explorer can open like any other.

        name: its label. X, y: rows N×F and, if known, their classes, whose codes the revision shows; by default the
        training rows. Raises ConfigError without X after `load` or unpickling, since these codes are not saved.
        """
        check_is_fitted(self)
        length, model, probe = self._training, self.model_, self._probe
        count, classes = length.rows, tuple(str(label) for label in getattr(self, "classes_", ()))
        if X is not None:
            rows = self._checked_rows(X)
            labels, classes = self._encode_labels_and_name_classes(y, len(rows))
            probe, count = self._probe_codes(Split(rows, labels)), len(rows)
        if probe is None:
            raise ConfigError("A loaded estimator has no codes to show; give rows as X, such as those of its training.")
        title = name or type(self).__name__
        summary = DataSummary(arrays.DEFAULT_NAME, title, model.shape, classes, count, 0, True, "", model.features)
        revision = (store or Store()).create(replace(model.config, name=name), summary)
        with revision.lock():
            revision.write_metrics(self.history_)
            weights.save_weights(revision, model, length.steps)
            revision.write_probe(probe, step_and_epoch=(length.steps, length.epochs))
            progress = {"step": length.steps, "epoch": length.epochs, "seconds": length.seconds, "finished": time()}
            revision.write_status(Status("done", total_steps=length.steps, total_epochs=length.epochs, **progress))
        return revision


class AdversarialAutoencoder(ClassNamePrefixFeaturesOutMixin, TransformerMixin, _Estimator):
    """A transformer to codes of few dimensions that follow a prior, and back (§2)."""

    @property
    def _n_features_out(self) -> int:
        return self.model_.config.latent_dim

    def fit(self, X, y=None):
        """Train on rows N×F; y is ignored."""
        return self._fit_model(self._training_rows(X))

    @torch_defaults()
    def transform(self, X) -> np.ndarray:
        """The codes z, float64 N×d, of rows N×F."""
        rows = self._checked_rows(X)
        return exploration.encode_images(self.model_, rows).astype(np.float64)

    @torch_defaults()
    def inverse_transform(self, X) -> np.ndarray:
        """The rows, float64 N×F in their own units, that the decoder makes from codes N×d."""
        check_is_fitted(self)
        return exploration.decode_images(self.model_, X)[:, 0, :, 0].astype(np.float64)

    @torch_defaults()
    def sample(self, n_samples=1, random_state=None) -> np.ndarray:
        """Rows, float64 n×F in their own units, decoded from samples of the prior. random_state: None for the
        estimator's own."""
        check_is_fitted(self)
        seed = _draw_seed(self.random_state if random_state is None else random_state)
        return self.inverse_transform(exploration.sample_prior_codes(self.model_, n_samples, seed))

    def score(self, X, y=None) -> float:
        """The negative mean reconstruction cost of rows N×F, in the units of `loss`; higher is better."""
        return -float(self._reconstruction_costs(X).mean())


class SemiSupervisedAAE(ClassifierMixin, _Estimator):
    """A classifier that learns from labelled and unlabelled rows (§5)."""

    _variants, _noise = ("semi-supervised", "reduction"), 1.0
    _shares = {"reconstruction": 1, "discrimination": 1, "generation": 1, "classification": 1}

    def fit(self, X, y):
        """Train on rows N×F and their classes N, numbers or texts. −1 marks a row without a label, as in
        `sklearn.semi_supervised`. DataError for "-1" or None in y and for numbers beside texts, ConfigError for fewer
        than two classes."""
        X, y = self._training_rows(X, y)
        invalid_labels = {"-1", None}.intersection(y.tolist())
        if invalid_labels:
            raise DataError(
                f"y holds {invalid_labels.pop()!r}, which is no class; a row without label has the number −1, among "
                "texts in an array of objects."
            )
        known_labels = y[y != -1]
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
        labels = np.full(rows, -1)
        y = np.full(rows, -1) if y is None else np.asarray(y)
        if y.shape != (rows,) or not np.isin(y[y != -1], self.classes_).all():
            raise DataError(f"y must hold one of the known classes, or −1, for each of the {rows:,} rows.")
        labels[y != -1] = np.searchsorted(self.classes_, y[y != -1])
        return labels, tuple(str(label) for label in self.classes_)

    @torch_defaults()
    def predict_proba(self, X) -> np.ndarray:
        """q(y|x), float64 N×K, of rows N×F, in the order of `classes_`."""
        rows = self._checked_rows(X)
        return exploration.encode_contents(self.model_, rows).astype(np.float64)

    def predict(self, X) -> np.ndarray:
        """The most probable class of each row, N."""
        likeliest = self.predict_proba(X).argmax(1)  # first, as it says whether there is a fit
        return self.classes_[likeliest]


@dataclass(eq=False, repr=False)
class ReconstructionOutlierDetector(OutlierMixin, _Estimator):
    """An outlier detector: outliers are the rows that an autoencoder, trained on all rows, reconstructs badly.

    contamination: the share of the training rows that count as outliers, in (0, 0.5], which determines `offset_`. The density of
    the codes under the prior is not used: see docs/use/estimators.md.
    """

    n_components: int = _make_parameter(8, Integral)
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

    def _restore_attributes(self, saved):
        super()._restore_attributes(saved)
        self.offset_ = saved.offset

    def score_samples(self, X) -> np.ndarray:
        """The negative reconstruction cost of each row, float64 N: the lower, the more abnormal."""
        return -self._reconstruction_costs(X)

    def decision_function(self, X):
        """`score_samples` minus `offset_`, float64 N: below 0 for outliers."""
        return self.score_samples(X) - self.offset_

    def predict(self, X) -> np.ndarray:
        """−1 for each outlier and 1 for each other row, N."""
        return np.where(self.decision_function(X) < 0, -1, 1)


def _as_scikit_input(values):
    """What scikit-learn reads, of what it does not: a lazy frame as the frame, a tensor or masked array as an array;
    anything else as it is."""
    values = array_likes.collect_lazy_frame(values)
    if isinstance(values, np.ma.MaskedArray) or array_likes.is_tensor(values):
        return array_likes.as_array(values)
    is_record = bool(getattr(getattr(values, "dtype", None), "names", None))
    if is_record or array_likes.is_mapping(values):
        raise DataError("An estimator takes a matrix or a frame; make one of this table, such as pandas.DataFrame(X).")
    return values


def _column_names(X) -> list[str] | None:
    """The names of the columns of a frame or Arrow table as texts; None for a matrix."""
    columns_table = None if isinstance(X, np.ndarray) else array_likes.as_memory_table(X)
    return None if columns_table is None else columns_table.names


def _draw_seed(random_state) -> int:
    return int(check_random_state(random_state).randint(2**31 - 1))


def _built_in_cost_like(loss):
    """The cost of the package that a loss is or, if it comes from a plug-in, resembles; "" if the loss is unknown."""
    return COSTS[loss].like if loss in COSTS else ""


def _to_json_value(value):
    """A NumPy value as one that JSON can represent; TypeError for other types."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    raise TypeError(f"a parameter of type {type(value).__name__} cannot be saved")
