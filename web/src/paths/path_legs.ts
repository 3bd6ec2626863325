/**
 * Paths through the latent space at constant speed: linear, spherical, or along a polyline of points.
 */

import { fractionalIndex } from "../base/interpolation.ts";
import { squaredDistance } from "../base/distances.ts";

type Point = ArrayLike<number>;
/** A piece of a path, as a function of t from 0 to 1. */
export type Leg = { pointAt: (t: number) => number[]; length: number };

const CHORDS = 64; // with which the length of a spherical leg is measured

const codeBetween = (a: Point, b: Point, t: number): number[] =>
  Array.from(a, (value, j) => (1 - t) * value + t * b[j]);

export function straightLeg(a: Point, b: Point): Leg {
  return { pointAt: (t) => codeBetween(a, b, t), length: Math.sqrt(squaredDistance(a, b)) };
}

/**
 * Spherical interpolation: the direction turns at a constant rate, and the norm changes linearly from |a| to |b|. It is
 * linear where the direction is not defined (a or b is zero, or both lie on one line through the origin).
 */
export function sphericalLeg(a: Point, b: Point): Leg {
  const [startNorm, endNorm] = [a, b].map((z) => Math.sqrt(squaredDistance(z, new Float64Array(z.length))));
  const cosine = Array.from(a).reduce((sum, value, j) => sum + (value / startNorm) * (b[j] / endNorm), 0);
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  if (!(Math.min(startNorm, endNorm) > 0 && Math.sin(angle) > 1e-6)) return straightLeg(a, b);
  const pointAt = (t: number) => {
    const length = ((1 - t) * startNorm + t * endNorm) / Math.sin(angle);
    const [u, v] = [(Math.sin((1 - t) * angle) * length) / startNorm, (Math.sin(t * angle) * length) / endNorm];
    return Array.from(a, (value, j) => u * value + v * b[j]);
  };
  const points = Array.from({ length: CHORDS + 1 }, (_, k) => pointAt(k / CHORDS));
  return { pointAt, length: polylineLeg(points).length };
}

/**
 * A polyline as a function of the fractional index of its points.
 * @param points two at least
 */
export const polyline =
  (points: Point[]): ((place: number) => number[]) =>
  (place: number) => {
    const k = Math.min(points.length - 2, Math.floor(place));
    return codeBetween(points[k], points[k + 1], place - k);
  };

/**
 * A path parametrised by the length of its pieces.
 * @param pointAt of the fractional index of the pieces' ends
 * @param images at those ends, between which the lengths are measured
 */
export function arcLengthLeg(pointAt: (place: number) => number[], images: ArrayLike<number>[]): Leg {
  const ends = [0];
  for (let k = 1; k < images.length; k++) ends.push(ends[k - 1] + Math.sqrt(squaredDistance(images[k - 1], images[k])));
  const length = ends[ends.length - 1];
  return {
    pointAt: (t) => pointAt(length > 0 ? fractionalIndex(ends, t * length) : t * (images.length - 1) || 0),
    length,
  };
}

/**
 * Along a polyline at constant speed.
 * @param points two at least
 */
export const polylineLeg = (points: Point[]): Leg => arcLengthLeg(polyline(points), points);

/**
 * Codes at equal steps of length along a path, both ends included.
 * @param legs at least one
 * @param n at least two
 * @returns n×d
 */
export function sampleLegs(legs: Leg[], n: number): Float32Array {
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
