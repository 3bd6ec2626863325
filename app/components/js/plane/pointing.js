/**
 * The plane by mouse, pen and finger: the effects of the presses, drags and releases from `gestures.js`.
 */

import { listen } from "./gestures.js";
import { Lasso } from "../choice/lasso.js";
import { onPlane } from "../choice/outline.js";
import { partnerOf, returnOther } from "../linked/link.js";

/** A drag of something on the plane. @typedef {{move: (x: number, y: number) => void, back: () => void}} Grip */

export class Pointing {
  /** @param {import("./plane.js").Plane} plane */
  constructor(plane) {
    this.plane = plane;
    this.lasso = new Lasso(plane.parts.surface);
    /** What dragging draws instead of moving z. @type {"" | "lasso" | "box"} */
    this.drawing = "";
    /** Elements on the plane that a drag moves instead of z. @type {WeakMap<EventTarget, () => Grip>} */
    this.grips = new WeakMap();
    /** What the drag in progress moves or draws, whatever `drawing` becomes meanwhile; null where there is none, or it was given up. @type {Grip | "" | "lasso" | "box" | null} */
    this.under = null;
    /** Where a drag on this plane, or on the one it follows, began. */
    this.start = { z: plane.z, centre: plane.view.centre, x: 0, y: 0 };
    this.draw("");
    listen(plane, this);
    const note = () => Object.assign(this.start, { z: plane.z, centre: plane.view.centre });
    plane.events.on("drag", ({ on }) => on && note());
    plane.events.on("data", ({ other }) => other && note()); // giving up a drag must not bring back the z of a revision shown before
  }

  /** @param {number} x @param {number} y @param {EventTarget | null} on the element under the pointer */
  press(x, y, on) {
    const { plane } = this;
    plane.parts.surface.focus({ preventScroll: true });
    plane.hover(-1);
    this.under = (on && this.grips.get(on)?.()) ?? this.drawing;
    if (typeof this.under === "object") return;
    plane.hold(true);
    Object.assign(this.start, { x, y });
    if (this.under) this.lasso.draw([x, y]);
    this.drag(x, y);
  }

  /** @param {number} x @param {number} y */
  drag(x, y) {
    const { plane, start, under } = this;
    if (under === null) return;
    if (typeof under === "object") return under.move(x, y);
    if (under === "box") return this.lasso.box(start.x, start.y, x, y);
    if (under) return this.lasso.to(x, y);
    if (plane.slice.decodable) return plane.place(plane.slice.moved(plane.z, ...plane.view.toPlane(x, y)), "drag");
    plane.view.centre = start.centre;
    plane.seen(() => plane.view.panBy(x - start.x, y - start.y));
  }

  /** @param {number} x @param {number} y @param {boolean} moved */
  release(x, y, moved) {
    const { plane, under } = this;
    if (under === null) return;
    this.under = null;
    if (typeof under === "object") return;
    plane.hold(false);
    if (under) this.choose(this.lasso.end());
    const found = moved || under ? -1 : plane.find(x, y);
    if (found >= 0) plane.pick(found);
    else if (!under && plane.slice.decodable) plane.commit();
    else this.catchUp();
  }

  /** Gives up the drag in progress: what it has moved, such as z or the view, is as before it, on the linked plane too. */
  cancel() {
    const { plane, start, under } = this;
    if (under === null) return;
    this.under = null;
    if (typeof under === "object") return under.back();
    plane.hold(false);
    if (under) this.lasso.end();
    else if (!plane.slice.decodable) plane.seen(() => (plane.view.centre = start.centre));
    else {
      plane.place(start.z, "drag");
      returnOther(plane);
    }
    this.catchUp();
  }

  /** After a gesture that sends no z: takes the z and the selected code that Python sent during it, which would be lost. */
  catchUp() {
    for (const one of [this.plane, partnerOf(this.plane, "z")]) if (one?.ready && one.missed) one.tellNews(one.adopt(one.header, false));
  }

  /** Selects the codes inside a polygon; a mere click clears the selection. @param {number[]} corners pixels, x and y in turn */
  choose(corners) {
    this.plane.enclose(onPlane(corners, this.plane.view));
  }

  chooseAll() {
    const { width, height } = this.plane.view;
    this.choose([0, 0, width, 0, width, height, 0, height]);
  }

  /** Sets what dragging draws; the same kind again switches it off. @param {"" | "lasso" | "box"} what */
  draw(what) {
    this.drawing = this.drawing === what ? "" : what;
    for (const kind of /** @type {const} */ (["lasso", "box"])) this.plane.parts[kind].setAttribute("aria-pressed", String(this.drawing === kind));
  }
}
