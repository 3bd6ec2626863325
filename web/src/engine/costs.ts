/**
 * The loss functions, each with its derivatives with respect to its inputs; a mini-batch's loss is the mean over its
 * images.
 */

import { sigmoid } from "../networks/networks.ts";
import { mapMatrix, matrix } from "./matrix.ts";
import type { Matrix } from "./matrix.ts";
import type { Prior } from "./priors.ts";

/** Log(1 + exp t), which is −log(1 − σ(t)). */
const softplus = (t: number): number => Math.max(t, 0) + Math.log1p(Math.exp(-Math.abs(t)));

function sumMapped(a: Matrix, f: (value: number, index: number) => number): number {
  let sum = 0;
  for (let index = 0; index < a.values.length; index++) sum += f(a.values[index], index);
  return sum;
}

/**
 * The reconstruction losses, per pixel, from a logit t and x. mean: x̂ from the logit; slope: the derivative with
 * respect to t.
 */
export const RECONSTRUCTIONS: Record<
  string,
  { mean: (t: number) => number; cost: (t: number, x: number) => number; slope: (t: number, x: number) => number }
> = {
  /** ½‖x − x̂‖² of images, x̂ = σ(t). */
  "squared-error": {
    mean: sigmoid,
    cost: (t, x) => 0.5 * (sigmoid(t) - x) ** 2,
    slope: (t, x) => (sigmoid(t) - x) * sigmoid(t) * (1 - sigmoid(t)),
  },
  /** The same for the rows of a table in standard units, x̂ = t. */
  real: { mean: (t) => t, cost: (t, x) => 0.5 * (t - x) ** 2, slope: (t, x) => t - x },
  /** −x log x̂ − (1 − x) log(1 − x̂), x̂ = σ(t). */
  "cross-entropy": { mean: sigmoid, cost: (t, x) => softplus(t) - t * x, slope: (t, x) => sigmoid(t) - x },
};

/**
 * Summed over the pixels.
 * @param name of RECONSTRUCTIONS
 * @param x N×P
 * @param logits N×P
 * @returns slopes: by the logits
 */
export function reconstructionCostAndSlopes(
  name: string,
  x: Matrix,
  logits: Matrix,
): { cost: number; slopes: () => Matrix } {
  const { cost, slope } = RECONSTRUCTIONS[name];
  return {
    cost: sumMapped(logits, (t, index) => cost(t, x.values[index])) / x.rows,
    slopes: () => mapMatrix(logits, (t, index) => slope(t, x.values[index]) / x.rows),
  };
}

/**
 * −E log D(z ~ p) − E log(1 − D(q(x))) from D's logits: first on N samples of the prior, then on N codes (§2).
 * @param logits 2N×1
 * @returns real, fake: the two terms
 */
export function discriminationCostAndSlopes(logits: Matrix): {
  cost: number;
  real: number;
  fake: number;
  slopes: () => Matrix;
} {
  const n = logits.rows / 2;
  const signAt = (index: number) => (index < n ? -1 : 1);
  const meanOfHalf = (first: number) =>
    sumMapped(logits, (t, index) => (index < n === Boolean(first) ? softplus(signAt(index) * t) : 0)) / n;
  const [real, fake] = [meanOfHalf(1), meanOfHalf(0)];
  return {
    cost: real + fake,
    real,
    fake,
    slopes: () => mapMatrix(logits, (t, index) => (signAt(index) * sigmoid(signAt(index) * t)) / n),
  };
}

/**
 * −E log D(q(x)) from D's logits on the codes; the encoder minimises it with D frozen (§2).
 * @param logits N×1
 */
export function generationCostAndSlopes(logits: Matrix): { cost: number; slopes: () => Matrix } {
  return {
    cost: sumMapped(logits, (t) => softplus(-t)) / logits.rows,
    slopes: () => mapMatrix(logits, (t) => -sigmoid(-t) / logits.rows),
  };
}

/** −E log q(y|x) from the logits of q(y|x) and one-hot labels, N×K each (§5). */
export function classificationCostAndSlopes(logits: Matrix, y: Matrix): { cost: number; slopes: () => Matrix } {
  const q = softmax(logits);
  const logSumExp = logSumsOfExp(logits);
  return {
    cost: sumMapped(logits, (t, index) => y.values[index] * (logSumExp[Math.floor(index / y.columns)] - t)) / y.rows,
    slopes: () => mapMatrix(q, (share, index) => (share - y.values[index]) / y.rows),
  };
}

/** log Σ exp of each row. */
function logSumsOfExp({ rows, columns, values }: Matrix): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => {
    const rowValues = values.subarray(row * columns, (row + 1) * columns);
    const top = rowValues.reduce((largest, t) => Math.max(largest, t), -Infinity);
    return top + Math.log(rowValues.reduce((sum, t) => sum + Math.exp(t - top), 0));
  });
}

/** q(y|x), N×K, from its logits. */
export function softmax(logits: Matrix): Matrix {
  const logSumExp = logSumsOfExp(logits);
  return mapMatrix(logits, (t, index) => Math.exp(t - logSumExp[Math.floor(index / logits.columns)]));
}

/**
 * The derivative with respect to a softmax's logits.
 * @param q the softmax
 * @param d the derivative with respect to q
 */
