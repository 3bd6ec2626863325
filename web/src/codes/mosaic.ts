/**
 * A mosaic of the codes' own images on the plane: one in each square of a grid, framed in its class's colour. Zooming
 * in halves the squares. Which code represents a square depends on the codes alone, so that panning only shifts the
 * mosaic. The representative of a square also represents one of its quarters, so that zooming in adds images and
 * removes none.
 */

import { createChangeDetector } from "../base/memoize.ts";
import { isSmoothed } from "../base/pictures.ts";
import { classColour } from "./stamp_renderer.ts";
import { drawPicture } from "./sprites.ts";
import type { Viewport } from "../view/viewport.ts";
import type { MosaicPlane } from "./planes.ts";

/** Number of the code; CSS pixels of its square. */
type Tile = { k: number; left: number; top: number; side: number };

const MAX_SIDES = [56, 96]; // CSS pixels: the largest side of a square, for small images and for large ones
const MAX_ZOOM_FACTOR = 2.5; // the largest factor by which zooming in enlarges that
const GAP = 4; // CSS pixels between frames
const UNSELECTED_OPACITY = 0.25; // opacity of images outside the selection
const ROW = 2 ** 26; // more squares than a column has; a square's number is then unique and an exact integer

/** The representatives of the squares of each level; squares of level L have sides of 2^L. */
export class RepresentativeGrid {
  xy: Float32Array;
  unassignedCodes: number[];
  /** The coarsest level, whose four squares around the origin hold all codes. */
  topLevel: number;
  /** The finest level computed so far. */
  level: number;
  /** Representatives, those of larger squares first, and how many of them belong to each level. */
  order: number[] = [];
  countsByLevel: Map<number, number> = new Map();

  /**
   * @param xy N×2
   * @param counts whether code k may be a representative
   */
  constructor(xy: Float32Array, counts: (k: number) => boolean) {
    this.xy = xy;
    this.unassignedCodes = Array.from({ length: xy.length / 2 }, (_, k) => k).filter(
      (k) => Number.isFinite(xy[2 * k] + xy[2 * k + 1]) && counts(k),
    );
    const maxCoordinate = this.unassignedCodes.reduce(
      (maximum, k) => Math.max(maximum, Math.abs(xy[2 * k]), Math.abs(xy[2 * k + 1])),
      0,
    );
    this.topLevel = Math.floor(Math.log2(maxCoordinate || 1)) + 1;
    this.level = this.topLevel + 1;
  }

  /** The representatives of a level: one code for each square that is not empty. */
  representativesAt(level: number): number[] {
    const available = Math.min(level, this.topLevel);
    while (this.level > available) this.refineLevel();
    return this.order.slice(0, this.countsByLevel.get(available));
  }

  /**
   * The next level, of half the side: each square keeps the representative that lies in it, or gets the code nearest to
   * its middle.
   */
  refineLevel() {
    const unit = 2 ** --this.level;
    const occupied = new Set(this.order.map((k) => this.squareNumber(k, unit)));
    const nearestBySquare: Map<number, number> = new Map();
    for (const k of this.unassignedCodes) {
      const square = this.squareNumber(k, unit);
      const rival = nearestBySquare.get(square);
      if (
        !occupied.has(square) &&
        (rival === undefined || this.distanceToMiddle(k, unit) < this.distanceToMiddle(rival, unit))
      )
        nearestBySquare.set(square, k);
    }
    const representatives = new Set(nearestBySquare.values());
    this.order.push(...representatives);
    this.unassignedCodes = this.unassignedCodes.filter((k) => !representatives.has(k));
    this.countsByLevel.set(this.level, this.order.length);
  }

  /** The number of the square that a code lies in. */
  squareNumber(k: number, unit: number): number {
    return Math.floor(this.xy[2 * k] / unit) * ROW + Math.floor(this.xy[2 * k + 1] / unit);
  }

