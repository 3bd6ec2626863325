/**
 * The square to paint on, in the theme's colours and with axes.
 */

import { element } from "../base/dom.js";
import { ring } from "../base/pen.js";
import { themeOf } from "../base/theme.js";
import { number } from "../base/number_text.js";
import { Surface } from "../drawing/surface.js";
import { SIDE, classOf, strengthOf } from "../priors/painted.js";

/** @typedef {import("../drawing/surface.js").Place} Place in cells */
const PIXELS = 6; // for each cell
const FAINTEST = 0.2; // lower bound of a stroke's opacity, so that every stroke is visible

export class Easel extends Surface {
  /** @param {import("./studio.js").Studio} studio whose painting it shows, and which carries out the strokes */
  constructor(studio) {
    super({
        tool: "brush", step: 3, fine: 1, edge: 0.5, begin: (at) => studio.begin(at), draw: (from, to) => studio.draw(from, to),
        end: (kept) => studio.end(kept), undo: () => studio.undo(), paint: () => this.paint(), placeText: () => this.placeText(),
      }, {
        class: "ps-canvas", width: SIDE * PIXELS, height: SIDE * PIXELS, "aria-label": "Painting of the prior", "aria-describedby": "ps-keys ps-told",
        onpointerleave: () => this.hover(false),
      }, { class: "lp-said", id: "ps-keys" }); // prettier-ignore
    this.studio = studio;
    this.size = /** @type {Place} */ ([SIDE, SIDE]);
    this.place = /** @type {Place} */ ([SIDE / 2, SIDE / 2]);
    this.over = false;
    const ends = () => [element("span"), element("span", {}, "0"), element("span")];
    this.across = element("div", { class: "ps-across", "aria-hidden": "true" }, ...ends());
    this.up = element("div", { class: "ps-up", "aria-hidden": "true" }, ...ends());
    this.root = element("div", { class: "ps-easel" }, this.up, this.canvas, this.across, this.spoken);
  }

  /** The brush follows the pointer. @param {PointerEvent} event */
  move(event) {
    this.hover(event.pointerType !== "touch");
    if (this.pointer < 0 && !this.down) this.place = this.at(event);
    super.move(event);
  }

  /** @param {boolean} over */
  hover(over) {
    this.over = over;
    this.ask();
  }

  placeText() {
    const { cells, header: { half = 1 } } = this.studio; // prettier-ignore
    const [x, y] = this.place;
    const there = cells[Math.floor(y) * SIDE + Math.floor(x)] ? "painted" : "empty";
    return `${number((2 * x / SIDE - 1) * half, 1)}, ${number((1 - 2 * y / SIDE) * half, 1)}: ${there}`; // prettier-ignore
  }

  paint() {
    const { cells, controls: { radius, erases }, header: { half = 1, colours = [] } } = this.studio; // prettier-ignore
    const pen = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    const theme = themeOf(this.canvas);
    pen.clearRect(0, 0, SIDE * PIXELS, SIDE * PIXELS);
    for (let at = 0; at < cells.length; at++) {
      if (!cells[at]) continue;
      const owner = classOf(cells[at]);
      pen.globalAlpha = FAINTEST + ((1 - FAINTEST) * strengthOf(cells[at])) / 15;
      pen.fillStyle = owner < 0 ? theme.primary : colours[owner];
      pen.fillRect((at % SIDE) * PIXELS, Math.floor(at / SIDE) * PIXELS, PIXELS, PIXELS);
    }
    pen.globalAlpha = 0.5;
    pen.strokeStyle = theme.border;
    pen.lineWidth = 1;
    pen.strokeRect(0, (SIDE * PIXELS) / 2, SIDE * PIXELS, 0);
    pen.strokeRect((SIDE * PIXELS) / 2, 0, 0, SIDE * PIXELS);
    pen.globalAlpha = 1;
    if (this.over || this.canvas.matches(":focus-visible")) {
      pen.setLineDash(erases ? [6, 4] : []);
      ring(pen, this.place[0] * PIXELS, this.place[1] * PIXELS, radius * PIXELS, theme.background, 5); // a rim below the outline of the brush
      this.ring(pen, PIXELS, radius * PIXELS, theme.text);
      pen.setLineDash([]);
    }
    for (const { children: [low, , high] } of [this.across, this.up]) [low.textContent, high.textContent] = [number(-half, 1), number(half, 1)];
  }
}
