import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import "./page.mjs";

const { CodesLayer } = await import("../../app/components/js/codes/codes_layer.js");
const { Points } = await import("../../app/components/js/codes/points.js");
const { PointsGL } = await import("../../app/components/js/codes/points_gl.js");

/** GPUs that were made and not closed; each draws at once. */
const open = new Set();
PointsGL.make = /** @type {any} */ (() => {
  const gpu = { draw() {}, finish() {}, close: () => open.delete(gpu) };
  open.add(gpu);
  return gpu;
});
Points.prototype.draw = () => {
  for (const end = performance.now() + 2; performance.now() < end; ) continue; // slower than any such GPU
};

const plane = () => ({ codes: { xy: new Float32Array(8) }, view: { width: 9 }, theme: {}, scene: {} });

/** @param {Generator} question */
function end(question) {
  while (!question.next().done) continue;
}

beforeEach(() => open.clear());

test("a question that is dropped half-way leaves no GPU behind", () => {
  const layer = new CodesLayer();
  const question = layer.compare(/** @type {any} */ (plane()));
  question.next();
  assert.equal(open.size, 1);
  question.return();
  layer.close();
  assert.equal(open.size, 0);
});

test("two planes that find out at once keep one GPU each, and give both back", () => {
  const layers = [new CodesLayer(), new CodesLayer()];
  const asked = layers.map((layer) => layer.compare(/** @type {any} */ (plane())));
  asked.forEach((question) => question.next());
  end(asked[0]);
  const many = { ...plane(), codes: { xy: new Float32Array(20_000) } };
  layers[1].renderer(/** @type {any} */ (many)); // the answer is known, so it has one before its own question is done
  end(asked[1]);
  assert.equal(open.size, 2);
  assert.ok(layers.every(({ gpu }) => open.has(gpu)));
  layers.forEach((layer) => layer.close());
  assert.equal(open.size, 0);
});
