/**
 * The painter of a prior: the painting, its strokes and what is undone. Each version is sent to Python.
 */

import { element } from "../base/dom.ts";
import { EchoFilter } from "../base/echo_filter.ts";
import { reportAction } from "../lessons/participation.ts";
import { paintedShareSentence, paintStroke } from "./brush.ts";
import { CELL_COUNT, parsePainting, writePainting } from "../priors/painting.ts";
import { BrushControls } from "./brush_controls.ts";
import { PaintingCanvas } from "./painting_canvas.ts";
import { translate } from "../base/translate.ts";
import type { Brush as Offer } from "../messages.ts";
import type { Place } from "./brush.ts";

const MAX_UNDO = 50; // strokes

export class Painter {
  send: (text: string) => void;
  offer: Offer = { session: "", painting: "", half: 1, shapes: [], classes: [], colours: [] };
  cells: Uint8Array = new Uint8Array(CELL_COUNT);
  /** The paintings before each stroke, the latest at the end. */
  undoStack: Uint8Array[] = [];
  hasStrokeChanged: boolean;
  hasPainting: boolean;
  echo: EchoFilter<string> = new EchoFilter();
  paintingCanvas: PaintingCanvas;
  controls: BrushControls;
  status: HTMLParagraphElement;
  root: HTMLDivElement;

  /** @param send sends a painting to Python */
  constructor(send: (text: string) => void) {
    this.send = send;
    this.hasStrokeChanged = this.hasPainting = false;
    this.paintingCanvas = new PaintingCanvas(this);
    this.controls = new BrushControls(this);
    this.status = element("p", { class: "lp-note", id: "ps-status", role: "status" });
    this.root = element(
      "div",
      { class: "ps", role: "group", "aria-label": translate("Paint the prior") },
      this.controls.root,
      this.status,
      this.paintingCanvas.hint,
    );
  }

  showPainting(offer: Offer) {
    const isInNewSession = this.hasPainting && offer.session !== this.offer.session;
    this.offer = offer;
    this.controls.buildShapeAndClassButtons(offer.shapes, offer.classes, offer.colours);
    if (isInNewSession) this.restorePainting(offer.painting);
    else if (this.echo.isNewValue(offer.painting)) {
      // undo does not lead back to the empty painting from before the first message
      if (this.hasPainting) this.undoStack.push(this.cells);
      this.hasPainting = true;
      this.cells = parsePainting(offer.painting);
      this.paintingCanvas.isDown = false;
    }
    this.updateStatus();
  }

  /**
   * Sends the painting to a session that began under the open page, as when the server was started again: it knows at
   * most what the link holds, and what was sent to the former session will not come back.
   */
  restorePainting(knownPainting: string) {
    this.echo = new EchoFilter();
    this.echo.isNewValue(knownPainting);
    const text = writePainting(this.cells);
    if (text === knownPainting) return;
    this.echo.noteSent(text);
    this.send(text);
  }

  // Strokes -----------------------------------------------------------------------------------------------------------

  beginStroke(place: Place) {
    this.undoStack.push(this.cells.slice());
    this.hasStrokeChanged = paintStroke(this.cells, place, place, this.controls.currentBrush);
  }

  continueStroke(start: Place, end: Place) {
    this.hasStrokeChanged = paintStroke(this.cells, start, end, this.controls.currentBrush) || this.hasStrokeChanged;
  }

  endStroke(isKept: boolean) {
    if (isKept && this.hasStrokeChanged) return this.sendPainting();
    this.cells = this.undoStack.pop() ?? this.cells;
    this.updateStatus();
  }

  undo() {
    this.paintingCanvas.stopStroke(true);
    const previousCells = this.undoStack.pop();
    if (!previousCells) return;
    this.cells = previousCells;
    this.sendPainting();
  }

  /** Replaces the painting. */
  replacePainting(cells: Uint8Array) {
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
    this.send(text);
    reportAction({ kind: "paint" });
    this.updateStatus();
  }

  updateStatus() {
    // with `disabled`, the button would lose the focus
    this.controls.undoButton.setAttribute("aria-disabled", String(!this.undoStack.length));
    const sentence = paintedShareSentence(this.cells, this.offer.classes);
    if (this.status.textContent !== sentence) this.status.textContent = sentence;
    this.paintingCanvas.requestPaint();
  }
}