export function backpropagateSoftmax(q: Matrix, d: Matrix): Matrix {
  const mean = new Float64Array(q.rows);
  for (let index = 0; index < q.values.length; index++)
    mean[Math.floor(index / q.columns)] += q.values[index] * d.values[index];
  return mapMatrix(q, (share, index) => share * (d.values[index] - mean[Math.floor(index / q.columns)]));
}

/**
 * KL(q(z|x) ‖ p(z)) for q = N(μ, σ²): in closed form if the prior is N(0, scale²), otherwise estimated at one draw z =
 * μ + σε.
 * @param q N×d each
 */
export function klCostAndSlopes(
  { mu, logVariance, epsilon, z }: { mu: Matrix; logVariance: Matrix; epsilon: Matrix; z: Matrix },
  prior: Prior,
) {
  const n = mu.rows;
  const s2 = prior.scale ** 2;
  if (prior.name === "gaussian") {
    return {
      cost:
        sumMapped(
          mu,
          (m, index) =>
            0.5 * ((Math.exp(logVariance.values[index]) + m * m) / s2 - 1 - logVariance.values[index] + Math.log(s2)),
        ) / n,
      slopes: () => ({
        mu: mapMatrix(mu, (m) => m / s2 / n),
        logVariance: mapMatrix(logVariance, (t) => (0.5 * (Math.exp(t) / s2 - 1)) / n),
      }),
    };
  }
  const logDensity = prior.logDensity(z);
  return {
    cost:
      (sumMapped(epsilon, (e, index) => -0.5 * (e * e + logVariance.values[index] + Math.log(2 * Math.PI))) -
        logDensity.values.reduce((sum, value) => sum + value, 0)) /
      n,
    slopes: () => ({
      mu: mapMatrix(logDensity.slopes, (slope) => -slope / n),
      logVariance: mapMatrix(
        logVariance,
        (t, index) => (-0.5 - 0.5 * logDensity.slopes.values[index] * Math.exp(0.5 * t) * epsilon.values[index]) / n,
      ),
    }),
  };
}

const MMD_SCALES = [0.1, 0.2, 0.5, 1, 2, 5, 10]; // of the kernels of MMD²

/**
 * The unbiased estimate of MMD² between codes z and as many samples of the prior, with a sum of inverse multiquadratic
 * kernels (`objectives.mmd2`). spread: the mean squared distance between two samples.
 */
export function mmd2CostAndSlopes(z: Matrix, samples: Matrix, spread: number) {
  const [n, d] = [z.rows, z.columns];
  const slopes = new Float64Array(z.values.length);
  let cost = 0;
  for (const { a, b, weight } of [
    { a: z, b: z, weight: 1 / n / (n - 1) },
    { a: samples, b: samples, weight: 1 / n / (n - 1) },
    { a: z, b: samples, weight: -2 / n / n },
  ]) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        if (a === b && i === j) continue;
        let [square, slope] = [0, 0];
        for (let k = 0; k < d; k++) square += (a.values[i * d + k] - b.values[j * d + k]) ** 2;
        for (const scale of MMD_SCALES) {
          const c = scale * spread;
          cost += (weight * c) / (c + square);
          slope -= (weight * c) / (c + square) ** 2;
        }
        if (a !== z || !slope) continue;
        const factor = b === z ? 4 * slope : 2 * slope; // a pair of codes moves both
        for (let k = 0; k < d; k++) slopes[i * d + k] += factor * (a.values[i * d + k] - b.values[j * d + k]);
      }
    }
  }
  return { cost, slopes: () => ({ z: mapMatrix(z, (_, index) => slopes[index]) }) };
}

/**
 * The sliced Wasserstein distance, squared, between codes z and as many samples of the prior: the mean over directions
 * of the distance between the projections, where the k-th smallest code is matched with the k-th smallest sample.
 * Directions may have any length.
 */
export function slicedWassersteinCostAndSlopes(z: Matrix, samples: Matrix, directions: Matrix) {
  const [n, d] = [z.rows, z.columns];
  const slopes = new Float64Array(z.values.length);
  let cost = 0;
  for (let line = 0; line < directions.rows; line++) {
    const direction = directions.values.subarray(line * d, (line + 1) * d);
    const length = Math.hypot(...direction);
    const project = (points: Matrix) => {
      const places = Float64Array.from({ length: n }, (_, row) =>
        direction.reduce((sum, part, k) => sum + (part * points.values[row * d + k]) / length, 0),
      );
      return { places, order: Int32Array.from({ length: n }, (_, row) => row).sort((i, j) => places[i] - places[j]) };
    };
    const [codes, targets] = [project(z), project(samples)];
    codes.order.forEach((row, rank) => {
      const difference = codes.places[row] - targets.places[targets.order[rank]];
      cost += (difference * difference) / n / directions.rows;
      direction.forEach((part, k) => (slopes[row * d + k] += (2 * difference * part) / length / n / directions.rows));
    });
  }
  return { cost, slopes: () => ({ z: mapMatrix(z, (_, index) => slopes[index]) }) };
}

/** One-hot rows. */
export function oneHot(labels: ArrayLike<number>, k: number): Matrix {
  const encoded = matrix(labels.length, k);
  for (let row = 0; row < labels.length; row++) encoded.values[row * k + labels[row]] = 1;
  return encoded;
}
