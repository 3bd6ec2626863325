"""How the page comes by its modules: the server hands them out under the hash of them all (see `app.assets`).

All components of a page share one folder of plain ES modules, and so what these hold: weights, sheets of images, events.
"""

import hashlib
import json
import posixpath
import re
from functools import cache
from pathlib import Path

import streamlit as st

from app import assets

MODULES = Path(__file__).parent / "js"
IMPORT = re.compile(r'^(?:import|export)\b[^;"]*"(\.{1,2}/[\w./]+)";', re.MULTILINE)
LOADER = """
const source = new URL("%(url)s", location.origin).href;
for (const name of %(reached)s) {  // all at once: found one through the other, they would come in as many waves
  const link = document.createElement("link");
  link.rel = "modulepreload";
  link.href = new URL(name, location.origin).href;
  document.head.append(link);
}
export default async function (component) {
  const root = component.parentElement;
  if (!root.querySelector(".lp, .lp-loading")) {
    const wait = root.appendChild(document.createElement("p"));
    wait.className = "lp-loading";
    wait.textContent = "Loading %(what)s …";
  }
  try {
    const { default: mount } = await import(source);
    root.querySelector(".lp-loading")?.remove();
    return root.isConnected ? mount(component) : undefined;  // the page may have been left meanwhile
  } catch (error) {
    root.querySelector(".lp-loading")?.remove();
    const note = root.querySelector("p.lp-unavailable") ?? root.appendChild(document.createElement("p"));
    note.className = "lp-unavailable";
    note.textContent = "It could not be loaded (" + error.message + "). The plain controls work meanwhile; "
      + "start the app with “streamlit run app/streamlit_app.py” and reload this page.";
  }
}
"""


def component(name: str, module: str, what: str):
    """The component of the folder app/components/`name`, whose style comes on top of the theme's and the plane's; the others as
    in `loader`."""
    folder = Path(__file__).parent
    styles = [folder / "theme.css", *(folder / part / "style.css" for part in dict.fromkeys(("latent_canvas", name)))]
    css = "\n".join(path.read_text(encoding="utf-8") for path in styles)
    return st.components.v2.component(name, css=css, js=loader(module, what))


@cache
def _urls() -> dict[str, str]:
    """Pin every module; the URL of each by its file's path in the folder."""
    files = {path.relative_to(MODULES).as_posix(): path.read_bytes() for path in sorted(MODULES.rglob("*.js"))}
    digest = hashlib.sha256(repr(files).encode()).hexdigest()
    return {name: assets.SHELF.pin(assets.Asset(f"js-{digest}/{name}", content)).url for name, content in files.items()}


def loader(module: str, what: str) -> str:
    """The script of a component whose part in the page is `module`'s default export; `what` names it while it loads."""
    return LOADER % {"url": _urls()[module], "what": what, "reached": json.dumps(addresses(module))}


@cache
def reached(module: str) -> list[str]:
    """The modules that a module needs, itself included, by their files' paths in the folder."""
    found, waiting = set(), [module]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            needed = IMPORT.findall((MODULES / name).read_text(encoding="utf-8"))
            waiting += [posixpath.normpath(posixpath.join(posixpath.dirname(name), each)) for each in needed]
    return sorted(found)


def addresses(module: str) -> list[str]:
    """The URLs of the modules that a module needs, itself included."""
    return [_urls()[name] for name in reached(module)]
