/**
 * What was kept of the items of the codes shown: their ids and the columns beside what was trained on, as texts.
 */

import { translate } from "../base/translate.js";
import { unpackMessage } from "../base/wire.js";
import { fetchBytes } from "../host/host.js";
import { PromiseCache } from "../host/promise_cache.js";

/** @typedef {import("../../messages.js").Sent["items"]["header"]} Texts */

const ID_COLUMN = "id"; // as in `aae_core/data/item_files.py`

/** @type {PromiseCache<Texts>} */
const textsCache = new PromiseCache(2);

export class ItemTexts {
  /** @param {() => void} onArrival called once the texts of a message are there */
  constructor(onArrival) {
    this.onArrival = onArrival;
    /** @type {string | null} */
    this.sha = null;
    /** Resolves when the texts are there; rejected with one sentence. @type {Promise<unknown>} */
    this.arrival = Promise.resolve();
  }

  /** Fetches the file that a message refers to, if it is another one. @param {import("../../messages.js").File | null} file */
  load(file) {
    if (this.sha === (file?.sha ?? null)) return;
    this.sha = file?.sha ?? null;
    if (!file) return;
    const pendingTexts = textsCache.getOrFetch(file.sha, async () => {
      const bytes = new Uint8Array(await fetchBytes(file.url, translate("The ids of the items")));
      return /** @type {import("../../messages.js").Sent["items"]} */ (unpackMessage(bytes)).header;
    });
    this.arrival = pendingTexts;
    pendingTexts.then(
      () => this.sha === file.sha && this.onArrival(),
      () => (this.sha = null), // the next message tries again; until then the codes have no ids
    );
  }

  /** The texts by column; null where there are none, or not yet. @returns {Texts | null} */
  get texts() {
    return this.sha === null ? null : textsCache.peek(this.sha);
  }

  /** Whether there are texts that have not arrived yet. */
  get isPending() {
    return this.sha !== null && this.texts === null;
  }

  /** The id of the item of a code; "" where it is not known. @param {number} index @returns {string} */
  idOf(index) {
    return this.textOf(ID_COLUMN, index);
  }

  /** The text of an item in a column; "" where it is not known. @param {string} name @param {number} index @returns {string} */
  textOf(name, index) {
    return this.texts?.columns[this.texts.names.indexOf(name)]?.[index] ?? "";
  }

  /**
   * The names of the columns and the texts of an item; [] where they are not known.
   * @param {number} index
   * @returns {[string, string][]}
   */
  rowOf(index) {
    const { texts } = this;
    if (!texts) return [];
    return texts.names.map((name, j) => [name, texts.columns[j][index] ?? ""]);
  }
}
