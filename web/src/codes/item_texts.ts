/**
 * What was kept of the items of the codes shown: their ids and the columns beside what was trained on, as texts.
 */

import { translate } from "../base/translate.ts";
import { unpackMessage } from "../base/wire.ts";
import { fetchBytes } from "../host/host.ts";
import { PromiseCache } from "../host/promise_cache.ts";
import type { OutgoingMessages, File } from "../messages.ts";

type ItemsMessage = OutgoingMessages["items"];
type TextColumn = { name: string; distinct: string[]; places: Int32Array | null; searched: boolean };
type Texts = { columns: TextColumn[]; leftOut: string[]; count: number };

const ID_COLUMN = "id"; // as in `aae_core/data/own_data/item_files.py`

const textsCache: PromiseCache<Texts> = new PromiseCache(2);

/** The columns of a file, and the number of its items. */
export function readTexts({ header, fields }: ItemsMessage): Texts {
  const repeatedColumnCount = header.columns.filter(({ repeats }) => repeats).length;
  const places = fields.places?.values ?? new Int32Array(0);
  const textsOfColumns: string[][] = JSON.parse(new TextDecoder().decode(fields.texts.values));
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

/** The text of an item in a column; "" where it is not known. */
const textOf = (column: TextColumn | undefined, index: number): string =>
  column?.distinct[column.places ? column.places[index] : index] ?? "";

export class ItemTexts {
  onArrival: () => void;
  sha: string | null = null;
  /** Why the texts of the last message could not be fetched, in one sentence; "" otherwise. */
  error = "";
  /** The file of the last message. */
  file: File | null = null;
  /** Resolves when the texts are there; rejected with one sentence. */
  arrival: Promise<unknown> = Promise.resolve();

  /** @param onArrival called once the texts of a message are there, or cannot be fetched */
  constructor(onArrival: () => void) {
    this.onArrival = onArrival;
  }

  /** Fetches the file that a message refers to, if it is another one. */
  load(file: File | null) {
    if (this.sha === (file?.sha ?? null)) return;
    this.sha = file?.sha ?? null;
    this.file = file;
    this.error = "";
    if (!file) return;
    const pendingTexts = textsCache.getOrFetch(file.sha, async () => {
      const bytes = new Uint8Array(await fetchBytes(file.url, translate("The ids of the items")));
      return readTexts(unpackMessage(bytes) as ItemsMessage);
    });
    this.arrival = pendingTexts;
    pendingTexts.then(
      () => this.sha === file.sha && this.onArrival(),
      (error: Error) => this.sha === file.sha && this.onFailure(error.message),
    );
  }

  /** The next message tries again; until then the codes have no ids. */
  onFailure(sentence: string) {
    this.sha = null;
    this.error = sentence;
    this.onArrival();
  }

  /** Fetches again what could not be fetched. */
  loadAgain() {
    if (this.error) this.load(this.file);
  }

  /** The texts by column; null where there are none, or not yet. */
  get texts(): Texts | null {
    return this.sha === null ? null : textsCache.peek(this.sha);
  }

  /** Whether there are texts that have not arrived yet. */
  get isPending() {
    return this.sha !== null && this.texts === null;
  }

  /** The names of the columns that are too large for a page. */
  get leftOut(): string[] {
    return this.texts?.leftOut ?? [];
  }

  /** The id of the item of a code; "" where it is not known. */
  idOf(index: number): string {
    return textOf(
      this.texts?.columns.find(({ name }) => name === ID_COLUMN),
      index,
    );
  }

  /** The names of the columns and the texts of an item; [] where they are not known. */
  rowOf(index: number): [string, string][] {
    return this.texts?.columns.map((column) => [column.name, textOf(column, index)]) ?? [];
  }

  /** The names of the columns that are searched. */
  get searchedNames(): string[] {
    return this.texts?.columns.filter(({ searched }) => searched).map(({ name }) => name) ?? [];
  }

  /**
   * The items of which a searched text contains another text, whatever the capitals. Each distinct text is compared
   * once, so that a column with few of them takes no time.
   * @returns 1 for each such item; null where there are no texts
   */
  find(searchText: string): Uint8Array | null {
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

  /** The column of an item whose text contains another text: its name and the text. */
  matchOf(index: number, searchText: string): [string, string] {
    const searchedNames = this.searchedNames;
    const text = searchText.toLowerCase();
    const row = this.rowOf(index).filter(([name]) => searchedNames.includes(name));
    return row.find(([, value]) => value.toLowerCase().includes(text)) ?? ["", ""];
  }
}
