"""The component of the latent plane: it draws codes and prior, decodes under the pointer, and reports choices to Python."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import streamlit as st

from app.components import loading
from app.server import messages
from app.ui import plane_contents, plane_settings
from app.ui.plane_contents import LAYERS, Scene, layers_of

_component = loading.component("latent_canvas", "plane/plane.js", "the plane")


def latent_canvas(scene: Scene, key: str, hear: Callable[[str, object], None]) -> None:
    """Draw the plane of a scene. `hear(kind, value)` receives a "code", the number of a "picked" code, the "layers" that are on
    or the step of a "frame", as `messages.read` returns them.

    `hear` is called before the script runs again (`hearing.callbacks`), so that the page is drawn with the new choice.
    """
    said = (*messages.KEYS, *(kind for kind in plane_settings.kinds_of(scene) if kind != "view"))
    data = plane_contents.message(_exact(scene, key), plane_settings.now(scene))
    _component(key, data, said, lambda kind, value: _hear(scene, key, kind, value, hear))


def _hear(scene, key, kind, value, hear):
    if kind in plane_settings.KINDS and kind != "view":
        plane_settings.keep(scene, kind, messages.text(kind, value, plane_settings.reader(kind, scene)))
        return
    layers = layers_of(scene.revision, scene.plane, scene.through)
    value = messages.read(kind, value, len(scene.code), len(scene.probe.z), layers)
    if kind == "view":  # needed only when the plane is drawn again
        plane_settings.keep(scene, kind, None if value is None else ",".join(f"{end:.10g}" for end in value))
        return
    if kind == "layers":  # layers that this revision lacks stay on for a revision that has them
        value = [name for name in LAYERS if name in (value if name in layers else scene.layers)]
    if kind == "code":
        note_code(_named(scene, key), value)
    elif kind == "picked" and value is not None:
        note_code(_named(scene, key), scene.probe.z[value].tolist())
    hear(kind, value)


def _named(scene, key):
    """The name under which the session stores the exact z; linked planes with a common z have a common name."""
    return scene.link.group if scene.common("z") else key


def note_code(key: str, code: list[float]) -> None:
    """Store the exact z that the browser has: the link rounds z, and the plane must get its own value back (`_exact`)."""
    st.session_state[f"{key}.said"] = code


def _exact(scene, key):
    """The scene with the z stored by `note_code` if the scene's z is that value rounded; otherwise unchanged."""
    said = st.session_state.get(f"{_named(scene, key)}.said")
    if said is None or len(said) != len(scene.code):
        return scene
    same = np.allclose(said, scene.code, rtol=1e-3, atol=1e-12)
    return replace(scene, code=np.array(said)) if same else scene
