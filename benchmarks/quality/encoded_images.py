"""Write the images of the board of the aggregated posterior, with the posteriors of a shipped VAE.

    python -m benchmarks.quality.encoded_images

The VAE is that of the lessons. Of the test images of MNIST the first two of each digit make the first set of twenty, the next two
the second, and so on. The file is `aae_core/latent/encoded_images.npz`.
"""

import numpy as np

from aae_core.data import originals
from aae_core.latent.encoded_images import FILE, SETS
from aae_core.models import inference
from aae_core.models.convolutions import use_torch_threads
from app.cache import revision_snapshot
from app.lessons import running_lesson

IMAGES_OF_A_DIGIT = 2  # in each set


def encode_images() -> dict[str, np.ndarray]:
    """The arrays of the file, by name."""
    revision = revision_snapshot.open_snapshot(running_lesson.find_revision_id("vae"))
    mnist = originals.list_originals("mnist")[0]
    labels = mnist.labels("test", np.arange(mnist.count("test")))
    rows = choose_rows(labels)
    images = mnist.images("test", rows)
    with use_torch_threads(1), inference.evaluation_mode(revision.model):
        means, log_variances = revision.model.posterior_moments(revision.model.to_x(images))
    return {
        "images": images[..., 0],
        "labels": labels[rows].astype(np.int16),
        "means": means.float().numpy(),
        "widths": (log_variances.float() / 2).exp().numpy(),
    }


def choose_rows(labels: np.ndarray) -> np.ndarray:
    """The numbers of the images, set by set."""
    indices_by_digit = [np.flatnonzero(labels == digit)[: SETS * IMAGES_OF_A_DIGIT] for digit in range(10)]
    indices_by_set = [
        [rows[k * IMAGES_OF_A_DIGIT : (k + 1) * IMAGES_OF_A_DIGIT] for rows in indices_by_digit] for k in range(SETS)
    ]
    return np.concatenate([rows for rows_of_set in indices_by_set for rows in rows_of_set])


if __name__ == "__main__":
    np.savez_compressed(FILE, **encode_images())
    print(f"{FILE} was written.")
