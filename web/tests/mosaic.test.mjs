import assert from "node:assert/strict";
import { test } from "node:test";
import { Element } from "./dom.mjs";
import { Mosaic, RepresentativeGrid, maxTileSide, visibleTiles } from "../src/codes/mosaic.ts";
import { Viewport } from "../src/view/viewport.ts";

globalThis.window ??= /** @type {any} */ ({ devicePixelRatio: 1 });

/** The same pseudorandom codes at every call, denser in the middle: two are at one place, and one is not a number. */
function scatteredCodes(n = 400) {
  let seed = 7;
  const nextNumber = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const xy = Float32Array.from({ length: 2 * n }, () => (nextNumber() + nextNumber() + nextNumber() - 1.5) * 2);
  xy.copyWithin(20, 10, 12);
  xy[30] = NaN;
  return xy;
}
/** A view of 440 × 440 pixels. */
function viewAt(zoom = 1, centre = [0, 0]) {
  const view = new Viewport();
  view.resize(440, 440);
  view.setHome(2, [0, 0]);
  Object.assign(view, { zoom, centre });
  return view;
}
const tilesIn = (xy, view, largest = 64) => visibleTiles(new RepresentativeGrid(xy, () => true), view, largest);
/** By brute force: the codes in each square of side `unit`, by the square's name “i j”. */
function squaresOf(xy, unit) {
  const squares = new Map();
  for (let k = 0; 2 * k < xy.length; k++) {
    if (Number.isNaN(xy[2 * k])) continue;
    const name = `${Math.floor(xy[2 * k] / unit)} ${Math.floor(xy[2 * k + 1] / unit)}`;
    squares.set(name, [...(squares.get(name) ?? []), k]);
  }
  return squares;
}

test("at every zoom no two images overlap, each covers its code, and every square with codes has one image", () => {
  const xy = scatteredCodes();
  for (const zoom of [0.3, 1, 1.7, 4, 11, 90]) {
    const view = viewAt(zoom);
    const tiles = tilesIn(xy, view);
    for (const a of tiles) {
      const [x, y] = view.toScreen(xy[2 * a.k], xy[2 * a.k + 1]);
      assert.ok(x >= a.left - 1e-6 && x <= a.left + a.side + 1e-6 && y >= a.top - 1e-6 && y <= a.top + a.side + 1e-6);
      assert.ok(a.side > 32 - 1e-9 && a.side <= 64 + 1e-9, "at least half the largest");
      for (const b of tiles)
        assert.ok(a === b || Math.abs(a.left - b.left) > a.side - 1e-6 || Math.abs(a.top - b.top) > a.side - 1e-6);
    }
    const unit = tiles[0].side / view.scale;
    const shownSquares = [...squaresOf(xy, unit).values()].filter((ks) => tiles.some(({ k }) => ks.includes(k)));
    assert.equal(shownSquares.length, tiles.length);
    const inView = [...squaresOf(xy, unit)].filter(([name]) => {
      const [i, j] = name.split(" ").map(Number);
      const [left, top] = view.toScreen(i * unit, (j + 1) * unit);
      return left < 440 && top < 440 && left + unit * view.scale > 0 && top + unit * view.scale > 0;
    });
    assert.equal(tiles.length, inView.length);
  }
});

test("a square shows the code nearest to its middle, or the code that the larger square already showed", () => {
  const xy = scatteredCodes();
  const grid = new RepresentativeGrid(xy, () => true);
  const distanceToMiddle = (k, unit) =>
    Math.hypot(...[0, 1].map((j) => xy[2 * k + j] / unit - Math.floor(xy[2 * k + j] / unit) - 0.5));
  let earlierCodes = new Set();
  for (let level = grid.topLevel; level > -6; level--) {
    const representatives = grid.representativesAt(level);
    for (const ks of squaresOf(xy, 2 ** level).values()) {
      const shownCodes = ks.filter((k) => representatives.includes(k));
      assert.equal(shownCodes.length, 1, `one at level ${level}`);
      const heldCodes = ks.filter((k) => earlierCodes.has(k));
      const nearest = ks.reduce((best, k) =>
        distanceToMiddle(k, 2 ** level) < distanceToMiddle(best, 2 ** level) ? k : best,
      );
      assert.equal(distanceToMiddle(shownCodes[0], 2 ** level), distanceToMiddle(heldCodes[0] ?? nearest, 2 ** level));
    }
    earlierCodes = new Set(representatives);
  }
  assert.deepEqual(
    grid.representativesAt(grid.topLevel),
    grid.representativesAt(grid.topLevel + 5),
    "beyond the coarsest level nothing changes",
  );
});

