"""Loading: the page gets every component in one script, with the texts of its language."""

import inspect
import json
import re
from pathlib import Path

import pytest
from helpers.environment import run_node

pytest.importorskip("streamlit")
from app.components import mounting, page_scripts
from app.server import assets

APP = Path(mounting.__file__).parents[1]


def asset_content(url):
    return assets.ASSETS.find(url.partition("/assets/")[2]).decode()


# The names that a script exports, of which `mounts` has names itself.
EXPORTS_SCRIPT = """
globalThis.document = { addEventListener() {} };
const page = await import(process.argv[1]);
console.log(JSON.stringify([Object.keys(page), Object.keys(page.mounts)]));
"""


def test_the_app_s_script_mounts_every_component_and_prepares_the_page(tmp_path):
    from app.start import module_preloading

    (tmp_path / "app.mjs").write_text(asset_content(page_scripts.app_script_url("ko")))
    exports, mounts = json.loads(run_node(EXPORTS_SCRIPT, (tmp_path / "app.mjs").as_uri()))
    sources = [path.read_text(encoding="utf-8") for path in APP.rglob("*.py")]
    components = {name for source in sources for name in re.findall(r'make_component\("(\w+)"', source)}
    assert set(mounts) == components
    called_names = set(re.findall(r"\bpage\.(\w+)\(", inspect.getsource(module_preloading)))
    assert called_names and called_names | {"mounts"} == set(exports)


def test_a_script_has_the_texts_of_its_language():
    url, english_url = page_scripts.app_script_url("ko"), page_scripts.app_script_url("en")
    text, english_text = asset_content(url), asset_content(english_url)
    texts, english_texts = (
        json.loads(script.partition("\n")[0].removeprefix("const PAGE_TEXTS = ").removesuffix(";"))
        for script in (text, english_text)
    )
    assert english_texts == {"catalogue": {}, "rowWords": []}
    assert texts["catalogue"]["Copy link"] == "링크 복사" and ["이미지를", "행을"] in texts["rowWords"]
    assert text.partition("\n")[2] == english_text.partition("\n")[2]


MOUNT = """
globalThis.document = {baseURI: "http://here/lab/compare"};
const {default: load} = await import("data:text/javascript," + encodeURIComponent(%(script)r));
for (const isConnected of [true, false]) {
    const root = {isConnected, querySelector: () => null, appendChild: part => part};
    globalThis.document = {createElement: () => ({})};
    console.log(await load({parentElement: root}));
}
"""


def test_a_page_that_was_left_while_it_loaded_gets_nothing_mounted():
    module = "data:text/javascript,export const mounts = {latent_canvas: () => 'mounted'}"
    texts = {"loading": "Loading …", "failed": "Loading failed.", "remedy": "Reload this page."}
    literals = {name: json.dumps(text) for name, text in texts.items()}
    script = mounting.LOADER % {"url": module, "name": "latent_canvas", **literals}
    assert run_node(MOUNT % {"script": script}).split() == ["mounted", "undefined"]
