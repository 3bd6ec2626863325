/**
 * The texts in the language of the page: the English text to its translation. The bundler puts the translations in; here, in
 * English, there are none.
 *
 * @type {Record<string, string>}
 */
export const catalogue = {};
