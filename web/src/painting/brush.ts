/**
 * The effect of a brush on the cells of a painting. Positions are in cells, x to the right and y downwards from the top
 * left.
 */

import { CELL_COUNT, MAX_CLASSES, SIDE, packCell, cellClass, cellStrength } from "../priors/painting.ts";
import { translate } from "../base/translate.ts";

/** Strength 0 erases; owner: a class, or −1. */
export type Brush = { radius: number; strength: number; owner: number };
export type Place = [number, number];

/** Draws the brush from one place to another; returns whether any cell has changed. */
export function paintStroke(
  cells: Uint8Array,
  [x0, y0]: Place,
  [x1, y1]: Place,
  { radius, strength, owner }: Brush,
): boolean {
  const value = strength ? packCell(strength, owner) : 0;
  const firstCell = (a: number, b: number) => Math.max(0, Math.floor(Math.min(a, b) - radius));
  const lastCell = (a: number, b: number) => Math.min(SIDE - 1, Math.ceil(Math.max(a, b) + radius));
  let hasChanged = false;
  for (let row = firstCell(y0, y1); row <= lastCell(y0, y1); row++) {
    for (let column = firstCell(x0, x1); column <= lastCell(x0, x1); column++) {
      if (segmentDistance(column + 0.5, row + 0.5, x0, y0, x1, y1) > radius) continue;
      const cell = row * SIDE + column;
      hasChanged ||= cells[cell] !== value;
      cells[cell] = value;
    }
  }
  return hasChanged;
}

/** The distance of a point from the segment between two others. */
function segmentDistance(x: number, y: number, x0: number, y0: number, x1: number, y1: number): number {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = dx * dx + dy * dy;
  const share = length ? Math.max(0, Math.min(1, ((x - x0) * dx + (y - y0) * dy) / length)) : 0;
  return Math.hypot(x - x0 - share * dx, y - y0 - share * dy);
}

/**
 * The painting divided among classes into sectors of equal mass around its centre of mass, counter-clockwise, where
 * class 0 starts at the right.
 * @param classCount 1 to 10
 */
export function assignEqualMassSectors(cells: Uint8Array, classCount: number): Uint8Array {
  const paintedCells = [...cells.keys()].filter((cell) => cellStrength(cells[cell]));
  const total = paintedCells.reduce((sum, cell) => sum + cellStrength(cells[cell]), 0);
  const weightedMean = (coordinate: (cell: number) => number) =>
    paintedCells.reduce((sum, cell) => sum + cellStrength(cells[cell]) * coordinate(cell), 0) / total;
  const [x, y] = [weightedMean((cell: number) => cell % SIDE), weightedMean((cell: number) => Math.floor(cell / SIDE))];
  const angle = (cell: number) =>
    (Math.atan2(y - Math.floor(cell / SIDE), (cell % SIDE) - x) + 2 * Math.PI) % (2 * Math.PI);
  const angles = new Map(paintedCells.map((cell) => [cell, angle(cell)]));
  paintedCells.sort((a, b) => Number(angles.get(a)) - Number(angles.get(b)));
  const divided = new Uint8Array(CELL_COUNT);
  let massBefore = 0;
  for (const cell of paintedCells) {
    const strength = cellStrength(cells[cell]);
    const owner = Math.min(
      Math.floor(((massBefore + strength / 2) / total) * classCount),
      classCount - 1,
      MAX_CLASSES - 1,
    );
    divided[cell] = packCell(strength, owner);
    massBefore += strength;
  }
  return divided;
}

/**
 * A sentence about how much is painted, also for screen readers.
 * @param names of the classes; empty if the parts do not belong to classes
 */
export function paintedShareSentence(cells: Uint8Array, names: string[]): string {
  const paintedCount = cells.reduce((sum, cell) => sum + (cell ? 1 : 0), 0);
  if (!paintedCount) return translate("Nothing is painted.");
  const share = Math.max(1, Math.round((100 * paintedCount) / CELL_COUNT));
  if (!names.length) return translate("{share} % of the square is painted.", { share });
  const missingNames = names.filter((_, k) => !cells.some((cell) => cellClass(cell) === k));
  const hasUnassignedCells = cells.some((cell) => cell && cellClass(cell) < 0);
  if (!missingNames.length && !hasUnassignedCells)
    return translate("{share} % of the square is painted, a part for each class.", { share });
  const values = { share, classes: missingNames.join(", ") };
  if (!missingNames.length) return translate("{share} % of the square is painted, some of it for no class.", values);
  return hasUnassignedCells
    ? translate("{share} % of the square is painted, no part yet for {classes}, some of it for no class.", values)
    : translate("{share} % of the square is painted, no part yet for {classes}.", values);
}
