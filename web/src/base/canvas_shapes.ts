/**
 * The 2D context of a canvas, and lines, rings and discs on it.
 */

import { translate } from "./translate.ts";

/**
 * The 2D context of a canvas.
 * @throws {Error} one sentence, where the browser gives none
 */
export function context2d(
  canvas: HTMLCanvasElement,
  options?: CanvasRenderingContext2DSettings,
): CanvasRenderingContext2D {
  const context = canvas.getContext("2d", options);
  if (!context) throw new Error(translate("This browser cannot draw on another canvas."));
  return context;
}

/** Strokes the current path. */
export function strokePath(pen: CanvasRenderingContext2D, colour: string, width: number) {
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.stroke();
}

/** The path of a circle. */
export function traceCircle(pen: CanvasRenderingContext2D, x: number, y: number, radius: number) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
}

export function strokeCircle(
  pen: CanvasRenderingContext2D,
  x: number,
  y: number,
  radius: number,
  colour: string,
  width: number,
) {
  traceCircle(pen, x, y, radius);
  strokePath(pen, colour, width);
}

export function fillCircle(pen: CanvasRenderingContext2D, x: number, y: number, radius: number, colour: string) {
  traceCircle(pen, x, y, radius);
  pen.fillStyle = colour;
  pen.fill();
}

/** The path of crosses at places of the plane. */
export function traceCrosses(
  pen: CanvasRenderingContext2D,
  toScreen: (x: number, y: number) => [number, number],
  xy: ArrayLike<number>,
  halfWidth: number,
) {
  pen.beginPath();
  for (let k = 0; k + 1 < xy.length; k += 2) {
    const [x, y] = toScreen(xy[k], xy[k + 1]);
    pen.moveTo(x - halfWidth, y);
    pen.lineTo(x + halfWidth, y);
    pen.moveTo(x, y - halfWidth);
    pen.lineTo(x, y + halfWidth);
  }
}
