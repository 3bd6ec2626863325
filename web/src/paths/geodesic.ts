/**
 * Geodesics: paths along which the images change the least.
 *
 * The decoder induces a metric on the latent space: the length of a path of codes z₀ … zₙ is Σ ‖x̂(zₖ₊₁) − x̂(zₖ)‖. Of
 * all paths with the same ends, the one with the least energy Σ ‖x̂(zₖ₊₁) − x̂(zₖ)‖² is the shortest (Shao, Kumar and
 * Fletcher 2018, arXiv:1711.08014). Damped Gauss–Newton steps lead from each of several initial paths to a local
 * minimum with few pieces; the shortest of these paths is then optimised with more. The energy depends only on the ends
 * of the pieces. The length, by which the path is then parametrised, is measured with more pieces.
 */

import { squaredDistance } from "../base/distances.ts";
import { arcLengthLeg, polyline } from "./path_legs.ts";
import type { Leg } from "./path_legs.ts";
import type { Networks } from "../networks/networks.ts";

/** x̂ of codes, P values each. */
export type Decode = (codes: number[][]) => Float32Array[];
/** `length`, and `direct`, the length of the straight line, are distances between images in pixel values */
type Geodesic = Leg & { direct: number };

export const PIECES = 36; // of a path between two waypoints
// pieces at first, which move far in a few steps; with fewer, changes within a piece would be missed
const COARSE_PIECES = PIECES / 3;
const LENGTH_PIECES = 2 * PIECES; // pieces with which lengths are measured
const MAX_STEPS = 6; // the most Gauss–Newton steps at each number of pieces
const MAX_ATTEMPTS = 4; // attempts at a step, each more damped than the one before
const MIN_GAIN = 2e-3; // a step that reduces the energy by a smaller share is the last
const RELATIVE_DELTA = 1e-3; // step of the finite differences, as a share of the path's length in z

/** ‖x̂(zₖ₊₁) − x̂(zₖ)‖² of each piece. */
const segmentEnergies = (images: Float32Array[]): number[] =>
  images.slice(1).map((image, k) => squaredDistance(image, images[k]));

const sumOf = (values: number[]): number => values.reduce((sum, value) => sum + value, 0);

/**
 * The shortest geodesic found from some initial paths with the same ends, parametrised by its length, or the straight
 * line if that is not longer. If the decoder returns values that are not finite, the straight line as it is, without
 * `direct`.
 * @param initialPaths the initial paths, the straight line first
 */
export function geodesicLeg(initialPaths: Leg[], decode: Decode): Geodesic | Leg {
  const [curve, straightLine] = [
    pathFunctionThrough(leastEnergyPath(initialPaths, decode)),
    initialPaths[0].pointAt,
  ].map((path) => arcLengthLeg((place) => path(place / LENGTH_PIECES), decode(samplePath(path, LENGTH_PIECES))));
  if (!Number.isFinite(curve.length + straightLine.length)) return initialPaths[0];
  return { ...(curve.length < straightLine.length ? curve : straightLine), direct: straightLine.length };
}

/** Decoding of many codes by the page's networks. */
export const makeBatchDecoder =
  (networks: Networks, y: number | null): Decode =>
  (codes) =>
    networks.decodeMany(codes, y === null ? null : new Array(codes.length).fill(y));

/**
 * The approximate number of multiplications for a leg from two initial paths.
 * @param dim d
 * @param imageWork multiplications for an image
 */
export const estimateGeodesicWork = (dim: number, imageWork: number): number =>
  (MAX_STEPS * (2 * COARSE_PIECES + PIECES) * (dim + MAX_ATTEMPTS) + 2 * (PIECES + LENGTH_PIECES)) * imageWork;

/** A path through codes as a function of t from 0 to 1. */
const pathFunctionThrough =
  (codes: number[][]): ((t: number) => number[]) =>
  (t: number) =>
    polyline(codes)(t * (codes.length - 1));

/** The codes of a path at evenly spaced t. */
const samplePath = (pointAt: Leg["pointAt"], pieces: number): number[][] =>
  Array.from({ length: pieces + 1 }, (_, k) => pointAt(k / pieces));

/**
 * The codes, both ends included, of a path of locally least energy. Each initial path is optimised with few pieces, and
 * then the shortest of them with more.
 */
export function leastEnergyPath(initialPaths: Leg[], decode: Decode): number[][] {
  const optimisedPaths = initialPaths.map(({ pointAt }) =>
    pathFunctionThrough(gaussNewtonDescent(samplePath(pointAt, COARSE_PIECES), decode)),
  );
  const lengths = optimisedPaths.map((curve) =>
    sumOf(segmentEnergies(decode(samplePath(curve, PIECES))).map(Math.sqrt)),
  );
  const shortest = lengths.reduce((best, length, k) => (length < lengths[best] ? k : best), 0);
  return gaussNewtonDescent(samplePath(optimisedPaths[shortest], PIECES), decode);
}

