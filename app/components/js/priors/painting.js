/**
 * A painting: the strength and the class of each cell of a square. Its text format is that of
 * `aae_core/config/painting.py`.
 */

import { memoizeLast } from "../base/memoize.js";
import { lastIndexAtMost } from "../base/interpolation.js";
import { translate } from "../base/translate.js";

export const SIDE = 64;
export const CELL_COUNT = SIDE * SIDE;
export const MAX_CLASSES = 10;
/** Half the square's width at scale 1. */
export const HALF_WIDTH = 3;
const CELL_WIDTH = (2 * HALF_WIDTH) / SIDE;
const PREFIX = `${SIDE}.`;
const MAX_RUN = 256;

/** How strongly a cell is painted, 0 to 15. @param {number} cell @returns {number} */
export const cellStrength = (cell) => cell & 15;
/** The class that a cell belongs to, −1 for none. @param {number} cell @returns {number} */
export const cellClass = (cell) => (cell >> 4) - 1;
/**
 * @param {number} strength 1 to 15
 * @param {number} owner a class, or −1
 * @returns {number}
 */
export const packCell = (strength, owner) => strength | ((owner + 1) << 4);

/**
 * The cells of a text, row by row from the top left.
 * @param {string} text
 * @returns {Uint8Array}
 * @throws {Error} one sentence, if the text is not a painting
 */
export function parsePainting(text) {
  const cells = new Uint8Array(CELL_COUNT);
  const letters = text.startsWith(PREFIX) ? text.slice(PREFIX.length).replaceAll("-", "+").replaceAll("_", "/") : "?";
  let position = 0;
  try {
    const pairs = atob(letters);
    for (let k = 0; k + 1 < pairs.length; k += 2) {
      const end = position + pairs.charCodeAt(k) + 1;
      cells.fill(pairs.charCodeAt(k + 1), position, end);
      position = end;
    }
  } catch {
    position = -1;
  }
  if (position !== CELL_COUNT) throw new Error(translate("The painting is damaged. Clear it and paint again."));
  return cells;
}

/** The text of cells, from which `parsePainting` returns them. @param {Uint8Array} cells @returns {string} */
export function writePainting(cells) {
  let letters = "";
  for (let position = 0; position < CELL_COUNT;) {
    let end = position + 1;
    while (end < CELL_COUNT && end - position < MAX_RUN && cells[end] === cells[position]) end++;
    letters += String.fromCharCode(end - position - 1, cells[position]);
    position = end;
  }
  return PREFIX + btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The distribution of a painting's text; the last one is kept in memory. */
export const paintingDistribution = memoizeLast(
  (/** @type {string} */ text) => new PaintingDistribution(parsePainting(text)),
);

/** The painting as a distribution on [−3, 3]², uniform within each cell. */
export class PaintingDistribution {
  /** @param {Uint8Array} cells */
  constructor(cells) {
    this.strength = Float64Array.from(cells, cellStrength);
    /** The cumulative strength before each cell, and the total at the end. */
    this.cumulative = new Float64Array(CELL_COUNT + 1);
    this.strength.forEach((value, k) => (this.cumulative[k + 1] = this.cumulative[k] + value));
    this.total = this.cumulative[CELL_COUNT];
  }

  /**
   * The density p at a point.
   * @param {number} x
   * @param {number} y
   * @returns {number}
   */
  density(x, y) {
    const [column, row] = [
      Math.floor((x + HALF_WIDTH) / CELL_WIDTH),
      SIDE - 1 - Math.floor((y + HALF_WIDTH) / CELL_WIDTH),
    ];
    if (!(column >= 0 && column < SIDE && row >= 0 && row < SIDE)) return 0;
    return this.strength[row * SIDE + column] / this.total / CELL_WIDTH ** 2;
  }

  /** One sample. @param {() => number} random returns numbers in [0, 1) @returns {[number, number]} */
  sample(random) {
    const cell = lastIndexAtMost(this.cumulative, random() * this.total);
    return [
      ((cell % SIDE) + random()) * CELL_WIDTH - HALF_WIDTH,
      HALF_WIDTH - (Math.floor(cell / SIDE) + 1 - random()) * CELL_WIDTH,
    ];
  }
}
