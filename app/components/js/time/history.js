/**
 * The fetched frames of a training run: the codes at each, and what was measured there.
 *
 * The stops of a run's time axis are the frames before the present, the earliest first, and the present as the last.
 */

import { kept } from "../base/anew.js";
import { placeAmong } from "../base/knots.js";
import { unpack } from "../base/wire.js";
import { bytes } from "../host/host.js";
import { Once } from "../host/once.js";
import { halfTable } from "../networks/halves.js";

/** @typedef {import("../base/wire.js").Field} Field */
/** @typedef {import("../../messages.js").Frames} Told what a message says about the frames */
/** @typedef {{step: number, epoch: number, losses: Object<string, number>, distance: number | null}} Moment */

/** By URL; each takes at most 15 MB. @type {Once<History>} */
const loaded = new Once(2);

/** The steps of the stops, the present one at the end. @param {number[]} steps of the frames @param {number} now */
export const stopsOf = (steps, now) => [...steps.filter((step) => step < now), now];

/** The index of the stop whose step is nearest; of two, the later. @param {number[]} stops ascending @param {number} step */
export const nearest = (stops, step) => Math.round(placeAmong(stops, step));

/** Numbers in half precision as float32. @param {ArrayLike<number>} bits @param {number} first @param {number} count */
function widened(bits, first, count) {
  const table = halfTable();
  const values = new Float32Array(count);
  for (let k = 0; k < count; k++) values[k] = table[bits[first + k]];
  return values;
}

export class History {
  /** @param {import("../../messages.js").Sent["history"]} message of `time_machine.packed` */
  constructor({ header, fields }) {
    this.header = header;
    /** Steps of the frames, ascending. @type {number[]} */
    this.steps = header.steps;
    this.fields = fields;
    const [count, rows, dim] = fields.z.shape;
    if (count !== this.steps.length || fields.rows.values.length !== rows) throw new Error("The frames do not fit one another; reload the page.");
    this.size = rows * dim;
    this.dim = dim;
    /** Steps whose decoder was saved, ascending. */
    this.keys = Object.keys(header.keys).map(Number).sort((a, b) => a - b);
    /** @type {Map<number, Float32Array>} */
    this.places = new Map();
    /** D's surface at a frame; null if none was saved. @type {(k: number) => Field | null} */
    this.judged = kept((k) => {
      const { judged } = this.fields;
      if (!judged) return null;
      const [, rows, columns] = judged.shape;
      return { values: widened(judged.values, k * rows * columns, rows * columns), shape: [rows, columns], box: this.header.box };
    });
    /** The slice of `places`. @type {import("../view/slice.js").Slice | null} */
    this.slice = null;
  }

  /** @param {number} k of a frame @returns {Moment} */
  moment(k) {
    const { steps, epochs, losses, distances } = this.header;
    return { step: steps[k], epoch: epochs[k], losses: losses[k], distance: distances[k] };
  }

  /** The codes of a frame, n×d. @param {number} k */
  z(k) {
    return widened(this.fields.z.values, k * this.size, this.size);
  }

  /** The code of an image of the probe set at a frame; null if the frames leave it out. @param {number} k @param {number} index */
  codeOf(k, index) {
    const row = this.fields.rows.values.indexOf(index);
    return row < 0 ? null : widened(this.fields.z.values, k * this.size + row * this.dim, this.dim);
  }

  /**
   * The places of a frame's codes on the plane, in the order of the present codes; NaN if the frames leave a code out.
   * @param {number} k
   * @param {import("../view/slice.js").Slice} slice
   * @param {Float32Array} now places of the present codes, N×2
   * @returns {Float32Array}
   */
  laid(k, slice, now) {
    if (this.slice !== slice) this.places.clear();
    this.slice = slice;
    const known = this.places.get(k);
    if (known?.length === now.length) return known;
    const z = this.z(k);
    const xy = new Float32Array(now.length).fill(NaN);
    const flat = slice.shown.length === 1; // codes on a line keep the random heights at which they are drawn now
    this.fields.rows.values.forEach((index, row) => {
      if (2 * index >= xy.length) return;
      const [x, y] = slice.place(z, row * this.dim);
      xy[2 * index] = x;
      xy[2 * index + 1] = flat ? now[2 * index + 1] : y;
    });
    this.places.set(k, xy);
    return xy;
  }

  /**
   * The step of the saved decoder that is nearest to a frame's step on a logarithmic scale; −1 if the present decoder is nearer.
   * @param {number} k
   * @param {number} now the step of the present decoder
   */
  keyOf(k, now) {
    const far = (/** @type {number} */ step) => Math.abs(Math.log((step + 10) / (this.steps[k] + 10)));
    const best = this.keys.reduce((best, step) => (far(step) < far(best) ? step : best), now);
    return best === now ? -1 : best;
  }
}

/** A value within a grid by bilinear interpolation; NaN outside. @param {Field} grid @param {number} x @param {number} y */
export function valueAt({ values, shape: [rows, columns], box }, x, y) {
  const [x0, x1, y0, y1] = /** @type {number[]} */ (box);
  const [across, up] = [((x - x0) / (x1 - x0)) * (columns - 1), ((y - y0) / (y1 - y0)) * (rows - 1)];
  if (!(across >= 0 && up >= 0 && across <= columns - 1 && up <= rows - 1)) return NaN;
  const [left, low] = [Math.min(columns - 2, Math.floor(across)), Math.min(rows - 2, Math.floor(up))];
  const [s, t] = [across - left, up - low];
  const at = (/** @type {number} */ row, /** @type {number} */ column) => values[row * columns + column];
  return (1 - t) * ((1 - s) * at(low, left) + s * at(low, left + 1)) + t * ((1 - s) * at(low + 1, left) + s * at(low + 1, left + 1));
}

/** The history at a URL. @param {string} url @returns {Promise<History>} rejected with one sentence */
export const historyOf = (url) => loaded.of(url, async () => new History(unpack(new Uint8Array(await bytes(url, "The frames")))));
