/**
 * A mosaic of the codes' own images on the plane: one in each square of a grid, framed in its class's colour. Zooming in halves
 * the squares. Which code represents a square depends on the codes alone, so that panning only shifts the mosaic. The
 * representative of a square also represents one of its quarters, so that zooming in adds images and removes none.
 */

import { changes } from "../base/anew.js";
import { isSmooth } from "../base/picture.js";
import { colourOf } from "./points.js";
import { drawPicture } from "./sprites.js";

/** @typedef {{k: number, left: number, top: number, side: number}} Tile number of the code; CSS pixels of its square */

const SIDES = [56, 96]; // CSS pixels: the largest side of a square, for small images and for large ones
const GROWN = 2.5; // the largest factor by which zooming in enlarges that
const GAP = 4; // CSS pixels between frames
const FAINT = 0.25; // opacity of images outside the selection
const ROW = 2 ** 26; // more squares than a column has; a square's number is then unique and an exact integer

/** The representatives of the squares of each level; squares of level L have sides of 2^L. */
export class Standing {
  /** @param {Float32Array} xy N×2 @param {(k: number) => boolean} counts whether code k may be a representative */
  constructor(xy, counts) {
    this.xy = xy;
    this.left = Array.from({ length: xy.length / 2 }, (_, k) => k).filter((k) => Number.isFinite(xy[2 * k] + xy[2 * k + 1]) && counts(k));
    const far = this.left.reduce((most, k) => Math.max(most, Math.abs(xy[2 * k]), Math.abs(xy[2 * k + 1])), 0);
    /** The coarsest level, whose four squares around the origin hold all codes. */
    this.top = Math.floor(Math.log2(far || 1)) + 1;
    /** The finest level computed so far. */
    this.level = this.top + 1;
    /** Representatives, those of larger squares first, and how many of them belong to each level. @type {number[]} */
    this.order = [];
    /** @type {Map<number, number>} */
    this.ends = new Map();
  }

  /** The representatives of a level: one code for each square that is not empty. @param {number} level @returns {number[]} */
  at(level) {
    const known = Math.min(level, this.top);
    while (this.level > known) this.refine();
    return this.order.slice(0, this.ends.get(known));
  }

  /** The next level, of half the side: each square keeps the representative that lies in it, or gets the code nearest to its middle. */
  refine() {
    const unit = 2 ** --this.level;
    const held = new Set(this.order.map((k) => this.square(k, unit)));
    /** @type {Map<number, number>} */
    const nearest = new Map();
    for (const k of this.left) {
      const square = this.square(k, unit);
      const other = nearest.get(square);
      if (!held.has(square) && (other === undefined || this.far(k, unit) < this.far(other, unit))) nearest.set(square, k);
    }
    const found = new Set(nearest.values());
    this.order.push(...found);
    this.left = this.left.filter((k) => !found.has(k));
    this.ends.set(this.level, this.order.length);
  }

  /** The number of the square that a code lies in. @param {number} k @param {number} unit */
  square(k, unit) {
    return Math.floor(this.xy[2 * k] / unit) * ROW + Math.floor(this.xy[2 * k + 1] / unit);
  }

  /** The squared distance of a code from its square's middle, in sides of the square. @param {number} k @param {number} unit */
  far(k, unit) {
    const [x, y] = [this.xy[2 * k] / unit, this.xy[2 * k + 1] / unit];
    return (x - Math.floor(x) - 0.5) ** 2 + (y - Math.floor(y) - 0.5) ** 2;
  }
}

/**
 * The visible squares, each with the code that represents it.
 * @param {Standing} standing
 * @param {import("../view/view.js").View} view
 * @param {number} largest CSS pixels of a square's side
 * @returns {Tile[]}
 */
export function tilesOf(standing, view, largest) {
  const level = Math.floor(Math.log2(largest / view.scale));
  const unit = 2 ** level;
  const side = unit * view.scale;
  return standing.at(level).flatMap((k) => {
    const [x, y] = [standing.xy[2 * k], standing.xy[2 * k + 1]];
    const [left, top] = view.toScreen(Math.floor(x / unit) * unit, (Math.floor(y / unit) + 1) * unit);
    return left < view.width && top < view.height && left + side > 0 && top + side > 0 ? [{ k, left, top, side }] : [];
  });
}

/** The largest side of a square in CSS pixels: more for images of more pixels and for a closer view. @param {number} pixels @param {import("../view/view.js").View} view */
export function largestOf(pixels, view) {
  const [least, most] = SIDES;
  return Math.min(most, Math.max(least, 1.2 * pixels)) * view.bold * Math.min(GROWN, Math.max(1, view.zoom) ** 0.3);
}

export class Mosaic {
  changed = changes();
  standing = new Standing(new Float32Array(0), () => true);
  /** What was drawn last. @type {Tile[]} */
  tiles = [];

  /** The code whose image lies there, or −1. @param {number} x @param {number} y CSS pixels */
  at(x, y) {
    return this.tiles.find(({ left, top, side }) => x >= left && y >= top && x < left + side && y < top + side)?.k ?? -1;
  }

  /**
   * Draws the mosaic. While the view moves, only images in memory are drawn, since decoding would delay it.
   * @param {CanvasRenderingContext2D} pen
   * @param {import("../plane/display.js").Display} plane
   */
  draw(pen, plane) {
    const { codes, view, sprites, selection, memory } = plane;
    if (this.changed(codes.xy, codes.labels, [...memory.hidden].join())) this.standing = new Standing(codes.xy, (k) => plane.visible(k));
    const tiles = tilesOf(this.standing, view, largestOf(Math.max(...sprites.size), view));
    if (!plane.scene.moving) sprites.have(tiles.map(({ k }) => k), (tiles[0]?.side ?? 0) * (window.devicePixelRatio || 1)); // prettier-ignore
    const line = Math.max(2, (tiles[0]?.side ?? 0) / 40) * view.bold;
    this.tiles = tiles.filter(({ k, left, top, side }) => {
      const place = sprites.place(k);
      if (!place) return false;
      const scale = (side - GAP - line) / Math.max(place.width, place.height);
      const [wide, high] = [place.width * scale, place.height * scale];
      const [x, y] = [left + (side - wide) / 2, top + (side - high) / 2];
      pen.globalAlpha = selection.mask && !selection.mask[k] ? FAINT : 1;
      pen.imageSmoothingEnabled = isSmooth(place, scale);
      drawPicture(pen, place, x, y, wide, high);
      pen.strokeStyle = colourOf(codes, codes.labels ? codes.labels[k] : -1);
      pen.lineWidth = line;
      pen.strokeRect(x - line / 2, y - line / 2, wide + line, high + line);
      return true;
    });
    pen.globalAlpha = 1;
    pen.imageSmoothingEnabled = true;
  }
}
