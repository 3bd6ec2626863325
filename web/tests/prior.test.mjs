import assert from "node:assert/strict";
import { test } from "node:test";
import { fractionalIndex, valueAtIndex } from "../src/base/interpolation.ts";
import { logGamma } from "../src/priors/kinds.ts";
import { Prior } from "../src/priors/prior.ts";

const prior = (spec, dim = 2, typical = null) => new Prior({ dim, prior: { levels: [], ...spec }, typical }, {});
const close = (actual, expected, tolerance = 1e-9) =>
  assert.ok(Math.abs(actual - expected) < tolerance, `${actual} ≠ ${expected}`);

/** ∫ p over the square [−reach, reach]², by the midpoint rule. */
function mass(p, reach, n = 400) {
  let sum = 0;
  const midpoint = (k) => ((2 * k + 1) / n - 1) * reach;
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) sum += Math.exp(p.logDensity([midpoint(i), midpoint(j)]));
  return sum * ((2 * reach) / n) ** 2;
}

test("densities integrate to 1", () => {
  close(mass(prior({ name: "gaussian", scale: 0.7 }), 5), 1, 1e-6);
  close(mass(prior({ name: "mixture", scale: 0.8, components: 7 }), 5), 1, 1e-4);
  close(mass(prior({ name: "gamma", scale: 0.5, shape: 2.5 }), 12, 1200), 1, 1e-3);
  close(mass(prior({ name: "uniform", scale: 1 }), Math.sqrt(3)), 1, 1e-9);
});

test("with cluster heads, the density is the mean over the heads, and being inside is tested at each", () => {
  const heads = [
    [3, 0],
    [0, -2],
  ];
  const spec = { name: "gaussian", scale: 0.5, heads };
  const densityAt = (z, head) =>
    Math.exp(-0.5 * (((z[0] - head[0]) / 0.5) ** 2 + ((z[1] - head[1]) / 0.5) ** 2)) / (2 * Math.PI * 0.25);
  for (const z of [
    [0, 0],
    [3, 0.2],
    [1, -1],
  ])
    close(prior(spec).logDensity(z), Math.log((densityAt(z, heads[0]) + densityAt(z, heads[1])) / 2), 1e-6);
  close(mass(prior(spec), 6), 1, 1e-3);
  assert.equal(prior({ name: "uniform", scale: 1, heads }).logDensity([-3, 3]), -Infinity, "where no head reaches");
  const roll = prior({ name: "swiss-roll", scale: 1, heads: [[10, 5]] }, 2, { kind: "arc", distance: 0.15 });
  assert.deepEqual([roll.isTypical([11.5, 5]), roll.isTypical([1.5, 0])], [true, false]);
});

test("densities at single places equal their formulas", () => {
  close(prior({ name: "gaussian", scale: 2 }, 3).logDensity([2, 0, -2]), -1 - 3 * Math.log(2 * Math.sqrt(2 * Math.PI)));
  assert.equal(prior({ name: "uniform", scale: 1 }).logDensity([0, 1.8]), -Infinity);
  assert.equal(prior({ name: "gamma", scale: 1, shape: 2 }).logDensity([-0.1, 1]), -Infinity);
  assert.ok(Number.isNaN(prior({ name: "swiss-roll", scale: 1 }).logDensity([0, 0])));
  close(logGamma(5), Math.log(24), 1e-8);
  close(logGamma(0.5), Math.log(Math.sqrt(Math.PI)), 1e-8);
});

test("a place is inside or outside 99 % of the mass", () => {
  const edge = Math.sqrt(-2 * Math.log(0.01)); // of a Gaussian in two dimensions, χ² with two degrees of freedom
  const dense = prior({ name: "gaussian", scale: 1 }, 2, {
    kind: "density",
    log: -0.5 * edge ** 2 - Math.log(2 * Math.PI),
  });
  assert.equal(dense.isTypical([0, edge * 0.99]), true);
  assert.equal(dense.isTypical([0, edge * 1.01]), false);
  const roll = prior({ name: "swiss-roll", scale: 1 }, 2, { kind: "arc", distance: 0.15 });
  assert.equal(roll.isTypical([3 * 0.5, 0]), true); // t = 1/2: θ = 2π, r = 1.5
  assert.equal(roll.isTypical([3 * 0.5 + 0.3, 0]), false);
  assert.equal(prior({ name: "gaussian", scale: 1 }).isTypical([0, 0]), null);
});

