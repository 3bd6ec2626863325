/**
 * Preprocesses an image of any size like the images of a data set, as Python says (`aae_core/data/preprocessing.py`):
 * the ink or, depending on the data set, the whole image is scaled and centred.
 */

import { resample } from "./resample.ts";
import { translate } from "../base/translate.ts";
import type { Channel, Box } from "./resample.ts";
import type { InputPreprocessing } from "../messages.ts";

/** RGBA in 0..255 */
type Picture = { data: ArrayLike<number>; width: number; height: number };
type Preprocessing = Pick<InputPreprocessing, "fill" | "centre" | "ground" | "margins" | "tones">;

const LUMINANCE = [0.299, 0.587, 0.114]; // ITU-R 601, as in Python
const MIN_CONTRAST = 0.1; // the least contrast of an image with ink, as a share of the full range
const FAINT_INK = 0.02; // fainter ink, as a share of its range, does not count for its bounds
const NOISE_SIGMAS = 6; // differences up to this many standard deviations of the ground are not ink

/**
 * @param image C, H, W
 * @returns x, C·H·W values in 0..1, rounded to multiples of 1/255 as in the data set's files
 * @throws {Error} one sentence, if the preprocessing looks for ink and the picture has none
 */
export function preprocessImage(picture: Picture, image: number[], preprocessing: Preprocessing): Float32Array {
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
 * @param tones those of the data set, for an image file
 */
function fitPictureToImage(
  picture: Picture,
  channels: number,
  width: number,
  height: number,
  ground: Preprocessing["ground"],
  margins: boolean,
  tones?: Preprocessing["tones"],
): Float32Array {
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

/** A plane whose values from `low` to `high` become 0 to 1. */
function stretchTones(plane: Channel, { low, high }: NonNullable<Preprocessing["tones"]>): Channel {
  return { ...plane, values: plane.values.map((v) => Math.min(1, Math.max(0, (v - low) / (high - low)))) };
}

/** A plane enlarged to contain the box by margins of its border's median value, and the box's place in it. */
function padToBox(plane: Channel, box: Box): [Channel, Box] {
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

/** One channel, 0..1, over a ground of `paper`. */
function channelOverPaper({ data, width, height }: Picture, c: number, paper: number): Channel {
  const values = new Float32Array(width * height);
  for (let k = 0; k < values.length; k++) {
    const alpha = data[4 * k + 3] / 255;
    values[k] = (alpha * data[4 * k + c]) / 255 + (1 - alpha) * paper;
  }
  return { values, width, height };
}

function greyChannelOverPaper(picture: Picture, paper: number): Channel {
  const [r, g, b] = [0, 1, 2].map((c) => channelOverPaper(picture, c, paper).values);
  return {
    width: picture.width,
    height: picture.height,
    values: r.map((red, k) => LUMINANCE[0] * red + LUMINANCE[1] * g[k] + LUMINANCE[2] * b[k]),
  };
}

/** The ground behind a transparent picture: white (1) for a dark one, black (0) for a light one. */
function backdropFor({ data }: Picture): 0 | 1 {
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

function median(values: ArrayLike<number>): number {
  const sortedValues = Float32Array.from(values).sort();
  const half = sortedValues.length >> 1;
  return sortedValues.length % 2 ? sortedValues[half] : (sortedValues[half - 1] + sortedValues[half]) / 2;
}

/** The outermost pixels. */
function borderValues({ values, width, height }: Channel): Float32Array {
  return values.filter((_, k) => k < width || k >= width * (height - 1) || k % width === 0 || k % width === width - 1);
}

/**
 * The ground's value and spread, how far the lightest and the darkest pixel are from it, and whether it is light: the
 * picture differs from it more towards dark.
 */
function measureContrast(plane: Channel) {
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
 */
export function extractInk(plane: Channel): Channel {
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

/** The bounds of the ink. */
export function inkBounds({ values, width, height }: Channel): Box {
  let [left, right, top, bottom] = [width, 0, height, 0];
  values.forEach((v, k) => {
    if (v < FAINT_INK) return;
    const [x, y] = [k % width, Math.floor(k / width)];
    [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x + 1), Math.min(top, y), Math.max(bottom, y + 1)];
  });
  return { left, top, width: right - left, height: bottom - top };
}

/** Ink scaled to the share `fill` of the image and centred. */
function placeInk(ink: Channel, width: number, height: number, fill: number, centre: Preprocessing["centre"]): Channel {
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
  const offsetFor = (size: number, centreAt: number) =>
    centre === "mass" ? Math.floor(size / 2) - Math.floor(centreAt) : Math.round(size / 2 - centreAt);
  return pasteNormalisedInk(scaledInk, width, height, offsetFor(width, x), offsetFor(height, y));
}

/** The ink's centre of mass, in pixels. */
function centreOfMass({ values, width }: Channel): [number, number] {
  let [mass, x, y] = [0, 0, 0];
  values.forEach((v, k) => {
    mass += v;
    x += v * ((k % width) + 0.5);
    y += v * (Math.floor(k / width) + 0.5);
  });
  return [x / mass, y / mass];
}

/** A small plane put on an empty one, clipped and scaled so that the strongest ink is 1. */
function pasteNormalisedInk(scaledInk: Channel, width: number, height: number, left: number, top: number): Channel {
  const values = new Float32Array(width * height);
  const maximum = scaledInk.values.reduce((a: number, b: number) => Math.max(a, b), 0);
  scaledInk.values.forEach((v, k: number) => {
    const [x, y] = [left + (k % scaledInk.width), top + Math.floor(k / scaledInk.width)];
    if (x >= 0 && x < width && y >= 0 && y < height) values[y * width + x] = Math.min(1, v / maximum);
  });
  return { values, width, height };
}
