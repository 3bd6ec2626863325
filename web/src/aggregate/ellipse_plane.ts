/**
 * The plane of the aggregated posterior: the ellipses of twenty images, which add up to q(z), over the prior. An ellipse
 * is moved with the pointer, or with the arrow keys.
 */

import { fillCircle, strokeCircle, strokePath } from "../base/canvas_shapes.ts";
import { VERDICT_COLOURS } from "../base/colours.ts";
import { element, observeSize } from "../base/dom.ts";
import { memoizeLast, throttleToFrame } from "../base/memoize.ts";
import { imageCanvas } from "../base/pictures.ts";
import { parseColour, readMarkScale, readTheme } from "../base/theme.ts";
import { translate } from "../base/translate.ts";
import { HIGHLIGHT_COLOUR } from "../lessons/plane_highlight.ts";
import { contourLines } from "../view/contours.ts";
import {
  drawAxisLabels,
  drawGrid,
  drawGridLines,
  drawRings,
  prepareCanvas,
  priorImage,
  priorRings,
} from "../view/layers.ts";
import { Viewport } from "../view/viewport.ts";
import { mixtureMass, priorMass } from "./divergences.ts";
import type { Posteriors } from "./divergences.ts";
import type { Paper } from "../view/layers.ts";
import type { Field } from "../messages.ts";

const HALF = 3.3; // half the width of the plane
const GRID_SIDE = 141; // points along each side of the grids
const CELL = (2 * HALF) / (GRID_SIDE - 1);
const CODE_COLOUR = `rgb(${VERDICT_COLOURS.code.join()})`;
const RING_SHARES = [0.5, 0.9]; // of the mass, inside the rings of the prior
// Radii of an ellipse in widths, from outside to inside, and the opacity that each adds: 90 % of q(z|x) lies inside the first.
const FILL_RADII = [2.146, 1.75, 1.35, 0.95, 0.55];
const FILL_OPACITY = 0.065;
// A wide ellipse is fainter, as its density is lower: its opacity is full up to this width, and falls from there on.
const [FULL_WIDTH, MIN_SHARE] = [0.3, 0.22];
const OUTER_RADIUS = FILL_RADII[0];
const DOT = 2.5; // CSS pixels: the least radius of an ellipse
const DIGIT = 20; // CSS pixels: side of an image
const GRAB_REACH = 30; // CSS pixels
const KEY_STEP = 0.1;
/** Steps to the right and upwards. */
const ARROWS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

type Listeners = {
  /** an ellipse was chosen */ onChoose: (index: number) => void;
  /** it is to be moved by so much */ onMove: (index: number, dx: number, dy: number) => void;
  /** the movement has ended */ onRelease: () => void;
};

export class EllipsePlane {
  listeners: Listeners;
  view = new Viewport();
  canvas: HTMLCanvasElement;
  posteriors: Posteriors;
  /** Alpha of the images, whose ink is opaque, one canvas each in the colour of text. */
  digits: HTMLCanvasElement[];
  chosenIndex: number;
  /** Where the pointer was last while it drags, on the plane. */
  dragPlace: [number, number] | null;
  lessonHighlight: string;
  refresh;
  mixtureLines;
  prior;
  priorImage;
  priorRings;
  makeDigits;
  stopObserving: () => void;
  images: Field | undefined;

  constructor(listeners: Listeners) {
    this.listeners = listeners;
    this.view.setHome(HALF, [0, 0]);
    this.canvas = element("canvas", {
      class: "ag-plane",
      tabindex: "0",
      role: "application",
      "aria-roledescription": translate("plane"),
      onpointerdown: (event) => this.grab(event),
      onpointermove: (event) => this.drag(event),
      onpointerup: () => this.release(),
      onpointercancel: () => this.release(),
      onkeydown: (event) => this.handleKey(event),
    });
    this.posteriors = { means: [], widths: [] };
    this.digits = [];
    this.chosenIndex = 0;
    this.dragPlace = null;
    this.lessonHighlight = "";
    this.refresh = throttleToFrame(() => this.draw());
    this.mixtureLines = memoizeLast((posteriors: Posteriors) =>
      contourLines(mixtureMass(posteriors, HALF, GRID_SIDE), RING_SHARES[1]),
    );
    this.prior = { ...priorMass(HALF, GRID_SIDE), levels: RING_SHARES };
    this.priorImage = memoizeLast(priorImage);
    this.priorRings = memoizeLast(priorRings);
    this.makeDigits = memoizeLast(inkCanvases);
    this.stopObserving = observeSize(this.canvas, () => this.refresh());
  }

