/** How many codes lie under a text on the plane, from their numbers in the cells of a grid. */

import type { CrowdedPlane } from "./planes.ts";

const CELL = 12; // pixels along each side of a cell

export type Box = { left: number; top: number; right: number; bottom: number };

/** A function that estimates how many codes lie in a box. */
export function makeCodeCounter({ codes, view }: CrowdedPlane): (box: Box) => number {
  const columns = Math.ceil(view.width / CELL);
  const rows = Math.ceil(view.height / CELL);
  const counts = new Uint32Array(columns * rows);
  for (let k = 0; k < codes.xy.length / 2; k++) {
    const [x, y] = view.toScreen(codes.xy[2 * k], codes.xy[2 * k + 1]);
    if (x >= 0 && y >= 0 && x < view.width && y < view.height)
      counts[Math.floor(y / CELL) * columns + Math.floor(x / CELL)]++;
  }
  return ({ left, top, right, bottom }) => {
    let sum = 0;
    const lastColumn = Math.min(columns - 1, Math.floor(right / CELL));
    const lastRow = Math.min(rows - 1, Math.floor(bottom / CELL));
    for (let row = Math.max(0, Math.floor(top / CELL)); row <= lastRow; row++)
      for (let column = Math.max(0, Math.floor(left / CELL)); column <= lastColumn; column++)
        sum += counts[row * columns + column];
    return sum;
  };
}
