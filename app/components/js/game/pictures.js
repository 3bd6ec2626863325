/**
 * The images of the followed items, as elements for the page.
 */

import { imagesOf, paint } from "../base/picture.js";

/** All images of a field n×H×W×C as data URLs. @param {import("../base/wire.js").Field | undefined} field @returns {string[]} */
export function picturesOf(field) {
  if (!field) return [];
  const { images, shape } = imagesOf(field);
  return images.map((values) => {
    const made = document.createElement("canvas");
    paint(made, values, shape);
    return made.toDataURL();
  });
}

/** The mean of some numbers; null where there are none. @param {ArrayLike<number> | undefined} values */
export function mean(values) {
  if (!values?.length) return null;
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}
