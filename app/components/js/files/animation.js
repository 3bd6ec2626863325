/**
 * Images as an endless animation.
 */

import { Exact, numbered, pixelsOf } from "./colours.js";
import { Gif } from "./gif.js";
import { pauses } from "../base/tasks.js";

const SIDE = 224; // approximate width in pixels, since small images are enlarged by an integer factor

/** Enlarges an image by an integer factor. @param {Uint8Array} numbers @param {number} width @param {number} times */
function enlarged(numbers, width, times) {
  const wide = width * times;
  const large = new Uint8Array(numbers.length * times * times);
  for (let from = 0, to = 0; from < numbers.length; from += width, to += times * wide) {
    for (let k = 0; k < width; k++) large.fill(numbers[from + k], to + k * times, to + (k + 1) * times);
    for (let row = 1; row < times; row++) large.copyWithin(to + row * wide, to, to + wide);
  }
  return large;
}

/**
 * A GIF. It has one exact palette if all images together have at most 256 colours; otherwise a palette for each image, exact if
 * that has at most 256 colours.
 * @param {ImageData[]} images of one size; repeated images are the same object
 * @param {number} ms milliseconds of each
 * @param {AbortSignal} [given] aborts it
 * @returns {Promise<Blob>}
 */
export async function animation(images, ms, given) {
  const pause = pauses(given);
  const { width, height } = images[0];
  const times = Math.max(1, Math.floor(SIDE / width));
  const large = (/** @type {Uint8Array} */ numbers) => enlarged(numbers, width, times);
  const different = [...new Set(images)];
  const common = new Exact();
  /** @type {Map<ImageData, {numbers: Uint8Array, palette: Uint8Array | null}>} */
  const made = new Map();
  const exact = different.every((image) => {
    const numbers = common.take(pixelsOf(image));
    if (numbers) made.set(image, { numbers: large(numbers), palette: null });
    return numbers;
  });
  for (const image of exact ? [] : different) {
    const { numbers, palette } = numbered(pixelsOf(image));
    made.set(image, { numbers: large(numbers), palette });
    await pause();
  }
  const gif = new Gif(times * width, times * height, ms, exact ? common.palette : null);
  for (const image of images) {
    const { numbers, palette } = /** @type {{numbers: Uint8Array, palette: Uint8Array | null}} */ (made.get(image));
    gif.add(numbers, palette);
    await pause();
  }
  return gif.file();
}
