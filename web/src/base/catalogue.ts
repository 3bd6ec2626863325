/** The texts in the language of the page, which stand before its script as a constant; without it, in English. */

type PageTexts = {
  /** The English text to its translation. */
  catalogue: Record<string, string>;
  /**
   * How a text about images becomes one about the rows of a table: patterns and their replacements, in order. English
   * has rules of its own (base/table_rows.ts).
   */
  rowWords: [string, string][];
};

declare const PAGE_TEXTS: PageTexts | undefined;

export const { catalogue, rowWords }: PageTexts =
  typeof PAGE_TEXTS === "undefined" ? { catalogue: {}, rowWords: [] } : PAGE_TEXTS;
