import assert from "node:assert/strict";
import { test } from "node:test";
import { Prior } from "../src/priors/prior.ts";
import { MAX_SAMPLES, REGION_LEVELS, estimateRegion } from "../src/priors/region.ts";
import { contourLines } from "../src/view/contours.ts";

/** A prior of the page. */
const priorOf = (name, dim, typical) =>
  new Prior(
    /** @type {any} */ ({ dim, typical, prior: { name, scale: 1, components: 10, shape: 0, levels: [0, 1] } }),
    /** @type {any} */ ({}),
  );

/** The value of a region at a place; 1, outside everything, beyond its grid. */
function shareAt({ values, shape: [rows, columns], box: [x0, x1, y0, y1] }, x, y) {
  const column = Math.round(((x - x0) / (x1 - x0)) * (columns - 1));
  const row = Math.round(((y - y0) / (y1 - y0)) * (rows - 1));
  const isInside = column >= 0 && row >= 0 && column < columns && row < rows;
  return isInside ? values[row * columns + column] : 1;
}

test("the rings of a Gaussian are round, where half and nine tenths of its mass lie", () => {
  const region = estimateRegion(priorOf("gaussian", 2, null).drawSamples(MAX_SAMPLES));
  assert.deepEqual(region.levels, REGION_LEVELS);
  for (const level of region.levels) {
    const radius = Math.sqrt(-2 * Math.log(1 - level));
    const lines = contourLines(region, level);
    for (let offset = 0; offset < lines.length; offset += 2)
      assert.ok(Math.abs(Math.hypot(lines[offset], lines[offset + 1]) / radius - 1) < 0.1, `${level}`);
  }
});

test("one in ten samples that were not used lies outside the outer ring, whatever the prior", () => {
  for (const name of ["gaussian", "mixture", "swiss-roll"]) {
    const samples = priorOf(name, 2, null).drawSamples(2 * MAX_SAMPLES);
    const region = estimateRegion(samples.subarray(0, 2 * MAX_SAMPLES));
    let outside = 0;
    for (let k = MAX_SAMPLES; k < 2 * MAX_SAMPLES; k++)
      if (shareAt(region, samples[2 * k], samples[2 * k + 1]) > 0.9) outside++;
    assert.ok(Math.abs(outside / MAX_SAMPLES - 0.1) < 0.02, `${name}: ${outside / MAX_SAMPLES}`);
  }
});

test("in one dimension the region is a band, and too few samples have none", () => {
  const samples = priorOf("gaussian", 1, null).drawSamples(MAX_SAMPLES);
  const lineSamples = Float32Array.from({ length: 2 * MAX_SAMPLES }, (_, k) => (k % 2 ? 0 : samples[k / 2]));
  const region = estimateRegion(lineSamples, true);
  assert.equal(region.shape[0], 2);
  for (const y of [-50, 50]) {
    assert.ok(shareAt(region, 0, y) < 0.1);
    assert.ok(Math.abs(shareAt(region, 1.645, y) - 0.9) < 0.02);
  }
  assert.equal(estimateRegion(new Float32Array(20)), null);
});

test("a code is likely inside the outer ring, rare between it and 99 %, and hardly ever drawn beyond", () => {
  const prior = priorOf("gaussian", 2, { kind: "density", log: -Math.log(2 * Math.PI) - Math.log(100) });
  const verdicts = [0, 2, 2.3, 2.9, 3.2].map((x) => prior.likelihood(Float32Array.of(x, 0)));
  assert.deepEqual(verdicts, ["likely", "likely", "rare", "rare", "never"]);
  assert.equal(prior.isFlat, false);
  assert.equal(priorOf("gaussian", 2, null).likelihood(Float32Array.of(0, 0)), null, "where nothing is known");
});

test("every sample of a uniform prior is as likely as any other", () => {
  const prior = priorOf("uniform", 2, { kind: "density", log: -Math.log(12) });
  assert.equal(prior.isFlat, true);
  assert.equal(prior.likelihood(Float32Array.of(0.99, -0.99)), "likely");
  assert.equal(prior.likelihood(Float32Array.of(1.8, 0)), "never");
});
