/**
 * What is done anew only where something has changed, or once for all that changed until the next frame.
 */

/**
 * Tells whether any of some values is another one than the last time, by identity; at first all of them are.
 * @returns {(...now: any[]) => boolean}
 */
export function changes() {
  /** @type {any[]} */
  let last = [changes]; // equal to nothing
  return (...now) => {
    const other = now.length !== last.length || now.some((value, k) => !Object.is(value, last[k]));
    last = now;
    return other;
  };
}

/**
 * The same function, which gives its last result again while its arguments are the same ones.
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

/** What can be called as often as one likes to have `act` run once at the next frame; once closed, never again. @param {() => void} act */
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
 * The same for each key: what is made of one is kept for good.
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
