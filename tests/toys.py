"""A data set and configurations so small that a training takes milliseconds."""

import shutil

import numpy as np
import torch

from aae_core.config.configuration import configure
from aae_core.data.sets import DataSet, Split
from aae_core.store import frames

CLASSES = 3
NAMES = ("a", "b", "c")


def toy(n=40, labelled=True, seed=0):
    """Images of 4 × 4 whose class is the row that is bright."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % CLASSES
    images = rng.integers(0, 40, (n, 4, 4, 1))
    images[np.arange(n), labels] += 180
    split = Split(images.astype(np.uint8), labels if labelled else np.full(n, -1), None)
    return DataSet("toy", "Toy", split, split, NAMES if labelled else (), ())


def config_of(variant="aae", **settings):
    """A small configuration of the variant; one that needs regions in its prior has a mixture of as many as classes."""
    nets = {"network.hidden": (16,), "network.discriminator": (12,)}
    needed = {"prior.name": "mixture", "prior.components": CLASSES} if variant == "label-informed" else {}
    small = {"batch_size": 8, "epochs": 3, "threads": 1, "clusters": 5}
    return configure(variant=variant, **{**small, **nets, **needed, **settings})


def as_film(revision):
    """Put the frames of a revision into one file, as a shipped one has them."""
    found = revision.frames()
    frames.copy(revision, revision.path, len(found), len(found.keys))
    shutil.rmtree(revision.path / frames.FOLDER)


def weights(module):
    return [p.detach().clone() for p in module.parameters()]


def same(before, module):
    return all(torch.equal(a, b) for a, b in zip(before, module.parameters(), strict=True))


def parts(model):
    """Copies of all parameters by what they belong to: a network, or the heads of a reduction."""
    found = {}
    for name, parameter in model.named_parameters():
        found.setdefault(name.partition(".")[0], []).append(parameter.detach().clone())
    return found


def moved(before, model):
    """The names of the parts of which any bit differs from `before`."""
    after = parts(model)
    return {name for name in after if not all(map(torch.equal, before[name], after[name]))}


def softmax(logits):
    """In double precision, by NumPy: N×K."""
    raised = np.exp(np.float64(logits) - np.float64(logits).max(1, keepdims=True))
    return raised / raised.sum(1, keepdims=True)