  /** The squared distance of a code from its square's middle, in sides of the square. */
  distanceToMiddle(k: number, unit: number): number {
    const [x, y] = [this.xy[2 * k] / unit, this.xy[2 * k + 1] / unit];
    return (x - Math.floor(x) - 0.5) ** 2 + (y - Math.floor(y) - 0.5) ** 2;
  }
}

/**
 * The visible squares, each with the code that represents it.
 * @param largest CSS pixels of a square's side
 */
export function visibleTiles(grid: RepresentativeGrid, view: Viewport, largest: number): Tile[] {
  const level = Math.floor(Math.log2(largest / view.scale));
  const unit = 2 ** level;
  const side = unit * view.scale;
  return grid.representativesAt(level).flatMap((k) => {
    const [x, y] = [grid.xy[2 * k], grid.xy[2 * k + 1]];
    const [left, top] = view.toScreen(Math.floor(x / unit) * unit, (Math.floor(y / unit) + 1) * unit);
    return left < view.width && top < view.height && left + side > 0 && top + side > 0 ? [{ k, left, top, side }] : [];
  });
}

/** The largest side of a square in CSS pixels: more for images of more pixels and for a closer view. */
export function maxTileSide(pixels: number, view: Viewport): number {
  const [minSide, maxSide] = MAX_SIDES;
  return (
    Math.min(maxSide, Math.max(minSide, 1.2 * pixels)) *
    view.markScale *
    Math.min(MAX_ZOOM_FACTOR, Math.max(1, view.zoom) ** 0.3)
  );
}

export class Mosaic {
  haveInputsChanged = createChangeDetector();
  grid = new RepresentativeGrid(new Float32Array(0), () => true);
  /** What was drawn last. */
  tiles: Tile[] = [];

  /**
   * The code whose image lies there, or −1.
   * @param y CSS pixels
   */
  codeIndexAt(x: number, y: number): number {
    return (
      this.tiles.find(({ left, top, side }) => x >= left && y >= top && x < left + side && y < top + side)?.k ?? -1
    );
  }

  /** Draws the mosaic. While the view moves, only images in memory are drawn, since decoding would delay it. */
  draw(pen: CanvasRenderingContext2D, plane: MosaicPlane) {
    const { codes, fields, view, sprites, colouredMask, settings } = plane;
    if (this.haveInputsChanged(codes.xy, codes.labels, [...settings.hidden].join(), fields.matches?.values))
      this.grid = new RepresentativeGrid(codes.xy, (k) => plane.isVisible(k));
    const tiles = visibleTiles(this.grid, view, maxTileSide(Math.max(...sprites.largestPictureSize), view));
    if (!plane.scene.isMoving)
      sprites.requestImages(
        tiles.map(({ k }) => k),
        (tiles[0]?.side ?? 0) * (window.devicePixelRatio || 1),
      );
    const line = Math.max(2, (tiles[0]?.side ?? 0) / 40) * view.markScale;
    this.tiles = tiles.filter(({ k, left, top, side }) => {
      const place = sprites.findPlace(k);
      if (!place) return false;
      const scale = (side - GAP - line) / Math.max(place.width, place.height);
      const [tileWidth, tileHeight] = [place.width * scale, place.height * scale];
      const [x, y] = [left + (side - tileWidth) / 2, top + (side - tileHeight) / 2];
      pen.globalAlpha = colouredMask && !colouredMask[k] ? UNSELECTED_OPACITY : 1;
      pen.imageSmoothingEnabled = isSmoothed(place, scale);
      drawPicture(pen, place, x, y, tileWidth, tileHeight);
      pen.strokeStyle = classColour(codes, codes.labels ? codes.labels[k] : -1);
      pen.lineWidth = line;
      pen.strokeRect(x - line / 2, y - line / 2, tileWidth + line, tileHeight + line);
      return true;
    });
    pen.globalAlpha = 1;
    pen.imageSmoothingEnabled = true;
  }
}
