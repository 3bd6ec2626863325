/**
 * Geodesics: paths along which the images change the least.
 *
 * The decoder induces a metric on the latent space: the length of a path of codes z₀ … zₙ is Σ ‖x̂(zₖ₊₁) − x̂(zₖ)‖. Of all
 * paths with the same ends, the one with the least energy Σ ‖x̂(zₖ₊₁) − x̂(zₖ)‖² is the shortest (Shao, Kumar and Fletcher
 * 2018, arXiv:1711.08014). Damped Gauss–Newton steps lead from each of several initial paths to a local minimum with few
 * pieces; the shortest of these paths is then optimised with more. The energy depends only on the ends of the pieces. The
 * length, by which the path is then parametrised, is measured with more pieces.
 */

import { squareBetween } from "../choice/distances.js";
import { paced, polyline } from "./paths.js";

/** @typedef {(codes: number[][]) => Float32Array[]} Decode x̂ of codes, P values each */
/** @typedef {import("./paths.js").Leg & {direct: number}} Geodesic `length`, and `direct`, the length of the straight line, are distances between images in pixel values */

export const PIECES = 36; // of a path between two waypoints
const COARSE = PIECES / 3; // pieces at first, which move far in a few steps; with fewer, changes within a piece would be missed
const SAMPLES = 2 * PIECES; // pieces with which lengths are measured
const STEPS = 6; // the most Gauss–Newton steps at each number of pieces
const TRIES = 4; // attempts at a step, each more damped than the one before
const ENOUGH = 2e-3; // a step that reduces the energy by a smaller share is the last
const NUDGE = 1e-3; // step of the finite differences, as a share of the path's length in z

/** ‖x̂(zₖ₊₁) − x̂(zₖ)‖² of each piece. @param {Float32Array[]} images */
const energies = (images) => images.slice(1).map((image, k) => squareBetween(image, images[k]));

/** @param {number[]} values */
const total = (values) => values.reduce((sum, value) => sum + value, 0);

/**
 * The shortest geodesic found from some initial paths with the same ends, parametrised by its length, or the straight line if
 * that is not longer. If the decoder returns values that are not finite, the straight line as it is, without `direct`.
 * @param {import("./paths.js").Leg[]} near the initial paths, the straight line first
 * @param {Decode} decode
 * @returns {Geodesic | import("./paths.js").Leg}
 */
export function legOf(near, decode) {
  const [found, line] = [through(geodesic(near, decode)), near[0].at].map((at) => paced((place) => at(place / SAMPLES), decode(pointsOf(at, SAMPLES))));
  if (!Number.isFinite(found.length + line.length)) return near[0];
  return { ...(found.length < line.length ? found : line), direct: line.length };
}

/** Decoding of many codes by the page's networks. @param {import("../networks/decoder.js").Networks} networks @param {number | null} y @returns {Decode} */
export const decoding = (networks, y) => (codes) => networks.decodeMany(codes, y === null ? null : new Array(codes.length).fill(y));

/** The approximate number of multiplications for a leg from two initial paths. @param {number} dim d @param {number} work multiplications for an image */
export const workOf = (dim, work) => (STEPS * (2 * COARSE + PIECES) * (dim + TRIES) + 2 * (PIECES + SAMPLES)) * work;

/** A path through codes as a function of t from 0 to 1. @param {number[][]} codes */
const through = (codes) => (/** @type {number} */ t) => polyline(codes)(t * (codes.length - 1));

/** The codes of a path at evenly spaced t. @param {import("./paths.js").Leg["at"]} at @param {number} pieces */
const pointsOf = (at, pieces) => Array.from({ length: pieces + 1 }, (_, k) => at(k / pieces));

/**
 * The codes, both ends included, of a path of locally least energy. Each initial path is optimised with few pieces, and then the
 * shortest of them with more.
 * @param {import("./paths.js").Leg[]} near
 * @param {Decode} decode
 */
export function geodesic(near, decode) {
  const begun = near.map(({ at }) => through(descended(pointsOf(at, COARSE), decode)));
  const lengths = begun.map((at) => total(energies(decode(pointsOf(at, PIECES))).map(Math.sqrt)));
  const shortest = lengths.reduce((best, length, k) => (length < lengths[best] ? k : best), 0);
  return descended(pointsOf(begun[shortest], PIECES), decode);
}

