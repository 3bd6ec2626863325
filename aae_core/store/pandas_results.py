"""Codes and rows as pandas DataFrames, with names of columns and the index of the frame from which they came."""

import numpy as np

from aae_core.data.features import Features
from aae_core.errors import ConfigError, unknown_name_error
from aae_core.store.code_columns import column_names, find_code_columns
from aae_core.store.notebook import import_optional

CATEGORY_FORMS = ("probabilities", "likeliest", "drawn")  # how a frame of decoded rows gives a category


def is_pandas_frame(values) -> bool:
    """Whether values are a pandas DataFrame."""
    return (
        type(values).__module__.partition(".")[0] == "pandas" and hasattr(values, "iloc") and hasattr(values, "columns")
    )


def codes_to_frame(z: np.ndarray, index):
    """Codes N×d as a DataFrame with the columns z1 … zd. index: of the frame that was encoded."""
    return import_optional("pandas").DataFrame(z, index=index, columns=column_names("z", z.shape[1]))


def codes_from_frame(frame, dim: int) -> np.ndarray:
    """The codes N×`dim` in the columns z1 … zd of a DataFrame, or in all of its columns if there are as many; ConfigError if
    it has no such columns, or if they hold no numbers."""
    names = find_code_columns(frame.columns, dim)
    if names is None and frame.shape[1] == dim:
        names = list(frame.columns)
    if names is None:
        raise ConfigError(f"The frame has no {dim} columns z1 to z{dim} with codes, as encode gives them.")
    try:
        return frame[names].to_numpy(np.float32)
    except (TypeError, ValueError):
        raise ConfigError("The columns with codes hold values that are no numbers; correct them.") from None


def rows_to_frame(
    rows: np.ndarray, trained_features: Features, index=None, categories: str = "probabilities", seed: int = 0
):
    """Rows N×F, in their own units, as a DataFrame. categories: one of CATEGORY_FORMS: a column of probabilities for each
    value (`town = York`), or one column with the likeliest value, or with one that is drawn by its probability, by `seed`.
    ConfigError for another form."""
    pandas = import_optional("pandas")
    if categories not in CATEGORY_FORMS:
        raise unknown_name_error("form of categories", categories, CATEGORY_FORMS, ConfigError)
    table = pandas.DataFrame(rows, index=index, columns=list(trained_features.names))
    blocks = np.array(trained_features.blocks, object)
    if categories == "probabilities" or not any(trained_features.blocks):
        return table
    rng = np.random.default_rng(seed) if categories == "drawn" else None
    columns = {}
    for name, block in zip(trained_features.names, trained_features.blocks, strict=True):
        if not block:
            columns[name] = table[name]
        elif block not in columns:
            is_member = blocks == block
            values = np.array([feature.removeprefix(f"{block} = ") for feature in table.columns[is_member]], object)
            columns[block] = values[_choose_values(rows[:, is_member], rng)]
    return pandas.DataFrame(columns, index=table.index)


def _choose_values(weights: np.ndarray, rng: np.random.Generator | None) -> np.ndarray:
    """For each of N rows the index of the greatest of K weights or, with a generator, one drawn in proportion to them."""
    if rng is None:
        return weights.argmax(1)
    limits = np.cumsum(np.maximum(weights, 0).astype(np.float64), axis=1)
    draws = rng.random(len(weights)) * limits[:, -1]
    return np.minimum((draws[:, None] >= limits).sum(1), weights.shape[1] - 1)
