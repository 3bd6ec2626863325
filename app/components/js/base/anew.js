/**
 * Work that is repeated only when its inputs have changed, or at most once for each animation frame.
 */

/**
 * A function that tells whether any of its arguments differs, by identity, from those of the last call; the first call returns
 * true.
 * @returns {(...now: any[]) => boolean}
 */
export function changes() {
  /** @type {any[]} */
  let last = [changes]; // a value that no caller passes
  return (...now) => {
    const changed = now.length !== last.length || now.some((value, k) => !Object.is(value, last[k]));
    last = now;
    return changed;
  };
}

/**
 * The same function with a memory of one call: it returns its last result while its arguments are identical.
 * @template {any[]} From, Made
 * @param {(...from: From) => Made} make
 * @returns {(...from: From) => Made}
 */
export function made(make) {
  /** @type {{from: any[], made: Made} | null} */
  let last = null;
  return (...from) => {
    if (last?.from.length !== from.length || last.from.some((value, k) => !Object.is(value, from[k]))) last = { from, made: make(...from) };
    return last.made;
  };
}

/** A function that runs `act` once at the next animation frame, however often it is called before; after `close`, never. @param {() => void} act */
export function nextFrame(act) {
  let frame = 0;
  const run = () => {
    frame = 0;
    act();
  };
  const ask = () => void (frame ||= requestAnimationFrame(run));
  return Object.assign(ask, { close: () => (cancelAnimationFrame(frame), (frame = -1)) });
}

/**
 * A function with a memory by its first argument alone: what was made for a key is kept for good.
 * @template Key, Made
 * @param {(key: Key, ...more: any[]) => Made} make
 * @returns {(key: Key, ...more: any[]) => Made}
 */
export function kept(make) {
  /** @type {Map<Key, Made>} */
  const known = new Map();
  return (key, ...more) => {
    const found = known.get(key) ?? make(key, ...more);
    known.set(key, found);
    return found;
  };
}
