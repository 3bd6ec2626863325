/**
 * The networks of a revision in the page: fp16 weights into one heap, and decode and judge run over it.
 */

import { plainMachine, wasmMachine } from "./wasm.js";

/** @typedef {import("./wasm.js").Machine} Machine */
/** @typedef {{T: number, b: number, rows: number, cols: number}} Layer one dense layer: where its weights lie, padded rows */
/** @typedef {{decoder: number[][], encoder?: number[][] | null, discriminator?: number[][] | null, image: number[]}} Plan */

const pad = (rows) => Math.ceil(rows / 4) * 4; // the kernel takes four rows at a time

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

/** @param {number[][]} shapes [inputs, outputs] of each layer */
export const weightCount = (shapes) => shapes.reduce((sum, [inputs, outputs]) => sum + (inputs + 1) * outputs, 0);

/**
 * Weights, column-major and padded, in a heap that the kernel works on.
 */
export class Networks {
  /**
   * @param {ArrayBuffer} buffer fp16, of each layer of decoder, encoder, discriminator: W by columns, then b
   * @param {Plan} plan
   * @param {boolean} simd false takes plain JavaScript even where WebAssembly runs
   * @throws {Error} one sentence, if the size is wrong or a weight is no number
   */
  constructor(buffer, plan, simd = true) {
    const { decoder, encoder, discriminator } = plan;
    const count = [decoder, encoder ?? [], discriminator ?? []].reduce((sum, shapes) => sum + weightCount(shapes), 0);
    if (buffer.byteLength !== 2 * count) {
      throw new Error(`The network's weights arrived incomplete: ${buffer.byteLength} of ${2 * count} bytes.`);
    }
    this.image = plan.image;
    const used = discriminator ? [decoder, discriminator] : [decoder];
    const all = used.flat();
    const widest = Math.max(...all.flat().map(pad));
    const floats = all.reduce((sum, [i, o]) => sum + (i + 1) * pad(o), 0) + 2 * widest;
    /** @type {Machine} */
    this.machine = (simd && wasmMachine(floats, widest)) || plainMachine(floats);
    /** Two buffers that the layers write in turn. */
    this.buffers = [0, widest];
    const source = new Uint16Array(buffer);
    let end = 2 * widest;
    const read = (shapes, at) => {
      const layers = shapes.map(([cols, rows]) => {
        const layer = { T: end, b: end + cols * pad(rows), rows: pad(rows), cols };
        this.fill(source.subarray(at, at + (cols + 1) * rows), layer, rows);
        at += (cols + 1) * rows;
        end = layer.b + layer.rows;
        return layer;
      });
      return { layers, outputs: shapes[shapes.length - 1][1] };
    };
    this.decoder = read(decoder, 0);
    this.discriminator = discriminator ? read(discriminator, weightCount(decoder) + weightCount(encoder ?? [])) : null;
    this.pixels = new Float32Array(this.decoder.outputs);
  }

  /**
   * @param {Uint16Array} source columns, then bias, `rows` each
   * @param {Layer} layer
   * @param {number} rows
   */
  fill(source, layer, rows) {
    const table = halfTable();
    const heap = this.machine.heap;
    let k = 0;
    for (let column = 0; column <= layer.cols; column++) {
      const at = layer.T + column * layer.rows; // the bias lies where the column after the last would
      for (let r = 0; r < rows; r++, k++) {
        const bits = source[k];
        if ((bits & 0x7c00) === 0x7c00) throw new Error("The network's weights hold a value that is no number.");
        heap[at + r] = table[bits];
      }
    }
  }

  /**
   * Runs the layers over what stands at the start of the first buffer; the place of the result.
   * @param {Layer[]} layers
   */
  run(layers) {
    let [from, to] = this.buffers;
    layers.forEach((layer, k) => {
      this.machine.dense(layer.T, layer.b, from, to, layer.rows, layer.cols, k < layers.length - 1);
      [from, to] = [to, from];
    });
    return from;
  }

  /**
   * @param {ArrayLike<number>} z
   * @param {number | null} y class whose one-hot vector stands before z; null where the decoder takes no content
   * @returns {Float32Array} C·H·W values in 0..1, overwritten by the next call
   */
  decode(z, y = null) {
    const heap = this.machine.heap;
    const content = this.decoder.layers[0].cols - z.length;
    heap.fill(0, 0, content);
    if (content && y !== null) heap[y] = 1;
    heap.set(z, content);
    const at = this.run(this.decoder.layers);
    for (let k = 0; k < this.pixels.length; k++) this.pixels[k] = 1 / (1 + Math.exp(-heap[at + k]));
    return this.pixels;
  }

  /**
   * D(z): the discriminator's probability that z is a sample of the prior, or NaN where there is no discriminator.
   * @param {ArrayLike<number>} z
   * @returns {number}
   */
  judge(z) {
    if (!this.discriminator) return NaN;
    this.machine.heap.set(z, 0);
    return 1 / (1 + Math.exp(-this.machine.heap[this.run(this.discriminator.layers)]));
  }
}
