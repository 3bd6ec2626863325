/**
 * What was kept of the items of the codes shown: their ids and the columns beside what was trained on, as texts.
 */

import { translate } from "../base/translate.js";
import { unpackMessage } from "../base/wire.js";
import { fetchBytes } from "../host/host.js";
import { PromiseCache } from "../host/promise_cache.js";

/** @typedef {import("../../messages.js").OutgoingMessages["items"]} ItemsMessage */
/** @typedef {{name: string, distinct: string[], places: Int32Array | null, searched: boolean}} TextColumn */
/** @typedef {{columns: TextColumn[], leftOut: string[], count: number}} Texts */

const ID_COLUMN = "id"; // as in `aae_core/data/own_data/item_files.py`

/** @type {PromiseCache<Texts>} */
const textsCache = new PromiseCache(2);

/**
 * The columns of a file, and the number of its items.
 * @param {ItemsMessage} file
 * @returns {Texts}
 */
export function readTexts({ header, fields }) {
  const repeatedColumnCount = header.columns.filter(({ repeats }) => repeats).length;
  const places = fields.places?.values ?? new Int32Array(0);
  /** @type {string[][]} */
  const textsOfColumns = JSON.parse(new TextDecoder().decode(fields.texts.values));
  const uniqueTexts = textsOfColumns.find((_, k) => !header.columns[k].repeats);
  const count = uniqueTexts ? uniqueTexts.length : places.length / Math.max(1, repeatedColumnCount);
  let start = 0;
  const columns = header.columns.map(({ name, repeats, searched }, k) => {
    const firstText = start;
    if (repeats) start += count;
    return {
      name,
      distinct: textsOfColumns[k],
      places: repeats ? places.subarray(firstText, firstText + count) : null,
      searched,
    };
  });
  return { columns, leftOut: header.left_out, count };
}

/**
 * The text of an item in a column; "" where it is not known.
 * @param {TextColumn | undefined} column
 * @param {number} index
 * @returns {string}
 */
const textOf = (column, index) => column?.distinct[column.places ? column.places[index] : index] ?? "";

export class ItemTexts {
  /** @param {() => void} onArrival called once the texts of a message are there, or cannot be fetched */
  constructor(onArrival) {
    this.onArrival = onArrival;
    /** @type {string | null} */
    this.sha = null;
    /** Why the texts of the last message could not be fetched, in one sentence; "" otherwise. */
    this.error = "";
    /** The file of the last message. @type {import("../../messages.js").File | null} */
    this.file = null;
    /** Resolves when the texts are there; rejected with one sentence. @type {Promise<unknown>} */
    this.arrival = Promise.resolve();
  }

  /** Fetches the file that a message refers to, if it is another one. @param {import("../../messages.js").File | null} file */
  load(file) {
    if (this.sha === (file?.sha ?? null)) return;
    this.sha = file?.sha ?? null;
    this.file = file;
    this.error = "";
    if (!file) return;
    const pendingTexts = textsCache.getOrFetch(file.sha, async () => {
      const bytes = new Uint8Array(await fetchBytes(file.url, translate("The ids of the items")));
      return readTexts(/** @type {ItemsMessage} */ (unpackMessage(bytes)));
    });
    this.arrival = pendingTexts;
    pendingTexts.then(
      () => this.sha === file.sha && this.onArrival(),
      (/** @type {Error} */ error) => this.sha === file.sha && this.onFailure(error.message),
    );
  }

  /** The next message tries again; until then the codes have no ids. @param {string} sentence */
  onFailure(sentence) {
    this.sha = null;
    this.error = sentence;
    this.onArrival();
  }

  /** Fetches again what could not be fetched. */
  loadAgain() {
    if (this.error) this.load(this.file);
  }

  /** The texts by column; null where there are none, or not yet. @returns {Texts | null} */
  get texts() {
    return this.sha === null ? null : textsCache.peek(this.sha);
  }

  /** Whether there are texts that have not arrived yet. */
  get isPending() {
    return this.sha !== null && this.texts === null;
  }

  /** The names of the columns that are too large for a page. @returns {string[]} */
  get leftOut() {
    return this.texts?.leftOut ?? [];
  }

  /** The id of the item of a code; "" where it is not known. @param {number} index @returns {string} */
  idOf(index) {
    return textOf(
      this.texts?.columns.find(({ name }) => name === ID_COLUMN),
      index,
    );
  }

  /**
   * The names of the columns and the texts of an item; [] where they are not known.
   * @param {number} index
   * @returns {[string, string][]}
   */
  rowOf(index) {
    return this.texts?.columns.map((column) => [column.name, textOf(column, index)]) ?? [];
  }

  /** The names of the columns that are searched. @returns {string[]} */
  get searchedNames() {
    return this.texts?.columns.filter(({ searched }) => searched).map(({ name }) => name) ?? [];
  }

  /**
   * The items of which a searched text contains another text, whatever the capitals. Each distinct text is compared
   * once, so that a column with few of them takes no time.
   * @param {string} searchText
   * @returns {Uint8Array | null} 1 for each such item; null where there are no texts
   */
  find(searchText) {
    const { texts } = this;
    if (!texts) return null;
    const pattern = new RegExp(searchText.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"), "iu");
    const matchMask = new Uint8Array(texts.count);
    for (const { distinct, places, searched } of texts.columns) {
      if (!searched) continue;
      const hits = Uint8Array.from(distinct, (text) => Number(pattern.test(text)));
      if (!hits.includes(1)) continue;
      for (let k = 0; k < matchMask.length; k++) matchMask[k] |= hits[places ? places[k] : k];
    }
    return matchMask;
  }

  /**
   * The column of an item whose text contains another text: its name and the text.
   * @param {number} index
   * @param {string} searchText
   * @returns {[string, string]}
   */
  matchOf(index, searchText) {
    const searchedNames = this.searchedNames;
    const text = searchText.toLowerCase();
    const row = this.rowOf(index).filter(([name]) => searchedNames.includes(name));
    return row.find(([, value]) => value.toLowerCase().includes(text)) ?? ["", ""];
  }
}
