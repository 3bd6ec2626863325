/**
 * The distance from q(z) to p(z) that the game shows, MMD² (`aae_core/evaluation/distances.py`).
 */

import { Random } from "./random.ts";
import type { Matrix } from "./matrix.ts";
import type { Prior } from "./priors.ts";

const KERNELS = 5; // kernels, each half as wide as the one before
const WIDEST_BANDWIDTHS = 4; // bandwidths: the first one's width
const DRAWS = 2000; // samples of the prior for the bandwidth
const HALF_WORD = 2 ** 16; // values of 16 bits
const TABLE_RESOLUTION = 256; // entries of the table of exp(−t) for each unit of t
const MAX_EXPONENT = 40; // from here on, exp(−t) counts as 0
const EXP_TABLE = Float64Array.from({ length: TABLE_RESOLUTION * MAX_EXPONENT + 1 }, (_, k) =>
  Math.exp(-k / TABLE_RESOLUTION),
);

/**
 * The distance of samples from a prior: the unbiased estimate of Gretton et al. (JMLR 2012, lemma 6), mean k(a, a′) +
 * mean k(b, b′) − 2 mean k(a, b), the first two over distinct pairs, where k is the mean of five Gaussian kernels.
 */
export class PriorDistance {
  sample: Matrix;
  exponent: number;
  sampleKernelMean: number;

  /** @param sample of it */
  constructor(prior: Prior, sample: Matrix) {
    this.sample = sample;
    this.exponent = 2 * (WIDEST_BANDWIDTHS * priorBandwidth(prior)) ** 2;
    this.sampleKernelMean = this.kernelMean(sample);
  }

  distanceOf(codes: Matrix): number {
    let sum = 0;
    for (let i = 0; i < codes.rows; i++) sum += this.kernelSum(codes, i, this.sample, 0);
    return this.kernelMean(codes) + this.sampleKernelMean - (2 * sum) / (codes.rows * this.sample.rows);
  }

  /** The mean of k over distinct pairs. */
  kernelMean(a: Matrix): number {
    let sum = 0;
    for (let i = 0; i < a.rows; i++) sum += this.kernelSum(a, i, a, i + 1);
    return (2 * sum) / (a.rows * (a.rows - 1));
  }

  /** The sum of k over pairs of one row of a with the rows of b from index `from` on. */
  kernelSum(a: Matrix, row: number, b: Matrix, from: number): number {
    const [x, y] = [a.values[2 * row], a.values[2 * row + 1]];
    let sum = 0;
    for (let j = 2 * from; j < b.values.length; j += 2) {
      let kernel = expOfNegative(((x - b.values[j]) ** 2 + (y - b.values[j + 1]) ** 2) / this.exponent);
      for (let k = 0; k < KERNELS; k++) {
        sum += kernel;
        const square = kernel * kernel;
        kernel = square * square; // the kernel of half the width
      }
    }
    return sum / KERNELS;
  }
}

/** Exp(−t) for t ≥ 0 to about eight decimals; for all pairs, Math.exp would take longer than a training step. */
function expOfNegative(t: number): number {
  if (!(t < MAX_EXPONENT)) return 0;
  const k = Math.floor(t * TABLE_RESOLUTION);
  const remainder = t - k / TABLE_RESOLUTION;
  return EXP_TABLE[k] * (1 - remainder * (1 - remainder / 2));
}

/** The median distance between two samples of the prior, which sets the kernels' widths. */
function priorBandwidth(prior: Prior): number {
  const { values } = prior.sample(DRAWS, new Random(0));
  const squares = new Float32Array((DRAWS * (DRAWS - 1)) / 2);
  let index = 0;
  for (let i = 0; i < values.length; i += 2) {
    for (let j = i + 2; j < values.length; j += 2)
      squares[index++] = (values[i] - values[j]) ** 2 + (values[i + 1] - values[j + 1]) ** 2;
  }
  return Math.sqrt(medianOfNonNegative(squares));
}

/** The median of numbers ≥ 0 without sorting: such floats are ordered like their bit patterns. */
function medianOfNonNegative(values: Float32Array): number {
  const bits = new Uint32Array(values.buffer);
  const upperCounts = new Uint32Array(HALF_WORD);
  for (let k = 0; k < bits.length; k++) upperCounts[bits[k] >>> 16]++;
  let remaining = bits.length >> 1;
  let high = 0;
  while (remaining >= upperCounts[high]) remaining -= upperCounts[high++];
  const lowerCounts = new Uint32Array(HALF_WORD);
  for (let k = 0; k < bits.length; k++) if (bits[k] >>> 16 === high) lowerCounts[bits[k] & (HALF_WORD - 1)]++;
  let low = 0;
  while (remaining >= lowerCounts[low]) remaining -= lowerCounts[low++];
  return new Float32Array(Uint32Array.of((high * HALF_WORD + low) >>> 0).buffer)[0];
}
