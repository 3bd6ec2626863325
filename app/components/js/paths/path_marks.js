/**
 * A path on the plane: its line, a numbered handle at each waypoint that can be dragged, and the running dot.
 */

import { element } from "../base/dom.js";
import { FRAMES_PER_IMAGE } from "./path_player.js";
import { drawDashedLines, drawPath } from "../view/layers.js";

/** @typedef {import("./planes.js").MarkedPlane} MarkedPlane */

/**
 * Where a code lies on the screen; NaN if it has no place on the plane.
 * @param {MarkedPlane} plane
 * @param {ArrayLike<number>} z
 * @returns {[number, number]}
 */
export const screenPlace = ({ slice, view }, z) => view.toScreen(...slice.project(z));

/**
 * Moves an element to z's place on the plane, or hides it if z has none.
 * @param {MarkedPlane} plane
 * @param {HTMLElement} mark
 * @param {ArrayLike<number> | null} z
 */
export function moveMark(plane, mark, z) {
  const [x, y] = z ? screenPlace(plane, z) : [NaN, NaN];
  mark.hidden = !Number.isFinite(x + y);
  if (!mark.hidden) mark.style.transform = `translate(${x}px, ${y}px) translate(-50%, -50%)`;
}

export class PathMarks {
  /**
   * @param {import("./planes.js").PathMarksPlane} plane
   * @param {(k: number, z: Float32Array) => void} onDrag called while waypoint k is dragged
   */
  constructor(plane, onDrag) {
    this.plane = plane;
    this.onDrag = onDrag;
    /** Waypoints, and codes along the path; dashed: whether straight lines between the waypoints are drawn too. */
    this.path = {
      waypoints: /** @type {Float32Array[]} */ ([]),
      codes: /** @type {Float32Array[]} */ ([]),
      dashed: false,
    };
    /** @type {Float32Array | null} */
    this.dotCode = null;
    this.dot = element("div", { class: "lp-runner", "aria-hidden": "true", hidden: true });
    plane.parts.surface.append(this.dot);
    /** @type {HTMLElement[]} */
    this.handles = [];
    plane.addOverlay((paper) => this.draw(paper));
  }

  /**
   * @param {Float32Array[]} waypoints
   * @param {Float32Array[]} codes
   * @param {boolean} [dashed]
   */
  setPath(waypoints, codes, dashed = false) {
    this.path = { waypoints, codes, dashed };
    if (!codes.length) this.moveDot(null);
    while (this.handles.length > waypoints.length) this.handles.pop()?.remove();
    while (this.handles.length < waypoints.length) this.handles.push(this.makeHandle(this.handles.length));
    this.plane.redrawOverlays();
  }

  /** Moves the running dot to z. @param {Float32Array | null} z */
  moveDot(z) {
    this.dotCode = z;
    moveMark(this.plane, this.dot, z);
  }

  /**
   * A handle for the pointer; the keyboard moves waypoints from the list instead.
   * @param {number} k
   * @returns {HTMLDivElement}
   */
  makeHandle(k) {
    const { plane } = this;
    const handle = element(
      "div",
      { class: "lp-waypoint", "aria-hidden": "true", onpointermove: (event) => event.stopPropagation() },
      String(k + 1),
    ); // marks no code under it
    plane.pointer.dragHandlers.set(handle, () => {
      const { waypoints } = this.path;
      const start = waypoints[k];
      // during a drag it may be removed, or become another path's
      const move = (/** @type {Float32Array} */ z) =>
        handle.isConnected && this.path.waypoints === waypoints && this.onDrag(k, z);
      return {
        move: (x, y) => move(plane.slice.moveTo(start, ...plane.view.toPlane(x, y))),
        cancel: () => move(start),
      };
    });
    plane.parts.surface.append(handle);
    return handle;
  }

  /** @param {import("../view/layers.js").Paper} paper */
  draw(paper) {
    const { waypoints, codes, dashed } = this.path;
    this.handles.forEach((handle, k) => moveMark(this.plane, handle, waypoints[k]));
    moveMark(this.plane, this.dot, this.dotCode);
    const toScreen = (/** @type {ArrayLike<number>} */ z) => screenPlace(this.plane, z);
    const places = codes.map(toScreen);
    if (dashed && places.length) drawDashedLines(paper, waypoints.map(toScreen));
    // a dot for each image of the strip
    if (places.length && Number.isFinite(places[0][0])) drawPath(paper, places, 2, FRAMES_PER_IMAGE);
  }
}
