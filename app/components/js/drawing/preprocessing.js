/**
 * Preprocesses an image of any size like the images of a data set, as Python says (`aae_core/data/preprocessing.py`):
 * the ink or, depending on the data set, the whole image is scaled and centred.
 */

import { resample } from "./resample.js";
import { translate } from "../base/translate.js";

/** @typedef {import("./resample.js").Channel} Channel */
/** @typedef {{data: ArrayLike<number>, width: number, height: number}} Picture RGBA in 0..255 */
/** @import { InputPreprocessing } from "../../messages.js" */
/** @typedef {Pick<InputPreprocessing, "fill" | "centre" | "ground" | "margins" | "tones">} Preprocessing */

const LUMINANCE = [0.299, 0.587, 0.114]; // ITU-R 601, as in Python
const MIN_CONTRAST = 0.1; // the least contrast of an image with ink, as a share of the full range
const FAINT_INK = 0.02; // fainter ink, as a share of its range, does not count for its bounds
const NOISE_SIGMAS = 6; // differences up to this many standard deviations of the ground are not ink

/**
 * @param {Picture} picture
 * @param {number[]} image C, H, W
 * @param {Preprocessing} preprocessing
 * @returns {Float32Array} x, C·H·W values in 0..1, rounded to multiples of 1/255 as in the data set's files
 * @throws {Error} one sentence, if the preprocessing looks for ink and the picture has none
 */
export function preprocessImage(picture, image, preprocessing) {
  const [channels, height, width] = image;
  const { fill, centre, ground, margins = false, tones } = preprocessing;
  const x =
    fill === null || (picture.width === width && picture.height === height)
      ? fitPictureToImage(picture, channels, width, height, ground, margins, tones)
      : placeInk(extractInk(greyChannelOverPaper(picture, backdropFor(picture))), width, height, fill, centre).values;
  return x.map((v) => Math.round(255 * v) / 255);
}

// Whole pictures ------------------------------------------------------------------------------------------------------

/**
 * The middle of a picture in the image's aspect ratio or, with margins, all of it; a picture of the image's size is not
 * resampled.
 * @param {Picture} picture @param {number} channels @param {number} width @param {number} height @param
 *   {Preprocessing["ground"]} ground @param {boolean} margins
 * @param {Preprocessing["tones"]} [tones] those of the data set, for an image file
 * @returns {Float32Array}
 */
function fitPictureToImage(picture, channels, width, height, ground, margins, tones) {
  const scale = (margins ? Math.max : Math.min)(picture.width / width, picture.height / height);
  const [w, h] = [scale * width, scale * height];
  const box = { left: (picture.width - w) / 2, top: (picture.height - h) / 2, width: w, height: h };
  const backdrop = tones?.backdrop === "black" ? 0 : 1; // on which Python puts transparent images
  const paper = ground === null ? backdrop : backdropFor(picture);
  const planes =
    channels === 1 ? [greyChannelOverPaper(picture, paper)] : [0, 1, 2].map((c) => channelOverPaper(picture, c, paper));
  const sources = tones ? planes.map((plane) => stretchTones(plane, tones)) : planes;
  const isInverted = ground !== null && measureContrast(sources[0]).light !== (ground === "light");
  const x = new Float32Array(channels * width * height);
  sources.forEach((plane, c) => {
    const { values } = resample(...padToBox(plane, box), width, height);
    x.set(isInverted ? values.map((v) => 1 - v) : values, c * width * height);
  });
  return x;
}

/**
 * A plane whose values from `low` to `high` become 0 to 1.
 * @param {Channel} plane
 * @param {NonNullable<Preprocessing["tones"]>} tones
 * @returns {Channel}
 */
function stretchTones(plane, { low, high }) {
  return { ...plane, values: plane.values.map((v) => Math.min(1, Math.max(0, (v - low) / (high - low)))) };
}

/**
 * A plane enlarged to contain the box by margins of its border's median value, and the box's place in it.
 * @param {Channel} plane
 * @param {import("./resample.js").Box} box
 * @returns {[Channel, import("./resample.js").Box]}
 */
function padToBox(plane, box) {
  const [marginX, marginY] = [Math.max(0, Math.ceil(-box.left)), Math.max(0, Math.ceil(-box.top))];
  const width = plane.width + 2 * marginX;
  const values = new Float32Array(width * (plane.height + 2 * marginY));
  if (marginX || marginY) values.fill(median(borderValues(plane)));
  for (let y = 0; y < plane.height; y++)
    values.set(plane.values.subarray(y * plane.width, (y + 1) * plane.width), (y + marginY) * width + marginX);
  return [
    { values, width, height: plane.height + 2 * marginY },
    { ...box, left: box.left + marginX, top: box.top + marginY },
  ];
}

/**
 * One channel, 0..1, over a ground of `paper`.
 * @param {Picture} picture
 * @param {number} c
 * @param {number} paper
 * @returns {Channel}
 */
function channelOverPaper({ data, width, height }, c, paper) {
  const values = new Float32Array(width * height);
  for (let k = 0; k < values.length; k++) {
    const alpha = data[4 * k + 3] / 255;
    values[k] = (alpha * data[4 * k + c]) / 255 + (1 - alpha) * paper;
  }
  return { values, width, height };
}

/**
 * @param {Picture} picture
 * @param {number} paper
 * @returns {Channel}
 */
function greyChannelOverPaper(picture, paper) {
  const [r, g, b] = [0, 1, 2].map((c) => channelOverPaper(picture, c, paper).values);
  return {
    width: picture.width,
    height: picture.height,
    values: r.map((red, k) => LUMINANCE[0] * red + LUMINANCE[1] * g[k] + LUMINANCE[2] * b[k]),
  };
}

