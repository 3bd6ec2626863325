import assert from "node:assert/strict";
import { test } from "node:test";
import { HitTester } from "../src/codes/hit_test.ts";

let seed = 3;
const nextNumber = () => ((seed = (seed * 48271) % 2147483647), seed / 2147483647);

/** The nearest point by looking at each of them. */
function nearestBySearch(xy, x, y, radius, counts) {
  let [nearestIndex, nearestDistance] = [-1, radius];
  for (let k = 0; k < xy.length / 2; k++) {
    const distance = Math.hypot(xy[2 * k] - x, xy[2 * k + 1] - y);
    if (distance <= nearestDistance && counts(k)) [nearestIndex, nearestDistance] = [k, distance];
  }
  return nearestIndex;
}

test("the nearest point equals that of an exhaustive search, without hidden points", () => {
  const xy = Float32Array.from({ length: 6000 }, () => nextNumber() ** 2 * 4 - 1);
  const picker = new HitTester(xy);
  for (const counts of [() => true, (k) => k % 3 === 0]) {
    for (let k = 0; k < 300; k++) {
      const [x, y, radius] = [nextNumber() * 6 - 2, nextNumber() * 6 - 2, nextNumber() * 0.3];
      assert.equal(picker.nearestPoint(x, y, radius, counts), nearestBySearch(xy, x, y, radius, counts));
    }
  }
});

test("picking among no points, one point, equal points and non-finite points", () => {
  assert.equal(new HitTester(new Float32Array(0)).nearestPoint(0, 0, 9), -1);
  assert.equal(new HitTester(Float32Array.of(1, 2)).nearestPoint(1, 2.5, 1), 0);
  assert.equal(new HitTester(Float32Array.of(1, 2)).nearestPoint(1, 4, 1), -1);
  assert.ok(new HitTester(Float32Array.of(1, 1, 1, 1)).nearestPoint(1, 1, 0.1) >= 0);
  assert.equal(new HitTester(Float32Array.of(NaN, 0, 3, 3)).nearestPoint(3, 3, 0.5), 1);
});
