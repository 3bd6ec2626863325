/**
 * Images as an endless animation.
 */

import { memoizeByKey } from "../base/memoize.ts";
import { ExactPalette, quantizeColours, pixelsOf } from "./palettes.ts";
import { GifWriter } from "./gif.ts";
import { createYielder } from "../base/task_scheduler.ts";

const TARGET_WIDTH = 224; // approximate width in pixels, since small images are enlarged by an integer factor

/** Enlarges an image by an integer factor. */
function enlargePixels(numbers: Uint8Array, width: number, factor: number): Uint8Array {
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
 * @param images of one size; repeated images are the same object
 * @param ms milliseconds of each
 * @param signal aborts it
 */
export async function makeAnimatedGif(images: ImageData[], ms: number, signal?: AbortSignal): Promise<Blob> {
  const pause = createYielder(signal);
  const { width, height } = images[0];
  const factor = Math.max(1, Math.floor(TARGET_WIDTH / width));
  const sharedPalette = new ExactPalette();
  const isShared = [...new Set(images)].every((image) => sharedPalette.indexPixels(pixelsOf(image)));
  const encodeFrame = memoizeByKey((image: ImageData) => {
    const quantization = isShared ? null : quantizeColours(pixelsOf(image));
    const numbers = quantization?.numbers ?? (sharedPalette.indexPixels(pixelsOf(image)) as Uint8Array);
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
