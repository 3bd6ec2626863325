/**
 * A painting: the strength and the class of each cell of a square. Its text format is that of `aae_core/config/painting.py`.
 */

import { made } from "../base/anew.js";
import { lastBelow } from "../base/knots.js";

export const SIDE = 64;
export const CELLS = SIDE * SIDE;
export const CLASSES = 10;
/** Half the square's width at scale 1. */
export const HALF = 3;
const WIDTH = (2 * HALF) / SIDE;
const PREFIX = `${SIDE}.`;
const RUN = 256;

/** How strongly a cell is painted, 0 to 15. @param {number} cell */
export const strengthOf = (cell) => cell & 15;
/** The class that a cell belongs to, −1 for none. @param {number} cell */
export const classOf = (cell) => (cell >> 4) - 1;
/** @param {number} strength 1 to 15 @param {number} owner a class, or −1 */
export const cellOf = (strength, owner) => strength | ((owner + 1) << 4);

/**
 * The cells of a text, row by row from the top left.
 * @param {string} text
 * @returns {Uint8Array}
 * @throws {Error} one sentence, if the text is not a painting
 */
export function read(text) {
  const cells = new Uint8Array(CELLS);
  const letters = text.startsWith(PREFIX) ? text.slice(PREFIX.length).replaceAll("-", "+").replaceAll("_", "/") : "?";
  let at = 0;
  try {
    const pairs = atob(letters);
    for (let k = 0; k + 1 < pairs.length; k += 2) {
      const end = at + pairs.charCodeAt(k) + 1;
      cells.fill(pairs.charCodeAt(k + 1), at, end);
      at = end;
    }
  } catch {
    at = -1;
  }
  if (at !== CELLS) throw new Error("The painting is damaged. Clear it and paint again.");
  return cells;
}

/** The inverse of `read`. @param {Uint8Array} cells @returns {string} */
export function write(cells) {
  let letters = "";
  for (let at = 0; at < CELLS; ) {
    let end = at + 1;
    while (end < CELLS && end - at < RUN && cells[end] === cells[at]) end++;
    letters += String.fromCharCode(end - at - 1, cells[at]);
    at = end;
  }
  return PREFIX + btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The distribution of a painting's text; the last one is kept in memory. */
export const masses = made((/** @type {string} */ text) => new Masses(read(text)));

/** The painting as a distribution on [−3, 3]², uniform within each cell. */
export class Masses {
  /** @param {Uint8Array} cells */
  constructor(cells) {
    this.strength = Float64Array.from(cells, strengthOf);
    /** The cumulative strength before each cell, and the total at the end. */
    this.before = new Float64Array(CELLS + 1);
    this.strength.forEach((value, k) => (this.before[k + 1] = this.before[k] + value));
    this.total = this.before[CELLS];
  }

  /** The density p at a point. @param {number} x @param {number} y */
  density(x, y) {
    const [column, row] = [Math.floor((x + HALF) / WIDTH), SIDE - 1 - Math.floor((y + HALF) / WIDTH)];
    if (!(column >= 0 && column < SIDE && row >= 0 && row < SIDE)) return 0;
    return this.strength[row * SIDE + column] / this.total / WIDTH ** 2;
  }

  /** One sample. @param {() => number} random returns numbers in [0, 1) @returns {[number, number]} */
  draw(random) {
    const cell = lastBelow(this.before, random() * this.total);
    return [((cell % SIDE) + random()) * WIDTH - HALF, HALF - (Math.floor(cell / SIDE) + 1 - random()) * WIDTH];
  }
}
