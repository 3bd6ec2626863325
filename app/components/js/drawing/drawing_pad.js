/**
 * A drawing pad as a component of its own: the image is preprocessed like the data set's images, and its pixels are sent to
 * Python.
 */

import { element } from "../base/dom.js";
import { toBytes } from "../base/picture.js";
import { mounting } from "../host/mounting.js";
import { did } from "../lessons/taking_part.js";
import { Source } from "./source.js";

export class DrawingPad {
  /** @param {HTMLElement} root */
  constructor(root) {
    /** @type {import("../host/host.js").Tell} */
    this.tell = () => {};
    this.root = element("div", { class: "lp dp" });
    this.source = new Source(this.root, { takes: () => true, pastes: () => true, changed: () => this.take() });
    const { pad, zone, status } = this.source;
    status.classList.add("dp-said");
    this.root.append(element("div", { class: "lp-drawing" }, pad.canvas), pad.hint, pad.buttons, zone, status);
    root.append(this.root);
  }

  close() {
    this.source.turn++;
    this.source.close();
  }

  /** The message: how the data set's images are preprocessed, and a sentence about the image. @param {import("../../messages.js").Sent["drawing_pad"]} message */
  update({ header }) {
    const other = this.source.suit(header.drawing);
    this.source.say(header.said);
    if (other && (this.source.given || this.source.pad.strokes.length)) this.take();
  }

  /** @param {string} _ @param {string} sentence */
  say(_, sentence) {
    this.source.say(sentence);
  }

  /** Preprocesses the image and sends it to Python; null if there is none. */
  take() {
    const { source } = this;
    source.turn++;
    try {
      const x = source.image();
      if (!x) return this.tell("image", { pixels: null });
      source.say("Classifying …");
      this.tell("image", { pixels: base64Of(toBytes(x, source.pad.recipe.image)) });
      did("draw");
    } catch (error) {
      source.fail(error);
    }
  }
}

/** Bytes in base64. @param {Uint8Array} bytes */
export const base64Of = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));

export default mounting(DrawingPad);
