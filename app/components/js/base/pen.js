/**
 * Lines, rings and discs on a canvas.
 */

/** Strokes the current path. @param {CanvasRenderingContext2D} pen @param {string} colour @param {number} width */
export function line(pen, colour, width) {
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.stroke();
}

/** The path of a circle. @param {CanvasRenderingContext2D} pen @param {number} x @param {number} y @param {number} radius */
export function circle(pen, x, y, radius) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
}

/** @param {CanvasRenderingContext2D} pen @param {number} x @param {number} y @param {number} radius @param {string} colour @param {number} width */
export function ring(pen, x, y, radius, colour, width) {
  circle(pen, x, y, radius);
  line(pen, colour, width);
}

/** @param {CanvasRenderingContext2D} pen @param {number} x @param {number} y @param {number} radius @param {string} colour */
export function disc(pen, x, y, radius, colour) {
  circle(pen, x, y, radius);
  pen.fillStyle = colour;
  pen.fill();
}
