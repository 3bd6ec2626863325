/**
 * The prior studio: the user paints a painted prior here, and each version is sent to Python; of other priors, samples are shown.
 */

import { element, setNote } from "../base/dom.js";
import { EchoFilter } from "../base/echo_filter.js";
import { createMount } from "../host/mounting.js";
import { reportAction } from "../lessons/participation.js";
import { paintedShareSentence, paintStroke } from "./brush.js";
import { CELL_COUNT, parsePainting, writePainting } from "../priors/painting.js";
import { BrushControls } from "./brush_controls.js";
import { PaintingCanvas } from "./painting_canvas.js";
import { PriorPreview } from "./prior_preview.js";

const MAX_UNDO = 50; // strokes

export class PriorStudio {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.header = /** @type {import("../../messages.js").Sent["prior_studio"]["header"]} */ ({});
    /** @type {Uint8Array} */
    this.cells = new Uint8Array(CELL_COUNT);
    /** The paintings before each stroke, the latest at the end. @type {Uint8Array[]} */
    this.undoStack = [];
    this.hasStrokeChanged = this.hasPainting = false;
    /** @type {EchoFilter<string>} */
    this.echo = new EchoFilter();
    /** @type {import("../host/host.js").SendMessage} */
    this.tell = () => {};
    this.paintingCanvas = new PaintingCanvas(this);
    this.controls = new BrushControls(this);
    this.status = element("p", { class: "lp-said", id: "ps-told", role: "status" });
    this.notes = element("div", { class: "lp-notes", role: "status" });
    this.preview = new PriorPreview();
    this.painting = element(
      "div",
      { class: "ps-painting" },
      this.paintingCanvas.root,
      this.controls.root,
      this.status,
      this.paintingCanvas.hint,
    );
    this.root = element("div", { class: "lp ps" }, this.notes, this.painting, this.preview.root);
    root.append(this.root);
  }

  /** @param {string} about @param {string} sentence */
  say(about, sentence) {
    setNote(this.notes, about, sentence);
  }

  /** @param {import("../../messages.js").Sent["prior_studio"]} message */
  update({ header, fields }) {
    this.header = header;
    this.say("data", "");
    this.painting.hidden = header.painting === null;
    this.preview.root.hidden = header.painting !== null;
    if (header.painting === null) return this.preview.showPrior(header, fields.prior_samples?.values);
    this.controls.buildShapeAndClassButtons(header.shapes, header.classes, header.colours);
    if (this.echo.isNewValue(header.painting)) {
      if (this.hasPainting) this.undoStack.push(this.cells); // undo does not lead back to the empty painting from before the first message
      this.hasPainting = true;
      this.cells = parsePainting(header.painting);
      this.paintingCanvas.down = false;
    }
    this.updateStatus();
  }

  // Strokes -----------------------------------------------------------------------------------------------------------

  /** @param {import("./brush.js").Place} place */
  beginStroke(place) {
    this.undoStack.push(this.cells.slice());
    this.hasStrokeChanged = paintStroke(this.cells, place, place, this.controls.currentBrush);
  }

  /** @param {import("./brush.js").Place} start @param {import("./brush.js").Place} end */
  continueStroke(start, end) {
    this.hasStrokeChanged = paintStroke(this.cells, start, end, this.controls.currentBrush) || this.hasStrokeChanged;
  }

  /** @param {boolean} isKept */
  endStroke(isKept) {
    if (isKept && this.hasStrokeChanged) return this.sendPainting();
    this.cells = this.undoStack.pop() ?? this.cells;
    this.updateStatus();
  }

  undo() {
    this.paintingCanvas.stopStroke(true);
    const before = this.undoStack.pop();
    if (!before) return;
    this.cells = before;
    this.sendPainting();
  }

  /** Replaces the painting. @param {Uint8Array} cells */
  replacePainting(cells) {
    this.paintingCanvas.stopStroke(true);
    if (writePainting(cells) === writePainting(this.cells)) return;
    this.undoStack.push(this.cells);
    this.cells = cells;
    this.sendPainting();
  }

  sendPainting() {
    this.undoStack = this.undoStack.slice(-MAX_UNDO);
    const text = writePainting(this.cells);
    this.echo.noteSent(text);
    this.tell("painting", { text });
    reportAction("paint");
    this.updateStatus();
  }

  updateStatus() {
    this.controls.undoButton.setAttribute("aria-disabled", String(!this.undoStack.length)); // with `disabled`, it would lose the focus
    const sentence = paintedShareSentence(this.cells, this.header.classes ?? []);
    if (this.status.textContent !== sentence) this.status.textContent = sentence;
    this.paintingCanvas.requestPaint();
  }
}

export default createMount(PriorStudio);
