import assert from "node:assert/strict";
import { test } from "node:test";
import { host } from "./dom.mjs";
import { addressWithState, embedCode, isLocalAddress } from "../src/bar/address_text.ts";
import { pageEvents } from "../src/base/events.ts";

Object.assign(globalThis, { window: globalThis });
document.title = "Explore";
globalThis.MutationObserver = class {
  observe() {}
  disconnect() {}
};
globalThis.location = /** @type {any} */ ({ href: "http://127.0.0.1:8501/?z=1%2C2&hide=layers#here" });
const { LinkBar } = await import("../src/bar/link_bar.ts");

/** @type {string[]} */
let copiedTexts = [];
let isRefused = false;
Object.defineProperty(globalThis, "navigator", {
  configurable: true,
  value: {
    clipboard: {
      writeText: async (text) => {
        if (isRefused) throw new Error("no");
        copiedTexts.push(text);
      },
    },
  },
});

const NAMES = [
  { id: "layers", title: "Layers", on: true },
  { id: "time", title: "Time axis", on: false },
];

const LANGUAGES = {
  languages: [
    { code: "en", name: "English" },
    { code: "ko", name: "한국어" },
  ],
  language: "en",
};

function makeBar(changes = {}) {
  copiedTexts = [];
  isRefused = false;
  const bar = new LinkBar(host());
  const messages = [];
  bar.sendMessage = (key, value) => messages.push([key, value]);
  bar.clipboard.field.select = () => (bar.clipboard.field.selected = true);
  bar.names.querySelector = (selector) =>
    bar.names.querySelectorAll("input").find((input) => selector.includes(`"${input.getAttribute("value")}"`));
  bar.update({
    header: { v: 1, names: NAMES, presenter: false, embedded: false, ...LANGUAGES, ...changes },
    fields: {},
  });
  return { bar, messages };
}
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

test("a link has the parameters that are added, escapes only what it must, and loses its fragment", () => {
  const writeState = (query) => query.set("window", "-1,2~3;4");
  assert.equal(
    addressWithState("https://a.b/game?x=%3Cb%3E#top", writeState),
    "https://a.b/game?x=%3Cb%3E&window=-1,2~3;4",
  );
  assert.equal(
    addressWithState("https://a.b/", () => {}),
    "https://a.b/",
  );
});

test("an address cannot break out of the attribute of the embed code", () => {
  const html = embedCode(`https://a.b/?x="><script>&y='`, `<b>"&`);
  assert.match(
    html,
    /^<iframe src="[^"<>]*embed=1" title="[^"<>]*" width="100%" height="720" style="border:0"><\/iframe>$/,
  );
});

test("local and private addresses are recognised as such", () => {
  assert.deepEqual(
    ["localhost:1", "127.0.0.1", "[::1]:8", "192.168.1.4", "course.edu"].map((name) =>
      isLocalAddress(`http://${name}/`),
    ),
    [true, true, true, false, false],
  );
});

test("Copy link copies the current address with what the page's parts add, and says so", async () => {
  const { bar } = makeBar();
  const removeListener = pageEvents.on("link", ({ query }) => query.set("window", "1"));
  await bar.copyLink();
  removeListener();
  assert.deepEqual(copiedTexts, ["http://127.0.0.1:8501/?z=1,2&hide=layers&window=1"]);
  await pause(100);
  assert.equal(bar.clipboard.status.textContent, "Link copied.");
  bar.close();
});

test("Copy link leaves out what a part has taken back since the address was written", async () => {
  const { bar } = makeBar();
  const removeListener = pageEvents.on("link", ({ query }) => query.delete("z"));
  await bar.copyLink();
  removeListener();
  assert.deepEqual(copiedTexts, ["http://127.0.0.1:8501/?hide=layers"]);
  bar.close();
});

test("copying a link says what the link leaves out", async () => {
  const { bar } = makeBar();
  bar.header.left_out = "The steps are not in it.";
  await bar.copyLink();
  await pause(100);
  assert.equal(bar.clipboard.status.textContent, "Link copied. The steps are not in it.");
  bar.close();
});

test("if the clipboard refuses, the address is shown selected in a field", async () => {
  const { bar } = makeBar();
  isRefused = true;
  await bar.copyLink();
  assert.ok(
    !bar.clipboard.manualCopy.hidden && bar.clipboard.field.selected && document.activeElement === bar.clipboard.field,
  );
  assert.equal(bar.clipboard.field.value, "http://127.0.0.1:8501/?z=1,2&hide=layers");
  await pause(100);
  assert.match(bar.clipboard.status.textContent, /press Ctrl \+ C/);
  bar.root.fire("keydown", { key: "Escape", stopPropagation: () => {} });
  assert.ok(bar.clipboard.manualCopy.hidden && document.activeElement === bar.copyButton);
  bar.close();
});

