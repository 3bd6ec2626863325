"""Loading: the page gets every module in one file, which does what the modules do."""

import json
import re

import pytest
from helpers.environment import run_node

pytest.importorskip("streamlit")
from app.components import bundler, mounting
from app.server import assets


def asset_content(url):
    return assets.ASSETS.find(url.partition("/assets/")[2])


EXPORTS_SCRIPT = """
import {readFileSync} from "node:fs";
globalThis.document = {addEventListener: () => {}};
const {need} = await import(process.argv[1]), names = JSON.parse(readFileSync(0, "utf8"));
for (const name of names) {
    const plain = await import(process.argv[2] + "/" + name), bundled = need(name);
    const describe = exports => Object.keys(exports).sort().map(key => key + " " + typeof exports[key]).join();
    if (describe(plain) !== describe(bundled)) console.log(name, "exports", describe(bundled), "and not", describe(plain));
    if (need(name) !== bundled) console.log(name, "ran twice");
}
console.log(names.length);
"""


def test_the_bundle_exports_what_each_module_exports(tmp_path):
    names = [path.relative_to(bundler.MODULES).as_posix() for path in bundler.MODULES.rglob("*.js")]
    (tmp_path / "modules.mjs").write_text(bundler.bundle_modules({n: (bundler.MODULES / n).read_text() for n in names}))
    output_text = run_node(EXPORTS_SCRIPT, str(tmp_path / "modules.mjs"), str(bundler.MODULES), text=json.dumps(names))
    assert output_text.split("\n")[:-1] == [str(len(names))]


TWO_MODULES = {
    "a/one.js": """/** Says twice. */
import { two } from "../b/two.js";

const text = `
 // not a comment's line alone: it is text`;
export const four = 2 * two;
export async function later() {
  return four;  // a remark
}
export default [four];
""",
    "b/two.js": "export const two = 2;\nexport class Kind {}\nexport function* each() {\n  yield two;\n}\n",
}


def test_modules_are_put_into_one(tmp_path):
    (tmp_path / "modules.mjs").write_text(bundler.bundle_modules(TWO_MODULES))
    result = 'const {need} = await import(process.argv[1]); const one = need("a/one.js"), two = need("b/two.js");'
    result += (
        "console.log(one.four, await one.later(), one.default, [...two.each()], new two.Kind() instanceof two.Kind)"
    )
    assert run_node(result, str(tmp_path / "modules.mjs")) == "4 4 [ 4 ] [ 2 ] true\n"


def test_the_app_loads_every_module_that_a_part_needs():
    bundled_modules = set(re.findall(rb'^"([\w./]+)"\(\) \{$', asset_content(bundler.bundle_url("en")), re.MULTILINE))
    needed_modules = {
        module for entry in ("plane/plane.js", "game/game.js") for module in bundler.collect_modules(entry, {}, "en")
    }
    assert {module.encode() for module in needed_modules} <= bundled_modules
    assert not [name for name in bundled_modules if name.startswith((b"handout/", b"site/"))]


def test_the_plain_modules_are_served_where_they_are_asked_for(monkeypatch):
    bundle_url = bundler.bundle_url("en")
    monkeypatch.setenv(bundler.PLAIN_MODULES_VARIABLE, "1")
    url = bundler.bundle_url.__wrapped__("en")
    assert url != bundle_url and b"import(" in asset_content(url)
    assert (
        asset_content(url.replace("modules.js", "plane/plane.js"))
        == (bundler.MODULES / "plane" / "plane.js").read_bytes()
    )


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
    module = "data:text/javascript,export const need = () => ({default: () => 'mounted'})"
    texts = {"loading": "Loading …", "failed": "Loading failed.", "remedy": "Reload this page."}
    literals = {name: json.dumps(text) for name, text in texts.items()}
    script = mounting.LOADER % {"url": module, "module": "plane/plane.js", **literals}
    assert run_node(MOUNT % {"script": script}).split() == ["mounted", "undefined"]
