"""The base of the estimators: parameters, training, costs of rows, and saving."""

import json
import math
import re
from contextlib import contextmanager
from dataclasses import KW_ONLY, asdict, dataclass, field, fields, replace
from numbers import Integral, Real
from time import time

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_array, check_consistent_length, check_random_state, column_or_1d
from sklearn.utils.validation import check_is_fitted, validate_data

from aae_core import files, records
from aae_core.config import combinations, configuration, schema
from aae_core.config.advice import SLOWER_AFTER, SLOWER_FACTOR
from aae_core.config.choices import COSTS
from aae_core.data import arrays, columns, extreme_values, features, row_matching
from aae_core.data.item_draws import draw_stratified_indices
from aae_core.data.sets import DataSet, DataSummary, Split
from aae_core.errors import ConfigError, DataError, RevisionError, unknown_name_error
from aae_core.estimators import inputs
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


def make_parameter(default, *types):
    """A parameter with its types, which scikit-learn checks; its range is checked by the configuration."""
    return field(default=default, metadata={"kinds": [*types]})


@dataclass(eq=False, repr=False)
class TableEstimator(BaseEstimator):
    """The base of the estimators: parameters (see above), training, costs of rows, and saving."""

    # For each estimator: its variant, followed by others that `settings` may name; noise on the encoder's input, in
    # standard deviations, without which a few rows are memorised; the steps of a training without max_epochs; learning rates by
    # phase, as shares of `learning_rate`.
    _variants, _noise = ("aae", "vae", "wae-mmd", "sliced-wasserstein", "info-vae", "ae"), 0.5
    _steps = 2000
    _shares = {"reconstruction": 1, "discrimination": 0.5, "generation": 0.25}
    n_components: int = make_parameter(2, Integral)
    _: KW_ONLY
    prior: str | dict = make_parameter("gaussian", str, dict)
    loss: str = make_parameter("squared-error", str)
    feature_types: str | list[str] | dict[str, str] | None = make_parameter(None, str, "array-like", dict, None)
    standardize: bool = make_parameter(True, "boolean")
    hidden_layer_sizes: int | tuple[int, ...] = make_parameter((128, 128), Integral, "array-like")
    max_epochs: int | None = make_parameter(None, Integral, None)
    tol: float | None = make_parameter(0.05, Real, None)
    batch_size: int = make_parameter(32, Integral)
    learning_rate: float = make_parameter(2e-3, Real)
    settings: dict | None = make_parameter(None, dict, None)
    device: str = make_parameter("cpu", str)
    random_state: int | np.random.RandomState | None = make_parameter(None, "random_state")
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
            "seed": draw_seed(self.random_state),
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
        X, y = inputs.as_scikit_input(X), inputs.as_scikit_input(y)
        table = inputs.as_named_table(X)
        self._names = None if table is None else table.names
        self._feature_heads = None
        table_columns = [] if table is None else self._table_columns(table)
        if not any(column.kind == "category" for column in table_columns):
            inputs.raise_if_dates(X, table)
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
            is_category = name not in declared_names and inputs.holds_texts(table, i)
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
        X, trained_features = inputs.as_scikit_input(X), self.model_.features
        table = inputs.as_named_table(X)
        names = trained_features.names
        has_names = names != tuple(columns.default_feature_names(len(names))) and len(set(names)) == len(names)
        if table is not None and any(trained_features.blocks):
            return row_matching.match_memory_rows(X, trained_features)
        if table is not None and has_names:
            matched_columns = row_matching.match_columns(trained_features, table.names, "The frame")
            index_by_name = {name: i for i, name in enumerate(table.names)}
            inputs.raise_if_dates(X, table, [column.name for column in matched_columns])
            parts = [column.parse_values(table.get_column(index_by_name[column.name])) for column in matched_columns]
            matrix = check_array(np.column_stack(parts), dtype=np.float64, input_name="X", estimator=self)
            return features.check_row_matrix(matrix, self.n_features_in_)
        if any(trained_features.blocks):
            raise DataError(
                "The model was trained on categories; give a frame whose columns have the names of the training data."
            )
        inputs.raise_if_dates(X, table)
        return features.check_row_matrix(validate_data(self, X, dtype=np.float64, reset=False), self.n_features_in_)

    @torch_defaults()
    def _reconstruction_costs(self, X) -> np.ndarray:
        """The reconstruction cost of each row, N."""
        rows, model = self._checked_rows(X), self.model_
        costs = inference.map_batches(
            model, rows, lambda x: model.cost.value(x, inference.reconstruction_logits(model, x, None))
        )
        return costs.numpy().astype(inputs.result_dtype(X))

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


def draw_seed(random_state) -> int:
    return int(check_random_state(random_state).randint(2**31 - 1))


def _built_in_cost_like(loss):
    """The cost of the package that a loss is or, if it comes from a plug-in, resembles; "" if the loss is unknown."""
    return COSTS[loss].like if loss in COSTS else ""


def _to_json_value(value):
    """A NumPy value as one that JSON can represent; TypeError for other types."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    raise TypeError(f"a parameter of type {type(value).__name__} cannot be saved")
