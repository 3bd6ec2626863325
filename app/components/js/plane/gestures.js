/**
 * Gestures of mouse, pen and fingers on the plane: one finger or the left button drags, two fingers or another button (or
 * Shift) pan, wheel and pinch zoom. All positions are CSS pixels from the plane's corner.
 */

/** @typedef {{down: (x: number, y: number) => void, drag: (x: number, y: number) => void, up: (x: number, y: number, moved: boolean) => void,
 *    cancel: () => void, pan: (dx: number, dy: number) => void, zoom: (factor: number, x: number, y: number) => void,
 *    hover: (x: number, y: number) => void, leave: () => void}} Acts */

const STILL = 4; // pixels a click may wander
const WHEEL = 0.0016; // zoom for one pixel of scrolling

/** @param {HTMLElement} element @param {Acts} acts */
export function listen(element, acts) {
  /** @type {Map<number, {x: number, y: number}>} */
  const pointers = new Map();
  /** @type {{x: number, y: number, moved: boolean, mode: "drag" | "pan" | "pinch"} | null} */
  let gesture = null;
  const place = (/** @type {MouseEvent} */ event) => {
    const frame = element.getBoundingClientRect();
    return { x: event.clientX - frame.left, y: event.clientY - frame.top };
  };

  element.addEventListener("pointerdown", (event) => {
    const at = place(event);
    pointers.set(event.pointerId, at);
    element.setPointerCapture(event.pointerId);
    if (pointers.size === 2) {
      if (gesture?.mode === "drag") acts.cancel();
      gesture = { ...at, moved: true, mode: "pinch" };
    } else if (pointers.size === 1) {
      const mode = event.button === 0 && !event.shiftKey ? "drag" : "pan";
      gesture = { ...at, moved: false, mode };
      if (mode === "drag") acts.down(at.x, at.y);
    }
  });

  element.addEventListener("pointermove", (event) => {
    const at = place(event);
    const before = pointers.get(event.pointerId);
    if (!before || !gesture) return acts.hover(at.x, at.y);
    gesture.moved ||= Math.hypot(at.x - gesture.x, at.y - gesture.y) > STILL;
    if (gesture.mode === "drag") acts.drag(at.x, at.y);
    else if (gesture.mode === "pan") acts.pan(at.x - before.x, at.y - before.y);
    else pinch(event.pointerId, before, at);
    pointers.set(event.pointerId, at);
  });

  /** Two fingers: their middle pans, their distance zooms. @param {number} id @param {{x: number, y: number}} before @param {{x: number, y: number}} at */
  function pinch(id, before, at) {
    const other = [...pointers].find(([key]) => key !== id)?.[1];
    if (!other) return;
    acts.pan((at.x - before.x) / 2, (at.y - before.y) / 2);
    const [far, near] = [Math.hypot(at.x - other.x, at.y - other.y), Math.hypot(before.x - other.x, before.y - other.y)];
    if (near > 1 && far > 1) acts.zoom(far / near, (at.x + other.x) / 2, (at.y + other.y) / 2);
  }

  const release = (/** @type {PointerEvent} */ event) => {
    if (!pointers.delete(event.pointerId) || !gesture) return;
    const at = place(event);
    if (gesture.mode === "drag" && event.type === "pointerup") acts.up(at.x, at.y, gesture.moved);
    else if (gesture.mode === "drag") acts.cancel();
    if (pointers.size === 0) gesture = null; // a finger left over from a pinch does not start to drag
  };
  element.addEventListener("pointerup", release);
  element.addEventListener("pointercancel", release);
  element.addEventListener("pointerleave", () => pointers.size || acts.leave());
  element.addEventListener("contextmenu", (event) => event.preventDefault());
  const wheel = (/** @type {WheelEvent} */ event) => {
    event.preventDefault();
    const at = place(event);
    const lines = event.deltaMode === 1 ? 16 : 1;
    const pixels = Math.max(-400, Math.min(400, event.deltaY * lines));
    acts.zoom(Math.exp(-pixels * WHEEL * (event.ctrlKey ? 5 : 1)), at.x, at.y);
  };
  element.addEventListener("wheel", wheel, { passive: false });
}
