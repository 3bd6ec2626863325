import assert from "node:assert/strict";
import { test } from "node:test";
import { host } from "./dom.mjs";
import { EventEmitter } from "../src/base/events.ts";
import { FeatureChart } from "../src/base/feature_chart.ts";
import { DifferenceList, differenceText } from "../src/choice/difference_list.ts";

/** @returns {any} */
const numberRow = (/** @type {string} */ name, difference = 1.234) => ({
  name, source: "feature", kind: "number", difference, low: difference - 0.1, high: difference + 0.1, value: "",
  values: [], ends: ["170", "230"], means: ["217", "193"], selected: [0, 3, 1], all: [4, 4, 2], selected_count: 4,
  all_count: 10,
}); // prettier-ignore
/** @type {any} */
const CATEGORY = {
  name: "species", source: "class", kind: "category", difference: -0.25, low: -0.3, high: 0.004, value: "Adelie",
  values: ["Adelie", "Gentoo"], ends: [], means: [], selected: [1, 3], all: [5, 5], selected_count: 4, all_count: 10,
}; // prettier-ignore

/** A list whose server answers with these rows. @param {any[]} rows */
function listOf(rows, pendingColumns = /** @type {string[]} */ ([])) {
  /** @type {any[]} */
  const requestedMasks = [];
  const server = {
    id: "codes of step 10",
    canRequest: () => true,
    fetchDifferences: async (/** @type {Uint8Array} */ mask) => {
      requestedMasks.push([...mask]);
      return { v: 1, rows, pending: [...pendingColumns] };
    },
  };
  const plane = /** @type {any} */ ({ decoder: { server }, events: new EventEmitter(), header: { groups: null } });
  const list = new DifferenceList(plane);
  host().append(list.host);
  return { list, requestedMasks, plane, server };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));
const names = (/** @type {DifferenceList} */ list) =>
  list.rows.querySelectorAll("li").flatMap((row) => row.getAttribute("data-name") ?? []);

test("a difference is written with its unit, sign and interval", () => {
  assert.equal(differenceText(numberRow("mass")), "+1.23 SD (+1.13 to +1.33)");
  assert.equal(differenceText(numberRow("mass", 0.1)), "+0.10 SD (0.00 to +0.20)");
  assert.equal(differenceText(CATEGORY), "−25 pp (−30 to 0)");
});

test("a selection is compared once, and its rows keep the server's order", async () => {
  const { list, requestedMasks } = listOf([numberRow("mass"), CATEGORY], ["Reconstruction error"]);
  const mask = Uint8Array.of(1, 0, 1);
  list.update(mask);
  list.update(mask);
  await settled();
  assert.deepEqual(requestedMasks, [[1, 0, 1]]);
  assert.deepEqual(names(list), ["mass", "species"]);
  assert.match(list.status.textContent ?? "", /standard deviations.*Reconstruction error/s);
  assert.equal(list.rows.querySelectorAll("rect").length, 3);
  assert.deepEqual(
    list.rows.querySelectorAll("u").map((line) => line.style.cssText),
    ["left:50.0%", "left:50.0%"],
  );
  assert.ok(list.moreButton.hidden && list.search.hidden);
  list.update(null);
  assert.ok(list.host.hidden);
});

test("a column that is computed once it colours the codes is then compared, too", async () => {
  const pendingColumns = ["Reconstruction error"];
  const { list, requestedMasks, plane } = listOf([numberRow("mass")], pendingColumns);
  const mask = Uint8Array.of(1, 0, 1);
  list.update(mask);
  await settled();
  plane.header = { groups: { sha: "by error" } };
  pendingColumns.pop();
  list.update(mask);
  await settled();
  assert.equal(requestedMasks.length, 2);
  assert.doesNotMatch(list.status.textContent ?? "", /Not computed/);
  plane.header = { groups: null };
  list.update(mask);
  assert.equal(requestedMasks.length, 2, "nothing was pending any longer");
});

