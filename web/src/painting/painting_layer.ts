/**
 * A painting of the prior on a plane: where Python offers a brush, the plane is painted on, in its own coordinates, and
 * the controls of the brush take the place of the decoded image.
 */

import { element } from "../base/dom.ts";
import { Painter } from "./painter.ts";
import type { PaintedPlane } from "./planes.ts";

export class PaintingLayer {
  plane: PaintedPlane;
  painter: Painter;
  easel: HTMLDivElement;

  constructor(plane: PaintedPlane) {
    this.plane = plane;
    this.painter = new Painter((text) => plane.sendMessage("painting", { text }));
    this.easel = element("div", { class: "lp-easel", hidden: true }, this.painter.paintingCanvas.root);
    plane.parts.surface.after(this.easel);
    plane.parts.panel.before(this.painter.root);
    plane.events.on("data", () => this.showOffer());
    plane.events.on("drawn", () => this.placeCanvas());
  }

  /** Shows the brush if the newest message offers one. Before a training, there is nothing else to do on the plane. */
  showOffer() {
    const { header, parts } = this.plane;
    const { brush } = header;
    const isBlank = header.revision === "";
    this.easel.hidden = this.painter.root.hidden = !brush;
    parts.root.classList.toggle("lp-painting", Boolean(brush));
    parts.root.classList.toggle("lp-blank", isBlank);
    parts.surface.inert = isBlank;
    if (!brush) return;
    this.painter.showPainting(brush);
    this.placeCanvas();
  }

  /** Lays the canvas on the part of the plane that it paints. */
  placeCanvas() {
    const { header, view } = this.plane;
    if (!header.brush) return;
    const { half } = header.brush;
    const [left, top] = view.toScreen(-half, half);
    const style = { left: `${left}px`, top: `${top}px`, width: `${2 * half * view.scale}px` };
    Object.assign(this.painter.paintingCanvas.root.style, style);
    this.easel.style.height = `${view.height}px`; // beneath it are the captions
  }
}
