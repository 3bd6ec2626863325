/**
 * The layers under and over the codes: density of q(z), D's surface, the region and samples of p(z), axes.
 */

import { contourLines } from "./contours.ts";
import { PRIOR_COLOUR, VERDICT_COLOURS } from "../base/colours.ts";
import { context2d, strokePath, traceCrosses } from "../base/canvas_shapes.ts";
import { imageCanvas } from "../base/pictures.ts";
import { parseColour } from "../base/theme.ts";
import { axisTicks } from "./viewport.ts";
import { translate } from "../base/translate.ts";
import type { Field } from "../messages.ts";
import type { Viewport } from "./viewport.ts";
import type { Theme } from "../base/theme.ts";

/** What a layer is drawn with: sizes are CSS pixels. */
export type Paper = { pen: CanvasRenderingContext2D; view: Viewport; theme: Theme };
/**
 * a layer of the plane: the key and the title of its switch; on: whether it is on at first; explanation: a sentence
 * below the plane while it is on
 */
export type Layer = { id: string; key: string; title: string; on: boolean; explanation?: string };

const SURFACE_EXPLANATION = translate(
  "D’s surface: orange where D takes z for a code, blue where it takes z for a sample of the prior, grey where it cannot tell.",
);
const REGION_EXPLANATION = translate("The prior: one in ten codes should lie outside the outer ring.");
const PUSH_EXPLANATION = translate(
  "Arrows: the direction in which D pushes a code, along the gradient of log D(z); a longer arrow is a stronger push.",
);

/** The layers in the order of their switches, the most used first; `on` applies unless Python says otherwise. */
export const LAYERS: Layer[] = [
  { id: "codes", key: "c", title: translate("Codes"), on: true },
  { id: "prior", key: "p", title: translate("Prior"), on: true, explanation: REGION_EXPLANATION },
  { id: "judge", key: "j", title: translate("D’s surface"), on: false, explanation: SURFACE_EXPLANATION },
  { id: "manifold", key: "m", title: translate("Manifold"), on: false },
  { id: "samples", key: "s", title: translate("Prior samples"), on: false },
  { id: "thumbs", key: "t", title: translate("Images at codes"), on: false },
  { id: "density", key: "d", title: translate("Density of q(z)"), on: false },
  { id: "push", key: "g", title: translate("Push on codes"), on: false, explanation: PUSH_EXPLANATION },
  { id: "regions", key: "n", title: translate("Names of regions"), on: true },
  { id: "shapes", key: "h", title: translate("A shape for each class"), on: false },
];

/** The layers that are seen well only if the codes step back. */
export const DIMMING_LAYERS = ["judge", "manifold", "samples"];
const MAX_CROSSES = 600; // more would hide the codes
const CROSS_REACH = 3.25; // half the width of a cross, in CSS pixels
// opacity of the prior's region in its middle and at its outer ring, and the share of the mass where it has faded
const REGION_OPACITY = { middle: 0.42, ring: 0.17, ringShare: 0.9, end: 0.97 };
const RING_NAME_SIZE = 11; // CSS pixels
// where a picture is to be seen in its middle: the rim begins where the share `inner` of the mass lies further inside
const RIM_OPACITY = { inner: 0.2, middle: 0.08, ring: 0.32 };
const UNDECIDED_COLOUR = [140, 140, 140]; // where D(z) is ½

/**
 * A grid as a small picture, one pixel a cell.
 * @param paint RGBA, 0–255
 */
function gridImage(grid: Field, paint: (value: number) => number[]): HTMLCanvasElement {
  const [rows, columns] = grid.shape;
  const image = new ImageData(columns, rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const pixel = 4 * ((rows - 1 - row) * columns + column); // row 0 is the lowest of the plane
      image.data.set(paint(grid.values[row * columns + column]), pixel);
    }
  }
  return imageCanvas(image);
}

/** Clears a canvas and sets its units to CSS pixels. */
export function prepareCanvas(canvas: HTMLCanvasElement, view: Viewport, theme: Paper["theme"], ratio: number): Paper {
  const pen = context2d(canvas);
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, view.width, view.height);
  return { pen, view, theme };
}

