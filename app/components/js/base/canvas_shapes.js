/**
 * The 2D context of a canvas, and lines, rings and discs on it.
 */

import { translate } from "./translate.js";

/**
 * The 2D context of a canvas.
 * @param {HTMLCanvasElement} canvas
 * @param {CanvasRenderingContext2DSettings} [options]
 * @throws {Error} one sentence, where the browser gives none
 * @returns {CanvasRenderingContext2D}
 */
export function context2d(canvas, options) {
  const context = canvas.getContext("2d", options);
  if (!context) throw new Error(translate("This browser cannot draw on another canvas."));
  return context;
}

/**
 * Strokes the current path.
 * @param {CanvasRenderingContext2D} pen
 * @param {string} colour
 * @param {number} width
 */
export function strokePath(pen, colour, width) {
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.stroke();
}

/**
 * The path of a circle.
 * @param {CanvasRenderingContext2D} pen
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 */
export function traceCircle(pen, x, y, radius) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {string} colour
 * @param {number} width
 */
export function strokeCircle(pen, x, y, radius, colour, width) {
  traceCircle(pen, x, y, radius);
  strokePath(pen, colour, width);
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {string} colour
 */
export function fillCircle(pen, x, y, radius, colour) {
  traceCircle(pen, x, y, radius);
  pen.fillStyle = colour;
  pen.fill();
}

/**
 * The path of crosses at places of the plane.
 * @param {CanvasRenderingContext2D} pen
 * @param {(x: number, y: number) => [number, number]} toScreen
 * @param {ArrayLike<number>} xy
 * @param {number} halfWidth
 */
export function traceCrosses(pen, toScreen, xy, halfWidth) {
  pen.beginPath();
  for (let k = 0; k + 1 < xy.length; k += 2) {
    const [x, y] = toScreen(xy[k], xy[k + 1]);
    pen.moveTo(x - halfWidth, y);
    pen.lineTo(x + halfWidth, y);
    pen.moveTo(x, y - halfWidth);
    pen.lineTo(x, y + halfWidth);
  }
}
