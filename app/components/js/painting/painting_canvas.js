/**
 * The square to paint on, in the theme's colours and with axes.
 */

import { element } from "../base/dom.js";
import { context2d, strokeCircle } from "../base/canvas_shapes.js";
import { readTheme } from "../base/theme.js";
import { formatNumber } from "../base/number_format.js";
import { StrokeSurface } from "../drawing/stroke_surface.js";
import { SIDE, cellClass, cellStrength } from "../priors/painting.js";

/** @typedef {import("../drawing/stroke_surface.js").Place} Place in cells */
const CELL_PIXELS = 6; // for each cell
const MIN_OPACITY = 0.2; // lower bound of a stroke's opacity, so that every stroke is visible

export class PaintingCanvas extends StrokeSurface {
  /** @param {import("./studio.js").PriorStudio} studio whose painting it shows, and which carries out the strokes */
  constructor(studio) {
    super(
      {
        tool: "brush",
        step: 3,
        fine: 1,
        edge: 0.5,
        begin: (place) => studio.beginStroke(place),
        draw: (from, target) => studio.continueStroke(from, target),
        end: (isKept) => studio.endStroke(isKept),
        undo: () => studio.undo(),
        paint: () => this.paint(),
        placeText: () => this.placeText(),
      },
      {
        class: "ps-canvas",
        width: SIDE * CELL_PIXELS,
        height: SIDE * CELL_PIXELS,
        "aria-label": "Painting of the prior",
        "aria-describedby": "ps-keys ps-told",
        onpointerleave: () => this.setHovered(false),
      },
      { class: "lp-said", id: "ps-keys" },
    );
    this.studio = studio;
    this.size = /** @type {Place} */ ([SIDE, SIDE]);
    this.place = /** @type {Place} */ ([SIDE / 2, SIDE / 2]);
    this.isHovered = false;
    const axisLabels = () => [element("span"), element("span", {}, "0"), element("span")];
    this.horizontalAxis = element("div", { class: "ps-across", "aria-hidden": "true" }, ...axisLabels());
    this.verticalAxis = element("div", { class: "ps-up", "aria-hidden": "true" }, ...axisLabels());
    this.root = element(
      "div",
      { class: "ps-easel" },
      this.verticalAxis,
      this.canvas,
      this.horizontalAxis,
      this.announcement,
    );
  }

  /** The brush follows the pointer. @param {PointerEvent} event */
  onMove(event) {
    this.setHovered(event.pointerType !== "touch");
    if (this.pointer < 0 && !this.down) this.place = this.placeOf(event);
    super.onMove(event);
  }

  /** @param {boolean} isHovered */
  setHovered(isHovered) {
    this.isHovered = isHovered;
    this.requestPaint();
  }

  /** @returns {string} */
  placeText() {
    const {
      cells,
      header: { half = 1 },
    } = this.studio;
    const [x, y] = this.place;
    const content = cells[Math.floor(y) * SIDE + Math.floor(x)] ? "painted" : "empty";
    return `${formatNumber(((2 * x) / SIDE - 1) * half, 1)}, ${formatNumber((1 - (2 * y) / SIDE) * half, 1)}: ${content}`;
  }

  paint() {
    const {
      cells,
      controls: { radius, erases },
      header: { half = 1, colours = [] },
    } = this.studio;
    const pen = context2d(this.canvas);
    const theme = readTheme(this.canvas);
    pen.clearRect(0, 0, SIDE * CELL_PIXELS, SIDE * CELL_PIXELS);
    for (let cell = 0; cell < cells.length; cell++) {
      if (!cells[cell]) continue;
      const owner = cellClass(cells[cell]);
      pen.globalAlpha = MIN_OPACITY + ((1 - MIN_OPACITY) * cellStrength(cells[cell])) / 15;
      pen.fillStyle = owner < 0 ? theme.primary : colours[owner];
      pen.fillRect((cell % SIDE) * CELL_PIXELS, Math.floor(cell / SIDE) * CELL_PIXELS, CELL_PIXELS, CELL_PIXELS);
    }
    pen.globalAlpha = 0.5;
    pen.strokeStyle = theme.border;
    pen.lineWidth = 1;
    pen.strokeRect(0, (SIDE * CELL_PIXELS) / 2, SIDE * CELL_PIXELS, 0);
    pen.strokeRect((SIDE * CELL_PIXELS) / 2, 0, 0, SIDE * CELL_PIXELS);
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
    for (const axis of [this.horizontalAxis, this.verticalAxis]) {
      const [low, , high] = axis.children;
      low.textContent = formatNumber(-half, 1);
      high.textContent = formatNumber(half, 1);
    }
  }
}
