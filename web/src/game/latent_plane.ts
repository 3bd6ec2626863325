/**
 * The latent plane of the game: D's surface, the prior and samples of it, codes by class, and the codes of the
 * mini-batch.
 */

import { memoizeLast, throttleToFrame } from "../base/memoize.ts";
import { AnimationClock } from "../base/animation_clock.ts";
import { element, observeSize } from "../base/dom.ts";
import { fillCircle, strokePath, strokeCircle } from "../base/canvas_shapes.ts";
import { readMarkScale, readTheme } from "../base/theme.ts";
import { StampRenderer, StampCache } from "../codes/stamp_renderer.ts";
import { drawHighlight } from "../lessons/plane_highlight.ts";
import { estimateRegion } from "../priors/region.ts";
import { isPlaceFree, labelsWithRoom, placesBeside } from "../view/free_places.ts";
import {
  drawGrid,
  drawRings,
  drawSamples,
  strokeWithRim,
  discriminatorImage,
  prepareCanvas,
  priorImage,
  priorRimImage,
  priorRings,
} from "../view/layers.ts";
import { interpolate } from "../view/slice.ts";
import { Viewport } from "../view/viewport.ts";
import type { Paper } from "../view/layers.ts";
import type { Field } from "../messages.ts";

/** A state of the plane. */
export type PlaneState = { codes: ArrayLike<number>; surface: Field | null; half: number; centre: number[] };
/**
 * z: codes of the mini-batch, x and y in turn; before: where they lay before the step; numberedCount: how many of
 * them, from the first, are numbered
 */
type BatchCodes = { z: ArrayLike<number>; before: ArrayLike<number> | null; numberedCount: number };

const DIMMED_OPACITY = 0.2;
const FADED_OPACITY = 0.4; // of the codes of all images behind many codes of one
const NUMBER_RADIUS = 9; // CSS pixels of a code's number
const NUMBER_GAP = 2; // CSS pixels between two numbers
const TRAVEL_SECONDS = 0.7; // seconds in which codes move to their new places in slow motion

export class LatentPlane {
  view = new Viewport();
  points = new StampRenderer(new StampCache());
  canvas = element("canvas", { class: "gb-plane", role: "img" });
  classes: { labels: ArrayLike<number>; colours: string[]; shapes: string[] } | null = null;
  state: PlaneState | null = null;
  previousState: PlaneState | null = null;
  items: BatchCodes | null = null;
  samples: ArrayLike<number> = [];
  /** Many samples of the prior, from which its region is estimated; null for a model without one. */
  priorSamples: ArrayLike<number> | null = null;
  /** Many codes of one image, x and y in turn, in place of those of the mini-batch. */
  manyCodes: Float32Array | null = null;
  highlightedLayers: Set<string> | null = null;
  /** The kind of thing that a lesson highlights, or "". */
  lessonHighlight = "";
  pointedItem = -1;
  progress = 1;
  clock = new AnimationClock((seconds) => this.advance(seconds));
  refresh = throttleToFrame(() => this.draw());
  surfaceImage = memoizeLast(discriminatorImage);
  estimateRegion = memoizeLast(estimateRegion);
  priorImage = memoizeLast(priorImage);
  priorRimImage = memoizeLast(priorRimImage);
  priorRings = memoizeLast(priorRings);
  stopObserving = observeSize(this.canvas, () => this.refresh());

  constructor() {}

  close() {
    this.stopObserving();
    this.clock.stop();
    this.refresh.close();
  }

  /**
   * Shows another state.
   * @param isAnimated whether the codes are animated on their way to it
   */
  showState(state: PlaneState, isAnimated: boolean) {
    this.clock.stop();
    this.previousState = isAnimated && this.state?.codes.length === state.codes.length ? this.state : null;
    this.state = state;
    this.progress = this.previousState ? 0 : 1;
    this.view.setHome(state.half, state.centre);
    this.view.goHome();
    if (this.previousState) this.clock.start();
    else this.refresh();
  }

  /** @param seconds by which the codes go on */
  advance(seconds: number) {
    this.progress = Math.min(1, this.progress + seconds / TRAVEL_SECONDS);
    if (this.progress === 1) this.clock.stop();
    this.draw();
  }

