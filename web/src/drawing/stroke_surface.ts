/**
 * A canvas to draw strokes on, by mouse, pen, finger or keyboard. `pad.ts` and `painting/painting_canvas.ts` define
 * what a stroke does and how the canvas looks.
 */

import { throttleToFrame } from "../base/memoize.ts";
import { element } from "../base/dom.ts";
import { strokeCircle } from "../base/canvas_shapes.ts";
import { translate } from "../base/translate.ts";
import type { Attributes } from "../base/dom.ts";

/** To the right and downwards from the top left, up to `size`. */
export type Place = [number, number];
/**
 * tool: the drawing tool; step, fine: how far an arrow key moves it; edge: its least distance from the
 * edges; begin, draw, end: called during a stroke, end with whether it is kept; paint: draws the canvas; placeText: the
 * tool's place in words.
 */
type SurfaceKind = {
  tool: keyof typeof TOOL_TEXTS;
  step: number;
  fine: number;
  edge: number;
  begin: (at: Place) => void;
  draw: (from: Place, to: Place) => void;
  end: (kept: boolean) => void;
  undo: () => void;
  paint: () => void;
  placeText: () => string;
};

const ARROW_DIRECTIONS: Record<string, number[]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const DOWN_COLOUR = "#d55e00"; // colour of the tool while it draws

/** By tool: how the keys move it, and that it has been lowered or lifted. */
const TOOL_TEXTS = {
  pen: {
    keys: translate(
      "By keyboard: arrow keys move the pen (with Shift in fine steps), Space lowers or lifts it, Backspace undoes the last stroke.",
    ),
    down: translate("Pen down"),
    up: translate("Pen up"),
  },
  brush: {
    keys: translate(
      "By keyboard: arrow keys move the brush (with Shift in fine steps), Space lowers or lifts it, Backspace undoes the last stroke.",
    ),
    down: translate("Brush down"),
    up: translate("Brush up"),
  },
};

export class StrokeSurface {
  kind: SurfaceKind;
  size: Place = [1, 1];
  /** Where the next stroke by keyboard begins. */
  place: Place = [0, 0];
  pointer = -1;
  isDown = false;
  /** Paints at the next animation frame. */
  requestPaint;
  canvas: HTMLCanvasElement;
  announcement = element("p", { class: "lp-hidden", "aria-live": "polite" });
  hint: HTMLParagraphElement;

  /**
   * @param canvas its attributes
   * @param hint attributes of the line about the keys
   */
  constructor(kind: SurfaceKind, canvas: Attributes, hint: Attributes) {
    this.kind = kind;
    this.requestPaint = throttleToFrame(() => kind.paint());
    this.canvas = element("canvas", {
      tabindex: "0",
      role: "application",
      ...canvas,
      onkeydown: (event) => this.onKey(event),
      onfocus: () => this.requestPaint(),
      onblur: () => this.liftTool(),
      onpointerdown: (event) => this.onPress(event),
      onpointermove: (event) => this.onMove(event),
      onpointerup: (event) => this.onRelease(event, true),
      onpointercancel: (event) => this.onRelease(event, false),
    });
    this.hint = element("p", hint, TOOL_TEXTS[kind.tool].keys);
  }

  // By mouse, pen and finger ------------------------------------------------------------------------------------------

  placeOf(event: PointerEvent): Place {
    const bounds = this.canvas.getBoundingClientRect();
    return [
      ((event.clientX - bounds.left) / bounds.width) * this.size[0],
      ((event.clientY - bounds.top) / bounds.height) * this.size[1],
    ];
  }

  onPress(event: PointerEvent) {
    if (event.button !== 0 || this.pointer >= 0) return;
    this.liftTool();
    this.pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    this.startStroke(this.placeOf(event));
  }

  onMove(event: PointerEvent) {
    if (event.pointerId !== this.pointer) return;
    const coalesced = event.getCoalescedEvents?.() ?? [];
    for (const passedEvent of coalesced.length ? coalesced : [event]) this.moveOrDrawTo(this.placeOf(passedEvent));
  }

  /** @param isKept false if the browser took the pointer away */
  onRelease(event: PointerEvent, isKept: boolean) {
    if (event.pointerId !== this.pointer) return;
    this.pointer = -1;
    this.stopStroke(isKept);
  }

  // By keyboard -------------------------------------------------------------------------------------------------------

  onKey(event: KeyboardEvent) {
    if (event.altKey || event.metaKey || event.ctrlKey) return;
    const arrow = ARROW_DIRECTIONS[event.key];
    if (arrow) this.moveTool(arrow, event.shiftKey ? this.kind.fine : this.kind.step);
    else if (event.key === " ") this.toggleTool();
    else if (event.key === "Backspace") this.kind.undo();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  moveTool(arrow: number[], distance: number) {
    const { edge } = this.kind;
    const [x, y] = this.place.map((value, axis) =>
      Math.min(this.size[axis] - edge, Math.max(edge, value + arrow[axis] * distance)),
    );
    this.moveOrDrawTo([x, y]);
    this.announcement.textContent = this.kind.placeText();
  }

  toggleTool() {
    const { up, down } = TOOL_TEXTS[this.kind.tool];
    this.announcement.textContent = this.isDown ? up : down;
    if (this.isDown) this.stopStroke(true);
    else this.startStroke(this.place);
  }

  /** Ends a stroke that the keyboard left open. */
  liftTool() {
    if (this.pointer < 0) this.stopStroke(true);
    this.requestPaint();
  }

  // Strokes -----------------------------------------------------------------------------------------------------------

  startStroke(place: Place) {
    this.isDown = true;
    this.place = place;
    this.kind.begin(place);
    this.requestPaint();
  }

  moveOrDrawTo(place: Place) {
    if (this.isDown) this.kind.draw(this.place, place);
    this.place = place;
    this.requestPaint();
  }

  stopStroke(isKept: boolean) {
    if (!this.isDown) return;
    this.isDown = false;
    this.kind.end(isKept);
    this.requestPaint();
  }

  /**
   * A ring at the tool's place.
   * @param scale pixels for a length of 1
   * @param radius pixels
   * @param colour while the tool does not draw
   */
  drawRing(pen: CanvasRenderingContext2D, scale: number, radius: number, colour: string) {
    strokeCircle(pen, this.place[0] * scale, this.place[1] * scale, radius, this.isDown ? DOWN_COLOUR : colour, 2);
  }
}
