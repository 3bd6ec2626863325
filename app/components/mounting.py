"""Components of our own: Streamlit mounts them with the page's script, and their messages reach Python in order."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import streamlit as st

from app.components import incoming_messages, page_scripts
from app.messages import wire_format
from app.translation import languages
from app.translation.texts import translate

LOADER = """
const source = new URL("%(url)s", document.baseURI).href;
export default async function (component) {
  const root = component.parentElement;
  if (!root.querySelector(".lp, .lp-loading")) {
    const wait = root.appendChild(document.createElement("p"));
    wait.className = "lp-loading";
    wait.textContent = %(loading)s;
  }
  try {
    const { mounts } = await import(source);
    root.querySelector(".lp-loading")?.remove();
    return root.isConnected ? mounts.%(name)s(component) : undefined;  // the page may have been left meanwhile
  } catch (error) {
    root.querySelector(".lp-loading")?.remove();
    const note = root.querySelector("p.lp-unavailable") ?? root.appendChild(document.createElement("p"));
    note.className = "lp-unavailable";
    note.textContent = %(failed)s + " (" + error.message + ") " + %(remedy)s;
  }
}
"""


def make_component(name: str, title: str) -> Callable:
    """The component of the folder app/components/`name` as a function mount(key, data, kinds, on_message): data as
    packed by `wire_format`, the other arguments as in `incoming_messages.message_callbacks`. Its style sheet is added
    to those of the theme and the plane.

    name: also the one in `mounts` of web/src/app.ts; title: its name in the messages while it loads or fails.
    """
    folder = Path(__file__).parent
    styles = [folder / "theme.css", *(folder / part / "style.css" for part in dict.fromkeys(("latent_canvas", name)))]
    css = "\n".join(path.read_text(encoding="utf-8") for path in styles)

    @cache
    def register_component(language):
        """The component with the texts of a language, under a name of its own."""
        with languages.use_language(language):
            texts = {
                "loading": translate("Loading {title} …", title=translate(title)),
                "failed": translate("Loading {title} failed.", title=translate(title)),
                "remedy": translate(
                    "The plain controls still work; start the app with “streamlit run app/streamlit_app.py” and reload this page."
                ),
            }
        literals = {key: json.dumps(text, ensure_ascii=False) for key, text in texts.items()}
        loader = LOADER % {"url": page_scripts.app_script_url(language), "name": name, **literals}
        suffix = "" if language == languages.SOURCE_LANGUAGE else f"_{language}"
        return st.components.v2.component(name + suffix, css=css, js=loader)

    register_component(languages.SOURCE_LANGUAGE)

    def mount_with_callbacks(key, data, kinds, on_message):
        mount = register_component(languages.current_language())
        return mount(key=key, data=data, **incoming_messages.message_callbacks(key, kinds, on_message))

    return mount_with_callbacks


def mount_html(mount: Callable, key: str, html: str, on_choice: Callable[[dict], None]) -> None:
    """Draw HTML with links to choose from, with a function of `make_component`. `on_choice(choice)` receives the link that is
    chosen, an `incoming.CardChoice`, before the script runs again (`incoming_messages.message_callbacks`)."""
    data = wire_format.pack_message({"v": 1, "html": html})
    mount(key, data, ("choose",), lambda _kind, choice: on_choice(choice))
