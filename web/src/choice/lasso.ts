/**
 * Selecting many codes by an outline drawn around them.
 */

import { svgElement } from "../base/dom.ts";

const MIN_DISTANCE = 3; // the least distance in pixels between two corners of the line
const BANDS = 64; // horizontal bands into which the polygon is divided

/**
 * The points inside a polygon (even-odd rule).
 * @param xy N×2
 * @param polygon x and y in turn, at least three corners
 * @param isSelectable whether point k may be selected
 * @returns 1 for each point inside
 */
export function pointsInPolygon(xy: Float32Array, polygon: number[], isSelectable: (k: number) => boolean): Uint8Array {
  const mask = new Uint8Array(xy.length / 2);
  if (polygon.length < 6) return mask;
  const xs = polygon.filter((_, k) => k % 2 === 0);
  const ys = polygon.filter((_, k) => k % 2);
  const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const bandOf = (y: number) => Math.min(BANDS - 1, Math.floor((BANDS * (y - y0)) / (y1 - y0 || 1)));
  const bands = edgesByBand(ys, bandOf);
  for (let k = 0; k < mask.length; k++) {
    const [x, y] = [xy[2 * k], xy[2 * k + 1]];
    if (!(x >= x0 && x <= x1 && y >= y0 && y <= y1) || !isSelectable(k)) continue;
    for (const [i, j] of bands[bandOf(y)]) {
      const crosses = ys[i] > y !== ys[j] > y && x < ((xs[j] - xs[i]) * (y - ys[i])) / (ys[j] - ys[i]) + xs[i];
      if (crosses) mask[k] ^= 1;
    }
  }
  return mask;
}

/**
 * The edges that reach into each band, as pairs of corners; a point is compared only with the edges of its own band.
 */
function edgesByBand(ys: ArrayLike<number>, bandOf: (y: number) => number): number[][][] {
  const bands: number[][][] = Array.from({ length: BANDS }, () => []);
  for (let i = 0, j = ys.length - 1; i < ys.length; j = i++) {
    const last = bandOf(Math.max(ys[i], ys[j]));
    for (let band = bandOf(Math.min(ys[i], ys[j])); band <= last; band++) bands[band].push([i, j]);
  }
  return bands;
}

/** The line while it is drawn, in pixels. */
export class Lasso {
  shape = svgElement("polygon");
  corners: number[];

  constructor(host: HTMLElement) {
    host.append(svgElement("svg", { class: "lp-lasso", "aria-hidden": "true" }, this.shape));
    this.corners = [];
  }

  addCorner(x: number, y: number) {
    const [lastX, lastY] = this.corners.slice(-2);
    if (Math.hypot(x - lastX, y - lastY) < MIN_DISTANCE) return;
    this.setCorners([...this.corners, x, y]);
  }

  /** A rectangle from one corner to the opposite one, in place of a line. */
  setBox(x0: number, y0: number, x1: number, y1: number) {
    this.setCorners([x0, y0, x1, y0, x1, y1, x0, y1]);
  }

  /** Removes the line and returns its corners. */
  finish(): number[] {
    const { corners } = this;
    this.setCorners([]);
    return corners;
  }

  /** @param corners x and y in turn */
  setCorners(corners: number[]) {
    this.corners = corners;
    this.shape.setAttribute("points", corners.join(" "));
  }
}
