import assert from "node:assert/strict";
import { test } from "node:test";
import { Networks } from "../src/networks/networks.ts";
import { Net, weightCount } from "../src/networks/net.ts";
import { halves } from "./halves.mjs";

let seed = 7;
/** A whole number in 0..n−1. */
const randomBelow = (n) => (seed = (seed * 48271) % 2147483647) % n;
const randomNumber = () => (randomBelow(512) - 256) / 256;

/**
 * Each pixel of the result by the definition of a convolution: a sum over all pairs of pixel and kernel tap that meet,
 * in double precision.
 */
function convolveByDefinition({ before, after, enlarged, kernel, stride, padding, transposed, relu }, weights, x) {
  const [channels, h, w] = before;
  const [rows, height, width] = after;
  const sums = Array.from(
    { length: rows * height * width },
    (_, k) => weights[weights.length - rows + Math.floor(k / height / width)],
  );
  const isTapAt = (source, tap, place) =>
    transposed ? place === source * stride + tap - padding : source === place * stride + tap - padding;
  for (let j = 0; j < height; j++)
    for (let i = 0; i < width; i++)
      for (let v = 0; v < enlarged[0]; v++)
        for (let u = 0; u < enlarged[1]; u++)
          for (let a = 0; a < kernel[0]; a++)
            for (let b = 0; b < kernel[1]; b++) {
              if (!isTapAt(v, a, j) || !isTapAt(u, b, i)) continue;
              const [y0, x0] = [Math.floor((v * h) / enlarged[0]), Math.floor((u * w) / enlarged[1])];
              for (let c = 0; c < channels; c++)
                for (let r = 0; r < rows; r++)
                  sums[(r * height + j) * width + i] +=
                    weights[((c * kernel[0] + a) * kernel[1] + b) * rows + r] * x[(c * h + y0) * w + x0];
            }
  return sums.map((sum) => (relu ? Math.max(0, sum) : sum));
}

const outputSide = (n, k, { stride, padding, transposed }) =>
  transposed ? (n - 1) * stride + k - 2 * padding : Math.floor((n + 2 * padding - k) / stride) + 1;

for (const simd of [true, false]) {
  const language = simd ? "WebAssembly" : "JavaScript";
  test(`convolutions of any stride, padding and direction equal their definition, ${language}`, () => {
    for (let run = 0; run < 60; run++) {
      const form = {
        stride: 1 + randomBelow(3),
        padding: randomBelow(3),
        transposed: run % 2 === 1,
        relu: run % 3 === 0,
      };
      const kernel = [form.stride + randomBelow(3), form.stride + randomBelow(3)];
      const before = [1 + randomBelow(5), 3 + randomBelow(9), 3 + randomBelow(6)];
      const enlargedSize = run % 5 === 0 ? [before[1] + randomBelow(6), 2 * before[2]] : before.slice(1);
      const after = [
        1 + randomBelow(9),
        outputSide(enlargedSize[0], kernel[0], form),
        outputSide(enlargedSize[1], kernel[1], form),
      ];
      if (after[1] < 1 || after[2] < 1) continue;
      const layer = { ...form, before, after, enlarged: enlargedSize, kernel };
      const weights = Array.from({ length: weightCount([layer]) }, randomNumber);
      const net = new Net(halves(weights), [layer], simd);
      const images = [0, 1, 2].map(() => Array.from({ length: net.inputs }, randomNumber));
      net.runAll(
        3,
        (k, start) => net.heap.set(images[k], start),
        (k, start) => {
          const expected = convolveByDefinition(layer, weights, images[k]);
          assert.equal(net.outputs, expected.length);
          expected.forEach((value, p) =>
            assert.ok(
              Math.abs(net.heap[start + p] - value) < 1e-4,
              `${JSON.stringify(layer)} at ${p}: ${net.heap[start + p]} for ${value}`,
            ),
          );
        },
      );
    }
  });
}

test("the more multiplications a decoder needs, the fewer images are decoded at once, but at least one", () => {
  const form = { stride: 2, padding: 1, transposed: true, relu: false, adds: false };
  const doublingLayer = (before, after) => ({ ...form, before, after, enlarged: before.slice(1), kernel: [4, 4] });
  const networksOf = (layers) =>
    new Networks(new Net(new ArrayBuffer(2 * weightCount(layers)), layers, false), null, [1, 1, 1], 2);
  const smallNetworks = networksOf([
    [2, 128],
    doublingLayer([8, 4, 4], [16, 8, 8]),
    doublingLayer([16, 8, 8], [3, 16, 16]),
  ]);
  // each weight is multiplied with each input pixel
  assert.equal(smallNetworks.decoder.multiplications, 2 * 128 + 8 * 16 * 16 * 16 + 16 * 3 * 16 * 64);
  assert.equal(smallNetworks.batchSizeFor(16), 16, "a small decoder makes as many as were asked for");
  const largeNetworks = networksOf([
    [2, 2048],
    doublingLayer([128, 4, 4], [128, 8, 8]),
    doublingLayer([128, 8, 8], [64, 16, 16]),
  ]);
  assert.equal(largeNetworks.decoder.multiplications, 4096 + 128 * 128 * 16 * 16 + 128 * 64 * 16 * 64);
  assert.equal(largeNetworks.batchSizeFor(256), Math.round(512e6 / largeNetworks.decoder.multiplications));
  assert.equal(largeNetworks.batchSizeFor(1), 1);
});
