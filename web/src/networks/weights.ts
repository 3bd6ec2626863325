/**
 * Fetches a network's weights once for each content hash and keeps the last few; they outlive a change of page, because
 * modules do.
 */

import { fetchBytes } from "../host/host.ts";
import { PromiseCache } from "../host/promise_cache.ts";
import { Net } from "./net.ts";
import { translate } from "../base/translate.ts";
import type { Net as Plan } from "../messages.ts";

/** Three nets of 2-1000-1000-784 hold 18 MB; two planes show two of each. */
const netCache: PromiseCache<Net> = new PromiseCache(8);

const cacheKey = ({ sha, activation }: Plan): string => `${sha} ${activation}`;

/** @returns rejected with one sentence */
export const loadNet = (plan: Plan): Promise<Net> => netCache.getOrFetch(cacheKey(plan), () => fetchNet(plan));

/** The network if it is in memory. */
export const loadedNet = (plan: Plan): Net | null => netCache.peek(cacheKey(plan));

async function fetchNet({ url, sha, layers, activation }: Plan): Promise<Net> {
  const buffer = await fetchBytes(url, translate("The network's weights"));
  const net = new Net(buffer, layers, true, activation);
  // browsers compute hashes only on pages served by https or from this machine
  if (!globalThis.crypto?.subtle) return net;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", buffer));
  const hash = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (hash !== sha) throw new Error(translate("The network's weights that arrived differ from those that were saved."));
  return net;
}
