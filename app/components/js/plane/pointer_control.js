/**
 * The plane by mouse, pen and finger: the effects of the presses, drags and releases from `gestures.js`.
 */

import { listenToGestures } from "./gestures.js";
import { Lasso } from "../choice/lasso.js";
import { polygonOnPlane } from "../choice/outline.js";
import { partnerOf, resetPartner } from "../linked/linked_planes.js";

/** A drag of something on the plane. @typedef {{move: (x: number, y: number) => void, cancel: () => void}} DragHandler */

export class PointerControl {
  /** @param {import("./plane.js").Plane} plane */
  constructor(plane) {
    this.plane = plane;
    this.lasso = new Lasso(plane.parts.surface);
    /** What dragging draws instead of moving z. @type {"" | "lasso" | "box"} */
    this.selectionMode = "";
    /** Elements on the plane that a drag moves instead of z. @type {WeakMap<EventTarget, () => DragHandler>} */
    this.dragHandlers = new WeakMap();
    /** What the drag in progress moves or draws, whatever `drawing` becomes meanwhile; null where there is none, or it was given up. @type {DragHandler | "" | "lasso" | "box" | null} */
    this.activeDrag = null;
    /** Where a drag on this plane, or on the one it follows, began. */
    this.dragStart = { z: plane.z, centre: plane.view.centre, x: 0, y: 0 };
    this.toggleSelectionMode("");
    listenToGestures(plane, this);
    const noteStart = () => Object.assign(this.dragStart, { z: plane.z, centre: plane.view.centre });
    plane.events.on("drag", ({ on }) => on && noteStart());
    plane.events.on("data", ({ other }) => other && noteStart()); // giving up a drag must not bring back the z of a revision shown before
  }

  /** @param {number} x @param {number} y @param {EventTarget | null} target the element under the pointer */
  press(x, y, target) {
    const { plane } = this;
    plane.parts.surface.focus({ preventScroll: true });
    plane.setHovered(-1);
    this.activeDrag = (target && this.dragHandlers.get(target)?.()) ?? this.selectionMode;
    if (typeof this.activeDrag === "object") return;
    plane.setDragging(true);
    Object.assign(this.dragStart, { x, y });
    if (this.activeDrag) this.lasso.setCorners([x, y]);
    this.drag(x, y);
  }

  /** @param {number} x @param {number} y */
  drag(x, y) {
    const { plane, dragStart: origin, activeDrag: active } = this;
    if (active === null) return;
    if (typeof active === "object") return active.move(x, y);
    if (active === "box") return this.lasso.setBox(origin.x, origin.y, x, y);
    if (active) return this.lasso.addCorner(x, y);
    if (plane.slice.decodable) return plane.setZ(plane.slice.moveTo(plane.z, ...plane.view.toPlane(x, y)), "drag");
    plane.view.centre = origin.centre;
    plane.changeView(() => plane.view.panBy(x - origin.x, y - origin.y));
  }

  /** @param {number} x @param {number} y @param {boolean} moved */
  release(x, y, moved) {
    const { plane, activeDrag: active } = this;
    if (active === null) return;
    this.activeDrag = null;
    if (typeof active === "object") return;
    plane.setDragging(false);
    if (active) this.selectPolygon(this.lasso.finish());
    const index = moved || active ? -1 : plane.codeAt(x, y);
    if (index >= 0) plane.pickCode(index);
    else if (!active && plane.slice.decodable) plane.sendZ();
    else this.applyMissedMessages();
  }

  /** Gives up the drag in progress: what it has moved, such as z or the view, is as before it, on the linked plane too. */
  cancel() {
    const { plane, dragStart: origin, activeDrag: active } = this;
    if (active === null) return;
    this.activeDrag = null;
    if (typeof active === "object") return active.cancel();
    plane.setDragging(false);
    if (active) this.lasso.finish();
    else if (!plane.slice.decodable) plane.changeView(() => (plane.view.centre = origin.centre));
    else {
      plane.setZ(origin.z, "drag");
      resetPartner(plane);
    }
    this.applyMissedMessages();
  }

  /** After a gesture that sends no z: takes the z and the selected code that Python sent during it, which would be lost. */
  applyMissedMessages() {
    for (const plane of [this.plane, partnerOf(this.plane, "z")])
      if (plane?.ready && plane.missedMessage) plane.emitChanges(plane.acceptCode(plane.header, false));
  }

  /** Selects the codes inside a polygon; a mere click clears the selection. @param {number[]} corners pixels, x and y in turn */
  selectPolygon(corners) {
    this.plane.selectInside(polygonOnPlane(corners, this.plane.view));
  }

  selectAll() {
    const { width, height } = this.plane.view;
    this.selectPolygon([0, 0, width, 0, width, height, 0, height]);
  }

  /** Sets what dragging draws; the same kind again switches it off. @param {"" | "lasso" | "box"} mode */
  toggleSelectionMode(mode) {
    this.selectionMode = this.selectionMode === mode ? "" : mode;
    for (const kind of /** @type {const} */ (["lasso", "box"]))
      this.plane.parts[kind].setAttribute("aria-pressed", String(this.selectionMode === kind));
  }
}
