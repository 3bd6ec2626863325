/**
 * The square to paint on, by mouse, pen, finger or keyboard, in the theme's colours and with axes.
 */

import { element } from "../base/dom.js";
import { themeOf } from "../base/theme.js";
import { number } from "../base/words.js";
import { SIDE, classOf, strengthOf } from "../priors/painted.js";

/** @typedef {import("./brush.js").Place} Place */
/**
 * begin and draw: the brush is set down at a place, or goes on to one; end: it is lifted (kept: or the stroke was none).
 * @typedef {{begin: (to: Place) => void, draw: (from: Place, to: Place) => void, end: (kept: boolean) => void, undo: () => void}} Acts
 */
/** @typedef {{cells: Uint8Array, half: number, radius: number, erases: boolean, colours: string[]}} Shown */

const PIXELS = 6; // for each cell
const STEP = 3; // cells, by an arrow key
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const HINT = "By keyboard: arrow keys move the brush (with Shift in fine steps), Space lowers or lifts it, Backspace undoes the last stroke.";
const FAINTEST = 0.2; // of a colour, so that the faintest strokes can be told from nothing

export class Easel {
  /** @param {Acts} acts @param {() => Shown} shown */
  constructor(acts, shown) {
    this.acts = acts;
    this.shown = shown;
    this.pointer = -1;
    this.down = false;
    /** Where the brush is, in cells. @type {Place} */
    this.place = [SIDE / 2, SIDE / 2];
    this.over = false;
    this.frame = 0;
    this.canvas = element("canvas", {
      class: "ps-canvas", width: SIDE * PIXELS, height: SIDE * PIXELS, tabindex: "0", role: "application",
      "aria-label": "Painting of the prior", "aria-describedby": "ps-keys ps-told",
      onkeydown: (event) => this.key(event), onfocus: () => this.ask(), onblur: () => this.lift(),
      onpointerdown: (event) => this.press(event), onpointermove: (event) => this.move(event),
      onpointerup: (event) => this.release(event, true), onpointercancel: (event) => this.release(event, false),
      onpointerleave: () => this.leave(),
    }); // prettier-ignore
    const ends = () => [element("span"), element("span", {}, "0"), element("span")];
    this.across = element("div", { class: "ps-across", "aria-hidden": "true" }, ...ends());
    this.up = element("div", { class: "ps-up", "aria-hidden": "true" }, ...ends());
    this.spoken = element("p", { class: "lp-hidden", "aria-live": "polite" });
    this.hint = element("p", { class: "lp-said", id: "ps-keys" }, HINT);
    this.root = element("div", { class: "ps-easel" }, this.up, this.canvas, this.across, this.spoken);
  }

  // By mouse, pen and finger -------------------------------------------------------------------------------------------

  /** @param {PointerEvent} event @returns {Place} */
  at(event) {
    const frame = this.canvas.getBoundingClientRect();
    return [((event.clientX - frame.left) / frame.width) * SIDE, ((event.clientY - frame.top) / frame.height) * SIDE];
  }

  press(event) {
    if (event.button !== 0 || this.pointer >= 0) return;
    this.lift();
    this.pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    this.begin(this.at(event));
  }

  move(event) {
    this.over = event.pointerType !== "touch";
    if (event.pointerId !== this.pointer) {
      if (this.pointer < 0 && !this.down) this.place = this.at(event);
      return this.ask();
    }
    const passed = event.getCoalescedEvents?.() ?? [];
    for (const each of passed.length ? passed : [event]) this.go(this.at(each));
  }

  release(event, kept) {
    if (event.pointerId !== this.pointer) return;
    this.pointer = -1;
    this.end(kept);
  }

  leave() {
    this.over = false;
    this.ask();
  }

  // By keyboard --------------------------------------------------------------------------------------------------------

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.altKey || event.metaKey || event.ctrlKey) return;
    const arrow = ARROWS[event.key];
    if (arrow) this.step(arrow, event.shiftKey ? 1 : STEP);
    else if (event.key === " ") this.toggle();
    else if (event.key === "Backspace") this.acts.undo();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  step([dx, dy], cells) {
    const within = (value) => Math.min(SIDE - 0.5, Math.max(0.5, value));
    this.go([within(this.place[0] + dx * cells), within(this.place[1] + dy * cells)]);
    const { half, cells: painted } = this.shown();
    const [x, y] = this.place;
    const there = painted[Math.floor(y) * SIDE + Math.floor(x)] ? "painted" : "empty";
    this.spoken.textContent = `${number((2 * x / SIDE - 1) * half, 1)}, ${number((1 - 2 * y / SIDE) * half, 1)}: ${there}`; // prettier-ignore
  }

  toggle() {
    this.spoken.textContent = this.down ? "Brush up" : "Brush down";
    if (this.down) this.end(true);
    else this.begin(this.place);
  }

  /** Ends a stroke that the keyboard left open. */
  lift() {
    if (this.down && this.pointer < 0) this.end(true);
    this.ask();
  }

  // Strokes ------------------------------------------------------------------------------------------------------------

  /** @param {Place} place */
  begin(place) {
    this.down = true;
    this.place = place;
    this.acts.begin(place);
    this.ask();
  }

  /** @param {Place} place */
  go(place) {
    if (this.down) this.acts.draw(this.place, place);
    this.place = place;
    this.ask();
  }

  /** @param {boolean} kept */
  end(kept) {
    this.down = false;
    this.acts.end(kept);
    this.ask();
  }

  // The picture --------------------------------------------------------------------------------------------------------

  /** Paints with the next frame. */
  ask() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.paint();
    });
  }

  paint() {
    const { cells, half, colours } = this.shown();
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
    if (this.over || this.canvas.matches(":focus-visible")) this.ring(pen, theme);
    [this.across, this.up].forEach((axis) => {
      const [low, , high] = axis.children;
      [low.textContent, high.textContent] = [number(-half, 1), number(half, 1)];
    });
  }

  /** The brush: a ring as large as what it paints. */
  ring(pen, theme) {
    const { radius, erases } = this.shown();
    const circle = (colour, width) => {
      pen.beginPath();
      pen.arc(this.place[0] * PIXELS, this.place[1] * PIXELS, radius * PIXELS, 0, 2 * Math.PI);
      pen.lineWidth = width;
      pen.strokeStyle = colour;
      pen.stroke();
    };
    pen.setLineDash(erases ? [6, 4] : []);
    circle(theme.background, 5);
    circle(this.down ? "#d55e00" : theme.text, 2);
    pen.setLineDash([]);
  }
}
