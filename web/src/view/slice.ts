/**
 * The plane as a slice through the latent space: two of its dimensions, or two principal directions.
 */

import type { Plane } from "../messages.ts";

/**
 * A slice. decodable: whether a place of the plane belongs to a code; project: the place on the plane of the code that
 * starts at index `start` of z; moveTo: a copy of z that lies at (x, y) on the plane and is otherwise unchanged;
 * shownDimensions: the dimensions on the axes.
 */
export type Slice = {
  decodable: boolean;
  project: (z: ArrayLike<number>, start?: number) => [number, number];
  moveTo: (z: Float32Array, x: number, y: number) => Float32Array;
  shownDimensions: number[];
};

/** The slice that a header describes; without axes, one on which nothing has a place. */
export function makeSlice(header: Partial<Pick<Plane, "axes" | "pca">>): Slice {
  if (header.pca) return principalSlice(header.pca.mean, header.pca.basis);
  if (header.axes) return dimensionSlice(header.axes[0], header.axes[1]);
  return { decodable: false, project: () => [NaN, NaN], moveTo: (z) => z, shownDimensions: [] };
}

/** Two dimensions as the axes; codes of one dimension (i = j) lie on a line at height 0. */
function dimensionSlice(i: number, j: number): Slice {
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

/** @param basis two orthonormal directions */
function principalSlice(mean: number[], basis: number[][]): Slice {
  const coordinateAlong = (z: ArrayLike<number>, start: number, axis: number[]) =>
    axis.reduce((sum, b: number, k: number) => sum + (z[start + k] - mean[k]) * b, 0);
  const place = (z: ArrayLike<number>, start = 0) =>
    [coordinateAlong(z, start, basis[0]), coordinateAlong(z, start, basis[1])] as [number, number];
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
 * @param z N×d
 * @returns N×2
 */
export function projectAll(z: Float32Array, dim: number, slice: Slice): Float32Array {
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
 * @param share 0: from, 1: to
 */
export const interpolate = (from: ArrayLike<number>, to: ArrayLike<number>, share: number): Float32Array =>
  Float32Array.from(from, (value, k) => value + (to[k] - value) * share);

/** The codes at some places of the plane; z: supplies their coordinates in the directions orthogonal to it. */
export const codesAt = (places: [number, number][], slice: Slice, z: Float32Array): Float32Array[] =>
  places.map(([x, y]) => slice.moveTo(z, x, y));
