"""Estimators for tables with scikit-learn's conventions: a transformer, a semi-supervised classifier, an outlier
detector.

    from aae_core.sklearn import AdversarialAutoencoder

    codes = AdversarialAutoencoder(n_components=2, random_state=0).fit_transform(X)

They train in memory with the package's own models and training loop, and write nothing until `save` or `to_revision` is called. X
is a matrix N×F of finite numbers, whose columns may be constant or equal, or a frame whose columns hold such numbers or the texts
of categories. Further frames are matched by the names of their columns, in any order and beside others. Invalid input and
parameters raise a `ValueError` of one sentence, or scikit-learn's own errors. After training, rows are processed on the CPU in
float64, so that the result for a row does not depend on the other rows; results are float32 where what was given is, and
otherwise float64, as those of scikit-learn's PCA are. An example and measurements: docs/use/estimators.md.

Parameters of all three:

    n_components        dimensions of the code z
    prior               distribution imposed on the codes: a name, or {"name": "mixture", "components": 3}
    loss                cost of a reconstruction: "squared-error", "cross-entropy" (values in 0..1), "poisson" or "multinomial"
                        (counts), "by-type", each feature by its type, or one of a plug-in that is like one of these
    feature_types       "real", "count", "binary" or, in a frame, "category": for all columns, for each, or by their names, as in
                        {"town": "category"}; None: "category" for texts and for the frame's own categories, else the type that
                        suits the loss
    standardize         whether squared error measures each feature in its own standard deviation, or all in a common one
    hidden_layer_sizes  widths of the encoder's hidden layers, mirrored by the decoder, and of the discriminator's
    max_epochs          passes over the rows, at most; None: enough for 2,000 steps, of the transformer 1,000, and at least 20
    tol                 share of its fall so far by which the training error must fall within 100 steps, or within a pass if that
                        is longer; if it falls by less twice in a row, the training ends early, after slower steps (a third of
                        those until then). None, or a length or schedule in `settings`: it never ends early
    batch_size          rows in a mini-batch
    learning_rate       of Adam in the reconstruction phase; half of it is that of the discriminator, and of the outlier
                        detector a quarter that of the encoder against the discriminator (in the classifier, all are the
                        same; the encoder of the transformer descends one cost)
    settings            any other setting of `aae_core.configure` by its dotted key, such as {"input_noise": 0.1}, which with
                        squared error is half a standard deviation by default (in the classifier, a whole one)
    device              where it is trained: "cpu", "cuda", "mps" or "auto"
    random_state        int, RandomState, or None for NumPy's global one, from which a fit draws one number

A fitted estimator has `model_`, the networks in float64, and `history_`, a list of dictionaries with step, epoch,
seconds and losses by phase, one for every ten steps, which is empty after `load`.
"""

import json
import math
import re
import warnings
from collections import Counter
from contextlib import contextmanager
from dataclasses import KW_ONLY, asdict, dataclass, field, fields, replace
from numbers import Integral, Real
from time import time

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, ClassNamePrefixFeaturesOutMixin, OutlierMixin, TransformerMixin
from sklearn.utils import check_array, check_consistent_length, check_random_state, column_or_1d
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from aae_core import files, records
from aae_core.config import combinations, configuration, schema
from aae_core.config.advice import SLOWER_AFTER, SLOWER_FACTOR
from aae_core.config.choices import COSTS
from aae_core.data import array_likes, arrays, columns, extreme_values, features, labels, row_matching
from aae_core.data.item_draws import draw_stratified_indices
from aae_core.data.sets import DataSet, DataSummary, Split
from aae_core.errors import ConfigError, DataError, RevisionError, unknown_name_error
from aae_core.latent import exploration
from aae_core.models import inference
from aae_core.records import Text
from aae_core.store import weights
from aae_core.store.revision_folder import CONFIG_BYTES_LIMIT, MAX_PROBE_CODES, ProbeCodes
from aae_core.store.revisions import Store
from aae_core.store.status import Status
from aae_core.torch_state import torch_defaults
from aae_core.training.loop import fit
from aae_core.training.plateau import fit_until_plateau
from aae_core.training.training import Training

