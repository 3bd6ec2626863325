/**
 * Trails: the paths of some codes up to a moment, drawn over the codes and fading with age.
 */

import { line } from "../base/pen.js";
import { colourOf } from "../codes/points.js";

const MANY = 80; // the most trails; more could not be followed by eye
export const LONG = 8; // the length of a trail in frames

/**
 * The codes whose trails are drawn: at most MANY of the selected or else of all visible codes, evenly spread over their indices.
 * @param {number} count of codes
 * @param {Uint8Array | null} mask
 * @param {(index: number) => boolean} visible
 * @returns {number[]}
 */
export function trailing(count, mask, visible) {
  const all = Array.from({ length: count }, (_, k) => k).filter((k) => (!mask || mask[k]) && visible(k));
  const every = Math.max(1, all.length / MANY);
  return Array.from({ length: Math.min(all.length, MANY) }, (_, k) => all[Math.floor(k * every)]);
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {import("../view/view.js").View} view
 * @param {import("../codes/points.js").Codes} codes at the current position
 * @param {Float32Array[]} ways their places at earlier frames, the latest first
 * @param {number[]} indices
 */
export function drawTrails(pen, view, codes, ways, indices) {
  const stages = [codes.xy, ...ways.slice(0, LONG)];
  const labelOf = (/** @type {number} */ index) => (codes.labels ? codes.labels[index] : -1);
  for (let age = 0; age + 1 < stages.length; age++) {
    pen.globalAlpha = 0.75 * (1 - age / LONG);
    for (const label of new Set(indices.map(labelOf))) {
      pen.beginPath();
      for (const index of indices.filter((each) => labelOf(each) === label)) {
        const [x, y] = view.toScreen(stages[age][2 * index], stages[age][2 * index + 1]);
        const [fromX, fromY] = view.toScreen(stages[age + 1][2 * index], stages[age + 1][2 * index + 1]);
        if (Number.isNaN(x + y + fromX + fromY)) continue;
        pen.moveTo(fromX, fromY);
        pen.lineTo(x, y);
      }
      line(pen, colourOf(codes, label), 1.25 * view.bold);
    }
  }
  pen.globalAlpha = 1;
}
