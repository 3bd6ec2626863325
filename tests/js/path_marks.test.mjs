import assert from "node:assert/strict";
import { test } from "node:test";
import { host } from "./dom.mjs";
import { PathMarks } from "../../app/components/js/paths/path_marks.js";

test("a press on a waypoint drags it only where a press on the plane would drag z; with another button or Shift it pans the plane", () => {
  const surface = host();
  const pressed = [];
  surface.addEventListener("pointerdown", ({ button, shiftKey = false }) => pressed.push([button, shiftKey]));
  const marks = new PathMarks(/** @type {any} */ ({ parts: { surface }, overlays: [], redrawOver() {} }), () => {});
  marks.take([Float32Array.of(0, 0)], [Float32Array.of(0, 0)]);
  const [handle] = marks.handles;
  const held = [];
  handle.setPointerCapture = (id) => held.push(id);
  handle.fire("pointerdown", { pointerId: 1 });
  handle.fire("pointerdown", { pointerId: 2, button: 2 });
  handle.fire("pointerdown", { pointerId: 3, shiftKey: true });
  assert.deepEqual([held, pressed], [[1], [[2, false], [0, true]]]);
});
