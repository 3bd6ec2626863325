/**
 * Decoded images of codes, kept on one sheet like the originals: only missing images that are visible are decoded, all
 * together.
 */

import { changes } from "../base/anew.js";
import { canvasOf, imageOf, sizeOf } from "../base/picture.js";
import { COLUMNS, SHEET, Slots } from "./slots.js";

const AT_ONCE = 64; // images decoded together

/** @typedef {{networks: import("../networks/decoder.js").Networks | null, z: ArrayLike<number> | undefined, content: ArrayLike<number> | null}} Source z: N×d; content: N, −1 where unknown */

export class MadeSheet {
  /** @param {() => Source} source what is decoded now, and with what */
  constructor(source) {
    this.source = source;
    /** @type {Source} */
    this.of = { networks: null, z: undefined, content: null };
    this.others = changes();
    /** @type {Slots<number>} */
    this.slots = new Slots(SHEET, COLUMNS);
  }

  /** Other networks or codes are there: what was made of the last ones is no longer true. */
  follow() {
    this.of = this.source();
    const { networks, z, content } = this.of;
    if (this.others(networks, z, content)) this.slots.begin(...(networks ? sizeOf(networks.image) : this.slots.size));
  }

  /** Makes those pictures that are missing. @param {number[]} indices */
  have(indices) {
    this.follow();
    if (!this.of.networks || !this.of.z) return;
    const missing = this.slots.missing(indices);
    for (let first = 0; first < missing.length; first += AT_ONCE) {
      this.decoded(missing.slice(first, first + AT_ONCE)).forEach((image, k) => this.slots.put(missing[first + k], image));
    }
  }

  /** Each with its own content where the decoder takes one. @param {number[]} indices */
  decoded(indices) {
    const { z, content: own } = this.of;
    const networks = /** @type {import("../networks/decoder.js").Networks} */ (this.of.networks);
    const { dim, content, image } = networks;
    const zs = indices.map((index) => /** @type {any} */ (z).slice(index * dim, (index + 1) * dim));
    const values = networks.decodeMany(zs, content ? indices.map((index) => Math.max(0, own?.[index] ?? 0)) : null);
    return values.map((each) => imageOf(each, image));
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

  /** Where the picture of a code is; null where it was not made. @param {number} index @returns {import("./slots.js").Place | null} */
  place(index) {
    this.follow();
    return this.of.networks ? this.slots.place(index) : null;
  }
}
