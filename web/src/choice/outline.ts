/**
 * An outline drawn around codes, reduced to few numbers for links.
 */

import type { Viewport } from "../view/viewport.ts";

export const MAX_CORNERS = 180; // of an outline
const DIGITS = 7; // significant digits, about the precision of 32-bit floats

/**
 * A polygon reduced to at most `maxCorners` corners: again and again, the corner whose triangle has the least area is
 * removed.
 * @param corners x and y in turn
 */
export function simplifyPolygon(corners: number[], maxCorners: number = MAX_CORNERS): number[] {
  const points: number[][] = [];
  for (let k = 0; k < corners.length; k += 2) points.push([corners[k], corners[k + 1]]);
  const area = (k: number) => {
    const [a, b, c] = [points[(k + points.length - 1) % points.length], points[k], points[(k + 1) % points.length]];
    return Math.abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1]));
  };
  while (points.length > maxCorners) {
    let smallestAt = 0;
    for (let k = 1, smallest = area(0); k < points.length; k++) {
      const cornerArea = area(k);
      if (cornerArea < smallest) [smallestAt, smallest] = [k, cornerArea];
    }
    points.splice(smallestAt, 1);
  }
  return points.flat();
}

/**
 * The polygon on the plane for corners on the screen.
 * @param corners pixels, x and y in turn
 */
export function polygonOnPlane(corners: number[], view: Viewport): number[] {
  const simplified = simplifyPolygon(corners);
  const polygon = [];
  for (let k = 0; k < simplified.length; k += 2) polygon.push(...view.toPlane(simplified[k], simplified[k + 1]));
  return polygon.map((value) => Number(value.toPrecision(DIGITS)));
}