/** Codes with the same ends and less energy, by damped Gauss–Newton steps. @param {number[][]} start @param {Decode} decode */
function descended(start, decode) {
  let codes = start;
  let images = decode(codes);
  let energy = total(energies(images));
  const nudge = NUDGE * total(codes.slice(1).map((z, k) => Math.sqrt(squareBetween(z, codes[k]))));
  let caution = 1e-3; // damping: the share of the mean of the diagonal that is added to it
  for (let step = 0; step < STEPS && energy > 0 && nudge > 0; step++) {
    const system = equations(codes, images, decode, nudge);
    const before = energy;
    for (let tried = 0; tried < TRIES && energy === before; tried++) {
      const moves = solved(system, caution);
      const moved = codes.map((z, k) => (k === 0 || k === codes.length - 1 ? z : z.map((value, j) => value + moves[(k - 1) * z.length + j])));
      const seen = decode(moved);
      const now = total(energies(seen));
      if (now < energy) [codes, images, energy, caution] = [moved, seen, now, caution / 4];
      else caution *= 16;
    }
    if (!(before - energy > ENOUGH * before)) break;
  }
  return codes;
}

/**
 * The normal equations of a Gauss–Newton step for the inner codes: with x̂(zₖ + δₖ) ≈ x̂ₖ + Jₖδₖ the energy is quadratic in δ.
 * @param {number[][]} codes
 * @param {Float32Array[]} images of them
 * @param {Decode} decode
 * @param {number} nudge
 * @returns {{rows: Float64Array[], right: Float64Array, wide: number}} the lower triangle of a symmetric band: row i holds its
 *    columns i − wide … i
 */
function equations(codes, images, decode, nudge) {
  const [inner, dim] = [codes.length - 2, codes[0].length];
  const nudged = codes.slice(1, -1).flatMap((z) => z.map((_, j) => z.map((value, i) => value + (i === j ? nudge : 0))));
  // the columns of each code's Jacobian Jₖ
  const slopes = decode(nudged).map((image, i) => image.map((value, p) => (value - images[1 + Math.floor(i / dim)][p]) / nudge));
  const wide = 2 * dim - 1;
  const rows = slopes.map(() => new Float64Array(wide + 1));
  const right = new Float64Array(inner * dim);
  slopes.forEach((slope, i) => {
    const k = 1 + Math.floor(i / dim);
    for (let p = 0; p < slope.length; p++) right[i] += slope[p] * (images[k + 1][p] - 2 * images[k][p] + images[k - 1][p]);
    for (let other = Math.max(0, dim * (k - 2)); other <= i; other++) {
      const same = Math.floor(other / dim) === k - 1;
      let product = 0;
      for (let p = 0; p < slope.length; p++) product += slope[p] * slopes[other][p];
      rows[i][other - i + wide] = same ? 2 * product : -product;
    }
  });
  return { rows, right, wide };
}

/**
 * The solution of a banded system by Cholesky's method, damped by adding a share of the diagonal's mean to the diagonal.
 * @param {{rows: Float64Array[], right: Float64Array, wide: number}} system
 * @param {number} caution that share
 */
function solved({ rows, right, wide }, caution) {
  const raise = (caution * total(rows.map((row) => row[wide]))) / rows.length + Number.MIN_VALUE;
  const root = rows.map((row) => row.slice());
  const found = right.slice();
  for (let i = 0; i < rows.length; i++) {
    for (let j = Math.max(0, i - wide); j <= i; j++) {
      let left = root[i][j - i + wide] + (i === j ? raise : 0);
      for (let m = Math.max(0, i - wide); m < j; m++) left -= root[i][m - i + wide] * root[j][m - j + wide];
      root[i][j - i + wide] = i === j ? Math.sqrt(Math.max(left, raise)) : left / root[j][wide];
    }
    for (let j = Math.max(0, i - wide); j < i; j++) found[i] -= root[i][j - i + wide] * found[j];
    found[i] /= root[i][wide];
  }
  for (let i = rows.length - 1; i >= 0; i--) {
    for (let j = i + 1; j <= Math.min(rows.length - 1, i + wide); j++) found[i] -= root[j][i - j + wide] * found[j];
    found[i] /= root[i][wide];
  }
  return found;
}
