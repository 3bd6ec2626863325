/**
 * What the mean KL of Gaussian posteriors consists of: E KL(q(z|x) ‖ p) = I(x; z) + KL(q(z) ‖ p), in nats. The prior is
 * N(0, I) in two dimensions, and q(z) the mean of the posteriors. `aae_core/evaluation/aggregated_posterior.py` computes
 * the same. This module touches no elements of the page.
 */

import type { Field } from "../messages.ts";

/** Gaussian posteriors of n images: means and widths (standard deviations), x and y in turn. */
export type Posteriors = { means: ArrayLike<number>; widths: ArrayLike<number> };
/** By their names in lessons. */
export type Divergences = { mean_kl: number; information: number; aggregate_kl: number };

// Nodes of the quadrature, in widths of a posterior. With them I(x; z) is right to 10⁻⁵ nats, and where narrow
// posteriors crowd within a tenth of the prior's width to 10⁻³.
const [NODE_REACH, NODE_STEP] = [6, 0.5];
const NODES = Array.from({ length: (2 * NODE_REACH) / NODE_STEP + 1 }, (_, k) => k * NODE_STEP - NODE_REACH);
const NODE_DENSITIES = NODES.map((node) => Math.exp((-node * node) / 2));
const NODE_SUM = NODE_DENSITIES.reduce((sum, density) => sum + density, 0);
const NODE_WEIGHTS = NODE_DENSITIES.map((density) => density / NODE_SUM);

const meanOf = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

/** The geometric mean of the widths. */
export const widthOf = ({ widths }: Posteriors): number => Math.exp(meanOf(Array.from(widths, Math.log)));

/** The root mean square of the coordinates of the means. */
export const spreadOf = ({ means }: Posteriors): number =>
  Math.sqrt(meanOf(Array.from(means, (value) => value * value)));

/**
 * Posteriors with another width and spread. Widths change in proportion to their logarithms, so that all are those of
 * the prior at width 1; means move towards the origin or away from it.
 */
export function arrangePosteriors(posteriors: Posteriors, width: number, spread: number): Posteriors {
  const exponent = Math.log(width) / Math.log(widthOf(posteriors));
  const factor = spread / spreadOf(posteriors);
  return {
    means: Float64Array.from(posteriors.means, (value) => value * factor),
    widths: Float64Array.from(posteriors.widths, (value) => value ** exponent),
  };
}

export function measureDivergences(posteriors: Posteriors): Divergences {
  const meanKl = measureMeanKl(posteriors);
  const information = measureInformation(posteriors);
  return { mean_kl: meanKl, information, aggregate_kl: meanKl - information };
}

/** The mean of KL(q(z|x) ‖ N(0, I)), in closed form. */
function measureMeanKl({ means, widths }: Posteriors): number {
  let sum = 0;
  for (let j = 0; j < means.length; j++) sum += (means[j] ** 2 + widths[j] ** 2 - 1) / 2 - Math.log(widths[j]);
  return sum / (means.length / 2);
}

/** I(x; z), the mean of log q(z|x) − log q(z), by quadrature: at most log n. */
function measureInformation({ means, widths }: Posteriors): number {
  const count = means.length / 2;
  const logScales = Array.from({ length: count }, (_, k) => Math.log(widths[2 * k] * widths[2 * k + 1]));
  let sum = 0;
  for (let ownIndex = 0; ownIndex < count; ownIndex++) {
    NODES.forEach((nodeX, column) => {
      const x = means[2 * ownIndex] + widths[2 * ownIndex] * nodeX;
      NODES.forEach((nodeY, row) => {
        const y = means[2 * ownIndex + 1] + widths[2 * ownIndex + 1] * nodeY;
        const ownLog = -(nodeX * nodeX + nodeY * nodeY) / 2 - logScales[ownIndex];
        // relative to the image's own density, which is among those added: the sum does not vanish
        let ratio = 0;
        for (let k = 0; k < count; k++) {
          const dx = (x - means[2 * k]) / widths[2 * k];
          const dy = (y - means[2 * k + 1]) / widths[2 * k + 1];
          ratio += Math.exp(-(dx * dx + dy * dy) / 2 - logScales[k] - ownLog);
        }
        sum -= NODE_WEIGHTS[column] * NODE_WEIGHTS[row] * (Math.log(ratio) - Math.log(count));
      });
    });
  }
  return Math.max(0, sum / count); // 0 but for rounding where all are alike
}

/**
 * The mass of q(z) around each point of a square grid: at each, the share that lies where q(z) is denser. Its contour at
 * 0.9 encloses the densest 90 %.
 * @param half half the width of the square around the origin
 * @param side points along each side
 */
export function mixtureMass({ means, widths }: Posteriors, half: number, side: number): Field {
  const places = Array.from({ length: side }, (_, k) => (2 * half * k) / (side - 1) - half);
  const density = new Float64Array(side * side);
  for (let j = 0; j < means.length; j += 2) {
    const densitiesX = places.map((x) => normalDensity(x, means[j], widths[j]));
    const densitiesY = places.map((y) => normalDensity(y, means[j + 1], widths[j + 1]));
    for (let row = 0; row < side; row++)
      for (let column = 0; column < side; column++)
        density[row * side + column] += densitiesX[column] * densitiesY[row];
  }
  return { values: denserShares(density), shape: [side, side], box: [-half, half, -half, half] };
}

const normalDensity = (value: number, mean: number, width: number): number =>
  Math.exp(-(((value - mean) / width) ** 2) / 2) / width;

/** For each value the share of the sum that greater values have. */
function denserShares(density: Float64Array): Float32Array {
  const order = Uint32Array.from(density.keys()).sort((a, b) => density[b] - density[a]);
  const total = density.reduce((sum, value) => sum + value, 0);
  const shares = new Float32Array(density.length);
  let denserMass = 0;
  for (const index of order) {
    shares[index] = denserMass / total;
    denserMass += density[index];
  }
  return shares;
}

/** The mass of the prior N(0, I) around each point, in the same way. */
export function priorMass(half: number, side: number): Field {
  const place = (k: number) => (2 * half * k) / (side - 1) - half;
  const values = Float32Array.from(
    { length: side * side },
    (_, cell) => 1 - Math.exp(-(place(cell % side) ** 2 + place(Math.floor(cell / side)) ** 2) / 2),
  );
  return { values, shape: [side, side], box: [-half, half, -half, half] };
}
