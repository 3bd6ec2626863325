/**
 * The layer of the codes: it chooses the renderer, decides when to draw again, and moves the last picture while the
 * view moves.
 */

import { createChangeDetector } from "../base/memoize.ts";
import { StampRenderer, StampCache } from "./stamp_renderer.ts";
import { GpuRenderer } from "./gpu_renderer.ts";
import type { CodesPlane as Plane } from "./planes.ts";

const SLOW_DRAW = 12; // milliseconds; if drawing took longer, a moving view moves the last picture instead of drawing
const REDRAW_FACTOR = 40; // such a picture is redrawn after this many times its cost, since its edges come into view
const MIN_GPU_CODES = 10_000; // codes: so few are stamped within 5 ms, and the GPU is not used
// milliseconds before the two renderers are timed, so that the first picture does not wait for that
const MEASURING_DELAY = 4000;

/** Whether the GPU draws codes faster than stamping does; measured once. */
let isGpuFaster: boolean | undefined;

export class CodesLayer {
  stamps = new StampCache();
  stampRenderer = new StampRenderer(this.stamps);
  /** The GPU's renderer; undefined until first needed, null where there is none. */
  gpuRenderer: GpuRenderer | null | undefined = undefined;
  measuringTimer = 0;
  lastDuration = 0;
  /** When the last picture was drawn, in milliseconds. */
  lastDrawnAt = 0;
  /** The plane coordinates of the middle of the last picture, and its scale. */
  lastView = { canvasCentre: [0, 0], scale: NaN };
  /** Whether anything but the view's middle and scale has changed since that picture. */
  haveInputsChanged = createChangeDetector();

  close() {
    window.clearTimeout(this.measuringTimer);
    this.gpuRenderer?.close();
  }

  chooseRenderer(plane: Plane): StampRenderer | GpuRenderer {
    if (plane.codes.xy.length < 2 * MIN_GPU_CODES || isGpuFaster === false) return this.stampRenderer;
    if (isGpuFaster === undefined)
      this.measuringTimer ||= window.setTimeout(
        () => plane.scene.tasks.start("gpu", this.measureRenderers(plane)),
        MEASURING_DELAY,
      );
    if (isGpuFaster && this.gpuRenderer === undefined)
      this.gpuRenderer = GpuRenderer.create(this.stamps, () => this.handleContextLoss(plane));
    return this.gpuRenderer ?? this.stampRenderer;
  }

  /** Measures, as a background task, whether the GPU is faster: some browsers only emulate one. */
  *measureRenderers(plane: Plane): Generator<void, void, void> {
    if (isGpuFaster !== undefined) return; // another plane of the page has measured it
    if (!plane.view.width) return void (this.measuringTimer = 0); // in a hidden tab; measured when the tab is shown
    const gpu = GpuRenderer.create(this.stamps, () => this.handleContextLoss(plane));
    const stamped = new StampRenderer(this.stamps);
    const sample = { ...plane.codes, xy: plane.codes.xy.subarray(0, 2 * MIN_GPU_CODES) };
    const timeDrawing = (renderer: StampRenderer | GpuRenderer) => {
      const start = performance.now();
      renderer.draw(sample, plane.view, window.devicePixelRatio || 1, new Set(), plane.theme.background, null);
      if (renderer === gpu) gpu?.waitUntilDrawn();
      return performance.now() - start;
    };
    try {
      for (const renderer of [gpu, stamped]) {
        yield;
        if (renderer) timeDrawing(renderer); // the first call includes the set-up
      }
      yield;
      isGpuFaster ??= gpu !== null && timeDrawing(gpu) < timeDrawing(stamped);
      if (isGpuFaster && this.gpuRenderer === undefined) this.gpuRenderer = gpu;
    } finally {
      if (this.gpuRenderer !== gpu) gpu?.close(); // it is slower, or the plane was left in the meantime
    }
  }

  /** Continues without the GPU after the browser took it away together with the picture. */
  handleContextLoss(plane: Plane) {
    this.gpuRenderer = null;
    plane.redrawCodes();
  }

  /** Draws the codes, again only if they changed; if that is slow, a moving view moves and scales the last picture. */
  draw(pen: CanvasRenderingContext2D, plane: Plane, ratio: number) {
    const { codes, settings, view, colouredMask, theme, scene } = plane;
    const { width, height, scale, canvasCentre } = view;
    const renderer = this.chooseRenderer(plane);
    // the background's colour would not show on D's surface
    const halo = scene.isShown("judge") ? theme.text : theme.background;
    const hasChanged = this.haveInputsChanged(
      renderer,
      codes,
      codes.shapes,
      [...settings.hidden].join(),
      colouredMask,
      halo,
      ratio,
      view.markScale,
      width,
      height,
    );
    const start = performance.now();
    const keepsPicture =
      scene.isMoving && this.lastDuration > SLOW_DRAW && start - this.lastDrawnAt < REDRAW_FACTOR * this.lastDuration;
    const [lastX, lastY] = this.lastView.canvasCentre;
    const hasMoved = this.lastView.scale !== scale || lastX !== canvasCentre[0] || lastY !== canvasCentre[1];
    if (hasChanged || (!keepsPicture && hasMoved)) {
      renderer.draw(codes, view, ratio, settings.hidden, halo, colouredMask);
      this.lastDuration = performance.now() - start;
      this.lastDrawnAt = start;
      this.lastView = { canvasCentre, scale };
    }
    const magnification = scale / this.lastView.scale;
    const [x, y] = view.toScreen(this.lastView.canvasCentre[0], this.lastView.canvasCentre[1]);
    pen.drawImage(
      renderer.canvas,
      x - (width * magnification) / 2,
      y - (height * magnification) / 2,
      width * magnification,
      height * magnification,
    );
  }
}
