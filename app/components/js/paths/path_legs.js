/**
 * Paths through the latent space at constant speed: linear, spherical, or along a polyline of points.
 */

import { fractionalIndex } from "../base/interpolation.js";
import { squaredDistance } from "../base/distances.js";

/** @typedef {ArrayLike<number>} Point */
/**
 * @typedef {{pointAt: (t: number) => number[], length: number}} Leg a piece of a path, as a function of t from 0 to 1
 */

const CHORDS = 64; // with which the length of a spherical leg is measured

/**
 * @param {Point} a
 * @param {Point} b
 * @param {number} t
 * @returns {number[]}
 */
const codeBetween = (a, b, t) => Array.from(a, (value, j) => (1 - t) * value + t * b[j]);

/**
 * @param {Point} a
 * @param {Point} b
 * @returns {Leg}
 */
export function straightLeg(a, b) {
  return { pointAt: (t) => codeBetween(a, b, t), length: Math.sqrt(squaredDistance(a, b)) };
}

/**
 * Spherical interpolation: the direction turns at a constant rate, and the norm changes linearly from |a| to |b|. It is
 * linear where the direction is not defined (a or b is zero, or both lie on one line through the origin).
 * @param {Point} a
 * @param {Point} b
 * @returns {Leg}
 */
export function sphericalLeg(a, b) {
  const [startNorm, endNorm] = [a, b].map((z) => Math.sqrt(squaredDistance(z, new Float64Array(z.length))));
  const cosine = Array.from(a).reduce((sum, value, j) => sum + (value / startNorm) * (b[j] / endNorm), 0);
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  if (!(Math.min(startNorm, endNorm) > 0 && Math.sin(angle) > 1e-6)) return straightLeg(a, b);
  const pointAt = (/** @type {number} */ t) => {
    const length = ((1 - t) * startNorm + t * endNorm) / Math.sin(angle);
    const [u, v] = [(Math.sin((1 - t) * angle) * length) / startNorm, (Math.sin(t * angle) * length) / endNorm];
    return Array.from(a, (value, j) => u * value + v * b[j]);
  };
  const points = Array.from({ length: CHORDS + 1 }, (_, k) => pointAt(k / CHORDS));
  return { pointAt, length: polylineLeg(points).length };
}

/**
 * A polyline as a function of the fractional index of its points.
 * @param {Point[]} points two at least
 * @returns {(place: number) => number[]}
 */
export const polyline = (points) => (/** @type {number} */ place) => {
  const k = Math.min(points.length - 2, Math.floor(place));
  return codeBetween(points[k], points[k + 1], place - k);
};

/**
 * A path parametrised by the length of its pieces.
 * @param {(place: number) => number[]} pointAt of the fractional index of the pieces' ends
 * @param {ArrayLike<number>[]} images at those ends, between which the lengths are measured
 * @returns {Leg}
 */
export function arcLengthLeg(pointAt, images) {
  const ends = [0];
  for (let k = 1; k < images.length; k++) ends.push(ends[k - 1] + Math.sqrt(squaredDistance(images[k - 1], images[k])));
  const length = ends[ends.length - 1];
  return {
    pointAt: (t) => pointAt(length > 0 ? fractionalIndex(ends, t * length) : t * (images.length - 1) || 0),
    length,
  };
}

/** Along a polyline at constant speed. @param {Point[]} points two at least @returns {Leg} */
export const polylineLeg = (points) => arcLengthLeg(polyline(points), points);

/**
 * Codes at equal steps of length along a path, both ends included.
 * @param {Leg[]} legs at least one
 * @param {number} n at least two
 * @returns {Float32Array} n×d
 */
export function sampleLegs(legs, n) {
  const total = legs.reduce((sum, { length }) => sum + length, 0);
  const dim = legs[0].pointAt(0).length;
  const codes = new Float32Array(n * dim);
  let [current, lengthBefore] = [0, 0];
  for (let k = 0; k < n; k++) {
    const distance = (k * total) / (n - 1);
    while (current < legs.length - 1 && distance >= lengthBefore + legs[current].length)
      lengthBefore += legs[current++].length;
    const { length, pointAt } = legs[current];
    const t = k === n - 1 ? 1 : Math.min(1, (distance - lengthBefore) / (length || 1));
    codes.set(pointAt(t), k * dim);
  }
  return codes;
}
