/**
 * Decoded images of codes, kept on one sheet like the originals: only missing images that are visible are decoded, all
 * together.
 */

import { changes } from "../base/anew.js";
import { canvasOf, imageOf, partsOf, sizeOf } from "../base/picture.js";

const COLUMNS = 32;
const KEPT = COLUMNS * COLUMNS; // images: more than a plane shows at a time
const AT_ONCE = 64; // images decoded together

/** @typedef {{networks: import("../networks/decoder.js").Networks | null, z: ArrayLike<number> | undefined, content: ArrayLike<number> | null}} Source z: N×d; content: N, −1 where unknown */
/** @typedef {{from: CanvasImageSource, left: number, top: number, width: number, height: number}} Place of a picture on a sheet */

export class MadeSheet {
  /** @param {() => Source} source what is decoded now, and with what */
  constructor(source) {
    this.source = source;
    /** @type {Source} */
    this.of = { networks: null, z: undefined, content: null };
    this.others = changes();
    this.sheet = document.createElement("canvas");
    /** Slot on the sheet by code, oldest first. @type {Map<number, number>} */
    this.slots = new Map();
  }

  /** Other networks or codes are there: what was made of the last ones is no longer true. */
  follow() {
    this.of = this.source();
    const { networks, z, content } = this.of;
    if (!this.others(networks, z, content)) return;
    this.slots.clear();
    if (!networks) return;
    const [width, height] = sizeOf(networks.image);
    if (this.sheet.width !== COLUMNS * width) this.sheet.width = COLUMNS * width;
    if (this.sheet.height !== COLUMNS * height) this.sheet.height = COLUMNS * height;
  }

  /** Makes those pictures that are missing, KEPT of them at most. @param {number[]} indices */
  have(indices) {
    this.follow();
    if (!this.of.networks || !this.of.z) return;
    const missing = indices.slice(0, KEPT).filter((index) => !this.slots.has(index));
    const pen = /** @type {CanvasRenderingContext2D} */ (this.sheet.getContext("2d"));
    for (let first = 0; first < missing.length; first += AT_ONCE) {
      this.decoded(missing.slice(first, first + AT_ONCE)).forEach((image, k) => {
        const slot = this.slotFor(missing[first + k]);
        pen.putImageData(image, (slot % COLUMNS) * image.width, Math.floor(slot / COLUMNS) * image.height);
      });
    }
  }

  /** Each with its own content where the decoder takes one. @param {number[]} indices */
  decoded(indices) {
    const { z, content: own } = this.of;
    const networks = /** @type {import("../networks/decoder.js").Networks} */ (this.of.networks);
    const { dim, content, image } = networks;
    const zs = Float32Array.from({ length: indices.length * dim }, (_, at) => /** @type {any} */ (z)[indices[Math.floor(at / dim)] * dim + (at % dim)]);
    const values = networks.decodeMany(zs, content ? indices.map((index) => Math.max(0, own?.[index] ?? 0)) : null);
    return partsOf(values, indices.length).map((each) => imageOf(each, image));
  }

  /**
   * One picture that is not on the sheet, on a canvas of its own: to copy it from the sheet, the browser would copy the whole
   * sheet first. Null where nothing decodes.
   * @param {number} index
   * @returns {HTMLCanvasElement | null}
   */
  alone(index) {
    this.follow();
    if (!this.of.networks || !this.of.z) return null;
    return canvasOf(this.decoded([index])[0]);
  }

  /** A free slot, or that of the picture made longest ago. @param {number} index */
  slotFor(index) {
    const [oldest] = this.slots.size < KEPT ? [] : this.slots.entries();
    const slot = oldest ? oldest[1] : this.slots.size;
    if (oldest) this.slots.delete(oldest[0]);
    this.slots.set(index, slot);
    return slot;
  }

  /** Where the picture of a code is; null where it was not made. @param {number} index @returns {Place | null} */
  place(index) {
    this.follow();
    const slot = this.slots.get(index);
    if (slot === undefined || !this.of.networks) return null;
    const [width, height] = sizeOf(this.of.networks.image);
    return { from: this.sheet, left: (slot % COLUMNS) * width, top: Math.floor(slot / COLUMNS) * height, width, height };
  }
}
