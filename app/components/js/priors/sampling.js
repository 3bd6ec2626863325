/**
 * Samples of the prior p(z), from the same distributions as in `aae_core/models/priors` (Makhzani et al., arXiv
 * 1511.05644v2,
 * §2.1, §2.3).
 */

import { PRIOR_KINDS } from "./kinds.js";

/** @typedef {import("./kinds.js").Random} Random */

/**
 * One code.
 * @param {{name: string, painting?: string | null, heads?: number[][] | null} & import("./kinds.js").PriorSpec} spec
 *   painting: of a painted prior; heads: cluster heads, to one of which the sample is added
 * @param {number} dim
 * @param {Random} random
 * @param {Float32Array} [samples] n × dim, of a user-defined prior
 * @returns {Float32Array}
 */
export function samplePrior(spec, dim, random = Math.random, samples) {
  if (samples) {
    const start = dim * Math.floor((samples.length / dim) * random());
    return samples.slice(start, start + dim);
  }
  const style = PRIOR_KINDS[spec.name].sample(spec, dim, random).map((value) => value * spec.scale);
  const head = spec.heads?.[Math.floor(spec.heads.length * random())];
  return Float32Array.from(style, (value, j) => value + (head?.[j] ?? 0));
}

/**
 * @type {Object<string, (about: import("./prior.js").PriorSpec, dim: number, random: Random) => number[]>} at scale 1
 */
const SAMPLERS = {
  gaussian: (_, dim, random) => Array.from({ length: dim }, () => sampleNormal(random)),
  uniform: (_, dim, random) => Array.from({ length: dim }, () => Math.sqrt(3) * (2 * random() - 1)),
  gamma: ({ shape }, dim, random) => Array.from({ length: dim }, () => gamma(shape, random)),
  mixture: ({ components }, dim, random) => {
    const axis = petalAxis(Math.floor(components * random()), components);
    return Array.from({ length: dim / 2 }, () => petalPoint(sampleNormal(random), sampleNormal(random), axis)).flat();
  },
  painted: ({ painting }, _, random) => paintingDistribution(painting ?? "").sample(random),
  "swiss-roll": (_, dim, random) => rollPoint(Math.sqrt(random())),
};

/** @param {Random} random by Box and Muller */
const sampleNormal = (random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/**
 * A sample of the gamma distribution with scale 1, by Marsaglia and Tsang (2000); for a shape below 1 from that of
 * shape + 1.
 * @param {number} shape
 * @param {Random} random
 * @returns {number}
 */
function gamma(shape, random) {
  if (shape < 1) return gamma(shape + 1, random) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const x = sampleNormal(random);
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}
