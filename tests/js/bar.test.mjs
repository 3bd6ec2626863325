import assert from "node:assert/strict";
import { test } from "node:test";
import { host } from "./dom.mjs";
import { addressWithState, embedCode, isLocalAddress } from "../../app/components/js/bar/address_text.js";
import { pageEvents } from "../../app/components/js/base/events.js";

Object.assign(globalThis, { window: globalThis });
document.title = "Explore";
globalThis.location = /** @type {any} */ ({ href: "http://127.0.0.1:8501/?z=1%2C2&hide=layers#here" });
const { LinkBar } = await import("../../app/components/js/bar/link_bar.js");

/** @type {string[]} */
let copied = [];
let refused = false;
Object.defineProperty(globalThis, "navigator", {
  configurable: true,
  value: {
    clipboard: {
      writeText: async (text) => {
        if (refused) throw new Error("no");
        copied.push(text);
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

function makeBar(more = {}) {
  copied = [];
  refused = false;
  const bar = new LinkBar(host());
  const heard = [];
  bar.sendMessage = (key, value) => heard.push([key, value]);
  bar.clipboard.field.select = () => (bar.clipboard.field.selected = true);
  bar.names.querySelector = (selector) =>
    bar.names.querySelectorAll("input").find((each) => selector.includes(`"${each.getAttribute("value")}"`));
  bar.update({ header: { v: 1, names: NAMES, presenter: false, embedded: false, ...LANGUAGES, ...more }, fields: {} });
  return { bar, heard };
}
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

test("a link has the parameters that are added, escapes only what it must, and loses its fragment", () => {
  const complete = (query) => query.set("window", "-1,2~3;4");
  assert.equal(
    addressWithState("https://a.b/game?x=%3Cb%3E#top", complete),
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
  const leave = pageEvents.on("link", ({ query }) => query.set("window", "1"));
  await bar.copyLink();
  leave();
  assert.deepEqual(copied, ["http://127.0.0.1:8501/?z=1,2&hide=layers&window=1"]);
  await pause(100);
  assert.equal(bar.clipboard.status.textContent, "Link copied.");
  bar.close();
});

test("Copy link leaves out what a part has taken back since the address was written", async () => {
  const { bar } = makeBar();
  const off = pageEvents.on("link", ({ query }) => query.delete("z"));
  await bar.copyLink();
  off();
  assert.deepEqual(copied, ["http://127.0.0.1:8501/?hide=layers"]);
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
  refused = true;
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
  const { bar, heard } = makeBar();
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
  assert.deepEqual(heard, [
    ["hide", { names: ["layers", "time"] }],
    ["size", { presenter: true }],
  ]);
  bar.close();
});

test("a late echo from Python does not undo a newer tick; values of a link or of another page are applied", () => {
  const { bar, heard } = makeBar();
  const names = (...on) => ({
    header: {
      v: 1,
      names: NAMES.map((name) => ({ ...name, on: on.includes(name.id) })),
      presenter: false,
      embedded: false,
      ...LANGUAGES,
    },
    fields: {},
  });
  const boxes = () => bar.names.querySelectorAll("input");
  const checked = () => boxes().map((each) => each.checked);
  for (const each of boxes()) each.value = each.getAttribute("value");
  const [layers, time] = boxes();
  for (const [input, on] of [
    [time, true],
    [layers, false],
  ]) {
    input.checked = on;
    input.fire("change");
  }
  assert.deepEqual(
    heard.map(([, { names }]) => names),
    [["layers", "time"], ["time"]],
  );
  bar.update(names("layers", "time"));
  assert.deepEqual(checked(), [false, true], "a late echo of the first of the two ticks");
  bar.update(names("time"));
  assert.deepEqual(checked(), [false, true]);
  bar.update(names("layers"));
  assert.deepEqual(checked(), [true, false], "a link");
  bar.panel
    .querySelectorAll("button")
    .find(({ textContent }) => textContent === "Show everything")
    .fire("click");
  assert.deepEqual(checked(), [false, false]);
  assert.deepEqual(heard.at(-1), ["hide", { names: [] }]);
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
  assert.deepEqual(checked(), [true]);
  bar.close();
});

test("choosing a language loads the page anew, and the page is in the language that Python tells", () => {
  const { bar, heard } = makeBar();
  const states = () =>
    bar.languageButtons
      .querySelectorAll("button")
      .map((each) => [each.getAttribute("lang"), each.textContent, each.getAttribute("aria-pressed")]);
  assert.deepEqual(states(), [
    ["en", "English", "true"],
    ["ko", "한국어", "false"],
  ]);
  assert.equal(document.documentElement.lang, "en");
  /** @type {string[]} */
  const assigned = [];
  globalThis.location.assign = (/** @type {string} */ url) => void assigned.push(url);
  bar.languageButtons.querySelectorAll("button")[1].click();
  assert.deepEqual([assigned, heard], [["http://127.0.0.1:8501/?z=1,2&hide=layers&lang=ko"], []]);
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
