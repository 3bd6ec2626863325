"""The board of the aggregated posterior: twenty ellipses q(z|x), and as bars what their mean KL consists of. It computes in the
browser (`web/src/aggregate`)."""

from collections.abc import Callable
from dataclasses import asdict

import numpy as np

from aae_core.latent import encoded_images
from aae_core.latent.encoded_images import Arrangement
from app.components import mounting
from app.messages import validation, wire_format
from app.translation.texts import mark

_component = mounting.make_component("aggregate_board", mark("the ellipses"))


def mount_aggregate_board(arrangement: Arrangement, key: str, on_arrangement: Callable[[Arrangement], None]) -> None:
    """Draw the board. Before the script runs again, `on_arrangement` receives the Arrangement that the user has made."""
    on_message = lambda _kind, value: on_arrangement(parse_arrangement(value))  # noqa: E731
    _component(key, wire_format.pack_message(*aggregate_board_message(arrangement)), ("arrangement",), on_message)


def parse_arrangement(value: dict) -> Arrangement:
    """The Arrangement in a message; MessageError or ConfigError if it is invalid."""
    images = validation.checked_whole_number(value["images"], 1, encoded_images.SETS, mark("the set of images"))
    return Arrangement(value["width"], value["spread"], images)


def aggregate_board_message(arrangement: Arrangement | None = None) -> tuple[dict, dict]:
    """Header and arrays of the message for the browser, with all sets of images."""
    sets = encoded_images.load_encoded_images()
    header = {
        "v": 1, "arrangement": asdict(arrangement or Arrangement()), "sets": len(sets),
        "ranges": {name: list(ends) for name, ends in encoded_images.RANGES.items()},
    }  # fmt: skip
    arrays = {
        "images": np.concatenate([image_set.images for image_set in sets]),
        "labels": np.concatenate([image_set.labels for image_set in sets]),
        "means": np.concatenate([image_set.posteriors.means for image_set in sets]).astype(np.float32),
        "widths": np.concatenate([image_set.posteriors.widths for image_set in sets]).astype(np.float32),
    }
    return header, arrays
