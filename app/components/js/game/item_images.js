/**
 * Items of a game as pictures.
 */

import { imageCanvas, imagesFromBytes, toImageData } from "../base/pictures.js";

/**
 * All images of a field n×H×W×C as data URLs.
 * @param {import("../base/wire.js").Field | undefined} field
 * @returns {string[]}
 */
export function imageUrls(field) {
  if (!field) return [];
  const { images, shape } = imagesFromBytes(field);
  return images.map((values) => imageCanvas(toImageData(values, shape)).toDataURL());
}
