/**
 * The square to paint on, in the theme's colours; it lies on a plane, which draws the axes.
 */

import { element } from "../base/dom.ts";
import { context2d, strokeCircle } from "../base/canvas_shapes.ts";
import { PRIOR_COLOUR } from "../base/colours.ts";
import { readTheme } from "../base/theme.ts";
import { formatNumber } from "../base/number_format.ts";
import { StrokeSurface } from "../drawing/stroke_surface.ts";
import { SIDE, cellClass, cellStrength } from "../priors/painting.ts";
import { translate } from "../base/translate.ts";
import type { Place } from "../drawing/stroke_surface.ts";
import type { Painter } from "./painter.ts";

const CELL_PIXELS = 6; // for each cell
const MIN_OPACITY = 0.2; // of the faintest stroke, so that every stroke is visible
const MAX_OPACITY = 0.65; // of the strongest, so that the axes and codes beneath stay visible

export class PaintingCanvas extends StrokeSurface {
  painter: Painter;
  isHovered = false;
  root: HTMLDivElement;

  /** @param painter whose painting it shows, and which carries out the strokes */
  constructor(painter: Painter) {
    super(
      {
        tool: "brush",
        step: 3,
        fine: 1,
        edge: 0.5,
        begin: (place) => painter.beginStroke(place),
        draw: (from, target) => painter.continueStroke(from, target),
        end: (isKept) => painter.endStroke(isKept),
        undo: () => painter.undo(),
        paint: () => this.paint(),
        placeText: () => this.placeText(),
      },
      {
        class: "ps-canvas",
        width: SIDE * CELL_PIXELS,
        height: SIDE * CELL_PIXELS,
        "aria-label": translate("Painting of the prior"),
        "aria-describedby": "ps-keys ps-status",
        onpointerleave: () => this.setHovered(false),
      },
      { class: "lp-note", id: "ps-keys" },
    );
    this.painter = painter;
    this.size = [SIDE, SIDE] as Place;
    this.place = [SIDE / 2, SIDE / 2] as Place;
    this.root = element("div", { class: "ps-easel" }, this.canvas, this.announcement);
  }

  /** The brush follows the pointer. */
  onMove(event: PointerEvent) {
    this.setHovered(event.pointerType !== "touch");
    if (this.pointer < 0 && !this.isDown) this.place = this.placeOf(event);
    super.onMove(event);
  }

  setHovered(isHovered: boolean) {
    this.isHovered = isHovered;
    this.requestPaint();
  }

  placeText(): string {
    const {
      cells,
      offer: { half },
    } = this.painter;
    const [x, y] = this.place;
    const values = {
      across: formatNumber(((2 * x) / SIDE - 1) * half, 1),
      up: formatNumber((1 - (2 * y) / SIDE) * half, 1),
    };
    return cells[Math.floor(y) * SIDE + Math.floor(x)]
      ? translate("{across}, {up}: painted", values)
      : translate("{across}, {up}: empty", values);
  }

  paint() {
    const {
      cells,
      controls: { radius, erases },
      offer: { colours },
    } = this.painter;
    const pen = context2d(this.canvas);
    const theme = readTheme(this.canvas);
    pen.clearRect(0, 0, SIDE * CELL_PIXELS, SIDE * CELL_PIXELS);
    for (let cell = 0; cell < cells.length; cell++) {
      if (!cells[cell]) continue;
      const owner = cellClass(cells[cell]);
      pen.globalAlpha = MIN_OPACITY + ((MAX_OPACITY - MIN_OPACITY) * cellStrength(cells[cell])) / 15;
      pen.fillStyle = owner < 0 ? PRIOR_COLOUR : colours[owner];
      pen.fillRect((cell % SIDE) * CELL_PIXELS, Math.floor(cell / SIDE) * CELL_PIXELS, CELL_PIXELS, CELL_PIXELS);
    }
    pen.globalAlpha = 1;
    if (this.isHovered || this.canvas.matches(":focus-visible")) {
      pen.setLineDash(erases ? [6, 4] : []);
      strokeCircle(
        pen,
        this.place[0] * CELL_PIXELS,
        this.place[1] * CELL_PIXELS,
        radius * CELL_PIXELS,
        theme.background,
        5,
      ); // a rim below the outline of the brush
      this.drawRing(pen, CELL_PIXELS, radius * CELL_PIXELS, theme.text);
      pen.setLineDash([]);
    }
  }
}
