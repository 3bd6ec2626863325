import assert from "node:assert/strict";
import { test } from "node:test";
import { document, host } from "./dom.mjs";

Object.assign(globalThis, { window: { setTimeout } });
const { default: mount } = await import("../../app/components/js/drawing/folder_drop.js");

const soon = (ms = 0) => new Promise((done) => setTimeout(done, ms));

/**
 * The component beside a file field, which tells the document when it has another file; `given` lists the files handed
 * over to it.
 */
function page() {
  /** @type {Object<string, (event: any) => void>} */
  const heard = {};
  document.addEventListener = (name, act) => (heard[name] = act);
  const root = host();
  const unmount = mount(
    /** @type {any} */ ({
      data: { header: { max_bytes: 1e9, uploader_class: "field", extensions: ["zip"] }, fields: {} },
      parentElement: root,
      setStateValue() {},
    }),
  );
  /** @type {string[]} */
  const given = [];
  class Field {
    classList = { contains: (/** @type {string} */ name) => name === "field" };
    files = /** @type {File[]} */ ([]);
    dispatchEvent() {
      given.push(this.files[0].name);
      heard.change?.(on);
    }
  }
  const field = new Field();
  const on = { composedPath: () => [field], preventDefault() {}, stopPropagation() {} };
  Object.assign(document, { querySelector: () => field });
  Object.assign(globalThis, {
    Element: Field,
    DataTransfer: class {
      files = [];
      items = { add: (file) => this.files.push(file) };
    },
  });
  const input = root.querySelector("input");
  /** Files whose content was asked for. @type {string[]} */
  const read = [];
  /**
   * @param {string} folder
   * @param {Promise<ArrayBuffer>} content of each of its files
   */
  const choose = (folder, content) => {
    input.files = ["1.png", "2.png"].map((name) => ({
      webkitRelativePath: `${folder}/${name}`,
      name,
      size: 1,
      arrayBuffer: () => (read.push(`${folder}/${name}`), content),
    }));
    input.fire("change");
  };
  const handedOver = async () => {
    for (let turn = 0; turn < 200 && !given.length; turn++) await soon(10);
  };
  return {
    root,
    heard,
    on,
    given,
    read,
    choose,
    unmount,
    handedOver,
    said: () => root.querySelector("[role=status]").textContent,
  };
}

/** A content that arrives when `come` is called. */
function late() {
  let come = () => {};
  const content = new Promise((done) => (come = () => done(new ArrayBuffer(1))));
  return { content, come };
}

test("of two folders chosen in turn, the second is handed over, and the first is not read to its end", async () => {
  const { given, read, choose, handedOver, said } = page();
  const { content, come } = late();
  choose("slow", content);
  choose("fast", Promise.resolve(new ArrayBuffer(1)));
  await handedOver();
  come();
  await soon(300);
  assert.deepEqual([given, said()], [["fast.zip"], ""]);
  assert.deepEqual(read.toSorted(), ["fast/1.png", "fast/2.png", "slow/1.png"]);
});

test("a folder that is being read does not override a file that was dropped or chosen later", async () => {
  const dropped = { types: ["Files"], items: [{ webkitGetAsEntry: () => ({ isFile: true, name: "a.zip" }) }] };
  for (const [name, more] of Object.entries({ drop: { dataTransfer: dropped }, change: {} })) {
    const { heard, on, given, choose, said } = page();
    const { content, come } = late();
    choose("slow", content);
    await soon();
    assert.equal(said(), "Reading …");
    heard[name]({ ...on, ...more });
    assert.equal(said(), "", name);
    come();
    await soon(50);
    assert.deepEqual([given, said()], [[], ""], name);
  }
});

test("closing ends the reading", async () => {
  const { root, given, read, choose, unmount } = page();
  const { content, come } = late();
  choose("slow", content);
  root.remove();
  unmount();
  await soon(20);
  come();
  await soon(50);
  assert.deepEqual([given, read], [[], ["slow/1.png"]]);
});
