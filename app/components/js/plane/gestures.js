/**
 * Gestures of mouse, pen and fingers on the plane: one finger or the left button drags, two fingers or another button
 * (or Shift) pan, a pinch zooms, and `wheel.js` has the wheel. All positions are CSS pixels from the plane's corner,
 * within its border.
 */

import { listenToWheel } from "./wheel.js";

const CLICK_TOLERANCE = 4; // pixels that the pointer may move during a click

/**
 * @param {import("./plane.js").Plane} plane
 * @param {import("./pointer_control.js").PointerControl} pointer carries out presses, drags and releases
 */
export function listenToGestures(plane, pointer) {
  const element = /** @type {HTMLElement} */ (plane.parts.surface);
  /** @type {Map<number, {x: number, y: number}>} */
  const pointers = new Map();
  /** @type {{x: number, y: number, moved: boolean, mode: "drag" | "pan" | "pinch"} | null} */
  let gesture = null;
  const pointOf = (/** @type {MouseEvent} */ event) => {
    const bounds = element.getBoundingClientRect(); // with its border
    return { x: event.clientX - bounds.left - element.clientLeft, y: event.clientY - bounds.top - element.clientTop };
  };
  const pan = (/** @type {number} */ dx, /** @type {number} */ dy) => plane.changeView(() => plane.view.panBy(dx, dy));

  element.addEventListener("pointerdown", (event) => {
    const point = pointOf(event);
    pointers.set(event.pointerId, point);
    element.setPointerCapture(event.pointerId);
    if (pointers.size === 2) {
      if (gesture?.mode === "drag") pointer.cancel();
      gesture = { ...point, moved: true, mode: "pinch" };
    } else if (pointers.size === 1) {
      const mode = event.button === 0 && !event.shiftKey ? "drag" : "pan";
      gesture = { ...point, moved: false, mode };
      if (mode === "drag") pointer.press(point.x, point.y, event.target);
    }
  });

  element.addEventListener("pointermove", (event) => {
    const point = pointOf(event);
    const previous = pointers.get(event.pointerId);
    if (!previous || !gesture) return plane.setHovered(plane.codeIndexAt(point.x, point.y));
    gesture.moved ||= Math.hypot(point.x - gesture.x, point.y - gesture.y) > CLICK_TOLERANCE;
    if (gesture.mode === "drag") pointer.drag(point.x, point.y);
    else if (gesture.mode === "pan") pan(point.x - previous.x, point.y - previous.y);
    else pinch(event.pointerId, previous, point);
    pointers.set(event.pointerId, point);
  });

  /**
   * Two fingers: their middle pans, their distance zooms.
   * @param {number} id
   * @param {{x: number, y: number}} previous
   * @param {{x: number, y: number}} point
   */
  function pinch(id, previous, point) {
    const otherFinger = [...pointers].find(([key]) => key !== id)?.[1];
    if (!otherFinger) return;
    pan((point.x - previous.x) / 2, (point.y - previous.y) / 2);
    const [distance, previousDistance] = [
      Math.hypot(point.x - otherFinger.x, point.y - otherFinger.y),
      Math.hypot(previous.x - otherFinger.x, previous.y - otherFinger.y),
    ];
    if (previousDistance > 1 && distance > 1)
      plane.zoomAt(distance / previousDistance, (point.x + otherFinger.x) / 2, (point.y + otherFinger.y) / 2);
  }

  const onRelease = (/** @type {PointerEvent} */ event) => {
    if (!pointers.delete(event.pointerId) || !gesture) return;
    const point = pointOf(event);
    if (gesture.mode === "drag" && event.type === "pointerup") pointer.release(point.x, point.y, gesture.moved);
    else if (gesture.mode === "drag") pointer.cancel();
    if (pointers.size === 0) gesture = null; // a finger left over from a pinch does not start to drag
  };
  element.addEventListener("pointerup", onRelease);
  element.addEventListener("pointercancel", onRelease);
  element.addEventListener("pointerleave", () => pointers.size || plane.setHovered(-1));
  element.addEventListener("contextmenu", (event) => event.preventDefault());
  listenToWheel(plane, pointOf);
}