test("percentiles are interpolated in the table, whose rows repeat beyond the second dimension", () => {
  const table = { values: Float32Array.of(-2, 0, 2, 10, 20, 30), shape: [2, 3] };
  const tabulatedPrior = new Prior(
    { dim: 4, prior: { name: "gaussian", scale: 1, levels: [0.1, 0.5, 0.9] } },
    { quantiles: table },
  );
  close(tabulatedPrior.quantile(0.3, 2), -1);
  close(tabulatedPrior.percentile(25, 3), 0.7);
  close(tabulatedPrior.percentile(99, 1), 0.9);
  close(valueAtIndex([0, 10, 40], fractionalIndex([0, 1, 4], 2.5)), 25);
});

/** A table of log p(z) as the server sends it: x runs fastest. */
function table(x, y, log) {
  const field = (values, shape) => ({ values: Float32Array.from(values), shape });
  return {
    prior_x: field(x, [x.length]),
    prior_log: field(
      y ? y.flatMap((b) => x.map((a) => log(a, b))) : x.map((a) => log(a)),
      y ? [y.length, x.length] : [x.length],
    ),
    ...(y && { prior_y: field(y, [y.length]) }),
  };
}

/** log p of a ring of radius 2 and width 0.2, and unevenly spaced knots. */
const ring = (x, y) =>
  -0.5 * ((Math.hypot(x, y) - 2) / 0.2) ** 2 - Math.log(0.2 * (2 * Math.PI) ** 1.5 * Math.hypot(x, y));
const knots = Array.from({ length: 161 }, (_, k) => 3 * Math.sin((Math.PI * (k - 80)) / 160)); // the last at 3

test("a user's own prior is interpolated linearly in its table of log p, and is outside beyond the table", () => {
  const makeOwnPrior = (dim, fields, rule = { kind: "density", log: -5 }) =>
    new Prior({ dim, prior: { name: "my-ring", levels: [] }, typical: rule }, fields);
  const planePrior = makeOwnPrior(2, table(knots, knots, ring));
  for (const [x, y] of [
    [2, 0.01],
    [-1.3, 1.5],
    [0.02, -1.9],
  ])
    close(planePrior.logDensity([x, y]), ring(x, y), 0.05);
  assert.deepEqual(
    [
      [0, 2],
      [0.1, 0.1],
      [0, 4],
      [-9, 0],
    ].map((z) => planePrior.isTypical(z)),
    [true, false, false, false],
  );
  assert.ok(Number.isNaN(planePrior.logDensity([0, 4])));
  const slopedPrior = makeOwnPrior(
    2,
    table([0, 1, 5], [0, 10], (x, y) => 3 * x - y / 2 + 1),
  ); // rows and columns are not mistaken
  for (const z of [
    [0.25, 8],
    [4, 0],
    [5, 10],
    [0, 0],
  ])
    close(slopedPrior.logDensity(z), 3 * z[0] - z[1] / 2 + 1, 1e-5);
  const line = makeOwnPrior(
    1,
    table([-2, 0, 4], null, (x) => -Math.abs(x)),
    { kind: "density", log: -1 },
  );
  assert.deepEqual(
    [line.logDensity([1]), line.logDensity([-1.5]), line.isTypical([0.9]), line.isTypical([-1.1])],
    [-1, -1.5, true, false],
  );
});

test("where a bounded support ends between knots, the log density is −∞ and never NaN", () => {
  const boundedPrior = new Prior(
    { dim: 2, prior: { name: "mine", levels: [] }, typical: { kind: "density", log: 0 } },
    table([0, 1, 2], [0, 1], (x) => (x > 1 ? -Infinity : 0)),
  );
  assert.deepEqual(
    [boundedPrior.isTypical([1.2, 0.5]), boundedPrior.isTypical([1.8, 0.5]), boundedPrior.logDensity([1.8, 0])],
    [true, false, -Infinity],
  );
});

test("for a prior of unknown density, inside is null", () => {
  for (const typical of [{ kind: "density", log: -3 }, null])
    assert.equal(prior({ name: "mine", scale: 1 }, 5, typical).isTypical([0, 0, 0, 0, 0]), null);
});
