/**
 * How this document was opened, for the hosts of the app and of documents.
 */

/** Whether it was loaded again, or the user came back to it in the browser's history. @returns {boolean} */
export function isReopened() {
  const [navigation] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
  return ["reload", "back_forward"].includes(navigation?.type);
}