/** Codes with the same ends and less energy, by damped Gauss–Newton steps. */
function gaussNewtonDescent(start: number[][], decode: Decode): number[][] {
  let codes = start;
  let images = decode(codes);
  let energy = sumOf(segmentEnergies(images));
  const delta = RELATIVE_DELTA * sumOf(codes.slice(1).map((z, k) => Math.sqrt(squaredDistance(z, codes[k]))));
  let damping = 1e-3; // damping: the share of the mean of the diagonal that is added to it
  for (let step = 0; step < MAX_STEPS && energy > 0 && delta > 0; step++) {
    const system = normalEquations(codes, images, decode, delta);
    const previousEnergy = energy;
    for (let attempt = 0; attempt < MAX_ATTEMPTS && energy === previousEnergy; attempt++) {
      const displacements = solveBanded(system, damping);
      const candidate = codes.map((z, k) =>
        k === 0 || k === codes.length - 1 ? z : z.map((value, j) => value + displacements[(k - 1) * z.length + j]),
      );
      const candidateImages = decode(candidate);
      const candidateEnergy = sumOf(segmentEnergies(candidateImages));
      if (candidateEnergy < energy)
        [codes, images, energy, damping] = [candidate, candidateImages, candidateEnergy, damping / 4];
      else damping *= 16;
    }
    if (!(previousEnergy - energy > MIN_GAIN * previousEnergy)) break;
  }
  return codes;
}

/**
 * The normal equations of a Gauss–Newton step for the inner codes: with x̂(zₖ + δₖ) ≈ x̂ₖ + Jₖδₖ the energy is
 * quadratic in δ.
 * @param images of them
 * @returns the lower triangle of a symmetric band: row i holds its columns i − bandwidth … i
 */
function normalEquations(
  codes: number[][],
  images: Float32Array[],
  decode: Decode,
  delta: number,
): { rows: Float64Array[]; right: Float64Array; bandwidth: number } {
  const [inner, dim] = [codes.length - 2, codes[0].length];
  const shifted = codes
    .slice(1, -1)
    .flatMap((z) => z.map((_, j) => z.map((value, i) => value + (i === j ? delta : 0))));
  // the columns of each code's Jacobian Jₖ
  const jacobian = decode(shifted).map((image, i) =>
    image.map((value, p) => (value - images[1 + Math.floor(i / dim)][p]) / delta),
  );
  const bandwidth = 2 * dim - 1;
  const rows = jacobian.map(() => new Float64Array(bandwidth + 1));
  const right = new Float64Array(inner * dim);
  jacobian.forEach((column, i) => {
    const k = 1 + Math.floor(i / dim);
    for (let p = 0; p < column.length; p++)
      right[i] += column[p] * (images[k + 1][p] - 2 * images[k][p] + images[k - 1][p]);
    for (let j = Math.max(0, dim * (k - 2)); j <= i; j++) {
      const isSamePoint = Math.floor(j / dim) === k - 1;
      let product = 0;
      for (let p = 0; p < column.length; p++) product += column[p] * jacobian[j][p];
      rows[i][j - i + bandwidth] = isSamePoint ? 2 * product : -product;
    }
  });
  return { rows, right, bandwidth };
}

/**
 * The solution of a banded system by Cholesky's method, damped by adding a share of the diagonal's mean to the
 * diagonal.
 * @param damping that share
 */
function solveBanded(
  { rows, right, bandwidth }: { rows: Float64Array[]; right: Float64Array; bandwidth: number },
  damping: number,
): Float64Array {
  const ridge = (damping * sumOf(rows.map((row) => row[bandwidth]))) / rows.length + Number.MIN_VALUE;
  const factor = rows.map((row) => row.slice());
  const solution = right.slice();
  for (let i = 0; i < rows.length; i++) {
    for (let j = Math.max(0, i - bandwidth); j <= i; j++) {
      let value = factor[i][j - i + bandwidth] + (i === j ? ridge : 0);
      for (let m = Math.max(0, i - bandwidth); m < j; m++)
        value -= factor[i][m - i + bandwidth] * factor[j][m - j + bandwidth];
      factor[i][j - i + bandwidth] = i === j ? Math.sqrt(Math.max(value, ridge)) : value / factor[j][bandwidth];
    }
    for (let j = Math.max(0, i - bandwidth); j < i; j++) solution[i] -= factor[i][j - i + bandwidth] * solution[j];
    solution[i] /= factor[i][bandwidth];
  }
  for (let i = rows.length - 1; i >= 0; i--) {
    for (let j = i + 1; j <= Math.min(rows.length - 1, i + bandwidth); j++)
      solution[i] -= factor[j][i - j + bandwidth] * solution[j];
    solution[i] /= factor[i][bandwidth];
  }
  return solution;
}
