/**
 * Many pictures on one canvas, by name; the oldest give way when it is full. Making a thousand canvases would take longer than
 * decoding a thousand pictures.
 */

/** @typedef {{from: CanvasImageSource, left: number, top: number, width: number, height: number}} Place of a picture on a sheet */

export const SHEET = 2048; // side of a sheet of codes' images, in pixels
export const COLUMNS = 32; // the most images in a row of it

/** @template {string | number} Name */
export class Slots {
  /** @param {number} side of the canvas in pixels, small enough for every browser @param {number} [most] pictures in a row */
  constructor(side, most = Infinity) {
    this.sheet = document.createElement("canvas");
    this.side = side;
    this.most = most;
    /** Columns and rows of pictures; `most` until their size is known. */
    this.columns = this.rows = most;
    /** Width and height of a picture. @type {[number, number]} */
    this.size = [0, 0];
    /** Slot on the sheet by name, oldest first. @type {Map<Name, number>} */
    this.of = new Map();
  }

  /** Empties the canvas for pictures of this size. @param {number} width @param {number} height */
  begin(width, height) {
    this.of.clear();
    if (this.size[0] === width && this.size[1] === height) return;
    this.size = [width, height];
    [this.columns, this.rows] = [width, height].map((each) => Math.max(1, Math.min(this.most, Math.floor(this.side / each))));
    Object.assign(this.sheet, { width: this.columns * width, height: this.rows * height });
  }

  /** The most pictures that the canvas holds. */
  get room() {
    return this.columns * this.rows;
  }

  /** Makes the pictures of these names the newest, so that they give way last; looks at no more names than the canvas has slots. @param {Name[]} names */
  keep(names) {
    for (const name of names.slice(0, this.room)) {
      const slot = this.of.get(name);
      if (slot !== undefined && this.of.delete(name)) this.of.set(name, slot);
    }
  }

  /** Those of the names without a picture, no more than the canvas has slots; the pictures of the others are kept. @param {Name[]} names */
  missing(names) {
    this.keep(names);
    return names.slice(0, this.room).filter((name) => !this.of.has(name));
  }

  /** Puts a picture into its own slot, a free one, or that of the oldest picture; returns the slot. @param {Name} name @param {ImageData} image */
  put(name, image) {
    const full = this.of.size === this.room;
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

  /** Where a picture lies; null if there is none. @param {Name} name @returns {Place | null} */
  place(name) {
    const slot = this.of.get(name);
    if (slot === undefined) return null;
    const [left, top] = this.corner(slot);
    return { from: this.sheet, left, top, width: this.size[0], height: this.size[1] };
  }
}
