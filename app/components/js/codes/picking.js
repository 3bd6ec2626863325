/**
 * Which code lies under the pointer.
 */

/**
 * The index of the nearest point within a radius, or −1; points that are no numbers are never found. All are looked at: of 70,000
 * that takes less than a millisecond.
 * @param {Float32Array} xy N×2
 * @param {number} x
 * @param {number} y
 * @param {number} radius in the plane's units
 * @param {(k: number) => boolean} counts whether a point can be found at all
 */
export function nearest(xy, x, y, radius, counts = () => true) {
  let best = radius * radius;
  let found = -1;
  for (let at = 0; at < xy.length; at += 2) {
    const square = (xy[at] - x) ** 2 + (xy[at + 1] - y) ** 2;
    if (square <= best && counts(at / 2)) [found, best] = [at / 2, square];
  }
  return found;
}
