import assert from "node:assert/strict";
import { test } from "node:test";
import { contourLines } from "../src/view/contours.ts";
import { PRIOR_COLOUR } from "../src/base/colours.ts";
import { countByClass } from "../src/codes/legend.ts";
import { Manifold, cellsOfView } from "../src/plane/manifold.ts";
import { drawGridExtendedToEdges, drawPath, drawRings, drawSamples, nameRings } from "../src/view/layers.ts";
import { computeSurfaceInSteps } from "../src/plane/surface_grid.ts";
import { Viewport } from "../src/view/viewport.ts";

test("the contour of a cone is a circle", () => {
  const n = 61;
  const coordinate = (k) => -3 + (6 * k) / (n - 1);
  const values = Float32Array.from({ length: n * n }, (_, k) =>
    Math.hypot(coordinate(k % n), coordinate(Math.floor(k / n)) - 0.5),
  );
  const lines = contourLines({ values, shape: [n, n], box: [-3, 3, -3, 3] }, 1.7);
  assert.ok(lines.length > 100 && lines.length % 4 === 0);
  let length = 0;
  for (let k = 0; k < lines.length; k += 4) {
    length += Math.hypot(lines[k + 2] - lines[k], lines[k + 3] - lines[k + 1]);
    assert.ok(Math.abs(Math.hypot(lines[k], lines[k + 1] - 0.5) - 1.7) < 0.01);
  }
  assert.ok(Math.abs(length - 2 * Math.PI * 1.7) < 0.02); // every segment once, none missing
});

test("a saddle gives two segments", () => {
  assert.equal(contourLines({ values: Float32Array.of(1, 0, 0, 1), shape: [2, 2], box: [0, 1, 0, 1] }, 0.5).length, 8);
});

function squareView(zoom = 1) {
  const view = new Viewport();
  view.resize(400, 400);
  view.setHome(1, [0, 0]);
  view.zoomAt(zoom, 200, 200);
  return view;
}

test("the manifold's cells are equal squares that tile the view, and zooming refines them", () => {
  for (const zoom of [1, 9]) {
    const view = squareView(zoom);
    view.panBy(13, -7);
    const cells = cellsOfView(view);
    const { side } = cells[0];
    assert.ok(side > 23 - 1e-9 && side <= 46 + 1e-9);
    const columns = new Set(cells.map(({ left }) => left.toFixed(6)));
    const rows = new Set(cells.map(({ top }) => top.toFixed(6)));
    assert.equal(cells.length, columns.size * rows.size, "each once");
    for (const lines of [columns, rows]) {
      const ends = [...lines].map(Number).sort((a, b) => a - b);
      assert.ok(
        ends[0] <= 0 && ends[0] > -side && ends.at(-1) < 400 && ends.at(-1) + side >= 400,
        "the view, and no more",
      );
      for (let k = 1; k < ends.length; k++) assert.ok(Math.abs(ends[k] - ends[k - 1] - side) < 1e-5, "equally spaced");
    }
    for (const { place, left, top } of cells) {
      const [x, y] = view.toScreen(...place);
      assert.ok(Math.abs(x - left - side / 2) < 1e-6 && Math.abs(y - top - side / 2) < 1e-6);
    }
  }
});

test("D's surface is computed on finer and finer grids and holds D at the cells' middles", () => {
  const grids = [];
  const judge = (places) => places.map(([x, y]) => x + 10 * y);
  for (const _ of computeSurfaceInSteps({ x0: 0, x1: 2, y0: -1, y1: 1 }, judge, (grid) => grids.push(grid)));
  assert.deepEqual(
    grids.map(({ shape }) => shape),
    [...grids].map(({ shape }) => shape).sort((a, b) => a[0] - b[0]),
  );
  assert.ok(grids.length > 1);
  for (const {
    values,
    shape: [rows, columns],
    box,
  } of grids) {
    assert.ok(Math.abs(box[0] - 1 / columns) < 1e-9 && Math.abs(box[3] - (1 - 1 / rows)) < 1e-9);
    for (let k = 0; k < values.length; k++) {
      const x = box[0] + ((box[1] - box[0]) * (k % columns)) / (columns - 1);
      const y = box[2] + ((box[3] - box[2]) * Math.floor(k / columns)) / (rows - 1);
      assert.ok(Math.abs(values[k] - (x + 10 * y)) < 1e-5);
    }
  }
});

/** A canvas that records which picture was put where. */
function sheet() {
  const pictures = new Map();
  const pen = { putImageData: (image, x, y) => pictures.set(`${x},${y}`, image) };
  return { pictures, canvas: { width: 0, height: 0, getContext: () => pen } };
}

