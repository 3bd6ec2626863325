/**
 * Python's messages in order of arrival, each together with the codes that it refers to by the hash of their content.
 */

import { translate } from "../base/translate.ts";
import { unpackMessage } from "../base/wire.ts";
import { fetchBytes } from "./host.ts";
import { PromiseCache } from "./promise_cache.ts";
import type { File, OutgoingMessages } from "../messages.ts";
import type { Message } from "../base/wire.ts";
import type { Part } from "./mounting.ts";
import type { Component } from "./host.ts";

type Codes = OutgoingMessages["codes"] | OutgoingMessages["groupings"];

/** Sets of codes, of 16 MB each at most. */
const codesCache: PromiseCache<Codes["fields"]> = new PromiseCache(4);
/** Groups of codes and what filters let through, of 400 kB each at most. */
const groupingsCache: PromiseCache<Codes["fields"]> = new PromiseCache(24);

/**
 * The message with its codes, their groups and what the filter lets through among the fields: at once where it refers
 * to none or they are in memory, so that nothing waits needlessly; otherwise a promise, rejected with one sentence.
 */
export function attachCodes<M extends Message>(message: M): M | Promise<M> {
  const { codes, groups, filter } = message.header as {
    codes?: File | null;
    groups?: File | null;
    filter?: File | null;
  };
  const files = [
    { file: codes, cache: codesCache },
    { file: groups, cache: groupingsCache },
    { file: filter, cache: groupingsCache },
  ].flatMap(({ file, cache }) => (file ? [fetchFields(file, cache)] : []));
  const attach = (parts: Codes["fields"][]) => ({
    ...message,
    fields: Object.assign({}, ...parts, message.fields),
  });
  const presentFields = files.flatMap(({ fields }) => (fields ? [fields] : []));
  return presentFields.length === files.length
    ? attach(presentFields)
    : Promise.all(files.map(({ pendingFields }) => pendingFields)).then(attach);
}

/** The arrays of a file, which are fetched if they are not in memory. */
function fetchFields(
  file: File,
  cache: PromiseCache<Codes["fields"]>,
): { pendingFields: Promise<Codes["fields"]>; fields: Codes["fields"] | null } {
  const pendingFields = cache.getOrFetch(
    file.sha,
    async () => (unpackMessage(new Uint8Array(await fetchBytes(file.url, translate("The codes")))) as Codes).fields,
  );
  return { pendingFields, fields: cache.peek(file.sha) };
}

/** Keeps groups that came otherwise, so that a message that names their file need not wait for it. */
export const keepGroupings = (file: File, fields: Codes["fields"]) =>
  void groupingsCache.getOrFetch(file.sha, async () => fields);

/**
 * Hands on the messages in order of arrival. A message that still waits for its codes is dropped once a newer one
 * arrives.
 */
export class MessageReceiver<M extends Message> {
  part: Part<M>;
  latestNumber = 0;

  /** @param part which receives them, or a sentence about the failure */
  constructor(part: Part<M>) {
    this.part = part;
  }

  async receive(data: Component["data"]) {
    const number = ++this.latestNumber;
    try {
      const messageOrPromise = attachCodes((data && "header" in data ? data : unpackMessage(data)) as M);
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