/** @param image of `gridImage` */
export function drawGrid(
  { pen, view }: Pick<Paper, "pen" | "view">,
  image: HTMLCanvasElement,
  grid: Pick<Field, "shape" | "box">,
) {
  const [rows, columns] = grid.shape;
  const [x0, x1, y0, y1] = grid.box as number[];
  const [halfX, halfY] = [(x1 - x0) / (columns - 1) / 2, (y1 - y0) / (rows - 1) / 2];
  const [left, top] = view.toScreen(x0 - halfX, y1 + halfY);
  const [right, bottom] = view.toScreen(x1 + halfX, y0 - halfY);
  pen.imageSmoothingEnabled = true;
  pen.drawImage(image, left, top, right - left, bottom - top);
}

/**
 * Draws a grid that covers a part of the plane; around it, its outermost cells are extended at half opacity to the
 * edges of the view.
 */
export function drawGridExtendedToEdges(...[{ pen, view }, image, grid]: Parameters<typeof drawGrid>) {
  const [rows, columns] = grid.shape;
  const [x0, x1, y0, y1] = grid.box as number[];
  const [left, top] = view.toScreen(x0, y1);
  const [right, bottom] = view.toScreen(x1, y0);
  /** Pieces of an axis: start and length in the picture, then start and end on the screen. */
  const pieces = (count: number, low: number, high: number, end: number) => [
    [0, 1, Math.min(0, low), low],
    [0.5, count - 1, low, high],
    [count - 1, 1, high, Math.max(end, high)],
  ];
  pen.imageSmoothingEnabled = true;
  pieces(columns, left, right, view.width).forEach(([sx, sw, x, xEnd], i) =>
    pieces(rows, top, bottom, view.height).forEach(([sy, sh, y, yEnd], j) => {
      if (xEnd <= x || yEnd <= y) return;
      pen.globalAlpha = i === 1 && j === 1 ? 1 : 0.5;
      pen.drawImage(image, sx, sy, sw, sh, x, y, xEnd - x, yEnd - y);
    }),
  );
  pen.globalAlpha = 1;
}

/** Density of q(z), stronger where more codes lie. */
export function densityImage(grid: Field, colour: string): HTMLCanvasElement {
  const [r, g, b] = parseColour(colour);
  const top = (grid.values as Float32Array).reduce((maximum, value) => Math.max(maximum, value), 0) || 1;
  return gridImage(grid, (value) => [r, g, b, 190 * Math.sqrt(Math.max(0, value) / top)]);
}

/**
 * D's surface: orange where D takes z for a code, blue where D takes it for a sample of the prior, grey in between.
 * @param grid D(z); NaN where not computed yet
 */
export const discriminatorImage = (grid: Field): HTMLCanvasElement => gridImage(grid, discriminatorColour);

/**
 * @param value D(z)
 * @returns RGBA, 0–255
 */
export function discriminatorColour(value: number): number[] {
  if (Number.isNaN(value)) return [0, 0, 0, 0];
  const colour = value < 0.5 ? VERDICT_COLOURS.code : VERDICT_COLOURS.prior;
  const share = Math.abs(2 * value - 1);
  return [...UNDECIDED_COLOUR.map((grey, k) => grey + (colour[k] - grey) * share), 90 + 90 * share];
}

/** The colours of a feature's values from low to high; their brightness rises, so that they differ in grey too. */
export const HEAT_COLOURS = [
  [68, 1, 84],
  [59, 82, 139],
  [33, 145, 140],
  [94, 201, 98],
  [253, 231, 37],
];

/**
 * One feature over the plane.
 * @param grid its values as shares of its usual range, low 0 and high 1
 */
export const featureImage = (grid: Field): HTMLCanvasElement =>
  gridImage(grid, (value) => {
    const position = Math.min(1, Math.max(0, value)) * (HEAT_COLOURS.length - 1);
    const k = Math.min(HEAT_COLOURS.length - 2, Math.floor(position));
    return [...HEAT_COLOURS[k].map((from, c) => from + (HEAT_COLOURS[k + 1][c] - from) * (position - k)), 230];
  });

