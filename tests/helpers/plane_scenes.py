"""What planes are sent: scenes of tiny revisions, and messages read as their format is written down."""

import json
import struct

import numpy as np

from app.cache import revision_data
from app.figures import plane
from app.scenes.plane_message import Scene
from helpers.snapshots import fresh_snapshot

LITTLE_ENDIAN = {"f4": "<f4", "i1": "i1", "i2": "<i2", "i4": "<i4", "u1": "u1"}


def unpack_message(message):
    """Header and arrays, read as the format is written down and not with the code that wrote them."""
    length, zero = struct.unpack_from("<II", message)
    assert zero == 0 and length % 8 == 0
    header = json.loads(message[8 : 8 + length].decode("utf-8"))
    arrays = {}
    for name, result in header["arrays"].items():
        assert result["offset"] % 8 == 0
        count = int(np.prod(result["shape"]))
        values = np.frombuffer(message, LITTLE_ENDIAN[result["dtype"]], count, 8 + length + result["offset"])
        arrays[name] = values.reshape(result["shape"])
    return header, arrays


def make_scene(revision, view="pair", dimensions=None, **more):
    snapshot = fresh_snapshot(revision)
    probe = snapshot.codes
    draws, d = revision_data.draw_prior_samples(snapshot), snapshot.config.latent_dim
    i, j = dimensions or (0, min(1, d - 1))
    seen = {
        "pair": lambda: plane.coordinate_plane(probe.z, draws, snapshot.prior, i, j),
        "circle": lambda: plane.projection_plane(probe.z, draws, revision_data.head_circle_projection(snapshot)),
        "pca": lambda: plane.projection_plane(probe.z, draws, revision_data.fit_pca(snapshot, probe)),
        "tsne": lambda: plane.plane_of_tsne_layout(probe.z[:, :2].astype(np.float32) * 3),
    }[view]()
    more = {"code": probe.z[0].astype(float), **more}
    return Scene(revision=snapshot, probe=probe, plane=seen, view=view, dimensions=(i, j), **more)
