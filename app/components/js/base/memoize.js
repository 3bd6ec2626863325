/**
 * Work that is repeated only when its inputs have changed, or at most once for each animation frame.
 */

/**
 * A function that tells whether any of its arguments differs, by identity, from those of the last call; the first call returns
 * true.
 * @returns {(...values: any[]) => boolean}
 */
export function createChangeDetector() {
  /** @type {any[]} */
  let lastValues = [createChangeDetector]; // a value that no caller passes
  return (...now) => {
    const changed = now.length !== lastValues.length || now.some((value, k) => !Object.is(value, lastValues[k]));
    lastValues = now;
    return changed;
  };
}

/**
 * The same function with a memory of one call: it returns its last result while its arguments are identical.
 * @template {any[]} From, Made
 * @param {(...from: From) => Made} compute
 * @returns {(...from: From) => Made}
 */
export function memoizeLast(compute) {
  /** @type {{from: any[], made: Made} | null} */
  let last = null;
  return (...from) => {
    if (last?.from.length !== from.length || last.from.some((value, k) => !Object.is(value, from[k])))
      last = { from, made: compute(...from) };
    return last.made;
  };
}

/** A function that runs `act` once at the next animation frame, however often it is called before; after `close`, never. @param {() => void} callback */
export function throttleToFrame(callback) {
  let frame = 0;
  const runCallback = () => {
    frame = 0;
    callback();
  };
  const request = () => void (frame ||= requestAnimationFrame(runCallback));
  return Object.assign(request, { close: () => (cancelAnimationFrame(frame), (frame = -1)) });
}

/**
 * A function with a memory by its first argument alone: what was made for a key is kept for good.
 * @template Key, Made
 * @param {(key: Key, ...more: any[]) => Made} compute
 * @returns {(key: Key, ...more: any[]) => Made}
 */
export function memoizeByKey(compute) {
  /** @type {Map<Key, Made>} */
  const results = new Map();
  return (key, ...more) => {
    const found = results.get(key) ?? compute(key, ...more);
    results.set(key, found);
    return found;
  };
}