FORMAT = 1  # of a saved estimator
MIN_EPOCHS = 20  # of a training without max_epochs: small tables need many passes
# The noise of a transformer for each feature, up to its whole noise: the fewer features, the less another tells of one.
NOISE_PER_FEATURE = 0.04
# Of a transformer: its encoder descends one cost, with a penalty on D's gradient. docs/use/estimators.md says why.
ONE_COST = {"passes": "shared", "optimiser.generation_weight": 1.0, "discriminator_penalty": 1.0}
# Settings of steps of their own, which have no effect on one cost, or refuse it; a user who names them wants these steps.
OWN_STEP_SETTINGS = {
    "second_view", "optimiser.reconstruction_rate", "optimiser.discrimination_rate", "optimiser.generation_rate",
}  # fmt: skip
# Settings of a user who plans the length of a training, which then never ends early.
OWN_LENGTH_SETTINGS = {"epochs", "steps", "optimiser.schedule"}
LOSS_TYPES = {  # loss -> default type of the features
    "squared-error": "real",
    "cross-entropy": "binary",
    "poisson": "count",
    "multinomial": "count",
}
FEATURE_TYPES = ("real", "count", "binary")
PARAMETER_OF_SETTING = {  # for the settings that a parameter of another name gives
    "latent_dim": "n_components",
    "prior.name": "prior",
    "cost": "loss",
    "network.hidden": "hidden_layer_sizes",
    "network.discriminator": "hidden_layer_sizes",
    "epochs": "max_epochs",
}


@dataclass(frozen=True)
class _TrainingLength:
    """The length of a training: rows, steps, passes over the rows (epochs) and seconds."""

    rows: records.Count
    steps: records.Count
    epochs: records.NonNegative
    seconds: records.NonNegative


@dataclass(frozen=True)
class _SavedEstimator:
    """The record that is saved beside the networks of an estimator. names: of the features, empty if X had none."""

    estimator: Text
    params: dict
    config: dict
    features: features.Features
    classes: list[bool | int | float | Text]
    names: list[Text]
    training: _TrainingLength
    offset: float = 0.0


def _make_parameter(default, *types):
    """A parameter with its types, which scikit-learn checks; its range is checked by the configuration."""
    return field(default=default, metadata={"kinds": [*types]})


