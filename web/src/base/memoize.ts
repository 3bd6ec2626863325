/**
 * Work that is repeated only when its inputs have changed, or at most once for each animation frame.
 */

/**
 * A function that tells whether any of its arguments differs, by identity, from those of the last call; the first call
 * returns true.
 */
export function createChangeDetector(): (...values: unknown[]) => boolean {
  let lastValues: unknown[] | null = null;
  return (...values) => {
    const hasChanged = !lastValues || !areIdentical(lastValues, values);
    lastValues = values;
    return hasChanged;
  };
}

/** The same function with a memory of one call: it returns its last result while its arguments are identical. */
export function memoizeLast<Args extends unknown[], Result>(
  compute: (...args: Args) => Result,
): (...args: Args) => Result {
  let lastCall: { args: Args; result: Result } | null = null;
  return (...args) => {
    if (!lastCall || !areIdentical(lastCall.args, args)) lastCall = { args, result: compute(...args) };
    return lastCall.result;
  };
}

/**
 * A function that runs `callback` once at the next animation frame, however often it is called before; after `close`,
 * never.
 */
export function throttleToFrame(callback: () => void) {
  let frame = 0;
  const runCallback = () => {
    frame = 0;
    callback();
  };
  const request = () => {
    frame ||= requestAnimationFrame(runCallback);
  };
  const close = () => {
    cancelAnimationFrame(frame);
    frame = -1;
  };
  return Object.assign(request, { close });
}

/** A function with a memory by its first argument alone: the result for a key is kept for good. */
export function memoizeByKey<Key, Result, Others extends unknown[]>(
  compute: (key: Key, ...furtherArguments: Others) => Result,
): (key: Key, ...furtherArguments: Others) => Result {
  const results: Map<Key, Result> = new Map();
  return (key, ...furtherArguments) => {
    const result = results.get(key) ?? compute(key, ...furtherArguments);
    results.set(key, result);
    return result;
  };
}

const areIdentical = (a: unknown[], b: unknown[]): boolean =>
  a.length === b.length && a.every((value, k) => Object.is(value, b[k]));
