/**
 * Distances between codes, mostly squared, and the smallest of them.
 */

/** @returns the squared distance */
export function squaredDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += (a[j] - b[j]) ** 2;
  return sum;
}

/**
 * Squares of the distances from z to all codes.
 * @param codes n×d
 * @param squares n values
 */
export function squaredDistances(
  codes: ArrayLike<number>,
  dim: number,
  z: ArrayLike<number>,
  squares: Float64Array,
): Float64Array {
  for (let k = 0, offset = 0; k < squares.length; k++) {
    let sum = 0;
    for (let j = 0; j < dim; j++, offset++) sum += (codes[offset] - z[j]) * (codes[offset] - z[j]);
    squares[k] = sum;
  }
  return squares;
}

/**
 * The distance from z to the nearest code; Infinity without codes.
 * @param codes n×d
 */
export function nearestDistance(codes: ArrayLike<number>, z: ArrayLike<number>): number {
  let minSquare = Infinity;
  for (let start = 0; start + z.length <= codes.length; start += z.length) {
    let square = 0;
    for (let j = 0; j < z.length; j++) square += (codes[start + j] - z[j]) ** 2;
    minSquare = Math.min(minSquare, square);
  }
  return Math.sqrt(minSquare);
}

/**
 * The index of the code nearest to z; -1 without codes.
 * @param codes n×d
 */
export function nearestIndex(codes: ArrayLike<number>, z: ArrayLike<number>): number {
  const squares = squaredDistances(codes, z.length, z, new Float64Array(Math.floor(codes.length / z.length)));
  return smallestIndices(squares, 1)[0] ?? -1;
}

/** Indices of the smallest finite values, in ascending order of value. */
export function smallestIndices(values: Float64Array, count: number): number[] {
  const indices: number[] = [];
  for (let k = 0; k < values.length; k++) {
    if (!(values[k] < (indices.length < count ? Infinity : values[indices[count - 1]]))) continue;
    let position = Math.min(indices.length, count - 1);
    for (; position > 0 && values[indices[position - 1]] > values[k]; position--)
      indices[position] = indices[position - 1];
    indices[position] = k;
  }
  return indices;
}
