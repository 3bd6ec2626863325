"""A revision as an object: what its trained model encodes, decodes, classifies and samples.

Torch is imported when a model is asked for, so that a list of revisions needs none.
"""

import numpy as np

from aae_core.config.derived import phases
from aae_core.data import sets
from aae_core.data.features import check_rows
from aae_core.errors import DataError, RevisionError
from aae_core.store import frames as recorded
from aae_core.store import notebook
from aae_core.store.folder import Folder, mark


class Revision(Folder):
    """One training run, in the folder `path`, and what its model can do."""

    def __init__(self, path, gallery: bool = False):
        super().__init__(path, gallery)
        self._models: dict = {}

    def frames(self):
        """The time machine: a `frames.History` of the probe set's codes, and D's surface, at earlier steps of the training."""
        return recorded.history(self)

    def model(self, device: str = "cpu"):
        """The trained Model, in fp32 and evaluation mode. RevisionError if the weights are missing, cut or foreign."""
        from aae_core.store import weights

        return weights.load_model(self, device)

    def shared_model(self):
        """The model on the processor, read once for each version of the weights: not to be changed."""
        written = mark(self.path / "weights.safetensors")
        if written not in self._models:
            self._models = {written: self.model()}
        return self._models[written]

    def encode(self, images: np.ndarray) -> np.ndarray:
        """The codes z, float32 N×d, of uint8 images N×H×W×C (or N×H×W when grey), or of the rows N×F of a table.

        Raises DataError if they have another size than those trained on.
        """
        from aae_core.latent import exploration

        return exploration.encode_images(self.shared_model(), self.check_images(images))

    def classify(self, images: np.ndarray) -> np.ndarray:
        """q(y|x), float32 N×K, of images or rows as for `encode`: a trained revision is a classifier (§5).

        Raises DataError if they have another size than those trained on, ConfigError if the variant infers no y.
        """
        from aae_core.latent import exploration

        return exploration.encode_contents(self.shared_model(), self.check_images(images))

    def scores(self, images: np.ndarray, labels=None) -> dict[str, np.ndarray]:
        """What images or rows, as for `encode`, can be sorted by, float32 N each: `error`, the reconstruction error ½Σ(x − x̂)²,
        where the decoder was trained, and `log_p`, log p(z) in nats, where the prior has a density.

        labels: the content of each, needed where the decoder takes one that is not inferred; labels N, or N×K in 0..1. Raises
        DataError if they have another size than those trained on, ConfigError for labels that are missing or do not fit.
        """
        from aae_core.latent import exploration

        model, images, found = self.shared_model(), self.check_images(images), {}
        z = exploration.encode_images(model, images)
        if "reconstruction" in phases(self.config):
            found["error"] = exploration.reconstruction_errors(model, images, labels, z)
        if (likely := exploration.log_prior(model, z)) is not None:
            found["log_p"] = likely
        return found

    def decode(self, z: np.ndarray, y: np.ndarray | None = None, step: int | None = None) -> np.ndarray:
        """Images uint8 N×H×W×C, or rows float32 N×F in their own units, of codes z N×d and, where the decoder takes it,
        content y: labels N, or N×K in 0..1.

        step: one of `frames().keys`, to decode as at that step of the training. Raises ConfigError if y is missing where it
        is needed, a size does not fit, a label is no class (−1 is none), a number of z lies beyond ±1,000,000, or the decoder
        of that step was not kept.
        """
        from aae_core.latent import exploration

        model = self.shared_model() if step is None else recorded.model_at(self, step)
        return self._given_back(exploration.decode_images(model, z, y, unknown=False))

    def sample(self, n: int, seed: int = 0, y: np.ndarray | None = None) -> np.ndarray:
        """n images, uint8 n×H×W×C, or rows float32 n×F, of codes drawn from the prior; content y, where needed, is the
        classes in turn.

        Raises ConfigError unless n is a whole number from 0 to 100,000, seed is one of at least 0, and y fits, and for an
        autoencoder, which has no prior.
        """
        from aae_core.latent import exploration

        model = self.shared_model()
        z = exploration.random_codes(model, n, seed)
        if y is None and model.variant.has_content:
            y = np.arange(n) % model.contents
        return self._given_back(exploration.decode_images(model, z, y, unknown=False))

    def evaluate(
        self, protocol: str = "all", samples: int = 10_000, data: sets.DataSet | None = None
    ) -> dict[str, dict]:
        """The figures of one of the protocols, or of all that apply, on the test images: see `protocols.evaluate`.

        data: the data set, where it is in memory alone. Raises DataError if the data set is missing, RevisionError if it is
        not the one that this was trained on.
        """
        from aae_core.evaluation import protocols

        dataset = sets.resolve(data, self.config.data)
        if why := self.data.differs(dataset.summary, counts=data is None):
            raise RevisionError(
                f"The data set {dataset.name} has changed since {self.id} was trained ({why}); restore the original."
            )
        return protocols.evaluate(self.model(), dataset, protocol, samples=samples)

    def direction(self, a, b):
        """The direction from codes a (n×d) to codes b (m×d), a `directions.Direction`: the codes of its `at(t)` can be decoded,
        t = 0 at the mean of a, 1 at that of b. ConfigError for a group without codes, or equal means."""
        from aae_core.latent import directions

        return directions.between(a, b)

    def directions(self) -> list:
        """The principal directions of the probe set's codes in order of what they change in the decoded image, then those of the
        data set's known factors: see `latent.directions.of_codes`. RevisionError without codes or weights."""
        from aae_core.latent import directions

        probe = notebook.codes_of(self)
        content = probe.content if self.variant.has_content else None
        return directions.of_codes(self.shared_model(), probe.z, content, *self.factors(probe.split, probe.index))

    def factors(self, split: str, index: np.ndarray) -> tuple[np.ndarray | None, tuple[str, ...]]:
        """The known factors of the images with these numbers, float32 N×F, and their names; None and no names where the data set
        has none or is not on this machine. split: as of the probe codes, or "all": the training images, then the test images."""
        try:
            found = sets.load(self.data.name)
        except DataError:
            return None, ()
        parts = [part.factors for part in found.parts(split)]
        if self.data.differs(found.summary) or any(part is None for part in parts):
            return None, ()
        return np.concatenate(parts)[index], found.factor_names

    def history(self):
        """The logged metrics as a pandas DataFrame by step: see `notebook.history`."""
        return notebook.history(self)

    def plot(self):
        """Map, samples and curves as a plotly figure: see `notebook.plot`, which takes several revisions."""
        return notebook.plot([self])

    def _repr_html_(self):
        return notebook.card(self)

    def _given_back(self, items):
        """Images as they are, rows N×1×F×1 as N×F."""
        return items[:, 0, :, 0] if self.data.is_table else items

    def check_images(self, images) -> np.ndarray:
        """The images as uint8 N×H×W×C, or rows N×F as float32 N×1×F×1; DataError if they have another type or size than those
        trained on, or numbers that are not finite."""
        c, h, w = self.data.shape
        if self.data.is_table:
            return check_rows(images, w)
        images = np.asarray(images)
        if images.ndim == 3 and c == 1:
            images = images[..., None]
        if images.dtype != np.uint8 or images.shape[1:] != (h, w, c):
            found = f"{images.dtype} of shape {images.shape}"
            raise DataError(
                f"{self.id} takes uint8 images of shape (N, {h}, {w}, {c}), not {found}; convert or resize them."
            )
        return images
