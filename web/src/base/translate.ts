/**
 * Texts in the language of the page. The catalogue comes with the modules, so constants of a module may hold translated texts,
 * too. Each call gets literal texts in double quotes, which `python -m app.catalogue` collects.
 */

import { catalogue } from "./catalogue.ts";

/** For the braces of a text, by name. */
type TextValues = Record<string, string | number>;

/** @param values without any, braces stay */
export function translate(text: string, values?: TextValues): string {
  const translation = Object.hasOwn(catalogue, text) ? catalogue[text] : text;
  return values ? insertValues(translation, values) : translation;
}

/** One of two texts by a count; {count} in it is the count. */
export function translatePlural(singular: string, plural: string, count: number, values: TextValues = {}): string {
  const source = count === 1 ? singular : plural;
  const translation = Object.hasOwn(catalogue, singular) ? catalogue[singular] : source;
  return insertValues(translation, { count, ...values });
}

// The wide marks that end a Chinese sentence, which contain their own blank, perhaps within brackets or quotation marks
const WIDE_END = /[。！？；：][”’）」]*$/;

/** The sentences one after the other, without the empty ones. After a Chinese full stop there is no blank. */
export const joinSentences = (...sentences: string[]): string =>
  sentences
    .filter(Boolean)
    .reduce((text, sentence) => (text && !WIDE_END.test(text) ? `${text} ${sentence}` : text + sentence), "");

/** The text itself, which is translated where it is shown. */
export const mark = (text: string): string => text;

const insertValues = (text: string, values: TextValues): string =>
  text.replace(/\{(\w+)\}/g, (braces, name) => (Object.hasOwn(values, name) ? String(values[name]) : braces));
