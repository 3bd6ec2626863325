/**
 * Fetches a network's weights once for each content hash and keeps the last few; they outlive a change of page, because
 * modules do.
 */

import { fetchBytes } from "../host/host.js";
import { PromiseCache } from "../host/promise_cache.js";
import { Net } from "./net.js";
import { translate } from "../base/translate.js";

/** @typedef {import("../../messages.js").Net} Plan */

/** Three nets of 2-1000-1000-784 hold 18 MB; two planes show two of each. @type {PromiseCache<Net>} */
const netCache = new PromiseCache(8);

/** @param {Plan} plan @returns {string} */
const cacheKey = ({ sha, activation }) => `${sha} ${activation}`;

/** @param {Plan} plan @returns {Promise<Net>} rejected with one sentence */
export const loadNet = (plan) => netCache.getOrFetch(cacheKey(plan), () => fetchNet(plan));

/** The network if it is in memory. @param {Plan} plan @returns {Net | null} */
export const loadedNet = (plan) => netCache.peek(cacheKey(plan));

/** @param {Plan} plan @returns {Promise<Net>} */
async function fetchNet({ url, sha, layers, activation }) {
  const buffer = await fetchBytes(url, translate("The network's weights"));
  const net = new Net(buffer, layers, true, activation);
  // browsers compute hashes only on pages served by https or from this machine
  if (!globalThis.crypto?.subtle) return net;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", buffer));
  const hash = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (hash !== sha) throw new Error(translate("The network's weights that arrived differ from those that were saved."));
  return net;
}
