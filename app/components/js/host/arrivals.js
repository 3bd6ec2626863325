/**
 * Python's messages in order of arrival, each together with the codes that it refers to by the hash of their content.
 */

import { unpack } from "../base/wire.js";
import { bytes } from "./host.js";
import { Once } from "./once.js";

/** @typedef {import("../../messages.js").Sent["codes"]} Codes */
/** @typedef {import("../base/wire.js").Message} Message */

/** Sets of codes, of 16 MB each at most. @type {Once<Codes["fields"]>} */
const loaded = new Once(4);

/**
 * The message with its codes among the fields: at once where it refers to none or they are in memory, so that nothing waits
 * needlessly; otherwise a promise, rejected with one sentence.
 * @template {Message} M
 * @param {M} message
 * @returns {M | Promise<M>}
 */
export function withCodes(message) {
  const { codes: plan } = /** @type {{codes?: import("../../messages.js").File}} */ (message.header);
  if (!plan) return message;
  const joined = (/** @type {Codes["fields"]} */ codes) => ({ ...message, fields: { ...codes, ...message.fields } });
  const coming = loaded.of(plan.sha, async () => /** @type {Codes} */ (unpack(new Uint8Array(await bytes(plan.url, "The codes")))).fields);
  const codes = loaded.atHand(plan.sha);
  return codes ? joined(codes) : coming.then(joined);
}

/**
 * Hands on the messages in order of arrival. A message that still waits for its codes is dropped once a newer one arrives.
 * @template {Message} M
 */
export class Arrivals {
  /** @param {import("./mounting.js").Part<M>} part which receives them, or a sentence about the failure */
  constructor(part) {
    this.part = part;
    this.newest = 0;
  }

  /** @param {import("./host.js").Component["data"]} data */
  async hear(data) {
    const number = ++this.newest;
    try {
      const coming = withCodes(/** @type {M} */ (/** @type {any} */ (data)?.header ? data : unpack(/** @type {Uint8Array} */ (data))));
      const message = coming instanceof Promise ? await coming : coming;
      if (number === this.newest) this.part.update(message);
    } catch (error) {
      if (number === this.newest) this.part.say("data", error instanceof Error ? `${error.message} The plain controls still work.` : String(error));
    }
  }

  /** Drops everything that arrives from now on. */
  close() {
    this.newest = NaN;
  }
}
