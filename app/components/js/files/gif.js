/**
 * An endless animation as a GIF, frame by frame, written by gifenc. Frames consist of palette indices. Frames that are
 * equal are written once; with a common palette, pixels that do not change are transparent, which makes the file
 * smaller.
 */

import { GIFEncoder } from "../vendor/gifenc.js";

const MAX_COLOURS = 256;
const MIN_MILLISECONDS = 20; // browsers show a shorter frame for longer
const MAX_MILLISECONDS = 655_350; // two bytes of hundredths of a second
const KEEP_FRAME = 1; // the disposal method by which a frame stays below the next one

/**
 * @typedef {{indices: Uint8Array, palette: Uint8Array | null, duration: number}} Frame palette: its own, if there is no
 *   common one
 */

/** The colours of a palette, red, green and blue each. @param {Uint8Array} palette @returns {Uint8Array[]} */
const splitColours = (palette) => Array.from({ length: palette.length / 3 }, (_, k) => palette.slice(3 * k, 3 * k + 3));

/** The bits needed for indices of so many colours, 1 to 8. @param {number} count @returns {number} */
const indexBits = (count) => Math.max(1, Math.ceil(Math.log2(count)));

/**
 * @param {Uint8Array} a
 * @param {Uint8Array} b
 * @returns {boolean}
 */
const areEqual = (a, b) => a.every((value, k) => value === b[k]);

export class GifWriter {
  /**
   * @param {number} width pixels
   * @param {number} height
   * @param {number} ms milliseconds of each frame, rounded to tens
   * @param {Uint8Array | null} [palette] red, green and blue of at most 256 colours, for all frames; without it, each
   *   frame has
   *   its own
   */
  constructor(width, height, ms, palette = null) {
    this.width = width;
    this.height = height;
    this.frameDuration = Math.max(MIN_MILLISECONDS, 10 * Math.round(ms / 10));
    this.encoder = GIFEncoder();
    this.colours = palette && splitColours(palette);
    /** The index that leaves a pixel as it was; −1 without a common palette or if all 256 indices are in use. */
    this.transparentIndex = -1;
    if (this.colours && this.colours.length < MAX_COLOURS) {
      this.transparentIndex = this.colours.length;
      this.colours.push(new Uint8Array(3));
    }
    /** The last frame, which is written once its duration is known. @type {Frame | null} */
    this.lastFrame = null;
    /** The indices of the frame written last. @type {Uint8Array | null} */
    this.writtenIndices = null;
  }

  /**
   * Adds a frame; with a common palette, one that is equal to the last frame only prolongs that.
   * @param {Uint8Array} indices of the palette, row by row
   * @param {Uint8Array | null} [palette] the frame's palette, if there is no common one
   */
  addFrame(indices, palette = null) {
    if (this.lastFrame && !palette && areEqual(this.lastFrame.indices, indices)) return this.prolongFrame();
    this.writeLastFrame();
    this.lastFrame = { indices, palette, duration: this.frameDuration };
  }

  /** Shows the last frame for another `frameDuration`. */
  prolongFrame() {
    if (!this.lastFrame) return;
    this.lastFrame.duration = Math.min(MAX_MILLISECONDS, this.lastFrame.duration + this.frameDuration);
  }

  writeLastFrame() {
    if (!this.lastFrame) return;
    const { indices, palette, duration } = this.lastFrame;
    const isFirst = !this.writtenIndices;
    const colours = palette ? splitColours(palette) : (this.colours ?? []);
    const isTransparent = !isFirst && !palette && this.transparentIndex >= 0;
    this.encoder.writeFrame(isTransparent ? this.maskUnchanged(indices) : indices, this.width, this.height, {
      palette: isFirst || palette ? colours : null,
      delay: duration,
      repeat: 0,
      dispose: KEEP_FRAME,
      transparent: isTransparent,
      transparentIndex: Math.max(0, this.transparentIndex),
      colorDepth: indexBits(colours.length),
    });
    this.writtenIndices = indices;
  }

  /**
   * The indices of a frame, the transparent one where it equals the frame before.
   * @param {Uint8Array} indices
   * @returns {Uint8Array}
   */
  maskUnchanged(indices) {
    return indices.map((value, k) => (value === this.writtenIndices?.[k] ? this.transparentIndex : value));
  }

  /** The file, to which nothing can be added. @returns {Blob} */
  toBlob() {
    this.writeLastFrame();
    this.lastFrame = null;
    this.encoder.finish();
    return new Blob([this.encoder.bytes()], { type: "image/gif" });
  }
}
