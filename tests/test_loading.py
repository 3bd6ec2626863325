"""Loading: the page asks at once for every module that a component needs, and for none that it does not."""

import os
import re
import shutil
import subprocess

import pytest

pytest.importorskip("streamlit")
from app.components import loading


def imported(name):
    """The modules that the text of one names, found by looking at every quoted "./x.js" that is not in a comment."""
    here = loading.MODULES / name
    lines = here.read_text(encoding="utf-8").splitlines()
    code = [line for line in lines if not line.lstrip().startswith(("*", "/*", "//"))]
    named = (found for line in code for found in re.findall(r'"(\.\.?/[^"]+\.js)"', line.partition(" // ")[0]))
    return {(here.parent / each).resolve().relative_to(loading.MODULES.resolve()).as_posix() for each in named}


def test_all_modules_of_the_plane_are_asked_for_at_once():
    names = loading.reached("main.js")
    assert "main.js" in names and len(names) > 30
    assert set().union(*map(imported, names)) | {"main.js"} == set(names)
    script = loading.loader("main.js", "the plane")
    assert all(f'/{name}"' in script for name in names) and "%(" not in script


MOUNT = """
globalThis.location = {origin: "http://here"};
globalThis.document = {createElement: () => ({}), head: {append: () => {}}};
const {default: load} = await import("data:text/javascript," + encodeURIComponent(%(script)r));
for (const isConnected of [true, false]) {
    const root = {isConnected, querySelector: () => null, appendChild: part => part};
    console.log(await load({parentElement: root}));
}
"""


def test_a_page_that_was_left_while_it_loaded_gets_nothing_mounted():
    node = shutil.which("node")
    if node is None and os.environ.get("CI") == "true":
        pytest.fail("node is not installed")
    if node is None:
        pytest.skip("node is not installed, so the loader is not run here")
    module = "data:text/javascript,export default () => 'mounted'"
    script = loading.LOADER % {"url": module, "what": "the plane", "reached": "[]"}
    command = [node, "--input-type=module", "-e", MOUNT % {"script": script}]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.split() == ["mounted", "undefined"], done.stderr
