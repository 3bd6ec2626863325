/**
 * Many pictures on one canvas, by name; the oldest give way when it is full. Making a thousand canvases would take
 * longer than decoding a thousand pictures.
 */

import { context2d } from "../base/canvas_shapes.ts";

/** Of a picture on a sheet. */
export type AtlasPlace = { from: CanvasImageSource; left: number; top: number; width: number; height: number };

export const ATLAS_SIDE = 2048; // side of a sheet of codes' images, in pixels
export const ATLAS_COLUMNS = 32; // the most images in a row of it

export class ImageAtlas<Name extends string | number> {
  sheet = document.createElement("canvas");
  side: number;
  maxPerRow: number;
  /** Columns and rows of pictures; `maxPerRow` until their size is known. */
  columns: number;
  rows: number;
  /** Width and height of a picture. */
  pictureSize: [number, number] = [0, 0];
  /** Slot on the sheet by name, oldest first. */
  slotsByName: Map<Name, number> = new Map();

  /**
   * @param side of the canvas in pixels, small enough for every browser
   * @param maxPerRow pictures in a row
   */
  constructor(side: number, maxPerRow: number = Infinity) {
    this.side = side;
    this.maxPerRow = maxPerRow;
    this.columns = this.rows = maxPerRow;
  }

  /** Empties the canvas for pictures of this size. */
  reset(width: number, height: number) {
    this.slotsByName.clear();
    if (this.pictureSize[0] === width && this.pictureSize[1] === height) return;
    this.pictureSize = [width, height];
    [this.columns, this.rows] = [width, height].map((size) =>
      Math.max(1, Math.min(this.maxPerRow, Math.floor(this.side / size))),
    );
    Object.assign(this.sheet, { width: this.columns * width, height: this.rows * height });
  }

  /** The most pictures that the canvas holds. */
  get capacity() {
    return this.columns * this.rows;
  }

  /**
   * Makes the pictures of these names the newest, so that they give way last; looks at no more names than the canvas
   * has slots.
   */
  markRecent(names: Name[]) {
    for (const name of names.slice(0, this.capacity)) {
      const slot = this.slotsByName.get(name);
      if (slot !== undefined && this.slotsByName.delete(name)) this.slotsByName.set(name, slot);
    }
  }

  /** Those of the names without a picture, no more than the canvas has slots; the pictures of the others are kept. */
  findMissing(names: Name[]): Name[] {
    this.markRecent(names);
    return names.slice(0, this.capacity).filter((name) => !this.slotsByName.has(name));
  }

  /** Puts a picture into its own slot, a free one, or that of the oldest picture; returns the slot. */
  put(name: Name, image: ImageData): number {
    const isFull = this.slotsByName.size === this.capacity;
    const replacedName = this.slotsByName.has(name) || !isFull ? name : (this.slotsByName.keys().next().value as Name);
    const slot = this.slotsByName.get(replacedName) ?? this.slotsByName.size;
    this.slotsByName.delete(replacedName);
    this.slotsByName.set(name, slot);
    const pen = context2d(this.sheet);
    pen.putImageData(image, ...this.slotCorner(slot));
    return slot;
  }

  slotCorner(slot: number): [number, number] {
    return [(slot % this.columns) * this.pictureSize[0], Math.floor(slot / this.columns) * this.pictureSize[1]];
  }

  /** Where a picture lies; null if there is none. */
  findPlace(name: Name): AtlasPlace | null {
    const slot = this.slotsByName.get(name);
    if (slot === undefined) return null;
    const [left, top] = this.slotCorner(slot);
    return { from: this.sheet, left, top, width: this.pictureSize[0], height: this.pictureSize[1] };
  }
}
