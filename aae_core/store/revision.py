"""A revision with its trained model: encoding, decoding, classification, sampling and evaluation.

Torch is imported only when a model is needed, so that revisions can be listed without it.
"""

from pathlib import Path

import numpy as np

from aae_core import files
from aae_core.config.derived import trained_phases
from aae_core.data import array_likes, row_matching, sets
from aae_core.data.images import image_arrays
from aae_core.errors import DataError
from aae_core.store import export, notebook, pandas_results
from aae_core.store import frames as recorded
from aae_core.store.revision_folder import RevisionFolder
from aae_core.torch_state import torch_defaults


class Revision(RevisionFolder):
    """One training run, in the folder `path`, and what its model can do."""

    # the mark of the weights, () before any was read since None means that there are none, and the model that was read from them
    _shared: tuple = (), None

    def frames(self):
        """The codes of the probe set, and D's surface, at earlier steps of the training, as a `frames.History`."""
        return recorded.load_history(self)

    @torch_defaults()
    def model(self, device: str = "cpu"):
        """The trained Model, in fp32 and evaluation mode. Raises RevisionError if the weights are missing, damaged, or
        of another revision."""
        from aae_core.store import weights

        return weights.load_model(self, device)

    def shared_model(self):
        """The trained Model on the CPU, which is shared and so must not be changed; it is read again when the weights
        change."""
        weights_mark, mark_and_model = files.file_version(self.path / "weights.safetensors"), self._shared
        if mark_and_model[0] != weights_mark:
            mark_and_model = self._shared = weights_mark, self.model()
        return mark_and_model[1]

    @torch_defaults()
    def encode(self, images):
        """The codes z, float32 N×d, of images uint8 N×H×W×C (or N×H×W if grey), or of the rows N×F of a table: an array or,
        for a pandas DataFrame, a DataFrame with its index and the columns z1 … zd.

        The columns of a frame, or of another table with names, are matched with the training data by name: their order
        does not matter, others are ignored, and a category may be one column. Those of a matrix have the order of
        `data.features`. Images may be in another number format if their levels are certain
        (`image_arrays.convert_to_levels`). Raises DataError if a column is missing, or if size or type are not those of
        the training data.
        """
        from aae_core.latent import exploration

        z = exploration.encode_images(self.shared_model(), self.prepare_images(images))
        return pandas_results.codes_to_frame(z, images.index) if pandas_results.is_pandas_frame(images) else z

    @torch_defaults()
    def classify(self, images) -> np.ndarray:
        """q(y|x), float32 N×K, of images or rows as for `encode`: class probabilities (§5), or probabilities of
        clusters (§6).

        Raises DataError if their size or type is not that of the training data, ConfigError if the variant does not
        infer y.
        """
        from aae_core.latent import exploration

        return exploration.encode_contents(self.shared_model(), self.prepare_images(images))

    @torch_defaults()
    def scores(self, images, labels=None) -> dict[str, np.ndarray]:
        """Scores of images or rows as for `encode`, float32 N each: `error`, the reconstruction error ½Σ(x − x̂)², if
        the decoder was trained, and `log_p`, log p(z) in nats, if the prior has a density.

        labels: the contents, as classes N or N×K in 0..1, needed if the decoder takes a content that is not inferred.
        Raises DataError if the size or type is not that of the training data, ConfigError for labels that are missing
        or invalid.
        """
        from aae_core.latent import exploration

        model, images, scores = self.shared_model(), self.prepare_images(images), {}
        z = exploration.encode_images(model, images)
        if "reconstruction" in trained_phases(self.config):
            scores["error"] = exploration.reconstruction_errors(model, images, labels, z)
        if (log_p := exploration.log_prior(model, z)) is not None:
            scores["log_p"] = log_p
        return scores

    @torch_defaults()
    def decode(self, z, y: np.ndarray | None = None, step: int | None = None, *, categories: str = "probabilities"):
        """The images, uint8 N×H×W×C, or rows, float32 N×F in their own units, that the decoder makes from codes z N×d
        and, if it takes one, a content y, as classes N or N×K in 0..1.

        For codes in a pandas DataFrame, with the columns z1 … zd and any others, rows are a DataFrame with its index and the
        names of the features. categories: how it gives them: "probabilities", a column for each value; or one column,
        with the "likeliest" value, or one "drawn" by its probability.

        step: one of `frames().keys`, for the decoder at that step of the training. Raises ConfigError if y is missing,
        if a shape does not fit, if a label is not a class (−1 is none), if a number in z lies beyond ±1,000,000, or if
        the decoder of that step was not kept.
        """
        from aae_core.latent import exploration

        model = self.shared_model() if step is None else recorded.load_model_at(self, step)
        is_frame = pandas_results.is_pandas_frame(z)
        codes = pandas_results.codes_from_frame(z, self.config.latent_dim) if is_frame else z
        items = self._as_public_items(exploration.decode_images(model, codes, y, allows_unknown=False))
        if is_frame and self.data.is_table:
            return pandas_results.rows_to_frame(items, self.data.features, z.index, categories)
        return items

    @torch_defaults()
    def sample(
        self,
        n: int,
        seed: int = 0,
        y: np.ndarray | None = None,
        *,
        as_frame: bool = False,
        categories: str = "drawn",
    ):
        """n images, uint8 n×H×W×C, or rows, float32 n×F in their own units, decoded from samples of the prior.

        y: the contents, as for `decode`; by default, if the decoder takes a content, all contents in turn. as_frame:
        whether rows are a pandas DataFrame; categories: how it gives them, as for `decode`. Raises
        ConfigError unless n is a whole number from 0 to 100,000, seed is one from 0 to 2⁶³ − 1, and y fits; and for an
        autoencoder, which has no prior.
        """
        from aae_core.latent import exploration

        model = self.shared_model()
        z = exploration.sample_prior_codes(model, n, seed)
        if y is None and model.variant.has_content:
            y = np.arange(n) % model.contents
        items = self._as_public_items(exploration.decode_images(model, z, y, allows_unknown=False))
        if as_frame and self.data.is_table:
            return pandas_results.rows_to_frame(items, self.data.features, None, categories, seed)
        return items

    def evaluate(
        self, protocol: str = "all", samples: int = 10_000, data: sets.DataSet | None = None
    ) -> dict[str, dict]:
        """The results of one protocol on the test set, or with "all" of every protocol that applies: see
        `protocols.evaluate`.

        samples: of the model, for the likelihood (§3). data: the data set, if it exists only in memory. Raises
        DataError if the data set is missing, RevisionError if it is not the one on which the revision was trained.
        """
        from aae_core.evaluation import protocols

        dataset = sets.resolve_data_set(data, self.config.data)
        self.check_same_data(dataset, compare_counts=data is None)
        return protocols.evaluate(self.model(), dataset, protocol, samples=samples)

    @torch_defaults()
    def direction(self, a, b):
        """The `directions.Direction` from the mean of codes a (n×d) to the mean of codes b (m×d). Its `codes_at(t)` returns
        codes to decode, from a at t = 0 to b at t = 1. Raises ConfigError for a group without codes, or if the means
        are equal."""
        from aae_core.latent import directions

        return directions.direction_between(a, b)

    @torch_defaults()
    def directions(self) -> list:
        """The principal directions of the probe set's codes, ordered by how much they change the decoded image, then
        the directions of the data set's known factors: see `latent.directions.find_directions`. RevisionError if codes
        or weights are missing."""
        from aae_core.latent import directions

        probe = notebook.require_probe_codes(self)
        content = probe.content if self.variant.has_content else None
        return directions.find_directions(
            self.shared_model(), probe.z, content, *self.factors(probe.split, probe.index)
        )

    def factors(self, split: str, index: np.ndarray) -> tuple[np.ndarray | None, tuple[str, ...]]:
        """(known factors of the images with these indices, float32 N×(their number); names of the factors), or (None,
        ()) if the data set has none, is not on this machine, or has changed. split: "train", "test", or "all", the
        training images followed by the test images."""
        try:
            dataset = sets.load(self.data.name)
        except DataError:
            return None, ()
        parts = [part.factors for part in dataset.splits(split)]
        if self.data.difference_from(dataset.summary) or any(part is None for part in parts):
            return None, ()
        return np.concatenate(parts)[index], dataset.factor_names

    def export(self, folder, onnx: bool = False) -> list[Path]:
        """Write weights, settings, codes and a page about the model to a new or empty folder, and with `onnx` its
        networks as ONNX files (`onnx_files`); returns the paths of the files. The same as the command `export`.

        Raises ConfigError if the folder is not empty or cannot be written, or if a package for ONNX is missing;
        RevisionError if weights or codes are missing or damaged; DataError if the system refuses to write.
        """
        paths, _ = export.write_export(self, folder, onnx)
        return paths

    def history(self):
        """The logged metrics as a pandas DataFrame by step: see `notebook.history_table`."""
        return notebook.history_table(self)

    def plot(self):
        """Map, samples and curves as a plotly figure: see `notebook.plot_revisions`, which can also compare
        revisions."""
        return notebook.plot_revisions([self])

    def explore(self):
        """A widget for a notebook, in which z is dragged and codes are selected as in the explorer; `selection` of the
        widget is the ids of the selected codes. Needs the extra `notebook`."""
        return notebook.explore_revision(self)

    def _repr_html_(self) -> str:
        return notebook.revision_card_html(self)

    def _as_public_items(self, items):
        """Images as they are, and rows N×1×F×1 as N×F."""
        return items[:, 0, :, 0] if self.data.is_table else items

    def prepare_images(self, images) -> np.ndarray:
        """Images as uint8 N×H×W×C, or rows as float32 N×1×F×1; DataError if their size or type is not that of the
        training data, if rows lack a column, or if they hold numbers that are not finite."""
        if self.data.is_table:
            return row_matching.match_memory_rows(images, self.data.features)
        channels, height, width = self.data.shape
        images = array_likes.as_array(images)
        if channels == 1:
            images = image_arrays.add_channel_axis(images)
        if images.shape[1:] != (height, width, channels):
            hint = image_arrays.wrong_axes_hint(images.shape) or self._size_hint(images.shape)
            raise DataError(
                f"{self.id} takes uint8 images of shape (N, {height}, {width}, {channels}), not {images.dtype} of shape "
                f"{images.shape}; {hint}."
            )
        return image_arrays.convert_to_levels(images)

    def _size_hint(self, shape) -> str:
        channels, height, width = self.data.shape
        if shape in ((height, width), (height, width, channels), (height, width, channels, 1)):
            return "give a single image as X[None]"
        return "convert or resize them"