  draw() {
    const { canvas, view, state } = this;
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (!width || !height || !state || !this.classes) return;
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
    view.resize(width, height);
    view.markScale = readMarkScale(canvas);
    const paper = prepareCanvas(canvas, view, readTheme(canvas), ratio);
    const { pen } = paper;
    const toScreen = (x: number, y: number) => view.toScreen(x, y);
    this.drawLayer(
      pen,
      "surface",
      () => state.surface && drawGrid(paper, this.surfaceImage(state.surface), state.surface),
    );
    drawAxes(paper);
    this.drawLayer(pen, "prior", () => this.fillRegion(paper));
    this.drawLayer(pen, "codes", () => this.drawCodes(paper, ratio));
    this.drawLayer(pen, "prior", () => this.drawPrior(paper));
    if (this.manyCodes) drawManyCodes(paper, this.manyCodes);
    else if (this.items) this.drawItems(paper, this.items);
    if (this.lessonHighlight)
      drawHighlight(pen, {
        drawn: this.lessonHighlight,
        toScreen,
        width,
        height,
        codes: state.codes,
        prior: this.samples,
        draws: this.manyCodes ?? [],
        places: this.items ? placeNumbers(numberedPlaces(this.items, view), view.markScale) : [],
      });
  }

  /** Draws a layer, faintly if others are highlighted. */
  drawLayer(pen: CanvasRenderingContext2D, name: string, paint: () => void) {
    pen.globalAlpha = this.highlightedLayers && !this.highlightedLayers.has(`plane:${name}`) ? DIMMED_OPACITY : 1;
    paint();
    pen.globalAlpha = 1;
  }

  /** The prior's region; null for a model without one. */
  get region() {
    return this.priorSamples && this.estimateRegion(this.priorSamples);
  }

  /** The prior as one shape: filled, or with a soft rim alone where D's surface is to be seen inside it. */
  fillRegion(paper: Paper) {
    const { region, state, highlightedLayers } = this;
    if (!region) return;
    const isOnSurface = state?.surface && (!highlightedLayers || highlightedLayers.has("plane:surface"));
    drawGrid(paper, isOnSurface ? this.priorRimImage(region) : this.priorImage(region), region);
  }

  /** The prior's rings and samples, above the codes. */
  drawPrior(paper: Paper) {
    drawSamples(paper, this.samples);
    if (this.region) drawRings(paper, this.priorRings(this.region));
  }

  /**
   * Shows many codes of one image; null removes them.
   * @param codes x and y in turn
   */
  showManyCodes(codes: Float32Array | null) {
    this.manyCodes = codes;
    this.refresh();
  }

  /** Highlights what a lesson points at; "" ends it. */
  setLessonHighlight(drawn: string) {
    if (drawn === this.lessonHighlight) return;
    this.lessonHighlight = drawn;
    this.refresh();
  }

  drawCodes({ pen, view, theme }: Paper, ratio: number) {
    const { classes, state, previousState, progress } = this;
    if (!classes || !state) return;
    // between two moments
    const xy = previousState ? interpolate(previousState.codes, state.codes, progress) : Float32Array.from(state.codes);
    this.points.draw({ xy, ...classes }, view, ratio, new Set(), theme.background, null);
    if (this.manyCodes) pen.globalAlpha = Math.min(pen.globalAlpha, FADED_OPACITY);
    pen.drawImage(this.points.canvas, 0, 0, view.width, view.height);
  }

  /** The codes of the mini-batch as small rings; the numbered ones with an arrow and a number. */
  drawItems(paper: Paper, items: BatchCodes) {
    const { pen, view, theme } = paper;
    const { z, before, numberedCount } = items;
    const toPixels = (values: ArrayLike<number>, k: number) => view.toScreen(values[2 * k], values[2 * k + 1]);
    this.drawLayer(pen, "batch", () => {
      for (let k = numberedCount; k < z.length / 2; k++) strokeCircle(pen, ...toPixels(z, k), 2.5, theme.text, 0.75);
    });
    this.drawLayer(pen, "arrows", () => {
      for (let k = 0; before && k < numberedCount; k++) drawArrow(paper, toPixels(before, k), toPixels(z, k));
    });
    const places = numberedPlaces(items, view);
    const numberPlaces = placeNumbers(places, view.markScale);
    this.drawLayer(pen, "items", () => {
      numberPlaces.forEach((numberPlace, k) => drawLeader(paper, places[k], numberPlace));
      numberPlaces.forEach(([x, y], k) => drawNumberedItem(paper, x, y, k, k === this.pointedItem));
    });
  }
}

