/**
 * The soft density beneath many codes: where markers overlap, a cloud in the colours of their classes shows how dense
 * they lie.
 */

import { imageCanvas } from "../base/pictures.ts";
import { parseColour } from "../base/theme.ts";
import { classColour } from "./stamp_renderer.ts";
import type { Codes } from "./stamp_renderer.ts";

/** An image, and the part of the plane it covers. */
export type SoftDensity = { image: HTMLCanvasElement; shape: number[]; box: number[] };

const MIN_CODES = 2000; // fewer visible codes are told apart without it
const MAX_COUNTED = 50_000; // of more codes, every second, third … is counted, which shows the same cloud
const SIDE = 160; // cells in each direction
const REACH = 3.2; // half the width of the grid, in standard deviations of the codes
const [BLUR_PASSES, BLUR_RADIUS] = [2, 2]; // cells; two passes of a box come close to a bell
const PEAK_OPACITY = 0.6;
const CHANNELS = 4; // of each cell: red, green, blue, each times the number of codes, and that number

/**
 * The density of the visible codes; null where there are too few of them for it.
 * @param isCounted whether a code is visible and, where some are selected, among those
 */
export function computeSoftDensity(codes: Codes, isCounted: (index: number) => boolean): SoftDensity | null {
  const { xy } = codes;
  const isDrawn = (k: number) => Number.isFinite(xy[2 * k] + xy[2 * k + 1]) && isCounted(k);
  if (!areAtLeast(MIN_CODES, xy.length / 2, isDrawn)) return null;
  const box = boxAround(xy, isDrawn);
  if (!box) return null;
  const cells = countInCells(codes, isDrawn, box);
  for (let pass = 0; pass < BLUR_PASSES; pass++) {
    blurLines(cells, CHANNELS, SIDE * CHANNELS); // along the rows
    blurLines(cells, SIDE * CHANNELS, CHANNELS); // along the columns
  }
  return { image: paintCells(cells), shape: [SIDE, SIDE], box };
}

/** @returns whether at least so many codes are drawn */
function areAtLeast(minCount: number, codeCount: number, isDrawn: (index: number) => boolean): boolean {
  let count = 0;
  for (let k = 0; k < codeCount && count < minCount; k++) if (isDrawn(k)) count++;
  return count >= minCount;
}

/** @returns from a code that is counted to the next */
const strideOf = (xy: Float32Array): number => Math.ceil(xy.length / 2 / MAX_COUNTED);

/** The middle of some codes and REACH standard deviations around it: x0, x1, y0, y1; null if they do not spread. */
function boxAround(xy: Float32Array, isDrawn: (index: number) => boolean): number[] | null {
  const [sums, squares] = [
    [0, 0],
    [0, 0],
  ];
  let count = 0;
  for (let k = 0; k < xy.length / 2; k += strideOf(xy)) {
    if (!isDrawn(k)) continue;
    count++;
    for (const axis of [0, 1]) {
      sums[axis] += xy[2 * k + axis];
      squares[axis] += xy[2 * k + axis] ** 2;
    }
  }
  const ranges = sums.map((sum, axis) => {
    const mean = sum / count;
    const reach = REACH * Math.sqrt(Math.max(0, squares[axis] / count - mean * mean));
    return [mean - reach, mean + reach];
  });
  const spreads = ranges.every(([low, high]) => high > low); // false without codes
  return spreads ? ranges.flat() : null;
}

/** The colours and number of the codes in each cell, row 0 at the bottom. */
function countInCells(codes: Codes, isDrawn: (index: number) => boolean, [x0, x1, y0, y1]: number[]): Float32Array {
  const { xy, labels } = codes;
  const cells = new Float32Array(SIDE * SIDE * CHANNELS);
  const classColours = [-1, ...codes.colours.keys()].map((label) => parseColour(classColour(codes, label)));
  const [perX, perY] = [(SIDE - 1) / (x1 - x0), (SIDE - 1) / (y1 - y0)];
  for (let k = 0; k < xy.length / 2; k += strideOf(xy)) {
    const column = Math.round((xy[2 * k] - x0) * perX);
    const row = Math.round((xy[2 * k + 1] - y0) * perY);
    const isInside = column >= 0 && column < SIDE && row >= 0 && row < SIDE;
    if (!isInside || !isDrawn(k)) continue;
    const colour = classColours[(labels ? labels[k] : -1) + 1];
    const offset = CHANNELS * (row * SIDE + column);
    cells[offset] += colour[0];
    cells[offset + 1] += colour[1];
    cells[offset + 2] += colour[2];
    cells[offset + 3]++;
  }
  return cells;
}

/**
 * Replaces each value by the mean of its neighbours on the same line.
 * @param step from a cell of a line to the next
 * @param lineStep from a line to the next
 */
function blurLines(cells: Float32Array, step: number, lineStep: number) {
  const width = 2 * BLUR_RADIUS + 1;
  const line = new Float32Array(SIDE + 2 * width); // with empty cells at both ends
  for (let start = 0; start < SIDE * lineStep; start += lineStep) {
    for (let channel = 0; channel < CHANNELS; channel++) {
      for (let k = 0; k < SIDE; k++) line[k + width] = cells[start + channel + k * step];
      let sum = 0;
      for (let k = -BLUR_RADIUS; k < SIDE; k++) {
        sum += line[k + width + BLUR_RADIUS] - line[k - 1 - BLUR_RADIUS + width];
        if (k >= 0) cells[start + channel + k * step] = sum / width;
      }
    }
  }
}

/** A picture of the cells: their mean colour, more opaque where more codes lie. */
function paintCells(cells: Float32Array): HTMLCanvasElement {
  const image = new ImageData(SIDE, SIDE);
  const typicalCount = typicalCellCount(cells);
  for (let row = 0; row < SIDE; row++) {
    for (let column = 0; column < SIDE; column++) {
      const offset = CHANNELS * (row * SIDE + column);
      const count = cells[offset + 3];
      if (count <= 0) continue;
      const pixel = 4 * ((SIDE - 1 - row) * SIDE + column);
      for (let channel = 0; channel < 3; channel++) image.data[pixel + channel] = cells[offset + channel] / count;
      image.data[pixel + 3] = 255 * PEAK_OPACITY * (1 - Math.exp(-count / typicalCount));
    }
  }
  return imageCanvas(image);
}

/** The count of the cell in which a code lies on average. */
function typicalCellCount(cells: Float32Array): number {
  let [sum, squares] = [0, 0];
  for (let offset = 3; offset < cells.length; offset += CHANNELS) {
    sum += cells[offset];
    squares += cells[offset] ** 2;
  }
  return squares / sum || 1;
}
