/**
 * A small image of a prior: samples in the plane, with axes; always the same samples.
 */

import { context2d } from "../base/canvas_shapes.js";
import { PRIOR_COLOUR } from "../base/colours.js";
import { element, setNote } from "../base/dom.js";
import { readTheme } from "../base/theme.js";
import { translate } from "../base/translate.js";
import { formatNumber } from "../base/number_format.js";
import { createMount } from "../host/mounting.js";
import { PRIOR_KINDS } from "../priors/kinds.js";
import { makeSeededRandom, samplePrior } from "../priors/sampling.js";

/** @typedef {Parameters<typeof samplePrior>[0]} PriorInfo */

const SAMPLES = 700;
const CANVAS_PIXELS = 224;

/**
 * Samples in the first two dimensions, or along a line if there is only one; and the half-width of a square around 0
 * that shows them.
 * @param {PriorInfo} prior
 * @param {number} dim
 * @param {Float32Array} [ownSamples] samples of a user-defined prior, n × dim
 * @returns {{points: [number, number][], reach: number}}
 */
export function previewSamplesAndReach(prior, dim, ownSamples) {
  const random = makeSeededRandom(1);
  const isLine = dim === 1 && !PRIOR_KINDS[prior.name]?.isPlanar;
  const plottedDim = isLine ? 1 : 2;
  const sampledDim = ownSamples ? dim : plottedDim;
  const points = Array.from({ length: SAMPLES }, () => samplePrior(prior, sampledDim, random, ownSamples).slice(0, 2));
  const reach = 1.05 * points.reduce((maximum, z) => Math.max(maximum, ...z.map(Math.abs)), 0);
  return { points: points.map(([x, y]) => [x, isLine ? (random() - 0.5) * 0.2 * reach : y]), reach };
}

export class PriorPreview {
  canvas = element("canvas", { class: "ps-preview", width: CANVAS_PIXELS, height: CANVAS_PIXELS, role: "img" });
  caption = element("p", { class: "lp-note" });
  notes = element("div", { class: "lp-notes", role: "status" });

  /** @param {HTMLElement} root */
  constructor(root) {
    const preview = element("div", { class: "ps-previewed" }, this.canvas, this.caption);
    root.append(element("div", { class: "lp" }, this.notes, preview));
  }

  /**
   * @param {string} subject
   * @param {string} sentence
   */
  setNote(subject, sentence) {
    setNote(this.notes, subject, sentence);
  }

  /**
   * Draws the prior of a message, with its text below; the text alone where the prior cannot be drawn.
   * @param {import("../../messages.js").OutgoingMessages["prior_preview"]} message
   */
  update({ header: { prior, dim, title, caption }, fields }) {
    const ownSamples = fields.prior_samples?.values; // of a user-defined prior
    this.setNote("data", "");
    this.canvas.hidden = !prior;
    this.caption.textContent = caption;
    if (!prior) return;
    const { points, reach } = previewSamplesAndReach(prior, dim, ownSamples);
    this.canvas.setAttribute(
      "aria-label",
      translate("{samples} samples of the prior: {title}", { samples: SAMPLES, title }),
    );
    this.caption.textContent = translate(
      "{description} The picture shows {samples} samples, from {low} to {high} on both axes.",
      { description: caption, samples: SAMPLES, low: formatNumber(-reach, 1), high: formatNumber(reach, 1) },
    );
    const pen = context2d(this.canvas);
    const theme = readTheme(this.canvas);
    pen.clearRect(0, 0, CANVAS_PIXELS, CANVAS_PIXELS);
    pen.strokeStyle = theme.border;
    pen.globalAlpha = 0.6;
    pen.strokeRect(0, CANVAS_PIXELS / 2, CANVAS_PIXELS, 0);
    pen.strokeRect(CANVAS_PIXELS / 2, 0, 0, CANVAS_PIXELS);
    pen.fillStyle = PRIOR_COLOUR;
    const toPixel = (/** @type {number} */ value) => (0.5 + value / reach / 2) * CANVAS_PIXELS;
    for (const [x, y] of points) pen.fillRect(toPixel(x) - 1.5, CANVAS_PIXELS - toPixel(y) - 1.5, 3, 3);
    pen.globalAlpha = 1;
  }
}

export default createMount(PriorPreview);
