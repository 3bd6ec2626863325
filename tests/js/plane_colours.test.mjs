import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, makePlane, messageOf } from "./page.mjs";
import { Element, host } from "./dom.mjs";
import { pageEvents } from "../../app/components/js/base/events.js";
import { packed } from "./packed.mjs";

const { groupsOfRevision } = await import("../../app/components/js/choice/code_groups.js");
const { ColourSelect } = await import("../../app/components/js/plane/colour_select.js");

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
function openPage(more = {}) {
  for (const part of openParts.splice(0)) part.close();
  const { plane, heard } = makePlane();
  const url = `live/${++serverNumber}/colouring`;
  const messageFor = ({ fields, ...changes } = {}) =>
    messageOf({ ...CLASSES, server: { colouring: url }, ...more, ...changes }, fields);
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
  const told = [];
  select.sendMessage = (...message) => told.push(message);
  const options = ["", "sex", "site", "slow"].map((value) => ({ value, title: value || "class" }));
  const tellSelect = (chosen) =>
    select.update({ header: { v: 1, options, likely: ["", "sex"], chosen, default: "" }, fields: {} });
  tellSelect("");
  clock.pass(2000);
  return { plane, heard, select, told, requests, messageFor, tellSelect };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const legendOf = (plane) =>
  plane.parts.legend.querySelectorAll("button").map((entry) => entry.textContent.replace(/\s+/g, " ").trim());

/** Chooses a column as the user does. */
function choose(select, column) {
  select.select.selectedIndex = select.header.options.findIndex(({ value }) => value === column);
  void select.choose(column);
}

async function answerAll(requests) {
  for (const { answer } of requests.splice(0)) answer();
  for (let k = 0; k < 4; k++) await settled();
}

test("the codes are coloured before Python is told, and its message then changes nothing", async () => {
  const { plane, select, told, requests, messageFor, tellSelect } = openPage();
  choose(select, "sex");
  assert.deepEqual([told, requests.map(({ column }) => column)], [[], ["sex"]]);
  await answerAll(requests);
  assert.deepEqual([...plane.codes.labels], [1, 0, -1, 0]);
  assert.deepEqual([plane.header.classes, plane.header.colour], [["female", "male"], "sex"]);
  assert.deepEqual(legendOf(plane), ["female 2", "male 1", "missing 1"]);
  assert.deepEqual(told, [["colour", { text: "sex" }]]);
  const { codes } = plane;
  const { header, fields } = colouringOf("sex");
  plane.update(messageFor({ ...header.colouring, fields }));
  tellSelect("sex");
  assert.equal(plane.codes, codes, "they are not drawn again");
  assert.equal(select.select.selectedIndex, 1);
});

test("a message that was under way does not undo the choice, and one about other codes does", async () => {
  const { plane, select, requests, messageFor } = openPage();
  choose(select, "sex");
  await answerAll(requests);
  plane.update(messageFor({ layers: { codes: true, judge: true } }));
  assert.deepEqual([plane.header.colour, plane.fields.groups.values[0]], ["sex", 1]);
  plane.update(messageFor({ server: { colouring: "live/other/colouring" } }));
  assert.deepEqual([plane.header.colour, plane.fields.groups], ["", undefined]);
});

test("of two choices in quick succession the later one stays, and Python is told of that alone", async () => {
  const { plane, select, told, requests, messageFor, tellSelect } = openPage();
  choose(select, "sex");
  choose(select, "site");
  const [first, second] = requests.splice(0);
  await answerAll([second]);
  await answerAll([first]);
  assert.deepEqual([plane.header.colour, told], ["site", [["colour", { text: "site" }]]]);
  choose(select, "sex");
  await answerAll(requests);
  assert.equal(plane.header.colour, "sex");
  const { header, fields } = colouringOf("site");
  plane.update(messageFor({ ...header.colouring, fields })); // the answer to the choice before
  tellSelect("site");
  assert.deepEqual([plane.header.colour, select.select.selectedIndex], ["sex", 1]);
});

test("a link chooses anew: Back or Forward is no echo", async () => {
  const { plane, select, requests, messageFor, tellSelect } = openPage();
  choose(select, "sex");
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
  const { plane, heard, select, requests } = openPage({
    names: { hidden: "hidden" },
    setting_texts: {},
    report: ["hidden"],
  });
  plane.toggleClass(1);
  choose(select, "site");
  await answerAll(requests);
  assert.deepEqual(heard, [["hidden", { text: "1" }]]);
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
  choose(select, "sex");
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
  choose(select, "site");
  await answerAll(requests);
  plane.selectCodes(Uint8Array.of(1, 0, 0, 1));
  const lines = (await plane.selection.csvText().text()).trim().split("\n");
  assert.deepEqual(lines.slice(1), ["0,one,0,0", "3,two,1,1"]);
});

test("a revision that lacks the column just chosen shows its own choice", () => {
  const { select } = openPage();
  choose(select, "site");
  select.sendPending();
  const options = ["", "sex"].map((value) => ({ value, title: value || "class" }));
  select.update({ header: { v: 1, options, likely: [], chosen: "", default: "" }, fields: {} });
  assert.equal(select.select.selectedIndex, 0);
});

test("a code at an earlier place keeps it when the colours change", async () => {
  const { plane, select, requests } = openPage();
  const xy = Float32Array.of(5, 5, 6, 6, 7, 7, 8, 8);
  plane.showCodes({ ...plane.presentCodes, xy });
  choose(select, "sex");
  await answerAll(requests);
  assert.deepEqual([plane.codes.xy, plane.codes.labels[0]], [xy, 1]);
  assert.equal(plane.presentCodes.labels, plane.codes.labels);
});

test("linked planes, columns that take long and failed requests wait for Python, which is told at once", async () => {
  const linked = openPage({ link: { group: "g", side: 0, title: "", shares: [] } });
  choose(linked.select, "sex");
  await settled();
  assert.deepEqual([linked.requests.length, linked.told.length, linked.plane.header.colour], [0, 1, ""]);

  const slow = openPage();
  choose(slow.select, "slow");
  await answerAll(slow.requests);
  assert.deepEqual([slow.told, slow.plane.header.colour], [[["colour", { text: "slow" }]], ""]);
  choose(slow.select, "slow");
  assert.equal(slow.requests.length, 1, "it may have been computed meanwhile");

  const failing = openPage();
  globalThis.fetch = () => Promise.reject(new Error("no network"));
  choose(failing.select, "sex");
  for (let k = 0; k < 4; k++) await settled();
  assert.deepEqual([failing.told.length, failing.plane.header.colour], [1, ""]);
});

test("the likely columns are fetched once the choice is pointed at, each once", async () => {
  const { plane, select, requests } = openPage();
  GROUPS[""] = GROUPS.site;
  select.announce();
  await answerAll(requests);
  assert.deepEqual([requests.map(({ column }) => column), plane.header.colour], [["sex"], ""]);
  await answerAll(requests);
  select.announce();
  choose(select, "sex");
  for (let k = 0; k < 4; k++) await settled();
  assert.deepEqual([requests.length, plane.header.colour], [0, "sex"]);
  delete GROUPS[""];
});

test("a link that is copied before Python is told names the choice, and leaving the page tells Python", async () => {
  const { select, told } = openPage();
  const query = new Map([["colour", "site"]]);
  choose(select, "sex");
  pageEvents.emit("link", { query });
  assert.equal(query.get("colour"), "sex");
  choose(select, "");
  pageEvents.emit("link", { query });
  assert.equal(query.has("colour"), false);
  select.sendPending();
  assert.deepEqual(told, [["colour", { text: "" }]]);
  select.close();
});

test("the choice is named for screen readers", () => {
  const { select } = openPage();
  assert.equal(select.select.getAttribute("aria-label"), "Colour of the codes");
  assert.ok(select.select instanceof Element);
});
