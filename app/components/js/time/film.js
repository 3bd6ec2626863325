/**
 * The time-lapse of a training run as an animated GIF: the codes in their classes' colours, from the first frame to the last
 * (`aae_core/latent/film.py` draws the same for the terminal).
 */

import { UNLABELLED } from "../base/colours.js";
import { valueAmong } from "../base/knots.js";
import { blend } from "../view/slice.js";
import { pauses } from "../base/tasks.js";
import { element } from "../base/dom.js";
import { Gif } from "../files/gif.js";
import { colourOfD } from "../view/layers.js";
import { valueAt } from "./history.js";
import { momentText } from "./time_words.js";

const SIDE = 420; // pixels
const PAUSE = 50; // milliseconds of an image
const COUNT = 200; // images
const HELD = 20; // further images for which the end stays
const RADIUS = 2.3; // of a code, in pixels
const [GREYS, SHADES] = [16, 64]; // numbers of colours for text, from paper to ink, and for D's surface
const SHADED = GREYS + 1; // the first shade's index, after the prior's colour
const FIRST = SHADED + SHADES; // index of the first code's colour
const [PAPER, INK, PALE] = ["#ffffff", "#1f2933", "#c3cad3"];
const BAND = 22; // height of the text in pixels

/** @typedef {{left: number, bottom: number, width: number}} Window the visible square of the plane */
/** @typedef {(text: string) => {width: number, ink: Uint8Array}} Write renders text: opacity 0 to 255, BAND rows of `width` pixels */

/** @param {string} colour */
const partsOf = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));

/** The palette: paper to ink, the prior, the shades of D's surface, then the codes' colours. @param {string[]} colours */
function paletteOf(colours) {
  const [paper, ink] = [PAPER, INK].map(partsOf);
  const greys = Array.from({ length: GREYS }, (_, k) => blend(paper, ink, k / (GREYS - 1)));
  const shades = Array.from({ length: SHADES }, (_, k) => {
    const [r, g, b, alpha] = colourOfD(k / (SHADES - 1));
    return blend(paper, [r, g, b], alpha / 255);
  });
  return Uint8Array.from([...greys, partsOf(PALE), ...shades, ...colours.map(partsOf)].flatMap((parts) => Array.from(parts, Math.round)));
}

/**
 * The window around the prior, or the latest codes if there is none, with at least 99 % of the latest codes along each axis.
 * @param {ArrayLike<number>} latest n×2
 * @param {ArrayLike<number>} draws of the prior, m×2
 * @returns {Window}
 */
function windowOf(latest, draws) {
  const ends = (/** @type {ArrayLike<number>} */ xy, /** @type {number} */ axis) => {
    const sorted = Float64Array.from({ length: xy.length / 2 }, (_, k) => xy[2 * k + axis]).filter((value) => !Number.isNaN(value)).sort();
    return sorted.length ? [0.005, 0.995].map((share) => valueAmong(sorted, share * (sorted.length - 1))) : [0, 0];
  };
  const around = [0, 1].map((axis) => ends(draws.length ? draws : latest, axis));
  const centre = around.map(([low, high]) => (low + high) / 2);
  const reach = centre.flatMap((middle, axis) => [...around[axis], ...ends(latest, axis)].map((end) => Math.abs(end - middle)));
  const half = 1.1 * Math.max(...reach) || 1;
  return { left: centre[0] - half, bottom: centre[1] - half, width: 2 * half };
}

/** Draws discs, clipped at the edges. @param {Uint8Array} image @param {Window} seen @param {ArrayLike<number>} xy @param {(k: number) => number} colour @param {number} radius */
function stamp(image, seen, xy, colour, radius) {
  const scale = (SIDE - 1) / seen.width;
  const reach = Math.ceil(radius);
  for (let down = -reach; down <= reach; down++) {
    for (let right = -reach; right <= reach; right++) {
      if (down * down + right * right > radius * radius) continue;
      for (let k = 0; 2 * k < xy.length; k++) {
        const column = Math.round((xy[2 * k] - seen.left) * scale) + right;
        const row = Math.round(SIDE - 1 - (xy[2 * k + 1] - seen.bottom) * scale) + down;
        if (column >= 0 && row >= 0 && column < SIDE && row < SIDE) image[row * SIDE + column] = colour(k); // false for NaN
      }
    }
  }
}

