/**
 * Places for texts on the plane that would cover one another: some stay, the others stand beside theirs.
 */

import { areTextsOverlapping } from "./layers.js";

/** @typedef {import("./layers.js").TextBox} TextBox */

// a text gives way by at most so many times half its height, in so many directions
const [MAX_MOVES, DIRECTIONS] = [6, 16];

/**
 * Whether a text overlaps none of the others.
 * @param {TextBox} box
 * @param {TextBox[]} obstacles
 * @param {number} gap
 * @returns {boolean}
 */
export const isPlaceFree = (box, obstacles, gap) =>
  !obstacles.some((obstacle) => areTextsOverlapping(box, obstacle, gap));

/**
 * The texts that can stay where they belong, the most important first.
 * @template {TextBox} Label
 * @param {Label[]} labels
 * @param {number} gap
 * @returns {Label[]}
 */
export function labelsWithRoom(labels, gap) {
  /** @type {Label[]} */
  const unmovedLabels = [];
  for (const label of labels) if (isPlaceFree(label, unmovedLabels, gap)) unmovedLabels.push(label);
  return unmovedLabels;
}

/**
 * Places around that of a text, the nearest first.
 * @template {TextBox} Label
 * @param {Label} label
 * @returns {Label[]}
 */
export function placesBeside(label) {
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
