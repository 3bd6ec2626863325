/**
 * The latent plane of the game: D's surface, samples of the prior, codes by class, and the items of the mini-batch.
 */

import { made } from "../base/anew.js";
import { element } from "../base/dom.js";
import { boldOf, themeOf } from "../base/theme.js";
import { Points, Stamps } from "../codes/points.js";
import { crosses, glow } from "../lessons/glow.js";
import { drawGrid, edged, judgeImage, line } from "../view/layers.js";
import { View } from "../view/view.js";

/** @typedef {import("../base/theme.js").Theme} Theme */
/** @typedef {{codes: ArrayLike<number>, surface: import("../base/wire.js").Field | null, half: number, centre: number[]}} Moment of the plane */
/** @typedef {{z: ArrayLike<number>, from: ArrayLike<number> | null, count: number}} Items codes of the mini-batch x, y in turn, where they came from, and how many are numbered */

const DIM = 0.12;
const TRAVEL = 700; // milliseconds in which codes go from one place to the next in slow motion

export class Field {
  constructor() {
    this.view = new View();
    this.points = new Points(new Stamps());
    this.canvas = element("canvas", { class: "gb-plane", role: "img" });
    /** @type {{labels: ArrayLike<number>, colours: string[], shapes: string[]} | null} */
    this.classes = null;
    /** @type {Moment | null} */
    this.now = null;
    /** @type {Moment | null} */
    this.former = null;
    /** @type {Items | null} */
    this.items = null;
    /** @type {ArrayLike<number>} */
    this.samples = [];
    /** @type {Set<string> | null} */
    this.lit = null;
    /** What a lesson lights up. */
    this.shining = "";
    this.pointed = -1;
    this.share = 1;
    this.frame = this.scheduled = 0;
    this.pictured = made(judgeImage);
    this.resized = new ResizeObserver(() => this.refresh());
    this.resized.observe(this.canvas);
  }

  close() {
    this.resized.disconnect();
    cancelAnimationFrame(this.frame);
    cancelAnimationFrame(this.scheduled);
  }

  /** Another moment; with `travel` the codes are seen on their way to it. @param {Moment} moment @param {boolean} travel */
  show(moment, travel) {
    cancelAnimationFrame(this.frame);
    this.former = travel && this.now?.codes.length === moment.codes.length ? this.now : null;
    this.now = moment;
    this.share = this.former ? 0 : 1;
    this.view.frame(moment.half, moment.centre);
    this.view.reset();
    const began = performance.now();
    const move = (/** @type {number} */ time) => {
      this.share = Math.min(1, Math.max(0, (time - began) / TRAVEL));
      this.draw();
      if (this.share < 1) this.frame = requestAnimationFrame(move);
    };
    if (this.former) this.frame = requestAnimationFrame(move);
    else this.refresh();
  }

  refresh() {
    this.scheduled ||= requestAnimationFrame(() => {
      this.scheduled = 0;
      this.draw();
    });
  }

  draw() {
    const { canvas, view, now } = this;
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (!width || !height || !now || !this.classes) return;
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
    view.resize(width, height);
    view.bold = boldOf(canvas);
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const theme = themeOf(canvas);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    this.layer(pen, "surface", () => now.surface && drawGrid({ pen, view }, this.pictured(now.surface), now.surface));
    axes(pen, view, theme, width, height);
    this.layer(pen, "prior", () => {
      crosses(pen, (x, y) => view.toScreen(x, y), this.samples, 3.5);
      edged({ pen, theme }, 1.5, 4); // they show on D's surface whatever its colour
    });
    this.layer(pen, "codes", () => this.drawCodes(pen, theme, ratio, width, height));
    if (this.items) this.drawItems(pen, theme, this.items);
    if (this.shining) this.drawShining(pen, width, height, now);
  }

  /** Draws a layer, faintly where others are lit. @param {CanvasRenderingContext2D} pen @param {string} name @param {() => void} paint */
  layer(pen, name, paint) {
    pen.globalAlpha = this.lit && !this.lit.has(`plane:${name}`) ? DIM : 1;
    paint();
    pen.globalAlpha = 1;
  }

