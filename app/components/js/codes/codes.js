/**
 * Fetches the codes that a message names by their content's hash, once, and keeps the last few sets; they outlive page
 * switches, because modules do.
 */

import { unpack } from "../base/wire.js";

/** @typedef {import("../base/wire.js").Message} Message */
/** @typedef {Object<string, import("../base/wire.js").Field>} Fields */

const KEPT = 4; // sets of codes, of 16 MB each at most

/** By hash, the one used last at the end. @type {Map<string, Promise<Fields>>} */
const loaded = new Map();
/** Those that have arrived. @type {Map<string, Fields>} */
const here = new Map();

/**
 * The message with its codes among the fields: at once where they are here or it names none, so that nothing waits which
 * need not; else a promise, rejected with one sentence.
 * @param {Message} message
 * @returns {Message | Promise<Message>}
 */
export function withCodes(message) {
  const plan = message.header.codes;
  if (!plan) return message;
  const joined = (codes) => ({ header: message.header, fields: { ...codes, ...message.fields } });
  const known = loaded.get(plan.sha) ?? load(plan);
  loaded.delete(plan.sha);
  loaded.set(plan.sha, known);
  for (const sha of loaded.keys()) if (loaded.size > KEPT) forget(sha);
  const codes = here.get(plan.sha);
  return codes ? joined(codes) : known.then(joined);
}

/** @param {{url: string, sha: string}} plan @returns {Promise<Fields>} */
function load({ url, sha }) {
  const coming = read(url);
  coming.then(
    (codes) => loaded.get(sha) === coming && here.set(sha, codes),
    () => loaded.get(sha) === coming && forget(sha), // so that the next message tries again
  );
  return coming;
}

function forget(sha) {
  loaded.delete(sha);
  here.delete(sha);
}

/** @param {string} url @returns {Promise<Fields>} */
async function read(url) {
  let response;
  try {
    response = await fetch(url);
  } catch {
    throw new Error("The codes could not be fetched; the server did not answer.");
  }
  if (!response.ok) throw new Error(`The codes could not be fetched (status ${response.status}); reload the page.`);
  return unpack(new Uint8Array(await response.arrayBuffer())).fields;
}

/**
 * Hands on the messages in the order in which they came: of one that waits for its codes nothing is heard any more once a
 * newer one is there.
 */
export class Arrivals {
  /**
   * @param {(message: Message) => void} take
   * @param {(error: unknown) => void} fail
   */
  constructor(take, fail) {
    this.take = take;
    this.fail = fail;
    this.newest = 0;
  }

  /** @param {Uint8Array} data */
  hear(data) {
    const number = ++this.newest;
    const current = (act) => (value) => number === this.newest && this.attempt(() => act(value));
    this.attempt(() => {
      const message = withCodes(unpack(data));
      if (message instanceof Promise) message.then(current(this.take), current(this.fail));
      else this.take(message);
    });
  }

  /** Hears of nothing any more. */
  close() {
    this.newest = NaN;
  }

  attempt(act) {
    try {
      act();
    } catch (error) {
      this.fail(error);
    }
  }
}
