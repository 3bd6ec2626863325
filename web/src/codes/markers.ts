/**
 * Marker shapes, by the names in `app/figures/palette.py`; they tell classes apart where colours do not.
 */

import { traceCircle, strokePath } from "../base/canvas_shapes.ts";

/**
 * @param n corners
 * @param turn of the first one, in turns from the top
 * @param inner radius between corners
 */
const star = (n: number, turn: number = 0, inner: number = 0): number[][] =>
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

/** Corners of each shape, y downwards, within a circle of about radius 1. */
const CORNERS: Record<string, number[][]> = {
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
 * @param colours of the classes, repeated if there are too few
 * @param shapes of the classes
 */
export function necessaryShapes(colours: string[], shapes: string[]): string[] {
  const hasColourForEach = new Set(colours).size === colours.length;
  return hasColourForEach ? colours.map(() => "circle") : shapes;
}

/**
 * Adds a marker to the current path.
 * @param shape an unknown one is a circle
 */
function traceMarker(pen: CanvasRenderingContext2D, shape: string, x: number, y: number, radius: number) {
  const corners = CORNERS[shape];
  if (!corners) return traceCircle(pen, x, y, 0.95 * radius);
  pen.beginPath();
  corners.forEach(([dx, dy], k) => pen[k ? "lineTo" : "moveTo"](x + radius * dx, y + radius * dy));
  pen.closePath();
}

/**
 * Draws a marker. A code without a class is an open circle, so that it cannot be taken for the first class's filled
 * circle.
 * @param shape null for a code without a class
 * @param halo around it, or none
 */
export function drawMarker(
  pen: CanvasRenderingContext2D,
  shape: string | null,
  x: number,
  y: number,
  radius: number,
  colour: string,
  halo: { colour: string; width: number } | null = null,
) {
  const width = shape === null ? Math.max(1, RING_WIDTH * radius) : 0;
  traceMarker(pen, shape ?? "circle", x, y, radius - width / 2);
  if (halo) strokePath(pen, halo.colour, halo.width + width);
  if (width) return strokePath(pen, colour, width);
  pen.fillStyle = colour;
  pen.fill();
}
