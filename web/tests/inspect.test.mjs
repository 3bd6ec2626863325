import assert from "node:assert/strict";
import { test } from "node:test";
import "./dom.mjs";
import { errorMap } from "../src/choice/inspect_tool.ts";
import { nearestCodes } from "../src/choice/neighbours.ts";

test("the nearest codes are those of a full sort, without the code itself", () => {
  const random = (seed) => () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const nextNumber = random(7);
  const [n, d] = [200, 3];
  const z = Float32Array.from({ length: n * d }, () => nextNumber() - 0.5);
  const distanceTo = (k) => Math.hypot(...[0, 1, 2].map((j) => z[k * d + j] - z[5 * d + j]));
  const sortedIndices = Array.from({ length: n }, (_, k) => k)
    .filter((k) => k !== 5)
    .sort((a, b) => distanceTo(a) - distanceTo(b));
  const neighbours = nearestCodes(z, d, z.subarray(5 * d, 6 * d), 5);
  assert.deepEqual(
    neighbours.map(({ index }) => index),
    sortedIndices.slice(0, 8),
  );
  assert.ok(Math.abs(neighbours[3].distance - distanceTo(sortedIndices[3])) < 1e-6);
});

test("if there are fewer codes than asked for, all are found", () => {
  assert.deepEqual(nearestCodes(Float32Array.of(0, 3, 1), 1, [0], 0), [
    { index: 2, distance: 1 },
    { index: 1, distance: 3 },
  ]);
});

test("the error map is grey where both agree, orange where it is too dark, blue where too bright", () => {
  const { data } = errorMap(Float32Array.of(0.5, 1, 0), Float32Array.of(0.5, 0, 1), [1, 1, 3]);
  assert.deepEqual([...data.slice(0, 4)], [128, 128, 128, 255]);
  assert.deepEqual([...data.slice(4, 8)], [213, 94, 0, 255]);
  assert.deepEqual([...data.slice(8, 12)], [42, 128, 207, 255]);
});

test("errors of the colour channels do not cancel: red for blue is as distance from grey as black for yellow", () => {
  const [red, blue] = [Float32Array.of(1, 0, 0), Float32Array.of(0, 0, 1)];
  const share = (data) => (128 - data[2]) / 128; // the share of orange, which has no blue
  const { data } = errorMap(red, blue, [3, 1, 1]);
  assert.deepEqual([...data], [71, 128, 181, 255]); // two thirds of the way from 128, 128, 128 to 42, 128, 207
  const darker = errorMap(Float32Array.of(1, 1, 0), Float32Array.of(0, 0, 0), [3, 1, 1]).data;
  assert.ok(Math.abs(share(darker) - 2 / 3) < 0.01);
});
