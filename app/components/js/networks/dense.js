/**
 * A dense layer: the layout of its weights in the heap, and how it runs.
 */

import { widenWeights } from "./half_floats.js";
import { STRIP } from "./plain_kernels.js";

/** The number of rows, rounded up to whole strips. @param {number} rows @returns {number} */
export const padToStrips = (rows) => Math.ceil(rows / STRIP) * STRIP;

export class Dense {
  /**
   * @param {number[]} layer [inputs, outputs]
   * @param {boolean} relu whether a ReLU follows
   * @param {number} start where its part of the heap begins
   */
  constructor([inputs, outputs], relu, start) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.relu = relu;
    this.T = start;
    this.b = start + inputs * padToStrips(outputs);
    this.end = this.b + padToStrips(outputs);
  }

  /**
   * Reads the weights from a file.
   * @param {Uint16Array} source
   * @param {number} start
   * @param {Float32Array} heap
   */
  loadWeights(source, start, heap) {
    const { inputs, outputs } = this;
    for (let c = 0; c < inputs; c++, start += outputs)
      widenWeights(source, start, outputs, STRIP, heap, this.T + c * STRIP, inputs * STRIP);
    widenWeights(source, start, outputs, STRIP, heap, this.b, STRIP);
  }

  /**
   * @param {import("./wasm.js").Machine} machine
   * @param {number} from heap position of the first of n samples, `stride` apart
   * @param {number} to
   * @param {number} n
   * @param {number} stride
   */
  run(machine, from, to, n, stride) {
    machine.dense(this.T, this.b, from, to, padToStrips(this.outputs), this.inputs, n, stride, this.relu);
  }
}
