/**
 * The plane as a slice through the latent space: two of its dimensions, or two principal directions.
 */

/**
 * A slice. decodable: whether a place of the plane belongs to a code; project: the place on the plane of the code that
 * starts at index `start` of z; moveTo: a copy of z that lies at (x, y) on the plane and is otherwise unchanged;
 * shownDimensions: the dimensions on the axes.
 * @typedef {{decodable: boolean, project: (z: ArrayLike<number>, start?: number) => [number, number],
 *   moveTo: (z: Float32Array, x: number, y: number) => Float32Array, shownDimensions: number[]}} Slice
 */

/**
 * The slice that a header describes; without axes, one on which nothing has a place.
 * @param {Partial<Pick<import("../../messages.js").Plane, "axes" | "pca">>} header
 * @returns {Slice}
 */
export function makeSlice(header) {
  if (header.pca) return principalSlice(header.pca.mean, header.pca.basis);
  if (header.axes) return dimensionSlice(header.axes[0], header.axes[1]);
  return { decodable: false, project: () => [NaN, NaN], moveTo: (z) => z, shownDimensions: [] };
}

/**
 * Two dimensions as the axes; codes of one dimension (i = j) lie on a line at height 0.
 * @param {number} i
 * @param {number} j
 * @returns {Slice}
 */
function dimensionSlice(i, j) {
  const isFlat = i === j;
  return {
    decodable: true,
    project: (z, start = 0) => [z[start + i], isFlat ? 0 : z[start + j]],
    moveTo: (z, x, y) => {
      const newCode = z.slice();
      newCode[i] = x;
      if (!isFlat) newCode[j] = y;
      return newCode;
    },
    shownDimensions: isFlat ? [i] : [i, j],
  };
}

/**
 * @param {number[]} mean
 * @param {number[][]} basis two orthonormal directions
 * @returns {Slice}
 */
function principalSlice(mean, basis) {
  const coordinateAlong = (
    /** @type {ArrayLike<number>} */ z,
    /** @type {number} */ start,
    /** @type {number[]} */ axis,
  ) => axis.reduce((sum, /** @type {number} */ b, /** @type {number} */ k) => sum + (z[start + k] - mean[k]) * b, 0);
  const place = (/** @type {ArrayLike<number>} */ z, start = 0) =>
    /** @type {[number, number]} */ ([coordinateAlong(z, start, basis[0]), coordinateAlong(z, start, basis[1])]);
  return {
    decodable: true,
    project: place,
    moveTo: (z, x, y) => {
      const [nowX, nowY] = place(z);
      return z.map((value, k) => value + (x - nowX) * basis[0][k] + (y - nowY) * basis[1][k]);
    },
    shownDimensions: [],
  };
}

/**
 * Plane coordinates of all codes.
 * @param {Float32Array} z N×d
 * @param {number} dim
 * @param {Slice} slice
 * @returns {Float32Array} N×2
 */
export function projectAll(z, dim, slice) {
  const n = Math.floor(z.length / dim);
  const xy = new Float32Array(2 * n);
  for (let k = 0; k < n; k++) {
    const [x, y] = slice.project(z, k * dim);
    xy[2 * k] = x;
    xy[2 * k + 1] = y;
  }
  return xy;
}

/**
 * Linear interpolation between two lists of the same length.
 * @param {ArrayLike<number>} from
 * @param {ArrayLike<number>} to
 * @param {number} share 0: from, 1: to
 * @returns {Float32Array}
 */
export const interpolate = (from, to, share) => Float32Array.from(from, (value, k) => value + (to[k] - value) * share);

/**
 * The codes at some places of the plane; z: supplies their coordinates in the directions orthogonal to it.
 * @param {[number, number][]} places
 * @param {Slice} slice
 * @param {Float32Array} z
 * @returns {Float32Array[]}
 */
export const codesAt = (places, slice, z) => places.map(([x, y]) => slice.moveTo(z, x, y));
