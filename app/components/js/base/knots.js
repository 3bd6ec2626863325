/**
 * Places among ascending values, and values between them.
 */

/** The number of the last of ascending values that is not above another, which is below the very last. @param {ArrayLike<number>} values @param {number} value */
export function lastBelow(values, value) {
  let [low, high] = [0, values.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (values[middle] <= value) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * Where a value lies among ascending ones: the number of one, or a place between two; the ends hold beyond them.
 * @param {ArrayLike<number>} values
 * @param {number} value
 */
export function placeAmong(values, value) {
  const last = values.length - 1;
  if (!(value > values[0])) return 0;
  if (value >= values[last]) return last;
  const k = lastBelow(values, value);
  return k + (value - values[k]) / (values[k + 1] - values[k]);
}

/** The value at a place among others; of ascending ones the inverse of `placeAmong`. @param {ArrayLike<number>} values @param {number} at */
export function valueAmong(values, at) {
  const place = Math.max(0, Math.min(values.length - 1, at));
  const k = Math.floor(place);
  return k === place ? values[k] : values[k] + (values[k + 1] - values[k]) * (place - k);
}
