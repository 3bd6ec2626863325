"""What the page without a server reads is what Python packed, and its settings mean what they mean in the app."""

import json
import re
from types import SimpleNamespace

import numpy as np
import pytest
from helpers.environment import PAGE_MODULES, run_node

pytest.importorskip("streamlit")
from app.handout import document
from app.page_parts.style import style_grid_layout
from app.scenes import view_settings
from app.session import parsing, settings

UNPACK_SCRIPT = """
import {readFileSync} from "node:fs";
const files = JSON.parse(readFileSync(0, "utf8"));
globalThis.document = {getElementById: id => files[id]};
const {readFile} = await import(process.argv[1] + "/handout/files.ts");
for (const id of Object.keys(files)) console.log(Buffer.from(await readFile(id.slice(5), "It")).toString("hex"));
"""
PARSERS_SCRIPT = """
import {readFileSync} from "node:fs";
const {SETTING_PARSERS, blendParser, integerParser, indicesParser} = await import(process.argv[1] + "/handout/settings.ts");
const header = {dim: 2, classes: ["a", "b", "c"], link: null, features: null, history: {now: 90, steps: [10, 50]}};
const pages = {images: indicesParser(3, 20), blend: blendParser(3), y: integerParser(0, 2)};
const pairs = JSON.parse(readFileSync(0, "utf8"));
const parser = kind => pages[kind] ?? SETTING_PARSERS[kind](header, 20);
console.log(JSON.stringify(pairs.map(([kind, text]) => parser(kind)(text) !== null)));
"""
SCENE = SimpleNamespace(
    code=np.zeros(2),
    groups=None,
    group_names=("a", "b", "c"),
    revision=SimpleNamespace(data=SimpleNamespace(classes=("a", "b", "c"), features=None)),
)
APP = {
    "z": lambda text: parsing.parse_code(text, 2), "picked": parsing.number_parser(0, 19), "layers": settings.parse_layers,
    "frame": parsing.number_parser(0, 90), "y": parsing.number_parser(0, 2),
    "images": lambda text: style_grid_layout.parse_number_list(text, 3, 20),
    "blend": lambda text: style_grid_layout.parse_blend(text, 3),
    **{kind: view_settings.setting_parser(kind, SCENE)
       for kind in ("view", "hidden", "lasso", "open", "path", "directions", "trails")},
}  # fmt: skip
TEXTS = {
    "z": ["0.5,-1", "1", "1,2,3", "", "1,", "a,b", "1e7,0", "-1.5e-3,.5", "inf,0", "0x1,1", "1;2"],
    "picked": ["0", "19", "20", "-1", "1.0", "", "007"],
    "layers": ["codes", "codes,prior", "", "codes,codes", "none", "prior,judge,push", "<b>"],
    "frame": ["0", "90", "91", "x"],
    "y": ["0", "3"],
    "images": ["1,2", "1, 2", "1,1,1,1", "20", "", "a"],
    "blend": ["0~1~0.5", "0~3~0.5", "0~1~1.5", "0~1", "0~1~x", "0~1~0~1"],
    "view": ["-1,1,-1,1", "1,-1,0,1", "1,2,3", "-1,1,0,nan"],
    "hidden": ["-1,2", "3", "1,1", "-2", "x"],
    "lasso": ["0,0,1,0,0,1", "0,0,1,0", "0,0,1,0,0,1~", "0,0,1,0,0"],
    "open": ["draw", "draw,path", "draw,draw", "none"],
    "path": ["linear~12~0,0;1,1", "geodesic~9~0,0;1,1", "constructor~9~0,0;1,1", "linear~7~0,0", "round~12~0,0",
             "linear~12~0,0,0", "linear~12~" + ";".join(["0,0"] * 7)],
    "directions": ["A~B~12:0.5,1~", "A~2~~", "A~3~~", "A~1000001~~", "A~x~~", "A~-1~~", "A~B~0:1,1~", "A~B~1:1~", "~~~", "A~B~"],
    "trails": ["1", "0", ""],
}  # fmt: skip


def test_a_document_holds_bytes_of_every_kind_and_number():
    rng = np.random.default_rng(0)
    contents = [rng.integers(0, 256, size, np.uint8).tobytes() for size in (0, 1, 2, 3, 4, 5, 999, 1000)]
    contents += [np.linspace(0, 1, 5000).astype("<f2").tobytes(), b"<!--</script>" * 50]
    files, encodings = {}, set()
    for number, content in enumerate(contents):
        text = document.packed_file_element(str(number), content)
        [(name, encoding, letters)] = re.findall('id="(.*?)" data-way="(.*?)">([^<]*)</script>', text)
        files[name] = {"textContent": letters, "dataset": {"way": encoding}}
        encodings.add(encoding)
    assert encodings == {"plain", "pairs"}
    output_text = run_node(UNPACK_SCRIPT, str(PAGE_MODULES), text=json.dumps(files))
    assert output_text.split("\n")[:-1] == [content.hex() for content in contents]


def test_a_setting_means_what_it_means_in_the_app():
    pairs = [(kind, text) for kind, texts in TEXTS.items() for text in texts]
    page_results = json.loads(run_node(PARSERS_SCRIPT, str(PAGE_MODULES), text=json.dumps(pairs)))
    assert [
        pair
        for pair, is_accepted in zip(pairs, page_results, strict=True)
        if is_accepted != (APP[pair[0]](pair[1]) is not None)
    ] == []
