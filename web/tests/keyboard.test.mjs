import assert from "node:assert/strict";
import { test } from "node:test";
import { KEY_HELP, keyAction } from "../src/plane/key_bindings.ts";
import { LAYERS } from "../src/view/layers.ts";

/** The plane's method that a key calls, as [name, ...arguments]; null if the key is left to the page. */
function methodCall(key, modifiers = {}) {
  const event = /** @type {any} */ ({ key, ...modifiers });
  let lastCall = null;
  const recordCall =
    (name) =>
    (...callArguments) =>
      (lastCall = [name, ...callArguments]);
  const [moveZ, escape, toggleHelp, zoomAt, toggleLayer, changeView] = [
    "move",
    "escape",
    "toggleHelp",
    "zoom",
    "layer",
    "view",
  ].map(recordCall);
  const plane = { zoomAt, changeView, toggleLayer, scene: { isAvailable: () => true } };
  keyAction(event)?.(/** @type {any} */ ({ plane, moveZ, escape, toggleHelp, focusPoint: () => [1, 2] }), event);
  return lastCall;
}

test("arrow keys move z, with Shift a tenth as far", () => {
  const [coarseCall, fineCall] = [methodCall("ArrowUp"), methodCall("ArrowUp", { shiftKey: true })];
  assert.deepEqual([coarseCall[0], coarseCall[1], fineCall[1]], ["move", [0, 1], [0, 1]]);
  assert.ok(coarseCall[2] > 0 && Math.abs(fineCall[2] * 10 - coarseCall[2]) < 1e-9);
  assert.deepEqual(methodCall("ArrowLeft")[1], [-1, 0]);
});

test("every layer has a key of its own, which the help names", () => {
  assert.equal(new Set(KEY_HELP.map(([name]) => name)).size, KEY_HELP.length);
  for (const { id, key, title } of LAYERS) {
    assert.deepEqual(methodCall(key), ["layer", id]);
    assert.deepEqual(methodCall(key.toUpperCase()), ["layer", id]); // Caps Lock
    assert.ok(KEY_HELP.some(([keyText, description]) => keyText === key.toUpperCase() && description === title));
  }
});

test("keys zoom, reset, open the help and escape; the browser's own keys are left alone", () => {
  for (const key of ["+", "="]) assert.ok(methodCall(key)[1] > 1);
  for (const key of ["-", "−", "_"]) assert.ok(methodCall(key)[1] < 1);
  assert.deepEqual(methodCall("+").slice(2), [1, 2], "about where z lies");
  assert.deepEqual(
    [methodCall("0")[0], methodCall("?", { shiftKey: true }), methodCall("Escape")],
    ["view", ["toggleHelp"], ["escape"]],
  );
  for (const key of ["Tab", "F5", "z", " ", "Shift"]) assert.equal(methodCall(key), null);
  assert.equal(methodCall("c", { ctrlKey: true }), null);
  assert.equal(methodCall("ArrowLeft", { altKey: true }), null);
});
