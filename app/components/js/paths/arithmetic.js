/**
 * Arithmetic with codes: the mean code of each class, and A − B + C.
 */

/**
 * The mean code of every class that has one.
 * @param {Float32Array} z n×d
 * @param {number} dim
 * @param {ArrayLike<number> | null} labels −1 for codes without a class
 * @returns {Map<number, Float32Array>} by class, ascending
 */
export function classMeans(z, dim, labels) {
  /** @type {Map<number, {sum: Float64Array, count: number}>} */
  const totals = new Map();
  for (let k = 0; labels && k < labels.length; k++) {
    if (labels[k] < 0) continue;
    const total = totals.get(labels[k]) ?? { sum: new Float64Array(dim), count: 0 };
    totals.set(labels[k], total);
    for (let j = 0; j < dim; j++) total.sum[j] += z[k * dim + j];
    total.count++;
  }
  const sorted = [...totals].sort(([a], [b]) => a - b);
  return new Map(sorted.map(([label, { sum, count }]) => [label, Float32Array.from(sum, (value) => value / count)]));
}

/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b @param {ArrayLike<number>} c A − B + C */
export const combined = (a, b, c) => Float32Array.from(a, (value, j) => value - b[j] + c[j]);
