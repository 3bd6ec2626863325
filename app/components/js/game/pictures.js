/**
 * The images of the followed items, as elements for the page.
 */

import { paintBytes } from "../base/picture.js";

/** @typedef {import("../base/wire.js").Field} Field */

/**
 * Image number k of n×H×W×C bytes as a data URL.
 * @param {Field} field
 * @param {number} k
 */
export function pictureOf({ values, shape: [, height, width, channels] }, k) {
  const made = document.createElement("canvas");
  const size = height * width * channels;
  paintBytes(made, { values: values.subarray(k * size, (k + 1) * size), shape: [height, width, channels] });
  return made.toDataURL();
}

/** All images of a field. @param {Field | undefined} field @returns {string[]} */
export const picturesOf = (field) => (field ? Array.from({ length: field.shape[0] }, (_, k) => pictureOf(field, k)) : []);

/** The mean of some numbers; null where there are none. @param {ArrayLike<number> | undefined} values */
export function mean(values) {
  if (!values?.length) return null;
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}
