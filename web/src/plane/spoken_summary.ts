/**
 * A summary of the plane for screen readers: the position of z, what is shown and what is selected.
 */

import { setText } from "../base/dom.ts";
import { LAYERS } from "../view/layers.ts";
import { formatCode, formatNumber } from "../base/number_format.ts";
import { LIKELIHOODS } from "../priors/prior.ts";
import { joinSentences, translate, translatePlural } from "../base/translate.ts";
import type { Likelihood } from "../priors/prior.ts";
import type { Display } from "./display.ts";

/** Of z. */
export type CodeFacts = { density: number; dOfZ: number; isTypical: boolean | null; likelihood: Likelihood | null };

const UPDATE_DELAY = 700; // milliseconds after the last drawing before the summary is updated
const WITHOUT_CODES = translate("The plane shows the painted prior. The codes follow with the first checkpoint.");

const codeCountText = (n: number): string =>
  translatePlural("{count} code", "{count} codes", n, { count: n.toLocaleString("en") });

export class SpokenSummary {
  plane: Display;
  timer = 0;

  constructor(plane: Display) {
    this.plane = plane;
    plane.events.on("close", () => window.clearTimeout(this.timer));
  }

  /** Updates the summary after `UPDATE_DELAY`. */
  scheduleUpdate(facts: CodeFacts) {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => setText(this.plane.parts.summary, this.summaryText(facts)), UPDATE_DELAY);
  }

  /** The values at z, then `planeText`; before a training, that there are no codes yet, or "" where one paints. */
  summaryText({ density, dOfZ, likelihood }: CodeFacts): string {
    const { header, picker, slice, view, z } = this.plane;
    if (header.revision === "") return header.brush ? "" : WITHOUT_CODES;
    const nearestIndex = slice.decodable
      ? picker.nearestPoint(...slice.project(z), view.extent / 4, (k) => this.plane.isVisible(k))
      : -1;
    const parts = [translate("z is {code}", { code: formatCode(z, 6) })];
    if (!Number.isNaN(density)) parts.push(`log p(z) ${formatNumber(density)}`);
    if (!Number.isNaN(dOfZ)) parts.push(`D(z) ${formatNumber(dOfZ)}`);
    if (likelihood) parts.push(LIKELIHOODS[likelihood].toLowerCase());
    if (nearestIndex >= 0) parts.push(translate("nearest code: {name}", { name: this.plane.codeName(nearestIndex) }));
    return translate("{facts}. {plane}", { facts: parts.join(", "), plane: this.planeText() });
  }

  /** The number of codes, the visible layers, the hidden classes and the selection. */
  planeText(): string {
    const { plane } = this;
    const { codes, header, settings, picked, selection } = plane;
    const layerTitles = LAYERS.filter(({ id }) => plane.scene.isShown(id)).map(({ title }) => title);
    const values = { codes: codeCountText(codes.xy.length / 2), layers: layerTitles.join(", ") || translate("none") };
    const parts = [
      plane.pastFrame
        ? translate("{codes}; layers: {layers}, as at step {step}.", {
            ...values,
            step: plane.pastFrame.step.toLocaleString("en"),
          })
        : translate("{codes}; layers: {layers}.", values),
    ];
    const missingName = header.missing ?? translate("no class");
    const hidden = [...settings.hidden].map((label) => (label < 0 ? missingName : header.classes[label]));
    const names = hidden.join(", ");
    if (names && header.missing) parts.push(translate("Hidden groups: {groups}.", { groups: names }));
    if (names && !header.missing) parts.push(translate("Hidden classes: {classes}.", { classes: names }));
    if (picked >= 0)
      parts.push(translate("Selected: code {index}, {name}.", { index: picked, name: plane.codeName(picked) }));
    if (selection.mask)
      parts.push(translate("{codes} selected together.", { codes: codeCountText(selection.indices.length) }));
    return joinSentences(...parts);
  }
}

/** @returns a sentence if only a sample of the codes is shown, else "" */
export function sampleNote(sample: { shown: number; total: number } | null | undefined): string {
  if (!sample) return "";
  const [shownCount, total] = [sample.shown, sample.total].map((count) => count.toLocaleString("en"));
  return translate("The plane shows {shown} of {total} codes, the same share of each class.", {
    shown: shownCount,
    total,
  });
}
