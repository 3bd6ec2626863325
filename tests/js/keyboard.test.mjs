import assert from "node:assert/strict";
import { test } from "node:test";
import { KEY_HELP, keyAction } from "../../app/components/js/plane/key_bindings.js";
import { LAYERS } from "../../app/components/js/view/layers.js";

/** The plane's method that a key calls, as [name, ...arguments]; null if the key is left to the page. */
function done(key, more = {}) {
  const event = /** @type {any} */ ({ key, ...more });
  let found = null;
  const noted =
    (name) =>
    (...given) =>
      (found = [name, ...given]);
  const [moveZ, escape, toggleHelp, zoomAt, toggleLayer, changeView] = [
    "move",
    "escape",
    "toggleHelp",
    "zoom",
    "layer",
    "view",
  ].map(noted);
  const plane = { zoomAt, changeView, toggleLayer, scene: { isAvailable: () => true } };
  keyAction(event)?.(/** @type {any} */ ({ plane, moveZ, escape, toggleHelp, focusPoint: () => [1, 2] }), event);
  return found;
}

test("arrow keys move z, with Shift a tenth as far", () => {
  const [coarse, fine] = [done("ArrowUp"), done("ArrowUp", { shiftKey: true })];
  assert.deepEqual([coarse[0], coarse[1], fine[1]], ["move", [0, 1], [0, 1]]);
  assert.ok(coarse[2] > 0 && Math.abs(fine[2] * 10 - coarse[2]) < 1e-9);
  assert.deepEqual(done("ArrowLeft")[1], [-1, 0]);
});

test("every layer has a key of its own, which the help names", () => {
  assert.equal(new Set(KEY_HELP.map(([name]) => name)).size, KEY_HELP.length);
  for (const { id, key, title } of LAYERS) {
    assert.deepEqual(done(key), ["layer", id]);
    assert.deepEqual(done(key.toUpperCase()), ["layer", id]); // Caps Lock
    assert.ok(KEY_HELP.some(([shown, what]) => shown === key.toUpperCase() && what === title));
  }
});

test("keys zoom, reset, open the help and escape; the browser's own keys are left alone", () => {
  for (const key of ["+", "="]) assert.ok(done(key)[1] > 1);
  for (const key of ["-", "−", "_"]) assert.ok(done(key)[1] < 1);
  assert.deepEqual(done("+").slice(2), [1, 2], "about where z lies");
  assert.deepEqual([done("0")[0], done("?", { shiftKey: true }), done("Escape")], ["view", ["toggleHelp"], ["escape"]]);
  for (const key of ["Tab", "F5", "z", " ", "Shift"]) assert.equal(done(key), null);
  assert.equal(done("c", { ctrlKey: true }), null);
  assert.equal(done("ArrowLeft", { altKey: true }), null);
});
