/**
 * The prior studio: the user paints a painted prior here, and each version is sent to Python; of other priors, samples are shown.
 */

import { element, note } from "../base/dom.js";
import { Echo } from "../base/echo.js";
import { mounting } from "../host/mounting.js";
import { did } from "../lessons/taking_part.js";
import { paintingText, stroke } from "./brush.js";
import { CELLS, read, write } from "../priors/painted.js";
import { Controls } from "./controls.js";
import { Easel } from "./easel.js";
import { Preview } from "./preview.js";

const UNDOABLE = 50; // strokes

export class Studio {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.header = /** @type {import("../../messages.js").Sent["prior_studio"]["header"]} */ ({});
    /** @type {Uint8Array} */
    this.cells = new Uint8Array(CELLS);
    /** The paintings before each stroke, the latest at the end. @type {Uint8Array[]} */
    this.past = [];
    this.changed = this.given = false;
    /** @type {Echo<string>} */
    this.echo = new Echo();
    /** @type {import("../host/host.js").Tell} */
    this.tell = () => {};
    this.easel = new Easel(this);
    this.controls = new Controls(this);
    this.status = element("p", { class: "lp-said", id: "ps-told", role: "status" });
    this.notes = element("div", { class: "lp-notes", role: "status" });
    this.preview = new Preview();
    this.painting = element("div", { class: "ps-painting" }, this.easel.root, this.controls.root, this.status, this.easel.hint);
    this.root = element("div", { class: "lp ps" }, this.notes, this.painting, this.preview.root);
    root.append(this.root);
  }

  /** @param {string} about @param {string} sentence */
  say(about, sentence) {
    note(this.notes, about, sentence);
  }

  /** @param {import("../../messages.js").Sent["prior_studio"]} message */
  update({ header, fields }) {
    this.header = header;
    this.say("data", "");
    this.painting.hidden = header.painting === null;
    this.preview.root.hidden = header.painting !== null;
    if (header.painting === null) return this.preview.show(header, fields.prior_samples?.values);
    this.controls.offer(header.shapes, header.classes, header.colours);
    if (this.echo.isNews(header.painting)) {
      if (this.given) this.past.push(this.cells); // undo does not lead back to the empty painting from before the first message
      this.given = true;
      this.cells = read(header.painting);
      this.easel.down = false;
    }
    this.settle();
  }

  // Strokes ------------------------------------------------------------------------------------------------------------

  /** @param {import("./brush.js").Place} place */
  begin(place) {
    this.past.push(this.cells.slice());
    this.changed = stroke(this.cells, place, place, this.controls.brush);
  }

  /** @param {import("./brush.js").Place} from @param {import("./brush.js").Place} to */
  draw(from, to) {
    this.changed = stroke(this.cells, from, to, this.controls.brush) || this.changed;
  }

  /** @param {boolean} kept */
  end(kept) {
    if (kept && this.changed) return this.keep();
    this.cells = this.past.pop() ?? this.cells;
    this.settle();
  }

  undo() {
    this.easel.stop(true);
    const before = this.past.pop();
    if (!before) return;
    this.cells = before;
    this.keep();
  }

  /** Replaces the painting. @param {Uint8Array} cells */
  replace(cells) {
    this.easel.stop(true);
    if (write(cells) === write(this.cells)) return;
    this.past.push(this.cells);
    this.cells = cells;
    this.keep();
  }

  keep() {
    this.past = this.past.slice(-UNDOABLE);
    const text = write(this.cells);
    this.echo.tell(text);
    this.tell("painting", { text });
    did("paint");
    this.settle();
  }

  settle() {
    this.controls.back.setAttribute("aria-disabled", String(!this.past.length)); // with `disabled`, it would lose the focus
    const sentence = paintingText(this.cells, this.header.classes ?? []);
    if (this.status.textContent !== sentence) this.status.textContent = sentence;
    this.easel.ask();
  }
}

export default mounting(Studio);
