/**
 * The images of the few items that are followed, as pictures that a page can show.
 */

/** @typedef {import("../base/wire.js").Field} Field */

const canvas = () => document.createElement("canvas");

/**
 * Image number k of n×H×W×C bytes as a data URL.
 * @param {Field} field
 * @param {number} k
 */
export function pictureOf({ values, shape: [, height, width, channels] }, k) {
  const made = canvas();
  made.width = width;
  made.height = height;
  const image = new ImageData(width, height);
  const first = k * height * width * channels;
  for (let pixel = 0; pixel < height * width; pixel++) {
    for (let c = 0; c < 3; c++) image.data[4 * pixel + c] = values[first + pixel * channels + (channels === 3 ? c : 0)];
    image.data[4 * pixel + 3] = 255;
  }
  /** @type {CanvasRenderingContext2D} */ (made.getContext("2d")).putImageData(image, 0, 0);
  return made.toDataURL();
}

/** All images of a field. @param {Field | undefined} field @returns {string[]} */
export const picturesOf = (field) => (field ? Array.from({ length: field.shape[0] }, (_, k) => pictureOf(field, k)) : []);

/** The mean of some numbers; null where there are none. @param {ArrayLike<number> | undefined} values */
export function mean(values) {
  if (!values?.length) return null;
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}
