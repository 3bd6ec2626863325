/**
 * A small image of a prior: samples in the plane, with axes; always the same samples.
 */

import { context2d } from "../base/canvas_shapes.ts";
import { PRIOR_COLOUR } from "../base/colours.ts";
import { element, setNote } from "../base/dom.ts";
import { readTheme } from "../base/theme.ts";
import { translate } from "../base/translate.ts";
import { formatNumber } from "../base/number_format.ts";
import { createMount } from "../host/mounting.ts";
import { PRIOR_KINDS } from "../priors/kinds.ts";
import { makeSeededRandom, samplePrior } from "../priors/sampling.ts";
import type { OutgoingMessages } from "../messages.ts";

type PriorInfo = Parameters<typeof samplePrior>[0];

const SAMPLES = 700;
const CANVAS_PIXELS = 224;

/**
 * Samples in the first two dimensions, or along a line if there is only one; and the half-width of a square around 0
 * that shows them.
 * @param ownSamples samples of a user-defined prior, n × dim
 */
export function previewSamplesAndReach(
  prior: PriorInfo,
  dim: number,
  ownSamples?: Float32Array,
): { points: [number, number][]; reach: number } {
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

  constructor(root: HTMLElement) {
    const preview = element("div", { class: "ps-previewed" }, this.canvas, this.caption);
    root.append(element("div", { class: "lp" }, this.notes, preview));
  }

  setNote(subject: string, sentence: string) {
    setNote(this.notes, subject, sentence);
  }

  /** Draws the prior of a message, with its text below; the text alone where the prior cannot be drawn. */
  update({ header: { prior, dim, title, caption }, fields }: OutgoingMessages["prior_preview"]) {
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
    const toPixel = (value: number) => (0.5 + value / reach / 2) * CANVAS_PIXELS;
    for (const [x, y] of points) pen.fillRect(toPixel(x) - 1.5, CANVAS_PIXELS - toPixel(y) - 1.5, 3, 3);
    pen.globalAlpha = 1;
  }
}

export default createMount(PriorPreview);
