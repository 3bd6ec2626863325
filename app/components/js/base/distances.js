/**
 * Distances between codes, mostly squared, and the smallest of them.
 */

/**
 * @param {ArrayLike<number>} a
 * @param {ArrayLike<number>} b
 * @returns {number} the squared distance
 */
export function squaredDistance(a, b) {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += (a[j] - b[j]) ** 2;
  return sum;
}

/**
 * Squares of the distances from z to all codes.
 * @param {ArrayLike<number>} codes n×d
 * @param {number} dim
 * @param {ArrayLike<number>} z
 * @param {Float64Array} squares n values
 * @returns {Float64Array}
 */
export function squaredDistances(codes, dim, z, squares) {
  for (let k = 0, offset = 0; k < squares.length; k++) {
    let sum = 0;
    for (let j = 0; j < dim; j++, offset++) sum += (codes[offset] - z[j]) * (codes[offset] - z[j]);
    squares[k] = sum;
  }
  return squares;
}

/**
 * The distance from z to the nearest code; Infinity without codes.
 * @param {ArrayLike<number>} codes n×d
 * @param {ArrayLike<number>} z
 * @returns {number}
 */
export function nearestDistance(codes, z) {
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
 * @param {ArrayLike<number>} codes n×d
 * @param {ArrayLike<number>} z
 * @returns {number}
 */
export function nearestIndex(codes, z) {
  const squares = squaredDistances(codes, z.length, z, new Float64Array(Math.floor(codes.length / z.length)));
  return smallestIndices(squares, 1)[0] ?? -1;
}

/**
 * Indices of the smallest finite values, in ascending order of value.
 * @param {Float64Array} values
 * @param {number} count
 * @returns {number[]}
 */
export function smallestIndices(values, count) {
  /** @type {number[]} */
  const indices = [];
  for (let k = 0; k < values.length; k++) {
    if (!(values[k] < (indices.length < count ? Infinity : values[indices[count - 1]]))) continue;
    let position = Math.min(indices.length, count - 1);
    for (; position > 0 && values[indices[position - 1]] > values[k]; position--)
      indices[position] = indices[position - 1];
    indices[position] = k;
  }
  return indices;
}
