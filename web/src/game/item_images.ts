/**
 * Items of a game as pictures.
 */

import { imageCanvas, imagesFromBytes, toImageData } from "../base/pictures.ts";
import type { Field } from "../messages.ts";

/** All images of a field n×H×W×C as data URLs. */
export function imageUrls(field: Field | undefined): string[] {
  if (!field) return [];
  const { images, shape } = imagesFromBytes(field);
  return images.map((values) => imageCanvas(toImageData(values, shape)).toDataURL());
}