test("panning moves the mosaic unchanged, and zooming in removes no image that is still in view", () => {
  const xy = scatteredCodes();
  const grid = new RepresentativeGrid(xy, () => true);
  const tilesOf = (view) => visibleTiles(grid, view, 64);
  const unmovedTiles = tilesOf(viewAt(3));
  const movedTiles = new Map(tilesOf(viewAt(3, [0.2, -0.1])).map((tile) => [tile.k, tile]));
  const [dx, dy] = [-0.2, -0.1].map((distance) => distance * viewAt(3).scale);
  for (const { k, left, top, side } of unmovedTiles) {
    const isInView = left + dx < 440 && top + dy < 440 && left + dx + side > 0 && top + dy + side > 0;
    assert.equal(movedTiles.has(k), isInView);
    if (isInView)
      assert.ok(
        Math.abs(movedTiles.get(k).left - left - dx) < 1e-6 && Math.abs(movedTiles.get(k).top - top - dy) < 1e-6,
      );
  }
  let earlierTiles = tilesOf(viewAt(1));
  for (let zoom = 1.1; zoom < 60; zoom *= 1.1) {
    const tilesByCode = new Map(tilesOf(viewAt(zoom)).map((tile) => [tile.k, tile]));
    const inside = (k) => Math.abs(xy[2 * k]) < 2 / zoom && Math.abs(xy[2 * k + 1]) < 2 / zoom;
    assert.ok(earlierTiles.filter(({ k }) => inside(k)).every(({ k }) => tilesByCode.has(k)));
    earlierTiles = [...tilesByCode.values()];
  }
});

test("larger images and closer zooms have larger squares, which grow more slowly than the zoom", () => {
  assert.ok(
    maxTileSide(8, viewAt()) < maxTileSide(64, viewAt()) && maxTileSide(64, viewAt()) < maxTileSide(128, viewAt()),
  );
  assert.equal(maxTileSide(28, viewAt(0.5)), maxTileSide(28, viewAt(1)));
  for (let zoom = 1; zoom < 300; zoom *= 1.3) {
    const [side, closerSide] = [zoom, 1.3 * zoom].map(
      (viewZoom) => maxTileSide(64, viewAt(viewZoom)) / viewAt(viewZoom).scale,
    );
    assert.ok(closerSide < side && maxTileSide(64, viewAt(zoom)) <= 2.5 * 96);
  }
});

test("hidden classes and a filter leave room for others, images keep their aspect ratio, and frames have class colours", () => {
  const view = viewAt();
  const place = { from: null, left: 0, top: 0, width: 32, height: 48 };
  const plane = /** @type {any} */ ({
    view,
    codes: {
      xy: Float32Array.of(0.24, 0.24, 0.1, 0.1, -1, 1),
      labels: Int16Array.of(0, 1, 1),
      colours: ["#a00000", "#00b000"],
    },
    fields: {},
    settings: { hidden: new Set() },
    selection: { mask: null },
    scene: { isMoving: false },
    isVisible: (k) => !plane.settings.hidden.has(plane.codes.labels[k]) && plane.fields.matches?.values[k] !== 0,
    sprites: { largestPictureSize: [32, 48], requestImages: () => {}, findPlace: () => place },
  });
  const mosaic = new Mosaic();
  const pen = () => new Element("canvas").getContext();
  const [firstPen, secondPen] = [pen(), pen()];
  mosaic.draw(firstPen, plane);
  const [x, y, imageWidth, imageHeight] = firstPen.canvas.painted.find(([name]) => name === "drawImage").slice(-4);
  assert.ok(Math.abs(imageWidth / imageHeight - 32 / 48) < 1e-9 && imageHeight < 64 && imageHeight > 28);
  const [tile] = mosaic.tiles;
  assert.ok(
    x > tile.left && y > tile.top && x + imageWidth < tile.left + tile.side && y + imageHeight < tile.top + tile.side,
  );
  assert.equal(mosaic.codeIndexAt(tile.left + 1, tile.top + 1), tile.k);
  assert.equal(mosaic.codeIndexAt(439, 439), -1);
  const frames = (pen) => pen.canvas.painted.filter(([name]) => name === "strokeStyle").map(([, colour]) => colour);
  assert.equal(frames(firstPen).length, 2);
  plane.settings.hidden.add(0);
  mosaic.draw(secondPen, plane);
  assert.deepEqual(
    [mosaic.tiles.map(({ k }) => k).sort(), frames(secondPen)],
    [
      [1, 2],
      ["#00b000", "#00b000"],
    ],
  );
  plane.fields = { matches: { values: Uint8Array.of(1, 0, 1), shape: [3] } };
  mosaic.draw(pen(), plane);
  assert.deepEqual(
    mosaic.tiles.map(({ k }) => k),
    [2],
  );
});
