import assert from "node:assert/strict";
import { test } from "node:test";
import { polylineLeg, straightLeg, sphericalLeg, sampleLegs } from "../src/paths/path_legs.ts";

const assertNear = (actual, expected, tolerance = 1e-6) =>
  [...actual].forEach((value, k) =>
    assert.ok(Math.abs(value - expected[k]) < tolerance, `${[...actual]} ≠ ${expected}`),
  );

test("a straight path is walked in equal steps, ends included", () => {
  assertNear(sampleLegs([straightLeg([0, 1], [4, -1])], 5), [0, 1, 1, 0.5, 2, 0, 3, -0.5, 4, -1]);
});

test("the codes are distributed over the legs in proportion to their lengths", () => {
  const legs = [straightLeg([0, 0], [3, 0]), straightLeg([3, 0], [3, 4])]; // 3 and 4 long: a code at every unit
  assertNear(sampleLegs(legs, 8), [0, 0, 1, 0, 2, 0, 3, 0, 3, 1, 3, 2, 3, 3, 3, 4]);
});

test("a spherical leg from one axis to the other has equal angles, and its radius changes linearly", () => {
  const leg = sphericalLeg([2, 0], [0, 5]);
  assertNear(sampleLegs([leg], 4), [
    2,
    0,
    3 * Math.cos(Math.PI / 6),
    3 * Math.sin(Math.PI / 6),
    4 * Math.cos(Math.PI / 3),
    4 * Math.sin(Math.PI / 3),
    0,
    5,
  ]);
});

test("a spherical leg at constant radius is as long as its arc", () =>
  assertNear([sphericalLeg([0, 2, 0], [0, 0, 2]).length], [Math.PI], 1e-3));

test("a spherical leg between collinear codes, or from the origin, is straight", () => {
  for (const [a, b] of [
    [
      [0, 0],
      [1, 2],
    ],
    [
      [1, 1],
      [3, 3],
    ],
    [
      [1, 2],
      [-2, -4],
    ],
    [
      [0, 0],
      [0, 0],
    ],
  ]) {
    assertNear(sampleLegs([sphericalLeg(a, b)], 3), [...a, (a[0] + b[0]) / 2, (a[1] + b[1]) / 2, ...b]);
  }
});

test("a polyline is walked in equal steps, whatever the distances of its points", () => {
  const leg = polylineLeg([
    [0, 0],
    [0.1, 0],
    [0.1, 0],
    [1, 0],
    [1, 1],
  ]);
  assertNear([leg.length], [2]);
  assertNear(sampleLegs([leg], 5), [0, 0, 0.5, 0, 1, 0, 1, 0.5, 1, 1]);
});

test("equal waypoints give a path that stays at them", () => {
  assertNear(
    sampleLegs(
      [
        straightLeg([1, 2], [1, 2]),
        polylineLeg([
          [1, 2],
          [1, 2],
        ]),
      ],
      3,
    ),
    [1, 2, 1, 2, 1, 2],
  );
});

test("a finer walk contains the codes of a coarser one", () => {
  const legs = [sphericalLeg([1, 0, 0], [0, 2, 0]), straightLeg([0, 2, 0], [0, 0, 3])];
  const [coarseCodes, fineCodes] = [sampleLegs(legs, 9), sampleLegs(legs, 33)];
  for (let k = 0; k < 9; k++)
    assertNear(fineCodes.subarray(12 * k, 12 * k + 3), coarseCodes.subarray(3 * k, 3 * k + 3));
});
