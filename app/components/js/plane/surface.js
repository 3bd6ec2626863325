/**
 * D's surface over the visible area, computed in the page from coarse to fine, so that it appears at once.
 */

const SIDES = [12, 24, 48, 96];
const AT_ONCE = 16; // values computed in a step

/**
 * A grid of D(z) over a box; it yields after each few values and after each refinement, so that others may have the time.
 * @param {{x0: number, x1: number, y0: number, y1: number}} box
 * @param {(places: [number, number][]) => ArrayLike<number>} judge D at some places
 * @param {(grid: import("../base/wire.js").Field) => void} done called with each finished grid, coarse to fine
 * @returns {Generator<void, void, void>}
 */
export function* surface(box, judge, done) {
  const at = (low, high, k, side) => low + ((high - low) * (k + 0.5)) / side;
  for (const side of SIDES) {
    const values = new Float32Array(side * side);
    for (let first = 0; first < values.length; first += AT_ONCE) {
      const count = Math.min(AT_ONCE, values.length - first);
      /** @type {[number, number][]} */
      const places = Array.from({ length: count }, (_, k) => [
        at(box.x0, box.x1, (first + k) % side, side),
        at(box.y0, box.y1, Math.floor((first + k) / side), side),
      ]);
      values.set(judge(places), first);
      yield;
    }
    const ends = [at(box.x0, box.x1, 0, side), at(box.x0, box.x1, side - 1, side), at(box.y0, box.y1, 0, side), at(box.y0, box.y1, side - 1, side)];
    done({ values, shape: [side, side], box: ends });
  }
}
