/**
 * A dense layer: the layout of its weights in the heap, and how it runs.
 */

import { widen } from "./halves.js";
import { STRIP } from "./plain.js";

/** The number of rows, rounded up to whole strips. @param {number} rows */
export const padded = (rows) => Math.ceil(rows / STRIP) * STRIP;

export class Dense {
  /**
   * @param {number[]} layer [inputs, outputs]
   * @param {boolean} relu whether a ReLU follows
   * @param {number} at where its part of the heap begins
   */
  constructor([inputs, outputs], relu, at) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.relu = relu;
    this.T = at;
    this.b = at + inputs * padded(outputs);
    this.end = this.b + padded(outputs);
  }

  /** Reads the weights from a file. @param {Uint16Array} source @param {number} read @param {Float32Array} heap */
  fill(source, read, heap) {
    const { inputs, outputs } = this;
    for (let c = 0; c < inputs; c++, read += outputs) widen(source, read, outputs, STRIP, heap, this.T + c * STRIP, inputs * STRIP);
    widen(source, read, outputs, STRIP, heap, this.b, STRIP);
  }

  /**
   * @param {import("./wasm.js").Machine} machine
   * @param {number} from heap position of the first of n samples, `stride` apart
   * @param {number} to
   * @param {number} n
   * @param {number} stride
   */
  run(machine, from, to, n, stride) {
    machine.dense(this.T, this.b, from, to, padded(this.outputs), this.inputs, n, stride, this.relu);
  }
}
