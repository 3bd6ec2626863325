/**
 * The kinds of priors p(z), one row each: how the page draws a sample of one and computes its density, by the formulas
 * of `aae_core/models/priors` (Makhzani et al., arXiv 1511.05644v2, §2.1 and §2.3). A kind that can be played in Step
 * by step also has a class in `engine/priors.js`.
 */

import { paintingDistribution } from "./painting.js";

/** @typedef {{scale: number, components: number, shape: number, painting?: string | null}} PriorSpec of a prior */
/** @typedef {() => number} Random returns numbers in [0, 1) */
/**
 * @typedef {object} PriorKind
 * @property {(spec: PriorSpec, dim: number, random: Random) => number[]} sample one code at scale 1
 * @property {(z: ArrayLike<number>, spec: PriorSpec) => number} [logDensity] log p(z) in nats; left out where there is
 *   no density
 * @property {boolean} [isPlanar] whether a sample has two dimensions or more, whatever is asked for
 */

export const PETAL = { shift: 1.4, along: 0.5, across: 0.1 };
export const ROLL = { radius: 3, angle: 4 * Math.PI, steps: 4096 };
const LOG_TWO_PI = Math.log(2 * Math.PI);

/** @type {Object<string, PriorKind>} */
export const PRIOR_KINDS = {
  gaussian: {
    sample: (_, dim, random) => Array.from({ length: dim }, () => sampleNormal(random)),
    logDensity: (z, { scale }) => {
      const squares = Array.from(z).reduce((sum, v) => sum + (v / scale) ** 2, 0);
      return -0.5 * squares - z.length * (Math.log(scale) + 0.5 * LOG_TWO_PI);
    },
  },
  mixture: {
    isPlanar: true,
    sample: ({ components }, dim, random) => {
      const axis = petalAxis(Math.floor(components * random()), components);
      return Array.from({ length: dim / 2 }, () => petalPoint(sampleNormal(random), sampleNormal(random), axis)).flat();
    },
    logDensity: (z, { scale, components }) => {
      const logs = Array.from({ length: components }, (_, k) => petalLogDensity(z, scale, petalAxis(k, components)));
      return logOfMean(logs);
    },
  },
  "swiss-roll": {
    isPlanar: true,
    sample: (_, dim, random) => rollPoint(Math.sqrt(random())),
  },
  uniform: {
    sample: (_, dim, random) => Array.from({ length: dim }, () => Math.sqrt(3) * (2 * random() - 1)),
    logDensity: (z, { scale }) => {
      const edge = Math.sqrt(3) * scale;
      return Array.from(z).every((v) => Math.abs(v) <= edge) ? -z.length * Math.log(2 * edge) : -Infinity;
    },
  },
  gamma: {
    sample: ({ shape }, dim, random) => Array.from({ length: dim }, () => sampleGamma(shape, random)),
    logDensity: (z, { scale, shape }) => {
      const normaliser = logGamma(shape) + Math.log(scale);
      return Array.from(z).reduce((sum, v) => {
        if (v < 0) return -Infinity;
        return sum + (shape === 1 ? 0 : (shape - 1) * Math.log(v / scale)) - v / scale - normaliser;
      }, 0);
    },
  },
  painted: {
    sample: ({ painting }, _, random) => paintingDistribution(painting ?? "").sample(random),
    logDensity: (z, { scale, painting }) =>
      Math.log(paintingDistribution(painting ?? "").density(z[0] / scale, z[1] / scale) / scale ** 2),
  },
};

/** @param {Random} random by Box and Muller @returns {number} */
const sampleNormal = (random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/**
 * A sample of the gamma distribution with scale 1, by Marsaglia and Tsang (2000); for a shape below 1 from that of
 * shape + 1.
 * @param {number} shape
 * @param {Random} random
 * @returns {number}
 */
function sampleGamma(shape, random) {
  if (shape < 1) return sampleGamma(shape + 1, random) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const x = sampleNormal(random);
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** The logarithm of the mean of densities, from their logarithms. @param {number[]} logs @returns {number} */
export function logOfMean(logs) {
  const largest = Math.max(...logs);
  if (largest === -Infinity) return largest;
  return largest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - largest), 0) / logs.length);
}

/**
 * Log-density of one petal: every pair of dimensions is rotated by the same angle.
 * @param {ArrayLike<number>} z
 * @param {number} scale
 * @param {number[]} axis
 * @returns {number}
 */
function petalLogDensity(z, scale, axis) {
  let log = 0;
  for (let j = 0; j < z.length; j += 2) {
    const [u, v] = petalOffset(z[j], z[j + 1], scale, axis);
    log -= 0.5 * (u * u + v * v);
    log -= LOG_TWO_PI + Math.log(PETAL.along * PETAL.across * scale * scale);
  }
  return log;
}

/**
 * The direction of a petal, as cosine and sine.
 * @param {number} k
 * @param {number} components
 * @returns {number[]}
 */
export function petalAxis(k, components) {
  const angle = (2 * Math.PI * k) / components;
  return [Math.cos(angle), Math.sin(angle)];
}

/**
 * A point's offset from a petal's middle along and across it, in standard deviations.
 * @param {number} x
 * @param {number} y
 * @param {number} scale
 * @param {number[]} axis
 * @returns {number[]}
 */
export function petalOffset(x, y, scale, [cos, sin]) {
  return [((x * cos + y * sin) / scale - PETAL.shift) / PETAL.along, (y * cos - x * sin) / scale / PETAL.across];
}

/**
 * The point of a petal at scale 1 with this offset, the inverse of `petalOffset`.
 * @param {number} u
 * @param {number} v
 * @param {number[]} axis
 * @returns {number[]}
 */
export function petalPoint(u, v, [cos, sin]) {
  const [petalX, petalY] = [PETAL.shift + PETAL.along * u, PETAL.across * v];
  return [petalX * cos - petalY * sin, petalX * sin + petalY * cos];
}

/**
 * A point of the Swiss roll's arc at scale 1.
 * @param {number} t 0 in the middle, 1 at the outer end
 * @returns {[number, number]}
 */
export const rollPoint = (t) => [
  ROLL.radius * t * Math.cos(ROLL.angle * t),
  ROLL.radius * t * Math.sin(ROLL.angle * t),
];

/**
 * log Γ(x) for x > 0 by Stirling's series, after the recurrence has carried x above 8.
 * @param {number} x
 * @returns {number}
 */
export function logGamma(x) {
  let shift = 0;
  for (; x < 8; x++) shift -= Math.log(x);
  const series = 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5);
  return shift + (x - 0.5) * Math.log(x) - x + 0.5 * LOG_TWO_PI + series;
}
