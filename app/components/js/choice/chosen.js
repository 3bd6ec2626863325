/**
 * The data of the selected code: from the page if it has them, otherwise from the server, as they arrive.
 */

import { changes } from "../base/anew.js";
import { element } from "../base/dom.js";
import { paint, valuesOf } from "../base/picture.js";
import { isRow } from "../base/rows.js";
import { decoded } from "../networks/decoded.js";

/** @typedef {HTMLCanvasElement | null} Picture */
/** @typedef {{original: Picture, made: Picture, dOfZ: number, refused: string}} Seen
 *    made: the reconstruction; dOfZ: D(z), NaN if it is not known; refused: why the server did not answer, or "" */

/** @type {Seen} */
const NOTHING = { original: null, made: null, dOfZ: NaN, refused: "" };

export class Chosen {
  /** @param {import("../plane/display.js").Display} plane @param {() => void} changed called when the server has answered */
  constructor(plane, changed) {
    this.plane = plane;
    this.changed = changed;
    /** Identify the code, and the last request to the server. */
    this.of = this.asked = "";
    this.seen = { ...NOTHING };
    this.rowChanged = changes();
    /** @type {Picture} */
    this.painted = null;
  }

  /**
   * What is available of a code; the rest is requested from the server once. At an earlier training step, only the original is.
   * @param {number} index
   * @returns {Seen}
   */
  look(index) {
    const { sprites, answers, header, fields, past } = this.plane;
    const { server } = answers;
    const of = `${header.revision} ${index}`;
    if (of !== this.of) {
      this.of = of;
      this.asked = "";
      this.seen = { ...NOTHING };
    }
    const asked = `${of} ${server.id}${past ? " of the past" : ""}`;
    const anew = asked !== this.asked && Boolean(fields.z);
    if (anew) this.asked = asked;
    const rows = Boolean(header.features); // the sheet shows charts of rows, from which values cannot be read
    if (anew && server.can("image") && (rows || !sprites.about?.whole)) server.image(index, (image) => this.take(image, asked));
    if (anew && server.can("decode") && !answers.networks && !past) this.ask(index, asked);
    const original = !rows && sprites.whole && sprites.kind === "originals" ? sprites.thumbnail(index) : this.seen.original;
    if (past) return { ...NOTHING, original };
    if (!answers.networks) return { ...this.seen, original };
    const made = rows ? this.row(index, answers.networks) : sprites.reconstruction(index);
    return { ...NOTHING, original, made, dOfZ: answers.networks.judge(this.plane.codeOf(index) ?? []) };
  }

  /** A row decoded from its code, once. @param {number} index @param {import("../networks/decoder.js").Networks} networks */
  row(index, networks) {
    const z = this.plane.codeOf(index);
    if (!z) return null;
    if (!this.rowChanged(index, networks, z.join())) return this.painted;
    const painted = (this.painted = element("canvas", {}));
    paint(painted, networks.decode(z, networks.content ? Math.max(0, this.plane.codes.content?.[index] ?? 0) : null), networks.image);
    return painted;
  }

  /** @param {Partial<Seen>} news @param {string} asked the request that it answers */
  heard(news, asked) {
    if (asked !== this.asked) return;
    Object.assign(this.seen, news);
    this.changed();
  }

  /** The original has arrived. @param {ImageBitmap} image @param {string} asked */
  take(image, asked) {
    const original = element("canvas", { width: image.width, height: image.height });
    original.getContext("2d").drawImage(image, 0, 0);
    const shape = [1, original.height, original.width];
    if (isRow(shape)) paint(original, valuesOf(original, shape), shape);
    this.heard({ original }, asked);
  }

  /** Requests the reconstruction, with the code's own content if the decoder takes one. @param {number} index @param {string} asked */
  ask(index, asked) {
    const { header, codes } = this.plane;
    const z = this.plane.codeOf(index) ?? [];
    const y = header.contents?.length ? [Math.max(0, codes.content?.[index] ?? 0)] : null;
    decoded(this.plane, [z], undefined, y).then(
      ({ images: [image], shape, dOfZ }) => {
        const made = element("canvas", {});
        paint(made, image, shape);
        this.heard({ made, dOfZ, refused: "" }, asked);
      },
      (/** @type {Error} */ error) => this.heard({ refused: error.message }, asked),
    );
  }
}
