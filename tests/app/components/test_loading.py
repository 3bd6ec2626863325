"""Loading: the page gets every module in one file, which does what the modules do."""

import json
import re

import pytest
from helpers.environment import node

pytest.importorskip("streamlit")
from app.components import bundler, mounting
from app.server import assets


def pinned(url):
    return assets.ASSETS.find(url.partition("/assets/")[2])


SAME = """
import {readFileSync} from "node:fs";
globalThis.document = {addEventListener: () => {}};
const {need} = await import(process.argv[1]), names = JSON.parse(readFileSync(0, "utf8"));
for (const name of names) {
    const plain = await import(process.argv[2] + "/" + name), bundled = need(name);
    const told = exports => Object.keys(exports).sort().map(key => key + " " + typeof exports[key]).join();
    if (told(plain) !== told(bundled)) console.log(name, "exports", told(bundled), "and not", told(plain));
    if (need(name) !== bundled) console.log(name, "ran twice");
}
console.log(names.length);
"""


def test_the_bundle_exports_what_each_module_exports(tmp_path):
    names = [path.relative_to(bundler.MODULES).as_posix() for path in bundler.MODULES.rglob("*.js")]
    (tmp_path / "modules.mjs").write_text(bundler.bundle_modules({n: (bundler.MODULES / n).read_text() for n in names}))
    said = node(SAME, str(tmp_path / "modules.mjs"), str(bundler.MODULES), text=json.dumps(names))
    assert said.split("\n")[:-1] == [str(len(names))]


TWO = {
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
    (tmp_path / "modules.mjs").write_text(bundler.bundle_modules(TWO))
    result = 'const {need} = await import(process.argv[1]); const one = need("a/one.js"), two = need("b/two.js");'
    result += (
        "console.log(one.four, await one.later(), one.default, [...two.each()], new two.Kind() instanceof two.Kind)"
    )
    assert node(result, str(tmp_path / "modules.mjs")) == "4 4 [ 4 ] [ 2 ] true\n"


def test_the_app_loads_every_module_that_a_part_needs():
    actual = set(re.findall(rb'^"([\w./]+)"\(\) \{$', pinned(bundler.bundle_url("en")), re.MULTILINE))
    needed = {
        collect_module
        for entry in ("plane/plane.js", "game/game.js")
        for collect_module in bundler.collect_modules(entry, {}, "en")
    }
    assert {collect_module.encode() for collect_module in needed} <= actual
    assert not [name for name in actual if name.startswith((b"handout/", b"site/"))]


def test_the_plain_modules_are_served_where_they_are_asked_for(monkeypatch):
    usual = bundler.bundle_url("en")
    monkeypatch.setenv(bundler.PLAIN_MODULES_VARIABLE, "1")
    url = bundler.bundle_url.__wrapped__("en")
    assert url != usual and b"import(" in pinned(url)
    assert pinned(url.replace("modules.js", "plane/plane.js")) == (bundler.MODULES / "plane" / "plane.js").read_bytes()


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
    assert node(MOUNT % {"script": script}).split() == ["mounted", "undefined"]
