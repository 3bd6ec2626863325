/**
 * Gestures of mouse, pen and fingers on the plane: one finger or the left button drags, two fingers or another button
 * (or Shift) pan, a pinch zooms, and `wheel.ts` has the wheel. All positions are CSS pixels from the plane's corner,
 * within its border.
 */

import { listenToWheel } from "./wheel.ts";
import type { Plane } from "./plane.ts";
import type { PointerControl } from "./pointer_control.ts";

const CLICK_TOLERANCE = 4; // pixels that the pointer may move during a click

/** @param pointer carries out presses, drags and releases */
export function listenToGestures(plane: Plane, pointer: PointerControl) {
  const element = plane.parts.surface as HTMLElement;
  const gestures = new Gestures(plane, pointer, element);
  element.addEventListener("pointerdown", (event) => gestures.onPress(event));
  element.addEventListener("pointermove", (event) => gestures.onMove(event));
  element.addEventListener("pointerup", (event) => gestures.onRelease(event));
  element.addEventListener("pointercancel", (event) => gestures.onRelease(event));
  element.addEventListener("pointerleave", () => gestures.onLeave());
  element.addEventListener("contextmenu", (event) => event.preventDefault());
  listenToWheel(plane, (event) => gestures.pointOf(event));
}

class Gestures {
  plane: Plane;
  pointer: PointerControl;
  element: HTMLElement;
  pointers: Map<number, { x: number; y: number }> = new Map();
  gesture: { x: number; y: number; moved: boolean; mode: "drag" | "pan" | "pinch" } | null = null;

  /** @param element on which the gestures are made */
  constructor(plane: Plane, pointer: PointerControl, element: HTMLElement) {
    this.plane = plane;
    this.pointer = pointer;
    this.element = element;
  }

  pointOf(event: MouseEvent): { x: number; y: number } {
    const bounds = this.element.getBoundingClientRect(); // with its border
    return {
      x: event.clientX - bounds.left - this.element.clientLeft,
      y: event.clientY - bounds.top - this.element.clientTop,
    };
  }

  onPress(event: PointerEvent) {
    const point = this.pointOf(event);
    this.pointers.set(event.pointerId, point);
    this.element.setPointerCapture(event.pointerId);
    if (this.pointers.size === 2) {
      if (this.gesture?.mode === "drag") this.pointer.cancel();
      this.gesture = { ...point, moved: true, mode: "pinch" };
    } else if (this.pointers.size === 1) {
      const mode = event.button === 0 && !event.shiftKey ? "drag" : "pan";
      this.gesture = { ...point, moved: false, mode };
      if (mode === "drag") this.pointer.press(point.x, point.y, event.target);
    }
  }

  onMove(event: PointerEvent) {
    const { gesture } = this;
    const point = this.pointOf(event);
    const previous = this.pointers.get(event.pointerId);
    if (!previous || !gesture) return this.plane.setHovered(this.plane.codeIndexAt(point.x, point.y));
    gesture.moved ||= Math.hypot(point.x - gesture.x, point.y - gesture.y) > CLICK_TOLERANCE;
    if (gesture.mode === "drag") this.pointer.drag(point.x, point.y);
    else if (gesture.mode === "pan") this.pan(point.x - previous.x, point.y - previous.y);
    else this.pinch(event.pointerId, previous, point);
    this.pointers.set(event.pointerId, point);
  }

  pan(dx: number, dy: number) {
    this.plane.changeView(() => this.plane.view.panBy(dx, dy));
  }

  /** Two fingers: their middle pans, their distance zooms. */
  pinch(id: number, previous: { x: number; y: number }, point: { x: number; y: number }) {
    const otherFinger = [...this.pointers].find(([key]) => key !== id)?.[1];
    if (!otherFinger) return;
    this.pan((point.x - previous.x) / 2, (point.y - previous.y) / 2);
    const [distance, previousDistance] = [
      Math.hypot(point.x - otherFinger.x, point.y - otherFinger.y),
      Math.hypot(previous.x - otherFinger.x, previous.y - otherFinger.y),
    ];
    if (previousDistance > 1 && distance > 1)
      this.plane.zoomAt(distance / previousDistance, (point.x + otherFinger.x) / 2, (point.y + otherFinger.y) / 2);
  }

  /** @param event of a pointer that was released, or cancelled */
  onRelease(event: PointerEvent) {
    const { gesture } = this;
    if (!this.pointers.delete(event.pointerId) || !gesture) return;
    const point = this.pointOf(event);
    if (gesture.mode === "drag" && event.type === "pointerup") this.pointer.release(point.x, point.y, gesture.moved);
    else if (gesture.mode === "drag") this.pointer.cancel();
    if (this.pointers.size === 0) this.gesture = null; // a finger left over from a pinch does not start to drag
  }

  onLeave() {
    if (!this.pointers.size) this.plane.setHovered(-1);
  }
}
