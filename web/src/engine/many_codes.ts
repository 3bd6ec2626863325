/**
 * One image encoded many times: its codes, and what each of them says of a gradient.
 *
 * The cost is that of reconstructing the image, L(z), and the weight is the bias b of μ₁ in the encoder's last layer; of
 * z₁ if the posterior has no mean. As ∂μ₁/∂b = 1, each draw z ~ q(z|x) estimates ∂E[L]/∂b in two ways:
 *
 *     through the draw         ∂L/∂z₁ at z = μ + σε, the reparametrisation (Kingma and Welling 2014, §2.4), or at
 * z = f(x, η)
 *     by the score function    L(z) · ∂ log q(z|x)/∂μ₁ = L(z) · ε₁/σ₁ (Williams 1992; Mohamed et al. 2020, §4)
 *
 * Both have the same expectation. Only a Gaussian posterior has a density by which the second can be computed. From the
 * same seed the numbers are those of `aae_core/game/many_codes.py`.
 */

import { oneHot, RECONSTRUCTIONS } from "./costs.ts";
import { mapMatrix, matrix } from "./matrix.ts";
import { Random } from "./random.ts";
import type { Matrix } from "./matrix.ts";
import type { Inferred, Model } from "./model.ts";
import type { Training } from "./training.ts";

/**
 * codes: x and y of each in turn; byDraw, byScore: an estimate of the gradient from each draw, the second null unless
 * the posterior is Gaussian.
 */
export type ManyCodes = { codes: Float32Array; byDraw: Float32Array; byScore: Float32Array | null };

const CODES = 50; // that are shown
const DRAWS = 200; // that estimate the gradient; the first of them are the codes
const EXAMPLES = 6; // images that can be encoded many times, at most
const SEED_OFFSET = 2; // of the draws from the seed of the game; it grows with every step

/**
 * The first plotted item of each of the first classes.
 * @param labels of all items
 */
export function exampleIndices(plottedIndices: ArrayLike<number>, labels: ArrayLike<number>): number[] {
  const indices = Array.from(plottedIndices);
  const firstIndices = Array.from({ length: EXAMPLES }, (_, k) => indices.find((index) => labels[index] === k));
  return firstIndices.filter((index) => index !== undefined);
}

/**
 * An item of a game encoded many times; other random numbers after each step.
 * @param steps made in the game
 * @param index of the item
 */
export function encodeManyTimes(training: Training, steps: number, index: number): ManyCodes {
  const { model, data, seed, cost } = training;
  const image = training.imagesAt(Int32Array.of(index));
  const x = matrix(DRAWS, image.columns);
  for (let row = 0; row < DRAWS; row++) x.values.set(image.values, row * image.columns);
  const random = new Random(seed + SEED_OFFSET + steps);
  const inference = model.infer(x, (rows, columns) => matrix(rows, columns, random.normal(rows * columns)));
  const labelContent = oneHot(new Int32Array(DRAWS).fill(data.labels[index]), data.classes);
  const content = model.kind.categorical ? inference.y : labelContent;
  const { costs, slopes } = costsAndSlopes(model, cost, x, inference.z, content);
  return {
    codes: inference.z.values.slice(0, 2 * CODES),
    byDraw: slopes,
    byScore: scoreEstimates(inference, costs),
  };
}

/**
 * The cost of reconstructing each row of x from its code, and its derivative with respect to z₁.
 * @param name of the cost
 */
function costsAndSlopes(
  model: Model,
  name: string,
  x: Matrix,
  z: Matrix,
  content: Matrix | null,
): { costs: Float64Array; slopes: Float32Array } {
  const { cost, slope } = RECONSTRUCTIONS[name];
  const decoded = model.decode(z, content);
  const costs = new Float64Array(x.rows);
  decoded.outputs.values.forEach((t, index) => (costs[Math.floor(index / x.columns)] += cost(t, x.values[index])));
  const logitSlopes = mapMatrix(decoded.outputs, (t, index) => slope(t, x.values[index]));
  const inputs = model.decoder.inputGradient(decoded, logitSlopes); // [y, z], or z alone
  const first = inputs.columns - z.columns;
  return { costs, slopes: Float32Array.from(costs, (_, row) => inputs.values[row * inputs.columns + first]) };
}

/** L(z) · ε₁/σ₁ of each draw; null without a density. */
function scoreEstimates({ gaussian, z }: Inferred, costs: Float64Array): Float32Array | null {
  if (!gaussian) return null;
  const { logVariance, epsilon } = gaussian;
  return Float32Array.from(costs, (cost, row) => {
    const index = row * z.columns;
    return (cost * epsilon.values[index]) / Math.exp(0.5 * logVariance.values[index]);
  });
}
