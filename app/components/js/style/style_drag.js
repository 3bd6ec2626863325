/**
 * Dragging an image onto a row, a column or another target, by mouse, pen and finger.
 */

import { element } from "../base/dom.js";

const AWAY = 6; // CSS pixels of movement after which a press is a drag

/** @typedef {import("./style_layout.js").Target} Target */

/** The target that an element belongs to, or null. @param {Element | null} found @returns {Target | null} */
export function targetOf(found) {
  const place = /** @type {HTMLElement | null} */ (found?.closest("[data-kind]") ?? null);
  return place ? { kind: /** @type {Target["kind"]} */ (place.dataset.kind), at: Number(place.dataset.at) } : null;
}

/**
 * Lets elements with `data-image` be dragged onto those with `data-kind`.
 * @param {HTMLElement} root of the component
 * @param {{over: (image: number, target: Target | null) => void, drop: (image: number, target: Target | null) => void}} acts
 *   `over` is called whenever the target under the pointer changes, `drop` at the end (null: no target)
 */
export function draggable(root, { over, drop }) {
  /** @type {{by: number, image: number, thumb: HTMLElement, x: number, y: number, ghost: HTMLElement | null, target: Target | null} | null} */
  let held = null;

  const move = (/** @type {PointerEvent} */ event) => {
    if (!held || event.pointerId !== held.by) return;
    if (!event.buttons) return end(null); // released where this component did not receive it
    if (!held.ghost && Math.hypot(event.clientX - held.x, event.clientY - held.y) < AWAY) return;
    const ghost = (held.ghost ??= begin(event, held.thumb));
    const frame = root.getBoundingClientRect();
    ghost.style.transform = `translate(${event.clientX - frame.left}px, ${event.clientY - frame.top}px)`;
    const found = /** @type {ShadowRoot | Document} */ (root.getRootNode()).elementFromPoint(event.clientX, event.clientY);
    const target = targetOf(found);
    if (JSON.stringify(target) === JSON.stringify(held.target)) return;
    held.target = target;
    over(held.image, target);
  };

  const begin = (/** @type {PointerEvent} */ event, /** @type {HTMLElement} */ thumb) => {
    root.setPointerCapture(event.pointerId);
    root.classList.add("sg-dragging");
    return root.appendChild(element("div", { class: "sg-ghost", "aria-hidden": "true" }, copyOf(thumb)));
  };

  const end = (/** @type {Target | null} */ target) => {
    const done = held;
    held = null;
    root.classList.remove("sg-dragging");
    done?.ghost?.remove();
    if (done?.ghost) drop(done.image, target);
  };

  root.addEventListener("pointerdown", (event) => {
    const thumb = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-image]"));
    if (event.button || !thumb || held?.ghost) return; // a second finger does not interrupt the first
    held = { by: event.pointerId, image: Number(thumb.dataset.image), thumb, x: event.clientX, y: event.clientY, ghost: null, target: null };
  });
  root.addEventListener("pointermove", move);
  root.addEventListener("pointerup", (event) => event.pointerId === held?.by && end(held.target));
  root.addEventListener("pointercancel", (event) => event.pointerId === held?.by && end(null)); // the browser scrolls instead
  root.addEventListener("keydown", (event) => event.key === "Escape" && held && end(null));
}

/** The picture of a thumbnail, or its text where it has none. @param {HTMLElement} thumb */
function copyOf(thumb) {
  const picture = thumb.querySelector("canvas");
  if (!picture) return thumb.textContent ?? "";
  const copy = element("canvas", { width: picture.width, height: picture.height });
  copy.getContext("2d").drawImage(picture, 0, 0);
  return copy;
}
