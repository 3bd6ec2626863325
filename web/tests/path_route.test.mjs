import assert from "node:assert/strict";
import { test } from "node:test";
import { CodeGraph } from "../src/paths/code_graph.ts";
import { pingPongIndex, routeLegs, rememberedRoute } from "../src/paths/path_route.ts";
import { sampleLegs } from "../src/paths/path_legs.ts";

test("frames run forth and back without showing either end twice", () => {
  assert.deepEqual(
    Array.from({ length: 9 }, (_, step) => pingPongIndex(step, 4)),
    [0, 1, 2, 3, 2, 1, 0, 1, 2],
  );
  assert.deepEqual([pingPongIndex(0, 2), pingPongIndex(1, 2), pingPongIndex(2, 2)], [0, 1, 0]);
});

test("each revision has a route of its own", () => {
  rememberedRoute("a").waypoints.push(Float32Array.of(1));
  assert.equal(rememberedRoute("a").waypoints.length, 1);
  assert.equal(rememberedRoute("b").waypoints.length, 0);
});

test("the kinds of path between the same waypoints: straight, round the origin, along the codes", () => {
  // a line of codes at height −2
  const codes = Float32Array.from({ length: 80 }, (_, k) => (k % 2 ? -2 : 4 * ((k >> 1) / 39)));
  const waypoints = [Float32Array.of(0, -1.9), Float32Array.of(4, -1.9)];
  const middle = (kind) =>
    sampleLegs(
      routeLegs(
        { waypoints, kind, count: 3, pace: 1 },
        { graph: () => new CodeGraph(codes, 2), nearnessAt: () => 1, geodesic: () => null },
      ),
      3,
    ).subarray(2, 4);
  const assertNear = (actual, expected, tolerance) =>
    [...actual].forEach((value, k) => assert.ok(Math.abs(value - expected[k]) < tolerance, `${actual}`));
  assertNear(middle("linear"), [2, -1.9], 1e-6);
  assertNear(middle("density"), [2, -2], 0.03);
  const [x, y] = middle("spherical");
  const half = Math.atan2(-1.9, 4) / 2 - Math.PI / 4; // half-way between the two directions
  const length = (1.9 + Math.hypot(4, 1.9)) / 2;
  assertNear([x, y], [length * Math.cos(half), length * Math.sin(half)], 1e-5);
});
