/**
 * A path on the plane: its line, a numbered handle at each waypoint that can be dragged, and the running dot.
 */

import { element } from "../base/dom.ts";
import { FRAMES_PER_IMAGE } from "./path_player.ts";
import { drawDashedLines, drawPath } from "../view/layers.ts";
import type { MarkedPlane, PathMarksPlane } from "./planes.ts";
import type { Paper } from "../view/layers.ts";

/** Where a code lies on the screen; NaN if it has no place on the plane. */
export const screenPlace = ({ slice, view }: MarkedPlane, z: ArrayLike<number>): [number, number] =>
  view.toScreen(...slice.project(z));

/** Moves an element to z's place on the plane, or hides it if z has none. */
export function moveMark(plane: MarkedPlane, mark: HTMLElement, z: ArrayLike<number> | null) {
  const [x, y] = z ? screenPlace(plane, z) : [NaN, NaN];
  mark.hidden = !Number.isFinite(x + y);
  if (!mark.hidden) mark.style.transform = `translate(${x}px, ${y}px) translate(-50%, -50%)`;
}

export class PathMarks {
  plane: PathMarksPlane;
  onDrag: (k: number, z: Float32Array) => void;
  /** Waypoints, and codes along the path; dashed: whether straight lines between the waypoints are drawn too. */
  path = {
    waypoints: [] as Float32Array[],
    codes: [] as Float32Array[],
    dashed: false,
  };
  dotCode: Float32Array | null = null;
  dot = element("div", { class: "lp-runner", "aria-hidden": "true", hidden: true });
  handles: HTMLElement[];

  /** @param onDrag called while waypoint k is dragged */
  constructor(plane: PathMarksPlane, onDrag: (k: number, z: Float32Array) => void) {
    this.plane = plane;
    this.onDrag = onDrag;
    plane.parts.surface.append(this.dot);
    this.handles = [];
    plane.addOverlay((paper) => this.draw(paper));
  }

  setPath(waypoints: Float32Array[], codes: Float32Array[], dashed: boolean = false) {
    this.path = { waypoints, codes, dashed };
    if (!codes.length) this.moveDot(null);
    while (this.handles.length > waypoints.length) this.handles.pop()?.remove();
    while (this.handles.length < waypoints.length) this.handles.push(this.makeHandle(this.handles.length));
    this.plane.redrawOverlays();
  }

  /** Moves the running dot to z. */
  moveDot(z: Float32Array | null) {
    this.dotCode = z;
    moveMark(this.plane, this.dot, z);
  }

  /** A handle for the pointer; the keyboard moves waypoints from the list instead. */
  makeHandle(k: number): HTMLDivElement {
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
      const move = (z: Float32Array) => handle.isConnected && this.path.waypoints === waypoints && this.onDrag(k, z);
      return {
        move: (x, y) => move(plane.slice.moveTo(start, ...plane.view.toPlane(x, y))),
        cancel: () => move(start),
      };
    });
    plane.parts.surface.append(handle);
    return handle;
  }

  draw(paper: Paper) {
    const { waypoints, codes, dashed } = this.path;
    this.handles.forEach((handle, k) => moveMark(this.plane, handle, waypoints[k]));
    moveMark(this.plane, this.dot, this.dotCode);
    const toScreen = (z: ArrayLike<number>) => screenPlace(this.plane, z);
    const places = codes.map(toScreen);
    if (dashed && places.length) drawDashedLines(paper, waypoints.map(toScreen));
    // a dot for each image of the strip
    if (places.length && Number.isFinite(places[0][0])) drawPath(paper, places, 2, FRAMES_PER_IMAGE);
  }
}
