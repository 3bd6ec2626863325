"""Swapping the content while the style stays (Makhzani et al., arXiv 1511.05644v2, §4): does the image show the
intended class?"""

import numpy as np

from aae_core.config.derived import uses_labels
from aae_core.errors import ConfigError
from aae_core.evaluation import image_classifier
from aae_core.evaluation.sample import Sample
from aae_core.models.inference import decode_all, encode_all, one_hot_contents
from aae_core.models.model import Model

MAX_REAL_IMAGES = 10_000  # test images, at most, on which the classifier itself is tested
MAX_STYLES = 1000  # test images, at most, whose styles are decoded with every class


def no_swap_reason(model: Model) -> str:
    """Why no swap is possible, in a sentence: the decoder takes no content, or one that is not a class; "" if it is
    possible."""
    if model.variant.has_content and uses_labels(model.config):
        return ""
    return f"The variant {model.variant.name} has no class as its content to swap; train the variant supervised to have one."


def swap_agreement(model: Model, dataset, seed: int = 0) -> dict:
    """How often an independent classifier sees the intended class in a decoded image when the content is changed and
    the style kept (§4).

    The styles of at most 1,000 test images, drawn by `seed`, are each decoded with every class. The classifier is that
    of `image_classifier`, which was trained on real training images only. agreement: 0..1. agreement_by_class: {class: 0..1}.
    classifier_accuracy: on at most 10,000 real test images, about the agreement that a perfect model would reach; None
    if they have no labels. n: the number of decoded images. Raises ConfigError if the decoder takes no content that is
    a class.
    """
    refusal = no_swap_reason(model)
    if refusal:
        raise ConfigError(refusal)
    test = Sample.draw_test(model, dataset, seed)
    classifier = image_classifier.train_classifier(dataset, seed, model.form)
    labelled, accuracy = np.flatnonzero(test.labels >= 0)[:MAX_REAL_IMAGES], None
    if len(labelled):
        accuracy = float(
            classifier.score(
                image_classifier.batched_features(test.images[labelled], model.form), test.labels[labelled]
            )
        )
    styles = encode_all(model, test.images[:MAX_STYLES])
    by_class = []
    for k in range(model.classes):
        features = decode_all(
            model, styles, one_hot_contents(model, np.full(len(styles), k)), image_classifier.edge_features
        )
        by_class.append(np.mean(classifier.predict(features) == k))
    return {
        "agreement": float(np.mean(by_class)),
        "agreement_by_class": {name: float(share) for name, share in zip(dataset.classes, by_class, strict=True)},
        "classifier_accuracy": accuracy,
        "n": len(styles) * model.classes,
    }