test("other codes are compared anew, and rows of another selection are not shown", async () => {
  const { list, requestedMasks, server } = listOf([numberRow("mass")]);
  const mask = Uint8Array.of(1, 0, 1);
  list.update(mask);
  await settled();
  server.id = "codes of step 20";
  list.update(mask);
  assert.deepEqual([names(list), requestedMasks.length], [["mass"], 2], "until the answer comes");
  await settled();
  list.update(Uint8Array.of(0, 1, 1));
  assert.deepEqual(names(list), []);
  assert.match(list.status.textContent ?? "", /^Comparing/);
  await settled();
  assert.deepEqual(names(list), ["mass"]);
});

test("an error takes the place of the differences of an earlier selection", async () => {
  const { list, server } = listOf([numberRow("mass")]);
  list.update(Uint8Array.of(1, 0));
  await settled();
  server.fetchDifferences = () => Promise.reject(new Error("The server is gone."));
  list.update(Uint8Array.of(0, 1));
  await settled();
  assert.deepEqual(names(list), []);
  assert.equal(list.status.textContent, "The server is gone.");
});

test("an answer to an earlier selection is dropped, and nothing to compare is said", async () => {
  const { list } = listOf([]);
  list.update(Uint8Array.of(1, 0));
  list.update(Uint8Array.of(0, 1));
  await settled();
  await settled();
  assert.match(list.status.textContent ?? "", /Nothing can be compared/);
});

test("many columns are folded, searched by name, and give the order of the features", async () => {
  const rows = Array.from({ length: 150 }, (_, k) => numberRow(`gene ${k}`, 3 - k / 100));
  const { list, plane } = listOf(rows);
  /** @type {string[]} */
  let first = [];
  plane.events.on("differences", (/** @type {{features: string[]}} */ { features }) => (first = features));
  list.update(Uint8Array.of(1, 0));
  await settled();
  assert.deepEqual(names(list).slice(0, 2), ["gene 0", "gene 1"]);
  const foldedCount = names(list).length;
  assert.ok(foldedCount < 20 && !list.moreButton.hidden && !list.search.hidden);
  list.toggleAll();
  assert.equal(names(list).length, 100);
  list.search.value = "GENE 14";
  list.showRows();
  assert.deepEqual(names(list), ["gene 14", ...Array.from({ length: 10 }, (_, k) => `gene ${140 + k}`)]);
  assert.deepEqual(first.slice(0, 2), ["gene 0", "gene 1"]);
  list.update(null);
  assert.deepEqual(first, []);
});

test("a chart of hundreds of features is searched, and shows first what differs most", () => {
  const chart = new FeatureChart("Image");
  const numbers = (/** @type {number} */ value) => new Array(100).fill(value);
  chart.setFeatures({
    names: numbers(0).map((_, k) => `gene ${k}`),
    middles: numbers(0),
    reaches: numbers(1),
    lows: numbers(-1),
    highs: numbers(1),
  });
  const values = numbers(0.5);
  values[77] = 0.75;
  chart.showValues(values);
  const shownNames = () => chart.list.querySelectorAll("li").map((row) => row.querySelectorAll("span")[0].textContent);
  assert.deepEqual([shownNames().length, shownNames()[0], shownNames()[59]], [60, "gene 0", "gene 59"]);
  chart.showFirst(["gene 77", "gene 5"]);
  assert.deepEqual(shownNames().slice(0, 3), ["gene 77", "gene 5", "gene 0"]);
  assert.match(chart.note.textContent ?? "", /differs most/);
  const [first, second] = chart.list.querySelectorAll("b").map((value) => value.textContent);
  assert.notEqual(first, second, "a row keeps its own value");
  chart.search.value = "gene 9";
  chart.buildRows();
  assert.deepEqual(shownNames(), ["gene 9", ...Array.from({ length: 10 }, (_, k) => `gene ${90 + k}`)]);
});
