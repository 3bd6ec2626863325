/**
 * A painting: the strength and the class of each cell of a square. Its text format is that of
 * `aae_core/config/painting.py`.
 */

import { memoizeLast } from "../base/memoize.ts";
import { lastIndexAtMost } from "../base/interpolation.ts";
import { translate } from "../base/translate.ts";

export const SIDE = 64;
export const CELL_COUNT = SIDE * SIDE;
export const MAX_CLASSES = 10;
/** Half the square's width at scale 1. */
export const HALF_WIDTH = 3;
const CELL_WIDTH = (2 * HALF_WIDTH) / SIDE;
const PREFIX = `${SIDE}.`;
const MAX_RUN = 256;

/** How strongly a cell is painted, 0 to 15. */
export const cellStrength = (cell: number): number => cell & 15;
/** The class that a cell belongs to, −1 for none. */
export const cellClass = (cell: number): number => (cell >> 4) - 1;
/**
 * @param strength 1 to 15
 * @param owner a class, or −1
 */
export const packCell = (strength: number, owner: number): number => strength | ((owner + 1) << 4);

/**
 * The cells of a text, row by row from the top left.
 * @throws {Error} one sentence, if the text is not a painting
 */
export function parsePainting(text: string): Uint8Array {
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

/** The text of cells, from which `parsePainting` returns them. */
export function writePainting(cells: Uint8Array): string {
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
export const paintingDistribution = memoizeLast((text: string) => new PaintingDistribution(parsePainting(text)));

/** The painting as a distribution on [−3, 3]², uniform within each cell. */
export class PaintingDistribution {
  strength: Float64Array<ArrayBuffer>;
  /** The cumulative strength before each cell, and the total at the end. */
  cumulative = new Float64Array(CELL_COUNT + 1);
  total: number;

  constructor(cells: Uint8Array) {
    this.strength = Float64Array.from(cells, cellStrength);
    this.strength.forEach((value, k) => (this.cumulative[k + 1] = this.cumulative[k] + value));
    this.total = this.cumulative[CELL_COUNT];
  }

  /** The density p at a point. */
  density(x: number, y: number): number {
    const [column, row] = [
      Math.floor((x + HALF_WIDTH) / CELL_WIDTH),
      SIDE - 1 - Math.floor((y + HALF_WIDTH) / CELL_WIDTH),
    ];
    if (!(column >= 0 && column < SIDE && row >= 0 && row < SIDE)) return 0;
    return this.strength[row * SIDE + column] / this.total / CELL_WIDTH ** 2;
  }

  /**
   * One sample.
   * @param random returns numbers in [0, 1)
   */
  sample(random: () => number): [number, number] {
    const cell = lastIndexAtMost(this.cumulative, random() * this.total);
    return [
      ((cell % SIDE) + random()) * CELL_WIDTH - HALF_WIDTH,
      HALF_WIDTH - (Math.floor(cell / SIDE) + 1 - random()) * CELL_WIDTH,
    ];
  }
}
