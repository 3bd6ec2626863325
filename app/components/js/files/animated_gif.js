/**
 * Images as an endless animation.
 */

import { memoizeByKey } from "../base/memoize.js";
import { ExactPalette, quantizeColours, pixelsOf } from "./palettes.js";
import { GifWriter } from "./gif.js";
import { createYielder } from "../base/task_scheduler.js";

const TARGET_WIDTH = 224; // approximate width in pixels, since small images are enlarged by an integer factor

/**
 * Enlarges an image by an integer factor.
 * @param {Uint8Array} numbers
 * @param {number} width
 * @param {number} factor
 * @returns {Uint8Array}
 */
function enlargePixels(numbers, width, factor) {
  const enlargedWidth = width * factor;
  const enlargedNumbers = new Uint8Array(numbers.length * factor * factor);
  for (let source = 0, target = 0; source < numbers.length; source += width, target += factor * enlargedWidth) {
    for (let k = 0; k < width; k++)
      enlargedNumbers.fill(numbers[source + k], target + k * factor, target + (k + 1) * factor);
    for (let row = 1; row < factor; row++)
      enlargedNumbers.copyWithin(target + row * enlargedWidth, target, target + enlargedWidth);
  }
  return enlargedNumbers;
}

/**
 * A GIF. It has one exact palette if all images together have at most 256 colours; otherwise a palette for each image,
 * exact if that has at most 256 colours.
 * @param {ImageData[]} images of one size; repeated images are the same object
 * @param {number} ms milliseconds of each
 * @param {AbortSignal} [signal] aborts it
 * @returns {Promise<Blob>}
 */
export async function makeAnimatedGif(images, ms, signal) {
  const pause = createYielder(signal);
  const { width, height } = images[0];
  const factor = Math.max(1, Math.floor(TARGET_WIDTH / width));
  const sharedPalette = new ExactPalette();
  const isShared = [...new Set(images)].every((image) => sharedPalette.indexPixels(pixelsOf(image)));
  const encodeFrame = memoizeByKey((/** @type {ImageData} */ image) => {
    const quantization = isShared ? null : quantizeColours(pixelsOf(image));
    const numbers = quantization?.numbers ?? /** @type {Uint8Array} */ (sharedPalette.indexPixels(pixelsOf(image)));
    return { numbers: enlargePixels(numbers, width, factor), palette: quantization?.palette };
  });
  const gif = new GifWriter(factor * width, factor * height, ms, isShared ? sharedPalette.palette : null);
  for (const image of images) {
    const { numbers, palette } = encodeFrame(image);
    gif.addFrame(numbers, palette);
    await pause();
  }
  return gif.toBlob();
}