/**
 * The rings of the prior's region as line segments.
 * @param mass the share of the prior's mass with a higher density than here
 */
export function priorRings(mass: Field): Ring[] {
  return (mass.levels ?? []).map((level) => ({ level, lines: contourLines(mass, level) }));
}

/** The prior's region, densest in the middle and soft at its edge. */
export function priorImage(mass: Field): HTMLCanvasElement {
  const [r, g, b] = parseColour(PRIOR_COLOUR);
  return gridImage(mass, (share) => [r, g, b, 255 * regionOpacity(share)]);
}

/** The prior's region as a soft rim inside its outer ring, where a picture is to be seen in its middle. */
export function priorRimImage(mass: Field): HTMLCanvasElement {
  const [r, g, b] = parseColour(PRIOR_COLOUR);
  return gridImage(mass, (share) => [r, g, b, 255 * rimOpacity(share)]);
}

/** @param share of the prior's mass with a higher density */
function rimOpacity(share: number): number {
  const { inner, middle, ring } = RIM_OPACITY;
  const { ringShare, end } = REGION_OPACITY;
  if (share > ringShare) return ring * Math.max(0, (end - share) / (end - ringShare));
  return middle + (ring - middle) * Math.max(0, (share - inner) / (ringShare - inner)) ** 2;
}

/** @param share of the prior's mass with a higher density */
function regionOpacity(share: number): number {
  const { middle, ring, ringShare, end } = REGION_OPACITY;
  if (share <= ringShare) return middle + (ring - middle) * (share / ringShare);
  return ring * Math.max(0, (end - share) / (end - ringShare));
}

/** A text on the plane, in CSS pixels: its middle, and half its width and height. */
export type TextBox = { x: number; y: number; halfWidth: number; halfHeight: number };
type Ring = { level: number; lines: number[] };

/**
 * The rings of the prior's region, the outer one stronger, each named by the share of the mass inside it.
 * @param rings from the inner to the outer one
 */
export function drawRings(paper: Paper, rings: Ring[]) {
  strokeRings(paper, rings);
  nameRings(paper, rings, []);
}

/**
 * The rings without their names.
 * @param rings from the inner to the outer one
 */
export function strokeRings(paper: Paper, rings: Ring[]) {
  const { pen, view, theme } = paper;
  const opacity = pen.globalAlpha;
  rings.forEach(({ lines }, k) => {
    const isOuter = k === rings.length - 1;
    pen.beginPath();
    for (let offset = 0; offset < lines.length; offset += 4) {
      pen.moveTo(...view.toScreen(lines[offset], lines[offset + 1]));
      pen.lineTo(...view.toScreen(lines[offset + 2], lines[offset + 3]));
    }
    pen.globalAlpha = opacity * (isOuter ? 0.7 : 0.4);
    strokePath(pen, theme.background, (isOuter ? 4 : 3) * view.markScale);
    pen.globalAlpha = opacity * (isOuter ? 1 : 0.8);
    strokePath(pen, PRIOR_COLOUR, (isOuter ? 2 : 1.25) * view.markScale);
    pen.globalAlpha = opacity;
  });
}

/**
 * Names rings by the share of the mass inside them, each at its highest point, or at its lowest if another text stands
 * there.
 * @param rings from the inner to the outer one
 * @param otherTexts that keep their places
 */
export function nameRings(paper: Paper, rings: Ring[], otherTexts: TextBox[]) {
  const texts = [...otherTexts];
  for (const { level, lines } of [...rings].reverse()) {
    const box = nameContour(paper, lines, `${Math.round(100 * level)} %`, texts);
    if (box) texts.push(box);
  }
}

/** Whether two texts, with a gap around them, overlap. */
export const areTextsOverlapping = (a: TextBox, b: TextBox, gap: number): boolean =>
  Math.abs(a.x - b.x) <= a.halfWidth + b.halfWidth + gap && Math.abs(a.y - b.y) <= a.halfHeight + b.halfHeight + gap;

/** Strokes the current path over a rim of the background's colour, so that it shows on every colour. */
export function strokeWithRim({ pen, theme }: Pick<Paper, "pen" | "theme">, width: number, rim: number) {
  strokePath(pen, theme.background, rim);
  strokePath(pen, theme.text, width);
}

