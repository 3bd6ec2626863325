import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, makePlane, messageOf } from "./page.mjs";
import { Element, host } from "./dom.mjs";
import { pageEvents } from "../src/base/events.ts";
import { packed } from "./packed.mjs";

const { groupsOfRevision } = await import("../src/choice/code_groups.ts");
const { ColourSelect } = await import("../src/plane/colour_select.ts");

const CLASSES = { missing: null, ranges_of: null, groups: null, colour: "" };
const GROUPS = {
  sex: { classes: ["female", "male"], groups: [1, 0, -1, 0] },
  site: { classes: ["east", "north", "west"], groups: [2, 2, 0, 1] },
};

/** What the server answers about a column, as `answers.answer_colouring` packs it. */
function colouringOf(column) {
  if (column === "slow") return { header: { v: 1, colouring: null }, fields: {} };
  const { classes, groups } = GROUPS[column];
  const colouring = {
    classes,
    colours: classes.map((_, k) => `#00000${k}`),
    shapes: classes.map(() => "circle"),
    missing: "missing",
    ranges_of: null,
    groups: { url: `assets/${column}.bin`, sha: column },
    colour: column,
  };
  return { header: { v: 1, colouring }, fields: { groups: { values: Int16Array.from(groups), shape: [4] } } };
}

let serverNumber = 0;
/** Of the page before, which listens no more. @type {{close: () => void}[]} */
const openParts = [];

