/**
 * The decoded manifold: the plane is divided into equal squares, each of which shows the image decoded at its centre.
 * The side is a power of two, so that zooming refines the squares and panning keeps them.
 */

import { context2d } from "../base/canvas_shapes.ts";
import { ImageAtlas } from "../codes/image_atlas.ts";
import { drawPicture } from "../codes/sprites.ts";
import type { Viewport } from "../view/viewport.ts";

/** place: its centre on the plane; left, top, side: pixels */
type Cell = { name: string; place: [number, number]; left: number; top: number; side: number };

const MAX_CELL_PIXELS = 46; // the largest side of a square in pixels, unless an image is larger
const TILE_GAP = 2; // pixels between tiles
const TILES_PER_BATCH = 16; // tiles that a usual decoder decodes in one go
const SHOW_INTERVAL = 100; // milliseconds after which the tiles decoded so far are shown
const SHEET_SIDE = 1536; // side in pixels of the sheet that keeps the tiles: 54 × 54 of 28 × 28 pixels

/**
 * The side of a cell in units of the plane.
 * @param largest side in pixels
 */
const cellUnit = (view: Viewport, largest: number): number => 2 ** Math.floor(Math.log2(largest / view.scale));

/**
 * The visible cells.
 * @param largest side in pixels
 */
export function cellsOfView(view: Viewport, largest: number = MAX_CELL_PIXELS): Cell[] {
  const unit = cellUnit(view, largest);
  const { x0, x1, y0, y1 } = view.visibleBox;
  const visible = [];
  for (let i = Math.floor(x0 / unit); i * unit < x1; i++) {
    for (let j = Math.floor(y0 / unit); j * unit < y1; j++) {
      const [left, top] = view.toScreen(i * unit, (j + 1) * unit);
      visible.push({
        name: [unit, i, j].join(),
        place: [(i + 0.5) * unit, (j + 0.5) * unit] as [number, number],
        left,
        top,
        side: unit * view.scale,
      });
    }
  }
  return visible;
}

export class Manifold {
  /** By cell. */
  tiles: ImageAtlas<string> = new ImageAtlas(SHEET_SIDE);
  version: string;
  /** The version of the tile in each slot; a tile of an older version stays until it is replaced. */
  versions: string[];

  constructor() {
    context2d(this.tiles.sheet, { willReadFrequently: true });
    this.version = "";
    this.versions = [];
  }

  /** The visible cells, none smaller than half an image; twice as large where the sheet could not hold all of them. */
  visibleCells(view: Viewport): Cell[] {
    const largest = Math.max(MAX_CELL_PIXELS, ...this.tiles.pictureSize);
    const side = cellUnit(view, largest) * view.scale;
    // wherever the view is, so that panning keeps the side
    const maxTiles = (Math.ceil(view.width / side) + 1) * (Math.ceil(view.height / side) + 1);
    return cellsOfView(view, maxTiles > this.tiles.capacity ? 2 * largest : largest);
  }

  /** Draws the tiles that have been decoded. */
  drawTiles(pen: CanvasRenderingContext2D, view: Viewport) {
    for (const { name, left, top, side } of this.visibleCells(view)) {
      const tile = this.tiles.findPlace(name);
      if (!tile) continue;
      const scale = (side - TILE_GAP) / Math.max(tile.width, tile.height);
      const [w, h] = [tile.width * scale, tile.height * scale];
      drawPicture(pen, tile, left + (side - w) / 2, top + (side - h) / 2, w, h);
    }
  }

  /**
   * Decodes the missing tiles a few at a time, from the middle outwards.
   * @param decode the pictures of some places
   * @param onProgress called every `SHOW_INTERVAL` milliseconds and at the end
   * @param batchSizeFor the number of places to decode in one go
   */
  *decodeMissing(
    view: Viewport,
    decode: (places: [number, number][]) => ImageData[],
    onProgress: () => void,
    batchSizeFor: (most: number) => number,
  ): Generator<void, void, void> {
    const { tiles, version, versions } = this;
    const distanceToCentre = ([x, y]: number[]) => Math.hypot(x - view.centre[0], y - view.centre[1]);
    const inView = this.visibleCells(view);
    tiles.markRecent(inView.map(({ name }) => name)); // the tiles in view do not give way to one another
    const missingTiles = inView.filter(({ name }) => versions[tiles.slotsByName.get(name) ?? -1] !== version);
    missingTiles.sort((a, b) => distanceToCentre(a.place) - distanceToCentre(b.place));
    let lastProgress = performance.now();
    const batchSize = batchSizeFor(TILES_PER_BATCH);
    for (let first = 0; first < missingTiles.length; first += batchSize) {
      const batch = missingTiles.slice(first, first + batchSize);
      decode(batch.map(({ place }) => place)).forEach(
        (image, k) => (versions[tiles.put(batch[k].name, image)] = version),
      );
      if (performance.now() - lastProgress > SHOW_INTERVAL) {
        onProgress();
        lastProgress = performance.now();
      }
      yield;
    }
    if (missingTiles.length) onProgress();
  }
}
