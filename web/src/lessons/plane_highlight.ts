/**
 * Highlighting within a plane's drawing: codes, many codes of one image, samples of the prior, z, regions, the items of
 * a mini-batch, or D's surface as a whole.
 */

import { strokeCircle, traceCrosses } from "../base/canvas_shapes.ts";

type ToScreen = (x: number, y: number) => [number, number];
/** draws: many codes of one image; places: of z, of regions or of items, in pixels */
type HighlightedParts = {
  drawn: string;
  toScreen: ToScreen;
  width: number;
  height: number;
  codes?: ArrayLike<number>;
  prior?: ArrayLike<number>;
  draws?: ArrayLike<number>;
  places?: [number, number][];
};

// unlike the colours of classes, of D(z) and of the focus; also in style.css and lesson_panel
export const HIGHLIGHT_COLOUR = "#d6249f";
const [DOT, RING, FRAME] = [1.5, 18, 8]; // CSS pixels

export function drawHighlight(
  pen: CanvasRenderingContext2D,
  { drawn, toScreen, width, height, codes = [], prior = [], draws = [], places = [] }: HighlightedParts,
) {
  pen.save();
  pen.setLineDash([]);
  pen.strokeStyle = pen.fillStyle = HIGHLIGHT_COLOUR;
  pen.globalAlpha = 1;
  if (drawn === "codes") drawDots(pen, toScreen, codes);
  if (drawn === "draws") drawDots(pen, toScreen, draws);
  if (drawn === "prior") {
    pen.lineWidth = 1.75;
    traceCrosses(pen, toScreen, prior, 4);
    pen.stroke();
  }
  if (drawn === "surface") {
    pen.lineWidth = FRAME;
    pen.strokeRect(FRAME / 2, FRAME / 2, width - FRAME, height - FRAME);
  }
  const ringedPlaces = ["z", "items", "regions"].includes(drawn)
    ? places.filter(([x, y]) => Number.isFinite(x + y))
    : [];
  for (const [x, y] of ringedPlaces) strokeCircle(pen, x, y, RING, HIGHLIGHT_COLOUR, 4);
  pen.restore();
}

function drawDots(pen: CanvasRenderingContext2D, toScreen: ToScreen, xy: ArrayLike<number>) {
  for (let k = 0; k + 1 < xy.length; k += 2) {
    const [x, y] = toScreen(xy[k], xy[k + 1]);
    pen.fillRect(x - DOT, y - DOT, 2 * DOT, 2 * DOT);
  }
}
