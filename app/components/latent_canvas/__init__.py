"""The latent plane in the page: it draws codes and prior, decodes under the pointer, and tells Python what was chosen.

The page's part is in `js/`, plain ES modules that the server hands out under the hash of them all (see `app.assets`).
"""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import streamlit as st

from app import assets
from app.components.latent_canvas import contents, messages
from app.components.latent_canvas.contents import LAYERS, Scene, layers_of

__all__ = ["LAYERS", "Scene", "latent_canvas", "layers_of"]

HERE = Path(__file__).parent
REFUSED = "plane.refused"  # session key: a word on a message that made no sense, until it has been said
LOADER = """
const source = new URL("%s", location.origin).href;
export default async function (component) {
  const root = component.parentElement;
  if (!root.querySelector(".lp, .lp-loading")) {
    const wait = root.appendChild(document.createElement("p"));
    wait.className = "lp-loading";
    wait.textContent = "Loading the plane …";
  }
  try {
    const { default: mount } = await import(source);
    root.querySelector(".lp-loading")?.remove();
    return mount(component);
  } catch (error) {
    root.querySelector(".lp-loading")?.remove();
    const note = root.querySelector("p.lp-unavailable") ?? root.appendChild(document.createElement("p"));
    note.className = "lp-unavailable";
    note.textContent = "The plane could not be loaded (" + error.message + "). The sliders beside it work meanwhile; "
      + "start the app by “streamlit run app/streamlit_app.py” and reload this page.";
  }
}
"""


def _scripts() -> str:
    """Pin the component's modules; the URL of the one that the others hang on."""
    files = {path.name: path.read_bytes() for path in sorted((HERE / "js").glob("*.js"))}
    digest = hashlib.sha256(repr(files).encode()).hexdigest()
    pinned = {name: assets.SHELF.pin(assets.Asset(f"js-{digest}/{name}", content)) for name, content in files.items()}
    return pinned["main.js"].url


_component = st.components.v2.component(
    "latent_plane", css=(HERE / "style.css").read_text(encoding="utf-8"), js=LOADER % _scripts()
)


def latent_canvas(scene: Scene, key: str, hear: Callable[[str, object], None]) -> None:
    """The plane of a scene; `hear(kind, value)` is told of a "code", a "picked" number and the "layers" that are on.

    Values are as `messages.read` gives them. It is called before the script runs again, so that the page is drawn with
    what was chosen. A message that makes no sense changes nothing, and a toast says so.
    """
    if REFUSED in st.session_state:
        st.toast(st.session_state.pop(REFUSED), icon=":material/block:")

    def listen(kind):
        def callback():
            said = st.session_state[key]
            if kind in said:  # a page that takes back what it said has nothing to say
                try:
                    _hear(scene, key, kind, said[kind], hear)
                except messages.MessageError as error:
                    st.session_state[REFUSED] = str(error)

        return callback

    seen = st.session_state.get(f"{key}.window", {}).get(scene.place)
    callbacks = {f"on_{kind}_change": listen(kind) for kind in messages.KEYS}
    _component(key=key, data=contents.message(_exact(scene, key), seen), **callbacks)


def _hear(scene, key, kind, value, hear):
    layers = layers_of(scene.revision, scene.plane, scene.through)
    value = messages.read(kind, value, len(scene.code), len(scene.probe.z), layers)
    if kind == "view":  # nobody else's business: it waits for the plane's next appearance
        st.session_state[f"{key}.window"] = {scene.place: value}
        return
    if kind == "code":
        st.session_state[f"{key}.said"] = value
    elif kind == "picked" and value is not None:
        st.session_state[f"{key}.said"] = scene.probe.z[value].tolist()
    hear(kind, value)


def _exact(scene, key):
    """The scene with z to the last digit where it is what the page said: links round it, and the page knows its own words."""
    said = st.session_state.get(f"{key}.said")
    same = said is not None and len(said) == len(scene.code) and np.allclose(said, scene.code, rtol=1e-3, atol=1e-12)
    return replace(scene, code=np.array(said)) if same else scene
