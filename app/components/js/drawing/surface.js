/**
 * A canvas to draw strokes on, by mouse, pen, finger or keyboard. `pad.js` and `painting/easel.js` define what a stroke does and
 * how the canvas looks.
 */

import { nextFrame } from "../base/anew.js";
import { element } from "../base/dom.js";
import { ring } from "../base/pen.js";

/** @typedef {[number, number]} Place to the right and downwards from the top left, up to `size` */
/**
 * tool: the name of the drawing tool; step, fine: how far an arrow key moves it; edge: its least distance from the edges; begin,
 * draw, end: called during a stroke, end with whether it is kept; paint: draws the canvas; placeText: the tool's place in words.
 * @typedef {{tool: string, step: number, fine: number, edge: number, begin: (at: Place) => void, draw: (from: Place, to: Place) => void,
 *   end: (kept: boolean) => void, undo: () => void, paint: () => void, placeText: () => string}} Kind
 */

/** @type {Object<string, number[]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const DOWN = "#d55e00"; // colour of the tool while it draws

export class Surface {
  /** @param {Kind} kind @param {Object<string, any>} canvas its attributes @param {Object<string, any>} hint attributes of the line about the keys */
  constructor(kind, canvas, hint) {
    this.kind = kind;
    /** @type {Place} */
    this.size = [1, 1];
    /** Where the next stroke by keyboard begins. @type {Place} */
    this.place = [0, 0];
    this.pointer = -1;
    this.down = false;
    /** Paints at the next animation frame. */
    this.ask = nextFrame(() => kind.paint());
    this.canvas = element("canvas", {
      tabindex: "0", role: "application", ...canvas,
      onkeydown: (event) => this.key(event), onfocus: () => this.ask(), onblur: () => this.lift(),
      onpointerdown: (event) => this.press(event), onpointermove: (event) => this.move(event),
      onpointerup: (event) => this.release(event, true), onpointercancel: (event) => this.release(event, false),
    }); // prettier-ignore
    this.spoken = element("p", { class: "lp-hidden", "aria-live": "polite" });
    const keys = `By keyboard: arrow keys move the ${kind.tool} (with Shift in fine steps), Space lowers or lifts it, Backspace undoes the last stroke.`;
    this.hint = element("p", hint, keys);
  }

  // By mouse, pen and finger -------------------------------------------------------------------------------------------

  /** @param {PointerEvent} event @returns {Place} */
  at(event) {
    const frame = this.canvas.getBoundingClientRect();
    return [((event.clientX - frame.left) / frame.width) * this.size[0], ((event.clientY - frame.top) / frame.height) * this.size[1]];
  }

  /** @param {PointerEvent} event */
  press(event) {
    if (event.button !== 0 || this.pointer >= 0) return;
    this.lift();
    this.pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    this.start(this.at(event));
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (event.pointerId !== this.pointer) return;
    const passed = event.getCoalescedEvents?.() ?? [];
    for (const each of passed.length ? passed : [event]) this.go(this.at(each));
  }

  /** @param {PointerEvent} event @param {boolean} kept false if the browser took the pointer away */
  release(event, kept) {
    if (event.pointerId !== this.pointer) return;
    this.pointer = -1;
    this.stop(kept);
  }

  // By keyboard --------------------------------------------------------------------------------------------------------

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.altKey || event.metaKey || event.ctrlKey) return;
    const arrow = ARROWS[event.key];
    if (arrow) this.step(arrow, event.shiftKey ? this.kind.fine : this.kind.step);
    else if (event.key === " ") this.toggle();
    else if (event.key === "Backspace") this.kind.undo();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {number[]} arrow @param {number} far */
  step(arrow, far) {
    const { edge } = this.kind;
    const [x, y] = this.place.map((value, axis) => Math.min(this.size[axis] - edge, Math.max(edge, value + arrow[axis] * far)));
    this.go([x, y]);
    this.spoken.textContent = this.kind.placeText();
  }

  toggle() {
    const { tool } = this.kind;
    this.spoken.textContent = `${tool[0].toUpperCase()}${tool.slice(1)} ${this.down ? "up" : "down"}`;
    if (this.down) this.stop(true);
    else this.start(this.place);
  }

  /** Ends a stroke that the keyboard left open. */
  lift() {
    if (this.pointer < 0) this.stop(true);
    this.ask();
  }

  // Strokes ------------------------------------------------------------------------------------------------------------

  /** @param {Place} place */
  start(place) {
    this.down = true;
    this.place = place;
    this.kind.begin(place);
    this.ask();
  }

  /** @param {Place} place */
  go(place) {
    if (this.down) this.kind.draw(this.place, place);
    this.place = place;
    this.ask();
  }

  /** @param {boolean} kept */
  stop(kept) {
    if (!this.down) return;
    this.down = false;
    this.kind.end(kept);
    this.ask();
  }

  /** A ring at the tool's place. @param {CanvasRenderingContext2D} pen @param {number} scale pixels for a length of 1 @param {number} radius pixels @param {string} colour while the tool does not draw */
  ring(pen, scale, radius, colour) {
    ring(pen, this.place[0] * scale, this.place[1] * scale, radius, this.down ? DOWN : colour, 2);
  }
}
