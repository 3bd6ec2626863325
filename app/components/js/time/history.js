/**
 * The fetched frames of a training run: the codes at each, and what was measured there.
 *
 * The stops of a run's time axis are the frames before the present, the earliest first, and the present as the last.
 */

import { memoizeByKey } from "../base/memoize.js";
import { fractionalIndex } from "../base/interpolation.js";
import { translate } from "../base/translate.js";
import { unpackMessage } from "../base/wire.js";
import { fetchBytes } from "../host/host.js";
import { PromiseCache } from "../host/promise_cache.js";
import { halfFloatTable } from "../networks/half_floats.js";

/** @typedef {import("../base/wire.js").Field} Field */
/** @typedef {import("../../messages.js").Frames} FrameInfo what a message says about the frames */
/** @typedef {{step: number, epoch: number, losses: Object<string, number>, distance: number | null}} Moment */

/** By URL; each takes at most 15 MB. @type {PromiseCache<History>} */
const historyCache = new PromiseCache(2);

/**
 * The steps of the stops, the present one at the end.
 * @param {number[]} steps of the frames
 * @param {number} presentStep
 * @returns {number[]}
 */
export const stopSteps = (steps, presentStep) => [...steps.filter((step) => step < presentStep), presentStep];

/**
 * The index of the stop whose step is nearest; of two, the later.
 * @param {number[]} stops ascending
 * @param {number} step
 * @returns {number}
 */
export const nearestStopIndex = (stops, step) => Math.round(fractionalIndex(stops, step));

/**
 * Numbers in half precision as float32.
 * @param {ArrayLike<number>} bits
 * @param {number} first
 * @param {number} count
 * @returns {Float32Array}
 */
function halfBitsToFloat32(bits, first, count) {
  const table = halfFloatTable();
  const values = new Float32Array(count);
  for (let k = 0; k < count; k++) values[k] = table[bits[first + k]];
  return values;
}

export class History {
  /** @param {import("../../messages.js").OutgoingMessages["history"]} message of `app/server/time_machine.py` */
  constructor({ header, fields }) {
    this.header = header;
    /** Steps of the frames, ascending. @type {number[]} */
    this.steps = header.steps;
    this.fields = fields;
    const [count, rows, dim] = fields.z.shape;
    if (count !== this.steps.length || fields.rows.values.length !== rows)
      throw new Error(translate("The frames do not fit one another; reload the page."));
    this.size = rows * dim;
    this.dim = dim;
    /** Steps whose decoder was saved, ascending. */
    this.decoderSteps = Object.keys(header.keys)
      .map(Number)
      .sort((a, b) => a - b);
    /** @type {Map<number, Float32Array>} */
    this.placesByFrame = new Map();
    /** D's surface at a frame; null if none was saved. @type {(k: number) => Field | null} */
    this.surfaceAt = memoizeByKey((k) => {
      const { judged: saved } = this.fields;
      if (!saved) return null;
      const [, rows, columns] = saved.shape;
      return {
        values: halfBitsToFloat32(saved.values, k * rows * columns, rows * columns),
        shape: [rows, columns],
        box: this.header.box,
      };
    });
    /** The slice of `placesByFrame`. @type {import("../view/slice.js").Slice | null} */
    this.slice = null;
  }

  /** @param {number} k of a frame @returns {Moment} */
  momentOf(k) {
    const { steps, epochs, losses, distances } = this.header;
    return { step: steps[k], epoch: epochs[k], losses: losses[k], distance: distances[k] };
  }

  /** The codes of a frame, n×d. @param {number} k @returns {Float32Array} */
  codesAt(k) {
    return halfBitsToFloat32(this.fields.z.values, k * this.size, this.size);
  }

  /**
   * The code of an image of the probe set at a frame; null if the frames leave it out.
   * @param {number} k
   * @param {number} index
   * @returns {Float32Array | null}
   */
  codeOf(k, index) {
    const row = this.fields.rows.values.indexOf(index);
    return row < 0 ? null : halfBitsToFloat32(this.fields.z.values, k * this.size + row * this.dim, this.dim);
  }

  /**
   * The places of a frame's codes on the plane, in the order of the present codes; NaN if the frames leave a code out.
   * @param {number} k
   * @param {import("../view/slice.js").Slice} slice
   * @param {Float32Array} presentPlaces places of the present codes, N×2
   * @returns {Float32Array}
   */
  placesAt(k, slice, presentPlaces) {
    if (this.slice !== slice) this.placesByFrame.clear();
    this.slice = slice;
    const cached = this.placesByFrame.get(k);
    if (cached?.length === presentPlaces.length) return cached;
    const z = this.codesAt(k);
    const xy = new Float32Array(presentPlaces.length).fill(NaN);
    // codes on a line keep the random heights at which they are drawn now
    const isLine = slice.shownDimensions.length === 1;
    this.fields.rows.values.forEach((index, row) => {
      if (2 * index >= xy.length) return;
      const [x, y] = slice.project(z, row * this.dim);
      xy[2 * index] = x;
      xy[2 * index + 1] = isLine ? presentPlaces[2 * index + 1] : y;
    });
    this.placesByFrame.set(k, xy);
    return xy;
  }

  /**
   * The step of the saved decoder that is nearest to a frame's step on a logarithmic scale; −1 if the present decoder
   * is nearer.
   * @param {number} k
   * @param {number} presentStep the step of the present decoder
   * @returns {number}
   */
  nearestDecoder(k, presentStep) {
    const logDistance = (/** @type {number} */ step) => Math.abs(Math.log((step + 10) / (this.steps[k] + 10)));
    const best = this.decoderSteps.reduce(
      (best, step) => (logDistance(step) < logDistance(best) ? step : best),
      presentStep,
    );
    return best === presentStep ? -1 : best;
  }
}

/**
 * A value within a grid by bilinear interpolation; NaN outside.
 * @param {Field} grid
 * @param {number} x
 * @param {number} y
 * @returns {number}
 */
export function interpolateGrid({ values, shape: [rows, columns], box }, x, y) {
  const [x0, x1, y0, y1] = /** @type {number[]} */ (box);
  const fractionalColumn = ((x - x0) / (x1 - x0)) * (columns - 1);
  const fractionalRow = ((y - y0) / (y1 - y0)) * (rows - 1);
  if (!(fractionalColumn >= 0 && fractionalRow >= 0 && fractionalColumn <= columns - 1 && fractionalRow <= rows - 1))
    return NaN;
  const left = Math.min(columns - 2, Math.floor(fractionalColumn));
  const low = Math.min(rows - 2, Math.floor(fractionalRow));
  const [s, t] = [fractionalColumn - left, fractionalRow - low];
  const cell = (/** @type {number} */ row, /** @type {number} */ column) => values[row * columns + column];
  return (
    (1 - t) * ((1 - s) * cell(low, left) + s * cell(low, left + 1)) +
    t * ((1 - s) * cell(low + 1, left) + s * cell(low + 1, left + 1))
  );
}

/** The history at a URL. @param {string} url @returns {Promise<History>} rejected with one sentence */
export const loadHistory = (url) =>
  historyCache.getOrFetch(
    url,
    async () => new History(unpackMessage(new Uint8Array(await fetchBytes(url, translate("The frames"))))),
  );