test("each part has a checkbox; Python receives all checked parts, and the size", () => {
  const { bar, messages } = makeBar();
  const [layers, time] = bar.names.querySelectorAll("input");
  assert.deepEqual([layers.checked, time.checked], [true, false]);
  for (const [input, name] of [
    [layers, "layers"],
    [time, "time"],
  ])
    input.value = name;
  time.checked = true;
  time.fire("change");
  bar.presenterBox.checked = true;
  bar.presenterBox.fire("change");
  assert.deepEqual(messages, [
    ["hide", { names: ["layers", "time"] }],
    ["size", { presenter: true }],
  ]);
  bar.close();
});

test("a late echo from Python does not undo a newer tick; values of a link or of another page are applied", () => {
  const { bar, messages } = makeBar();
  const names = (...checkedIds) => ({
    header: {
      v: 1,
      names: NAMES.map((name) => ({ ...name, on: checkedIds.includes(name.id) })),
      presenter: false,
      embedded: false,
      ...LANGUAGES,
    },
    fields: {},
  });
  const boxes = () => bar.names.querySelectorAll("input");
  const checkedStates = () => boxes().map((box) => box.checked);
  for (const box of boxes()) box.value = box.getAttribute("value");
  const [layers, time] = boxes();
  for (const [input, isChecked] of [
    [time, true],
    [layers, false],
  ]) {
    input.checked = isChecked;
    input.fire("change");
  }
  assert.deepEqual(
    messages.map(([, { names }]) => names),
    [["layers", "time"], ["time"]],
  );
  bar.update(names("layers", "time"));
  assert.deepEqual(checkedStates(), [false, true], "a late echo of the first of the two ticks");
  bar.update(names("time"));
  assert.deepEqual(checkedStates(), [false, true]);
  bar.update(names("layers"));
  assert.deepEqual(checkedStates(), [true, false], "a link");
  bar.panel
    .querySelectorAll("button")
    .find(({ textContent }) => textContent === "Show everything")
    .fire("click");
  assert.deepEqual(checkedStates(), [false, false]);
  assert.deepEqual(messages.at(-1), ["hide", { names: [] }]);
  bar.presenterBox.checked = true;
  bar.presenterBox.fire("change");
  bar.presenterBox.checked = false;
  bar.presenterBox.fire("change");
  bar.update({ header: { ...names().header, presenter: true }, fields: {} });
  assert.equal(bar.presenterBox.checked, false);
  bar.update({
    header: { v: 1, names: [{ id: "own", title: "Own", on: true }], presenter: false, embedded: false, ...LANGUAGES },
    fields: {},
  });
  assert.deepEqual(checkedStates(), [true]);
  bar.close();
});

test("choosing a language loads the page anew, and the page is in the language that Python tells", () => {
  const { bar, messages } = makeBar();
  const states = () =>
    bar.languageButtons
      .querySelectorAll("button")
      .map((languageButton) => [
        languageButton.getAttribute("lang"),
        languageButton.textContent,
        languageButton.getAttribute("aria-pressed"),
      ]);
  assert.deepEqual(states(), [
    ["en", "English", "true"],
    ["ko", "한국어", "false"],
  ]);
  assert.equal(document.documentElement.lang, "en");
  /** @type {string[]} */
  const assignedUrls = [];
  globalThis.location.assign = (/** @type {string} */ url) => void assignedUrls.push(url);
  bar.languageButtons.querySelectorAll("button")[1].click();
  assert.deepEqual([assignedUrls, messages], [["http://127.0.0.1:8501/?z=1,2&hide=layers&lang=ko"], []]);
  bar.update({ header: { ...bar.header, language: "ko" }, fields: {} });
  assert.deepEqual(states(), [
    ["en", "English", "false"],
    ["ko", "한국어", "true"],
  ]);
  assert.equal(document.documentElement.lang, "ko");
  bar.close();
});

test("an embedded page stays embedded: if a change of page has lost `embed` from the address, it is restored", () => {
  const calls = [];
  globalThis.history = /** @type {any} */ ({
    state: 7,
    replaceState: (state, _, url) => calls.push([state, String(url)]),
  });
  makeBar().bar.close();
  makeBar({ embedded: true }).bar.close();
  assert.deepEqual(calls, [[7, "http://127.0.0.1:8501/?z=1%2C2&hide=layers&embed=1#here"]]);
});
