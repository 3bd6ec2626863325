/**
 * How near the codes are to a point, which tells whether a path leads through them or through empty space.
 */

import { splitEqually } from "../base/pictures.ts";
import { smallestIndices, squaredDistances } from "../base/distances.ts";

const NEIGHBOUR_RANK = 5; // the distance to the fifth nearest code counts, so that single outliers do not matter
const PROBE_COUNT = 200; // codes from which the typical distance is estimated
const MAX_CODES = 8000; // the most codes to which distances are measured

/**
 * The values of at most `limit` codes, one after another, stratified by class; codes that are not finite are left out.
 * @param z n×d
 */
export function sampleByClass(
  z: Float32Array,
  dim: number,
  labels: ArrayLike<number> | null,
  limit: number,
): Float32Array {
  const codes = splitEqually(z, z.length / dim);
  const finiteIndices = Array.from(codes.keys()).filter((k) => codes[k].every(Number.isFinite));
  if (labels && finiteIndices.length > limit) finiteIndices.sort((a, b) => labels[a] - labels[b]);
  const count = Math.min(limit, finiteIndices.length);
  const selectedCodes = Array.from(
    { length: count },
    (_, k) => codes[finiteIndices[Math.floor(((k + 0.5) * finiteIndices.length) / count)]],
  );
  return Float32Array.from(selectedCodes.flatMap((code) => Array.from(code)));
}

export class Nearness {
  codes: Float64Array<ArrayBuffer>;
  dim: number;
  squares: Float64Array<ArrayBuffer>;
  /** The median of the distance around a code; NaN if there are too few codes. */
  typicalDistance: number;

  /** @param z n×d */
  constructor(z: Float32Array, dim: number, labels: ArrayLike<number> | null) {
    const codes = sampleByClass(z, dim, labels, MAX_CODES);
    this.codes = Float64Array.from(codes);
    this.dim = dim;
    this.squares = new Float64Array(codes.length / dim);
    const probeCodes = sampleByClass(codes, dim, null, PROBE_COUNT);
    const probes = splitEqually(probeCodes, probeCodes.length / dim).map((code) =>
      this.distanceToRank(code, NEIGHBOUR_RANK + 1),
    ); // the first is the code itself
    this.typicalDistance =
      this.squares.length > NEIGHBOUR_RANK ? probes.sort((a, b) => a - b)[probes.length >> 1] : NaN;
  }

  /** Distance from z to the code of a rank, counted from 1. */
  distanceToRank(z: ArrayLike<number>, rank: number): number {
    const squares = squaredDistances(this.codes, this.dim, z, this.squares);
    const nearestIndices = smallestIndices(squares, rank);
    return Math.sqrt(squares[nearestIndices[nearestIndices.length - 1]]);
  }

  /**
   * The nearness at z: 1 if the codes are as close as around a typical code or closer, 1/2 if they are twice as far
   * away, and so on.
   * @returns NaN if there are too few codes
   */
  nearnessAt(z: ArrayLike<number>): number {
    if (Number.isNaN(this.typicalDistance)) return NaN;
    const distance = this.distanceToRank(z, NEIGHBOUR_RANK);
    return distance > 0 ? Math.min(1, this.typicalDistance / distance) : 1;
  }
}
