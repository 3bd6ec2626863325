/**
 * How this document was opened, for the hosts of the app and of documents.
 */

/** Whether it was loaded again, or the user came back to it in the browser's history. */
export function isReopened(): boolean {
  const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  return ["reload", "back_forward"].includes(navigation?.type);
}
