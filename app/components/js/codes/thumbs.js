/**
 * The codes' own images on the plane: one in each cell of the screen, so that zooming in shows more of them.
 */

import { colourOf } from "./points.js";
import { drawPicture } from "./sprites.js";

const SIDE = 36; // CSS pixels of an image
const CELL = 44; // CSS pixels of the cell that holds one

/**
 * The code that stands for each cell of the screen: the first of those that lie in it.
 * @param {Float32Array} xy N×2
 * @param {import("../view/view.js").View} view
 * @param {(k: number) => boolean} counts
 * @returns {number[]}
 */
export function standing(xy, view, counts) {
  const columns = Math.ceil(view.width / CELL);
  /** @type {Map<number, number>} */
  const taken = new Map();
  for (let k = 0; 2 * k < xy.length; k++) {
    const [x, y] = view.toScreen(xy[2 * k], xy[2 * k + 1]);
    if (!(x >= 0 && y >= 0 && x < view.width && y < view.height)) continue;
    const cell = Math.floor(y / CELL) * columns + Math.floor(x / CELL);
    if (!taken.has(cell) && counts(k)) taken.set(cell, k);
  }
  return [...taken.values()];
}

/**
 * Draws them; while the view moves only those that are there, since what has to be decoded would hold it up.
 * @param {CanvasRenderingContext2D} pen
 * @param {import("../plane/display.js").Display} plane
 */
export function drawThumbs(pen, plane) {
  const { codes, view, sprites } = plane;
  const columns = Math.ceil(view.width / CELL);
  pen.imageSmoothingEnabled = false;
  const shown = standing(codes.xy, view, (index) => plane.visible(index));
  if (!plane.scene.moving) sprites.have(shown);
  for (const k of shown) {
    const [x, y] = view.toScreen(codes.xy[2 * k], codes.xy[2 * k + 1]);
    const left = (Math.floor(x / CELL) % columns) * CELL + (CELL - SIDE) / 2;
    const top = Math.floor(y / CELL) * CELL + (CELL - SIDE) / 2;
    const place = sprites.place(k);
    if (!place) continue;
    drawPicture(pen, place, left, top, SIDE, SIDE);
    pen.strokeStyle = colourOf(codes, codes.labels ? codes.labels[k] : -1);
    pen.lineWidth = 2;
    pen.strokeRect(left, top, SIDE, SIDE);
  }
  pen.imageSmoothingEnabled = true;
}
