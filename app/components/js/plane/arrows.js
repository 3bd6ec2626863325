/**
 * Arrows over the plane: the gradient of log D(z), along which the generation phase moves the codes.
 */

import { edged } from "../view/layers.js";

/** @typedef {import("../base/wire.js").Field} Field */

const APART = 34; // CSS pixels between two arrows
const LONGEST = 30; // CSS pixels of the longest visible arrow
const HEAD = 5; // CSS pixels of an arrow's head
const LEAST = 1e-37; // lower bound of D, so that its logarithm stays finite

/**
 * ∂ log D / ∂x and ∂ log D / ∂y at each cell of a grid of D, by central differences (one-sided at its edges).
 * @param {Field} grid probabilities
 * @returns {{x: Float32Array, y: Float32Array, grid: Field}}
 */
export function pushes(grid) {
  const [rows, columns] = grid.shape;
  const [x0, x1, y0, y1] = /** @type {number[]} */ (grid.box);
  const logs = Float32Array.from(grid.values, (value) => Math.log(Math.max(value, LEAST)));
  const [across, upwards] = [(x1 - x0) / Math.max(1, columns - 1), (y1 - y0) / Math.max(1, rows - 1)]; // from one cell to the next
  const x = new Float32Array(logs.length);
  const y = new Float32Array(logs.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column;
      const [left, right] = [Math.max(0, column - 1), Math.min(columns - 1, column + 1)];
      const [below, above] = [Math.max(0, row - 1), Math.min(rows - 1, row + 1)];
      x[at] = (logs[row * columns + right] - logs[row * columns + left]) / (Math.max(1, right - left) * across);
      y[at] = (logs[above * columns + column] - logs[below * columns + column]) / (Math.max(1, above - below) * upwards);
    }
  }
  return { x, y, grid };
}

/**
 * Arrows on a regular grid of the screen. Their lengths are proportional to the square roots of the gradients' lengths, so that
 * weak ones are visible beside strong ones.
 * @param {import("../view/layers.js").Paper} paper
 * @param {{x: Float32Array, y: Float32Array, grid: Field}} field
 */
export function drawArrows(paper, field) {
  const { pen, view } = paper;
  const arrows = placed(view, field);
  const hardest = Math.max(...arrows.map(({ force }) => force), 1e-12);
  pen.beginPath();
  for (const { px, py, dx, dy, force } of arrows) {
    const length = LONGEST * Math.sqrt(force / hardest);
    if (length < 2) continue;
    const [ux, uy] = [dx / force, -dy / force];
    const [endX, endY] = [px + ux * length, py + uy * length];
    const head = Math.min(HEAD, length / 2);
    pen.moveTo(px, py);
    pen.lineTo(endX, endY);
    pen.moveTo(endX - head * (ux - 0.6 * uy), endY - head * (uy + 0.6 * ux));
    pen.lineTo(endX, endY);
    pen.lineTo(endX - head * (ux + 0.6 * uy), endY - head * (uy - 0.6 * ux));
  }
  pen.lineJoin = pen.lineCap = "round";
  edged(paper, 1.5 * view.bold, 4 * view.bold);
}

/** The places of the arrows in pixels, and the gradient at each. @param {import("../view/view.js").View} view @param {ReturnType<typeof pushes>} field */
function placed(view, { x, y, grid }) {
  const [rows, columns] = grid.shape;
  const [x0, x1, y0, y1] = /** @type {number[]} */ (grid.box);
  const found = [];
  for (let px = APART / 2; px < view.width; px += APART) {
    for (let py = APART / 2; py < view.height; py += APART) {
      const [zx, zy] = view.toPlane(px, py);
      const column = Math.round(((zx - x0) / (x1 - x0)) * (columns - 1));
      const row = Math.round(((zy - y0) / (y1 - y0)) * (rows - 1));
      if (column < 0 || row < 0 || column >= columns || row >= rows) continue;
      const at = row * columns + column;
      const force = Math.hypot(x[at], y[at]);
      if (Number.isFinite(force) && force > 0) found.push({ px, py, dx: x[at], dy: y[at], force });
    }
  }
  return found;
}
