/**
 * The drawing pad: strokes in the colours and with the width of the data set's lines.
 */

import { context2d } from "../base/canvas_shapes.ts";
import { button, element } from "../base/dom.ts";
import { drawStrokes, fitStrokes } from "./strokes.ts";
import { StrokeSurface } from "./stroke_surface.ts";
import { translate } from "../base/translate.ts";
import type { InputPreprocessing } from "../messages.ts";
import type { Place } from "./stroke_surface.ts";
import type { Stroke } from "./strokes.ts";

const CANVAS_WIDTH = 224; // width of the canvas in pixels
const MIN_POINT_DISTANCE = 1 / 400; // the least distance between two points of a stroke
const COLOURS = { dark: { paper: "#000", ink: "#fff" }, light: { paper: "#fff", ink: "#000" } };

/** Whether images of the data set can be drawn: grey ones with a known ground. */
export const canBeDrawn = ({ ground, image: [channels] }: InputPreprocessing): boolean =>
  channels === 1 && ground !== null;

export class Pad extends StrokeSurface {
  onChange: () => void;
  /** The last one is in progress while the pen is down. */
  strokes: Stroke[] = [];
  preprocessing: InputPreprocessing = { fill: null, centre: "box", ground: null, stroke: 0.09, image: [1, 1, 1] };
  buttons: HTMLDivElement;

  /** @param onChange called after each stroke, and after strokes were removed */
  constructor(onChange: () => void) {
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
    this.buttons = element(
      "div",
      { class: "lp-switches" },
      button(translate("Undo"), () => this.undo()),
      button(translate("Clear"), () => this.clear()),
      this.announcement,
    );
  }

  setPreprocessing(preprocessing: InputPreprocessing) {
    const [, height, width] = preprocessing.image;
    for (const part of [this.canvas, this.hint, this.buttons]) part.hidden = !canBeDrawn(preprocessing);
    this.preprocessing = preprocessing;
    this.size = [1, height / width] as Place;
    this.place = [0.5, this.size[1] / 2] as Place;
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
   */
  toImageData(): ImageData | null {
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

  extendStroke([x, y]: Place) {
    const stroke = this.strokes[this.strokes.length - 1];
    const [lastX, lastY] = stroke.slice(-2);
    if (Math.hypot(x - lastX, y - lastY) >= MIN_POINT_DISTANCE) stroke.push(x, y);
  }

  finishStroke(isKept: boolean) {
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

  placeText(): string {
    return translate("{across} across, {down} down", {
      across: Math.round(100 * this.place[0]),
      down: Math.round((100 * this.place[1]) / this.size[1]),
    });
  }

  drawInvitation(pen: CanvasRenderingContext2D) {
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
