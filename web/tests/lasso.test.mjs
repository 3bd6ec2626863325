import assert from "node:assert/strict";
import { test } from "node:test";
import { pointsInPolygon } from "../src/choice/lasso.ts";

let seed = 11;
const nextNumber = () => ((seed = (seed * 48271) % 2147483647), seed / 2147483647);
const isEligible = () => true;

test("a polygon of 360 sides selects the points of its disc", () => {
  const xy = Float32Array.from({ length: 4000 }, () => nextNumber() * 4 - 2);
  const polygon = Array.from({ length: 360 }, (_, k) => [
    Math.cos((k * Math.PI) / 180),
    Math.sin((k * Math.PI) / 180),
  ]).flat();
  pointsInPolygon(xy, polygon, isEligible).forEach((isSelected, k) => {
    const radius = Math.hypot(xy[2 * k], xy[2 * k + 1]);
    if (Math.abs(radius - 1) > 1e-3) assert.equal(isSelected, Number(radius < 1));
  });
});

test("a dent is outside, excluded points are never selected, and a line has no inside", () => {
  const dentedPolygon = [0, 0, 4, 0, 4, 4, 2, 1, 0, 4];
  const xy = Float32Array.of(2, 0.5, 2, 2, 0.5, 2, NaN, 1);
  assert.deepEqual([...pointsInPolygon(xy, dentedPolygon, isEligible)], [1, 0, 1, 0]);
  assert.deepEqual([...pointsInPolygon(xy, dentedPolygon, (k) => k !== 2)], [1, 0, 0, 0]);
  assert.deepEqual([...pointsInPolygon(xy, [0, 0, 4, 4], isEligible)], [0, 0, 0, 0]);
});
