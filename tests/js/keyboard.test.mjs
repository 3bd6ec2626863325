import assert from "node:assert/strict";
import { test } from "node:test";
import { HELP, actionOf } from "../../app/components/js/plane/keyboard.js";
import { LAYERS } from "../../app/components/js/view/layers.js";

test("arrows move z, with Shift a tenth as far", () => {
  const [coarse, fine] = [actionOf({ key: "ArrowUp" }), actionOf({ key: "ArrowUp", shiftKey: true })];
  assert.equal(coarse.act, "move");
  assert.ok(coarse.dx === 0 && coarse.dy > 0);
  assert.ok(Math.abs(fine.dy * 10 - coarse.dy) < 1e-9);
  assert.ok(actionOf({ key: "ArrowLeft" }).dx < 0);
});

test("every layer has a key of its own, which the help names", () => {
  assert.equal(new Set(LAYERS.map(({ key }) => key)).size, LAYERS.length);
  for (const { id, key, title } of LAYERS) {
    assert.deepEqual(actionOf({ key }), { act: "layer", id });
    assert.deepEqual(actionOf({ key: key.toUpperCase() }), { act: "layer", id }); // Caps Lock
    assert.ok(HELP.some(([shown, what]) => shown === key.toUpperCase() && what === title));
  }
});

test("zoom, reset, help and escape; what the browser owns is left alone", () => {
  assert.ok(actionOf({ key: "+" }).factor > 1);
  assert.ok(actionOf({ key: "-" }).factor < 1);
  assert.equal(actionOf({ key: "0" }).act, "reset");
  assert.equal(actionOf({ key: "?", shiftKey: true }).act, "help");
  assert.equal(actionOf({ key: "Escape" }).act, "escape");
  for (const key of ["Tab", "F5", "z", " "]) assert.equal(actionOf({ key }), null);
  assert.equal(actionOf({ key: "c", ctrlKey: true }), null);
  assert.equal(actionOf({ key: "ArrowLeft", altKey: true }), null);
});
