/**
 * The kinds of priors p(z), one row each: how the page draws a sample of one and computes its density, by the formulas
 * of `aae_core/models/priors` (Makhzani et al., arXiv 1511.05644v2, §2.1 and §2.3). A kind that can be played in Step
 * by step also has a class in `engine/priors.ts`.
 */

import { paintingDistribution } from "./painting.ts";

/** Of a prior. */
export type PriorSpec = { scale: number; components: number; shape: number; painting?: string | null };
/** Returns numbers in [0, 1). */
export type Random = () => number;
type PriorKind = {
  /** one code at scale 1 */ sample: (spec: PriorSpec, dim: number, random: Random) => number[];
  /** log p(z) in nats; left out where there is no density */ logDensity?: (
    z: ArrayLike<number>,
    spec: PriorSpec,
  ) => number;
  /** whether a sample has two dimensions or more, whatever is asked for */ isPlanar?: boolean;
};

export const PETAL = { shift: 1.4, along: 0.5, across: 0.1 };
export const ROLL = { radius: 3, angle: 4 * Math.PI, steps: 4096 };
const LOG_TWO_PI = Math.log(2 * Math.PI);

export const PRIOR_KINDS: Record<string, PriorKind> = {
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

/** @param random by Box and Muller */
const sampleNormal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/**
 * A sample of the gamma distribution with scale 1, by Marsaglia and Tsang (2000); for a shape below 1 from that of
 * shape + 1.
 */
function sampleGamma(shape: number, random: Random): number {
  if (shape < 1) return sampleGamma(shape + 1, random) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const x = sampleNormal(random);
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** The logarithm of the mean of densities, from their logarithms. */
export function logOfMean(logs: number[]): number {
  const largest = Math.max(...logs);
  if (largest === -Infinity) return largest;
  return largest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - largest), 0) / logs.length);
}

/** Log-density of one petal: every pair of dimensions is rotated by the same angle. */
function petalLogDensity(z: ArrayLike<number>, scale: number, axis: number[]): number {
  let log = 0;
  for (let j = 0; j < z.length; j += 2) {
    const [u, v] = petalOffset(z[j], z[j + 1], scale, axis);
    log -= 0.5 * (u * u + v * v);
    log -= LOG_TWO_PI + Math.log(PETAL.along * PETAL.across * scale * scale);
  }
  return log;
}

/** The direction of a petal, as cosine and sine. */
export function petalAxis(k: number, components: number): number[] {
  const angle = (2 * Math.PI * k) / components;
  return [Math.cos(angle), Math.sin(angle)];
}

/** A point's offset from a petal's middle along and across it, in standard deviations. */
export function petalOffset(x: number, y: number, scale: number, [cos, sin]: number[]): number[] {
  return [((x * cos + y * sin) / scale - PETAL.shift) / PETAL.along, (y * cos - x * sin) / scale / PETAL.across];
}

/** The point of a petal at scale 1 with this offset, the inverse of `petalOffset`. */
export function petalPoint(u: number, v: number, [cos, sin]: number[]): number[] {
  const [petalX, petalY] = [PETAL.shift + PETAL.along * u, PETAL.across * v];
  return [petalX * cos - petalY * sin, petalX * sin + petalY * cos];
}

/**
 * A point of the Swiss roll's arc at scale 1.
 * @param t 0 in the middle, 1 at the outer end
 */
export const rollPoint = (t: number): [number, number] => [
  ROLL.radius * t * Math.cos(ROLL.angle * t),
  ROLL.radius * t * Math.sin(ROLL.angle * t),
];

/** log Γ(x) for x > 0 by Stirling's series, after the recurrence has carried x above 8. */
export function logGamma(x: number): number {
  let shift = 0;
  for (; x < 8; x++) shift -= Math.log(x);
  const series = 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5);
  return shift + (x - 0.5) * Math.log(x) - x + 0.5 * LOG_TWO_PI + series;
}