test("the manifold's tiles are decoded once each from the middle outwards, and again only for other weights", () => {
  const { pictures, canvas } = sheet();
  globalThis.document = /** @type {any} */ ({ createElement: () => canvas });
  const [manifold, view] = [new Manifold(), squareView()];
  let decodedPlaces = [];
  const decodePlaces = (places) => places.map((place) => (decodedPlaces.push(place), place.join()));
  const decodeVersion = (version) => {
    [decodedPlaces, manifold.version] = [[], version];
    let [steps, progressCount] = [0, 0];
    for (const _ of manifold.decodeMissing(
      view,
      decodePlaces,
      () => progressCount++,
      (batchSize) => batchSize,
    ))
      steps++;
    return { steps, progressCount };
  };
  manifold.tiles.reset(28, 28);
  const { steps, progressCount } = decodeVersion("a");
  const all = cellsOfView(view);
  assert.equal(decodedPlaces.length, all.length);
  assert.ok(progressCount >= 1 && steps > 1 && steps < all.length / 4, "several in one step");
  const distances = decodedPlaces.map(([x, y]) => Math.hypot(x, y));
  assert.deepEqual(
    distances,
    [...distances].sort((a, b) => a - b),
  );
  for (const { name, place } of all) {
    const { left, top } = /** @type {any} */ (manifold.tiles.findPlace(name));
    assert.equal(pictures.get([left, top].join()), place.join());
  }
  assert.deepEqual([decodeVersion("a").progressCount, decodedPlaces.length], [0, 0]);
  assert.deepEqual(
    [decodeVersion("b").progressCount >= 1, decodedPlaces.length, pictures.size],
    [true, all.length, all.length],
  );
});

test("tiles in view do not give way to the others in view, when those of other zooms have filled the sheet", () => {
  const { canvas } = sheet();
  globalThis.document = /** @type {any} */ ({ createElement: () => canvas });
  const manifold = new Manifold();
  manifold.tiles.reset(28, 28);
  for (const zoom of [1, 1.6, 2.56, 4.1, 6.5, 1]) {
    const view = new Viewport();
    view.resize(736, 736);
    view.setHome(3, [0, 0]);
    view.zoomAt(zoom, 368, 368);
    for (const _ of manifold.decodeMissing(
      view,
      (places) => places.map(() => /** @type {any} */ ({})),
      () => {},
      (batchSize) => batchSize,
    ));
    assert.ok(
      manifold.visibleCells(view).every(({ name }) => manifold.tiles.findPlace(name)),
      `zoom ${zoom}`,
    );
  }
});

test("all tiles of a large plane are shown at once, whatever the size of the images", () => {
  const { canvas } = sheet();
  globalThis.document = /** @type {any} */ ({ createElement: () => canvas });
  for (const size of [28, 48, 64, 96, 128]) {
    for (const zoom of [1, 1.3, 1.6, 1.9]) {
      const [manifold, view] = [new Manifold(), new Viewport()];
      manifold.tiles.reset(size, size);
      view.resize(1012, 900); // in the presenter's size
      view.setHome(3, [0, 0]);
      view.zoomAt(zoom, 506, 450);
      for (const _ of manifold.decodeMissing(
        view,
        (places) => places.map(() => /** @type {any} */ ({})),
        () => {},
        (batchSize) => batchSize,
      ));
      assert.ok(
        manifold.visibleCells(view).every(({ name }) => manifold.tiles.findPlace(name)),
        `${size} pixels, zoom ${zoom}`,
      );
    }
  }
});

test("tiles keep their side while the view is panned, also where it is large because the sheet is full", () => {
  const { canvas } = sheet();
  globalThis.document = /** @type {any} */ ({ createElement: () => canvas });
  for (const [size, width, height, zoom] of [
    [48, 1012, 900, 1.62],
    [28, 1900, 1000, 1.24],
  ]) {
    const [manifold, view] = [new Manifold(), new Viewport()];
    manifold.tiles.reset(size, size);
    view.resize(width, height);
    view.setHome(3, [0, 0]);
    view.zoomAt(zoom, width / 2, height / 2);
    const sides = new Set();
    for (let k = 0; k < 30; k++) {
      sides.add(manifold.visibleCells(view)[0].side);
      assert.ok(manifold.visibleCells(view).length <= manifold.tiles.capacity);
      view.panBy(3.7, 2.3);
    }
    assert.equal(sides.size, 1, `${size} pixels`);
  }
});

test("the legend counts classes in order, and codes without a class, as −1, last", () => {
  assert.deepEqual(
    [...countByClass(Int16Array.of(2, 0, 2, -1), 4)],
    [
      [0, 1],
      [2, 2],
      [-1, 1],
    ],
  );
  assert.deepEqual([...countByClass(null, 5)], [[-1, 5]]);
});

