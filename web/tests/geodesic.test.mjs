import assert from "node:assert/strict";
import { test } from "node:test";
import { PIECES, leastEnergyPath, geodesicLeg } from "../src/paths/geodesic.ts";
import { polylineLeg, straightLeg } from "../src/paths/path_legs.ts";

/** A decoder that maps longitude and latitude onto the unit sphere. */
const sphere = (codes) =>
  codes.map(([u, v]) => Float32Array.of(Math.cos(u) * Math.cos(v), Math.sin(u) * Math.cos(v), Math.sin(v)));
const pieces = (leg) => Array.from({ length: PIECES + 1 }, (_, k) => leg.pointAt(k / PIECES));

test("on a sphere the geodesic is the great circle: its length is the angle, and its steps are equal", () => {
  const [a, b] = [
    [-1.2, 0.6],
    [1.2, 0.6],
  ];
  const angle = Math.acos(sphere([a])[0].reduce((sum, value, p) => sum + value * sphere([b])[0][p], 0));
  const leg = geodesicLeg([straightLeg(a, b)], sphere);
  assert.ok(Math.abs(leg.length - angle) < 1e-3, `${leg.length} of ${angle}`);
  assert.ok(
    Math.abs(leg.direct - 2.4 * Math.cos(0.6)) < 1e-3,
    "the straight line in latent space is a parallel, which is longer",
  );
  const top = Math.atan(Math.tan(0.6) / Math.cos(1.2)); // the great circle's latitude half-way
  assert.deepEqual(leg.pointAt(0), a);
  assert.deepEqual(leg.pointAt(1), b);
  assert.ok(
    Math.abs(leg.pointAt(0.5)[0]) < 0.01 && Math.abs(leg.pointAt(0.5)[1] - top) < 0.02,
    `${leg.pointAt(0.5)} of ${top}`,
  );
  const images = sphere(pieces(leg));
  const stepLengths = images.slice(1).map((image, k) => Math.hypot(...image.map((value, p) => value - images[k][p])));
  assert.ok(Math.max(...stepLengths) < 1.05 * Math.min(...stepLengths), `${stepLengths}`);
});

test("a great circle far from the straight line is found as well", () => {
  const [a, b] = [
    [-1.5, 0.3],
    [1.5, 0.3],
  ];
  const angle = Math.acos(sphere([a])[0].reduce((sum, value, p) => sum + value * sphere([b])[0][p], 0));
  const leg = geodesicLeg([straightLeg(a, b)], sphere);
  assert.ok(leg.direct > angle + 0.3 && Math.abs(leg.length - angle) < 3e-3, `${leg.length} of ${angle}`);
});

test("for a linear decoder the geodesic is the straight line at an even pace, in any number of dimensions", () => {
  const linear = (codes) =>
    codes.map((z) =>
      Float32Array.from({ length: 7 }, (_, p) =>
        z.reduce((sum, value, j) => sum + value * Math.cos((p + 1) * (j + 1.3)), 0),
      ),
    );
  const [a, b] = [
    [1, -2, 0.5, 3],
    [-1, 0.5, 2, -3],
  ];
  const bentLeg = polylineLeg([a, [0.5, 1, 0, 0], b]);
  const codes = leastEnergyPath([bentLeg], linear);
  codes.forEach((z, k) =>
    z.forEach((value, j) => assert.ok(Math.abs(value - a[j] - (k / PIECES) * (b[j] - a[j])) < 0.02, `${k}: ${z}`)),
  );
});

test("of two ways round a hill the shorter one is taken", () => {
  const decodeHill = (codes) =>
    codes.map(([u, v]) => Float32Array.of(u, v, 3 * Math.exp(-2 * (u * u + (v - 0.1) ** 2))));
  const [a, b] = [
    [-2, 0],
    [2, 0],
  ];
  const upperLeg = polylineLeg([a, [0, 1.5], b]);
  const lowerLeg = polylineLeg([a, [0, -1.5], b]);
  const leg = geodesicLeg([straightLeg(a, b), upperLeg, lowerLeg], decodeHill);
  assert.ok(leg.pointAt(0.5)[1] < -0.3, `${leg.pointAt(0.5)}`);
  assert.ok(leg.length < leg.direct && leg.length >= 4);
});

test("for a constant decoder, and between equal waypoints, the path stays straight", () => {
  const decodeConstant = (codes) => codes.map(() => new Float32Array(3));
  assert.deepEqual(geodesicLeg([straightLeg([0, 0], [1, 1])], decodeConstant).pointAt(0.5), [0.5, 0.5]);
  assert.deepEqual(geodesicLeg([straightLeg([1, 2], [1, 2])], sphere).pointAt(0.5), [1, 2]);
});

test("the length counts changes between a path's codes and never exceeds the straight line's", () => {
  // 12 pieces sample only their crests
  const ridges = (codes) => codes.map(([u, v]) => Float32Array.of(u, v, 0.5 * Math.cos(2 * Math.PI * 12 * u)));
  const leg = geodesicLeg(
    [
      straightLeg([0, 0], [1, 0]),
      polylineLeg([
        [0, 0],
        [0.5, 1],
        [1, 0],
      ]),
    ],
    ridges,
  );
  assert.ok(leg.direct > 20 && leg.length > 20 && leg.length <= leg.direct, `${leg.length} of ${leg.direct}`);
});

test("if the decoder gives non-finite values, the path is straight", () => {
  const line = straightLeg([0, 0], [1, 1]);
  assert.equal(
    geodesicLeg([line], (codes) => codes.map(() => Float32Array.of(NaN))),
    line,
  );
  const decodeBroken = (codes) => codes.map(([u, v]) => Float32Array.of(Math.abs(u - 0.5) < 0.1 ? NaN : u, v));
  assert.equal(
    geodesicLeg(
      [
        line,
        polylineLeg([
          [0, 0],
          [0, 1],
          [1, 1],
        ]),
      ],
      decodeBroken,
    ),
    line,
  );
});

test("a geodesic on, or close to, the straight line changes the image by equal amounts at each step", () => {
  const decodeSteep = (codes) => codes.map(([u, v = 0]) => Float32Array.of(1 / (1 + Math.exp(-6 * (u - 1))), v));
  const imageSteps = ({ pointAt }) =>
    Array.from(
      { length: 12 },
      (_, k) => decodeSteep([pointAt((k + 1) / 12)])[0][0] - decodeSteep([pointAt(k / 12)])[0][0],
    );
  for (const [a, b] of [
    [[-2], [2]],
    [
      [-2, 0],
      [2, 0],
    ],
    [
      [-2, 0],
      [2, 0.01],
    ],
  ]) {
    const steps = imageSteps(geodesicLeg([straightLeg(a, b)], decodeSteep));
    assert.ok(Math.max(...steps) < 1.1 * Math.min(...steps), `${steps}`);
  }
});
