/**
 * Gestures of mouse, pen and fingers on the plane: one finger or the left button drags, two fingers or another button (or
 * Shift) pan, wheel and pinch zoom. All positions are CSS pixels from the plane's corner, within its border.
 */

const STILL = 4; // pixels that the pointer may move during a click
const WHEEL = 0.0016; // change of log zoom for a pixel of scrolling
const FARTHEST = 400; // pixels of scrolling that count at once
const UNITS = [1, 16, FARTHEST]; // pixels of the wheel's units: a pixel, a line, and a page, which Firefox reports if the system is set so

/** @param {import("./plane.js").Plane} plane @param {import("./pointing.js").Pointing} by carries out presses, drags and releases */
export function listen(plane, by) {
  const element = /** @type {HTMLElement} */ (plane.parts.surface);
  /** @type {Map<number, {x: number, y: number}>} */
  const pointers = new Map();
  /** @type {{x: number, y: number, moved: boolean, mode: "drag" | "pan" | "pinch"} | null} */
  let gesture = null;
  const place = (/** @type {MouseEvent} */ event) => {
    const frame = element.getBoundingClientRect(); // with its border
    return { x: event.clientX - frame.left - element.clientLeft, y: event.clientY - frame.top - element.clientTop };
  };
  const pan = (/** @type {number} */ dx, /** @type {number} */ dy) => plane.seen(() => plane.view.panBy(dx, dy));

  element.addEventListener("pointerdown", (event) => {
    const at = place(event);
    pointers.set(event.pointerId, at);
    element.setPointerCapture(event.pointerId);
    if (pointers.size === 2) {
      if (gesture?.mode === "drag") by.cancel();
      gesture = { ...at, moved: true, mode: "pinch" };
    } else if (pointers.size === 1) {
      const mode = event.button === 0 && !event.shiftKey ? "drag" : "pan";
      gesture = { ...at, moved: false, mode };
      if (mode === "drag") by.press(at.x, at.y, event.target);
    }
  });

  element.addEventListener("pointermove", (event) => {
    const at = place(event);
    const before = pointers.get(event.pointerId);
    if (!before || !gesture) return plane.hover(plane.find(at.x, at.y));
    gesture.moved ||= Math.hypot(at.x - gesture.x, at.y - gesture.y) > STILL;
    if (gesture.mode === "drag") by.drag(at.x, at.y);
    else if (gesture.mode === "pan") pan(at.x - before.x, at.y - before.y);
    else pinch(event.pointerId, before, at);
    pointers.set(event.pointerId, at);
  });

  /** Two fingers: their middle pans, their distance zooms. @param {number} id @param {{x: number, y: number}} before @param {{x: number, y: number}} at */
  function pinch(id, before, at) {
    const other = [...pointers].find(([key]) => key !== id)?.[1];
    if (!other) return;
    pan((at.x - before.x) / 2, (at.y - before.y) / 2);
    const [far, near] = [Math.hypot(at.x - other.x, at.y - other.y), Math.hypot(before.x - other.x, before.y - other.y)];
    if (near > 1 && far > 1) plane.zoom(far / near, (at.x + other.x) / 2, (at.y + other.y) / 2);
  }

  const release = (/** @type {PointerEvent} */ event) => {
    if (!pointers.delete(event.pointerId) || !gesture) return;
    const at = place(event);
    if (gesture.mode === "drag" && event.type === "pointerup") by.release(at.x, at.y, gesture.moved);
    else if (gesture.mode === "drag") by.cancel();
    if (pointers.size === 0) gesture = null; // a finger left over from a pinch does not start to drag
  };
  element.addEventListener("pointerup", release);
  element.addEventListener("pointercancel", release);
  element.addEventListener("pointerleave", () => pointers.size || plane.hover(-1));
  element.addEventListener("contextmenu", (event) => event.preventDefault());
  const wheel = (/** @type {WheelEvent} */ event) => {
    event.preventDefault();
    const at = place(event);
    const pixels = Math.max(-FARTHEST, Math.min(FARTHEST, event.deltaY * UNITS[event.deltaMode]));
    plane.zoom(Math.exp(-pixels * WHEEL * (event.ctrlKey ? 5 : 1)), at.x, at.y);
  };
  element.addEventListener("wheel", wheel, { passive: false });
}
