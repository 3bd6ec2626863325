/**
 * The decoded manifold: the plane is cut at the prior's percentiles into cells of equal mass, halved until each is about
 * as large as an image on the screen, so that zooming refines what is seen. Each cell shows its middle, decoded.
 */

/** @typedef {{u0: number, u1: number, v0: number, v1: number}} Cell percentiles of either axis */
/** @typedef {(p: number, axis: number) => number} Quantile where on an axis a percentile lies */

const LARGEST = 46; // pixels a side, beyond which a cell is halved
const AT_ONCE = 16; // tiles decoded in a step
const SHOWN = 100; // milliseconds after which what is decoded so far is shown
const SHEET = 1536; // pixels a side of the sheet that keeps the tiles: 54 × 54 of 28 × 28 pixels

/**
 * The cells that are seen.
 * @param {import("./view.js").View} view
 * @param {Quantile} quantile
 * @param {Cell} cell
 * @param {number} depth halvings that are left
 * @returns {Cell[]}
 */
export function cells(view, quantile, cell = { u0: 0, u1: 1, v0: 0, v1: 1 }, depth = 26) {
  const [left, top] = view.toScreen(quantile(cell.u0, 0), quantile(cell.v1, 1));
  const [right, bottom] = view.toScreen(quantile(cell.u1, 0), quantile(cell.v0, 1));
  if (right < 0 || bottom < 0 || left > view.width || top > view.height) return [];
  const [width, height] = [right - left, bottom - top];
  if (!depth || Math.max(width, height) <= LARGEST) return [cell];
  const [u, v] = [(cell.u0 + cell.u1) / 2, (cell.v0 + cell.v1) / 2];
  const parts = width >= height ? [{ ...cell, u1: u }, { ...cell, u0: u }] : [{ ...cell, v1: v }, { ...cell, v0: v }];
  return parts.flatMap((part) => cells(view, quantile, part, depth - 1));
}

/** @param {Cell} cell */
const nameOf = ({ u0, u1, v0, v1 }) => [u0, u1, v0, v1].join();

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

  /**
   * Draws the tiles there are.
   * @param {CanvasRenderingContext2D} pen
   * @param {import("./view.js").View} view
   * @param {Quantile} quantile
   */
  draw(pen, view, quantile) {
    const [width, height] = this.size;
    for (const cell of cells(view, quantile)) {
      const tile = this.tiles.get(nameOf(cell));
      if (!tile) continue;
      const [left, top] = view.toScreen(quantile(cell.u0, 0), quantile(cell.v1, 1));
      const [right, bottom] = view.toScreen(quantile(cell.u1, 0), quantile(cell.v0, 1));
      const scale = Math.min((right - left) / width, (bottom - top) / height) * 0.96;
      const [w, h] = [width * scale, height * scale];
      pen.drawImage(this.sheet, ...this.corner(tile.slot), width, height, (left + right - w) / 2, (top + bottom - h) / 2, w, h);
    }
  }

  /**
   * Decodes the tiles that are missing, some at a step, from the middle outwards; `done` is called now and then.
   * @param {import("./view.js").View} view
   * @param {Quantile} quantile
   * @param {(places: [number, number][]) => ImageData[]} decode the pictures of some places
   * @param {() => void} done
   * @returns {Generator<void, void, void>}
   */
  *fill(view, quantile, decode, done) {
    const pen = /** @type {CanvasRenderingContext2D} */ (this.sheet.getContext("2d", { willReadFrequently: true }));
    /** @param {Cell} cell @returns {[number, number]} */
    const middle = ({ u0, u1, v0, v1 }) => [quantile((u0 + u1) / 2, 0), quantile((v0 + v1) / 2, 1)];
    const far = ([x, y]) => Math.hypot(x - view.centre[0], y - view.centre[1]);
    const seen = cells(view, quantile).map((cell) => ({ name: nameOf(cell), place: middle(cell) }));
    const missing = seen.filter(({ name }) => this.tiles.get(name)?.version !== this.version);
    missing.sort((a, b) => far(a.place) - far(b.place));
    let shown = performance.now();
    for (let first = 0; first < missing.length; first += AT_ONCE) {
      const some = missing.slice(first, first + AT_ONCE);
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

  /** A free place on the sheet, or that of the tile made longest ago. @returns {number} */
  slotFor(name) {
    const own = this.tiles.get(name);
    const oldest = own || this.tiles.size < this.slots ? null : this.tiles.entries().next().value;
    const slot = own?.slot ?? oldest?.[1].slot ?? this.tiles.size;
    this.tiles.delete(own ? name : (oldest?.[0] ?? name));
    return slot;
  }
}
