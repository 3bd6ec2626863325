import assert from "node:assert/strict";
import { test } from "node:test";
import { createChangeDetector, memoizeLast, throttleToFrame } from "../src/base/memoize.ts";

test("a change is another number of values or a value that is not identical; the first call counts as one", () => {
  const hasChanged = createChangeDetector();
  const list = [1];
  assert.deepEqual([hasChanged(), hasChanged()], [true, false]);
  assert.deepEqual(
    [hasChanged(list, NaN), hasChanged(list, NaN), hasChanged([1], NaN), hasChanged([1])],
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
  let drawCount = 0;
  const draw = throttleToFrame(() => drawCount++);
  for (let k = 0; k < 3; k++) draw();
  frames.get(1)(0);
  assert.deepEqual([frames.size, drawCount], [1, 1]);
  draw();
  draw.close();
  draw();
  assert.deepEqual([frames.size, drawCount], [1, 1]);
});
