/**
 * Decoded images of codes, kept on one sheet like the originals; only visible images that are missing are decoded.
 */

import { changes } from "../base/anew.js";
import { canvasOf, imageOf, sizeOf } from "../base/picture.js";
import { COLUMNS, SHEET, Slots } from "./slots.js";

const AT_ONCE = 64; // images decoded together

/** @typedef {{networks: import("../networks/decoder.js").Networks | null, z: ArrayLike<number> | undefined, content: ArrayLike<number> | null}} Source z: N×d; content: N, −1 where unknown */

export class MadeSheet {
  /** @param {() => Source} source the codes to decode and the networks for it */
  constructor(source) {
    this.source = source;
    this.changed = changes();
    /** @type {Slots<number>} */
    this.slots = new Slots(SHEET, COLUMNS);
  }

  /** The current source, null where it is incomplete; the sheet is emptied if networks or codes have changed. */
  follow() {
    const { networks, z, content } = this.source();
    if (this.changed(networks, z, content)) this.slots.begin(...(networks ? sizeOf(networks.image) : this.slots.size));
    return networks && z ? { networks, z, content } : null;
  }

  /** Decodes the images that are missing. @param {number[]} indices */
  have(indices) {
    const now = this.follow();
    if (!now) return;
    const missing = this.slots.missing(indices);
    for (let first = 0; first < missing.length; first += AT_ONCE) {
      decoded(now, missing.slice(first, first + AT_ONCE)).forEach((image, k) => this.slots.put(missing[first + k], image));
    }
  }

  /**
   * One decoded image on a canvas of its own, without the sheet, because the browser would copy the whole sheet first. Null
   * where there is no decoder.
   * @param {number} index
   * @returns {HTMLCanvasElement | null}
   */
  alone(index) {
    const now = this.follow();
    return now && canvasOf(decoded(now, [index])[0]);
  }

  /** Where the image of a code lies; null where it was not decoded. @param {number} index @returns {import("./slots.js").Place | null} */
  place(index) {
    return this.follow() && this.slots.place(index);
  }
}

/** The images of some codes, each with its own content where the decoder takes one. @param {NonNullable<ReturnType<MadeSheet["follow"]>>} now @param {number[]} indices */
function decoded({ networks, z, content: own }, indices) {
  const { dim, content, image } = networks;
  const zs = indices.map((index) => /** @type {any} */ (z).slice(index * dim, (index + 1) * dim));
  const values = networks.decodeMany(zs, content ? indices.map((index) => Math.max(0, own?.[index] ?? 0)) : null);
  return values.map((each) => imageOf(each, image));
}
