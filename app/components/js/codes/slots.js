/**
 * Pictures of some codes on one canvas, the last ones that were put there.
 */

/** @typedef {{from: CanvasImageSource, left: number, top: number, width: number, height: number}} Place of a picture on a sheet */

const COLUMNS = 32; // of small pictures; of larger ones fewer, so that the canvas stays small enough for every browser
const SIDE = 2048; // pixels

export class Slots {
  constructor() {
    this.sheet = document.createElement("canvas");
    this.columns = COLUMNS;
    /** Width and height of a picture. @type {[number, number]} */
    this.size = [0, 0];
    /** Slot on the sheet by code, oldest first. @type {Map<number, number>} */
    this.of = new Map();
  }

  /** How many are kept. */
  get kept() {
    return this.columns ** 2;
  }

  /** Forgets all; from now on they are of this size. @param {number} width @param {number} height */
  begin(width, height) {
    this.of.clear();
    if (this.size[0] === width && this.size[1] === height) return;
    this.size = [width, height];
    this.columns = Math.max(1, Math.min(COLUMNS, Math.floor(SIDE / Math.max(width, height))));
    Object.assign(this.sheet, { width: this.columns * width, height: this.columns * height });
  }

  /** Those that are not there, as many as are kept at most. @param {number[]} indices */
  missing(indices) {
    return indices.slice(0, this.kept).filter((index) => !this.of.has(index));
  }

  /** In a free slot, or in that of the picture put longest ago. @param {number} index @param {ImageData} image */
  put(index, image) {
    const [oldest] = this.of.size < this.kept ? [] : this.of.entries();
    const slot = oldest ? oldest[1] : this.of.size;
    if (oldest) this.of.delete(oldest[0]);
    this.of.set(index, slot);
    const pen = /** @type {CanvasRenderingContext2D} */ (this.sheet.getContext("2d"));
    pen.putImageData(image, ...this.corner(slot));
  }

  /** @param {number} slot @returns {[number, number]} */
  corner(slot) {
    return [(slot % this.columns) * this.size[0], Math.floor(slot / this.columns) * this.size[1]];
  }

  /** Where the picture of a code is; null where there is none. @param {number} index @returns {Place | null} */
  place(index) {
    const slot = this.of.get(index);
    if (slot === undefined) return null;
    const [left, top] = this.corner(slot);
    return { from: this.sheet, left, top, width: this.size[0], height: this.size[1] };
  }
}
