/**
 * Matrices of float32, one row for each image of a mini-batch. Nearly all time goes into `matrixProduct`, which uses
 * the networks' kernels.
 */

import { padToStrips } from "../networks/dense.js";
import { makePlainMachine } from "../networks/plain_kernels.js";
import { makeWasmMachine } from "../networks/wasm.js";

/** @typedef {{rows: number, columns: number, values: Float32Array}} Matrix values row by row */

/**
 * @param {number} rows
 * @param {number} columns
 * @param {Float32Array} [values]
 * @returns {Matrix}
 */
export const matrix = (rows, columns, values = new Float32Array(rows * columns)) => ({ rows, columns, values });

/**
 * @type {{floats: number, widest: number, batch: number, machine: import("../networks/wasm.js").Machine} | null} the
 *   largest so far
 */
let largest = null;

/**
 * A machine with at least these sizes.
 * @param {number} floats
 * @param {number} widest
 * @param {number} batch
 * @returns {import("../networks/wasm.js").Machine}
 */
function reserveMachine(floats, widest, batch) {
  if (!largest || largest.floats < floats || largest.widest < widest || largest.batch < batch) {
    [floats, widest, batch] = [
      Math.max(floats, largest?.floats ?? 0),
      Math.max(widest, largest?.widest ?? 0),
      Math.max(batch, largest?.batch ?? 0),
    ];
    largest = { floats, widest, batch, machine: makeWasmMachine(floats, widest, batch) ?? makePlainMachine(floats) };
  }
  return largest.machine;
}

/**
 * a·b, and a bias added to each row.
 * @param {Matrix} a
 * @param {Matrix} b
 * @param {Float32Array} [bias] a number for each column of b
 * @param {boolean} [relu] whether negative results become 0
 * @returns {Matrix}
 */
export function matrixProduct(a, b, bias, relu = false) {
  const paddedColumns = padToStrips(b.columns);
  const stride = Math.max(a.columns, paddedColumns);
  const [T, offset, x] = [0, b.rows * paddedColumns, b.rows * paddedColumns + paddedColumns];
  const y = x + a.rows * stride;
  const machine = reserveMachine(y + a.rows * stride, a.columns, a.rows + 1);
  const { heap } = machine;
  const strip = padToStrips(1);
  for (let left = 0; left < paddedColumns; left += strip) {
    const width = Math.min(strip, b.columns - left); // the rest of the last strip is never read
    for (let row = 0; row < b.rows; row++) {
      const from = row * b.columns + left;
      const to = T + left * b.rows + row * strip;
      for (let k = 0; k < width; k++) heap[to + k] = b.values[from + k];
    }
  }
  heap.fill(0, offset, offset + paddedColumns);
  if (bias) heap.set(bias, offset);
  copyRows(a.values, 0, a.columns, heap, x, stride, a.columns, a.rows);
  machine.dense(T, offset, x, y, paddedColumns, a.columns, a.rows, stride, relu);
  const result = matrix(a.rows, b.columns);
  copyRows(heap, y, stride, result.values, 0, b.columns, b.columns, a.rows);
  return result;
}

/**
 * Copies rows of equal width.
 * @param {Float32Array} source @param {number} from @param {number} sourceStride stride of the source
 * @param {Float32Array} target @param {number} to @param {number} targetStride stride of the target
 * @param {number} width @param {number} count
 */
function copyRows(source, from, sourceStride, target, to, targetStride, width, count) {
  if (sourceStride === width && targetStride === width)
    return target.set(source.subarray(from, from + count * width), to);
  for (let row = 0; row < count; row++, from += sourceStride, to += targetStride)
    for (let k = 0; k < width; k++) target[to + k] = source[from + k];
}

/** @param {Matrix} a @returns {Matrix} */
export function transpose({ rows, columns, values }) {
  const result = matrix(columns, rows);
  for (let row = 0, source = 0; row < rows; row++)
    for (let target = row; target < values.length; target += rows) result.values[target] = values[source++];
  return result;
}

/**
 * Applies a function to every value.
 * @param {Matrix} a
 * @param {(value: number, index: number) => number} f
 * @returns {Matrix}
 */
export function mapMatrix({ rows, columns, values }, f) {
  const result = matrix(rows, columns);
  for (let index = 0; index < values.length; index++) result.values[index] = f(values[index], index);
  return result;
}

/**
 * Some of the columns.
 * @param {Matrix} a
 * @param {number} from
 * @param {number} [to]
 * @returns {Matrix}
 */
export function sliceColumns(a, from, to = a.columns) {
  const result = matrix(a.rows, to - from);
  for (let row = 0; row < a.rows; row++)
    result.values.set(a.values.subarray(row * a.columns + from, row * a.columns + to), row * result.columns);
  return result;
}

/**
 * Some of the rows.
 * @param {Matrix} a
 * @param {number} from
 * @param {number} to
 * @returns {Matrix}
 */
export const sliceRows = (a, from, to) =>
  matrix(to - from, a.columns, a.values.subarray(from * a.columns, to * a.columns));

/** Matrices side by side. @param {Matrix[]} parts @returns {Matrix} */
export function concatColumns(...parts) {
  const result = matrix(
    parts[0].rows,
    parts.reduce((sum, part) => sum + part.columns, 0),
  );
  let offset = 0;
  for (const part of parts) {
    for (let row = 0; row < result.rows; row++)
      result.values.set(
        part.values.subarray(row * part.columns, (row + 1) * part.columns),
        row * result.columns + offset,
      );
    offset += part.columns;
  }
  return result;
}

/**
 * One above the other.
 * @param {Matrix} a
 * @param {Matrix} b
 * @returns {Matrix}
 */
export function concatRows(a, b) {
  const result = matrix(a.rows + b.rows, a.columns);
  result.values.set(a.values);
  result.values.set(b.values, a.values.length);
  return result;
}

/** The sum of each column. @param {Matrix} a @returns {Float32Array} */
export function columnSums(a) {
  const totals = new Float64Array(a.columns);
  for (let index = 0; index < a.values.length; index++) totals[index % a.columns] += a.values[index];
  return Float32Array.from(totals);
}
