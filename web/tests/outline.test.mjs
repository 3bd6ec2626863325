import assert from "node:assert/strict";
import { test } from "node:test";
import { pointsInPolygon } from "../src/choice/lasso.ts";
import { polygonOnPlane, simplifyPolygon } from "../src/choice/outline.ts";
import { Viewport } from "../src/view/viewport.ts";

let seed = 11;
const nextNumber = () => ((seed = (seed * 48271) % 2147483647), seed / 2147483647);

test("a simplified polygon keeps its corners and drops points on a straight line", () => {
  const square = [];
  for (const [[x, y], [u, v]] of [
    [
      [0, 0],
      [1, 0],
    ],
    [
      [9, 0],
      [0, 1],
    ],
    [
      [9, 9],
      [-1, 0],
    ],
    [
      [0, 9],
      [0, -1],
    ],
  ])
    for (let k = 0; k < 9; k++) square.push(x + k * u, y + k * v);
  assert.deepEqual(simplifyPolygon(square, 4), [0, 0, 9, 0, 9, 9, 0, 9]);
  assert.deepEqual(simplifyPolygon([1, 2, 3, 4], 4), [1, 2, 3, 4]);
  assert.deepEqual(simplifyPolygon([], 4), []);
});

/** A wobbling ring as drawn by hand, 1,500 points in pixels. */
const outline = Array.from({ length: 1500 }, (_, k) => {
  const t = (2 * Math.PI * k) / 1500;
  const r = 240 + 70 * Math.sin(5 * t) + 25 * Math.cos(13 * t);
  return [320 + r * Math.cos(t), 300 + r * Math.sin(t)];
}).flat();

test("a simplified outline encloses the same codes to within 0.5 %, in less than 5 kB of a link", () => {
  const view = new Viewport();
  view.resize(640, 600);
  view.setHome(3.3, [0.4, -12]);
  const all = [];
  for (let k = 0; k < outline.length; k += 2) all.push(...view.toPlane(outline[k], outline[k + 1]));
  const simplifiedOutline = polygonOnPlane(outline, view);
  const { x0, x1, y0, y1 } = view.visibleBox;
  const xy = Float32Array.from({ length: 60_000 }, (_, k) =>
    k % 2 ? y0 + nextNumber() * (y1 - y0) : x0 + nextNumber() * (x1 - x0),
  );
  const [a, b] = [all, simplifiedOutline].map((polygon) => pointsInPolygon(xy, polygon, () => true));
  const insideCount = a.reduce((sum, isInside) => sum + isInside, 0);
  const differenceCount = a.reduce((sum, isInside, k) => sum + Number(isInside !== b[k]), 0);
  assert.ok(insideCount > 10_000 && differenceCount / insideCount < 0.005, `${differenceCount} of ${insideCount}`);
  assert.ok(simplifiedOutline.join().length < 5000);
});

test("an outline drawn at high zoom keeps its shape", () => {
  const view = new Viewport();
  view.resize(640, 600);
  view.setHome(3, [0, 0]);
  view.zoomAt(200, 320, 300);
  const [x, y] = view.toPlane(320, 300);
  const box = polygonOnPlane([310, 290, 330, 290, 330, 310, 310, 310], view);
  assert.equal(pointsInPolygon(Float32Array.of(x, y), box, () => true)[0], 1);
  for (let k = 0; k < 8; k += 2) {
    const [px, py] = view.toScreen(box[k], box[k + 1]);
    assert.ok(Math.abs(Math.abs(px - 320) - 10) < 0.1 && Math.abs(Math.abs(py - 300) - 10) < 0.1);
  }
});
