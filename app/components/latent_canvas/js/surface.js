/**
 * D's surface over what is seen, computed in the page from coarse to fine, so that it is there at once.
 */

const SIDES = [12, 24, 48, 96];

/**
 * A grid of D(z) over a box; it yields after each row and after each refinement, so that others may have the time.
 * @param {{x0: number, x1: number, y0: number, y1: number}} box
 * @param {(x: number, y: number) => number} judge
 * @param {(grid: import("./wire.js").Field) => void} done called with each finished grid, coarse to fine
 * @returns {Generator<void, void, void>}
 */
export function* surface(box, judge, done) {
  for (const side of SIDES) {
    const values = new Float32Array(side * side);
    const at = (low, high, k) => low + ((high - low) * (k + 0.5)) / side;
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < side; column++) {
        values[row * side + column] = judge(at(box.x0, box.x1, column), at(box.y0, box.y1, row));
        if (column % 16 === 15) yield;
      }
      yield;
    }
    const ends = [at(box.x0, box.x1, 0), at(box.x0, box.x1, side - 1), at(box.y0, box.y1, 0), at(box.y0, box.y1, side - 1)];
    done({ values, shape: [side, side], box: ends });
  }
}
