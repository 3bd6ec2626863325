/**
 * The texts in the language of the page: the English text to its translation. The bundler puts the translations in; here, in
 * English, there are none.
 *
 * @type {Record<string, string>}
 */
export const catalogue = {};

/**
 * How a text about images becomes one about the rows of a table: patterns and their replacements, in order. English has rules of its
 * own (base/table_rows.js).
 *
 * @type {[string, string][]}
 */
export const rowWords = [];
