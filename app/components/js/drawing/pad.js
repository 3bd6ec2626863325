/**
 * The drawing pad: strokes by mouse, pen, finger or keyboard, in the colours and with the width of the data set's lines.
 */

import { button, element } from "../base/dom.js";
import { drawStrokes, fitted } from "./strokes.js";

/** @typedef {{fill: number | null, centre: "mass" | "box", ground: "dark" | "light" | null, stroke: number}} Recipe */

const SIDE = 224; // pixels of the canvas for a width of 1
const STEP = 1 / 20; // of the width, by an arrow key
const FINE = 1 / 100;
const NEAR = 1 / 400; // between two points of a stroke
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const COLOURS = { dark: { paper: "#000", ink: "#fff" }, light: { paper: "#fff", ink: "#000" } };
const HINT = "By keyboard: arrow keys move the pen (with Shift in fine steps), Space lowers or lifts it, Backspace undoes the last stroke.";

export class Pad {
  /** @param {() => void} changed told at each stroke's end, and when strokes were taken back */
  constructor(changed) {
    this.changed = changed;
    /** @type {import("./strokes.js").Stroke[]} */
    this.strokes = [];
    /** The stroke that is being drawn. @type {import("./strokes.js").Stroke | null} */
    this.open = null;
    this.pointer = -1;
    this.height = 1;
    /** @type {Recipe} */
    this.recipe = { fill: null, centre: "box", ground: null, stroke: 0.09 };
    /** Where the keyboard's pen is. */
    this.cursor = [0.5, 0.5];
    this.canvas = element("canvas", {
      class: "lp-pad", tabindex: "0", role: "application", "aria-label": "Drawing pad", "aria-describedby": "lp-pad-keys",
      onkeydown: (event) => this.key(event), onfocus: () => this.paint(), onblur: () => this.lift(),
      onpointerdown: (event) => this.press(event), onpointermove: (event) => this.move(event),
      onpointerup: (event) => this.release(event), onpointercancel: (event) => this.give(event),
    }); // prettier-ignore
    this.told = element("p", { class: "lp-hidden", "aria-live": "polite" });
    this.hint = element("p", { class: "lp-said lp-pad-keys", id: "lp-pad-keys" }, HINT);
    this.buttons = element("div", { class: "lp-switches" }, button("Undo", () => this.undo()), button("Clear", () => this.clear()), this.told);
  }

  /** @param {Recipe} recipe @param {number[]} image C, H, W */
  suit(recipe, [channels, height, width]) {
    for (const part of [this.canvas, this.hint, this.buttons]) part.hidden = channels !== 1 || recipe.ground === null;
    this.recipe = recipe;
    this.height = height / width;
    this.canvas.width = SIDE;
    this.canvas.height = Math.round(SIDE * this.height);
    this.cursor = [0.5, this.height / 2];
    this.paint();
  }

  get colours() {
    return COLOURS[this.recipe.ground ?? "dark"];
  }

  /**
   * What is drawn, with the lines' usual width at the size that the recipe gives them; null where nothing is.
   * @param {number[]} image C, H, W
   * @returns {ImageData | null}
   */
  picture([, height, width]) {
    if (!this.strokes.length) return null;
    const { fill, stroke } = this.recipe;
    const many = Math.max(8, Math.ceil(SIDE / width)); // pixels for each of the image's
    const canvas = element("canvas", { width: width * many, height: height * many });
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    const lines = fill === null ? this.strokes : fitted(this.strokes, fill, stroke, this.height);
    drawStrokes(pen, lines, width * many, stroke, this.colours);
    return pen.getImageData(0, 0, canvas.width, canvas.height);
  }

  // By mouse, pen and finger -------------------------------------------------------------------------------------------

  /** @param {PointerEvent} event @returns {[number, number]} */
  place(event) {
    const frame = this.canvas.getBoundingClientRect();
    return [(event.clientX - frame.left) / frame.width, ((event.clientY - frame.top) / frame.height) * this.height];
  }

  press(event) {
    if (event.button !== 0 || this.pointer >= 0) return;
    this.lift();
    this.pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    this.cursor = this.place(event);
    this.begin();
  }

  move(event) {
    if (event.pointerId !== this.pointer) return;
    const passed = event.getCoalescedEvents?.() ?? [];
    for (const each of passed.length ? passed : [event]) this.extend(...this.place(each));
    this.paint();
  }

  release(event) {
    if (event.pointerId !== this.pointer) return;
    this.pointer = -1;
    this.end();
  }

  /** The browser took the pointer for something else: the stroke is none. */
  give(event) {
    if (event.pointerId !== this.pointer) return;
    this.pointer = -1;
    this.open = null;
    this.strokes.pop();
    this.paint();
  }

  // By keyboard --------------------------------------------------------------------------------------------------------

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.altKey || event.metaKey || event.ctrlKey) return;
    const arrow = ARROWS[event.key];
    if (arrow) this.go(arrow, event.shiftKey ? FINE : STEP);
    else if (event.key === " ") this.toggle();
    else if (event.key === "Backspace") this.undo();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  go([dx, dy], step) {
    const [x, y] = this.cursor;
    this.cursor = [Math.min(1, Math.max(0, x + dx * step)), Math.min(this.height, Math.max(0, y + dy * step))];
    if (this.open) this.extend(this.cursor[0], this.cursor[1]);
    this.paint();
    this.told.textContent = `${Math.round(100 * this.cursor[0])} across, ${Math.round((100 * this.cursor[1]) / this.height)} down`;
  }

  toggle() {
    this.told.textContent = this.open ? "Pen up" : "Pen down";
    if (this.open) this.end();
    else this.begin();
  }

  /** Ends a stroke that the keyboard left open. */
  lift() {
    if (this.open && this.pointer < 0) this.end();
    this.paint();
  }

  // Strokes ------------------------------------------------------------------------------------------------------------

  begin() {
    this.open = [...this.cursor];
    this.strokes.push(this.open);
    this.paint();
  }

  extend(x, y) {
    const stroke = /** @type {number[]} */ (this.open);
    const [lastX, lastY] = stroke.slice(-2);
    if (Math.hypot(x - lastX, y - lastY) >= NEAR) stroke.push(x, y);
  }

  end() {
    this.open = null;
    this.paint();
    this.changed();
  }

  undo() {
    this.open = null;
    if (!this.strokes.pop()) return;
    this.paint();
    this.changed();
  }

  clear() {
    this.wipe();
    this.changed();
  }

  /** Takes the strokes away for something else, which has the word then. */
  wipe() {
    this.open = null;
    this.strokes = [];
    this.paint();
  }

  paint() {
    const pen = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    drawStrokes(pen, this.strokes, SIDE, this.recipe.stroke, this.colours);
    if (!this.canvas.matches(":focus-visible")) return;
    pen.strokeStyle = this.open ? "#d55e00" : "#56b4e9";
    pen.lineWidth = 2;
    pen.beginPath();
    pen.arc(this.cursor[0] * SIDE, this.cursor[1] * SIDE, 6, 0, 2 * Math.PI);
    pen.stroke();
  }
}
