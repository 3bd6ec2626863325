/**
 * Marker shapes, by the names in `app/figures/palette.py`; they tell classes apart where colours do not.
 */

import { traceCircle, strokePath } from "../base/canvas_shapes.js";

/**
 * @param {number} n corners
 * @param {number} turn of the first one, in turns from the top
 * @param {number} inner radius between corners
 * @returns {number[][]}
 */
const star = (n, turn = 0, inner = 0) =>
  Array.from({ length: inner ? 2 * n : n }, (_, k) => {
    const angle = 2 * Math.PI * (turn + k / (inner ? 2 * n : n));
    const radius = inner && k % 2 ? inner : 1;
    return [radius * Math.sin(angle), -radius * Math.cos(angle)];
  });

const cross = [
  [-0.35, -1],
  [0.35, -1],
  [0.35, -0.35],
  [1, -0.35],
  [1, 0.35],
  [0.35, 0.35],
  [0.35, 1],
  [-0.35, 1],
  [-0.35, 0.35],
  [-1, 0.35],
  [-1, -0.35],
  [-0.35, -0.35],
];
const ROTATION = Math.SQRT1_2;
const RING_WIDTH = 0.3; // width of an open circle's line, as a share of its radius

/** Corners of each shape, y downwards, within a circle of about radius 1. @type {Object<string, number[][]>} */
const CORNERS = {
  square: [
    [-0.85, -0.85],
    [0.85, -0.85],
    [0.85, 0.85],
    [-0.85, 0.85],
  ],
  diamond: star(4).map(([x, y]) => [1.15 * x, 1.15 * y]),
  "triangle-up": star(3).map(([x, y]) => [1.15 * x, 1.15 * y + 0.15]),
  "triangle-down": star(3, 0.5).map(([x, y]) => [1.15 * x, 1.15 * y - 0.15]),
  cross,
  x: cross.map(([x, y]) => [ROTATION * (x - y), ROTATION * (x + y)]),
  pentagon: star(5),
  hexagon: star(6, 1 / 12),
  star: star(5, 0, 0.45).map(([x, y]) => [1.2 * x, 1.2 * y]),
  "star-diamond": star(4, 0, 0.45).map(([x, y]) => [1.2 * x, 1.2 * y]),
  hourglass: [
    [-0.9, -0.9],
    [0.9, -0.9],
    [-0.9, 0.9],
    [0.9, 0.9],
  ],
  bowtie: [
    [-0.9, -0.9],
    [-0.9, 0.9],
    [0.9, -0.9],
    [0.9, 0.9],
  ],
};

/**
 * Circles for all classes, or a shape for each if there are fewer colours than classes.
 * @param {string[]} colours of the classes, repeated if there are too few
 * @param {string[]} shapes of the classes
 * @returns {string[]}
 */
export function necessaryShapes(colours, shapes) {
  const hasColourForEach = new Set(colours).size === colours.length;
  return hasColourForEach ? colours.map(() => "circle") : shapes;
}

/**
 * Adds a marker to the current path.
 * @param {CanvasRenderingContext2D} pen
 * @param {string} shape an unknown one is a circle
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 */
function traceMarker(pen, shape, x, y, radius) {
  const corners = CORNERS[shape];
  if (!corners) return traceCircle(pen, x, y, 0.95 * radius);
  pen.beginPath();
  corners.forEach(([dx, dy], k) => pen[k ? "lineTo" : "moveTo"](x + radius * dx, y + radius * dy));
  pen.closePath();
}

/**
 * Draws a marker. A code without a class is an open circle, so that it cannot be taken for the first class's filled
 * circle.
 * @param {CanvasRenderingContext2D} pen
 * @param {string | null} shape null for a code without a class
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {string} colour
 * @param {{colour: string, width: number} | null} halo around it, or none
 */
export function drawMarker(pen, shape, x, y, radius, colour, halo = null) {
  const width = shape === null ? Math.max(1, RING_WIDTH * radius) : 0;
  traceMarker(pen, shape ?? "circle", x, y, radius - width / 2);
  if (halo) strokePath(pen, halo.colour, halo.width + width);
  if (width) return strokePath(pen, colour, width);
  pen.fillStyle = colour;
  pen.fill();
}