/**
 * A font in the view's size.
 * @param size CSS pixels
 */
export const canvasFont = (view: Viewport, size: number, weight: string = ""): string =>
  `${weight} ${Math.round(size * view.markScale)}px sans-serif`.trim();

/**
 * Names a contour at its highest point or, if that would cover one of the texts, at its lowest.
 * @returns where the name stands; null if there is no room for it
 */
function nameContour(paper: Paper, lines: number[], text: string, texts: TextBox[]): TextBox | null {
  const { pen, view } = paper;
  if (!lines.length) return null;
  pen.font = canvasFont(view, RING_NAME_SIZE);
  const halfWidth = pen.measureText(text).width / 2;
  const halfHeight = (RING_NAME_SIZE * view.markScale) / 2;
  const boxes = extremePoints(lines).map((offset) => {
    const [x, y] = view.toScreen(lines[offset], lines[offset + 1]);
    return { x, y: y - 4 - 0.36 * RING_NAME_SIZE * view.markScale, halfWidth, halfHeight };
  });
  const freeBox = boxes.find((box) => !texts.some((obstacle) => areTextsOverlapping(box, obstacle, 1)));
  if (!freeBox) return null;
  pen.textAlign = "center";
  fillTextWithRim(paper, text, freeBox.x, freeBox.y + 0.36 * RING_NAME_SIZE * view.markScale);
  return freeBox;
}

/** @returns where the highest and the lowest point are among the coordinates */
function extremePoints(lines: number[]): number[] {
  let [highest, lowest] = [0, 0];
  for (let offset = 0; offset < lines.length; offset += 2) {
    if (lines[offset + 1] > lines[highest + 1]) highest = offset;
    if (lines[offset + 1] < lines[lowest + 1]) lowest = offset;
  }
  return [highest, lowest];
}

/**
 * A path through the plane whose images are decoded: a line, and a dot where each image lies.
 * @param places on the screen
 * @param width of the line
 * @param stride places from one dot to the next
 */
export function drawPath(paper: Paper, places: [number, number][], width: number, stride: number = 1) {
  const {
    pen,
    theme,
    view: { markScale },
  } = paper;
  pen.lineJoin = "round";
  pen.beginPath();
  for (const [x, y] of places) pen.lineTo(x, y);
  strokeWithRim(paper, width * markScale, (2 * width + 1) * markScale);
  const radius = (width + 1.5) * markScale;
  pen.beginPath();
  places.forEach(([x, y], k) => {
    if (k % stride) return;
    pen.moveTo(x + radius, y);
    pen.arc(x, y, radius, 0, 2 * Math.PI);
  });
  pen.fillStyle = theme.text;
  pen.fill();
}

/** Thin, dashed lines from place to place, to compare a path with. */
export function drawDashedLines(paper: Paper, places: number[][]) {
  const {
    pen,
    view: { markScale },
  } = paper;
  pen.setLineDash([5 * markScale, 4 * markScale]);
  pen.beginPath();
  for (const [x, y] of places) pen.lineTo(x, y);
  strokeWithRim(paper, markScale, 3 * markScale);
  pen.setLineDash([]);
}

/**
 * The names of the prior's regions at their middles, each on a plate that is edged in the class's colour, if it has
 * one.
 */
export function drawRegionNames(
  { pen, view, theme }: Paper,
  regions: { name: string; colour: string | null; place: [number, number] }[],
) {
  const { markScale } = view;
  pen.font = canvasFont(view, 13, "bold");
  pen.textAlign = "center";
  for (const { name, colour, place } of regions) {
    const [x, y] = view.toScreen(...place);
    const half = pen.measureText(name).width / 2 + 5 * markScale;
    pen.beginPath();
    pen.roundRect(x - half, y - 10 * markScale, 2 * half, 20 * markScale, 5 * markScale);
    pen.globalAlpha = 0.85;
    pen.fillStyle = theme.background;
    pen.fill();
    pen.globalAlpha = 1;
    strokePath(pen, colour ?? theme.text, 2 * markScale);
    pen.fillStyle = theme.text;
    pen.fillText(name, x, y + 4.5 * markScale);
  }
}

