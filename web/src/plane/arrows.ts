/**
 * Arrows over the plane: the gradient of log D(z), along which the generation phase moves the codes.
 */

import { strokeWithRim } from "../view/layers.ts";
import type { Field } from "../messages.ts";
import type { Paper } from "../view/layers.ts";
import type { Viewport } from "../view/viewport.ts";

const ARROW_SPACING = 34; // CSS pixels between two arrows
const MAX_ARROW_LENGTH = 30; // CSS pixels of the longest visible arrow
const ARROW_HEAD = 5; // CSS pixels of an arrow's head
const MIN_PROBABILITY = 1e-37; // lower bound of D, so that its logarithm stays finite

/**
 * ∂ log D / ∂x and ∂ log D / ∂y at a cell of a grid of D, by central differences (one-sided at its edges).
 * @param grid probabilities
 */
export function logGradientAt({ values, shape: [rows, columns], box }: Field, row: number, column: number): number[] {
  const [x0, x1, y0, y1] = box as number[];
  const log = (r: number, c: number) => Math.log(Math.max(values[r * columns + c], MIN_PROBABILITY));
  const [left, right] = [Math.max(0, column - 1), Math.min(columns - 1, column + 1)];
  const [below, above] = [Math.max(0, row - 1), Math.min(rows - 1, row + 1)];
  const distanceX = ((x1 - x0) / (columns - 1)) * (right - left);
  const distanceY = ((y1 - y0) / (rows - 1)) * (above - below);
  return [(log(row, right) - log(row, left)) / distanceX, (log(above, column) - log(below, column)) / distanceY];
}

/**
 * Arrows on a regular grid of the screen. Their lengths are proportional to the square roots of the gradients' lengths,
 * so that weak ones are visible beside strong ones.
 * @param grid of D
 */
export function drawArrows(paper: Paper, grid: Field) {
  const { pen, view } = paper;
  const arrows = arrowsInView(view, grid);
  const strongest = Math.max(...arrows.map(({ force }) => force), 1e-12);
  pen.beginPath();
  for (const { px, py, dx, dy, force } of arrows) {
    const length = MAX_ARROW_LENGTH * Math.sqrt(force / strongest);
    if (length < 2) continue;
    const [ux, uy] = [dx / force, -dy / force];
    const [endX, endY] = [px + ux * length, py + uy * length];
    const head = Math.min(ARROW_HEAD, length / 2);
    pen.moveTo(px, py);
    pen.lineTo(endX, endY);
    pen.moveTo(endX - head * (ux - 0.6 * uy), endY - head * (uy + 0.6 * ux));
    pen.lineTo(endX, endY);
    pen.lineTo(endX - head * (ux + 0.6 * uy), endY - head * (uy - 0.6 * ux));
  }
  pen.lineJoin = pen.lineCap = "round";
  strokeWithRim(paper, 1.5 * view.markScale, 4 * view.markScale);
}

/** The places of the arrows in pixels, and the gradient at each. */
function arrowsInView(
  view: Viewport,
  grid: Field,
): { px: number; py: number; dx: number; dy: number; force: number }[] {
  const [rows, columns] = grid.shape;
  const [x0, x1, y0, y1] = grid.box as number[];
  const arrows = [];
  for (let px = ARROW_SPACING / 2; px < view.width; px += ARROW_SPACING) {
    for (let py = ARROW_SPACING / 2; py < view.height; py += ARROW_SPACING) {
      const [zx, zy] = view.toPlane(px, py);
      const column = Math.round(((zx - x0) / (x1 - x0)) * (columns - 1));
      const row = Math.round(((zy - y0) / (y1 - y0)) * (rows - 1));
      if (column < 0 || row < 0 || column >= columns || row >= rows) continue;
      const [dx, dy] = logGradientAt(grid, row, column);
      const force = Math.hypot(dx, dy);
      if (Number.isFinite(force) && force > 0) arrows.push({ px, py, dx, dy, force });
    }
  }
  return arrows;
}
