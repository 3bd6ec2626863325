import assert from "node:assert/strict";
import { test } from "node:test";
import { createChangeDetector, memoizeLast, throttleToFrame } from "../../app/components/js/base/memoize.js";

test("a change is another number of values or a value that is not identical; the first call counts as one", () => {
  const changed = createChangeDetector();
  const list = [1];
  assert.deepEqual([changed(), changed()], [true, false]);
  assert.deepEqual(
    [changed(list, NaN), changed(list, NaN), changed([1], NaN), changed([1])],
    [true, false, true, true],
  );
});

test("a result is reused while the arguments are identical, and computed once for changed ones", () => {
  let times = 0;
  const sum = memoizeLast((a, b) => (times++, a + b));
  assert.deepEqual([sum(1, 2), sum(1, 2), sum(2, 2), sum(1, 2)], [3, 3, 4, 3]);
  assert.equal(times, 3);
});

test("several requests before an animation frame lead to one call in it, and to none after closing", () => {
  const frames = new Map();
  globalThis.requestAnimationFrame = (act) => (frames.set(frames.size + 1, act), frames.size);
  globalThis.cancelAnimationFrame = (frame) => void frames.delete(frame);
  let drawn = 0;
  const draw = throttleToFrame(() => drawn++);
  for (let k = 0; k < 3; k++) draw();
  frames.get(1)(0);
  assert.deepEqual([frames.size, drawn], [1, 1]);
  draw();
  draw.close();
  draw();
  assert.deepEqual([frames.size, drawn], [1, 1]);
});
