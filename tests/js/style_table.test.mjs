import assert from "node:assert/strict";
import { test } from "node:test";
import { document, host } from "./dom.mjs";
import { Table } from "../../app/components/js/style/style_table.js";

const head = (name) => ({ name, said: name });
const heads = (live, names) => [{ ...head(live), now: "" }, ...names.map(head)];

/** A table of the named rows and columns that can be built anew, and what has the focus, as kind and number. */
function made() {
  const table = new Table({ take: () => {}, remove: () => {} });
  host().append(table.root);
  const build = (rows, columns, more = { row: true, column: true }) => table.build(heads("style", rows), heads("content", columns), () => null, more);
  const focus = (kind, at) => table.root.querySelector(`[data-kind="${kind}"][data-at="${at}"]`).focus();
  const focused = () => [document.activeElement?.dataset.kind, document.activeElement?.dataset.at];
  return { build, focus, focused };
}

test("who takes the last row or column away goes on at the one before it; at another, at the one that takes its place", () => {
  const { build, focus, focused } = made();
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

test("who adds the last row that fits goes on at that row", () => {
  const { build, focus, focused } = made();
  build(["a"], ["0"]);
  focus("new-row", 0);
  build(["a", "b"], ["0"], { row: false, column: true });
  assert.deepEqual(focused(), ["row", "1"]);
});
