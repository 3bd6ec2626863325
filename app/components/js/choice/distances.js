/**
 * Squared distances between codes, and the smallest of them.
 */

/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b @returns {number} the squared distance */
export function squareBetween(a, b) {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += (a[j] - b[j]) ** 2;
  return sum;
}

/**
 * Squares of the distances from z to all codes.
 * @param {ArrayLike<number>} codes n×d
 * @param {number} dim
 * @param {ArrayLike<number>} z
 * @param {Float64Array} into n values
 */
export function squaresTo(codes, dim, z, into) {
  for (let k = 0, at = 0; k < into.length; k++) {
    let sum = 0;
    for (let j = 0; j < dim; j++, at++) sum += (codes[at] - z[j]) * (codes[at] - z[j]);
    into[k] = sum;
  }
  return into;
}

/**
 * Indices of the smallest finite values, in ascending order of value.
 * @param {Float64Array} values
 * @param {number} most
 * @returns {number[]}
 */
export function smallest(values, most) {
  /** @type {number[]} */
  const found = [];
  for (let k = 0; k < values.length; k++) {
    if (!(values[k] < (found.length < most ? Infinity : values[found[most - 1]]))) continue;
    let place = Math.min(found.length, most - 1);
    for (; place > 0 && values[found[place - 1]] > values[k]; place--) found[place] = found[place - 1];
    found[place] = k;
  }
  return found;
}
