/**
 * Files of a document that could not be read.
 */

/** Its message is one sentence for the reader. */
export class Missing extends Error {}

/** The sentence of a missing file; any other error is thrown on. @param {unknown} error */
export function sentenceOf(error) {
  if (error instanceof Missing) return error.message;
  throw error;
}
