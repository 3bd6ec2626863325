import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

/** A page whose added scripts run at once: their texts by path; other paths fail to load. */
const requestedPaths = [];
let folder = {};
globalThis.document = /** @type {any} */ ({
  createElement: () => ({
    listeners: {},
    addEventListener(name, act) {
      this.listeners[name] = act;
    },
    remove() {},
  }),
  head: {
    append(script) {
      requestedPaths.push(script.src);
      const text = folder[script.src];
      if (text !== undefined) vm.runInThisContext(text);
      script.listeners[text === undefined ? "error" : "load"]();
    },
  },
});
const { unpackBits, readFile } = await import("../src/site/files.ts");
const { MissingFileError } = await import("../src/handout/missing_file.ts");
const PACKED = process.env.AAE_PACKED; // the path of a JSON file: scripts by path, and bytes by name

test("text with 15 bits in each character is unpacked into bytes", () => {
  assert.deepEqual(
    [...unpackBits(String.fromCharCode(0x3400 + 0b100000001000000, 0x3400 + 0b110000000000000), 3)],
    [0b10000000, 0b10000001, 0b10000000],
  );
  assert.deepEqual([...unpackBits("", 0)], []);
});

test(
  "files packed by Python are read back, each with one request",
  { skip: PACKED ? false : "run by test_website.py, which packs the files" },
  async () => {
    const [scripts, names] = JSON.parse(readFileSync(/** @type {string} */ (PACKED), "utf8"));
    folder = scripts;
    for (const [name, bytes] of Object.entries(names)) {
      const [first, second] = await Promise.all([readFile(name, "The film"), readFile(name, "The film")]);
      assert.deepEqual([...new Uint8Array(first)], bytes);
      assert.equal(first, second);
    }
    assert.equal(requestedPaths.length, Object.keys(names).length);
  },
);

test("a missing or invalid file is reported in a sentence", async () => {
  folder = { "data/other.js": "1" };
  for (const name of ["gone", "other"])
    await assert.rejects(
      readFile(name, "The plane"),
      (error) => error instanceof MissingFileError && /^The plane could not be read; .*\.$/.test(error.message),
    );
});