test("D's surface of an earlier step covers the view: opaque within its saved box, and half transparent beyond", () => {
  const pieces = [];
  const pen = { globalAlpha: 1, drawImage: (_, ...rectangle) => pieces.push([pen.globalAlpha, ...rectangle]) };
  const [view, grid] = [new Viewport(), { values: new Float32Array(16), shape: [4, 4], box: [-1, 1, -1, 1] }];
  view.resize(800, 400);
  view.setHome(2, [0, 0]);
  drawGridExtendedToEdges(/** @type {any} */ ({ pen, view }), /** @type {any} */ ({}), grid);
  const [middlePiece, ...edgePieces] = pieces.sort((a, b) => b[0] - a[0]);
  assert.deepEqual(middlePiece, [1, 0.5, 0.5, 3, 3, 300, 100, 200, 200]);
  assert.ok(edgePieces.every(([alpha]) => alpha === 0.5));
  const area = pieces.reduce((sum, [, , , , , , , width, height]) => sum + width * height, 0);
  assert.equal(area, 800 * 400, "covered once, without gaps");
  assert.ok(edgePieces.every(([, sx, sy, sw, sh]) => sx >= 0 && sy >= 0 && sx + sw <= 4 && sy + sh <= 4));
});

test("a path is one line through all places, with a dot at the place of each image", () => {
  const [lineEnds, dots] = [[], []];
  const pen = {
    beginPath() {},
    moveTo() {},
    stroke() {},
    fill() {},
    lineTo: (...point) => lineEnds.push(point),
    arc: (x, y, radius) => dots.push([x, y, radius]),
  };
  drawPath(
    /** @type {any} */ ({ pen, view: { markScale: 2 }, theme: {} }),
    [
      [0, 0],
      [1, 2],
      [3, 4],
      [5, 6],
      [7, 8],
    ],
    2,
    4,
  );
  assert.deepEqual(lineEnds, [
    [0, 0],
    [1, 2],
    [3, 4],
    [5, 6],
    [7, 8],
  ]);
  assert.deepEqual(dots, [
    [0, 0, 7],
    [7, 8, 7],
  ]);
});

/** A pen that records what is drawn. */
function makeRecordingPen() {
  const calls = { named: [], strokes: [], moves: [] };
  const pen = {
    calls,
    globalAlpha: 1,
    beginPath() {},
    lineTo() {},
    moveTo: (...point) => calls.moves.push(point),
    stroke: () => calls.strokes.push([pen.strokeStyle, pen.globalAlpha]),
    strokeText() {},
    measureText: () => ({ width: 30 }),
    fillText: (text, x, y) => calls.named.push([text, y, x]),
  };
  return pen;
}

const THEME = { background: "white", text: "black" };

test("names of rings give way: to one another, and to the other texts of the plane", () => {
  const circle = (level, radius) => ({ level, lines: [-radius, 0, 0, radius, radius, 0, 0, -radius] });
  const rings = [circle(0.5, 0.6), circle(0.9, 0.8)];
  const text = (x, y) => ({ x, y, halfWidth: 20, halfHeight: 8 });
  const areOnTop = (/** @type {number[]} */ tops) => tops.map((y) => y < 0);
  for (const [size, obstacles, names, isAbove] of /** @type {const} */ ([
    [800, [], ["90 %", "50 %"], [true, true]],
    [100, [], ["90 %", "50 %"], [true, false]],
    [800, [text(400, 160)], ["90 %", "50 %"], [true, false]],
    [800, [text(400, 160), text(400, 632)], ["90 %"], [true]],
  ])) {
    const view = new Viewport();
    view.resize(size, size);
    view.setHome(1, [0, 0]);
    const pen = makeRecordingPen();
    nameRings(/** @type {any} */ ({ pen, view, theme: THEME }), rings, [...obstacles]);
    assert.deepEqual(
      pen.calls.named.map(([name]) => name),
      names,
    );
    assert.deepEqual(areOnTop(pen.calls.named.map(([, y]) => y - size / 2)), isAbove, `at ${size}`);
  }
});

test("rings and samples have the prior's hue over a rim, and are faint beside a lesson's highlight", () => {
  const view = squareView();
  for (const opacity of [1, 0.12]) {
    const pen = makeRecordingPen();
    pen.globalAlpha = opacity;
    const paper = /** @type {any} */ ({ pen, view, theme: THEME });
    drawRings(paper, [
      { level: 0.5, lines: [0, 0, 1, 1] },
      { level: 0.9, lines: [0, 0, 1, 1] },
    ]);
    drawSamples(paper, Float32Array.of(0, 0, 1, 1));
    const hues = pen.calls.strokes.map(([colour]) => colour);
    assert.deepEqual(hues, ["white", PRIOR_COLOUR, "white", PRIOR_COLOUR, "white", PRIOR_COLOUR]);
    assert.ok(pen.calls.strokes.every(([, alpha]) => alpha <= opacity));
    assert.equal(pen.globalAlpha, opacity);
  }
});
