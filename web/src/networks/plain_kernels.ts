/**
 * The layers in plain JavaScript, with the same layout of the heap as the WebAssembly kernels. Dense layers skip inputs
 * that are
 * 0. Processing two samples at a time, as the kernel does, is no faster here.
 */

import type { Machine } from "./wasm.ts";

export const STRIP = 16; // rows of a dense layer whose weights lie together
export const ROWS = 4; // rows of a convolution whose weights lie together
export const BLOCK = 8; // pixels that a convolution computes together

/** @param floats size of the heap */
export function makePlainMachine(floats: number): Machine {
  const heap = new Float32Array(floats);
  return {
    heap,
    dense: (T, b, x, y, rows, cols, n, stride, relu) => {
      const floor = relu ? 0 : -Infinity;
      for (let k = 0; k < n; k++) {
        for (let r = 0; r < rows; r += 4) {
          const strip = r - (r % STRIP);
          denseRows(heap, T + strip * cols + r - strip, b + r, x + k * stride, y + k * stride + r, cols, floor);
        }
      }
    },
    correlate: (T, b, offsets, x, y, rows, count, line) => {
      const distances = new Int32Array(heap.buffer).subarray(offsets, offsets + count).map((bytes) => bytes / 4);
      for (let r = 0; r < rows; r += ROWS)
        convolutionRows(heap, T + r * count, b + r, distances, x, y + r * line, line);
    },
    kind: "JavaScript",
  };
}

/**
 * Four rows, whose sums stay in registers.
 * @param floor 0 for a ReLU, else −∞; NaN stays NaN, to be noticed
 */
function denseRows(heap: Float32Array, T: number, b: number, x: number, y: number, cols: number, floor: number) {
  let p = heap[b];
  let q = heap[b + 1];
  let r = heap[b + 2];
  let s = heap[b + 3];
  for (let c = 0, weightIndex = T; c < cols; c++, weightIndex += STRIP) {
    const value = heap[x + c];
    if (value === 0) continue;
    p += heap[weightIndex] * value;
    q += heap[weightIndex + 1] * value;
    r += heap[weightIndex + 2] * value;
    s += heap[weightIndex + 3] * value;
  }
  heap[y] = p < floor ? floor : p;
  heap[y + 1] = q < floor ? floor : q;
  heap[y + 2] = r < floor ? floor : r;
  heap[y + 3] = s < floor ? floor : s;
}

/** Four rows of a convolution, pixel by pixel. */
function convolutionRows(
  heap: Float32Array,
  T: number,
  b: number,
  distances: Int32Array,
  x: number,
  y: number,
  line: number,
) {
  for (let pixel = 0; pixel < line; pixel++, x++, y++) {
    let p = heap[b];
    let q = heap[b + 1];
    let r = heap[b + 2];
    let s = heap[b + 3];
    for (let k = 0, weightIndex = T; k < distances.length; k++, weightIndex += ROWS) {
      const value = heap[x + distances[k]];
      p += heap[weightIndex] * value;
      q += heap[weightIndex + 1] * value;
      r += heap[weightIndex + 2] * value;
      s += heap[weightIndex + 3] * value;
    }
    heap[y] = p;
    heap[y + line] = q;
    heap[y + 2 * line] = r;
    heap[y + 3 * line] = s;
  }
}