  close() {
    this.stopObserving();
    this.refresh.close();
  }

  show(posteriors: Posteriors) {
    this.posteriors = posteriors;
    this.refresh();
  }

  /** @param images n×H×W, ink 255 */
  setImages(images: Field) {
    this.images = images;
    this.chosenIndex = 0;
  }

  /** Highlights what a lesson points at; "" ends it. */
  setLessonHighlight(drawn: string) {
    if (drawn === this.lessonHighlight) return;
    this.lessonHighlight = drawn;
    this.refresh();
  }

  get count() {
    return this.posteriors.means.length / 2;
  }

  // Pointer and keys --------------------------------------------------------------------------------------------------

  placeOf(event: PointerEvent): [number, number] {
    const box = this.canvas.getBoundingClientRect();
    return this.view.toPlane(event.clientX - box.left, event.clientY - box.top);
  }

  grab(event: PointerEvent) {
    const place = this.placeOf(event);
    const index = this.nearest(place);
    if (index < 0) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.dragPlace = place;
    this.choose(index);
  }

  drag(event: PointerEvent) {
    const place = this.placeOf(event);
    if (!this.dragPlace) return void (this.canvas.style.cursor = this.nearest(place) < 0 ? "" : "grab");
    const [x, y] = this.dragPlace;
    this.dragPlace = place;
    this.listeners.onMove(this.chosenIndex, place[0] - x, place[1] - y);
  }

  release() {
    if (!this.dragPlace) return;
    this.dragPlace = null;
    this.listeners.onRelease();
  }

  /** The number of the ellipse whose middle is nearest, −1 if none is near. */
  nearest([x, y]: [number, number]) {
    const { means } = this.posteriors;
    const distances = Array.from({ length: this.count }, (_, k) => Math.hypot(means[2 * k] - x, means[2 * k + 1] - y));
    const minDistance = Math.min(...distances);
    return minDistance * this.view.scale <= GRAB_REACH ? distances.indexOf(minDistance) : -1;
  }

  handleKey(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    if (!arrow && event.key.toLowerCase() !== "n") return;
    event.preventDefault();
    event.stopPropagation(); // Streamlit has keys of its own
    if (!arrow) return this.choose((this.chosenIndex + 1) % this.count);
    this.listeners.onMove(this.chosenIndex, KEY_STEP * arrow[0], KEY_STEP * arrow[1]);
    this.listeners.onRelease();
  }

  choose(index: number) {
    this.chosenIndex = index;
    this.listeners.onChoose(index);
    this.refresh();
  }

  // Drawing -----------------------------------------------------------------------------------------------------------

  draw() {
    const { canvas, view } = this;
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (!width || !height || !this.images) return;
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
    view.resize(width, height);
    view.markScale = readMarkScale(canvas);
    const paper = prepareCanvas(canvas, view, readTheme(canvas), ratio);
    drawGrid(paper, this.priorImage(this.prior), this.prior);
    drawGridLines(paper);
    this.drawEllipses(paper);
    drawRings(paper, this.priorRings(this.prior));
    this.drawMixture(paper);
    this.drawDigits(paper);
    if (this.lessonHighlight) this.drawHighlight(paper);
    drawAxisLabels(paper, ["z₁", "z₂"]);
  }

  /**
   * The path of an ellipse, at least a dot.
   * @param k its number
   * @param radius in widths
   */
  traceEllipse({ pen, view }: Paper, k: number, radius: number) {
    const { means, widths } = this.posteriors;
    const [x, y] = view.toScreen(means[2 * k], means[2 * k + 1]);
    const minRadius = (DOT * radius) / OUTER_RADIUS;
    const [radiusX, radiusY] = [0, 1].map((j) => Math.max(minRadius, radius * widths[2 * k + j] * view.scale));
    pen.beginPath();
    pen.ellipse(x, y, radiusX, radiusY, 0, 0, 2 * Math.PI);
  }

