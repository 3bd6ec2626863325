/**
 * Whether files are on their way: a file that nobody waits for is fetched when none is, because it would only share the
 * connection with those that somebody waits for.
 */

const QUIET_MILLISECONDS = 1000; // without a file on its way, after which the connection counts as free

let pendingCount = 0;
let quietTimer: ReturnType<typeof setTimeout> | undefined;
/** Called when the connection is free. */
let waitingCallbacks: (() => void)[] = [];

/** Counts a file as on its way until it has arrived or failed. */
export function noteFile(pendingFile: Promise<ArrayBuffer>) {
  pendingCount += 1;
  clearTimeout(quietTimer);
  pendingFile.then(endFile, endFile);
}

function endFile() {
  pendingCount -= 1;
  restartTimer();
}

function restartTimer() {
  clearTimeout(quietTimer);
  if (!pendingCount && waitingCallbacks.length) quietTimer = setTimeout(endWaiting, QUIET_MILLISECONDS);
}

function endWaiting() {
  const callbacks = waitingCallbacks;
  waitingCallbacks = [];
  for (const callback of callbacks) callback();
}

/** Resolves as soon as no file has been on its way for a moment. */
export const waitUntilQuiet = (): Promise<void> =>
  new Promise((resolve) => {
    waitingCallbacks.push(resolve);
    restartTimer();
  });
