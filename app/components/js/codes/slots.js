/**
 * Many pictures on one canvas, by their names, the last ones that were put there: a canvas for each of a thousand would take
 * longer to make than to decode.
 */

/** @typedef {{from: CanvasImageSource, left: number, top: number, width: number, height: number}} Place of a picture on a sheet */

export const SHEET = 2048; // pixels a side of a sheet of codes' images
export const COLUMNS = 32; // images in a row of it at most

/** @template {string | number} Name */
export class Slots {
  /** @param {number} side pixels a side of the canvas, small enough for every browser @param {number} [most] pictures in a row */
  constructor(side, most = Infinity) {
    this.sheet = document.createElement("canvas");
    this.side = side;
    this.most = most;
    /** Columns and rows of pictures, as far as their size is known. */
    this.columns = this.rows = most;
    /** Width and height of a picture. @type {[number, number]} */
    this.size = [0, 0];
    /** Slot on the sheet by name, oldest first. @type {Map<Name, number>} */
    this.of = new Map();
  }

  /** Forgets all; from now on they are of this size. @param {number} width @param {number} height */
  begin(width, height) {
    this.of.clear();
    if (this.size[0] === width && this.size[1] === height) return;
    this.size = [width, height];
    [this.columns, this.rows] = [width, height].map((each) => Math.max(1, Math.min(this.most, Math.floor(this.side / each))));
    Object.assign(this.sheet, { width: this.columns * width, height: this.rows * height });
  }

  /** Those that are not there, as many as are kept at most. @param {Name[]} names */
  missing(names) {
    return names.slice(0, this.columns * this.rows).filter((name) => !this.of.has(name));
  }

  /** In its own slot, a free one, or that of the picture put longest ago; which it is. @param {Name} name @param {ImageData} image */
  put(name, image) {
    const full = this.of.size === this.columns * this.rows;
    const gone = this.of.has(name) || !full ? name : /** @type {Name} */ (this.of.keys().next().value);
    const slot = this.of.get(gone) ?? this.of.size;
    this.of.delete(gone);
    this.of.set(name, slot);
    const pen = /** @type {CanvasRenderingContext2D} */ (this.sheet.getContext("2d"));
    pen.putImageData(image, ...this.corner(slot));
    return slot;
  }

  /** @param {number} slot @returns {[number, number]} */
  corner(slot) {
    return [(slot % this.columns) * this.size[0], Math.floor(slot / this.columns) * this.size[1]];
  }

  /** Where a picture is; null where there is none. @param {Name} name @returns {Place | null} */
  place(name) {
    const slot = this.of.get(name);
    if (slot === undefined) return null;
    const [left, top] = this.corner(slot);
    return { from: this.sheet, left, top, width: this.size[0], height: this.size[1] };
  }
}
