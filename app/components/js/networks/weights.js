/**
 * Fetches a net's weights once for each content hash and keeps the last few; they outlive page switches, because modules do.
 */

import { Net } from "./net.js";

const KEPT = 8; // three nets of 2-1000-1000-784 hold 18 MB; two planes show two of each

/** @typedef {{url: string, sha: string, layers: number[][]}} Plan */

/** @type {Map<string, Promise<Net>>} by hash, the one used last at the end */
const loaded = new Map();
/** Those of them that are there. @type {Map<string, Net>} */
const ready = new Map();

/**
 * @param {Plan} plan
 * @returns {Promise<Net>} rejected with one sentence
 */
export function netOf(plan) {
  const known = loaded.get(plan.sha) ?? load(plan);
  loaded.delete(plan.sha);
  loaded.set(plan.sha, known);
  for (const sha of loaded.keys()) if (loaded.size > KEPT) forget(sha);
  return known;
}

/**
 * The net if it is there already, so that nobody has to wait a turn for it.
 * @param {Plan} plan
 * @returns {Net | null}
 */
export const netAtHand = (plan) => ready.get(plan.sha) ?? null;

/** @param {string} sha */
function forget(sha) {
  loaded.delete(sha);
  ready.delete(sha);
}

/** @param {Plan} plan */
function load(plan) {
  const coming = fetched(plan);
  coming.then(
    (net) => loaded.has(plan.sha) && ready.set(plan.sha, net),
    () => forget(plan.sha), // so that the next call tries again
  );
  return coming;
}

/** @param {Plan} plan @returns {Promise<Net>} */
async function fetched({ url, sha, layers }) {
  let response;
  try {
    response = await fetch(url);
  } catch {
    throw new Error("The network's weights could not be fetched; the server did not answer.");
  }
  if (!response.ok) throw new Error(`The network's weights could not be fetched (status ${response.status}).`);
  const buffer = await response.arrayBuffer();
  const net = new Net(buffer, layers);
  if (await areOthers(buffer, sha)) throw new Error("The network's weights that arrived differ from those that were saved.");
  return net;
}

/**
 * Whether bytes are not those of a hash. A browser can tell only on pages by https or from this machine; on others, their
 * number has to do.
 * @param {ArrayBuffer} buffer
 * @param {string} sha SHA-256, hexadecimal
 */
async function areOthers(buffer, sha) {
  if (!globalThis.crypto?.subtle) return false;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", buffer));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("") !== sha;
}
