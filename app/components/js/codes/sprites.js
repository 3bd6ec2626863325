/**
 * The images of the codes: from one sheet of the originals, or if these are too many, decoded; and the card that shows one
 * under the pointer.
 */

import { element } from "../base/dom.js";
import { picture } from "../host/host.js";
import { MadeSheet } from "./made_sheet.js";

/** @typedef {import("../plane/display.js").Display} Plane */

/** @typedef {import("./made_sheet.js").Place} Place */
/** @typedef {import("../../messages.js").Sprites} About */

export class Sprites {
  /**
   * @param {() => void} ready called when a sheet has arrived
   * @param {() => import("./made_sheet.js").Source} source what stands in for the sheet while there is none
   */
  constructor(ready, source) {
    this.ready = ready;
    this.made = new MadeSheet(source);
    /** @type {About | null} */
    this.about = null;
    /** @type {HTMLImageElement | null} */
    this.sheet = null;
  }

  /** @param {About | null} about */
  load(about) {
    if (about?.sha === this.about?.sha) return;
    this.about = about ?? null;
    this.sheet = null;
    if (!about) return;
    picture(about.url, (image) => {
      if (this.about?.sha !== about.sha) return;
      this.sheet = image;
      this.ready();
    });
  }

  /** What the pictures are: "originals" or "reconstructions". */
  get kind() {
    return this.sheet && this.about ? this.about.kind : "reconstructions";
  }

  /**
   * Fills the card for a code and puts it beside it.
   * @param {HTMLElement} card
   * @param {Plane} plane
   * @param {number} index
   */
  describe(card, plane, index) {
    const text = element("span", {}, element("strong", {}, plane.nameOf(index)), element("br"), plane.codeText(index));
    const thumbnail = this.thumbnail(index);
    if (thumbnail && this.kind === "reconstructions") text.append(element("br"), "reconstruction");
    card.replaceChildren(...(thumbnail ? [thumbnail] : []), text);
    const { xy } = plane.codes;
    const [x, y] = plane.view.toScreen(xy[2 * index], xy[2 * index + 1]);
    const [left, up] = [x > plane.view.width / 2, y > plane.view.height / 2];
    card.style.transform = `translate(${x + (left ? -14 : 14)}px, ${y + (up ? -14 : 14)}px) translate(${left ? "-100%" : "0"}, ${up ? "-100%" : "0"})`;
  }

  /** Sees to it that these codes have their pictures, as far as they can. @param {number[]} indices */
  have(indices) {
    if (!this.sheet) this.made.have(indices);
  }

  /** Where the picture of a code is; null where there is none, or none yet. @param {number} index @returns {Place | null} */
  place(index) {
    if (!this.sheet) return this.made.place(index);
    const { tile, columns } = /** @type {About} */ (this.about);
    const [height, width] = tile;
    return { from: this.sheet, left: (index % columns) * width, top: Math.floor(index / columns) * height, width, height };
  }

  /** The picture of a code on a canvas of its own, or null where there is none. @param {number} index */
  thumbnail(index) {
    return this.sheet ? copied(this.place(index)) : this.reconstruction(index);
  }

  /** What the decoder makes of a code, or null where it does not run in the page. @param {number} index */
  reconstruction(index) {
    return copied(this.made.place(index)) ?? this.made.alone(index);
  }
}

/**
 * Draws a picture from where it is.
 * @param {CanvasRenderingContext2D} pen
 * @param {Place} place
 * @param {number} x
 * @param {number} y
 * @param {number} wide
 * @param {number} high
 */
export const drawPicture = (pen, { from, left, top, width, height }, x, y, wide, high) => pen.drawImage(from, left, top, width, height, x, y, wide, high);

/** @param {Place | null} place @returns {HTMLCanvasElement | null} */
function copied(place) {
  if (!place) return null;
  const { width, height } = place;
  const canvas = element("canvas", { width, height });
  drawPicture(canvas.getContext("2d"), place, 0, 0, width, height);
  return canvas;
}
