/**
 * A drawing pad by itself: what is drawn or loaded is prepared like the data set's images, and its pixels are sent to Python.
 */

import { element } from "../base/dom.js";
import { mounting } from "../host/mounting.js";
import { toBytes } from "../base/picture.js";
import { did } from "../lessons/taking_part.js";
import { FileZone } from "./file_zone.js";
import { pictureOf } from "./image_file.js";
import { normalise } from "./normalise.js";
import { Pad } from "./pad.js";

const ASKING = "Classifying …";
const CHUNK = 8192; // bytes that one call turns into letters

export class DrawingPad {
  /** @param {any} root */
  constructor(root) {
    /** @type {Object<string, any>} */
    this.header = {};
    this.pad = new Pad(() => this.drew());
    /** What was given last as a file; null where the pad has the word. @type {ImageData | null} */
    this.given = null;
    this.asked = 0;
    this.suited = "";
    /** @type {(key: string, value: any) => void} */
    this.tell = () => {};
    this.status = element("p", { class: "lp-said dp-said", role: "status" });
    this.root = element("div", { class: "lp dp" });
    this.files = new FileZone(this.root, { takes: () => true, pastes: () => true, open: (file) => this.open(file) });
    const { canvas, hint, buttons } = this.pad;
    this.root.append(element("div", { class: "lp-drawing" }, canvas), hint, buttons, this.files.root, this.status);
    root.append(this.root);
  }

  close() {
    this.asked++;
    this.files.close();
    this.root.remove();
  }

  /** What Python says: how its data set's images are made, and what it says of the image. */
  update({ header }) {
    const suited = JSON.stringify(header.drawing);
    const other = suited !== this.suited;
    this.header = header;
    this.suited = suited;
    if (other) this.pad.suit(header.drawing, header.drawing.image);
    this.say("", header.said);
    if (other && (this.given || this.pad.strokes.length)) this.take();
  }

  /** @param {string} about @param {string} sentence */
  say(about, sentence) {
    if (this.status.textContent !== sentence) this.status.textContent = sentence;
  }

  /** Strokes were drawn or taken back. */
  drew() {
    this.given = null;
    this.take();
  }

  /** @param {File | null} file */
  async open(file) {
    if (!file) return this.say("", "This is not a file. Drop an image, or choose one.");
    const turn = ++this.asked;
    this.say("", "Reading the image …");
    try {
      const picture = await pictureOf(file);
      if (turn !== this.asked) return;
      this.given = picture;
      this.pad.wipe();
      this.take();
    } catch (error) {
      if (turn === this.asked) this.fail(error);
    }
  }

  /** What is there is made an image of the data set, and Python is told. */
  take() {
    this.asked++;
    const { drawing } = this.header;
    const drawable = !this.pad.canvas.hidden;
    const picture = this.given ?? (drawable ? this.pad.picture(drawing.image) : null);
    if (!picture) return this.tell("image", { pixels: null });
    try {
      const x = normalise(picture, drawing.image, drawing);
      this.say("", ASKING);
      this.tell("image", { pixels: lettersOf(toBytes(x, drawing.image)) });
      did("draw");
    } catch (error) {
      this.fail(error);
    }
  }

  /** @param {unknown} error */
  fail(error) {
    this.say("", error instanceof Error ? error.message : String(error));
  }
}

/** Bytes in base64. @param {Uint8Array} bytes */
export function lettersOf(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(text);
}

export default mounting(DrawingPad);
