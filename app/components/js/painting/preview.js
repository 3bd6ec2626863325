/**
 * A small image of a prior: samples in the plane, with axes; always the same samples.
 */

import { element } from "../base/dom.js";
import { themeOf } from "../base/theme.js";
import { number } from "../base/number_text.js";
import { draw } from "../priors/draws.js";

/** @typedef {Parameters<typeof draw>[0]} About */

const SAMPLES = 700;
const PIXELS = 224;
const PLANAR = ["mixture", "swiss-roll"];

/** A generator of numbers in (0, 1), by Park and Miller. @param {number} seed */
function repeatable(seed) {
  let state = seed;
  return () => (state = (48271 * state) % 2147483647) / 2147483647;
}

/**
 * Samples in the first two dimensions, or along a line if there is only one; and the half-width of a square around 0 that shows
 * them.
 * @param {About} about
 * @param {number} dim
 * @param {Float32Array} [own] samples of a user-defined prior, n × dim
 */
export function samples(about, dim, own) {
  const random = repeatable(1);
  const flat = dim === 1 && !PLANAR.includes(about.name);
  const points = Array.from({ length: SAMPLES }, () => draw(about, own ? dim : flat ? 1 : 2, random, own).slice(0, 2));
  const reach = 1.05 * points.reduce((most, z) => Math.max(most, ...z.map(Math.abs)), 0);
  return { points: points.map(([x, y]) => [x, flat ? (random() - 0.5) * 0.2 * reach : y]), reach };
}

export class Preview {
  canvas = element("canvas", { class: "ps-preview", width: PIXELS, height: PIXELS, role: "img" });
  words = element("p", { class: "lp-said" });
  root = element("div", { class: "ps-previewed" }, this.canvas, this.words);

  /** @param {import("../../messages.js").Unpainted} header told: the text below the image @param {Float32Array} [own] samples of a user-defined prior */
  show({ prior, dim, title, told }, own) {
    this.canvas.hidden = !prior;
    this.words.textContent = told;
    if (!prior) return;
    const { points, reach } = samples(prior, dim, own);
    this.canvas.setAttribute("aria-label", `${SAMPLES} samples of the prior: ${title}`);
    this.words.textContent = `${told} The picture shows ${SAMPLES} samples, from ${number(-reach, 1)} to ${number(reach, 1)} on both axes.`;
    const pen = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    const theme = themeOf(this.canvas);
    pen.clearRect(0, 0, PIXELS, PIXELS);
    pen.strokeStyle = theme.border;
    pen.globalAlpha = 0.6;
    pen.strokeRect(0, PIXELS / 2, PIXELS, 0);
    pen.strokeRect(PIXELS / 2, 0, 0, PIXELS);
    pen.fillStyle = theme.primary;
    const at = (/** @type {number} */ value) => (0.5 + value / reach / 2) * PIXELS;
    for (const [x, y] of points) pen.fillRect(at(x) - 1.5, PIXELS - at(y) - 1.5, 3, 3);
    pen.globalAlpha = 1;
  }
}
