/**
 * Python's messages in order of arrival, each together with the codes that it refers to by the hash of their content.
 */

import { translate } from "../base/translate.js";
import { unpackMessage } from "../base/wire.js";
import { fetchBytes } from "./host.js";
import { PromiseCache } from "./promise_cache.js";

/** @import { OutgoingMessages } from "../../messages.js" */
/** @typedef {OutgoingMessages["codes"] | OutgoingMessages["groupings"]} Codes */
/** @typedef {import("../../messages.js").File} File */
/** @typedef {import("../base/wire.js").Message} Message */

/** Sets of codes, of 16 MB each at most. @type {PromiseCache<Codes["fields"]>} */
const codesCache = new PromiseCache(4);
/** Groups of codes and what filters let through, of 400 kB each at most. @type {PromiseCache<Codes["fields"]>} */
const groupingsCache = new PromiseCache(24);

/**
 * The message with its codes, their groups and what the filter lets through among the fields: at once where it refers
 * to none or they are in memory, so that nothing waits needlessly; otherwise a promise, rejected with one sentence.
 * @template {Message} M
 * @param {M} message
 * @returns {M | Promise<M>}
 */
export function attachCodes(message) {
  const { codes, groups, filter } = /** @type {{codes?: File | null, groups?: File | null, filter?: File | null}} */ (
    message.header
  );
  const files = [
    { file: codes, cache: codesCache },
    { file: groups, cache: groupingsCache },
    { file: filter, cache: groupingsCache },
  ].flatMap(({ file, cache }) => (file ? [fetchFields(file, cache)] : []));
  const attach = (/** @type {Codes["fields"][]} */ parts) => ({
    ...message,
    fields: Object.assign({}, ...parts, message.fields),
  });
  const presentFields = files.flatMap(({ fields }) => (fields ? [fields] : []));
  return presentFields.length === files.length
    ? attach(presentFields)
    : Promise.all(files.map(({ pendingFields }) => pendingFields)).then(attach);
}

/**
 * The arrays of a file, which are fetched if they are not in memory.
 * @param {File} file
 * @param {PromiseCache<Codes["fields"]>} cache
 * @returns {{pendingFields: Promise<Codes["fields"]>, fields: Codes["fields"] | null}}
 */
function fetchFields(file, cache) {
  const pendingFields = cache.getOrFetch(
    file.sha,
    async () =>
      /** @type {Codes} */ (unpackMessage(new Uint8Array(await fetchBytes(file.url, translate("The codes"))))).fields,
  );
  return { pendingFields, fields: cache.peek(file.sha) };
}

/**
 * Keeps groups that came otherwise, so that a message that names their file need not wait for it.
 * @param {File} file
 * @param {Codes["fields"]} fields
 */
export const keepGroupings = (file, fields) => void groupingsCache.getOrFetch(file.sha, async () => fields);

/**
 * Hands on the messages in order of arrival. A message that still waits for its codes is dropped once a newer one
 * arrives.
 * @template {Message} M
 */
export class MessageReceiver {
  /** @param {import("./mounting.js").Part<M>} part which receives them, or a sentence about the failure */
  constructor(part) {
    this.part = part;
    this.latestNumber = 0;
  }

  /** @param {import("./host.js").Component["data"]} data */
  async receive(data) {
    const number = ++this.latestNumber;
    try {
      const messageOrPromise = attachCodes(/** @type {M} */ (data && "header" in data ? data : unpackMessage(data)));
      const message = messageOrPromise instanceof Promise ? await messageOrPromise : messageOrPromise;
      if (number === this.latestNumber) this.part.update(message);
    } catch (error) {
      if (number === this.latestNumber)
        this.part.setNote(
          "data",
          error instanceof Error
            ? translate("{problem} The plain controls still work.", { problem: error.message })
            : String(error),
        );
    }
  }

  /** Drops everything that arrives from now on. */
  close() {
    this.latestNumber = NaN;
  }
}
