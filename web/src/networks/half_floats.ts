/**
 * Numbers in half precision, the format of the weights' files.
 */

import { memoizeLast } from "../base/memoize.ts";
import { translate } from "../base/translate.ts";

/** Every half-precision number by its 16 bits. */
export const halfFloatTable = memoizeLast(() => {
  const halves = new Float32Array(65536);
  for (let bits = 0; bits < 65536; bits++) {
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    let value = exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24;
    if (exponent === 31) value = fraction ? NaN : Infinity;
    halves[bits] = bits & 0x8000 ? -value : value;
  }
  return halves;
});

/**
 * Converts the weights of one input to float32; those of each strip of rows go to the heap `step` apart.
 * @param strip rows in a strip
 */
export function widenWeights(
  source: Uint16Array,
  start: number,
  rows: number,
  strip: number,
  heap: Float32Array,
  target: number,
  step: number,
) {
  const table = halfFloatTable();
  for (let first = 0; first < rows; first += strip, target += step) {
    const end = Math.min(strip, rows - first);
    for (let r = 0; r < end; r++) {
      const bits = source[start + first + r];
      if ((bits & 0x7c00) === 0x7c00)
        throw new Error(translate("The network's weights hold a value that is not finite."));
      heap[target + r] = table[bits];
    }
  }
}
