import assert from "node:assert/strict";
import { test } from "node:test";
import { document, host } from "./dom.mjs";

Object.assign(globalThis, { window: { setTimeout } });
const { default: mount } = await import("../src/drawing/folder_drop.ts");

const pause = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * The component beside a file field, which tells the document when it has another file; `handedNames` lists the files
 * handed over to it.
 */
function page() {
  /** @type {Object<string, (event: any) => void>} */
  const listeners = {};
  document.addEventListener = (name, act) => (listeners[name] = act);
  const root = host();
  const unmount = mount(
    /** @type {any} */ ({
      data: { header: { max_bytes: 1e9, uploader_class: "field", extensions: ["zip"] }, fields: {} },
      parentElement: root,
      setStateValue() {},
    }),
  );
  /** @type {string[]} */
  const handedNames = [];
  class Field {
    classList = { contains: (/** @type {string} */ name) => name === "field" };
    files = /** @type {File[]} */ ([]);
    dispatchEvent() {
      handedNames.push(this.files[0].name);
      listeners.change?.(baseEvent);
    }
  }
  const field = new Field();
  const baseEvent = { composedPath: () => [field], preventDefault() {}, stopPropagation() {} };
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
  const readPaths = [];
  /**
   * @param {string} folder
   * @param {Promise<ArrayBuffer>} content of each of its files
   */
  const chooseFolder = (folder, content) => {
    input.files = ["1.png", "2.png"].map((name) => ({
      webkitRelativePath: `${folder}/${name}`,
      name,
      size: 1,
      arrayBuffer: () => (readPaths.push(`${folder}/${name}`), content),
    }));
    input.fire("change");
  };
  const waitForHandover = async () => {
    for (let turn = 0; turn < 200 && !handedNames.length; turn++) await pause(10);
  };
  return {
    root,
    listeners,
    baseEvent,
    handedNames,
    readPaths,
    chooseFolder,
    unmount,
    waitForHandover,
    statusText: () => root.querySelector("[role=status]").textContent,
  };
}

/** A content that arrives when `arrive` is called. */
function makeLateContent() {
  let arrive = () => {};
  const content = new Promise((resolve) => (arrive = () => resolve(new ArrayBuffer(1))));
  return { content, arrive };
}

test("of two folders chosen in turn, the second is handed over, and the first is not read to its end", async () => {
  const { handedNames, readPaths, chooseFolder, waitForHandover, statusText } = page();
  const { content, arrive } = makeLateContent();
  chooseFolder("slow", content);
  chooseFolder("fast", Promise.resolve(new ArrayBuffer(1)));
  await waitForHandover();
  arrive();
  await pause(300);
  assert.deepEqual([handedNames, statusText()], [["fast.zip"], ""]);
  assert.deepEqual(readPaths.toSorted(), ["fast/1.png", "fast/2.png", "slow/1.png"]);
});

test("a folder that is being read does not override a file that was dropped or chosen later", async () => {
  const dataTransfer = { types: ["Files"], items: [{ webkitGetAsEntry: () => ({ isFile: true, name: "a.zip" }) }] };
  for (const [name, eventDetails] of Object.entries({ drop: { dataTransfer }, change: {} })) {
    const { listeners, baseEvent, handedNames, chooseFolder, statusText } = page();
    const { content, arrive } = makeLateContent();
    chooseFolder("slow", content);
    await pause();
    assert.equal(statusText(), "Reading …");
    listeners[name]({ ...baseEvent, ...eventDetails });
    assert.equal(statusText(), "", name);
    arrive();
    await pause(50);
    assert.deepEqual([handedNames, statusText()], [[], ""], name);
  }
});

test("closing ends the reading", async () => {
  const { root, handedNames, readPaths, chooseFolder, unmount } = page();
  const { content, arrive } = makeLateContent();
  chooseFolder("slow", content);
  root.remove();
  unmount();
  await pause(20);
  arrive();
  await pause(50);
  assert.deepEqual([handedNames, readPaths], [[], ["slow/1.png"]]);
});
