/**
 * The latent plane of the game: D's surface, samples of the prior, codes by class, and the codes of the mini-batch.
 */

import { made, nextFrame } from "../base/anew.js";
import { Clock } from "../base/clock.js";
import { element, onSize } from "../base/dom.js";
import { disc, line, ring } from "../base/pen.js";
import { boldOf, themeOf } from "../base/theme.js";
import { Points, Stamps } from "../codes/points.js";
import { crosses, glow } from "../lessons/glow.js";
import { drawGrid, edged, judgeImage, paperOn } from "../view/layers.js";
import { blend } from "../view/slice.js";
import { View } from "../view/view.js";

/** @typedef {import("../view/layers.js").Paper} Paper */
/** @typedef {{codes: ArrayLike<number>, surface: import("../base/wire.js").Field | null, half: number, centre: number[]}} Moment a state of the plane */
/** @typedef {{z: ArrayLike<number>, from: ArrayLike<number> | null, count: number}} Items z: codes of the mini-batch, x and y in turn; from: where they lay before; count: how many of them are numbered */

const DIM = 0.12;
const TRAVEL = 0.7; // seconds in which codes move to their new places in slow motion

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
    /** The kind of thing that a lesson highlights, or "". */
    this.shining = "";
    this.pointed = -1;
    this.share = 1;
    this.clock = new Clock((seconds) => this.move(seconds));
    this.refresh = nextFrame(() => this.draw());
    this.pictured = made(judgeImage);
    this.unwatch = onSize(this.canvas, () => this.refresh());
  }

  close() {
    this.unwatch();
    this.clock.stop();
    this.refresh.close();
  }

  /** Shows another state. @param {Moment} moment @param {boolean} travel whether the codes are animated on their way to it */
  show(moment, travel) {
    this.clock.stop();
    this.former = travel && this.now?.codes.length === moment.codes.length ? this.now : null;
    this.now = moment;
    this.share = this.former ? 0 : 1;
    this.view.frame(moment.half, moment.centre);
    this.view.reset();
    if (this.former) this.clock.start();
    else this.refresh();
  }

  /** @param {number} seconds by which the codes go on */
  move(seconds) {
    this.share = Math.min(1, this.share + seconds / TRAVEL);
    if (this.share === 1) this.clock.stop();
    this.draw();
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
    const paper = paperOn(canvas, view, themeOf(canvas), ratio);
    const { pen } = paper;
    const toScreen = (/** @type {number} */ x, /** @type {number} */ y) => view.toScreen(x, y);
    this.layer(pen, "surface", () => now.surface && drawGrid(paper, this.pictured(now.surface), now.surface));
    axes(paper);
    this.layer(pen, "prior", () => {
      crosses(pen, toScreen, this.samples, 3.5);
      edged(paper, 1.5, 4); // visible on every colour of D's surface
    });
    this.layer(pen, "codes", () => this.drawCodes(paper, ratio));
    if (this.items) this.drawItems(paper, this.items);
    const { z, count } = this.items ?? { z: [], count: 0 };
    const places = Array.from({ length: count }, (_, k) => toScreen(z[2 * k], z[2 * k + 1]));
    if (this.shining) glow(pen, { drawn: this.shining, toScreen, width, height, codes: now.codes, prior: this.samples, places });
  }

  /** Draws a layer, faintly if others are highlighted. @param {CanvasRenderingContext2D} pen @param {string} name @param {() => void} paint */
  layer(pen, name, paint) {
    pen.globalAlpha = this.lit && !this.lit.has(`plane:${name}`) ? DIM : 1;
    paint();
    pen.globalAlpha = 1;
  }

  /** Highlights what a lesson points at; "" ends it. @param {string} drawn */
  shine(drawn) {
    if (drawn === this.shining) return;
    this.shining = drawn;
    this.refresh();
  }

  /** @param {Paper} paper @param {number} ratio */
  drawCodes({ pen, view, theme }, ratio) {
    const { classes, now, former, share } = this;
    if (!classes || !now) return;
    const xy = former ? blend(former.codes, now.codes, share) : Float32Array.from(now.codes); // between two moments
    this.points.draw({ xy, ...classes }, view, ratio, new Set(), theme.background, null);
    pen.drawImage(this.points.canvas, 0, 0, view.width, view.height);
  }

  /** The codes of the mini-batch as small rings; the numbered ones with an arrow and a number. @param {Paper} paper @param {Items} items */
  drawItems(paper, { z, from, count }) {
    const { pen, view, theme } = paper;
    const at = (/** @type {ArrayLike<number>} */ values, /** @type {number} */ k) => view.toScreen(values[2 * k], values[2 * k + 1]);
    this.layer(pen, "batch", () => {
      for (let k = count; k < z.length / 2; k++) ring(pen, ...at(z, k), 2.5, theme.text, 1);
    });
    this.layer(pen, "arrows", () => {
      for (let k = 0; from && k < count; k++) arrow(paper, at(from, k), at(z, k));
    });
    this.layer(pen, "items", () => {
      for (let k = 0; k < count; k++) numbered(paper, ...at(z, k), k, k === this.pointed);
    });
  }
}

/** @param {Paper} paper */
function axes({ pen, view, theme }) {
  const [x, y] = view.toScreen(0, 0);
  pen.globalAlpha = 0.25;
  pen.beginPath();
  pen.moveTo(0, y);
  pen.lineTo(view.width, y);
  pen.moveTo(x, 0);
  pen.lineTo(x, view.height);
  line(pen, theme.text, 1);
  pen.globalAlpha = 1;
}

/** @param {Paper} paper @param {number} x @param {number} y @param {number} item @param {boolean} pointed */
function numbered({ pen, view: { bold }, theme }, x, y, item, pointed) {
  disc(pen, x, y, (pointed ? 13 : 9) * bold, theme.background);
  line(pen, pointed ? theme.primary : theme.text, pointed ? 3.5 : 1.75);
  pen.font = `bold ${Math.round((pointed ? 14 : 11) * bold)}px sans-serif`;
  pen.textAlign = "center";
  pen.fillStyle = theme.text;
  pen.fillText(String(item + 1), x, y + (pointed ? 5 : 4) * bold);
}

/** A line from the old place to the new one, unless it is too short to be seen. @param {Paper} paper @param {number[]} from @param {number[]} to */
function arrow(paper, [x0, y0], [x1, y1]) {
  if (Math.hypot(x1 - x0, y1 - y0) < 2) return;
  const { pen, theme } = paper;
  pen.beginPath();
  pen.moveTo(x0, y0);
  pen.lineTo(x1, y1);
  edged(paper, 2, 5);
  ring(pen, x0, y0, 2.5, theme.text, 2);
}
