/**
 * Samples of the prior p(z), from the same distributions as in `aae_core/models/priors` (Makhzani et al., arXiv
 * 1511.05644v2, §2.1, §2.3).
 */

import { PRIOR_KINDS } from "./kinds.ts";
import type { Random, PriorSpec } from "./kinds.ts";

/** A generator of numbers in (0, 1), by Park and Miller. */
export function makeSeededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (48271 * state) % 2147483647;
    return state / 2147483647;
  };
}

/**
 * One code.
 * @param spec painting: of a painted prior; heads: cluster heads, to one of which the sample is added
 * @param samples n × dim, of a user-defined prior
 */
export function samplePrior(
  spec: { name: string; painting?: string | null; heads?: number[][] | null } & PriorSpec,
  dim: number,
  random: Random = Math.random,
  samples?: Float32Array,
): Float32Array {
  if (samples) {
    const start = dim * Math.floor((samples.length / dim) * random());
    return samples.slice(start, start + dim);
  }
  const style = PRIOR_KINDS[spec.name].sample(spec, dim, random).map((value) => value * spec.scale);
  const head = spec.heads?.[Math.floor(spec.heads.length * random())];
  return Float32Array.from(style, (value, j) => value + (head?.[j] ?? 0));
}
