/**
 * A path on the plane: its line, a numbered handle at each waypoint that can be dragged, and the running dot.
 */

import { element } from "../base/dom.js";
import { BETWEEN } from "./path_player.js";
import { drawDashes, drawPath } from "../view/layers.js";

/** @typedef {import("../plane/plane.js").Plane} Plane */

/** Where a code lies on the screen; NaN if it has no place on the plane. @param {Plane} plane @param {ArrayLike<number>} z */
export const placeOf = ({ slice, view }, z) => view.toScreen(...slice.place(z));

/** Moves an element to z's place on the plane, or hides it if z has none. @param {Plane} plane @param {HTMLElement} mark @param {ArrayLike<number> | null} z */
export function put(plane, mark, z) {
  const [x, y] = z ? placeOf(plane, z) : [NaN, NaN];
  mark.hidden = !Number.isFinite(x + y);
  if (!mark.hidden) mark.style.transform = `translate(${x}px, ${y}px) translate(-50%, -50%)`;
}

export class PathMarks {
  /**
   * @param {Plane} plane
   * @param {(k: number, z: Float32Array) => void} dragged called while waypoint k is dragged
   */
  constructor(plane, dragged) {
    this.plane = plane;
    this.dragged = dragged;
    /** Waypoints, and codes along the path; dashed: whether straight lines between the waypoints are drawn too. */
    this.path = { waypoints: /** @type {Float32Array[]} */ ([]), codes: /** @type {Float32Array[]} */ ([]), dashed: false };
    /** @type {Float32Array | null} */
    this.at = null;
    this.dot = element("div", { class: "lp-runner", "aria-hidden": "true", hidden: true });
    plane.parts.surface.append(this.dot);
    /** @type {any[]} */
    this.handles = [];
    plane.overlays.push((paper) => this.draw(paper));
  }

  /** @param {Float32Array[]} waypoints @param {Float32Array[]} codes @param {boolean} [dashed] */
  take(waypoints, codes, dashed = false) {
    this.path = { waypoints, codes, dashed };
    if (!codes.length) this.run(null);
    while (this.handles.length > waypoints.length) this.handles.pop().remove();
    while (this.handles.length < waypoints.length) this.handles.push(this.handle(this.handles.length));
    this.plane.redrawOver();
  }

  /** Moves the running dot to z. @param {Float32Array | null} z */
  run(z) {
    this.at = z;
    put(this.plane, this.dot, z);
  }

  /** A handle for the pointer; the keyboard moves waypoints from the list instead. @param {number} k */
  handle(k) {
    const { plane } = this;
    const made = element("div", { class: "lp-waypoint", "aria-hidden": "true", onpointermove: (event) => event.stopPropagation() }, String(k + 1)); // marks no code under it
    plane.pointing.grips.set(made, () => {
      const { waypoints } = this.path;
      const start = waypoints[k];
      // during a drag it may be removed, or become another path's
      const move = (/** @type {Float32Array} */ z) => made.isConnected && this.path.waypoints === waypoints && this.dragged(k, z);
      return { move: (x, y) => move(plane.slice.moved(start, ...plane.view.toPlane(x, y))), back: () => move(start) };
    });
    plane.parts.surface.append(made);
    return made;
  }

  /** @param {import("../view/layers.js").Paper} paper */
  draw(paper) {
    const { waypoints, codes, dashed } = this.path;
    this.handles.forEach((handle, k) => put(this.plane, handle, waypoints[k]));
    put(this.plane, this.dot, this.at);
    const placed = (/** @type {ArrayLike<number>} */ z) => placeOf(this.plane, z);
    const places = codes.map(placed);
    if (dashed && places.length) drawDashes(paper, waypoints.map(placed));
    if (places.length && Number.isFinite(places[0][0])) drawPath(paper, places, 2, BETWEEN); // a dot for each image of the strip
  }
}
