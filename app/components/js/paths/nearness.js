/**
 * How near the codes are to a point, which tells whether a path leads through them or through empty space.
 */

import { partsOf } from "../base/picture.js";
import { smallest, squaresTo } from "../choice/distances.js";

const RANK = 5; // the distance to the fifth nearest code counts, so that single outliers do not matter
const PROBED = 200; // codes from which the typical distance is estimated
const SEEN = 8000; // the most codes to which distances are measured

/**
 * The values of at most `most` codes, one after another, stratified by class; codes that are not finite are left out.
 * @param {Float32Array} z n×d
 * @param {number} dim
 * @param {ArrayLike<number> | null} labels
 * @param {number} most
 */
export function sampled(z, dim, labels, most) {
  const codes = partsOf(z, z.length / dim);
  const finite = Array.from(codes.keys()).filter((k) => codes[k].every(Number.isFinite));
  if (labels && finite.length > most) finite.sort((a, b) => labels[a] - labels[b]);
  const count = Math.min(most, finite.length);
  const chosen = Array.from({ length: count }, (_, k) => codes[finite[Math.floor(((k + 0.5) * finite.length) / count)]]);
  return Float32Array.from(chosen.flatMap((code) => Array.from(code)));
}

export class Nearness {
  /** @param {Float32Array} z n×d @param {number} dim @param {ArrayLike<number> | null} labels */
  constructor(z, dim, labels) {
    const codes = sampled(z, dim, labels, SEEN);
    this.codes = Float64Array.from(codes);
    this.dim = dim;
    this.squares = new Float64Array(codes.length / dim);
    const probed = sampled(codes, dim, null, PROBED);
    const probes = partsOf(probed, probed.length / dim).map((code) => this.reach(code, RANK + 1)); // the first is the code itself
    /** The median of the distance around a code; NaN if there are too few codes. */
    this.typical = this.squares.length > RANK ? probes.sort((a, b) => a - b)[probes.length >> 1] : NaN;
  }

  /** Distance from z to the code of a rank, counted from 1. @param {ArrayLike<number>} z @param {number} rank */
  reach(z, rank) {
    const squares = squaresTo(this.codes, this.dim, z, this.squares);
    const near = smallest(squares, rank);
    return Math.sqrt(squares[near[near.length - 1]]);
  }

  /**
   * The nearness at z: 1 if the codes are as close as around a typical code or closer, 1/2 if they are twice as far away, and so
   * on.
   * @param {ArrayLike<number>} z
   * @returns {number} NaN if there are too few codes
   */
  at(z) {
    if (Number.isNaN(this.typical)) return NaN;
    const reach = this.reach(z, RANK);
    return reach > 0 ? Math.min(1, this.typical / reach) : 1;
  }
}
