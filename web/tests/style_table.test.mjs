import assert from "node:assert/strict";
import { test } from "node:test";
import { document, host } from "./dom.mjs";
import { StyleTable } from "../src/style/style_table.ts";

const head = (name) => ({ name, spokenText: name });
const heads = (live, names) => [{ ...head(live), now: "" }, ...names.map(head)];

/** A table that can be rebuilt with other rows and columns; `focused` is the focused head's kind and number. */
function makeTable() {
  const table = new StyleTable({ take: () => {}, remove: () => {} });
  host().append(table.root);
  const build = (rows, columns, removable = { row: true, column: true }) =>
    table.buildCells(heads("style", rows), heads("content", columns), () => null, removable);
  const focus = (kind, index) => table.root.querySelector(`[data-kind="${kind}"][data-at="${index}"]`).focus();
  const focused = () => [document.activeElement?.dataset.kind, document.activeElement?.dataset.at];
  return { build, focus, focused };
}

test("when a row or column is removed, the focus goes to the next one, or at the end to the one before", () => {
  const { build, focus, focused } = makeTable();
  build(["a", "b", "c"], ["0", "1", "2"]);
  focus("row", 2);
  build(["a", "b"], ["0", "1", "2"]);
  assert.deepEqual(focused(), ["row", "1"]);
  focus("row", 0);
  build(["b"], ["0", "1", "2"]);
  assert.deepEqual(focused(), ["row", "0"]);
  focus("column", 2);
  build(["b"], ["0", "1"]);
  assert.deepEqual(focused(), ["column", "1"]);
});

test("when the last possible row is added, the focus goes to that row", () => {
  const { build, focus, focused } = makeTable();
  build(["a"], ["0"]);
  focus("new-row", 0);
  build(["a", "b"], ["0"], { row: false, column: true });
  assert.deepEqual(focused(), ["row", "1"]);
});
