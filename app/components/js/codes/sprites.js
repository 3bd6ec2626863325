/**
 * The images of the codes, and the card that shows the one under the pointer. They come from one sheet of the originals; where
 * its tiles are reduced and a larger image is drawn, the server sends the full one. Without a sheet, the page or else the server
 * decodes them.
 */

import { element } from "../base/dom.js";
import { Server, picture } from "../host/server.js";
import { FetchedSheet } from "./fetched_sheet.js";
import { MadeSheet } from "./made_sheet.js";

/** @typedef {import("./slots.js").Place} Place */
/** @typedef {import("../../messages.js").Sprites} About */

export class Sprites {
  /**
   * @param {() => void} ready called when a sheet or other pictures have arrived
   * @param {() => import("./made_sheet.js").Source} source what is decoded while there is no sheet
   */
  constructor(ready, source) {
    this.ready = ready;
    this.made = new MadeSheet(source);
    /** Counts the arrivals of pictures. */
    this.arrived = 0;
    this.fetched = new FetchedSheet(() => this.arrive());
    this.server = new Server();
    /** @type {About | null} */
    this.about = null;
    /** @type {ImageBitmap | null} */
    this.sheet = null;
  }

  /** @param {About | null} about @param {import("../host/server.js").Urls | null} [urls] for the full images */
  load(about, urls) {
    const asked = new Server(urls);
    if (asked.id !== this.server.id || about?.sha !== this.about?.sha) this.server = asked; // otherwise pending answers stay valid
    this.fetched.load(this.server, about?.sha ?? this.server.id);
    if (about?.sha === this.about?.sha) return;
    this.about = about ?? null;
    this.sheet = null;
    if (!about) return;
    picture(about.url, (image) => {
      if (this.about?.sha !== about.sha) return;
      this.sheet = image;
      this.arrive();
    });
  }

  arrive() {
    this.arrived += 1;
    this.ready();
  }

  /** Whether the sheet holds the images at full size. */
  get whole() {
    return Boolean(this.sheet && this.about?.whole);
  }

  /** Whether the server is asked for images that the sheet lacks or holds only at reduced size. */
  get asks() {
    return this.server.can("images") && (this.about ? !this.about.whole : !this.made.source().networks);
  }

  /** Width and height of the largest pictures in memory. */
  get size() {
    const [height, width] = this.about?.tile ?? [0, 0];
    return [this.fetched.slots.size, this.made.slots.size, [width, height]].sort((a, b) => b[0] - a[0])[0];
  }

  /** "originals" or "reconstructions". */
  get kind() {
    if (this.sheet && this.about) return this.about.kind;
    return this.asks && this.server.can("image") ? "originals" : "reconstructions";
  }

  /** Fills the card of a code and moves it beside the code; without the picture if the plane shows that already. @param {import("../plane/display.js").Display} plane @param {number} index */
  describe(plane, index) {
    const { card } = plane.parts;
    const text = element("span", {}, element("strong", {}, plane.nameOf(index)), element("br"), plane.codeText(index));
    const thumbnail = plane.isPictured(index) ? null : this.thumbnail(index);
    if (thumbnail && this.kind === "reconstructions") text.append(element("br"), "reconstruction");
    card.replaceChildren(...(thumbnail ? [thumbnail] : []), text);
    const { xy } = plane.codes;
    const [x, y] = plane.view.toScreen(xy[2 * index], xy[2 * index + 1]);
    const [left, up] = [x > plane.view.width / 2, y > plane.view.height / 2];
    card.style.transform = `translate(${x + (left ? -14 : 14)}px, ${y + (up ? -14 : 14)}px) translate(${left ? "-100%" : "0"}, ${up ? "-100%" : "0"})`;
  }

  /**
   * Decodes or requests the pictures of these codes.
   * @param {number[]} indices
   * @param {number} [side] side at which each is drawn, in device pixels
   */
  have(indices, side = Infinity) {
    if (this.asks) return this.about && side <= Math.max(...this.about.tile) ? undefined : this.fetched.want(indices);
    if (!this.sheet) this.made.have(indices);
  }

  /** The same at full size, and waits for it; rejected with one sentence. @param {number[]} indices */
  async bring(indices) {
    if (this.asks) await this.fetched.bring(indices);
    else this.have(indices);
  }

  /** Where the picture of a code lies; null if there is none, or none yet. @param {number} index @returns {Place | null} */
  place(index) {
    const found = this.fetched.slots.place(index);
    if (found || !this.sheet) return found ?? this.made.place(index);
    const { tile: [height, width], columns } = /** @type {About} */ (this.about); // prettier-ignore
    return { from: this.sheet, left: (index % columns) * width, top: Math.floor(index / columns) * height, width, height };
  }

  /** The picture of a code on a canvas of its own, or null if there is none. @param {number} index */
  thumbnail(index) {
    if (!this.sheet && !this.asks) return this.reconstruction(index);
    const place = this.place(index);
    if (!place) this.fetched.want([...this.fetched.waiting, index]);
    return copied(place);
  }

  /** The decoded image of a code, or null if the decoder does not run in the page. @param {number} index */
  reconstruction(index) {
    return copied(this.made.place(index)) ?? this.made.alone(index);
  }
}

/**
 * Draws a picture from its place on a sheet.
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
