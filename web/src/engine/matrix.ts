/**
 * Matrices of float32, one row for each image of a mini-batch. Nearly all time goes into `matrixProduct`, which uses
 * the networks' kernels.
 */

import { padToStrips } from "../networks/dense.ts";
import { makePlainMachine } from "../networks/plain_kernels.ts";
import { makeWasmMachine } from "../networks/wasm.ts";
import type { Machine } from "../networks/wasm.ts";

/** Values row by row. */
export type Matrix = { rows: number; columns: number; values: Float32Array };

export const matrix = (
  rows: number,
  columns: number,
  values: Float32Array = new Float32Array(rows * columns),
): Matrix => ({ rows, columns, values });

/** the largest so far */
let largest: { floats: number; widest: number; batch: number; machine: Machine } | null = null;

/** A machine with at least these sizes. */
function reserveMachine(floats: number, widest: number, batch: number): Machine {
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
 * @param bias a number for each column of b
 * @param relu whether negative results become 0
 */
export function matrixProduct(a: Matrix, b: Matrix, bias?: Float32Array, relu: boolean = false): Matrix {
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
 * @param sourceStride stride of the source
 * @param targetStride stride of the target
 */
function copyRows(
  source: Float32Array,
  from: number,
  sourceStride: number,
  target: Float32Array,
  to: number,
  targetStride: number,
  width: number,
  count: number,
) {
  if (sourceStride === width && targetStride === width)
    return target.set(source.subarray(from, from + count * width), to);
  for (let row = 0; row < count; row++, from += sourceStride, to += targetStride)
    for (let k = 0; k < width; k++) target[to + k] = source[from + k];
}

export function transpose({ rows, columns, values }: Matrix): Matrix {
  const result = matrix(columns, rows);
  for (let row = 0, source = 0; row < rows; row++)
    for (let target = row; target < values.length; target += rows) result.values[target] = values[source++];
  return result;
}

/** Applies a function to every value. */
export function mapMatrix({ rows, columns, values }: Matrix, f: (value: number, index: number) => number): Matrix {
  const result = matrix(rows, columns);
  for (let index = 0; index < values.length; index++) result.values[index] = f(values[index], index);
  return result;
}

/** Some of the columns. */
export function sliceColumns(a: Matrix, from: number, to: number = a.columns): Matrix {
  const result = matrix(a.rows, to - from);
  for (let row = 0; row < a.rows; row++)
    result.values.set(a.values.subarray(row * a.columns + from, row * a.columns + to), row * result.columns);
  return result;
}

/** Some of the rows. */
export const sliceRows = (a: Matrix, from: number, to: number): Matrix =>
  matrix(to - from, a.columns, a.values.subarray(from * a.columns, to * a.columns));

/** Matrices side by side. */
export function concatColumns(...parts: Matrix[]): Matrix {
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

/** One above the other. */
export function concatRows(a: Matrix, b: Matrix): Matrix {
  const result = matrix(a.rows + b.rows, a.columns);
  result.values.set(a.values);
  result.values.set(b.values, a.values.length);
  return result;
}

/** The sum of each column. */
export function columnSums(a: Matrix): Float32Array {
  const totals = new Float64Array(a.columns);
  for (let index = 0; index < a.values.length; index++) totals[index % a.columns] += a.values[index];
  return Float32Array.from(totals);
}
