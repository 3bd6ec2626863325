/**
 * One fully connected network in the page: its fp16 weights in a separate heap, run for one sample or for many.
 */

import { STRIP, plainMachine } from "./plain.js";
import { wasmMachine } from "./wasm.js";

export const BATCH = 32; // samples that pass through the layers together: what then lies in the cache is used

/** @typedef {{T: number, b: number, rows: number, cols: number}} Layer where its weights lie; rows filled up to STRIP */

const padded = (/** @type {number} */ rows) => Math.ceil(rows / STRIP) * STRIP;

/** @type {Float32Array | null} */
let halves = null;

/** Every half-precision number by its 16 bits. */
export function halfTable() {
  if (halves) return halves;
  halves = new Float32Array(65536);
  for (let bits = 0; bits < 65536; bits++) {
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    let value = exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24;
    if (exponent === 31) value = fraction ? NaN : Infinity;
    halves[bits] = bits & 0x8000 ? -value : value;
  }
  return halves;
}

/** @param {number[][]} layers [inputs, outputs] of each */
export const weightCount = (layers) => layers.reduce((sum, [inputs, outputs]) => sum + (inputs + 1) * outputs, 0);

/**
 * Widens one column: its rows go to every strip in turn, `step` apart.
 * @param {Uint16Array} source
 * @param {number} read
 * @param {number} rows
 * @param {Float32Array} heap
 * @param {number} at
 * @param {number} step
 */
function copy(source, read, rows, heap, at, step) {
  const table = halfTable();
  for (let strip = 0; strip < rows; strip += STRIP, at += step) {
    const end = Math.min(STRIP, rows - strip);
    for (let r = 0; r < end; r++) {
      const bits = source[read + strip + r];
      if ((bits & 0x7c00) === 0x7c00) throw new Error("The network's weights hold a value that is not finite.");
      heap[at + r] = table[bits];
    }
  }
}

export class Net {
  /**
   * @param {ArrayBuffer} buffer fp16, of each layer W by columns (for each input its weights to all outputs), then b
   * @param {number[][]} layers [inputs, outputs] of each
   * @param {boolean} simd false takes plain JavaScript even where WebAssembly runs
   * @throws {Error} one sentence, if the size is wrong or a weight is no number
   */
  constructor(buffer, layers, simd = true) {
    const bytes = 2 * weightCount(layers);
    if (buffer.byteLength !== bytes) {
      throw new Error(`The network's weights arrived incomplete: ${buffer.byteLength} of ${bytes} bytes.`);
    }
    this.inputs = layers[0][0];
    this.outputs = layers[layers.length - 1][1];
    /** From sample to sample in either buffer. */
    this.stride = Math.max(...layers.flat().map(padded));
    const weights = layers.reduce((sum, [inputs, outputs]) => sum + (inputs + 1) * padded(outputs), 0);
    const floats = 2 * BATCH * this.stride + weights;
    this.machine = (simd && wasmMachine(floats, this.stride, BATCH)) || plainMachine(floats, this.stride);
    this.heap = this.machine.heap;
    /** @type {Layer[]} */
    this.layers = [];
    this.fill(new Uint16Array(buffer), layers);
  }

  /** @param {Uint16Array} source @param {number[][]} layers */
  fill(source, layers) {
    let end = 2 * BATCH * this.stride; // behind the two buffers that the layers write in turn
    let read = 0;
    for (const [cols, rows] of layers) {
      const layer = { T: end, b: end + cols * padded(rows), rows: padded(rows), cols };
      for (let c = 0; c < cols; c++, read += rows) copy(source, read, rows, this.heap, layer.T + c * STRIP, cols * STRIP);
      copy(source, read, rows, this.heap, layer.b, STRIP);
      read += rows;
      this.layers.push(layer);
      end = layer.b + layer.rows;
    }
  }

  /**
   * Runs n samples, n ≤ BATCH, whose inputs stand in the heap at multiples of `stride`; where the first's outputs lie then.
   * @param {number} n
   */
  run(n) {
    let [from, to] = [0, BATCH * this.stride];
    this.layers.forEach(({ T, b, rows, cols }, k) => {
      this.machine.dense(T, b, from, to, rows, cols, n, this.stride, k < this.layers.length - 1);
      [from, to] = [to, from];
    });
    return from;
  }

  /**
   * Any number of samples, BATCH at a time.
   * @param {number} n
   * @param {(k: number, at: number) => void} put writes sample k's inputs into the heap from `at` on; the heap is 0 there
   * @param {(k: number, at: number) => void} take reads its outputs there
   */
  runAll(n, put, take) {
    for (let first = 0; first < n; first += BATCH) {
      const count = Math.min(BATCH, n - first);
      for (let k = 0; k < count; k++) {
        this.heap.fill(0, k * this.stride, k * this.stride + this.inputs);
        put(first + k, k * this.stride);
      }
      const at = this.run(count);
      for (let k = 0; k < count; k++) take(first + k, at + k * this.stride);
    }
  }
}
