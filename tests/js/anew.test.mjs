import assert from "node:assert/strict";
import { test } from "node:test";
import { changes, made, nextFrame } from "../../app/components/js/base/anew.js";

test("values are others by identity, in number and at first", () => {
  const others = changes();
  const list = [1];
  assert.deepEqual([others(), others()], [true, false]);
  assert.deepEqual([others(list, NaN), others(list, NaN), others([1], NaN), others([1])], [true, false, true, true]);
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
