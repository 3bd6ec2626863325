/**
 * The layer of the codes: it chooses the renderer, decides when to draw again, and moves the last picture while the view moves.
 */

import { changes } from "../base/anew.js";
import { Points, Stamps } from "./points.js";
import { PointsGL } from "./points_gl.js";

/** @typedef {import("../plane/display.js").Display} Plane */

const SLOW = 12; // milliseconds; if drawing took longer, a moving view moves the last picture instead of drawing
const SHARE = 40; // such a picture is redrawn after this many times its cost, since its edges come into view
const FEW = 10_000; // codes: so few are stamped within 5 ms, and the GPU is not used
const LATER = 4000; // milliseconds before the two renderers are timed, so that the first picture does not wait for that

/** Whether the GPU draws codes faster than stamping does; measured once. @type {boolean | undefined} */
let quicker;

export class CodesLayer {
  stamps = new Stamps();
  stamped = new Points(this.stamps);
  /** The GPU's renderer; undefined until first needed, null where there is none. @type {PointsGL | null | undefined} */
  gpu = undefined;
  waiting = 0;
  cost = 0;
  /** When the last picture was drawn, in milliseconds. */
  since = 0;
  /** The plane coordinates of the middle of the last picture, and its scale. */
  drawn = { centre: [0, 0], scale: NaN };
  /** Whether anything but the view's middle and scale has changed since that picture. */
  changed = changes();

  close() {
    window.clearTimeout(this.waiting);
    this.gpu?.close();
  }

  /** @param {Plane} plane @returns {Points | PointsGL} */
  renderer(plane) {
    if (plane.codes.xy.length < 2 * FEW || quicker === false) return this.stamped;
    if (quicker === undefined) this.waiting ||= window.setTimeout(() => plane.scene.tasks.start("gpu", this.compare(plane)), LATER);
    if (quicker && this.gpu === undefined) this.gpu = PointsGL.make(this.stamps, () => this.lose(plane));
    return this.gpu ?? this.stamped;
  }

  /** Measures, as a background task, whether the GPU is faster: some browsers only emulate one. @param {Plane} plane @returns {Generator<void, void, void>} */
  *compare(plane) {
    if (quicker !== undefined) return; // another plane of the page has measured it
    if (!plane.view.width) return void (this.waiting = 0); // in a hidden tab; measured when the tab is shown
    const gpu = PointsGL.make(this.stamps, () => this.lose(plane));
    const stamped = new Points(this.stamps);
    const some = { ...plane.codes, xy: plane.codes.xy.subarray(0, 2 * FEW) };
    const cost = (/** @type {Points | PointsGL} */ renderer) => {
      const start = performance.now();
      renderer.draw(some, plane.view, window.devicePixelRatio || 1, new Set(), plane.theme.background, null);
      if (renderer === gpu) gpu?.finish();
      return performance.now() - start;
    };
    try {
      for (const renderer of [gpu, stamped]) {
        yield;
        if (renderer) cost(renderer); // the first call includes the set-up
      }
      yield;
      quicker ??= gpu !== null && cost(gpu) < cost(stamped);
      if (quicker && this.gpu === undefined) this.gpu = gpu;
    } finally {
      if (this.gpu !== gpu) gpu?.close(); // it is slower, or the plane was left in the meantime
    }
  }

  /** Continues without the GPU after the browser took it away together with the picture. @param {Plane} plane */
  lose(plane) {
    this.gpu = null;
    plane.redraw();
  }

  /** Draws the codes, again only if they changed; if that is slow, a moving view moves and scales the last picture. @param {CanvasRenderingContext2D} pen @param {Plane} plane @param {number} ratio */
  draw(pen, plane, ratio) {
    const { codes, memory, view, selection, theme, scene } = plane;
    const { width, height, scale, centre } = view;
    const by = this.renderer(plane);
    const halo = scene.shows("judge") ? theme.text : theme.background; // the background's colour would not show on D's surface
    const anew = this.changed(by, codes, [...memory.hidden].join(), selection.mask, halo, ratio, view.bold, width, height);
    const start = performance.now();
    const rests = scene.moving && this.cost > SLOW && start - this.since < SHARE * this.cost;
    if (anew || (!rests && (this.drawn.scale !== scale || this.drawn.centre !== centre))) {
      by.draw(codes, view, ratio, memory.hidden, halo, selection.mask);
      this.cost = performance.now() - start;
      this.since = start;
      this.drawn = { centre, scale };
    }
    const grown = scale / this.drawn.scale;
    const [x, y] = view.toScreen(this.drawn.centre[0], this.drawn.centre[1]);
    pen.drawImage(by.canvas, x - (width * grown) / 2, y - (height * grown) / 2, width * grown, height * grown);
  }
}
