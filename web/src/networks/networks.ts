/**
 * The networks of a revision in the page: decoding, D(z) and encoding.
 */

import { splitEqually } from "../base/pictures.ts";
import type { Net } from "./net.ts";
import type { OutputScaling } from "../messages.ts";

/** A class, −1 where it is unknown; or the share of each class. */
type Content = number | ArrayLike<number>;

const TYPICAL_WORK = 2e6; // multiplications per image of a usual decoder; 2-1000-1000-784 has 1.8 million

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

const LINK_FUNCTIONS: { [name: string]: (x: number) => number } = { identity: (x) => x, sigmoid, exp: Math.exp };

/**
 * Levels of a row in 0..1 from the decoder's outputs, by the link functions, factors and summands of `OutputScaling`.
 * @param outputs F
 * @param levels F, written
 */
function writeLevels(outputs: Float32Array, { groups, times, plus }: OutputScaling, levels: Float32Array) {
  for (const [name, columns] of groups) {
    let mean = LINK_FUNCTIONS[name];
    if (name === "softmax") {
      const top = columns.reduce((largest, c) => Math.max(largest, outputs[c]), -Infinity);
      const sum = columns.reduce((total, c) => total + Math.exp(outputs[c] - top), 0);
      mean = (x) => Math.exp(x - top) / sum;
    }
    for (const c of columns) levels[c] = Math.min(1, Math.max(0, times[c] * mean(outputs[c]) + plus[c])); // NaN stays
  }
}

/**
 * The decoder and, if there is one, the discriminator.
 */
export class Networks {
  decoder: Net;
  discriminator: Net | null;
  image: number[];
  dim: number;
  means: OutputScaling | null;
  kind: string;
  /** The size of y; 0 if the decoder takes no content. */
  contentSize: number;
  pixels: Float32Array<ArrayBuffer>;

  /**
   * @param decoder [y one-hot, z] -> logits of C·H·W values
   * @param discriminator z -> logit
   * @param image C, H, W
   * @param dim d, the size of z
   * @param means for a table: how outputs become levels
   */
  constructor(
    decoder: Net,
    discriminator: Net | null,
    image: number[],
    dim: number,
    means: OutputScaling | null = null,
  ) {
    this.decoder = decoder;
    this.discriminator = discriminator;
    this.image = image;
    this.dim = dim;
    this.means = means;
    this.kind = decoder.machine.kind;
    this.contentSize = decoder.inputs - dim;
    this.pixels = new Float32Array(decoder.outputs);
  }

  /**
   * @param y the content; null if there is none or it is unknown
   * @returns C·H·W values in 0..1, overwritten by the next call
   */
  decode(z: ArrayLike<number>, y: Content | null = null): Float32Array {
    return this.decodeInto([z], y === null ? null : [y], this.pixels);
  }

  /**
   * @param ys as many
   * @returns of each C·H·W values in 0..1
   */
  decodeMany(zs: ArrayLike<number>[], ys: ArrayLike<Content> | null = null): Float32Array[] {
    return splitEqually(this.decodeInto(zs, ys, new Float32Array(zs.length * this.decoder.outputs)), zs.length);
  }

  /**
   * How many images to decode in one go.
   * @param typicalSize the number for a usual decoder; a larger decoder gets fewer
   */
  batchSizeFor(typicalSize: number): number {
    return Math.max(1, Math.min(typicalSize, Math.round((typicalSize * TYPICAL_WORK) / this.decoder.multiplications)));
  }

  /** @param values written */
  decodeInto(zs: ArrayLike<number>[], ys: ArrayLike<Content> | null, values: Float32Array): Float32Array {
    const { heap, outputs } = this.decoder;
    const { contentSize } = this;
    this.decoder.runAll(
      zs.length,
      (k, start) => {
        const y = ys ? ys[k] : -1;
        if (typeof y !== "number") heap.set(y, start);
        else if (y >= 0 && y < contentSize) heap[start + y] = 1;
        heap.set(zs[k], start + contentSize);
      },
      (k, start) => {
        const image = values.subarray(k * outputs, (k + 1) * outputs);
        if (this.means) return writeLevels(heap.subarray(start, start + outputs), this.means, image);
        for (let p = 0; p < outputs; p++) image[p] = sigmoid(heap[start + p]);
      },
    );
    return values;
  }

  /** D(z): the probability that D gives to z being a sample of the prior; NaN without a discriminator. */
  discriminate(z: ArrayLike<number>): number {
    return this.discriminateMany([z])[0];
  }

  /** @returns as many probabilities, or NaN */
  discriminateMany(zs: ArrayLike<number>[]): Float32Array {
    const probabilities = new Float32Array(zs.length).fill(NaN);
    const { discriminator: net } = this;
    net?.runAll(
      zs.length,
      (k, start) => net.heap.set(zs[k], start),
      (k, start) => (probabilities[k] = sigmoid(net.heap[start])),
    );
    return probabilities;
  }
}

/**
 * A function from an image to its code, as in `Model.encode`: for a Gaussian posterior the mean (its first d outputs),
 * for a universal approximator posterior the code at zero noise (the noise inputs follow the image).
 * @returns of C·H·W values in 0..1, rows of the channels in turn
 */
export function makeEncoder(net: Net, dim: number): (x: ArrayLike<number>) => Float32Array {
  return (x) => {
    const z = new Float32Array(dim);
    net.runAll(
      1,
      (_, start) => net.heap.set(x, start),
      (_, start) => z.set(net.heap.subarray(start, start + dim)),
    );
    return z;
  };
}
