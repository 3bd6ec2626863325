/**
 * An endless animation as a GIF, frame by frame, written by gifenc. Frames consist of palette indices. Frames that are
 * equal are written once; with a common palette, pixels that do not change are transparent, which makes the file
 * smaller.
 */

import { GIFEncoder } from "gifenc";

const MAX_COLOURS = 256;
const MIN_MILLISECONDS = 20; // browsers show a shorter frame for longer
const MAX_MILLISECONDS = 655_350; // two bytes of hundredths of a second
const KEEP_FRAME = 1; // the disposal method by which a frame stays below the next one

/** palette: its own, if there is no common one */
type Frame = { indices: Uint8Array; palette: Uint8Array | null; duration: number };

/** The colours of a palette, red, green and blue each. */
const splitColours = (palette: Uint8Array): Uint8Array[] =>
  Array.from({ length: palette.length / 3 }, (_, k) => palette.slice(3 * k, 3 * k + 3));

/** The bits needed for indices of so many colours, 1 to 8. */
const indexBits = (count: number): number => Math.max(1, Math.ceil(Math.log2(count)));

const areEqual = (a: Uint8Array, b: Uint8Array): boolean => a.every((value, k) => value === b[k]);

export class GifWriter {
  width: number;
  height: number;
  frameDuration: number;
  encoder = GIFEncoder();
  colours: Uint8Array<ArrayBufferLike>[] | null;
  /** The index that leaves a pixel as it was; −1 without a common palette or if all 256 indices are in use. */
  transparentIndex = -1;
  /** The last frame, which is written once its duration is known. */
  lastFrame: Frame | null;
  /** The indices of the frame written last. */
  writtenIndices: Uint8Array | null;

  /**
   * @param width pixels
   * @param ms milliseconds of each frame, rounded to tens
   * @param palette red, green and blue of at most 256 colours, for all frames; without it, each frame has its own
   */
  constructor(width: number, height: number, ms: number, palette: Uint8Array | null = null) {
    this.width = width;
    this.height = height;
    this.frameDuration = Math.max(MIN_MILLISECONDS, 10 * Math.round(ms / 10));
    this.colours = palette && splitColours(palette);
    if (this.colours && this.colours.length < MAX_COLOURS) {
      this.transparentIndex = this.colours.length;
      this.colours.push(new Uint8Array(3));
    }
    this.lastFrame = null;
    this.writtenIndices = null;
  }

  /**
   * Adds a frame; with a common palette, one that is equal to the last frame only prolongs that.
   * @param indices of the palette, row by row
   * @param palette the frame's palette, if there is no common one
   */
  addFrame(indices: Uint8Array, palette: Uint8Array | null = null) {
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

  /** The indices of a frame, the transparent one where it equals the frame before. */
  maskUnchanged(indices: Uint8Array): Uint8Array {
    return indices.map((value, k) => (value === this.writtenIndices?.[k] ? this.transparentIndex : value));
  }

  /** The file, to which nothing can be added. */
  toBlob(): Blob {
    this.writeLastFrame();
    this.lastFrame = null;
    this.encoder.finish();
    return new Blob([this.encoder.bytes()], { type: "image/gif" });
  }
}
