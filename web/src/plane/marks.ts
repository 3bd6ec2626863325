/**
 * The cross at z, and the rings around the selected code and the code under the pointer. Each is a small canvas that is
 * moved, not redrawn, so that a drag repaints very little.
 */

import { createChangeDetector } from "../base/memoize.ts";
import { element } from "../base/dom.ts";
import { context2d, traceCircle } from "../base/canvas_shapes.ts";
import { strokeWithRim } from "../view/layers.ts";
import type { Theme } from "../base/theme.ts";

const SIZE = 32; // side in CSS pixels
const RATIO = 2; // canvas pixels for a CSS pixel, sharp enough on any screen
const [RADIUS, TICK] = [7, 14];

export class Marks {
  canvases: Record<string, HTMLCanvasElement> = {};
  hasThemeChanged;

  constructor(host: HTMLElement) {
    for (const kind of ["under", "chosen", "cross"]) {
      const canvas = element("canvas", {
        class: "lp-mark",
        width: SIZE * RATIO,
        height: SIZE * RATIO,
        "aria-hidden": "true",
        hidden: true,
      });
      this.canvases[kind] = host.appendChild(canvas);
    }
    this.hasThemeChanged = createChangeDetector();
  }

  /** Draws the marks in the theme's colours, over a rim of the background's, so that they show anywhere. */
  drawMarks(theme: Theme) {
    if (!this.hasThemeChanged(theme.text, theme.background)) return;
    for (const [kind, canvas] of Object.entries(this.canvases)) {
      const pen = context2d(canvas);
      pen.setTransform(RATIO, 0, 0, RATIO, (SIZE * RATIO) / 2, (SIZE * RATIO) / 2);
      pen.clearRect(-SIZE, -SIZE, 2 * SIZE, 2 * SIZE);
      traceCircle(pen, 0, 0, kind === "cross" ? RADIUS : RADIUS + 3);
      for (const [dx, dy] of kind === "cross"
        ? [
            [1, 0],
            [-1, 0],
            [0, 1],
            [0, -1],
          ]
        : []) {
        pen.moveTo(RADIUS * dx, RADIUS * dy);
        pen.lineTo(TICK * dx, TICK * dy);
      }
      const line = kind === "under" ? 1.5 : 2.5;
      strokeWithRim({ pen, theme }, line, line + 3);
    }
  }

  /**
   * Moves a mark; NaN hides it.
   * @param bold factor by which it is enlarged
   */
  moveMark(kind: "cross" | "chosen" | "under", x: number, y: number, bold: number = 1) {
    const canvas = this.canvases[kind];
    canvas.hidden = !Number.isFinite(x + y);
    if (!canvas.hidden)
      canvas.style.transform = `translate(${x - SIZE / 2}px, ${y - SIZE / 2}px)${bold === 1 ? "" : ` scale(${bold})`}`;
  }
}