/**
 * The ground behind a transparent picture: white (1) for a dark one, black (0) for a light one.
 * @param {Picture} picture
 * @returns {0 | 1}
 */
function backdropFor({ data }) {
  let [lightness, weight] = [0, 0];
  for (let offset = 0; offset < data.length; offset += 4) {
    const alpha = data[offset + 3];
    lightness +=
      alpha * (LUMINANCE[0] * data[offset] + LUMINANCE[1] * data[offset + 1] + LUMINANCE[2] * data[offset + 2]);
    weight += alpha;
  }
  return lightness < 127.5 * weight ? 1 : 0;
}

// Ink -----------------------------------------------------------------------------------------------------------------

/** @param {ArrayLike<number>} values @returns {number} */
function median(values) {
  const sortedValues = Float32Array.from(values).sort();
  const half = sortedValues.length >> 1;
  return sortedValues.length % 2 ? sortedValues[half] : (sortedValues[half - 1] + sortedValues[half]) / 2;
}

/** The outermost pixels. @param {Channel} plane @returns {Float32Array} */
function borderValues({ values, width, height }) {
  return values.filter((_, k) => k < width || k >= width * (height - 1) || k % width === 0 || k % width === width - 1);
}

/**
 * The ground's value and spread, how far the lightest and the darkest pixel are from it, and whether it is light: the
 * picture differs from it more towards dark.
 * @param {Channel} plane
 */
function measureContrast(plane) {
  const borderPixels = borderValues(plane);
  const ground = median(borderPixels);
  // a robust standard deviation, little affected by ink
  const spread = 1.4826 * median(borderPixels.map((v) => Math.abs(v - ground)));
  let [low, high] = [1, 0];
  for (const v of plane.values) [low, high] = [Math.min(low, v), Math.max(high, v)];
  return { ground, spread, lighter: high - ground, darker: ground - low, light: ground - low > high - ground };
}

/**
 * The amount of ink at each pixel, light on dark or dark on light: 0 on the ground, 1 where the picture differs most
 * from it.
 * @param {Channel} plane
 * @returns {Channel}
 */
export function extractInk(plane) {
  const { ground, spread, lighter, darker } = measureContrast(plane);
  const range = Math.max(lighter, darker);
  if (range < MIN_CONTRAST) throw new Error(translate("The image has no contrast, so there is nothing to recognise."));
  if (range <= NOISE_SIGMAS * spread)
    throw new Error(translate("Nothing stands out from the image's background, so there is nothing to recognise."));
  const inkScale = lighter >= darker ? 1 / range : -1 / range;
  const noise = (NOISE_SIGMAS * spread) / range;
  const values = plane.values.map((v) => {
    const ink = inkScale * (v - ground);
    return ink > noise ? ink : 0;
  });
  return { ...plane, values };
}

/** The bounds of the ink. @param {Channel} ink @returns {import("./resample.js").Box} */
export function inkBounds({ values, width, height }) {
  let [left, right, top, bottom] = [width, 0, height, 0];
  values.forEach((v, k) => {
    if (v < FAINT_INK) return;
    const [x, y] = [k % width, Math.floor(k / width)];
    [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x + 1), Math.min(top, y), Math.max(bottom, y + 1)];
  });
  return { left, top, width: right - left, height: bottom - top };
}

/**
 * Ink scaled to the share `fill` of the image and centred.
 * @param {Channel} ink
 * @param {number} width
 * @param {number} height
 * @param {number} fill
 * @param {Preprocessing["centre"]} centre
 * @returns {Channel}
 */
function placeInk(ink, width, height, fill, centre) {
  const bounds = inkBounds(ink);
  const step = Math.max(bounds.width / (fill * width), bounds.height / (fill * height)); // old pixels in a new one
  const [columns, rows] = [bounds.width, bounds.height].map((side) => Math.ceil(side / step - 1e-6));
  const [w, h] = [columns * step, rows * step];
  const box = {
    left: bounds.left - (w - bounds.width) / 2,
    top: bounds.top - (h - bounds.height) / 2,
    width: w,
    height: h,
  };
  const scaledInk = resample(ink, box, columns, rows);
  const [x, y] = centre === "mass" ? centreOfMass(scaledInk) : [columns / 2, rows / 2];
  const offsetFor = (/** @type {number} */ size, /** @type {number} */ centreAt) =>
    centre === "mass" ? Math.floor(size / 2) - Math.floor(centreAt) : Math.round(size / 2 - centreAt);
  return pasteNormalisedInk(scaledInk, width, height, offsetFor(width, x), offsetFor(height, y));
}

/** The ink's centre of mass, in pixels. @param {Channel} ink @returns {[number, number]} */
function centreOfMass({ values, width }) {
  let [mass, x, y] = [0, 0, 0];
  values.forEach((v, k) => {
    mass += v;
    x += v * ((k % width) + 0.5);
    y += v * (Math.floor(k / width) + 0.5);
  });
  return [x / mass, y / mass];
}

/**
 * A small plane put on an empty one, clipped and scaled so that the strongest ink is 1.
 * @param {Channel} scaledInk
 * @param {number} width
 * @param {number} height
 * @param {number} left
 * @param {number} top
 * @returns {Channel}
 */
function pasteNormalisedInk(scaledInk, width, height, left, top) {
  const values = new Float32Array(width * height);
  const maximum = scaledInk.values.reduce((/** @type {number} */ a, /** @type {number} */ b) => Math.max(a, b), 0);
  scaledInk.values.forEach((v, /** @type {number} */ k) => {
    const [x, y] = [left + (k % scaledInk.width), top + Math.floor(k / scaledInk.width)];
    if (x >= 0 && x < width && y >= 0 && y < height) values[y * width + x] = Math.min(1, v / maximum);
  });
  return { values, width, height };
}
