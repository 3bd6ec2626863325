/**
 * The drawing pad: strokes in the colours and with the width of the data set's lines.
 */

import { context2d } from "../base/canvas_shapes.js";
import { button, element } from "../base/dom.js";
import { drawStrokes, fitStrokes } from "./strokes.js";
import { StrokeSurface } from "./stroke_surface.js";
import { translate } from "../base/translate.js";

/** @typedef {import("../../messages.js").InputPreprocessing} InputPreprocessing stroke: width of a line; image: C, H, W */
/** @typedef {import("./stroke_surface.js").Place} Place in units of the pad's width */

const CANVAS_WIDTH = 224; // width of the canvas in pixels
const MIN_POINT_DISTANCE = 1 / 400; // the least distance between two points of a stroke
const COLOURS = { dark: { paper: "#000", ink: "#fff" }, light: { paper: "#fff", ink: "#000" } };

/**
 * Whether images of the data set can be drawn: grey ones with a known ground.
 * @param {InputPreprocessing} preprocessing
 * @returns {boolean}
 */
export const canBeDrawn = ({ ground, image: [channels] }) => channels === 1 && ground !== null;

export class Pad extends StrokeSurface {
  /** @param {() => void} onChange called after each stroke, and after strokes were removed */
  constructor(onChange) {
    super(
      {
        tool: "pen",
        step: 1 / 20,
        fine: 1 / 100,
        edge: 0,
        begin: (place) => this.strokes.push([...place]),
        draw: (_, place) => this.extendStroke(place),
        end: (isKept) => this.finishStroke(isKept),
        undo: () => this.undo(),
        paint: () => this.paint(),
        placeText: () => this.placeText(),
      },
      { class: "lp-pad", "aria-label": translate("Drawing pad"), "aria-describedby": "lp-pad-keys" },
      { class: "lp-note lp-pad-keys", id: "lp-pad-keys" },
    );
    this.onChange = onChange;
    /** The last one is in progress while the pen is down. @type {import("./strokes.js").Stroke[]} */
    this.strokes = [];
    /** @type {InputPreprocessing} */
    this.preprocessing = { fill: null, centre: "box", ground: null, stroke: 0.09, image: [1, 1, 1] };
    this.buttons = element(
      "div",
      { class: "lp-switches" },
      button(translate("Undo"), () => this.undo()),
      button(translate("Clear"), () => this.clear()),
      this.announcement,
    );
  }

  /** @param {InputPreprocessing} preprocessing */
  setPreprocessing(preprocessing) {
    const [, height, width] = preprocessing.image;
    for (const part of [this.canvas, this.hint, this.buttons]) part.hidden = !canBeDrawn(preprocessing);
    this.preprocessing = preprocessing;
    this.size = /** @type {Place} */ ([1, height / width]);
    this.place = /** @type {Place} */ ([0.5, this.size[1] / 2]);
    this.canvas.width = CANVAS_WIDTH;
    this.canvas.height = Math.round(CANVAS_WIDTH * this.size[1]);
    this.paint();
  }

  get colours() {
    return COLOURS[this.preprocessing.ground ?? "dark"];
  }

  /**
   * The drawing, scaled as its preprocessing says and with the data set's line width at that scale; null if there is
   * none.
   * @returns {ImageData | null}
   */
  toImageData() {
    if (!this.strokes.length || this.canvas.hidden) return null;
    const {
      fill,
      stroke,
      image: [, height, width],
    } = this.preprocessing;
    const scale = Math.max(8, Math.ceil(CANVAS_WIDTH / width)); // pixels of the drawing for a pixel of the image
    const canvas = element("canvas", { width: width * scale, height: height * scale });
    const pen = context2d(canvas, { willReadFrequently: true });
    const lines = fill === null ? this.strokes : fitStrokes(this.strokes, fill, stroke, this.size[1]);
    drawStrokes(pen, lines, width * scale, stroke, this.colours);
    return pen.getImageData(0, 0, canvas.width, canvas.height);
  }

  // Strokes -----------------------------------------------------------------------------------------------------------

  /** @param {Place} to */
  extendStroke([x, y]) {
    const stroke = this.strokes[this.strokes.length - 1];
    const [lastX, lastY] = stroke.slice(-2);
    if (Math.hypot(x - lastX, y - lastY) >= MIN_POINT_DISTANCE) stroke.push(x, y);
  }

  /** @param {boolean} isKept */
  finishStroke(isKept) {
    if (isKept) this.onChange();
    else this.strokes.pop();
  }

  undo() {
    this.isDown = false;
    if (!this.strokes.pop()) return;
    this.requestPaint();
    this.onChange();
  }

  clear() {
    this.removeStrokes();
    this.onChange();
  }

  /** Removes the strokes because a file replaces the drawing. */
  removeStrokes() {
    this.isDown = false;
    this.strokes = [];
    this.requestPaint();
  }

  /** @returns {string} */
  placeText() {
    return translate("{across} across, {down} down", {
      across: Math.round(100 * this.place[0]),
      down: Math.round((100 * this.place[1]) / this.size[1]),
    });
  }

  /** @param {CanvasRenderingContext2D} pen */
  drawInvitation(pen) {
    pen.globalAlpha = 0.6;
    pen.fillStyle = this.colours.ink;
    pen.font = "18px sans-serif";
    pen.textAlign = "center";
    pen.fillText(this.preprocessing.invitation ?? "", CANVAS_WIDTH / 2, this.canvas.height / 2 + 6);
    pen.globalAlpha = 1;
  }

  paint() {
    const pen = context2d(this.canvas);
    drawStrokes(pen, this.strokes, CANVAS_WIDTH, this.preprocessing.stroke, this.colours);
    if (!this.strokes.length) this.drawInvitation(pen);
    if (this.canvas.matches(":focus-visible")) this.drawRing(pen, CANVAS_WIDTH, 6, "#56b4e9");
  }
}
