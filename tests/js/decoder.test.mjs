import assert from "node:assert/strict";
import { test } from "node:test";
import { Networks, halfTable, weightCount } from "../../app/components/latent_canvas/js/decoder.js";

/** Bits of the half-precision number nearest to x; only for values that a half holds exactly. */
function half(x) {
  if (x === 0) return 0;
  const exponent = Math.floor(Math.log2(Math.abs(x)));
  const fraction = Math.round((Math.abs(x) / 2 ** exponent - 1) * 1024);
  return (x < 0 ? 0x8000 : 0) | ((exponent + 15) << 10) | fraction;
}

const pack = (values) => Uint16Array.from(values, half).buffer;
const sigmoid = (x) => 1 / (1 + Math.exp(-x));

test("half precision: normal, subnormal, signed and infinite numbers", () => {
  const table = halfTable();
  assert.equal(table[0x3c00], 1);
  assert.equal(table[0xc100], -2.5);
  assert.equal(table[0x0001], 2 ** -24);
  assert.equal(table[0x7bff], 65504);
  assert.equal(table[0x7c00], Infinity);
});

// decoder [y₀, y₁, z] -> 2 (ReLU) -> 1 × 1 × 3, discriminator 1 -> 1, with an encoder between them in the file
const plan = { decoder: [[3, 2], [2, 3]], encoder: [[3, 1]], discriminator: [[1, 1]], image: [1, 1, 3] };
const weights = [
  1, 2, 3, 4, 0.5, -1, // the first layer's columns: of y₀, y₁, z
  0.25, -0.5, // its bias
  1, 0, 2, -1, 1, 0.5, // columns of the two hidden values
  0, 1, -1,
  9, 9, 9, 9, // the encoder, which is not read here
  -2, 0.5,
]; // prettier-ignore

for (const simd of [true, false]) {
  test(`decode and judge agree with a case worked by hand, ${simd ? "WebAssembly" : "plain JavaScript"}`, () => {
    const networks = new Networks(pack(weights), plan, simd);
    assert.equal(networks.machine.kind, simd ? "WebAssembly" : "JavaScript");
    // y = (0, 1), z = 2: h = (3 + 1 + 0.25, 4 − 2 − 0.5) = (4.25, 1.5)
    const both = [4.25 - 1.5, 1.5 + 1, 8.5 + 0.75 - 1];
    networks.decode([2], 1).forEach((value, k) => assert.ok(Math.abs(value - sigmoid(both[k])) < 1e-6));
    // y = (1, 0), z = 4: h = (1 + 2 + 0.25, 2 − 4 − 0.5) = (3.25, −2.5), and ReLU drops the second
    const one = [3.25, 1, 6.5 - 1];
    networks.decode([4], 0).forEach((value, k) => assert.ok(Math.abs(value - sigmoid(one[k])) < 1e-6));
    assert.ok(Math.abs(networks.judge([0.25]) - sigmoid(0)) < 1e-7);
    assert.ok(Math.abs(networks.judge([-1]) - sigmoid(2.5)) < 1e-6);
  });
}

test("both ways agree on layers whose sizes are no multiples of four", () => {
  const large = { decoder: [[5, 37], [37, 19], [19, 15]], encoder: null, discriminator: null, image: [3, 1, 5] };
  let seed = 1;
  const next = () => ((seed = (seed * 48271) % 2147483647), Math.round((seed / 2147483647 - 0.5) * 512) / 256);
  const file = pack(Array.from({ length: weightCount(large.decoder) }, next));
  const [quick, plain] = [true, false].map((simd) => new Networks(file, large, simd));
  for (let k = 0; k < 20; k++) {
    const z = Array.from({ length: 5 }, next);
    const [a, b] = [quick.decode(z), plain.decode(z)];
    a.forEach((value, pixel) => assert.ok(Math.abs(value - b[pixel]) < 1e-5));
  }
  assert.ok(Number.isNaN(plain.judge([0, 0, 0, 0, 0])));
});

test("a cut file and a weight that is no number are refused in a sentence", () => {
  assert.throws(() => new Networks(pack(weights.slice(1)), plan), /incomplete: 44 of 46 bytes/);
  const broken = pack(weights);
  new Uint16Array(broken)[4] = 0x7e00;
  assert.throws(() => new Networks(broken, plan), /no number/);
});
