/**
 * What is done anew only where something has changed.
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
  const others = changes();
  /** @type {any} */
  let last;
  return (...from) => {
    if (others(...from)) last = make(...from);
    return last;
  };
}
