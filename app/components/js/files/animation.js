/**
 * Images as an endless animation.
 */

import { kept } from "../base/anew.js";
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
  const common = new Exact();
  const exact = [...new Set(images)].every((image) => common.take(pixelsOf(image)));
  const made = kept((/** @type {ImageData} */ image) => {
    const own = exact ? null : numbered(pixelsOf(image));
    const numbers = own?.numbers ?? /** @type {Uint8Array} */ (common.take(pixelsOf(image)));
    return { numbers: enlarged(numbers, width, times), palette: own?.palette };
  });
  const gif = new Gif(times * width, times * height, ms, exact ? common.palette : null);
  for (const image of images) {
    const { numbers, palette } = made(image);
    gif.add(numbers, palette);
    await pause();
  }
  return gif.file();
}
