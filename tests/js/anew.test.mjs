import assert from "node:assert/strict";
import { test } from "node:test";
import { changes, made, nextFrame } from "../../app/components/js/base/anew.js";

test("a change is another number of values or a value that is not identical; the first call counts as one", () => {
  const changed = changes();
  const list = [1];
  assert.deepEqual([changed(), changed()], [true, false]);
  assert.deepEqual([changed(list, NaN), changed(list, NaN), changed([1], NaN), changed([1])], [true, false, true, true]);
});

test("what was made is given again until one of the values is another, and then made once", () => {
  let times = 0;
  const sum = made((a, b) => (times++, a + b));
  assert.deepEqual([sum(1, 2), sum(1, 2), sum(2, 2), sum(1, 2)], [3, 3, 4, 3]);
  assert.equal(times, 3);
});

test("what is asked for at the next frame is done once there, and never once it is closed", () => {
  const frames = new Map();
  globalThis.requestAnimationFrame = (act) => (frames.set(frames.size + 1, act), frames.size);
  globalThis.cancelAnimationFrame = (frame) => void frames.delete(frame);
  let drawn = 0;
  const draw = nextFrame(() => drawn++);
  for (let k = 0; k < 3; k++) draw();
  frames.get(1)(0);
  assert.deepEqual([frames.size, drawn], [1, 1]);
  draw();
  draw.close();
  draw();
  assert.deepEqual([frames.size, drawn], [1, 1]);
});
