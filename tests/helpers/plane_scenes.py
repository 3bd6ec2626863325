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
    length, padding = struct.unpack_from("<II", message)
    assert padding == 0 and length % 8 == 0
    header = json.loads(message[8 : 8 + length].decode("utf-8"))
    arrays = {}
    for name, entry in header["arrays"].items():
        assert entry["offset"] % 8 == 0
        count = int(np.prod(entry["shape"]))
        values = np.frombuffer(message, LITTLE_ENDIAN[entry["dtype"]], count, 8 + length + entry["offset"])
        arrays[name] = values.reshape(entry["shape"])
    return header, arrays


def make_scene(revision, view="pair", dimensions=None, **fields):
    snapshot = fresh_snapshot(revision)
    probe = snapshot.codes
    draws, d = revision_data.draw_prior_samples(snapshot), snapshot.config.latent_dim
    i, j = dimensions or (0, min(1, d - 1))
    scene_plane = {
        "pair": lambda: plane.coordinate_plane(probe.z, draws, snapshot.prior, i, j),
        "circle": lambda: plane.projection_plane(probe.z, draws, revision_data.head_circle_projection(snapshot)),
        "pca": lambda: plane.projection_plane(probe.z, draws, revision_data.fit_pca(snapshot, probe)),
        "tsne": lambda: plane.plane_of_tsne_layout(probe.z[:, :2].astype(np.float32) * 3),
    }[view]()
    fields = {"code": probe.z[0].astype(float), **fields}
    return Scene(revision=snapshot, probe=probe, plane=scene_plane, view=view, dimensions=(i, j), **fields)
