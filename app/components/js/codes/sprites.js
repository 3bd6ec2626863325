/**
 * The pictures of the codes: from one sheet of all their images, or where these are too many for one, what the decoder makes
 * of a code; and the card that shows one under the pointer.
 */

import { element } from "../base/dom.js";
import { paint } from "../base/picture.js";

/** @typedef {import("../plane/plane.js").Plane} Plane */

/**
 * What the decoder makes of a code, with its own class where it takes content; null where it does not run in the page.
 * @param {Plane} plane
 * @param {number} index
 * @returns {HTMLCanvasElement | null}
 */
export function reconstruct({ answers, header, fields, codes }, index) {
  if (!answers.networks || !fields.z) return null;
  const z = fields.z.values.subarray(index * header.dim, (index + 1) * header.dim);
  const y = header.content ? Math.max(0, codes.labels?.[index] ?? 0) : null;
  const canvas = element("canvas", {});
  paint(canvas, answers.networks.decode(z, y), answers.networks.image);
  return canvas;
}

export class Sprites {
  /**
   * @param {() => void} ready called when a sheet has arrived
   * @param {(index: number) => HTMLCanvasElement | null} decoded stands in for the sheet while there is none
   */
  constructor(ready, decoded = () => null) {
    this.ready = ready;
    this.decoded = decoded;
    /** @type {any} */
    this.about = null;
    /** @type {HTMLImageElement | null} */
    this.sheet = null;
  }

  /** @param {{url: string, sha: string, tile: number[], columns: number} | null | undefined} about */
  load(about) {
    if (about?.sha === this.about?.sha) return;
    this.about = about ?? null;
    this.sheet = null;
    if (!about) return;
    const image = new Image();
    image.onload = () => {
      if (this.about?.sha !== about.sha) return;
      this.sheet = image;
      this.ready();
    };
    image.src = about.url;
  }

  /** What the pictures are: "originals" or "reconstructions". */
  get kind() {
    return this.sheet ? this.about.kind : "reconstructions";
  }

  /**
   * Fills the card for a code and puts it beside it.
   * @param {HTMLElement} card
   * @param {Plane} plane
   * @param {number} index
   */
  describe(card, plane, index) {
    const text = element("span", {}, element("strong", {}, plane.nameOf(index)), element("br"), plane.codeText(index));
    const picture = this.thumbnail(index);
    if (picture && this.kind === "reconstructions") text.append(element("br"), "reconstruction");
    card.replaceChildren(...(picture ? [picture] : []), text);
    const { xy } = plane.codes;
    const [x, y] = plane.view.toScreen(xy[2 * index], xy[2 * index + 1]);
    const [left, up] = [x > plane.view.width / 2, y > plane.view.height / 2];
    card.style.transform = `translate(${x + (left ? -14 : 14)}px, ${y + (up ? -14 : 14)}px) translate(${left ? "-100%" : "0"}, ${up ? "-100%" : "0"})`;
  }

  /** The picture of a code, or null where there is none. @param {number} index @returns {HTMLCanvasElement | null} */
  thumbnail(index) {
    if (!this.sheet) return this.decoded(index);
    const { tile, columns } = /** @type {any} */ (this.about);
    const [height, width] = tile;
    const canvas = element("canvas", { width, height });
    const [left, top] = [(index % columns) * width, Math.floor(index / columns) * height];
    canvas.getContext("2d").drawImage(this.sheet, left, top, width, height, 0, 0, width, height);
    return canvas;
  }
}
