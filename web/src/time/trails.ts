/**
 * Trails: the paths of some codes up to a moment, drawn over the codes and fading with age.
 */

import { strokePath } from "../base/canvas_shapes.ts";
import { classColour } from "../codes/stamp_renderer.ts";
import type { Viewport } from "../view/viewport.ts";
import type { Codes } from "../codes/stamp_renderer.ts";

const MAX_TRAILS = 80; // the most trails; more could not be followed by eye
export const TRAIL_LENGTH = 8; // the length of a trail in frames

/**
 * The codes whose trails are drawn: at most MANY of the selected or else of all visible codes, evenly spread over their
 * indices.
 * @param count of codes
 */
export function trailCodes(count: number, mask: Uint8Array | null, isVisible: (index: number) => boolean): number[] {
  const candidates = Array.from({ length: count }, (_, k) => k).filter((k) => (!mask || mask[k]) && isVisible(k));
  const stride = Math.max(1, candidates.length / MAX_TRAILS);
  return Array.from({ length: Math.min(candidates.length, MAX_TRAILS) }, (_, k) => candidates[Math.floor(k * stride)]);
}

/**
 * @param codes at the current position
 * @param earlierPlaces their places at earlier frames, the latest first
 */
export function drawTrails(
  pen: CanvasRenderingContext2D,
  view: Viewport,
  codes: Codes,
  earlierPlaces: Float32Array[],
  indices: number[],
) {
  const stages = [codes.xy, ...earlierPlaces.slice(0, TRAIL_LENGTH)];
  const labelOf = (index: number) => (codes.labels ? codes.labels[index] : -1);
  for (let age = 0; age + 1 < stages.length; age++) {
    pen.globalAlpha = 0.75 * (1 - age / TRAIL_LENGTH);
    for (const label of new Set(indices.map(labelOf))) {
      pen.beginPath();
      for (const index of indices.filter((code) => labelOf(code) === label)) {
        const [x, y] = view.toScreen(stages[age][2 * index], stages[age][2 * index + 1]);
        const [fromX, fromY] = view.toScreen(stages[age + 1][2 * index], stages[age + 1][2 * index + 1]);
        if (Number.isNaN(x + y + fromX + fromY)) continue;
        pen.moveTo(fromX, fromY);
        pen.lineTo(x, y);
      }
      strokePath(pen, classColour(codes, label), 1.25 * view.markScale);
    }
  }
  pen.globalAlpha = 1;
}