  /** The ellipses, translucent, so that they add up. */
  drawEllipses(paper: Paper) {
    const { pen } = paper;
    const { widths } = this.posteriors;
    pen.fillStyle = CODE_COLOUR;
    for (let k = 0; k < this.count; k++) {
      const width = Math.sqrt(widths[2 * k] * widths[2 * k + 1]);
      const share = Math.max(MIN_SHARE, Math.min(1, FULL_WIDTH / width));
      for (const radius of FILL_RADII) {
        pen.globalAlpha = share * FILL_OPACITY;
        this.traceEllipse(paper, k, radius);
        pen.fill();
      }
      pen.globalAlpha = 0.55;
      strokeEdge(paper, () => this.traceEllipse(paper, k, OUTER_RADIUS));
    }
    pen.globalAlpha = 1;
  }

  /** The edge of the densest 90 % of q(z), where the grid is fine enough to have it. */
  drawMixture(paper: Paper) {
    const { pen, view, theme } = paper;
    if (Math.min(...Array.from(this.posteriors.widths)) < CELL) return;
    const lines = this.mixtureLines(this.posteriors);
    pen.beginPath();
    for (let offset = 0; offset < lines.length; offset += 4) {
      pen.moveTo(...view.toScreen(lines[offset], lines[offset + 1]));
      pen.lineTo(...view.toScreen(lines[offset + 2], lines[offset + 3]));
    }
    pen.lineCap = "round";
    strokePath(pen, theme.background, 5.5 * view.markScale);
    strokePath(pen, CODE_COLOUR, 3 * view.markScale);
  }

  /** The images beside the middles of their ellipses, those of small ones above them. */
  drawDigits({ pen, view, theme }: Paper) {
    const { means, widths } = this.posteriors;
    const side = DIGIT * view.markScale;
    this.digits = this.makeDigits(this.images as Field, theme.text);
    for (let k = 0; k < this.count; k++) {
      const [x, y] = view.toScreen(means[2 * k], means[2 * k + 1]);
      const room = OUTER_RADIUS * widths[2 * k + 1] * view.scale;
      const lift = Math.max(0, side / 2 + DOT - room / 2);
      if (k === this.chosenIndex && this.canvas.matches(":focus"))
        strokeCircle(pen, x, y - lift, side * 0.7, theme.primary, 2.5);
      if (lift > 0) fillCircle(pen, x, y, DOT, CODE_COLOUR);
      pen.drawImage(this.digits[k], x - side / 2, y - lift - side / 2, side, side);
    }
  }

  drawHighlight(paper: Paper) {
    const { pen, view } = paper;
    const radius = Math.sqrt(-2 * Math.log(1 - RING_SHARES[1]));
    if (this.lessonHighlight === "prior")
      strokeCircle(pen, ...view.toScreen(0, 0), radius * view.scale, HIGHLIGHT_COLOUR, 4);
    for (let k = 0; this.lessonHighlight === "codes" && k < this.count; k++) {
      this.traceEllipse(paper, k, OUTER_RADIUS);
      strokePath(pen, HIGHLIGHT_COLOUR, 2);
    }
  }
}

function strokeEdge({ pen, view }: Paper, trace: () => void) {
  trace();
  strokePath(pen, CODE_COLOUR, 1 * view.markScale);
}

/**
 * The ink of images in a colour, on nothing.
 * @param images n×H×W, ink 255
 */
function inkCanvases({ values, shape: [count, height, width] }: Field, colour: string): HTMLCanvasElement[] {
  const ink = parseColour(colour);
  return Array.from({ length: count }, (_, k) => {
    const image = new ImageData(width, height);
    for (let pixel = 0; pixel < height * width; pixel++)
      image.data.set([...ink, values[k * height * width + pixel]], 4 * pixel);
    return imageCanvas(image);
  });
}
