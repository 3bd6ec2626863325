/**
 * Fetches a network's weights once for each content hash and keeps the last few; they outlive a change of page, because modules
 * do.
 */

import { bytes } from "../host/host.js";
import { Once } from "../host/once.js";
import { Net } from "./net.js";

/** @typedef {import("../../messages.js").Net} Plan */

/** Three nets of 2-1000-1000-784 hold 18 MB; two planes show two of each. @type {Once<Net>} */
const loaded = new Once(8);

/** @param {Plan} plan @returns {Promise<Net>} rejected with one sentence */
export const netOf = (plan) => loaded.of(plan.sha, () => fetched(plan));

/** The network if it is in memory. @param {Plan} plan @returns {Net | null} */
export const netAtHand = ({ sha }) => loaded.atHand(sha);

/** @param {Plan} plan @returns {Promise<Net>} */
async function fetched({ url, sha, layers }) {
  const buffer = await bytes(url, "The network's weights");
  const net = new Net(buffer, layers);
  if (!globalThis.crypto?.subtle) return net; // browsers compute hashes only on pages served by https or from this machine
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", buffer));
  const found = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (found !== sha) throw new Error("The network's weights that arrived differ from those that were saved.");
  return net;
}
