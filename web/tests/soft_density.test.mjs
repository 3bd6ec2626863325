import assert from "node:assert/strict";
import { test } from "node:test";
import { makePlane, messageOf } from "./page.mjs";
import { computeSoftDensity } from "../src/codes/soft_density.ts";

/** Codes of two classes in two blobs around (−1, 0) and (1, 0.5), and one without a place. @param {number} count */
function twoBlobs(count) {
  const xy = new Float32Array(2 * count);
  const labels = new Int16Array(count);
  for (let k = 0; k < count; k++) {
    const [angle, radius] = [2.4 * k, 0.2 * Math.sqrt(k / count)];
    labels[k] = Math.floor(k / 2) % 2;
    xy[2 * k] = (labels[k] ? 1 : -1) + radius * Math.cos(angle);
    xy[2 * k + 1] = (labels[k] ? 0.5 : 0) + radius * Math.sin(angle);
  }
  xy[0] = NaN;
  return { xy, labels, colours: ["red", "blue"], shapes: ["circle", "circle"] };
}

/** The opacity of a density's image at a place of the plane, 0 to 255. */
function opacityAt({ image, shape, box }, x, y) {
  const [, imageData] = image.painted.find(([name]) => name === "putImageData");
  const column = Math.round(((x - box[0]) / (box[1] - box[0])) * (shape[1] - 1));
  const row = shape[0] - 1 - Math.round(((y - box[2]) / (box[3] - box[2])) * (shape[0] - 1));
  return imageData.data[4 * (row * shape[1] + column) + 3];
}

const all = () => true;

test("few codes have no soft density, many have one where they lie", () => {
  assert.equal(computeSoftDensity(twoBlobs(1998), all), null);
  for (const count of [3000, 130_000]) {
    const density = /** @type {any} */ (computeSoftDensity(twoBlobs(count), all));
    const leftOpacity = opacityAt(density, -1, 0);
    const rightOpacity = opacityAt(density, 1, 0.5);
    const middleOpacity = opacityAt(density, 0, 0);
    assert.ok(
      leftOpacity > 60 && leftOpacity < 160 && Math.abs(leftOpacity - rightOpacity) < 12,
      `${leftOpacity} ${rightOpacity}`,
    );
    assert.equal(middleOpacity, 0);
  }
});

test("codes that are hidden or not selected have no soft density", () => {
  const codes = twoBlobs(5000);
  const density = /** @type {any} */ (computeSoftDensity(codes, (k) => codes.labels[k] === 1));
  assert.ok(opacityAt(density, 1, 0.5) > 60);
  assert.ok(density.box[0] > 0, "the grid covers those that are counted");
  assert.equal(
    computeSoftDensity(codes, () => false),
    null,
  );
});

test("a density is for many visible codes, however many are hidden", () => {
  const codes = twoBlobs(130_000);
  const firstOf = (count) => computeSoftDensity(codes, (k) => k <= count); // the first of them has no place
  assert.equal(firstOf(1999), null);
  assert.ok(firstOf(2000));
});

test("codes on one place have no soft density, as a heap cannot be blurred", () => {
  const codes = twoBlobs(3000);
  codes.xy.fill(1);
  assert.equal(computeSoftDensity(codes, all), null);
});

test("the plane computes the density once, not for each view of it", () => {
  const { plane } = makePlane();
  plane.update(messageOf());
  const codes = twoBlobs(5000);
  plane.showCodes(/** @type {any} */ (codes));
  plane.scene.dirty = true;
  plane.scene.draw();
  const density = plane.scene.softDensity;
  assert.ok(density);
  plane.zoomAt(2, 100, 100);
  plane.scene.dirty = true;
  plane.scene.draw();
  assert.equal(plane.scene.softDensity, density);
  plane.toggleClass(0);
  plane.scene.draw();
  assert.ok(plane.scene.softDensity);
  assert.notEqual(plane.scene.softDensity, density);
});
