import assert from "node:assert/strict";
import { test } from "node:test";
import { Networks, makeEncoder } from "../src/networks/networks.ts";
import { halfFloatTable } from "../src/networks/half_floats.ts";
import { BATCH, Net, weightCount } from "../src/networks/net.ts";
import { halves } from "./halves.mjs";

const sigmoid = (x) => 1 / (1 + Math.exp(-x));
const assertNear = (actual, expected, tolerance = 1e-6) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} for ${expected}`);

test("half-precision numbers are read: normal, subnormal, signed and infinite ones", () => {
  const table = halfFloatTable();
  assert.equal(table[0x3c00], 1);
  assert.equal(table[0xc100], -2.5);
  assert.equal(table[0x0001], 2 ** -24);
  assert.equal(table[0x7bff], 65504);
  assert.equal(table[0x7c00], Infinity);
});

// decoder [y₀, y₁, z] -> 2 (ReLU) -> 1 × 1 × 3, discriminator 1 -> 1
const decoder = [
  [3, 2],
  [2, 3],
];
const weights = [
  1,
  2,
  3,
  4,
  0.5,
  -1, // the first layer's columns: of y₀, y₁, z
  0.25,
  -0.5, // its bias
  1,
  0,
  2,
  -1,
  1,
  0.5, // columns of the two hidden values
  0,
  1,
  -1,
];

for (const simd of [true, false]) {
  const kernelKind = simd ? "WebAssembly" : "JavaScript";
  const makeNetworks = () =>
    new Networks(new Net(halves(weights), decoder, simd), new Net(halves([-2, 0.5]), [[1, 1]], simd), [1, 1, 3], 1);

  test(`decoder and discriminator agree with a case worked by hand, ${kernelKind}`, () => {
    const networks = makeNetworks();
    assert.deepEqual([networks.kind, networks.contentSize, networks.image], [kernelKind, 2, [1, 1, 3]]);
    // y = (0, 1), z = 2: h = (3 + 1 + 0.25, 4 − 2 − 0.5) = (4.25, 1.5)
    const secondClassLogits = [4.25 - 1.5, 1.5 + 1, 8.5 + 0.75 - 1];
    networks.decode([2], 1).forEach((value, k) => assertNear(value, sigmoid(secondClassLogits[k])));
    // y = (1, 0), z = 4: h = (1 + 2 + 0.25, 2 − 4 − 0.5) = (3.25, −2.5), and ReLU drops the second
    const firstClassLogits = [3.25, 1, 6.5 - 1];
    networks.decode([4], 0).forEach((value, k) => assertNear(value, sigmoid(firstClassLogits[k])));
    // y unknown, z = 2: h = (1 + 0.25, −2 − 0.5)
    const classlessLogits = [1.25, 1, 2.5 - 1];
    networks.decode([2]).forEach((value, k) => assertNear(value, sigmoid(classlessLogits[k])));
    const images = networks.decodeMany([[2], [4], [2]], Int32Array.from([1, 0, -1]));
    [secondClassLogits, firstClassLogits, classlessLogits].forEach((logits, k) =>
      logits.forEach((logit, p) => assertNear(images[k][p], sigmoid(logit))),
    );
    // y = (¼, ¾), z = 2: h = (0.25 + 2.25 + 1 + 0.25, 0.5 + 3 − 2 − 0.5) = (3.75, 1)
    const mixedLogits = [3.75 - 1, 1 + 1, 7.5 + 0.5 - 1];
    const shares = networks.decodeMany([[2], [2]], [Float32Array.of(0.25, 0.75), Float32Array.of(0, 1)]);
    [mixedLogits, secondClassLogits].forEach((logits, k) =>
      logits.forEach((logit, p) => assertNear(shares[k][p], sigmoid(logit))),
    );
    assertNear(networks.discriminate([0.25]), 0.5);
    [...networks.discriminateMany([[0.25], [-1], [0.5]])].forEach((dOfZ, k) =>
      assertNear(dOfZ, sigmoid([0, 2.5, -0.5][k])),
    );
  });

  test(`an encoder's code is the first d outputs, and the noise beside the image is zero, ${kernelKind}`, () => {
    // [x₀, x₁, η] -> (μ, log σ²): 2 x₀ − x₁ + 5 η + 0.5, and 7
    const encode = makeEncoder(new Net(halves([2, 0, -1, 0, 5, 0, 0.5, 7]), [[3, 2]], simd), 1);
    assert.deepEqual([...encode([0.5, 0.25])], [1.25]);
    assert.deepEqual([...encode([0, 1])], [-0.5], "no trace of the previous image");
  });

  test(`any number of samples at a time gives the same results as one by one, ${kernelKind}`, () => {
    const layers = [
      [5, 37],
      [37, 19],
      [19, 15],
    ];
    let seed = 1;
    const nextWeight = () => ((seed = (seed * 48271) % 2147483647), Math.round((seed / 2147483647 - 0.5) * 512) / 256);
    const values = Array.from({ length: weightCount(layers) }, nextWeight);
    const networks = new Networks(new Net(halves(values), layers, simd), null, [3, 1, 5], 5);
    for (const n of [1, 2, 3, BATCH - 1, BATCH, BATCH + 1, 3 * BATCH + 5]) {
      const zs = Array.from({ length: n }, () => Array.from({ length: 5 }, nextWeight));
      const images = networks.decodeMany(zs);
      assert.deepEqual(
        images.map(({ length }) => length),
        Array(n).fill(15),
      );
      for (let k = 0; k < n; k++) {
        const z = zs[k];
        networks.decode(z).forEach((value, p) => assertNear(images[k][p], value, 1e-6));
        if (k % 7 === 0)
          layerOutputs(layers, values, z).forEach((logit, p) => assertNear(images[k][p], sigmoid(logit), 1e-5));
      }
    }
    assert.ok(Number.isNaN(networks.discriminate([0, 0, 0, 0, 0])), "there is no discriminator");
  });
}

/** The outputs of the layers, as sums over the file's numbers in double precision. */
function layerOutputs(layers, values, x) {
  let start = 0;
  layers.forEach(([inputs, outputs], l) => {
    const y = Array.from({ length: outputs }, (_, r) => {
      const sum = x.reduce(
        (total, value, c) => total + value * values[start + c * outputs + r],
        values[start + inputs * outputs + r],
      );
      return l < layers.length - 1 ? Math.max(0, sum) : sum;
    });
    start += (inputs + 1) * outputs;
    x = y;
  });
  return x;
}

test("an incomplete file and a non-finite weight are refused in a sentence", () => {
  assert.throws(() => new Net(halves(weights.slice(1)), decoder), /incomplete: 32 of 34 bytes\.$/);
  const brokenFile = halves(weights);
  new Uint16Array(brokenFile)[4] = 0x7e00;
  assert.throws(() => new Net(brokenFile, decoder), /not finite\.$/);
});
