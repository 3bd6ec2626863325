/**
 * The decoded manifold: the plane is divided into equal squares, each of which shows the image decoded at its centre. The side is
 * a power of two, so that zooming refines the squares and panning keeps them.
 */

import { Slots } from "../codes/slots.js";
import { drawPicture } from "../codes/sprites.js";

/** @typedef {{name: string, place: [number, number], left: number, top: number, side: number}} Cell place: its centre on the plane; left, top, side: pixels */

const LARGEST = 46; // the largest side of a square in pixels, unless an image is larger
const GAP = 2; // pixels between tiles
const AT_ONCE = 16; // tiles that a usual decoder decodes in one go
const SHOWN = 100; // milliseconds after which the tiles decoded so far are shown
const SHEET = 1536; // side in pixels of the sheet that keeps the tiles: 54 × 54 of 28 × 28 pixels

/** The side of a cell in units of the plane. @param {import("../view/view.js").View} view @param {number} largest side in pixels */
const unitOf = (view, largest) => 2 ** Math.floor(Math.log2(largest / view.scale));

/** The visible cells. @param {import("../view/view.js").View} view @param {number} largest side in pixels @returns {Cell[]} */
export function cells(view, largest = LARGEST) {
  const unit = unitOf(view, largest);
  const { x0, x1, y0, y1 } = view.box;
  const found = [];
  for (let i = Math.floor(x0 / unit); i * unit < x1; i++) {
    for (let j = Math.floor(y0 / unit); j * unit < y1; j++) {
      const [left, top] = view.toScreen(i * unit, (j + 1) * unit);
      found.push({ name: [unit, i, j].join(), place: /** @type {[number, number]} */ ([(i + 0.5) * unit, (j + 0.5) * unit]), left, top, side: unit * view.scale });
    }
  }
  return found;
}

export class Manifold {
  constructor() {
    /** By cell. @type {Slots<string>} */
    this.tiles = new Slots(SHEET);
    this.tiles.sheet.getContext("2d", { willReadFrequently: true });
    this.version = "";
    /** The version of the tile in each slot; a tile of an older version stays until it is replaced. @type {string[]} */
    this.versions = [];
  }

  /** The visible cells, none smaller than half an image; twice as large where the sheet could not hold all of them. @param {import("../view/view.js").View} view */
  cells(view) {
    const largest = Math.max(LARGEST, ...this.tiles.size);
    const side = unitOf(view, largest) * view.scale;
    const most = (Math.ceil(view.width / side) + 1) * (Math.ceil(view.height / side) + 1); // wherever the view is, so that panning keeps the side
    return cells(view, most > this.tiles.room ? 2 * largest : largest);
  }

  /** Draws the tiles that have been decoded. @param {CanvasRenderingContext2D} pen @param {import("../view/view.js").View} view */
  draw(pen, view) {
    for (const { name, left, top, side } of this.cells(view)) {
      const tile = this.tiles.place(name);
      if (!tile) continue;
      const scale = (side - GAP) / Math.max(tile.width, tile.height);
      const [w, h] = [tile.width * scale, tile.height * scale];
      drawPicture(pen, tile, left + (side - w) / 2, top + (side - h) / 2, w, h);
    }
  }

  /**
   * Decodes the missing tiles a few at a time, from the middle outwards.
   * @param {import("../view/view.js").View} view
   * @param {(places: [number, number][]) => ImageData[]} decode the pictures of some places
   * @param {() => void} done called every `SHOWN` milliseconds and at the end
   * @param {(most: number) => number} atOnce the number of places to decode in one go
   * @returns {Generator<void, void, void>}
   */
  *fill(view, decode, done, atOnce) {
    const { tiles, version, versions } = this;
    const far = (/** @type {number[]} */ [x, y]) => Math.hypot(x - view.centre[0], y - view.centre[1]);
    const seen = this.cells(view);
    tiles.keep(seen.map(({ name }) => name)); // the tiles in view do not give way to one another
    const missing = seen.filter(({ name }) => versions[tiles.of.get(name) ?? -1] !== version);
    missing.sort((a, b) => far(a.place) - far(b.place));
    let shown = performance.now();
    const step = atOnce(AT_ONCE);
    for (let first = 0; first < missing.length; first += step) {
      const some = missing.slice(first, first + step);
      decode(some.map(({ place }) => place)).forEach((image, k) => (versions[tiles.put(some[k].name, image)] = version));
      if (performance.now() - shown > SHOWN) {
        done();
        shown = performance.now();
      }
      yield;
    }
    if (missing.length) done();
  }
}
