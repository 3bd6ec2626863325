import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

/** Scripts that a page adds run at once, from the folder that `folder` names; `lost` do not load. */
const asked = [];
const held = { folder: {}, lost: new Set() };
globalThis.document = /** @type {any} */ ({
  createElement: () => ({ heard: {}, addEventListener(name, act) { this.heard[name] = act; }, remove() {} }), // prettier-ignore
  head: {
    append(script) {
      asked.push(script.src);
      const text = held.folder[script.src];
      if (text !== undefined) vm.runInThisContext(text);
      script.heard[text === undefined ? "error" : "load"]();
    },
  },
});
const { bytesOf, fileOf } = await import("../../app/components/js/site/files.js");

test("characters of 15 bits become bytes", () => {
  assert.deepEqual([...bytesOf(String.fromCharCode(0x3400 + 0b100000001000000, 0x3400 + 0b110000000000000), 3)], [0b10000000, 0b10000001, 0b10000000]);
  assert.deepEqual([...bytesOf("", 0)], []);
});

test("what Python packed is read back, and asked for once at a time", async () => {
  const [folder, names] = JSON.parse(readFileSync(process.env.AAE_PACKED ?? "/dev/null", "utf8") || "[{}, {}]");
  held.folder = folder;
  for (const [name, bytes] of Object.entries(names)) {
    const [first, second] = await Promise.all([fileOf(name, "The film"), fileOf(name, "The film")]);
    assert.deepEqual([...new Uint8Array(first)], bytes);
    assert.equal(first, second);
  }
  assert.equal(asked.length, Object.keys(names).length);
});

test("what is not there, or is no such file, is said in a sentence", async () => {
  held.folder = { "data/other.js": "1" };
  for (const name of ["gone", "other"]) await assert.rejects(fileOf(name, "The plane"), /^Error: The plane could not be read; .*\.$/);
});
