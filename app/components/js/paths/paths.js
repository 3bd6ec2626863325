/**
 * Paths through the latent space: from code to code linearly, on a sphere, or along a line of points, at even speed.
 */

import { placeAmong } from "../base/knots.js";
import { squareBetween } from "../choice/distances.js";

/** @typedef {ArrayLike<number>} Point */
/** @typedef {{at: (t: number) => number[], length: number}} Leg a piece of a path, walked from t = 0 to t = 1 */

const CHORDS = 64; // by which the length of a turn is measured

/** @param {Point} a @param {Point} b @param {number} t @returns {number[]} */
export const mix = (a, b, t) => Array.from(a, (value, j) => (1 - t) * value + t * b[j]);

/** @param {Point} a @param {Point} b @returns {Leg} */
export function straight(a, b) {
  return { at: (t) => mix(a, b, t), length: Math.sqrt(squareBetween(a, b)) };
}

/**
 * The direction turns at an even pace while the length goes evenly from |a| to |b|; straight where no turn is defined (a
 * or b zero, or both along one line).
 * @param {Point} a
 * @param {Point} b
 * @returns {Leg}
 */
export function turned(a, b) {
  const [from, to] = [a, b].map((z) => Math.sqrt(squareBetween(z, new Float64Array(z.length))));
  const cosine = Array.from(a).reduce((sum, value, j) => sum + (value / from) * (b[j] / to), 0);
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  if (!(Math.min(from, to) > 0 && Math.sin(angle) > 1e-6)) return straight(a, b);
  const at = (/** @type {number} */ t) => {
    const length = ((1 - t) * from + t * to) / Math.sin(angle);
    const [u, v] = [(Math.sin((1 - t) * angle) * length) / from, (Math.sin(t * angle) * length) / to];
    return Array.from(a, (value, j) => u * value + v * b[j]);
  };
  return { at, length: along(Array.from({ length: CHORDS + 1 }, (_, k) => at(k / CHORDS))).length };
}

/** Along a line of points, at an even pace. @param {Point[]} points two at least @returns {Leg} */
export function along(points) {
  const ends = [0];
  for (let k = 1; k < points.length; k++) ends.push(ends[k - 1] + Math.sqrt(squareBetween(points[k - 1], points[k])));
  const length = ends[ends.length - 1];
  const at = (/** @type {number} */ t) => {
    const place = placeAmong(ends, t * length);
    const k = Math.min(points.length - 2, Math.floor(place));
    return mix(points[k], points[k + 1], place - k);
  };
  return { at, length };
}

/**
 * Codes of a path, both ends included: each leg gets its share by length, and is walked evenly.
 * @param {Leg[]} legs one at least
 * @param {number} n two at least
 * @returns {Float32Array} n×d
 */
export function walk(legs, n) {
  const total = legs.reduce((sum, { length }) => sum + length, 0);
  const dim = legs[0].at(0).length;
  const codes = new Float32Array(n * dim);
  let [current, before] = [0, 0];
  for (let k = 0; k < n; k++) {
    const way = (k * total) / (n - 1);
    while (current < legs.length - 1 && way >= before + legs[current].length) before += legs[current++].length;
    const { length, at } = legs[current];
    const t = k === n - 1 ? 1 : Math.min(1, (way - before) / (length || 1));
    codes.set(at(t), k * dim);
  }
  return codes;
}