@dataclass(eq=False, repr=False)
class _Estimator(BaseEstimator):
    """The base of the estimators: parameters (see above), training, costs of rows, and saving."""

    # For each estimator: its variant, followed by others that `settings` may name; noise on the encoder's input, in
    # standard deviations, without which a few rows are memorised; the steps of a training without max_epochs; learning rates by
    # phase, as shares of `learning_rate`.
    _variants, _noise = ("aae", "vae", "wae-mmd", "sliced-wasserstein", "info-vae", "ae"), 0.5
    _steps = 2000
    _shares = {"reconstruction": 1, "discrimination": 0.5, "generation": 0.25}
    n_components: int = _make_parameter(2, Integral)
    _: KW_ONLY
    prior: str | dict = _make_parameter("gaussian", str, dict)
    loss: str = _make_parameter("squared-error", str)
    feature_types: str | list[str] | dict[str, str] | None = _make_parameter(None, str, "array-like", dict, None)
    standardize: bool = _make_parameter(True, "boolean")
    hidden_layer_sizes: int | tuple[int, ...] = _make_parameter((128, 128), Integral, "array-like")
    max_epochs: int | None = _make_parameter(None, Integral, None)
    tol: float | None = _make_parameter(0.05, Real, None)
    batch_size: int = _make_parameter(32, Integral)
    learning_rate: float = _make_parameter(2e-3, Real)
    settings: dict | None = _make_parameter(None, dict, None)
    device: str = _make_parameter("cpu", str)
    random_state: int | np.random.RandomState | None = _make_parameter(None, "random_state")
    _encode_labels_and_name_classes = staticmethod(arrays.encode_labels)

    @property
    def _parameter_constraints(self):
        return {parameter.name: parameter.metadata["kinds"] for parameter in fields(self) if parameter.metadata}

    def _input_noise(self, feature_count) -> float:
        """The standard deviation of the noise on so many standardised features in a training."""
        return self._noise

    def _make_config(self, rows, feature_count):
        """The configuration that follows from the parameters and the numbers of training rows and features."""
        self._validate_params()
        widths, epochs = tuple(np.atleast_1d(self.hidden_layer_sizes).tolist()), self.max_epochs
        # other losses keep the features' own units
        noise = self._input_noise(feature_count) if _built_in_cost_like(self.loss) == "squared-error" else 0.0
        if epochs is None:
            epochs = max(MIN_EPOCHS, -(-self._steps // max(1, rows // max(1, self.batch_size))))
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
            "optimiser.schedule": ((max(1, round(SLOWER_AFTER * epochs)), SLOWER_FACTOR),),
            "input_noise": noise,
            "epochs": epochs,
            "batch_size": self.batch_size,
            "device": self.device,
            "seed": _draw_seed(self.random_state),
            **{f"optimiser.{phase}_rate": share * self.learning_rate for phase, share in self._shares.items()},
        }
        chosen = self.settings or {}
        self._check_ranges(defaults)
        for key in configuration.expanded_keys({**defaults, **chosen}):
            configuration.setting_field(key)  # an unknown one is refused with the names of all settings
        with self._parameter_names_in_errors():
            config = configuration.configure(**{**defaults, **self._adversarial_defaults(chosen), **chosen})
        if _built_in_cost_like(config.cost) not in (*LOSS_TYPES, "by-type"):
            raise unknown_name_error("loss", config.cost, (*LOSS_TYPES, "by-type"))
        if config.variant not in self._variants:
            raise unknown_name_error(f"variant of {type(self).__name__}", config.variant, self._variants)
        if config.data != arrays.DEFAULT_NAME:
            raise ConfigError("settings cannot name data: an estimator is trained on the rows that `fit` is given.")
        if config.patience is not None:
            raise ConfigError(
                "settings cannot name patience: an estimator watches no held-out rows; choose tol or max_epochs."
            )
        if self.tol is not None and not 0 <= self.tol < math.inf:
            raise ConfigError(f"tol must be 0 or more, or None, not {self.tol}.")
        return config

    def _check_ranges(self, defaults) -> None:
        """ConfigError, which names the parameter, for a value that the setting does not allow. defaults: settings by key."""
        if _built_in_cost_like(self.loss) not in (*LOSS_TYPES, "by-type"):
            raise unknown_name_error("loss", self.loss, (*LOSS_TYPES, "by-type"))
        if not 0 < self.learning_rate <= configuration.setting_field("optimiser.reconstruction_rate").metadata["high"]:
            raise ConfigError(f"learning_rate must be a number above 0 and at most 10, not {self.learning_rate}.")
        for key in ("latent_dim", "network.hidden", "epochs"):
            value, limits = (
                schema.lists_to_tuples(schema.to_json_value(defaults[key])),
                configuration.setting_field(key),
            )
            schema.check_value(PARAMETER_OF_SETTING[key], value, configuration.setting_type(key), limits.metadata)

    @contextmanager
    def _parameter_names_in_errors(self):
        """Name, in a ConfigError, the estimator's own parameters in place of settings that the user did not choose."""
        try:
            yield
        except ConfigError as error:
            sentence = str(error)
            for key in PARAMETER_OF_SETTING.keys() - configuration.expanded_keys(self.settings or {}):
                # "cost" and "epochs" are words of other sentences, too
                pattern = {"cost": f"cost(?= {re.escape(self.loss)} )", "epochs": "epochs(?= must)"}.get(
                    key, re.escape(key)
                )
                sentence = re.sub(rf"(?<![\w.]){pattern}(?!\w)", PARAMETER_OF_SETTING[key], sentence)
            raise ConfigError(sentence) from None

    def _adversarial_defaults(self, chosen) -> dict:
        """Settings, by dotted key, of how the encoder learns from D, that suit the settings that the user chose."""
        return {}

    @torch_defaults()
    def _fit_model(self, X, class_indices=None, classes=()):
        """Train on rows N×F with the index of each row's class, int N, −1 where there is none, and the names of the classes."""
        config = self._make_config(*X.shape)
        rows = features.check_row_matrix(X, X.shape[1])
        split = Split(rows, np.full(len(X), -1) if class_indices is None else class_indices)
        empty_split = Split(rows[:0], split.labels[:0])
        feature_facts = self._make_features(X, LOSS_TYPES.get(_built_in_cost_like(config.cost)))
        if not self.standardize:  # the user chose that some columns weigh less than others
            feature_facts = replace(feature_facts, indistinct=())
        if any(feature_facts.blocks):
            with self._parameter_names_in_errors():
                combinations.check_data(config, classes, feature_facts)
        if self.standardize:
            extreme_values.warn_of_indistinct_columns(X, feature_facts.names, feature_facts.kinds, stacklevel=4)
        data = DataSet(arrays.DEFAULT_NAME, arrays.DEFAULT_NAME, split, empty_split, classes, (), feature_facts)
        with self._parameter_names_in_errors():
            training = Training(config, data)
        follows_own_plan = not OWN_LENGTH_SETTINGS.isdisjoint(configuration.expanded_keys(self.settings or {}))
        reports = fit(training) if self.tol is None or follows_own_plan else fit_until_plateau(training, self.tol)
        self.history_ = [asdict(report) for report in reports if report.losses]
        self.model_ = training.model.to("cpu").double().eval().requires_grad_(False)
        self._training = _TrainingLength(len(X), training.step, training.epoch, training.seconds)
        self._probe = self._probe_codes(split)
        return self

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        if tags.transformer_tags is not None:
            tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags

    def _make_features(self, X, default_type):
        """The Features of training rows N×F, with their names, types (`default_type`, unless feature_types is given) and
        units."""
        count = X.shape[1]
        if count > features.MAX_FEATURES:
            raise DataError(f"A table has at most {features.MAX_FEATURES:,} features, and this one {count:,}.")
        units = {} if self.standardize else {"means": X.mean(0), "deviations": np.full(count, np.sqrt(X.var(0).mean()))}
        if self._feature_heads is not None:
            return features.fit_features(X, *self._feature_heads, **units)
        names = self._names or columns.default_feature_names(count)
        types = self._types_of_columns(names, default_type)
        for name, kind, values in zip(names, types, X.T, strict=True):
            if kind not in FEATURE_TYPES:
                raise unknown_name_error("type of a feature", kind, FEATURE_TYPES)
            if kind == "binary" and values.min() >= 0 and values.max() <= 1:  # cross-entropy takes shares as well
                continue
            column = columns.Column(name, kind)
            column.examine(values)
            columns.raise_if_rejected([column])
        return features.fit_features(X, names, types, [""] * count, **units)

    def _types_of_columns(self, names, default_type) -> list[str]:
        """The type of each column with these names: as in feature_types, or else `default_type`."""
        types = self.feature_types
        if isinstance(types, dict):
            declared_types = columns.parse_declared_kinds(names, types)
            types = [declared_types.get(name, default_type) for name in names]
        elif types is None:
            types = [] if default_type is None else default_type
        types = [types] * len(names) if isinstance(types, str) else list(types)
        if len(types) != len(names):
            raise ConfigError(f"feature_types must name a type for all features, or one for each of the {len(names)}.")
        return types

    def _training_rows(self, X, y="no_validation"):
        """Rows N×F for a training, float64, and their classes if `y` is given; the names of their columns are kept."""
        self._validate_params()
        X, y = _as_scikit_input(X), _as_scikit_input(y)
        table = _as_named_table(X)
        self._names = None if table is None else table.names
        self._feature_heads = None
        table_columns = [] if table is None else self._table_columns(table)
        if not any(column.kind == "category" for column in table_columns):
            _raise_if_dates(X, table)
            return validate_data(self, X, y, dtype=np.float64, ensure_min_samples=2)
        validate_data(self, X, skip_check_array=True)  # keeps number and names of the columns
        rows = self._expand_categories(table, table_columns)
        if isinstance(y, str):
            return rows
        y = column_or_1d(y, warn=True)
        check_consistent_length(rows, y)
        return rows, y

    def _table_columns(self, table) -> list[columns.Column]:
        """The columns of a table with their types, not examined yet; a column of texts, if its type is not declared, is a
        category."""
        types = self._types_of_columns(table.names, LOSS_TYPES.get(_built_in_cost_like(self.loss), "real"))
        declared_names = set() if self.feature_types is None else set(table.names)
        if isinstance(self.feature_types, dict):
            declared_names = {columns.trim_name(name) for name in self.feature_types}
        table_columns = []
        for i, (name, kind) in enumerate(zip(table.names, types, strict=True)):
            is_category = name not in declared_names and _holds_texts(table, i)
            table_columns.append(columns.Column(name, "category" if is_category else kind))
        return table_columns

    def _expand_categories(self, table, table_columns) -> np.ndarray:
        """The rows of a table with categories as features, float64 N×F, whose names, types and blocks are kept. DataError, which
        names the columns, if some do not suit their types."""
        columns.check_names(table.names)
        for kind in {column.kind for column in table_columns}:
            if kind not in features.KINDS:
                raise unknown_name_error("type of a feature", kind, features.KINDS)
        if table.row_count < 2:
            raise DataError(f"Two rows or more are needed, and there are {table.row_count}.")
        values = [table.get_column(i) for i in range(len(table_columns))]
        for column, column_values in zip(table_columns, values, strict=True):
            column.examine(column_values)
        columns.raise_if_rejected(table_columns)
        heads = [head for column in table_columns for head in column.feature_heads()]
        self._feature_heads = tuple(zip(*heads, strict=True))
        parts = [column.to_features(part) for column, part in zip(table_columns, values, strict=True)]
        return np.concatenate(parts, axis=1).astype(np.float64)

    def _checked_rows(self, X) -> np.ndarray:
        """Rows N×F as the model takes them, float32 N×1×F×1; NotFittedError before `fit`.

        The columns of a frame are found by name, unless those of the training had none. A matrix has as many columns as X had in
        the training, in their order.
        """
        check_is_fitted(self)
        X, trained_features = _as_scikit_input(X), self.model_.features
        table = _as_named_table(X)
        names = trained_features.names
        has_names = names != tuple(columns.default_feature_names(len(names))) and len(set(names)) == len(names)
        if table is not None and any(trained_features.blocks):
            return row_matching.match_memory_rows(X, trained_features)
        if table is not None and has_names:
            matched_columns = row_matching.match_columns(trained_features, table.names, "The frame")
            index_by_name = {name: i for i, name in enumerate(table.names)}
            _raise_if_dates(X, table, [column.name for column in matched_columns])
            parts = [column.parse_values(table.get_column(index_by_name[column.name])) for column in matched_columns]
            matrix = check_array(np.column_stack(parts), dtype=np.float64, input_name="X", estimator=self)
            return features.check_row_matrix(matrix, self.n_features_in_)
        if any(trained_features.blocks):
            raise DataError(
                "The model was trained on categories; give a frame whose columns have the names of the training data."
            )
        _raise_if_dates(X, table)
        return features.check_row_matrix(validate_data(self, X, dtype=np.float64, reset=False), self.n_features_in_)

    @torch_defaults()
    def _reconstruction_costs(self, X) -> np.ndarray:
        """The reconstruction cost of each row, N."""
        rows, model = self._checked_rows(X), self.model_
        costs = inference.map_batches(
            model, rows, lambda x: model.cost.value(x, inference.reconstruction_logits(model, x, None))
        )
        return costs.numpy().astype(_result_dtype(X))

    @torch_defaults()
    def _probe_codes(self, split):
        """The ProbeCodes of the rows in a Split, or of a sample of them."""
        index, model = draw_stratified_indices(split.labels, MAX_PROBE_CODES), self.model_
        rows, class_indices = split.images[index], split.labels[index]
        content = exploration.encode_contents(model, rows).argmax(1) if model.variant.categorical else class_indices
        codes = exploration.encode_images(model, rows).astype(np.float32)
        return ProbeCodes(codes, class_indices, index, content, "train")

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
        estimator_record = _SavedEstimator(
            type(self).__name__,
            self.get_params() | {"random_state": state},
            schema.to_dict(self.model_.config),
            self.model_.features,
            getattr(self, "classes_", np.empty(0)).tolist(),
            list(getattr(self, "feature_names_in_", ())),
            self._training,
            getattr(self, "offset_", 0.0),
        )
        record = json.dumps({"format": FORMAT, **asdict(estimator_record)}, default=_to_json_value, allow_nan=False)
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
        estimator_record = records.parse_record(
            _SavedEstimator, files.parse_json_object(text, path), path, format_number=FORMAT
        )
        count = len(estimator_record.features)
        if not features.are_consistent_features(estimator_record.features, count):
            raise RevisionError(f"{path} has features that do not fit each other; restore it from a copy.")
        if estimator_record.estimator != cls.__name__ or estimator_record.params.keys() - set(cls._get_param_names()):
            raise RevisionError(
                f"{path} does not hold a fit of {cls.__name__}; load it with the estimator that wrote it."
            )
        column_count = len(columns.columns_of_features(estimator_record.features))
        if (
            len(estimator_record.names) not in (0, column_count)
            or np.unique(estimator_record.classes).tolist() != estimator_record.classes
        ):
            raise RevisionError(
                f"{path} is damaged: its names of features, or its classes, cannot be right; restore it from a copy."
            )
        estimator = cls(
            **{
                name: tuple(value) if isinstance(value, list) else value
                for name, value in estimator_record.params.items()
            }
        )
        estimator._restore_attributes(estimator_record)
        try:
            model_facts = (
                configuration.from_dict(estimator_record.config),
                (1, 1, count),
                len(estimator_record.classes),
                estimator_record.features,
            )
            estimator.model_ = weights.read_model(path, model_facts)[0].double()
        except ConfigError as error:
            raise RevisionError(f"{path} cannot be used: {error}") from error
        return estimator

    def _restore_attributes(self, estimator_record):
        self.n_features_in_ = len(columns.columns_of_features(estimator_record.features))
        if estimator_record.names:
            self.feature_names_in_ = np.array(estimator_record.names, object)
        if estimator_record.classes:
            self.classes_ = np.array(estimator_record.classes)
        self.history_, self._probe, self._training = [], None, estimator_record.training

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
            class_indices, classes = self._encode_labels_and_name_classes(y, len(rows))
            probe, count = self._probe_codes(Split(rows, class_indices)), len(rows)
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
        return exploration.encode_images(self.model_, rows).astype(_result_dtype(X))

    @torch_defaults()
    def inverse_transform(self, X) -> np.ndarray:
        """The rows, N×F in their own units, that the decoder makes from codes N×d. If there are categories, an array of
        objects with the columns of the training data: numbers, and the likeliest category's text."""
        check_is_fitted(self)
        rows = exploration.decode_images(self.model_, X)[:, 0, :, 0].astype(_result_dtype(X))
        return _join_categories(rows, self.model_.features) if any(self.model_.features.blocks) else rows

    @torch_defaults()
    def sample(self, n_samples=1, random_state=None) -> np.ndarray:
        """Rows as `inverse_transform` gives them, float64, decoded from n samples of the prior. random_state: None for
        the estimator's own."""
        check_is_fitted(self)
        seed = _draw_seed(self.random_state if random_state is None else random_state)
        return self.inverse_transform(exploration.sample_prior_codes(self.model_, n_samples, seed).astype(np.float64))

    def score(self, X, y=None) -> float:
        """The negative mean reconstruction cost of rows N×F, in the units of `loss`; higher is better."""
        return -float(self._reconstruction_costs(X).mean())


class SemiSupervisedAAE(ClassifierMixin, _Estimator):
    """A classifier that learns from labelled and unlabelled rows (§5)."""

    _variants, _noise = ("semi-supervised", "reduction"), 1.0
    _shares = {"reconstruction": 1, "discrimination": 1, "generation": 1, "classification": 1}

    def fit(self, X, y):
        """Train on rows N×F and their classes N, numbers or texts.

        −1 marks a row without a label, as in `sklearn.semi_supervised`; so do an empty text and "nan" in any case, of which a
        UserWarning tells. DataError for "-1" or None in y and for numbers beside texts, ConfigError for fewer than two classes.
        """
        X, y = self._training_rows(X, y)
        invalid_labels = {"-1", None}.intersection(y.tolist())
        if invalid_labels:
            raise DataError(
                f"y holds {invalid_labels.pop()!r}, which is no class; a row without label has the number −1, among "
                "texts in an array of objects."
            )
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
        return exploration.encode_contents(self.model_, rows).astype(_result_dtype(X))

    def predict(self, X) -> np.ndarray:
        """The most probable class of each row, N."""
        likeliest = self.predict_proba(X).argmax(1)  # first, as it says whether there is a fit
        return self.classes_[likeliest]


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


def _as_named_table(X) -> array_likes.MemoryTable | None:
    """The columns of a frame or Arrow table, with their names; None for a matrix."""
    return None if isinstance(X, np.ndarray) else array_likes.as_memory_table(X)


def _raise_if_dates(X, table, names=None) -> None:
    """DataError for dates, times and other values that are neither numbers nor texts, in a matrix X, or in the columns with these
    names, by default all, of a frame X, whose `table` is given; it names the columns."""
    if table is None:
        if getattr(X, "dtype", np.dtype(float)).kind in "mM":
            raise DataError(columns.DATES_ERROR.format("X"))
        return
    rejected_columns = []
    for i, name in enumerate(table.names):
        if names is not None and name not in names:
            continue
        values = np.asarray(table.get_column(i))
        if values.dtype.kind in "biuf":
            continue
        column = columns.Column(name)
        column.examine(values)
        if column.rejection_reason in (columns.DATES_ERROR, columns.UNSUPPORTED_VALUES_ERROR):
            rejected_columns.append(column)
    columns.raise_if_rejected(rejected_columns)


def _result_dtype(X) -> type[np.floating]:
    """float32 if all that was given as X is float32, as scikit-learn's own transformers decide it; otherwise float64."""
    X = _as_scikit_input(X)
    given_dtypes = list(X.dtypes) if hasattr(X, "dtypes") else [getattr(X, "dtype", None)]
    return np.float32 if all(dtype == np.float32 for dtype in given_dtypes) else np.float64


def _holds_texts(table, index) -> bool:
    """Whether a column of a table is a category by its type, or holds texts that are no numbers."""
    if index in table.category_indices:
        return True
    values = np.asarray(table.get_column(index))
    if values.dtype.kind in "biuf":
        return False
    column = columns.Column(table.names[index])
    column.examine(values)
    return column.rejection_reason == columns.TEXTS_ERROR


def _join_categories(rows, trained_features) -> np.ndarray:
    """Rows N×F as objects N×C, a column for each of the training data; of a category the text whose feature is largest."""
    joined_columns = []
    indices_by_column = {}
    for i, (name, block) in enumerate(zip(trained_features.names, trained_features.blocks, strict=True)):
        indices_by_column.setdefault(block or name, []).append(i)
    for name, indices in indices_by_column.items():
        if not trained_features.blocks[indices[0]]:
            joined_columns.append(rows[:, indices[0]].astype(object))
            continue
        texts = np.array([trained_features.names[i].removeprefix(f"{name} = ") for i in indices], object)
        joined_columns.append(texts[rows[:, indices].argmax(1)])
    return np.column_stack(joined_columns)


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
