/**
 * Fetches a revision's weights once for each content hash and keeps the last few; they outlive page switches, because
 * modules do.
 */

import { Networks } from "./decoder.js";

const KEPT = 3; // of 20 MB each for 2-1000-1000-784 with its discriminator

/** @type {Map<string, Promise<Networks>>} by hash, the one used last at the end */
const loaded = new Map();

/**
 * @param {{url: string, sha: string, decoder: number[][], image: number[]}} plan
 * @returns {Promise<Networks>} rejected with one sentence
 */
export function networksOf(plan) {
  const known = loaded.get(plan.sha) ?? load(plan);
  loaded.delete(plan.sha);
  loaded.set(plan.sha, known);
  for (const sha of loaded.keys()) if (loaded.size > KEPT) loaded.delete(sha);
  known.catch(() => loaded.delete(plan.sha)); // so that the next call tries again
  return known;
}

/** @param {any} plan */
async function load(plan) {
  let response;
  try {
    response = await fetch(plan.url);
  } catch {
    throw new Error("The network's weights could not be fetched; the server did not answer.");
  }
  if (!response.ok) throw new Error(`The network's weights could not be fetched (answer ${response.status}).`);
  return new Networks(await response.arrayBuffer(), plan);
}
