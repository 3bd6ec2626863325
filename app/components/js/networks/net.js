/**
 * One network in the page: its fp16 weights in a separate heap, run for one sample or for many.
 */

import { translate } from "../base/translate.js";
import { ACTIVATIONS, activateInPlace } from "./activations.js";
import { Convolution } from "./convolution.js";
import { Dense, padToStrips } from "./dense.js";
import { makePlainMachine } from "./plain_kernels.js";
import { makeWasmMachine } from "./wasm.js";

export const BATCH = 32; // samples that pass through a layer together, so that its weights stay in the cache

const MAX_FLOATS = 2 ** 20; // floats that these samples may take, unless a single one needs more

/** @typedef {import("../../messages.js").Layer} Layer */

/**
 * The number of weights of each output, and the number of outputs with weights of their own.
 * @param {Layer} layer
 * @returns {number[]}
 */
const weightShape = (layer) =>
  Array.isArray(layer) ? layer : [layer.before[0] * layer.kernel[0] * layer.kernel[1], layer.after[0]];

/** @param {Layer[]} layers @returns {number} */
export const weightCount = (layers) =>
  layers.map(weightShape).reduce((sum, [inputs, outputs]) => sum + (inputs + 1) * outputs, 0);

/** Multiplications for one sample. @param {Layer} layer @returns {number} */
function multiplicationCount(layer) {
  const [inputs, outputs] = weightShape(layer);
  if (Array.isArray(layer)) return inputs * outputs;
  const [, h, w] = layer.transposed ? layer.before : layer.after;
  return inputs * outputs * h * w;
}

export class Net {
  /**
   * @param {ArrayBuffer} buffer fp16; layer by layer, for each input the weights to all outputs, then b
   * @param {Layer[]} layers
   * @param {boolean} simd false for plain JavaScript even where WebAssembly runs
   * @param {string} activation after each layer but the last: "relu", or a name in ACTIVATIONS
   * @throws {Error} one sentence, if the size is wrong or a weight is not finite
   */
  constructor(buffer, layers, simd = true, activation = "relu") {
    const bytes = 2 * weightCount(layers);
    if (buffer.byteLength !== bytes) {
      throw new Error(
        translate("The network's weights arrived incomplete: {count} of {total} bytes.", {
          count: buffer.byteLength,
          total: bytes,
        }),
      );
    }
    const makeLayersAt = (/** @type {number} */ start) => {
      let end = start;
      return layers.map((layer, k) => {
        const placedLayer = Array.isArray(layer)
          ? new Dense(layer, activation === "relu" && k < layers.length - 1, end)
          : new Convolution(layer, end);
        end = placedLayer.end;
        return placedLayer;
      });
    };
    const sizes = makeLayersAt(0).map(({ inputs, outputs }) => [inputs, outputs]);
    /** What follows each layer but the last; null for a ReLU, which the layers compute themselves. */
    this.activation = activation === "relu" ? null : ACTIVATIONS[activation];
    this.multiplications = layers.map(multiplicationCount).reduce((sum, multiplications) => sum + multiplications);
    this.inputs = sizes[0][0];
    this.outputs = sizes[sizes.length - 1][1];
    /** Floats from one sample to the next in the two buffers between which the layers alternate. */
    this.stride = Math.max(...sizes.flat().map(padToStrips));
    this.batch = Math.max(1, Math.min(BATCH, Math.floor(MAX_FLOATS / this.stride)));
    this.layers = makeLayersAt(2 * this.batch * this.stride);
    const floats = this.layers[layers.length - 1].end;
    const widest = Math.max(...layers.flatMap((layer) => (Array.isArray(layer) ? layer.map(padToStrips) : [])), 0);
    this.machine = (simd && makeWasmMachine(floats, widest, this.batch)) || makePlainMachine(floats);
    this.heap = this.machine.heap;
    const source = new Uint16Array(buffer);
    this.layers.forEach((layer, k) => layer.loadWeights(source, weightCount(layers.slice(0, k)), this.heap));
  }

  /**
   * Runs n ≤ `batch` samples, whose inputs lie in the heap at multiples of `stride`; returns the position of the first
   * one's outputs.
   * @param {number} n
   * @returns {number}
   */
  runBatch(n) {
    let [from, to] = [0, this.batch * this.stride];
    for (const layer of this.layers) {
      layer.run(this.machine, from, to, n, this.stride);
      if (layer !== this.layers[this.layers.length - 1]) this.activateBatch(to, layer.outputs, n);
      [from, to] = [to, from];
    }
    return from;
  }

  /**
   * Applies the activation to the outputs of a layer, unless it is a ReLU.
   * @param {number} outputStart the position of the first sample's
   * @param {number} outputs
   * @param {number} n samples
   */
  activateBatch(outputStart, outputs, n) {
    if (!this.activation) return;
    for (let k = 0; k < n; k++) {
      const start = outputStart + k * this.stride;
      activateInPlace(this.heap.subarray(start, start + outputs), this.activation);
    }
  }

  /**
   * Any number of samples, `batch` at a time.
   * @param {number} n
   * @param {(k: number, start: number) => void} writeInputs writes sample k's inputs into the heap from `start` on, where
   *   it holds zeros
   * @param {(k: number, start: number) => void} readOutputs reads sample k's outputs from `start` on
   */
  runAll(n, writeInputs, readOutputs) {
    for (let first = 0; first < n; first += this.batch) {
      const count = Math.min(this.batch, n - first);
      for (let k = 0; k < count; k++) {
        this.heap.fill(0, k * this.stride, k * this.stride + this.inputs);
        writeInputs(first + k, k * this.stride);
      }
      const outputStart = this.runBatch(count);
      for (let k = 0; k < count; k++) readOutputs(first + k, outputStart + k * this.stride);
    }
  }
}
