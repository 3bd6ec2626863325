/**
 * An outline drawn around codes, reduced to few numbers for links.
 */

export const CORNERS = 180; // of an outline
const DIGITS = 7; // significant digits, about the precision of 32-bit floats

/**
 * A polygon reduced to at most `most` corners: again and again, the corner whose triangle has the least area is removed.
 * @param {number[]} corners x and y in turn
 * @param {number} most
 * @returns {number[]}
 */
export function simplified(corners, most = CORNERS) {
  /** @type {number[][]} */
  const kept = [];
  for (let k = 0; k < corners.length; k += 2) kept.push([corners[k], corners[k + 1]]);
  const area = (/** @type {number} */ k) => {
    const [a, b, c] = [kept[(k + kept.length - 1) % kept.length], kept[k], kept[(k + 1) % kept.length]];
    return Math.abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1]));
  };
  while (kept.length > most) {
    let least = 0;
    for (let k = 1, smallest = area(0); k < kept.length; k++) {
      const own = area(k);
      if (own < smallest) [least, smallest] = [k, own];
    }
    kept.splice(least, 1);
  }
  return kept.flat();
}

/**
 * The polygon on the plane for corners on the screen.
 * @param {number[]} corners pixels, x and y in turn
 * @param {import("../view/view.js").View} view
 * @returns {number[]}
 */
export function onPlane(corners, view) {
  const few = simplified(corners);
  const polygon = [];
  for (let k = 0; k < few.length; k += 2) polygon.push(...view.toPlane(few[k], few[k + 1]));
  return polygon.map((value) => Number(value.toPrecision(DIGITS)));
}
