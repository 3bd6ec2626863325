/**
 * Work that is repeated only when its inputs have changed, or at most once for each animation frame.
 */

/**
 * A function that tells whether any of its arguments differs, by identity, from those of the last call; the first call
 * returns true.
 * @returns {(...values: unknown[]) => boolean}
 */
export function createChangeDetector() {
  /** @type {unknown[] | null} */
  let lastValues = null;
  return (...values) => {
    const hasChanged = !lastValues || !areIdentical(lastValues, values);
    lastValues = values;
    return hasChanged;
  };
}

/**
 * The same function with a memory of one call: it returns its last result while its arguments are identical.
 * @template {unknown[]} Args
 * @template Result
 * @param {(...args: Args) => Result} compute
 * @returns {(...args: Args) => Result}
 */
export function memoizeLast(compute) {
  /** @type {{args: Args, result: Result} | null} */
  let lastCall = null;
  return (...args) => {
    if (!lastCall || !areIdentical(lastCall.args, args)) lastCall = { args, result: compute(...args) };
    return lastCall.result;
  };
}

/**
 * A function that runs `callback` once at the next animation frame, however often it is called before; after `close`,
 * never.
 * @param {() => void} callback
 */
export function throttleToFrame(callback) {
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

/**
 * A function with a memory by its first argument alone: the result for a key is kept for good.
 * @template Key, Result
 * @template {unknown[]} Others
 * @param {(key: Key, ...furtherArguments: Others) => Result} compute
 * @returns {(key: Key, ...furtherArguments: Others) => Result}
 */
export function memoizeByKey(compute) {
  /** @type {Map<Key, Result>} */
  const results = new Map();
  return (key, ...furtherArguments) => {
    const result = results.get(key) ?? compute(key, ...furtherArguments);
    results.set(key, result);
    return result;
  };
}

/**
 * @param {unknown[]} a
 * @param {unknown[]} b
 * @returns {boolean}
 */
const areIdentical = (a, b) => a.length === b.length && a.every((value, k) => Object.is(value, b[k]));
