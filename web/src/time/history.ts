/**
 * The fetched frames of a training run: the codes at each, and what was measured there.
 *
 * The stops of a run's time axis are the frames before the present, the earliest first, and the present as the last.
 */

import { memoizeByKey } from "../base/memoize.ts";
import { fractionalIndex } from "../base/interpolation.ts";
import { translate } from "../base/translate.ts";
import { unpackMessage } from "../base/wire.ts";
import { fetchBytes } from "../host/host.ts";
import { PromiseCache } from "../host/promise_cache.ts";
import { halfFloatTable } from "../networks/half_floats.ts";
import type { Field, Frames as FrameInfo, OutgoingMessages } from "../messages.ts";
import type { Slice } from "../view/slice.ts";

export type Moment = { step: number; epoch: number; losses: Record<string, number>; distance: number | null };

/** By URL; each takes at most 15 MB. */
const historyCache: PromiseCache<History> = new PromiseCache(2);

/**
 * The steps of the stops, the present one at the end.
 * @param steps of the frames
 */
export const stopSteps = (steps: number[], presentStep: number): number[] => [
  ...steps.filter((step) => step < presentStep),
  presentStep,
];

/**
 * The index of the stop whose step is nearest; of two, the later.
 * @param stops ascending
 */
export const nearestStopIndex = (stops: number[], step: number): number => Math.round(fractionalIndex(stops, step));

/** Numbers in half precision as float32. */
function halfBitsToFloat32(bits: ArrayLike<number>, first: number, count: number): Float32Array {
  const table = halfFloatTable();
  const values = new Float32Array(count);
  for (let k = 0; k < count; k++) values[k] = table[bits[first + k]];
  return values;
}

export class History {
  header;
  /** Steps of the frames, ascending. */
  steps: number[];
  fields;
  size: number;
  dim: number;
  /** Steps whose decoder was saved, ascending. */
  decoderSteps: number[];
  placesByFrame: Map<number, Float32Array>;
  /** D's surface at a frame; null if none was saved. */
  surfaceAt: (k: number) => Field | null;
  /** The slice of `placesByFrame`. */
  slice: Slice | null;

  /** @param message of `app/server/time_machine.py` */
  constructor({ header, fields }: OutgoingMessages["history"]) {
    this.header = header;
    this.steps = header.steps;
    this.fields = fields;
    const [count, rows, dim] = fields.z.shape;
    if (count !== this.steps.length || fields.rows.values.length !== rows)
      throw new Error(translate("The frames do not fit one another; reload the page."));
    this.size = rows * dim;
    this.dim = dim;
    this.decoderSteps = Object.keys(header.keys)
      .map(Number)
      .sort((a, b) => a - b);
    this.placesByFrame = new Map();
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
    this.slice = null;
  }

  /** @param k of a frame */
  momentOf(k: number): Moment {
    const { steps, epochs, losses, distances } = this.header;
    return { step: steps[k], epoch: epochs[k], losses: losses[k], distance: distances[k] };
  }

  /** The codes of a frame, n×d. */
  codesAt(k: number): Float32Array {
    return halfBitsToFloat32(this.fields.z.values, k * this.size, this.size);
  }

  /** The code of an image of the probe set at a frame; null if the frames leave it out. */
  codeOf(k: number, index: number): Float32Array | null {
    const row = this.fields.rows.values.indexOf(index);
    return row < 0 ? null : halfBitsToFloat32(this.fields.z.values, k * this.size + row * this.dim, this.dim);
  }

  /**
   * The places of a frame's codes on the plane, in the order of the present codes; NaN if the frames leave a code out.
   * @param presentPlaces places of the present codes, N×2
   */
  placesAt(k: number, slice: Slice, presentPlaces: Float32Array): Float32Array {
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
   * @param presentStep the step of the present decoder
   */
  nearestDecoder(k: number, presentStep: number): number {
    const logDistance = (step: number) => Math.abs(Math.log((step + 10) / (this.steps[k] + 10)));
    const best = this.decoderSteps.reduce(
      (best, step) => (logDistance(step) < logDistance(best) ? step : best),
      presentStep,
    );
    return best === presentStep ? -1 : best;
  }
}

/** A value within a grid by bilinear interpolation; NaN outside. */
export function interpolateGrid({ values, shape: [rows, columns], box }: Field, x: number, y: number): number {
  const [x0, x1, y0, y1] = box as number[];
  const fractionalColumn = ((x - x0) / (x1 - x0)) * (columns - 1);
  const fractionalRow = ((y - y0) / (y1 - y0)) * (rows - 1);
  if (!(fractionalColumn >= 0 && fractionalRow >= 0 && fractionalColumn <= columns - 1 && fractionalRow <= rows - 1))
    return NaN;
  const left = Math.min(columns - 2, Math.floor(fractionalColumn));
  const low = Math.min(rows - 2, Math.floor(fractionalRow));
  const [s, t] = [fractionalColumn - left, fractionalRow - low];
  const cell = (row: number, column: number) => values[row * columns + column];
  return (
    (1 - t) * ((1 - s) * cell(low, left) + s * cell(low, left + 1)) +
    t * ((1 - s) * cell(low + 1, left) + s * cell(low + 1, left + 1))
  );
}

/**
 * The history at a URL.
 * @returns rejected with one sentence
 */
export const loadHistory = (url: string): Promise<History> =>
  historyCache.getOrFetch(
    url,
    async () => new History(unpackMessage(new Uint8Array(await fetchBytes(url, translate("The frames"))))),
  );
