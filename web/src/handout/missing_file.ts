/**
 * Files of a document that could not be read.
 */

/** Its message is one sentence for the reader. */
export class MissingFileError extends Error {}

/** The sentence of a missing file; any other error is thrown on. */
export function missingFileSentence(error: unknown): string {
  if (error instanceof MissingFileError) return error.message;
  throw error;
}