function drawAxes({ pen, view, theme }: Paper) {
  const [x, y] = view.toScreen(0, 0);
  pen.globalAlpha = 0.25;
  pen.beginPath();
  pen.moveTo(0, y);
  pen.lineTo(view.width, y);
  pen.moveTo(x, 0);
  pen.lineTo(x, view.height);
  strokePath(pen, theme.text, 1);
  pen.globalAlpha = 1;
}

/** Where the numbered codes lie on the screen. */
const numberedPlaces = ({ z, numberedCount }: BatchCodes, view: Viewport): [number, number][] =>
  Array.from({ length: numberedCount }, (_, k) => view.toScreen(z[2 * k], z[2 * k + 1]));

/**
 * Where the numbers of codes stand: at their codes, or beside them where they would cover one another.
 * @param places of the codes on the screen
 */
export function placeNumbers(places: [number, number][], markScale: number): [number, number][] {
  const radius = NUMBER_RADIUS * markScale;
  const labels = places.map(([x, y], item) => ({ item, x, y, halfWidth: radius, halfHeight: radius }));
  const placedLabels = labelsWithRoom(labels, NUMBER_GAP);
  for (const label of labels) {
    if (placedLabels.includes(label)) continue;
    const freeBox = placesBeside(label).find((box) => isPlaceFree(box, placedLabels, NUMBER_GAP));
    placedLabels.push(freeBox ?? label);
  }
  return placedLabels.sort((a, b) => a.item - b.item).map(({ x, y }) => [x, y]);
}

/**
 * A line from a code to its number, where that stands beside it.
 * @param place of the code
 */
function drawLeader(paper: Paper, [x0, y0]: [number, number], [x1, y1]: [number, number]) {
  if (x0 === x1 && y0 === y1) return;
  const { pen, view, theme } = paper;
  pen.beginPath();
  pen.moveTo(x0, y0);
  pen.lineTo(x1, y1);
  strokeWithRim(paper, 1.25 * view.markScale, 3 * view.markScale);
  fillCircle(pen, x0, y0, 3 * view.markScale, theme.text);
  strokePath(pen, theme.background, 1);
}

function drawNumberedItem(
  { pen, view: { markScale }, theme }: Paper,
  x: number,
  y: number,
  item: number,
  isPointed: boolean,
) {
  fillCircle(pen, x, y, (isPointed ? 13 : NUMBER_RADIUS) * markScale, theme.background);
  strokePath(pen, isPointed ? theme.primary : theme.text, isPointed ? 3.5 : 1.75);
  pen.font = `bold ${Math.round((isPointed ? 14 : 11) * markScale)}px sans-serif`;
  pen.textAlign = "center";
  pen.fillStyle = theme.text;
  pen.fillText(String(item + 1), x, y + (isPointed ? 5 : 4) * markScale);
}

/**
 * Codes of one image as small discs, with lines to their mean.
 * @param codes x and y in turn
 */
function drawManyCodes({ pen, view, theme }: Paper, codes: Float32Array) {
  const count = codes.length / 2;
  const places = Array.from({ length: count }, (_, k) => view.toScreen(codes[2 * k], codes[2 * k + 1]));
  const middle = [0, 1].map((axis) => places.reduce((sum, place) => sum + place[axis], 0) / count);
  const [x, y] = middle;
  pen.globalAlpha = 0.35;
  pen.beginPath();
  for (const place of places) {
    pen.moveTo(x, y);
    pen.lineTo(place[0], place[1]);
  }
  strokePath(pen, theme.text, 0.75);
  pen.globalAlpha = 1;
  for (const place of places) {
    fillCircle(pen, place[0], place[1], 3.5 * view.markScale, theme.text);
    strokePath(pen, theme.background, 1);
  }
  fillCircle(pen, x, y, 7 * view.markScale, theme.background);
  strokePath(pen, theme.primary, 3.5);
}

/** A line from the old place to the new one, unless it is too short to be seen. */
function drawArrow(paper: Paper, [x0, y0]: number[], [x1, y1]: number[]) {
  if (Math.hypot(x1 - x0, y1 - y0) < 2) return;
  const { pen, theme } = paper;
  pen.beginPath();
  pen.moveTo(x0, y0);
  pen.lineTo(x1, y1);
  strokeWithRim(paper, 2, 5);
  strokeCircle(pen, x0, y0, 2.5, theme.text, 2);
}