  /** Lights up what a lesson means; "" puts it out. @param {string} drawn */
  shine(drawn) {
    if (drawn === this.shining) return;
    this.shining = drawn;
    this.refresh();
  }

  /** @param {CanvasRenderingContext2D} pen @param {number} width @param {number} height @param {Moment} now */
  drawShining(pen, width, height, now) {
    const toScreen = (/** @type {number} */ x, /** @type {number} */ y) => this.view.toScreen(x, y);
    const { z, count } = this.items ?? { z: [], count: 0 };
    const places = Array.from({ length: count }, (_, k) => toScreen(z[2 * k], z[2 * k + 1]));
    glow(pen, { drawn: this.shining, toScreen, width, height, codes: now.codes, prior: this.samples, places });
  }

  /** @param {CanvasRenderingContext2D} pen @param {import("../base/theme.js").Theme} theme @param {number} ratio @param {number} width @param {number} height */
  drawCodes(pen, theme, ratio, width, height) {
    const { classes, now, former, view, share } = this;
    if (!classes || !now) return;
    const xy = Float32Array.from(now.codes, (end, k) => (former ? former.codes[k] + (end - former.codes[k]) * share : end)); // between two moments
    this.points.draw({ xy, ...classes, unlabelled: "#8a94a3" }, view, ratio, new Set(), theme.background, null);
    pen.drawImage(this.points.canvas, 0, 0, width, height);
  }

  /** The codes of the mini-batch as small rings, the numbered ones with their way and number. @param {CanvasRenderingContext2D} pen @param {Theme} theme @param {Items} items */
  drawItems(pen, theme, { z, from, count }) {
    const at = (/** @type {ArrayLike<number>} */ values, /** @type {number} */ k) => this.view.toScreen(values[2 * k], values[2 * k + 1]);
    this.layer(pen, "batch", () => {
      for (let k = count; k < z.length / 2; k++) ring(pen, ...at(z, k), 2.5, theme.text, 1);
    });
    this.layer(pen, "arrows", () => {
      for (let k = 0; from && k < count; k++) arrow(pen, at(from, k), at(z, k), theme);
    });
    this.layer(pen, "items", () => {
      for (let k = 0; k < count; k++) numbered(pen, ...at(z, k), k, k === this.pointed, theme, this.view.bold);
    });
  }
}

/** @param {CanvasRenderingContext2D} pen @param {import("../view/view.js").View} view @param {import("../base/theme.js").Theme} theme @param {number} width @param {number} height */
function axes(pen, view, theme, width, height) {
  const [x, y] = view.toScreen(0, 0);
  pen.globalAlpha = 0.25;
  pen.beginPath();
  pen.moveTo(0, y);
  pen.lineTo(width, y);
  pen.moveTo(x, 0);
  pen.lineTo(x, height);
  line(pen, theme.text, 1);
  pen.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} pen @param {number} x @param {number} y @param {number} radius @param {string} colour @param {number} width */
function ring(pen, x, y, radius, colour, width) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  line(pen, colour, width);
}

/** @param {CanvasRenderingContext2D} pen @param {number} x @param {number} y @param {number} item @param {boolean} pointed @param {import("../base/theme.js").Theme} theme @param {number} bold */
function numbered(pen, x, y, item, pointed, theme, bold) {
  const radius = (pointed ? 13 : 9) * bold;
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fillStyle = theme.background;
  pen.fill();
  line(pen, pointed ? theme.primary : theme.text, pointed ? 3.5 : 1.75);
  pen.font = `bold ${Math.round((pointed ? 14 : 11) * bold)}px sans-serif`;
  pen.textAlign = "center";
  pen.fillStyle = theme.text;
  pen.fillText(String(item + 1), x, y + (pointed ? 5 : 4) * bold);
}

/** The way of an item; one too short to be seen is left out. @param {CanvasRenderingContext2D} pen @param {number[]} from @param {number[]} to @param {Theme} theme */
function arrow(pen, [x0, y0], [x1, y1], theme) {
  if (Math.hypot(x1 - x0, y1 - y0) < 2) return;
  pen.beginPath();
  pen.moveTo(x0, y0);
  pen.lineTo(x1, y1);
  edged({ pen, theme }, 2, 5);
  ring(pen, x0, y0, 2.5, theme.text, 2);
}
