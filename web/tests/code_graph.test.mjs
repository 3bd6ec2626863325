import assert from "node:assert/strict";
import { test } from "node:test";
import { CodeGraph, maxGraphSize, smoothPath } from "../src/paths/code_graph.ts";
import { smallestIndices } from "../src/base/distances.ts";

const ring = (n, radius) =>
  Float32Array.from({ length: 2 * n }, (_, k) => radius * (k % 2 ? Math.sin : Math.cos)((2 * Math.PI * (k >> 1)) / n));
const cost = (path) =>
  path.reduce((sum, p, k) => sum + (k ? (p[0] - path[k - 1][0]) ** 2 + (p[1] - path[k - 1][1]) ** 2 : 0), 0);

test("a path between two codes on a ring follows the ring", () => {
  const path = new CodeGraph(ring(200, 2), 2).cheapestPath([2, 0.01], [-2, 0.01]);
  assert.equal(path.length, 101); // both ends, and the 99 codes between the first and the last of the half ring
  for (const [x, y] of path) assert.ok(Math.abs(Math.hypot(x, y) - 2) < 0.01);
  assert.ok(path.every(([, y]) => y > 0));
});

test("between two near points the path is direct", () => {
  const path = new CodeGraph(ring(20, 2), 2).cheapestPath([0, 0.01], [0.01, 0]);
  assert.deepEqual(path, [
    [0, 0.01],
    [0.01, 0],
  ]);
});

test("a path between two distant groups crosses the smallest gap", () => {
  const groups = Float32Array.from(
    [...Array(20).keys()].flatMap((k) => [0.1 * k, 0]).concat([...Array(20).keys()].flatMap((k) => [10 + 0.1 * k, 0])),
  );
  const path = new CodeGraph(groups, 2).cheapestPath([0, 0], [11.9, 0]);
  assert.ok(Math.abs(cost(path) - (38 * 0.01 + 8.1 ** 2)) < 1e-4, `${cost(path)}`); // single hops of 0.1 and one of 8.1
});

test("smoothing moves inner points half-way to their neighbours' middle, three times", () => {
  assert.deepEqual(smoothPath([[0], [4], [0]]), [[0], [0.5], [0]]);
  assert.deepEqual(
    smoothPath([
      [1, 2],
      [3, 4],
    ]),
    [
      [1, 2],
      [3, 4],
    ],
  );
});

test("without codes the path is direct", () =>
  assert.deepEqual(new CodeGraph(new Float32Array(0), 3).cheapestPath([0, 0, 0], [1, 1, 1]), [
    [0, 0, 0],
    [1, 1, 1],
  ]));

test("the smallest values are found in ascending order, without infinite ones", () => {
  assert.deepEqual(smallestIndices(Float64Array.of(5, 1, Infinity, 3, 0.5, 9), 3), [4, 1, 3]);
  assert.deepEqual(smallestIndices(Float64Array.of(Infinity, 2), 3), [1]);
  assert.deepEqual(smallestIndices(Float64Array.of(2, 2, 2), 2), [0, 1]);
});

test("a graph has fewer codes the more dimensions they have", () => {
  assert.equal(maxGraphSize(2), 2000);
  assert.equal(maxGraphSize(800), 500);
});
