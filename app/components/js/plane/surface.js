/**
 * A function over the visible area, such as D's surface, computed from coarse to fine so that it appears at once.
 */

const SIDES = [12, 24, 48, 96]; // cells along each axis of the grids
const AT_ONCE = 16; // values computed in one go, a divisor of the number of cells

/**
 * Computes grids over a box; it yields every few values, for other tasks.
 * @param {{x0: number, x1: number, y0: number, y1: number}} box
 * @param {(places: [number, number][]) => ArrayLike<number>} judge the function's values at some places
 * @param {(grid: import("../base/wire.js").Field) => void} done called with each finished grid, coarse to fine
 * @returns {Generator<void, void, void>}
 */
export function* surface(box, judge, done) {
  for (const side of SIDES) {
    const middles = (/** @type {number} */ low, /** @type {number} */ high) => Array.from({ length: side }, (_, k) => low + ((high - low) * (k + 0.5)) / side);
    const [xs, ys] = [middles(box.x0, box.x1), middles(box.y0, box.y1)];
    const values = new Float32Array(side * side);
    for (let first = 0; first < values.length; first += AT_ONCE) {
      /** @type {[number, number][]} */
      const places = Array.from({ length: AT_ONCE }, (_, k) => [xs[(first + k) % side], ys[Math.floor((first + k) / side)]]);
      values.set(judge(places), first);
      yield;
    }
    done({ values, shape: [side, side], box: [xs[0], xs[side - 1], ys[0], ys[side - 1]] });
  }
}