/** D's surface as palette indices; paper where it was not saved. @param {import("../base/wire.js").Field | null} judged @param {Window} seen */
function ground(judged, seen) {
  const image = new Uint8Array(SIDE * SIDE);
  if (!judged) return image;
  const step = seen.width / SIDE;
  for (let row = 0, at = 0; row < SIDE; row++) {
    for (let column = 0; column < SIDE; column++, at++) {
      const value = valueAt(judged, seen.left + (column + 0.5) * step, seen.bottom + (SIDE - row - 0.5) * step);
      if (!Number.isNaN(value)) image[at] = SHADED + Math.round(value * (SHADES - 1));
    }
  }
  return image;
}

/** @type {Write} */
function written(text) {
  const canvas = element("canvas", { width: 320, height: BAND });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.font = "15px system-ui, sans-serif";
  pen.textBaseline = "middle";
  const width = Math.min(canvas.width, Math.ceil(pen.measureText(text).width) + 8);
  pen.fillText(text, 4, BAND / 2 + 1);
  const { data } = pen.getImageData(0, 0, width, BAND);
  return { width, ink: Uint8Array.from({ length: width * BAND }, (_, k) => data[4 * k + 3]) };
}

/** Draws text in the lower left corner. @param {Uint8Array} image @param {ReturnType<Write>} letters */
function label(image, { width, ink }) {
  ink.forEach((value, k) => (image[(SIDE - 31 + Math.floor(k / width)) * SIDE + 4 + (k % width)] = Math.round((value / 255) * (GREYS - 1))));
}

/**
 * Draws the animation: ten seconds from the first frame to the last, which then stays for one second.
 * @param {Object} what
 * @param {import("./history.js").History} what.history
 * @param {import("../view/slice.js").Slice} what.slice the plane
 * @param {import("../codes/points.js").Codes} what.codes the present codes
 * @param {ArrayLike<number>} what.draws samples of the prior on that plane, m×2
 * @param {boolean} what.surface whether D's surface is drawn, if it was saved
 * @param {AbortSignal} [given] aborts it
 * @param {Write} [write]
 * @returns {Promise<Blob>} rejected with one sentence
 */
export async function film({ history, slice, codes, draws, surface }, given, write = written) {
  const last = history.steps.length - 1;
  if (last < 1) throw new Error("There are fewer than two frames, so there is nothing to show one after another.");
  const pause = pauses(given);
  const places = history.steps.map((_, k) => history.laid(k, slice, codes.xy));
  const seen = windowOf(places[last], draws);
  const colours = [...new Set([...codes.colours, UNLABELLED])];
  const numbers = [UNLABELLED, ...codes.colours].map((colour) => FIRST + colours.indexOf(colour)); // from the label −1 on
  const labels = codes.labels;
  const colour = (/** @type {number} */ k) => numbers[1 + (labels ? labels[k] : -1)];
  const gif = new Gif(SIDE, SIDE, PAUSE, paletteOf(colours));
  let [shaded, shown] = [-1, new Uint8Array()]; // the frame whose surface is behind the codes, and that surface
  for (let at = 0; at < COUNT; at++) {
    const place = (at * last) / (COUNT - 1);
    const k = Math.min(Math.floor(place), last - 1);
    const nearest = Math.round(place);
    if (nearest !== shaded) [shaded, shown] = [nearest, ground(surface ? history.judged(nearest) : null, seen)];
    const image = shown.slice();
    stamp(image, seen, draws, () => GREYS, 1);
    stamp(image, seen, blend(places[k], places[k + 1], place - k), colour, RADIUS);
    for (let row = SIDE - 4; row < SIDE; row++) image.fill(GREYS - 1, row * SIDE, row * SIDE + Math.round((SIDE * place) / last));
    const { step, epoch } = history.moment(nearest);
    label(image, write(momentText(step, epoch)));
    gif.add(image);
    await pause();
  }
  for (let k = 0; k < HELD; k++) gif.hold();
  return gif.file();
}
