/**
 * Positions within a list of ascending values, and linear interpolation between them.
 */

/** The index of the last of the ascending values that is at most `value`, for a value below the very last one. */
export function lastIndexAtMost(values: ArrayLike<number>, value: number): number {
  let [low, high] = [0, values.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (values[middle] <= value) low = middle;
    else high = middle;
  }
  return low;
}

/** The fractional index of a value among ascending ones, clamped to the ends. */
export function fractionalIndex(values: ArrayLike<number>, value: number): number {
  const last = values.length - 1;
  if (!(value > values[0])) return 0;
  if (value >= values[last]) return last;
  const k = lastIndexAtMost(values, value);
  return k + (value - values[k]) / (values[k + 1] - values[k]);
}

/** The value at a fractional index, interpolated linearly; for ascending values the inverse of `fractionalIndex`. */
export function valueAtIndex(values: ArrayLike<number>, index: number): number {
  const clamped = Math.max(0, Math.min(values.length - 1, index));
  const k = Math.floor(clamped);
  return k === clamped ? values[k] : values[k] + (values[k + 1] - values[k]) * (clamped - k);
}
