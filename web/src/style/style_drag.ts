/**
 * Dragging an image onto a row, a column or another target, by mouse, pen and finger.
 */

import { context2d } from "../base/canvas_shapes.ts";
import { element } from "../base/dom.ts";
import type { Target } from "./style_layout.ts";

const DRAG_THRESHOLD = 6; // CSS pixels of movement after which a press is a drag

/** The target that an element belongs to, or null. */
export function dropTargetOf(node: Element | null): Target | null {
  const header = (node?.closest("[data-kind]") ?? null) as HTMLElement | null;
  return header ? { kind: header.dataset.kind as Target["kind"], index: Number(header.dataset.at) } : null;
}

/**
 * Lets elements with `data-image` be dragged onto those with `data-kind`.
 * @param root of the component
 * @param callbacks `onTarget` is called whenever the target under the pointer changes, `onDrop` at the end (null: no
 *   target)
 */
export function enableImageDrag(
  root: HTMLElement,
  {
    onTarget,
    onDrop,
  }: {
    onTarget: (image: number, target: Target | null) => void;
    onDrop: (image: number, target: Target | null) => void;
  },
) {
  let drag: {
    pointerId: number;
    image: number;
    thumb: HTMLElement;
    x: number;
    y: number;
    ghost: HTMLElement | null;
    target: Target | null;
  } | null = null;

  const onMove = (event: PointerEvent) => {
    if (!drag || event.pointerId !== drag.pointerId) return;
    if (!event.buttons) return endDrag(null); // released where this component did not receive it
    if (!drag.ghost && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < DRAG_THRESHOLD) return;
    const ghost = drag.ghost ?? startGhost(event, drag.thumb);
    drag.ghost = ghost;
    const frame = root.getBoundingClientRect();
    ghost.style.transform = `translate(${event.clientX - frame.left}px, ${event.clientY - frame.top}px)`;
    const nodeUnder = (root.getRootNode() as ShadowRoot | Document).elementFromPoint(event.clientX, event.clientY);
    const target = dropTargetOf(nodeUnder);
    if (JSON.stringify(target) === JSON.stringify(drag.target)) return;
    drag.target = target;
    onTarget(drag.image, target);
  };

  const startGhost = (event: PointerEvent, thumb: HTMLElement) => {
    root.setPointerCapture(event.pointerId);
    root.classList.add("sg-dragging");
    return root.appendChild(element("div", { class: "sg-ghost", "aria-hidden": "true" }, ghostContent(thumb)));
  };

  const endDrag = (target: Target | null) => {
    const finishedDrag = drag;
    drag = null;
    root.classList.remove("sg-dragging");
    finishedDrag?.ghost?.remove();
    if (finishedDrag?.ghost) onDrop(finishedDrag.image, target);
  };

  root.addEventListener("pointerdown", (event) => {
    const thumb = (event.target as Element).closest("[data-image]") as HTMLElement | null;
    if (event.button || !thumb || drag?.ghost) return; // a second finger does not interrupt the first
    drag = {
      pointerId: event.pointerId,
      image: Number(thumb.dataset.image),
      thumb,
      x: event.clientX,
      y: event.clientY,
      ghost: null,
      target: null,
    };
  });
  root.addEventListener("pointermove", onMove);
  root.addEventListener("pointerup", (event) => {
    if (event.pointerId === drag?.pointerId) endDrag(drag.target);
  });
  root.addEventListener("pointercancel", (event) => {
    if (event.pointerId === drag?.pointerId) endDrag(null);
  }); // the browser scrolls instead
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && drag) endDrag(null);
  });
}

/** The picture of a thumbnail, or its text where it has none. */
function ghostContent(thumb: HTMLElement): string | HTMLCanvasElement {
  const picture = thumb.querySelector("canvas");
  if (!picture) return thumb.textContent ?? "";
  const copy = element("canvas", { width: picture.width, height: picture.height });
  context2d(copy).drawImage(picture, 0, 0);
  return copy;
}
