/**
 * One network in the page: its fp16 weights in a separate heap, run for one sample or for many.
 */

import { translate } from "../base/translate.ts";
import { ACTIVATIONS, activateInPlace } from "./activations.ts";
import { Convolution } from "./convolution.ts";
import { Dense, padToStrips } from "./dense.ts";
import { makePlainMachine } from "./plain_kernels.ts";
import { makeWasmMachine } from "./wasm.ts";
import type { Layer } from "../messages.ts";

export const BATCH = 32; // samples that pass through a layer together, so that its weights stay in the cache

const MAX_FLOATS = 2 ** 20; // floats that these samples may take, unless a single one needs more

/** The number of weights of each output, and the number of outputs with weights of their own. */
const weightShape = (layer: Layer): number[] =>
  Array.isArray(layer) ? layer : [layer.before[0] * layer.kernel[0] * layer.kernel[1], layer.after[0]];

export const weightCount = (layers: Layer[]): number =>
  layers.map(weightShape).reduce((sum, [inputs, outputs]) => sum + (inputs + 1) * outputs, 0);

/** Multiplications for one sample. */
function multiplicationCount(layer: Layer): number {
  const [inputs, outputs] = weightShape(layer);
  if (Array.isArray(layer)) return inputs * outputs;
  const [, h, w] = layer.transposed ? layer.before : layer.after;
  return inputs * outputs * h * w;
}

export class Net {
  /** What follows each layer but the last; null for a ReLU, which the layers compute themselves. */
  activation;
  multiplications: number;
  inputs: number;
  outputs: number;
  /** Floats from one sample to the next in the two buffers between which the layers alternate. */
  stride: number;
  batch: number;
  layers: (Convolution | Dense)[];
  machine;
  heap: Float32Array<ArrayBufferLike>;

  /**
   * @param buffer fp16; layer by layer, for each input the weights to all outputs, then b
   * @param simd false for plain JavaScript even where WebAssembly runs
   * @param activation after each layer but the last: "relu", or a name in ACTIVATIONS
   * @throws {Error} one sentence, if the size is wrong or a weight is not finite
   */
  constructor(buffer: ArrayBuffer, layers: Layer[], simd: boolean = true, activation: string = "relu") {
    const bytes = 2 * weightCount(layers);
    if (buffer.byteLength !== bytes) {
      throw new Error(
        translate("The network's weights arrived incomplete: {count} of {total} bytes.", {
          count: buffer.byteLength,
          total: bytes,
        }),
      );
    }
    const makeLayersAt = (start: number) => {
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
    this.activation = activation === "relu" ? null : ACTIVATIONS[activation];
    this.multiplications = layers.map(multiplicationCount).reduce((sum, multiplications) => sum + multiplications);
    this.inputs = sizes[0][0];
    this.outputs = sizes[sizes.length - 1][1];
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
   */
  runBatch(n: number): number {
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
   * @param outputStart the position of the first sample's
   * @param n samples
   */
  activateBatch(outputStart: number, outputs: number, n: number) {
    if (!this.activation) return;
    for (let k = 0; k < n; k++) {
      const start = outputStart + k * this.stride;
      activateInPlace(this.heap.subarray(start, start + outputs), this.activation);
    }
  }

  /**
   * Any number of samples, `batch` at a time.
   * @param writeInputs writes sample k's inputs into the heap from `start` on, where it holds zeros
   * @param readOutputs reads sample k's outputs from `start` on
   */
  runAll(n: number, writeInputs: (k: number, start: number) => void, readOutputs: (k: number, start: number) => void) {
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
