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
    this.others = changes();
    /** @type {Slots<number>} */
    this.slots = new Slots(SHEET, COLUMNS);
  }

  /** What is decoded now; where networks or codes are others, what was made of the last ones is no longer true. */
  follow() {
    const { networks, z, content } = this.source();
    if (this.others(networks, z, content)) this.slots.begin(...(networks ? sizeOf(networks.image) : this.slots.size));
    return networks && z ? { networks, z, content } : null;
  }

  /** Makes those pictures that are missing. @param {number[]} indices */
  have(indices) {
    const now = this.follow();
    if (!now) return;
    const missing = this.slots.missing(indices);
    for (let first = 0; first < missing.length; first += AT_ONCE) {
      decoded(now, missing.slice(first, first + AT_ONCE)).forEach((image, k) => this.slots.put(missing[first + k], image));
    }
  }

  /**
   * One picture that is not on the sheet, on a canvas of its own: to copy it from the sheet, the browser would copy the whole
   * sheet first. Null where nothing decodes.
   * @param {number} index
   * @returns {HTMLCanvasElement | null}
   */
  alone(index) {
    const now = this.follow();
    return now && canvasOf(decoded(now, [index])[0]);
  }

  /** Where the picture of a code is; null where it was not made. @param {number} index @returns {import("./slots.js").Place | null} */
  place(index) {
    return this.follow() && this.slots.place(index);
  }
}

/** Each with its own content where the decoder takes one. @param {NonNullable<ReturnType<MadeSheet["follow"]>>} now @param {number[]} indices */
function decoded({ networks, z, content: own }, indices) {
  const { dim, content, image } = networks;
  const zs = indices.map((index) => /** @type {any} */ (z).slice(index * dim, (index + 1) * dim));
  const values = networks.decodeMany(zs, content ? indices.map((index) => Math.max(0, own?.[index] ?? 0)) : null);
  return values.map((each) => imageOf(each, image));
}
