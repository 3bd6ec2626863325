import assert from "node:assert/strict";
import { test } from "node:test";
import { Prior } from "../src/priors/prior.ts";
import { samplePrior } from "../src/priors/sampling.ts";

/** A seeded generator (Park and Miller), so that runs repeat. */
function random(seed) {
  let state = seed;
  return () => (state = (48271 * state) % 2147483647) / 2147483647;
}

const specOf = (name) => ({ name, scale: 1.5, components: 5, shape: 2.5 });
const draws = (prior, dim, n = 20000) => {
  const nextNumber = random(7);
  return Array.from({ length: n }, () => samplePrior(prior, dim, nextNumber));
};
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const spread = (values) => mean(values.map((value) => value ** 2)) - mean(values) ** 2;

for (const [name, centre, variance] of [
  ["gaussian", 0, 2.25],
  ["uniform", 0, 2.25],
  ["gamma", 3.75, 2.5 * 2.25],
]) {
  test(`samples of the ${name} prior have the mean, variance and independence of its formula`, () => {
    const all = draws(specOf(name), 3);
    for (let j = 0; j < 3; j++) {
      const column = all.map((z) => z[j]);
      assert.ok(Math.abs(mean(column) - centre) < 0.06, `mean ${mean(column)}`);
      assert.ok(Math.abs(spread(column) / variance - 1) < 0.06, `variance ${spread(column)}`);
    }
    assert.ok(Math.abs(mean(all.map((z) => (z[0] - centre) * (z[1] - centre)))) < 0.1);
  });
}

test("samples of a gamma prior with a shape below 1 have its mean and are not negative", () => {
  const values = draws({ ...specOf("gamma"), shape: 0.4 }, 1).map(([value]) => value);
  assert.ok(Math.abs(mean(values) - 0.6) < 0.03, `${mean(values)}`);
  assert.ok(values.every((value) => value >= 0));
});

test("samples of the uniform prior stay within its bounds", () => {
  assert.ok(
    draws(specOf("uniform"), 2, 2000)
      .flatMap((z) => [...z])
      .every((value) => Math.abs(value) <= 1.5 * Math.sqrt(3) + 1e-6),
  );
});

test("samples of the mixture fall on all petals equally often, and on the same one in each pair of dimensions", () => {
  const all = draws(specOf("mixture"), 4);
  const radius = mean(all.map((z) => Math.hypot(z[0], z[1])));
  assert.ok(Math.abs(radius - 1.4 * 1.5) < 0.05, `${radius}`);
  const petal = (x, y) => (Math.round((5 * Math.atan2(y, x)) / (2 * Math.PI)) + 5) % 5;
  const counts = [0, 0, 0, 0, 0];
  let samePetalCount = 0;
  for (const [x, y, u, v] of all) {
    counts[petal(x, y)]++;
    samePetalCount += petal(x, y) === petal(u, v) ? 1 : 0;
  }
  assert.ok(
    counts.every((count) => Math.abs(count / 4000 - 1) < 0.1),
    `${counts}`,
  );
  assert.ok(samePetalCount / all.length > 0.95);
});

test("samples of the Swiss roll lie on its arc, half of them within √½ of its largest radius", () => {
  const prior = new Prior({ dim: 2, prior: specOf("swiss-roll"), typical: { kind: "arc", distance: 0.2 } }, {});
  const all = draws(specOf("swiss-roll"), 2, 4000);
  assert.ok(all.slice(0, 200).every((z) => prior.distanceToArc(z[0], z[1]) < 0.01));
  const innerCount = all.filter((z) => Math.hypot(z[0], z[1]) < 4.5 * Math.SQRT1_2).length;
  assert.ok(Math.abs(innerCount / 4000 - 0.5) < 0.03, `${innerCount}`);
});

test("with cluster heads, samples are spread equally over the heads", () => {
  const heads = [
    [10, 0],
    [-10, 5],
    [0, -10],
  ];
  const all = draws({ ...specOf("gaussian"), scale: 0.5, heads }, 2, 3000);
  const samplesByHead = heads.map(([x, y]) => all.filter((z) => Math.hypot(z[0] - x, z[1] - y) < 3));
  assert.equal(samplesByHead.flat().length, 3000);
  samplesByHead.forEach((headSamples, k) => {
    assert.ok(Math.abs(headSamples.length / 1000 - 1) < 0.12, `${headSamples.length}`);
    assert.ok(Math.abs(spread(headSamples.map((z) => z[0] - heads[k][0])) / 0.25 - 1) < 0.2);
  });
});

test("a user's own prior is sampled from the server's samples", () => {
  const samples = Float32Array.of(1, 2, 3, 4, 5, 6);
  const drawnSamples = Array.from({ length: 60 }, (_, k) => [...samplePrior(specOf("mine"), 3, () => k / 60, samples)]);
  assert.deepEqual([...new Set(drawnSamples.map(String))], ["1,2,3", "4,5,6"]);
});
