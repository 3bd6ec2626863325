import assert from "node:assert/strict";
import { test } from "node:test";
import "./dom.mjs";
import { ItemTexts, readTexts } from "../src/codes/item_texts.ts";

/** The texts of five items: ids that all differ, a category, and notes of which one repeats. */
const TEXTS = [
  ["N3", "n1", "N2", "a.b", "x+y"],
  ["0", "1", "2", "3", "4"],
  ["female", "", "male"],
  ["By Ana", "by ben (late)"],
];
const FILE = /** @type {any} */ ({
  header: {
    columns: [
      { name: "id", repeats: false, searched: true },
      { name: "row", repeats: false, searched: false },
      { name: "sex", repeats: true, searched: true },
      { name: "note", repeats: true, searched: true },
    ],
    left_out: ["abstract"],
  },
  fields: {
    texts: { values: new TextEncoder().encode(JSON.stringify(TEXTS)) },
    places: { values: Int32Array.of(0, 1, 2, 0, 2, 0, 1, 1, 1, 0) },
  },
});

class ReadTexts extends ItemTexts {
  get texts() {
    return readTexts(FILE);
  }
}

const matchingIndices = (/** @type {string} */ searchText) => {
  const mask = new ReadTexts(() => {}).find(searchText);
  return [...(mask ?? [])].flatMap((isMatch, k) => (isMatch ? [k] : []));
};

test("the rows of items are those that Python packed, column by column", () => {
  const items = new ReadTexts(() => {});
  const rows = [0, 1, 4].map((k) => items.rowOf(k).map(([, text]) => text));
  assert.deepEqual(rows, [
    ["N3", "0", "female", "By Ana"],
    ["n1", "1", "", "by ben (late)"],
    ["x+y", "4", "male", "By Ana"],
  ]);
  assert.deepEqual([items.idOf(2), items.idOf(9)], ["N2", ""]);
  assert.deepEqual([items.searchedNames, items.leftOut], [["id", "sex", "note"], ["abstract"]]);
});

test("a search finds a part of any searched text, whatever the capitals, and nothing in numbers", () => {
  assert.deepEqual(matchingIndices("n"), [0, 1, 2, 3, 4]);
  assert.deepEqual(matchingIndices("N1"), [1]);
  assert.deepEqual(matchingIndices("female"), [0, 3]);
  assert.deepEqual(matchingIndices("male"), [0, 2, 3, 4]);
  assert.deepEqual(matchingIndices("0"), []); // stands only in the column "row"
  assert.deepEqual(matchingIndices("BEN (late"), [1, 2, 3]);
});

test("signs of patterns are searched as they are", () => {
  assert.deepEqual([matchingIndices("a.b"), matchingIndices("x+y"), matchingIndices("(late)")], [[3], [4], [1, 2, 3]]);
  for (const sign of ["[a]", "\\d", "N-1", "a/b", "^N", "N$", "{1}", "a|b", "n?", "N*", "#", "&&", "~", "'"])
    assert.deepEqual(matchingIndices(sign), [], sign);
});

test("the text that was found is named with its column", () => {
  const items = new ReadTexts(() => {});
  assert.deepEqual(items.matchOf(1, "BEN"), ["note", "by ben (late)"]);
  assert.deepEqual(items.matchOf(1, "nobody"), ["", ""]);
});

test("without texts nothing is known and nothing is found", () => {
  const items = new ItemTexts(() => {});
  assert.deepEqual([items.find("a"), items.rowOf(0), items.idOf(0), items.leftOut], [null, [], "", []]);
});
