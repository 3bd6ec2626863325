/**
 * The layer of the codes: which renderer draws them, when they are drawn again, and what a moving view shows meanwhile.
 */

import { changes } from "../base/anew.js";
import { Points, Stamps } from "./points.js";
import { PointsGL } from "./points_gl.js";

/** @typedef {import("../plane/display.js").Display} Plane */

const SLOW = 12; // milliseconds for the codes, beyond which they are moved as a picture while the view moves
const SHARE = 40; // times its cost that such a picture is moved before it is drawn anew, else its edges would show
const FEW = 10_000; // codes that are stamped within 5 ms, so that no GPU is asked for
const LATER = 4000; // milliseconds after the first picture, which is not to wait for the question who is quicker

/** Whether the GPU draws codes quicker than they are stamped; found out once. @type {boolean | undefined} */
let quicker;

export class CodesLayer {
  stamps = new Stamps();
  stamped = new Points(this.stamps);
  /** The GPU's renderer; undefined until one is asked for, null where there is none. @type {PointsGL | null | undefined} */
  gpu = undefined;
  waiting = 0;
  cost = 0;
  /** When the last picture was drawn, in milliseconds. */
  since = 0;
  /** Where the middle of the last picture lies on the plane, and in which scale it is. */
  drawn = { centre: [0, 0], scale: NaN };
  /** Whether that picture shows, apart from this, something else than is to be seen. */
  others = changes();

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

  /** Finds out, between other things, whether the GPU is the quicker one: some only imitate one. @param {Plane} plane @returns {Generator<void, void, void>} */
  *compare(plane) {
    if (quicker !== undefined) return; // another plane of the page has found out
    if (!plane.view.width) return void (this.waiting = 0); // in a hidden tab; it is asked again when that is shown
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
        if (renderer) cost(renderer); // the first time, much is only set up
      }
      yield;
      quicker ??= gpu !== null && cost(gpu) < cost(stamped);
      if (quicker && this.gpu === undefined) this.gpu = gpu;
    } finally {
      if (this.gpu !== gpu) gpu?.close(); // the slower one, or that of a plane which was left meanwhile
    }
  }

  /** Goes on without the GPU, which was taken away: the picture went with it. @param {Plane} plane */
  lose(plane) {
    this.gpu = null;
    plane.scene.dirty = true;
    plane.refresh();
  }

  /** Draws the codes, anew only where they changed; where that takes long, a moving view moves and scales their picture. @param {CanvasRenderingContext2D} pen @param {Plane} plane @param {number} ratio */
  draw(pen, plane, ratio) {
    const { codes, memory, view, selection, theme, scene } = plane;
    const { width, height, scale, centre } = view;
    const by = this.renderer(plane);
    const halo = scene.shows("judge") ? theme.text : theme.background; // on D's colours the page's own would not show
    const anew = this.others(by, codes, [...memory.hidden].join(), selection.mask, halo, ratio, view.bold, width, height);
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
