"""The component of the latent plane: it draws codes and prior, decodes under the pointer, and reports choices to Python."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import streamlit as st

from app.components import mounting
from app.messages import validation
from app.scenes import painting_plane, plane_message, view_settings
from app.scenes.plane_message import LAYERS, Scene, available_layers
from app.translation.texts import mark
from app.ui import plane_settings

_component = mounting.make_component("latent_canvas", mark("the plane"))


def render_latent_canvas(scene: Scene, key: str, on_message: Callable[[str, object], None]) -> None:
    """Draw the plane of a scene. `on_message(kind, value)` receives a "code", the number of a "picked" code, the "layers" that
    are on or the step of a "frame", as `validation.parse_plane_value` returns them, or the text of a "painting".

    It is called before the script runs again (`incoming_messages.message_callbacks`), so that the page is drawn with the new
    choice.
    """
    message_kinds = (
        *validation.PLANE_KEYS,
        *(("painting",) if scene.brush else ()),
        *(kind for kind in view_settings.setting_kinds(scene) if kind != "view"),
    )
    data = plane_message.pack_message(_with_exact_code(scene, key), plane_settings.current_setting_texts(scene))
    _component(key, data, message_kinds, lambda kind, value: _handle_message(scene, key, kind, value, on_message))


def render_empty_canvas(data: bytes, key: str, on_painting: Callable[[str], None]) -> None:
    """Draw a plane without a revision, as from `painting_plane.pack_empty_plane`. `on_painting(text)` receives each change of the
    painting; what else the plane says concerns nothing yet."""

    def handle_message(kind, value):
        if kind == "painting":
            on_painting(painting_plane.parse_painting_message(value))

    _component(key, data, (*validation.PLANE_KEYS, "painting"), handle_message)


def _handle_message(scene, key, kind, value, on_message):
    if kind == "painting":
        on_message(kind, painting_plane.parse_painting_message(value))
        return
    if kind in view_settings.PARSERS and kind != "view":
        plane_settings.store_text(
            scene, kind, validation.parse_text(kind, value, view_settings.setting_parser(kind, scene))
        )
        return
    layers = available_layers(scene.revision, scene.plane, scene.view)
    value = validation.parse_plane_value(kind, value, len(scene.code), len(scene.probe.z), layers)
    if kind == "view":  # needed only when the plane is drawn again
        plane_settings.store_text(scene, kind, None if value is None else ",".join(f"{bound:.10g}" for bound in value))
        return
    if kind == "layers":  # layers that this revision lacks stay on for a revision that has them
        lacking_layers = [name for name in scene.layers if name not in layers]
        value = [name for name in LAYERS if name in value or name in lacking_layers]
    if kind == "code":
        store_exact_code(_code_name(scene, key), value)
    elif kind == "picked" and value is not None:
        store_exact_code(_code_name(scene, key), scene.probe.z[value].tolist())
    on_message(kind, value)


def _code_name(scene, key):
    """The name under which the session stores the exact z; linked planes with a common z have a common name."""
    return scene.link.group if scene.is_shared("z") else key


def store_exact_code(key: str, code: list[float]) -> None:
    """Store the exact z that the browser has: the link rounds z, and the plane must get its own value back
    (`_with_exact_code`)."""
    st.session_state[f"{key}.exact_code"] = code


def _with_exact_code(scene, key):
    """The scene with the z stored by `store_exact_code` if the scene's z is that value rounded; otherwise unchanged."""
    exact_code = st.session_state.get(f"{_code_name(scene, key)}.exact_code")
    if exact_code is None or len(exact_code) != len(scene.code):
        return scene
    is_same_code = np.allclose(exact_code, scene.code, rtol=1e-3, atol=1e-12)
    return replace(scene, code=np.array(exact_code)) if is_same_code else scene
