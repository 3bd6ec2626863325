/**
 * Matrices of float32, one row for each image of a mini-batch. Nearly all time goes into `product`, which uses the networks'
 * kernels.
 */

import { padded } from "../networks/dense.js";
import { plainMachine } from "../networks/plain.js";
import { wasmMachine } from "../networks/wasm.js";

/** @typedef {{rows: number, columns: number, values: Float32Array}} Matrix values row by row */

/** @param {number} rows @param {number} columns @param {Float32Array} [values] @returns {Matrix} */
export const matrix = (rows, columns, values = new Float32Array(rows * columns)) => ({ rows, columns, values });

/** @type {{floats: number, widest: number, batch: number, machine: import("../networks/wasm.js").Machine} | null} the largest so far */
let last = null;

/** A machine with at least these sizes. @param {number} floats @param {number} widest @param {number} batch */
function machineOf(floats, widest, batch) {
  if (!last || last.floats < floats || last.widest < widest || last.batch < batch) {
    [floats, widest, batch] = [Math.max(floats, last?.floats ?? 0), Math.max(widest, last?.widest ?? 0), Math.max(batch, last?.batch ?? 0)];
    last = { floats, widest, batch, machine: wasmMachine(floats, widest, batch) ?? plainMachine(floats) };
  }
  return last.machine;
}

/**
 * a·b, and a bias added to each row.
 * @param {Matrix} a
 * @param {Matrix} b
 * @param {Float32Array} [bias] a number for each column of b
 * @param {boolean} [relu] whether negative results become 0
 * @returns {Matrix}
 */
export function product(a, b, bias, relu = false) {
  const wide = padded(b.columns);
  const stride = Math.max(a.columns, wide);
  const [T, offset, x] = [0, b.rows * wide, b.rows * wide + wide];
  const y = x + a.rows * stride;
  const machine = machineOf(y + a.rows * stride, a.columns, a.rows + 1);
  const { heap } = machine;
  const strip = padded(1);
  for (let left = 0; left < wide; left += strip) {
    const width = Math.min(strip, b.columns - left); // the rest of the last strip is never read
    for (let row = 0; row < b.rows; row++) {
      const from = row * b.columns + left;
      const to = T + left * b.rows + row * strip;
      for (let k = 0; k < width; k++) heap[to + k] = b.values[from + k];
    }
  }
  heap.fill(0, offset, offset + wide);
  if (bias) heap.set(bias, offset);
  copyRows(a.values, 0, a.columns, heap, x, stride, a.columns, a.rows);
  machine.dense(T, offset, x, y, wide, a.columns, a.rows, stride, relu);
  const made = matrix(a.rows, b.columns);
  copyRows(heap, y, stride, made.values, 0, b.columns, b.columns, a.rows);
  return made;
}

/**
 * Copies rows of equal width.
 * @param {Float32Array} source @param {number} from @param {number} every stride of the source
 * @param {Float32Array} target @param {number} to @param {number} each stride of the target
 * @param {number} width @param {number} count
 */
function copyRows(source, from, every, target, to, each, width, count) {
  if (every === width && each === width) return target.set(source.subarray(from, from + count * width), to);
  for (let row = 0; row < count; row++, from += every, to += each) for (let k = 0; k < width; k++) target[to + k] = source[from + k];
}

/** @param {Matrix} a @returns {Matrix} */
export function transposed({ rows, columns, values }) {
  const made = matrix(columns, rows);
  for (let row = 0, at = 0; row < rows; row++) for (let to = row; to < values.length; to += rows) made.values[to] = values[at++];
  return made;
}

/** Applies a function to every value. @param {Matrix} a @param {(value: number, at: number) => number} f @returns {Matrix} */
export function mapped({ rows, columns, values }, f) {
  const made = matrix(rows, columns);
  for (let at = 0; at < values.length; at++) made.values[at] = f(values[at], at);
  return made;
}

/** Some of the columns. @param {Matrix} a @param {number} from @param {number} [to] @returns {Matrix} */
export function columns(a, from, to = a.columns) {
  const made = matrix(a.rows, to - from);
  for (let row = 0; row < a.rows; row++) made.values.set(a.values.subarray(row * a.columns + from, row * a.columns + to), row * made.columns);
  return made;
}

/** Some of the rows. @param {Matrix} a @param {number} from @param {number} to @returns {Matrix} */
export const rows = (a, from, to) => matrix(to - from, a.columns, a.values.subarray(from * a.columns, to * a.columns));

/** Matrices side by side. @param {Matrix[]} parts @returns {Matrix} */
export function beside(...parts) {
  const made = matrix(parts[0].rows, parts.reduce((sum, part) => sum + part.columns, 0));
  let left = 0;
  for (const part of parts) {
    for (let row = 0; row < made.rows; row++) made.values.set(part.values.subarray(row * part.columns, (row + 1) * part.columns), row * made.columns + left);
    left += part.columns;
  }
  return made;
}

/** One above the other. @param {Matrix} a @param {Matrix} b @returns {Matrix} */
export function above(a, b) {
  const made = matrix(a.rows + b.rows, a.columns);
  made.values.set(a.values);
  made.values.set(b.values, a.values.length);
  return made;
}

/** The sum of each column. @param {Matrix} a */
export function sums(a) {
  const found = new Float64Array(a.columns);
  for (let at = 0; at < a.values.length; at++) found[at % a.columns] += a.values[at];
  return Float32Array.from(found);
}
