/**
 * Files of a document that could not be read.
 */

/** Its message is one sentence for the reader. */
export class MissingFileError extends Error {}

/** The sentence of a missing file; any other error is thrown on. @param {unknown} error @returns {string} */
export function missingFileSentence(error) {
  if (error instanceof MissingFileError) return error.message;
  throw error;
}
