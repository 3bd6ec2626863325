/**
 * Contour lines of a grid by marching squares.
 */

import type { Field } from "../messages.ts";

/**
 * Which edges of a cell a line crosses, by the corners that lie above the level (bit 0: lower left, then
 * counter-clockwise).
 */
const CROSSINGS = [
  [],
  [[3, 0]],
  [[0, 1]],
  [[3, 1]],
  [[1, 2]],
  [
    [3, 0],
    [1, 2],
  ],
  [[0, 2]],
  [[3, 2]],
  [[2, 3]],
  [[2, 0]],
  [
    [0, 1],
    [2, 3],
  ],
  [[2, 1]],
  [[1, 3]],
  [[1, 0]],
  [[0, 3]],
  [],
];

/**
 * Line pieces where the grid crosses a level, in the plane's coordinates: x, y, x, y for each piece.
 * @param grid values[row × columns + column], row 0 lowest
 */
export function contourLines(grid: Field, level: number): number[] {
  const { values, shape, box } = grid;
  const [rows, columns] = shape;
  const [x0, x1, y0, y1] = box as number[];
  const [stepX, stepY] = [(x1 - x0) / (columns - 1), (y1 - y0) / (rows - 1)];
  const lines: number[] = [];
  for (let row = 0; row + 1 < rows; row++) {
    for (let column = 0; column + 1 < columns; column++) {
      const corner = row * columns + column;
      const corners = [values[corner], values[corner + 1], values[corner + columns + 1], values[corner + columns]];
      const index = corners.reduce((bits, value, k) => bits | (value > level ? 1 << k : 0), 0);
      for (const edges of CROSSINGS[index]) {
        for (const edge of edges) {
          const [dx, dy] = crossingPoint(edge, corners, level);
          lines.push(x0 + (column + dx) * stepX, y0 + (row + dy) * stepY);
        }
      }
    }
  }
  return lines;
}

/** Where on an edge (0 bottom, 1 right, 2 top, 3 left) the level lies, in cells from the lower left corner. */
function crossingPoint(edge: number, corners: number[], level: number): number[] {
  const [from, to] = [corners[edge], corners[(edge + 1) % 4]];
  const share = (level - from) / (to - from);
  return [
    [share, 0],
    [1, share],
    [1 - share, 1],
    [0, 1 - share],
  ][edge];
}