/**
 * Samples of the prior as crosses, MAX_CROSSES at most, over a rim of the background's colour, so that they show on
 * every colour.
 */
export function drawSamples({ pen, view, theme }: Paper, xy: ArrayLike<number>) {
  const shownXy = Array.prototype.slice.call(xy, 0, 2 * MAX_CROSSES);
  traceCrosses(pen, (x, y) => view.toScreen(x, y), shownXy, CROSS_REACH * view.markScale);
  strokePath(pen, theme.background, 3.6 * view.markScale);
  strokePath(pen, PRIOR_COLOUR, 1.4 * view.markScale);
}

/** Round numbers on both axes of the view, and where they lie on the screen. */
function axisTickPlaces(view: Viewport) {
  const { x0, x1, y0, y1 } = view.visibleBox;
  const count = Math.max(3, view.width / 110 / view.markScale);
  return {
    ticksX: axisTicks(x0, x1, count).map((value) => ({ value, position: view.toScreen(value, 0)[0] })),
    ticksY: axisTicks(y0, y1, count).map((value) => ({ value, position: view.toScreen(0, value)[1] })),
  };
}

/** Grid lines at round numbers, beneath everything. */
export function drawGridLines({ pen, view, theme }: Paper) {
  const { ticksX, ticksY } = axisTickPlaces(view);
  const sharp = (coordinate: number) => Math.round(coordinate) + 0.5;
  pen.beginPath();
  for (const { position } of ticksX) {
    pen.moveTo(sharp(position), 0);
    pen.lineTo(sharp(position), view.height);
  }
  for (const { position } of ticksY) {
    pen.moveTo(0, sharp(position));
    pen.lineTo(view.width, sharp(position));
  }
  pen.globalAlpha = 0.4;
  strokePath(pen, theme.border, view.markScale);
  pen.globalAlpha = 1;
}

/**
 * The numbers of the grid lines and the names of the axes, over everything.
 * @param isOnImages whether images fill the plane, on which numbers need a strip of the background's colour
 */
export function drawAxisLabels(paper: Paper, names: string[], isOnImages: boolean = false) {
  const { pen, view } = paper;
  const { ticksX, ticksY } = axisTickPlaces(view);
  const { markScale } = view;
  if (isOnImages) drawAxisStrips(paper);
  pen.font = canvasFont(view, 11);
  const space = pen.measureText(names[0] ?? "").width + 24 * markScale;
  pen.textAlign = "center";
  for (const { value, position } of ticksX)
    if (position > 30 * markScale && position < view.width - space)
      fillTextWithRim(paper, formatTick(value), position, view.height - 6);
  pen.textAlign = "left";
  for (const { value, position } of ticksY)
    if (position > 30 * markScale && position < view.height - 20 * markScale)
      fillTextWithRim(paper, formatTick(value), 5, position - 3);
  pen.font = canvasFont(view, 12, "bold");
  fillTextWithRim(paper, names[1] ?? "", 6, 4 + 12 * markScale);
  pen.textAlign = "right";
  fillTextWithRim(paper, names[0] ?? "", view.width - 8, view.height - 6);
}

/** Strips of the background's colour along both axes. */
function drawAxisStrips({ pen, view, theme }: Paper) {
  const [height, width] = [22 * view.markScale, 30 * view.markScale];
  pen.globalAlpha = 0.94;
  pen.fillStyle = theme.background;
  pen.fillRect(0, view.height - height, view.width, height);
  pen.fillRect(0, 0, width, view.height - height);
  pen.globalAlpha = 1;
}

/** Text over a rim of the background's colour. */
export function fillTextWithRim({ pen, view, theme }: Paper, text: string, x: number, y: number) {
  pen.lineWidth = 3 * view.markScale;
  pen.lineJoin = "round";
  pen.strokeStyle = theme.background;
  pen.strokeText(text, x, y);
  pen.fillStyle = theme.text;
  pen.fillText(text, x, y);
}

/** @param value a tick, rounded where binary fractions would show */
const formatTick = (value: number): string => String(Number(value.toPrecision(6))).replace("-", "−");