/** A plane whose server answers about columns once `release` is called, and a choice of these; nothing else is fetched. */
function openPage(headerChanges = {}) {
  for (const part of openParts.splice(0)) part.close();
  const { plane, messages } = makePlane();
  const url = `live/${++serverNumber}/colouring`;
  const messageFor = ({ fields, ...changes } = {}) =>
    messageOf({ ...CLASSES, server: { colouring: url }, ...headerChanges, ...changes }, fields);
  /** @type {{column: string, answer: () => void}[]} */
  const requests = [];
  globalThis.fetch = (_, { body }) =>
    new Promise((resolve) => {
      const { column } = JSON.parse(body);
      const { header, fields } = colouringOf(column);
      const answer = () => resolve({ ok: true, arrayBuffer: async () => packed(header, fields) });
      requests.push({ column, answer });
    });
  plane.update(messageFor());
  const select = new ColourSelect(host());
  openParts.push(plane, select);
  const selectMessages = [];
  select.sendMessage = (...message) => selectMessages.push(message);
  const options = ["", "sex", "site", "slow"].map((value) => ({ value, title: value || "class" }));
  const tellSelect = (chosen) =>
    select.update({ header: { v: 1, options, likely: ["", "sex"], chosen, default: "" }, fields: {} });
  tellSelect("");
  clock.pass(2000);
  return { plane, messages, select, selectMessages, requests, messageFor, tellSelect };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const legendOf = (plane) =>
  plane.parts.legend.querySelectorAll("button").map((entry) => entry.textContent.replace(/\s+/g, " ").trim());

/** Chooses a column as the user does. */
function chooseColumn(select, column) {
  select.select.selectedIndex = select.header.options.findIndex(({ value }) => value === column);
  void select.choose(column);
}

async function answerAll(requests) {
  for (const { answer } of requests.splice(0)) answer();
  for (let k = 0; k < 4; k++) await settled();
}

test("the codes are coloured before Python is told, and its message then changes nothing", async () => {
  const { plane, select, selectMessages, requests, messageFor, tellSelect } = openPage();
  chooseColumn(select, "sex");
  assert.deepEqual([selectMessages, requests.map(({ column }) => column)], [[], ["sex"]]);
  await answerAll(requests);
  assert.deepEqual([...plane.codes.labels], [1, 0, -1, 0]);
  assert.deepEqual([plane.header.classes, plane.header.colour], [["female", "male"], "sex"]);
  assert.deepEqual(legendOf(plane), ["female 2", "male 1", "missing 1"]);
  assert.deepEqual(selectMessages, [["colour", { text: "sex" }]]);
  const { codes } = plane;
  const { header, fields } = colouringOf("sex");
  plane.update(messageFor({ ...header.colouring, fields }));
  tellSelect("sex");
  assert.equal(plane.codes, codes, "they are not drawn again");
  assert.equal(select.select.selectedIndex, 1);
});

test("a message that was under way does not undo the choice, and one about other codes does", async () => {
  const { plane, select, requests, messageFor } = openPage();
  chooseColumn(select, "sex");
  await answerAll(requests);
  plane.update(messageFor({ layers: { codes: true, judge: true } }));
  assert.deepEqual([plane.header.colour, plane.fields.groups.values[0]], ["sex", 1]);
  plane.update(messageFor({ server: { colouring: "live/other/colouring" } }));
  assert.deepEqual([plane.header.colour, plane.fields.groups], ["", undefined]);
});

test("of two choices in quick succession the later one stays, and Python is told of that alone", async () => {
  const { plane, select, selectMessages, requests, messageFor, tellSelect } = openPage();
  chooseColumn(select, "sex");
  chooseColumn(select, "site");
  const [first, second] = requests.splice(0);
  await answerAll([second]);
  await answerAll([first]);
  assert.deepEqual([plane.header.colour, selectMessages], ["site", [["colour", { text: "site" }]]]);
  chooseColumn(select, "sex");
  await answerAll(requests);
  assert.equal(plane.header.colour, "sex");
  const { header, fields } = colouringOf("site");
  plane.update(messageFor({ ...header.colouring, fields })); // the answer to the choice before
  tellSelect("site");
  assert.deepEqual([plane.header.colour, select.select.selectedIndex], ["sex", 1]);
});

test("a link chooses anew: Back or Forward is no echo", async () => {
  const { plane, select, requests, messageFor, tellSelect } = openPage();
  chooseColumn(select, "sex");
  await answerAll(requests);
  const { header, fields } = colouringOf("sex");
  plane.update(messageFor({ ...header.colouring, fields }));
  tellSelect("sex");
  plane.update(messageFor());
  tellSelect("");
  assert.deepEqual([plane.header.colour, plane.header.classes], ["", ["one", "two"]]);
  assert.deepEqual([[...plane.codes.labels], select.select.selectedIndex], [[0, 0, 1, 1], 0]);
});

test("hidden groups are sent before their numbers stand for others, which are all shown", async () => {
  const { plane, messages, select, requests } = openPage({
    names: { hidden: "hidden" },
    setting_texts: {},
    report: ["hidden"],
  });
  plane.toggleClass(1);
  chooseColumn(select, "site");
  await answerAll(requests);
  assert.deepEqual(messages, [["hidden", { text: "1" }]]);
  assert.deepEqual([...plane.settings.hidden], []);
});

test("the groups A and B stay when the colours change, and an end that is a class does not", async () => {
  const [names, settingTexts] = [{ directions: "directions" }, { directions: "A~1~3:1,2~" }];
  const { plane, select, requests, messageFor } = openPage({
    names,
    setting_texts: settingTexts,
    report: ["directions"],
    tools: ["directions"],
  });
  const groups = groupsOfRevision("a");
  assert.deepEqual([groups.A?.count, groups.from, groups.to], [3, "A", "1"]);
  chooseColumn(select, "sex");
  await answerAll(requests);
  const { header, fields } = colouringOf("sex");
  plane.update(messageFor({ ...header.colouring, fields }));
  assert.deepEqual([groups.A?.count, groups.from, groups.to], [3, "A", ""]);
  groups.to = "0";
  plane.update(messageFor());
  assert.deepEqual([groups.A?.count, groups.from, groups.to], [3, "A", ""]);
  Object.assign(groups, { A: null, from: "" });
});

test("the CSV of a selection has the classes, also where a column colours the codes", async () => {
  const { plane, select, requests } = openPage();
  chooseColumn(select, "site");
  await answerAll(requests);
  plane.selectCodes(Uint8Array.of(1, 0, 0, 1));
  const lines = (await plane.selection.csvText().text()).trim().split("\n");
  assert.deepEqual(lines.slice(1), ["0,one,0,0", "3,two,1,1"]);
});

test("a revision that lacks the column just chosen shows its own choice", () => {
  const { select } = openPage();
  chooseColumn(select, "site");
  select.sendPending();
  const options = ["", "sex"].map((value) => ({ value, title: value || "class" }));
  select.update({ header: { v: 1, options, likely: [], chosen: "", default: "" }, fields: {} });
  assert.equal(select.select.selectedIndex, 0);
});

test("a code at an earlier place keeps it when the colours change", async () => {
  const { plane, select, requests } = openPage();
  const xy = Float32Array.of(5, 5, 6, 6, 7, 7, 8, 8);
  plane.showCodes({ ...plane.presentCodes, xy });
  chooseColumn(select, "sex");
  await answerAll(requests);
  assert.deepEqual([plane.codes.xy, plane.codes.labels[0]], [xy, 1]);
  assert.equal(plane.presentCodes.labels, plane.codes.labels);
});

test("linked planes, columns that take long and failed requests wait for Python, which is told at once", async () => {
  const linkedPage = openPage({ link: { group: "g", side: 0, title: "", shares: [] } });
  chooseColumn(linkedPage.select, "sex");
  await settled();
  assert.deepEqual(
    [linkedPage.requests.length, linkedPage.selectMessages.length, linkedPage.plane.header.colour],
    [0, 1, ""],
  );

  const slowPage = openPage();
  chooseColumn(slowPage.select, "slow");
  await answerAll(slowPage.requests);
  assert.deepEqual([slowPage.selectMessages, slowPage.plane.header.colour], [[["colour", { text: "slow" }]], ""]);
  chooseColumn(slowPage.select, "slow");
  assert.equal(slowPage.requests.length, 1, "it may have been computed meanwhile");

  const failingPage = openPage();
  globalThis.fetch = () => Promise.reject(new Error("no network"));
  chooseColumn(failingPage.select, "sex");
  for (let k = 0; k < 4; k++) await settled();
  assert.deepEqual([failingPage.selectMessages.length, failingPage.plane.header.colour], [1, ""]);
});

test("the likely columns are fetched once the choice is pointed at, each once", async () => {
  const { plane, select, requests } = openPage();
  GROUPS[""] = GROUPS.site;
  select.announce();
  await answerAll(requests);
  assert.deepEqual([requests.map(({ column }) => column), plane.header.colour], [["sex"], ""]);
  await answerAll(requests);
  select.announce();
  chooseColumn(select, "sex");
  for (let k = 0; k < 4; k++) await settled();
  assert.deepEqual([requests.length, plane.header.colour], [0, "sex"]);
  delete GROUPS[""];
});

test("a link that is copied before Python is told names the choice, and leaving the page tells Python", async () => {
  const { select, selectMessages } = openPage();
  const query = new Map([["colour", "site"]]);
  chooseColumn(select, "sex");
  pageEvents.emit("link", { query });
  assert.equal(query.get("colour"), "sex");
  chooseColumn(select, "");
  pageEvents.emit("link", { query });
  assert.equal(query.has("colour"), false);
  select.sendPending();
  assert.deepEqual(selectMessages, [["colour", { text: "" }]]);
  select.close();
});

test("the choice is named for screen readers", () => {
  const { select } = openPage();
  assert.equal(select.select.getAttribute("aria-label"), "Colour of the codes");
  assert.ok(select.select instanceof Element);
});
