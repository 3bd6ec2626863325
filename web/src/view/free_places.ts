/**
 * Places for texts on the plane that would cover one another: some stay, the others stand beside theirs.
 */

import { areTextsOverlapping } from "./layers.ts";
import type { TextBox } from "./layers.ts";

// a text gives way by at most so many times half its height, in so many directions
const [MAX_MOVES, DIRECTIONS] = [6, 16];

/** Whether a text overlaps none of the others. */
export const isPlaceFree = (box: TextBox, obstacles: TextBox[], gap: number): boolean =>
  !obstacles.some((obstacle) => areTextsOverlapping(box, obstacle, gap));

/** The texts that can stay where they belong, the most important first. */
export function labelsWithRoom<Label extends TextBox>(labels: Label[], gap: number): Label[] {
  const unmovedLabels: Label[] = [];
  for (const label of labels) if (isPlaceFree(label, unmovedLabels, gap)) unmovedLabels.push(label);
  return unmovedLabels;
}

/** Places around that of a text, the nearest first. */
export function placesBeside<Label extends TextBox>(label: Label): Label[] {
  const places = [];
  for (let ring = 1; ring <= MAX_MOVES; ring++) {
    for (let k = 0; k < DIRECTIONS; k++) {
      const angle = (2 * Math.PI * k) / DIRECTIONS;
      const reach = ring * label.halfHeight;
      places.push({ ...label, x: label.x + reach * Math.cos(angle), y: label.y + reach * Math.sin(angle) });
    }
  }
  return places;
}
