import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_ZOOM, Viewport, axisTicks } from "../src/view/viewport.ts";

function view() {
  const viewport = new Viewport();
  viewport.resize(400, 200);
  viewport.setHome(2, [1, -1]);
  return viewport;
}

const assertNear = (actual, expected) =>
  actual.forEach((value, k) => assert.ok(Math.abs(value - expected[k]) < 1e-9, `${actual} ≠ ${expected}`));

test("the home frame fits the shorter side, with one scale for both axes and y upwards", () => {
  const v = view();
  assert.equal(v.scale, 50); // 200 px for 4 units
  assertNear(v.toScreen(1, -1), [200, 100]);
  assertNear(v.toScreen(2, 1), [250, 0]);
  assertNear(v.toPlane(0, 200), [-3, -3]);
});

test("the home frame leaves the legend's room free, and stays in the middle where there is room anyway", () => {
  const v = view();
  v.reserve = 90; // less than the 100 px beside the square
  assertNear(v.toScreen(1, -1), [200, 100]);
  v.reserve = 150;
  assertNear(v.toScreen(1 - 2, -1), [150, 100]); // the square moves to the right
  assert.equal(v.scale, 50);
  v.resize(250, 200);
  assert.equal(v.scale, 25); // and is smaller where it must be
  assertNear(v.toScreen(1 - 2, -1 + 2), [150, 50]);
  assertNear(v.toPlane(...v.toScreen(0.3, 0.2)), [0.3, 0.2]);
  assertNear(v.toScreen(...v.canvasCentre), [125, 100]);
});

test("zooming keeps the place under the pointer where it is", () => {
  const v = view();
  const placeBefore = v.toPlane(320, 40);
  v.zoomAt(3, 320, 40);
  assertNear(v.toPlane(320, 40), placeBefore);
  assert.equal(v.zoom, 3);
  v.zoomAt(1e9, 0, 0);
  assert.equal(v.zoom, MAX_ZOOM);
});

test("panning follows the pointer and stops two half-widths from home", () => {
  const v = view();
  const placeBefore = v.toPlane(100, 100);
  v.panBy(30, -20);
  assertNear(v.toPlane(130, 80), placeBefore);
  v.panBy(1e9, -1e9);
  assertNear(v.centre, [-3, -5]); // two half-widths from home
});

test("another frame or size resets a view at home, and keeps one that was moved", () => {
  const v = view();
  v.setHome(4, [0, 0]);
  assertNear(v.centre, [0, 0]);
  v.zoomAt(2, 200, 100);
  v.panBy(50, 0);
  const [scale, centre] = [v.scale, [...v.centre]];
  v.setHome(5, [0.5, 0]);
  assert.ok(Math.abs(v.scale - scale) < 1e-9);
  assertNear(v.centre, centre);
  v.resize(0, 0); // a hidden tab
  v.resize(400, 200);
  assert.ok(Math.abs(v.scale - scale) < 1e-9);
  v.goHome();
  assert.ok(v.isAtHome);
});

test("a frame that arrives in a hidden tab keeps a view that was moved", () => {
  const v = new Viewport();
  v.setHome(4, [0, 0]);
  v.showBox({ x0: 0, x1: 2, y0: -1, y1: 1 });
  v.setHome(8, [0, 0]);
  v.resize(400, 200);
  assert.deepEqual(v.visibleSquare, { x0: 0, x1: 2, y0: -1, y1: 1 });
});

test("showing a box brings all of it into view", () => {
  const v = view();
  v.showBox({ x0: 0, x1: 1, y0: -1, y1: -0.5 });
  const { x0, x1, y0, y1 } = v.visibleBox;
  assert.ok(x0 <= 0 && x1 >= 1 && y0 <= -1 && y1 >= -0.5);
  assertNear(v.centre, [0.5, -0.75]);
});

test("ticks are round numbers within the axis", () => {
  assertNear(axisTicks(-1.1, 1.1, 5), [-1, -0.5, 0, 0.5, 1]);
  assertNear(axisTicks(0.31, 0.39, 4), [0.32, 0.34, 0.36, 0.38]);
  assert.deepEqual(axisTicks(1, 1, 4), []);
});
