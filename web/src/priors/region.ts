/**
 * The region of a prior on a plane, estimated from its samples: at each point of a grid, the share of the mass that is
 * denser. So the contour at 0.9 encloses the densest 90 %.
 */

import { lastIndexAtMost } from "../base/interpolation.ts";
import type { Field } from "../messages.ts";

type Grid = { columns: number; rows: number; box: number[] };

export const REGION_LEVELS = [0.5, 0.9]; // shares of the mass inside the rings
const SIDE = 141; // points along each side of the grid
const MARGIN = 0.35; // of the box around the samples, as a share of its width
export const MAX_SAMPLES = 12_000; // enough for smooth rings
const NEIGHBOURS = 1500; // samples at most that are searched for neighbours
const PROBES = 40; // samples whose neighbours are counted to choose the width of the kernel
const NEIGHBOURS_SHARE = 0.05; // share of the samples within the kernel's width
const LINE_REACH = 1e4; // half of the height of the band that stands for a prior in one dimension

/**
 * @param xy samples on the plane, x and y in turn
 * @param isLine whether only x has a meaning; the region is then a vertical band
 * @returns null for too few samples
 */
export function estimateRegion(xy: ArrayLike<number>, isLine: boolean = false): Field | null {
  const count = xy.length / 2;
  if (count < 2 * PROBES) return null;
  const width = kernelWidth(xy, isLine);
  const [x0, x1] = paddedRange(xy, 0);
  const [y0, y1] = isLine ? [-LINE_REACH, LINE_REACH] : paddedRange(xy, 1);
  const grid = { columns: SIDE, rows: isLine ? 2 : SIDE, box: [x0, x1, y0, y1] };
  const density = countOnGrid(xy, grid, isLine);
  blurAlong(density, grid, 1, (width / (x1 - x0)) * (SIDE - 1));
  if (!isLine) blurAlong(density, grid, SIDE, (width / (y1 - y0)) * (SIDE - 1));
  const densities = Float32Array.from({ length: count }, (_, k) => valueAt(density, grid, xy[2 * k], xy[2 * k + 1]));
  densities.sort();
  const values = density.map((value) => 1 - (lastIndexAtMost(densities, value) + 1) / count);
  return { values, shape: [grid.rows, grid.columns], box: grid.box, levels: REGION_LEVELS };
}

/** The range of nearly all samples along an axis, with a margin. */
function paddedRange(xy: ArrayLike<number>, axis: number): number[] {
  const sortedValues = Float64Array.from({ length: xy.length / 2 }, (_, k) => xy[2 * k + axis]).sort();
  const low = sortedValues[Math.floor(0.005 * sortedValues.length)];
  const high = sortedValues[Math.floor(0.995 * sortedValues.length)];
  const margin = MARGIN * (high - low) || 1;
  return [low - margin, high + margin];
}

/**
 * The width of the kernel: the median distance from a sample within which a share of the others lies, so that thin
 * shapes stay thin.
 */
function kernelWidth(xy: ArrayLike<number>, isLine: boolean): number {
  const count = xy.length / 2;
  const step = Math.floor(count / PROBES);
  const searchedCount = Math.min(count, NEIGHBOURS);
  const rank = Math.ceil(NEIGHBOURS_SHARE * searchedCount);
  const distances = Float64Array.from({ length: PROBES }, (_, probe) => {
    const [x, y] = [xy[2 * probe * step], xy[2 * probe * step + 1]];
    const codeDistances = Float64Array.from({ length: searchedCount }, (_, k) =>
      Math.hypot(xy[2 * k] - x, isLine ? 0 : xy[2 * k + 1] - y),
    );
    return codeDistances.sort()[rank];
  });
  return distances.sort()[PROBES / 2];
}

/** The samples on a grid, each shared among the points around it. */
function countOnGrid(xy: ArrayLike<number>, grid: Grid, isLine: boolean): Float32Array {
  const density = new Float32Array(grid.rows * grid.columns);
  for (let k = 0; k < xy.length; k += 2) {
    const cell = cellAt(grid, xy[k], isLine ? 0 : xy[k + 1]);
    if (!cell) continue;
    for (const { index, share } of cornersOf(cell, grid)) density[index] += share;
  }
  if (isLine) density.copyWithin(grid.columns, 0, grid.columns);
  return density;
}

/** The cell of the grid around a point, and where in the cell it lies; null outside the grid. */
function cellAt(
  { columns, rows, box: [x0, x1, y0, y1] }: Grid,
  x: number,
  y: number,
): { first: number; dx: number; dy: number } | null {
  const fractionalColumn = ((x - x0) / (x1 - x0)) * (columns - 1);
  const fractionalRow = ((y - y0) / (y1 - y0)) * (rows - 1);
  if (!(fractionalColumn >= 0 && fractionalRow >= 0 && fractionalColumn < columns - 1 && fractionalRow < rows - 1))
    return null;
  const [column, row] = [Math.floor(fractionalColumn), Math.floor(fractionalRow)];
  return { first: row * columns + column, dx: fractionalColumn - column, dy: fractionalRow - row };
}

/** The corners of a cell, each with its share in a bilinear interpolation. */
const cornersOf = (
  { first, dx, dy }: { first: number; dx: number; dy: number },
  { columns }: Grid,
): { index: number; share: number }[] => [
  { index: first, share: (1 - dx) * (1 - dy) },
  { index: first + 1, share: dx * (1 - dy) },
  { index: first + columns, share: (1 - dx) * dy },
  { index: first + columns + 1, share: dx * dy },
];

function valueAt(values: Float32Array, grid: Grid, x: number, y: number): number {
  const cell = cellAt(grid, x, y);
  if (!cell) return 0;
  return cornersOf(cell, grid).reduce((sum, { index, share }) => sum + share * values[index], 0);
}

/**
 * Blurs a grid in place along one axis by a Gaussian.
 * @param stride from one value to the next along the axis
 * @param deviation in points of the grid
 */
function blurAlong(values: Float32Array, { columns, rows }: Grid, stride: number, deviation: number) {
  const [length, lines] = stride === 1 ? [columns, rows] : [rows, columns];
  const lineStride = stride === 1 ? columns : 1;
  const reach = Math.ceil(3 * Math.max(deviation, 0.8));
  const kernel = Float32Array.from({ length: 2 * reach + 1 }, (_, k) =>
    Math.exp(-(((k - reach) / Math.max(deviation, 0.8)) ** 2) / 2),
  );
  const line = new Float32Array(length);
  for (let lineIndex = 0; lineIndex < lines; lineIndex++) {
    const start = lineIndex * lineStride;
    for (let k = 0; k < length; k++) line[k] = values[start + k * stride];
    for (let k = 0; k < length; k++) {
      let sum = 0;
      for (let j = Math.max(-reach, -k); j <= Math.min(reach, length - 1 - k); j++)
        sum += line[k + j] * kernel[j + reach];
      values[start + k * stride] = sum;
    }
  }
}
