/**
 * The decoded manifold: the plane is divided into equal squares, whose side is a power of two so that zooming refines the view
 * and panning keeps it. Each shows its centre, decoded.
 */

/** @typedef {{name: string, place: [number, number], left: number, top: number, side: number}} Cell place: its middle on the plane; left, top, side: pixels */

const LARGEST = 46; // pixels a side at most, or those of an image where that has more
const GAP = 2; // pixels between tiles
const AT_ONCE = 16; // tiles decoded in a step, of a usual decoder
const SHOWN = 100; // milliseconds after which what is decoded so far is shown
const SHEET = 1536; // pixels a side of the sheet that keeps the tiles: 54 × 54 of 28 × 28 pixels

/**
 * The cells that are seen.
 * @param {import("../view/view.js").View} view
 * @param {number} largest pixels a side
 * @returns {Cell[]}
 */
export function cells(view, largest = LARGEST) {
  const unit = 2 ** Math.floor(Math.log2(largest / view.scale));
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
    /** All tiles on one canvas: a canvas for each of a thousand would take longer to make than to decode. */
    this.sheet = document.createElement("canvas");
    /** Place on the sheet by cell, oldest first; tiles of an older version stay until they are drawn anew. @type {Map<string, {version: string, slot: number}>} */
    this.tiles = new Map();
    this.version = "";
    /** Width and height of a tile, tiles a row of the sheet, and all of them. */
    this.size = [0, 0];
    this.columns = this.slots = 1;
  }

  /** Another revision's images are not these. */
  forget() {
    this.tiles.clear();
  }

  /** @param {number[]} image C, H, W */
  begin([, height, width]) {
    if (this.size[0] === width && this.size[1] === height) return;
    this.size = [width, height];
    this.columns = Math.max(1, Math.floor(SHEET / width));
    this.slots = this.columns * Math.max(1, Math.floor(SHEET / height));
    this.sheet.width = this.columns * width;
    this.sheet.height = (this.slots / this.columns) * height;
    this.tiles.clear();
  }

  /** @param {number} slot @returns {[number, number]} */
  corner(slot) {
    return [(slot % this.columns) * this.size[0], Math.floor(slot / this.columns) * this.size[1]];
  }

  /** The cells that are seen, none smaller than half an image's pixels. @param {import("../view/view.js").View} view */
  cells(view) {
    return cells(view, Math.max(LARGEST, ...this.size));
  }

  /**
   * Draws the tiles there are.
   * @param {CanvasRenderingContext2D} pen
   * @param {import("../view/view.js").View} view
   */
  draw(pen, view) {
    const [width, height] = this.size;
    for (const { name, left, top, side } of this.cells(view)) {
      const tile = this.tiles.get(name);
      if (!tile) continue;
      const scale = (side - GAP) / Math.max(width, height);
      const [w, h] = [width * scale, height * scale];
      pen.drawImage(this.sheet, ...this.corner(tile.slot), width, height, left + (side - w) / 2, top + (side - h) / 2, w, h);
    }
  }

  /**
   * Decodes the tiles that are missing, some at a step, from the middle outwards; `done` is called now and then.
   * @param {import("../view/view.js").View} view
   * @param {(places: [number, number][]) => ImageData[]} decode the pictures of some places
   * @param {() => void} done
   * @param {(most: number) => number} atOnce how many places at a time
   * @returns {Generator<void, void, void>}
   */
  *fill(view, decode, done, atOnce) {
    const pen = /** @type {CanvasRenderingContext2D} */ (this.sheet.getContext("2d", { willReadFrequently: true }));
    const far = (/** @type {number[]} */ [x, y]) => Math.hypot(x - view.centre[0], y - view.centre[1]);
    const missing = this.cells(view).filter(({ name }) => this.tiles.get(name)?.version !== this.version);
    missing.sort((a, b) => far(a.place) - far(b.place));
    let shown = performance.now();
    const step = atOnce(AT_ONCE);
    for (let first = 0; first < missing.length; first += step) {
      const some = missing.slice(first, first + step);
      decode(some.map(({ place }) => place)).forEach((image, k) => {
        const { name } = some[k];
        const slot = this.slotFor(name);
        pen.putImageData(image, ...this.corner(slot));
        this.tiles.set(name, { version: this.version, slot });
      });
      if (performance.now() - shown > SHOWN) {
        done();
        shown = performance.now();
      }
      yield;
    }
    if (missing.length) done();
  }

  /** A free place on the sheet, or that of the tile made longest ago. @param {string} name @returns {number} */
  slotFor(name) {
    const own = this.tiles.get(name);
    const oldest = own || this.tiles.size < this.slots ? null : this.tiles.entries().next().value;
    const slot = own?.slot ?? oldest?.[1].slot ?? this.tiles.size;
    this.tiles.delete(own ? name : (oldest?.[0] ?? name));
    return slot;
  }
}
