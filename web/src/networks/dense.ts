/**
 * A dense layer: the layout of its weights in the heap, and how it runs.
 */

import { widenWeights } from "./half_floats.ts";
import { STRIP } from "./plain_kernels.ts";
import type { Machine } from "./wasm.ts";

/** The number of rows, rounded up to whole strips. */
export const padToStrips = (rows: number): number => Math.ceil(rows / STRIP) * STRIP;

export class Dense {
  inputs: number;
  outputs: number;
  relu: boolean;
  T: number;
  b: number;
  end: number;

  /**
   * @param layer [inputs, outputs]
   * @param relu whether a ReLU follows
   * @param start where its part of the heap begins
   */
  constructor([inputs, outputs]: number[], relu: boolean, start: number) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.relu = relu;
    this.T = start;
    this.b = start + inputs * padToStrips(outputs);
    this.end = this.b + padToStrips(outputs);
  }

  /** Reads the weights from a file. */
  loadWeights(source: Uint16Array, start: number, heap: Float32Array) {
    const { inputs, outputs } = this;
    for (let c = 0; c < inputs; c++, start += outputs)
      widenWeights(source, start, outputs, STRIP, heap, this.T + c * STRIP, inputs * STRIP);
    widenWeights(source, start, outputs, STRIP, heap, this.b, STRIP);
  }

  /** @param from heap position of the first of n samples, `stride` apart */
  run(machine: Machine, from: number, to: number, n: number, stride: number) {
    machine.dense(this.T, this.b, from, to, padToStrips(this.outputs), this.inputs, n, stride, this.relu);
  }
}
