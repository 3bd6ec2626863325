import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import "./page.mjs";

const { CodesLayer } = await import("../src/codes/codes_layer.ts");
const { StampRenderer } = await import("../src/codes/stamp_renderer.ts");
const { GpuRenderer } = await import("../src/codes/gpu_renderer.ts");

/** The WebGL renderers that have been made and not closed; each draws instantly. */
const openRenderers = new Set();
GpuRenderer.create = /** @type {any} */ (
  () => {
    const gpu = { draw() {}, waitUntilDrawn() {}, close: () => openRenderers.delete(gpu) };
    openRenderers.add(gpu);
    return gpu;
  }
);
StampRenderer.prototype.draw = () => {
  for (const end = performance.now() + 2; performance.now() < end;) continue; // slower than the renderer above
};

const plane = () => ({ codes: { xy: new Float32Array(8) }, view: { width: 9 }, theme: {}, scene: {} });

/** Runs a comparison of the two renderers to its end. @param {Generator} comparison */
function runToEnd(comparison) {
  while (!comparison.next().done) continue;
}

beforeEach(() => openRenderers.clear());

test("a comparison of the renderers that is abandoned half-way leaves no WebGL renderer open", () => {
  const layer = new CodesLayer();
  const question = layer.measureRenderers(/** @type {any} */ (plane()));
  question.next();
  assert.equal(openRenderers.size, 1);
  question.return();
  layer.close();
  assert.equal(openRenderers.size, 0);
});

test("two planes that compare the renderers at the same time keep one WebGL renderer each, and close both", () => {
  const layers = [new CodesLayer(), new CodesLayer()];
  const comparisons = layers.map((layer) => layer.measureRenderers(/** @type {any} */ (plane())));
  comparisons.forEach((comparison) => comparison.next());
  runToEnd(comparisons[0]);
  const largePlane = { ...plane(), codes: { xy: new Float32Array(20_000) } };
  // the first plane's result is known, so this plane has a renderer before its own comparison ends
  layers[1].chooseRenderer(/** @type {any} */ (largePlane));
  runToEnd(comparisons[1]);
  assert.equal(openRenderers.size, 2);
  assert.ok(layers.every(({ gpuRenderer: gpu }) => openRenderers.has(gpu)));
  layers.forEach((layer) => layer.close());
  assert.equal(openRenderers.size, 0);
});
