/**
 * Texts in the language of the page. The catalogue comes with the modules, so constants of a module may hold translated texts,
 * too. Each call gets literal texts in double quotes, which `python -m app.catalogue` collects.
 */

import { catalogue } from "./catalogue.js";

/** @typedef {Record<string, string | number>} TextValues for the braces of a text, by name */

/**
 * @param {string} text
 * @param {TextValues} [values] without any, braces stay
 * @returns {string}
 */
export function translate(text, values) {
  const translation = Object.hasOwn(catalogue, text) ? catalogue[text] : text;
  return values ? insertValues(translation, values) : translation;
}

/**
 * One of two texts by a count; {count} in it is the count.
 * @param {string} singular
 * @param {string} plural
 * @param {number} count
 * @param {TextValues} [values]
 * @returns {string}
 */
export function translatePlural(singular, plural, count, values = {}) {
  const source = count === 1 ? singular : plural;
  const translation = Object.hasOwn(catalogue, singular) ? catalogue[singular] : source;
  return insertValues(translation, { count, ...values });
}

// The wide marks that end a Chinese sentence, which contain their own blank, perhaps within brackets or quotation marks
const WIDE_END = /[。！？；：][”’）」]*$/;

/**
 * The sentences one after the other, without the empty ones. After a Chinese full stop there is no blank.
 * @param {...string} sentences
 * @returns {string}
 */
export const joinSentences = (...sentences) =>
  sentences
    .filter(Boolean)
    .reduce((text, sentence) => (text && !WIDE_END.test(text) ? `${text} ${sentence}` : text + sentence), "");

/**
 * The text itself, which is translated where it is shown.
 * @param {string} text
 * @returns {string}
 */
export const mark = (text) => text;

/**
 * @param {string} text
 * @param {TextValues} values
 * @returns {string}
 */
const insertValues = (text, values) =>
  text.replace(/\{(\w+)\}/g, (braces, name) => (Object.hasOwn(values, name) ? String(values[name]) : braces));
