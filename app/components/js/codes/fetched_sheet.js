/**
 * Images of codes from the server, at full resolution: only visible ones are requested, a few at a time.
 */

import { changes } from "../base/anew.js";
import { imageOf, imagesOf } from "../base/picture.js";
import { COLUMNS, SHEET, Slots } from "./slots.js";

const AT_ONCE = 64; // images in a request

export class FetchedSheet {
  /** @param {() => void} ready called when more have arrived */
  constructor(ready) {
    this.ready = ready;
    /** @type {Slots<number>} */
    this.slots = new Slots(SHEET, COLUMNS);
    /** @type {import("../host/server.js").Server | null} */
    this.server = null;
    this.changed = changes();
    /** @type {number[]} */
    this.waiting = [];
    this.asking = false;
  }

  /** @param {import("../host/server.js").Server} server to ask from now on @param {string} name another name means other images */
  load(server, name) {
    this.server = server;
    this.waiting = [];
    if (this.changed(name)) this.slots.begin(...this.slots.size);
  }

  /** Requests these images in place of those still waiting to be requested. @param {number[]} indices */
  want(indices) {
    this.waiting = this.slots.missing(indices);
    if (!this.asking) this.next();
  }

  async next() {
    this.asking = true;
    while (this.waiting.length) {
      const { server } = this;
      try {
        if (await this.bring(this.waiting.splice(0, AT_ONCE))) this.ready();
      } catch {
        if (server === this.server) this.waiting = []; // they are requested again at the next drawing
      }
    }
    this.asking = false;
  }

  /** Puts these on the sheet. @param {number[]} indices @returns {Promise<boolean>} false if the server was replaced in the meantime; rejected with one sentence */
  async bring(indices) {
    const { server } = this;
    const missing = this.slots.missing(indices);
    if (!server || !missing.length) return true;
    const { images, shape } = imagesOf(await server.images(missing));
    if (server !== this.server) return false;
    if (!this.slots.of.size) this.slots.begin(shape[2], shape[1]);
    images.forEach((each, k) => this.slots.put(missing[k], imageOf(each, shape)));
    return true;
  }
}
