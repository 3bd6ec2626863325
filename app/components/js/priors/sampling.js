/**
 * Samples of the prior p(z), from the same distributions as in `aae_core/models/priors` (Makhzani et al., arXiv
 * 1511.05644v2, §2.1, §2.3).
 */

import { PRIOR_KINDS } from "./kinds.js";

/** @typedef {import("./kinds.js").Random} Random */

/** A generator of numbers in (0, 1), by Park and Miller. @param {number} seed @returns {() => number} */
export function makeSeededRandom(seed) {
  let state = seed;
  return () => {
    state = (48271 * state) % 2147483647;
    return state / 2147483647;
  };
}

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
