/**
 * A function over the visible area, such as D's surface, computed from coarse to fine so that it appears at once.
 */

import type { Field } from "../messages.ts";

const GRID_SIDES = [12, 24, 48, 96]; // cells along each axis of the grids
const VALUES_PER_STEP = 16; // values computed in one go, a divisor of the number of cells

/**
 * Computes grids over a box; it yields every few values, for other tasks.
 * @param evaluate the function's values at some places
 * @param onGrid called with each finished grid, coarse to fine
 */
export function* computeSurfaceInSteps(
  box: { x0: number; x1: number; y0: number; y1: number },
  evaluate: (places: [number, number][]) => ArrayLike<number>,
  onGrid: (grid: Field) => void,
): Generator<void, void, void> {
  for (const side of GRID_SIDES) {
    const cellCentres = (low: number, high: number) =>
      Array.from({ length: side }, (_, k) => low + ((high - low) * (k + 0.5)) / side);
    const [xs, ys] = [cellCentres(box.x0, box.x1), cellCentres(box.y0, box.y1)];
    const values = new Float32Array(side * side);
    for (let first = 0; first < values.length; first += VALUES_PER_STEP) {
      const places: [number, number][] = Array.from({ length: VALUES_PER_STEP }, (_, k) => [
        xs[(first + k) % side],
        ys[Math.floor((first + k) / side)],
      ]);
      values.set(evaluate(places), first);
      yield;
    }
    onGrid({ values, shape: [side, side], box: [xs[0], xs[side - 1], ys[0], ys[side - 1]] });
  }
}
