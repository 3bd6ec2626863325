import assert from "node:assert/strict";
import { test } from "node:test";
import { host } from "./dom.mjs";

Object.assign(globalThis, { window: { setTimeout } });
const { default: mount } = await import("../../app/components/js/drawing/folder_drop.js");

test("of two folders chosen one after the other, the second is handed over, however long the first takes to read", async () => {
  const root = host();
  mount(/** @type {any} */ ({ data: { header: { most: 1e9, field: "field", forms: ["zip"] }, fields: {} }, parentElement: root, setStateValue() {} }));
  /** Files that were handed over, in their order. @type {string[]} */
  const given = [];
  const field = { dispatchEvent: () => given.push(field.files[0].name), files: /** @type {File[]} */ ([]) };
  Object.assign(document, { querySelector: () => field });
  Object.assign(globalThis, { DataTransfer: class { files = []; items = { add: (file) => this.files.push(file) }; } }); // prettier-ignore
  const input = root.querySelector("input");
  /** @param {string} folder @param {Promise<ArrayBuffer>} content */
  const choose = (folder, content) => {
    input.files = ["1.png", "2.png"].map((name) => ({ webkitRelativePath: `${folder}/${name}`, name, size: 1, arrayBuffer: () => content }));
    input.fire("change");
  };
  let read = (/** @type {ArrayBuffer} */ _) => {};
  choose("slow", new Promise((done) => (read = done)));
  choose("fast", Promise.resolve(new ArrayBuffer(1)));
  while (!given.length) await new Promise((done) => setTimeout(done, 10));
  read(new ArrayBuffer(1));
  await new Promise((done) => setTimeout(done, 300));
  assert.deepEqual(given, ["fast.zip"]);
  assert.equal(root.querySelector("[role=status]").textContent, "");
});
