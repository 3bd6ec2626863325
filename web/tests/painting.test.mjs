import assert from "node:assert/strict";
import { test } from "node:test";
import { Prior } from "../src/priors/prior.ts";
import { samplePrior } from "../src/priors/sampling.ts";
import {
  CELL_COUNT,
  PaintingDistribution,
  SIDE,
  packCell,
  cellClass,
  paintingDistribution,
  parsePainting,
  cellStrength,
  writePainting,
} from "../src/priors/painting.ts";

/** A seeded generator (Park and Miller), so that runs repeat. */
function random(seed) {
  let state = seed;
  return () => (state = (48271 * state) % 2147483647) / 2147483647;
}

/** The text of pairs (run − 1, cell), by hand. */
const text = (...pairs) => "64." + Buffer.from(pairs).toString("base64url");
const TOP = text(127, 15, ...Array.from({ length: 15 }, () => [255, 0]).flat(), 127, 0); // the two top rows
/** A bar of strength 15 on the left and one of strength 5 on the right, in the upper half. */
const bars = () =>
  Uint8Array.from({ length: CELL_COUNT }, (_, k) =>
    k >= CELL_COUNT / 2 ? 0 : k % SIDE < 4 ? 15 : k % SIDE >= 60 ? 5 : 0,
  );

test("a painting's text is a run-length code from the top left, and reading inverts writing", () => {
  const cells = parsePainting(TOP);
  assert.ok(cells.subarray(0, 128).every((cell) => cell === 15) && cells.subarray(128).every((cell) => cell === 0));
  assert.equal(writePainting(cells), TOP);
  const nextNumber = random(3);
  const randomCells = Uint8Array.from({ length: CELL_COUNT }, () =>
    packCell(1 + Math.floor(15 * nextNumber()), Math.floor(11 * nextNumber()) - 1),
  );
  assert.deepEqual(parsePainting(writePainting(randomCells)), randomCells);
  assert.match(writePainting(randomCells), /^64\.[\w-]+$/);
});

test("a damaged text is refused in a sentence", () => {
  for (const text of ["", "ring", "64.", TOP.slice(0, -8), TOP + TOP.slice(3), "64.*", "63" + TOP.slice(2)]) {
    assert.throws(() => parsePainting(text), /damaged/);
  }
});

test("a cell encodes a strength and a class", () => {
  assert.deepEqual(
    [cellStrength(packCell(7, 3)), cellClass(packCell(7, 3)), cellClass(packCell(15, -1)), cellClass(0)],
    [7, 3, -1, -1],
  );
});

test("the density is a cell's share of the strength divided by its area, and 0 outside", () => {
  const distribution = new PaintingDistribution(bars());
  const total = 32 * 4 * 20;
  const area = (6 / 64) ** 2;
  for (const [x, y, strength] of [
    [-2.99, 2.99, 15],
    [-2.7, 0.05, 15],
    [2.9, 1, 5],
    [-2.7, -0.05, 0],
    [0, 1, 0],
    [-3.1, 1, 0],
    [0, 9, 0],
    [NaN, 0, 0],
  ]) {
    assert.ok(Math.abs(distribution.density(x, y) - strength / total / area) < 1e-12, `${x}, ${y}`);
  }
});

test("samples fall into painted cells, in proportion to their strength", () => {
  const [distribution, nextNumber] = [new PaintingDistribution(bars()), random(5)];
  const samples = Array.from({ length: 20000 }, () => distribution.sample(nextNumber));
  assert.ok(samples.every(([x, y]) => distribution.density(x, y) > 0));
  const leftShare = samples.filter(([x]) => x < 0).length / samples.length;
  assert.ok(Math.abs(leftShare - 0.75) < 0.01, `${leftShare}`);
  const upperShare = samples.filter(([, y]) => y > 1.5).length / samples.length;
  assert.ok(Math.abs(upperShare - 0.5) < 0.015, `${upperShare}`);
});

test("a painted prior has log p and a densest 99 % at its scale, and its samples lie in it", () => {
  const spec = { name: "painted", scale: 2, components: 10, shape: 2, painting: writePainting(bars()), levels: [] };
  const densestLog = Math.log(15 / (32 * 4 * 20) / (12 / 64) ** 2);
  const prior = new Prior({ dim: 2, prior: spec, typical: { kind: "density", log: densestLog - Math.log(3) } }, {});
  assert.ok(Math.abs(prior.logDensity([-5.9, 3]) - densestLog) < 1e-9);
  assert.equal(prior.logDensity([-5.9, -3]), -Infinity);
  assert.deepEqual(
    [
      [-5.9, 3],
      [5.9, 3],
      [0, 0],
    ].map((z) => prior.isTypical(z)),
    [true, true, false],
  );
  const nextNumber = random(9);
  assert.ok(Array.from({ length: 500 }, () => samplePrior(spec, 2, nextNumber)).every((z) => prior.isTypical(z)));
  assert.equal(
    paintingDistribution(spec.painting),
    paintingDistribution(spec.painting),
    "the masses are computed once",
  );
});
