/**
 * The time-lapse of a training run as an animated GIF: the codes in their classes' colours, from the first frame to the
 * last (`aae_core/latent/film.py` draws the same for the terminal).
 */

import { context2d } from "../base/canvas_shapes.ts";
import { PALE_PRIOR_COLOUR, UNLABELLED_COLOUR } from "../base/colours.ts";
import { valueAtIndex } from "../base/interpolation.ts";
import { interpolate } from "../view/slice.ts";
import { createYielder } from "../base/task_scheduler.ts";
import { element } from "../base/dom.ts";
import { translate } from "../base/translate.ts";
import { GifWriter } from "../files/gif.ts";
import { discriminatorColour } from "../view/layers.ts";
import { interpolateGrid } from "./history.ts";
import { momentText } from "./moment_text.ts";
import type { Field } from "../messages.ts";
import type { History } from "./history.ts";
import type { Slice } from "../view/slice.ts";
import type { Codes } from "../codes/stamp_renderer.ts";

const IMAGE_SIDE = 420; // pixels
const IMAGE_MS = 50; // milliseconds of an image
const IMAGE_COUNT = 200; // images
const END_COUNT = 20; // further images for which the end stays
const CODE_RADIUS = 2.3; // of a code, in pixels
const [GREYS, SHADES] = [16, 64]; // numbers of colours for text, from paper to ink, and for D's surface
const FIRST_SHADE = GREYS + 1; // the first shade's index, after the prior's colour
const FIRST_CODE_COLOUR = FIRST_SHADE + SHADES; // index of the first code's colour
const [PAPER, INK] = ["#ffffff", "#1f2933"];
const TEXT_HEIGHT = 22; // height of the text in pixels

/** The visible square of the plane. */
type PlaneWindow = { left: number; bottom: number; width: number };
/** Renders text: opacity 0 to 255, BAND rows of `width` pixels. */
type TextRenderer = (text: string) => { width: number; ink: Uint8Array };

const rgbOf = (colour: string): number[] => [1, 3, 5].map((start) => parseInt(colour.slice(start, start + 2), 16));

/** The palette: paper to ink, the prior, the shades of D's surface, then the codes' colours. */
function paletteOf(colours: string[]): Uint8Array<ArrayBuffer> {
  const [paper, ink] = [PAPER, INK].map(rgbOf);
  const greys = Array.from({ length: GREYS }, (_, k) => interpolate(paper, ink, k / (GREYS - 1)));
  const shades = Array.from({ length: SHADES }, (_, k) => {
    const [r, g, b, alpha] = discriminatorColour(k / (SHADES - 1));
    return interpolate(paper, [r, g, b], alpha / 255);
  });
  return Uint8Array.from(
    [...greys, rgbOf(PALE_PRIOR_COLOUR), ...shades, ...colours.map(rgbOf)].flatMap((parts) =>
      Array.from(parts, Math.round),
    ),
  );
}

/**
 * The window around the prior, or the latest codes if there is none, with at least 99 % of the latest codes along each
 * axis.
 * @param latestXy n×2
 * @param draws of the prior, m×2
 */
function visibleWindow(latestXy: ArrayLike<number>, draws: ArrayLike<number>): PlaneWindow {
  const centralRange = (xy: ArrayLike<number>, axis: number) => {
    const sortedValues = Float64Array.from({ length: xy.length / 2 }, (_, k) => xy[2 * k + axis])
      .filter((value) => !Number.isNaN(value))
      .sort();
    return sortedValues.length
      ? [0.005, 0.995].map((share) => valueAtIndex(sortedValues, share * (sortedValues.length - 1)))
      : [0, 0];
  };
  const ranges = [0, 1].map((axis) => centralRange(draws.length ? draws : latestXy, axis));
  const centre = ranges.map(([low, high]) => (low + high) / 2);
  const reaches = centre.flatMap((middle, axis) =>
    [...ranges[axis], ...centralRange(latestXy, axis)].map((end) => Math.abs(end - middle)),
  );
  const half = 1.1 * Math.max(...reaches) || 1;
  return { left: centre[0] - half, bottom: centre[1] - half, width: 2 * half };
}

/** Draws discs, clipped at the edges. */
function drawDiscs(
  image: Uint8Array,
  bounds: PlaneWindow,
  xy: ArrayLike<number>,
  colour: (k: number) => number,
  radius: number,
) {
  const scale = (IMAGE_SIDE - 1) / bounds.width;
  const reach = Math.ceil(radius);
  for (let offsetY = -reach; offsetY <= reach; offsetY++) {
    for (let offsetX = -reach; offsetX <= reach; offsetX++) {
      if (offsetY * offsetY + offsetX * offsetX > radius * radius) continue;
      for (let k = 0; 2 * k < xy.length; k++) {
        const column = Math.round((xy[2 * k] - bounds.left) * scale) + offsetX;
        const row = Math.round(IMAGE_SIDE - 1 - (xy[2 * k + 1] - bounds.bottom) * scale) + offsetY;
        if (column >= 0 && row >= 0 && column < IMAGE_SIDE && row < IMAGE_SIDE)
          image[row * IMAGE_SIDE + column] = colour(k); // false for NaN
      }
    }
  }
}

