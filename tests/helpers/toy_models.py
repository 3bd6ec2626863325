"""A data set and configurations so small that a training takes milliseconds, and which combinations of them are usual."""

import itertools
import math
import shutil

import numpy as np
import pytest
import torch
from scipy import stats

from aae_core.config.configuration import configure
from aae_core.data.sets import DataSet, Split
from aae_core.store import frames

CLASSES = 3
NAMES = ("a", "b", "c")
ADVERSARIAL_PHASES = ("reconstruction", "discrimination", "generation")
TAUGHT_PHASES = (*ADVERSARIAL_PHASES, "classification")
# Of each variant the phases of a step, whether a prior is imposed on its codes, whether its decoder takes a content beside the
# style, whether its encoder infers one, where labels enter, and how content and style meet (§2 to §7).
VARIANTS_OF = {
    "aae": (ADVERSARIAL_PHASES, True, False, False, "nowhere", "none"),
    "label-informed": (ADVERSARIAL_PHASES, True, False, False, "discriminator", "none"),
    "supervised": (ADVERSARIAL_PHASES, True, True, False, "decoder", "concatenate"),
    "semi-supervised": (TAUGHT_PHASES, True, True, True, "classifier", "concatenate"),
    "clustering": (ADVERSARIAL_PHASES, True, True, True, "nowhere", "concatenate"),
    "reduction": (TAUGHT_PHASES, True, False, True, "classifier", "add"),
    "vae": (ADVERSARIAL_PHASES[:1], True, False, False, "nowhere", "none"),
    "wae-mmd": (ADVERSARIAL_PHASES[:1], True, False, False, "nowhere", "none"),
    "sliced-wasserstein": (ADVERSARIAL_PHASES[:1], True, False, False, "nowhere", "none"),
    "info-vae": (ADVERSARIAL_PHASES[:1], True, False, False, "nowhere", "none"),
    "ae": (ADVERSARIAL_PHASES[:1], False, False, False, "nowhere", "none"),
}


def petal(k, components=10, scale=1.0):
    """Component k of the mixture as scipy's multivariate normal, from the paper's words."""
    a = 2 * np.pi * k / components
    rotation = np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])
    covariance = rotation @ np.diag([0.5**2, 0.1**2]) @ rotation.T * scale**2
    return stats.multivariate_normal(rotation @ [1.4 * scale, 0], covariance)


def incompatibility_reason(variant, prior, posterior):
    """Words of the reason for which the three do not go together; None where they do (§2.1, §2.3)."""
    vae = variant in ("vae", "info-vae")
    if vae and prior == "swiss-roll":
        return "needs the density of its prior .* needs only samples"
    if vae and prior in ("uniform", "gamma", "painted"):
        return "beyond the edge .* infinite"
    if vae and posterior != "gaussian":
        return "KL term needs the gaussian posterior"
    if variant == "label-informed" and prior == "painted":
        return "a class for every part of the painting"
    if variant == "label-informed" and prior not in ("mixture", "swiss-roll"):
        return "a region for each class, and the .* has none; choose mixture or swiss-roll"
    return None


def toy_data_set(n=40, labelled=True, seed=0, side=4):
    """Square images whose class is the row that is bright."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % CLASSES
    images = rng.integers(0, 40, (n, side, side, 1))
    images[np.arange(n), labels] += 180
    split = Split(images.astype(np.uint8), labels if labelled else np.full(n, -1), None)
    return DataSet("toy", "Toy", split, split, NAMES if labelled else (), ())


def toy_config(variant="aae", **settings):
    """A small configuration of the variant; one that needs regions in its prior has a mixture of as many as classes."""
    nets = {"network.hidden": (16,), "network.discriminator": (12,)}
    prior_settings = {"prior.name": "mixture", "prior.components": CLASSES} if variant == "label-informed" else {}
    defaults = {"batch_size": 8, "epochs": 3, "threads": 1, "clusters": 5}
    return configure(variant=variant, **{**defaults, **nets, **prior_settings, **settings})


def pairwise_params(*values, possible=lambda *row: True):
    """Parameters for all rows of the product of `values`. The usual run takes so many of them that any two values that stand
    together in a row do so in one that it takes; the others are for -m thorough. Rows that are not `possible` are left out."""
    rows = [row for row in itertools.product(*values) if possible(*row)]
    pairs = [set(itertools.combinations(enumerate(map(str, row)), 2)) for row in rows]
    missing_pairs, usual_rows = set().union(*pairs), set()
    for pair_count in range(math.comb(len(values), 2), 0, -1):  # first the rows of which all pairs are missing
        for k, row_pairs in enumerate(pairs):
            if len(row_pairs & missing_pairs) == pair_count:
                usual_rows.add(k)
                missing_pairs -= row_pairs
    return [pytest.param(*row, marks=() if k in usual_rows else pytest.mark.thorough) for k, row in enumerate(rows)]


def move_frames_to_one_file(revision):
    """Put the frames of a revision into one file, as a shipped one has them."""
    result = revision.frames()
    frames.copy_to_frame_file(revision, revision.path, len(result), len(result.keys))
    shutil.rmtree(revision.path / frames.FRAMES_FOLDER)


def copy_parameters(module):
    return [p.detach().clone() for p in module.parameters()]


def has_same_parameters(old_parameters, module):
    return all(torch.equal(a, b) for a, b in zip(old_parameters, module.parameters(), strict=True))


def parameters_by_part(model):
    """Copies of all parameters by what they belong to: a network, or the heads of a reduction."""
    result = {}
    for name, parameter in model.named_parameters():
        result.setdefault(name.partition(".")[0], []).append(parameter.detach().clone())
    return result


def changed_parts(old_parts, model):
    """The names of the parts of which any bit differs from `old_parts`."""
    new_parts = parameters_by_part(model)
    return {name for name in new_parts if not all(map(torch.equal, old_parts[name], new_parts[name]))}


def softmax(logits):
    """In double precision, by NumPy: N×K."""
    exponentials = np.exp(np.float64(logits) - np.float64(logits).max(1, keepdims=True))
    return exponentials / exponentials.sum(1, keepdims=True)
