/**
 * The sheet of all images of the codes, and the card that shows one of them under the pointer.
 */

import { element } from "./dom.js";

export class Sprites {
  /** @param {() => void} ready called when a sheet has arrived */
  constructor(ready) {
    this.ready = ready;
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
    image.src = about.url; // without a sheet the card tells class and code all the same
  }

  /**
   * Fills the card for a code and puts it beside it.
   * @param {HTMLElement} card
   * @param {import("./plane.js").Plane} plane
   * @param {number} index
   */
  describe(card, plane, index) {
    const text = element("span", {}, element("strong", {}, plane.nameOf(index)), element("br"), plane.codeText(index));
    if (this.sheet && this.about.kind === "reconstructions") text.append(element("br"), "reconstruction");
    card.replaceChildren(...(this.sheet ? [this.thumbnail(index)] : []), text);
    const { xy } = plane.codes;
    const [x, y] = plane.view.toScreen(xy[2 * index], xy[2 * index + 1]);
    const [left, up] = [x > plane.view.width / 2, y > plane.view.height / 2];
    card.style.transform = `translate(${x + (left ? -14 : 14)}px, ${y + (up ? -14 : 14)}px) translate(${left ? "-100%" : "0"}, ${up ? "-100%" : "0"})`;
  }

  thumbnail(index) {
    const { tile, columns } = /** @type {any} */ (this.about);
    const [height, width] = tile;
    const canvas = element("canvas", { width, height });
    const [left, top] = [(index % columns) * width, Math.floor(index / columns) * height];
    canvas.getContext("2d").drawImage(this.sheet, left, top, width, height, 0, 0, width, height);
    return canvas;
  }
}