/** D's surface as palette indices; paper where it was not saved. */
function surfacePixels(surface: Field | null, bounds: PlaneWindow): Uint8Array<ArrayBuffer> {
  const image = new Uint8Array(IMAGE_SIDE * IMAGE_SIDE);
  if (!surface) return image;
  const step = bounds.width / IMAGE_SIDE;
  for (let row = 0, pixel = 0; row < IMAGE_SIDE; row++) {
    for (let column = 0; column < IMAGE_SIDE; column++, pixel++) {
      const value = interpolateGrid(
        surface,
        bounds.left + (column + 0.5) * step,
        bounds.bottom + (IMAGE_SIDE - row - 0.5) * step,
      );
      if (!Number.isNaN(value)) image[pixel] = FIRST_SHADE + Math.round(value * (SHADES - 1));
    }
  }
  return image;
}

function renderText(text: string) {
  const canvas = element("canvas", { width: 320, height: TEXT_HEIGHT });
  const pen = context2d(canvas, { willReadFrequently: true });
  pen.font = "15px system-ui, sans-serif";
  pen.textBaseline = "middle";
  const width = Math.min(canvas.width, Math.ceil(pen.measureText(text).width) + 8);
  pen.fillText(text, 4, TEXT_HEIGHT / 2 + 1);
  const { data } = pen.getImageData(0, 0, width, TEXT_HEIGHT);
  return { width, ink: Uint8Array.from({ length: width * TEXT_HEIGHT }, (_, k) => data[4 * k + 3]) };
}

/** Draws text in the lower left corner. */
function drawLabel(image: Uint8Array, { width, ink }: ReturnType<TextRenderer>) {
  ink.forEach(
    (value, k) =>
      (image[(IMAGE_SIDE - 31 + Math.floor(k / width)) * IMAGE_SIDE + 4 + (k % width)] = Math.round(
        (value / 255) * (GREYS - 1),
      )),
  );
}

/**
 * Draws the animation: ten seconds from the first frame to the last, which then stays for one second.
 * @param signal aborts it
 * @returns rejected with one sentence
 */
export async function renderTimeLapse(
  {
    history,
    slice,
    codes,
    draws,
    surface,
  }: {
    history: History;
    /** the plane */ slice: Slice;
    /** the present codes */ codes: Codes;
    /** samples of the prior on that plane, m×2 */ draws: ArrayLike<number>;
    /** whether D's surface is drawn, if it was saved */ surface: boolean;
  },
  signal?: AbortSignal,
  renderLabel: TextRenderer = renderText,
): Promise<Blob> {
  const last = history.steps.length - 1;
  if (last < 1)
    throw new Error(translate("There are fewer than two frames, so there is nothing to show one after another."));
  const pause = createYielder(signal);
  const places = history.steps.map((_, k) => history.placesAt(k, slice, codes.xy));
  const bounds = visibleWindow(places[last], draws);
  const colours = [...new Set([...codes.colours, UNLABELLED_COLOUR])];
  const colourIndices = [UNLABELLED_COLOUR, ...codes.colours].map(
    (colour) => FIRST_CODE_COLOUR + colours.indexOf(colour),
  ); // from the label −1 on
  const labels = codes.labels;
  const colour = (k: number) => colourIndices[1 + (labels ? labels[k] : -1)];
  const gif = new GifWriter(IMAGE_SIDE, IMAGE_SIDE, IMAGE_MS, paletteOf(colours));
  // the frame whose surface is behind the codes, and that surface
  let [surfaceFrame, background] = [-1, new Uint8Array()];
  for (let number = 0; number < IMAGE_COUNT; number++) {
    const position = (number * last) / (IMAGE_COUNT - 1);
    const k = Math.min(Math.floor(position), last - 1);
    const nearestFrame = Math.round(position);
    if (nearestFrame !== surfaceFrame)
      [surfaceFrame, background] = [
        nearestFrame,
        surfacePixels(surface ? history.surfaceAt(nearestFrame) : null, bounds),
      ];
    const image = background.slice();
    drawDiscs(image, bounds, draws, () => GREYS, 1);
    drawDiscs(image, bounds, interpolate(places[k], places[k + 1], position - k), colour, CODE_RADIUS);
    for (let row = IMAGE_SIDE - 4; row < IMAGE_SIDE; row++)
      image.fill(GREYS - 1, row * IMAGE_SIDE, row * IMAGE_SIDE + Math.round((IMAGE_SIDE * position) / last));
    const { step, epoch } = history.momentOf(nearestFrame);
    drawLabel(image, renderLabel(momentText(step, epoch)));
    gif.addFrame(image);
    await pause();
  }
  for (let k = 0; k < END_COUNT; k++) gif.prolongFrame();
  return gif.toBlob();
}
