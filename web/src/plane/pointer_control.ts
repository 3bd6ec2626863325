/**
 * The plane by mouse, pen and finger: the effects of the presses, drags and releases from `gestures.ts`.
 */

import { listenToGestures } from "./gestures.ts";
import { Lasso } from "../choice/lasso.ts";
import { polygonOnPlane } from "../choice/outline.ts";
import { partnerOf, resetPartner } from "../linked/linked_planes.ts";
import type { DragHandler } from "../paths/planes.ts";
import type { Plane } from "./plane.ts";

export class PointerControl {
  plane: Plane;
  lasso: Lasso;
  /** What dragging draws instead of moving z. */
  selectionMode: "" | "lasso" | "box" = "";
  /** Elements on the plane that a drag moves instead of z. */
  dragHandlers: WeakMap<EventTarget, () => DragHandler> = new WeakMap();
  /**
   * What the drag in progress moves or draws, whatever `selectionMode` becomes meanwhile; null where there is none,
   * or it was given up.
   */
  activeDrag: DragHandler | "" | "lasso" | "box" | null = null;
  /** Where a drag on this plane, or on the one it follows, began. */
  dragStart;

  constructor(plane: Plane) {
    this.plane = plane;
    this.lasso = new Lasso(plane.parts.surface);
    this.dragStart = { z: plane.z, centre: plane.view.centre, x: 0, y: 0 };
    this.toggleSelectionMode("");
    listenToGestures(plane, this);
    const noteStart = () => Object.assign(this.dragStart, { z: plane.z, centre: plane.view.centre });
    plane.events.on("drag", ({ on }) => {
      if (on) noteStart();
    });
    plane.events.on("data", ({ isOtherRevision }) => {
      if (isOtherRevision) noteStart();
    }); // giving up a drag must not bring back the z of a revision shown before
  }

  /** @param target the element under the pointer */
  press(x: number, y: number, target: EventTarget | null) {
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

  drag(x: number, y: number) {
    const { plane, dragStart, activeDrag } = this;
    if (activeDrag === null) return;
    if (typeof activeDrag === "object") return activeDrag.move(x, y);
    if (activeDrag === "box") return this.lasso.setBox(dragStart.x, dragStart.y, x, y);
    if (activeDrag) return this.lasso.addCorner(x, y);
    if (plane.slice.decodable) return plane.setZ(plane.slice.moveTo(plane.z, ...plane.view.toPlane(x, y)), "drag");
    plane.view.centre = dragStart.centre;
    plane.changeView(() => plane.view.panBy(x - dragStart.x, y - dragStart.y));
  }

  release(x: number, y: number, hasMoved: boolean) {
    const { plane, activeDrag } = this;
    if (activeDrag === null) return;
    this.activeDrag = null;
    if (typeof activeDrag === "object") return;
    plane.setDragging(false);
    if (activeDrag) this.selectPolygon(this.lasso.finish());
    const index = hasMoved || activeDrag ? -1 : plane.codeIndexAt(x, y);
    if (index >= 0) plane.pickCode(index);
    else if (!activeDrag && plane.slice.decodable) plane.sendZ();
    else this.applyMissedMessages();
  }

  /**
   * Gives up the drag in progress: what it has moved, such as z or the view, is as before it, on the linked plane too.
   */
  cancel() {
    const { plane, dragStart, activeDrag } = this;
    if (activeDrag === null) return;
    this.activeDrag = null;
    if (typeof activeDrag === "object") return activeDrag.cancel();
    plane.setDragging(false);
    if (activeDrag) this.lasso.finish();
    else if (!plane.slice.decodable) plane.changeView(() => (plane.view.centre = dragStart.centre));
    else {
      plane.setZ(dragStart.z, "drag");
      resetPartner(plane);
    }
    this.applyMissedMessages();
  }

  /**
   * After a gesture that sends no z: takes the z and the selected code that Python sent during it, which would be lost.
   */
  applyMissedMessages() {
    this.plane.applyMissedMessage();
    partnerOf(this.plane, "z")?.applyMissedMessage();
  }

  /**
   * Selects the codes inside a polygon; a mere click clears the selection.
   * @param corners pixels, x and y in turn
   */
  selectPolygon(corners: number[]) {
    this.plane.selectInside(polygonOnPlane(corners, this.plane.view));
  }

  selectAll() {
    const { width, height } = this.plane.view;
    this.selectPolygon([0, 0, width, 0, width, height, 0, height]);
  }

  /** Sets what dragging draws; the same kind again switches it off. */
  toggleSelectionMode(mode: "" | "lasso" | "box") {
    this.selectionMode = this.selectionMode === mode ? "" : mode;
    for (const kind of ["lasso", "box"] as const)
      this.plane.parts[kind].setAttribute("aria-pressed", String(this.selectionMode === kind));
  }
}
