/**
 * A slider for each dimension of z, marked at the prior's percentiles.
 */

import { createChangeDetector } from "../base/memoize.ts";
import { element } from "../base/dom.ts";
import { dimensionName, formatNumber, formatPercent } from "../base/number_format.ts";
import { translate } from "../base/translate.ts";
import type { Prior } from "../priors/prior.ts";

// probabilities of the marked quantiles: the median, ±1 σ of a Gaussian, 1 % and 99 %
const MARKS = [0.01, 0.16, 0.5, 0.84, 0.99];
const ENDS = [0.0005, 0.9995]; // probabilities of the quantiles between which a slider runs

export class CodeSliders {
  onMove: (j: number, value: number) => void;
  onRelease: () => void;
  host = element("div", { class: "lp-sliders" });
  rows: { label: HTMLLabelElement; input: HTMLInputElement; ruler: HTMLElement; output: HTMLOutputElement }[] = [];
  haveRangesChanged = createChangeDetector();

  /** @param onMove while a slider is dragged */
  constructor(onMove: (j: number, value: number) => void, onRelease: () => void) {
    this.onMove = onMove;
    this.onRelease = onRelease;
  }

  /**
   * One slider for each dimension over the prior's range, or over the codes' range if there is no prior. The codes'
   * range changes while a revision trains; the sliders stay then, since one may have the focus or be dragged.
   * @param ranges of the codes: low and high of each dimension
   */
  buildSliders(prior: Prior, ranges: number[][] | null) {
    if (
      !this.haveRangesChanged(
        JSON.stringify([
          prior.dim,
          prior.levels.length,
          prior.quantileTable && Array.from(prior.quantileTable),
          ranges,
        ]),
      )
    )
      return;
    if (this.rows.length !== prior.dim) {
      this.rows = Array.from({ length: prior.dim }, (_, j) => this.makeSlider(j));
      this.host.replaceChildren(...this.rows.map((row) => row.label));
    }
    this.rows.forEach((_, j) => this.setRange(prior, ranges?.[j] ?? [-1, 1], j));
  }

  makeSlider(j: number) {
    const input = element("input", {
      type: "range",
      "aria-label": dimensionName(j),
      oninput: () => this.onMove(j, Number(input.value)),
      onchange: () => this.onRelease(),
    });
    const ruler = element("span", { class: "lp-ruler", "aria-hidden": "true" });
    const output = element("output", {});
    const label = element(
      "label",
      {},
      element("span", {}, dimensionName(j)),
      element("span", { class: "lp-track" }, input, ruler),
      output,
    );
    return { label, input, ruler, output };
  }

  /** Sets the ends and the marks of a slider. */
  setRange(prior: Prior, range: number[], j: number) {
    const { input, ruler } = this.rows[j];
    const [low, high] = prior.quantileTable ? ENDS.map((p) => prior.quantile(p, j)) : range;
    const margin = 0.15 * (high - low); // a little beyond the prior, to see what is decoded there
    const [min, max] = [low - margin, high + margin];
    for (const [name, value] of Object.entries({ min, max, step: (max - min) / 2000 }))
      input.setAttribute(name, String(value));
    const marks = prior.quantileTable
      ? MARKS.map((p) => ({ p, share: (prior.quantile(p, j) - min) / (max - min) }))
      : [];
    ruler.replaceChildren(
      ...marks.map(({ p, share }) =>
        element("i", { style: `left:${(100 * share).toFixed(2)}%`, title: formatPercent(p) }),
      ),
    );
  }

  showCode(z: ArrayLike<number>, prior: Prior) {
    this.rows.forEach(({ input, output }, j) => {
      input.value = String(z[j]);
      output.textContent = formatNumber(z[j]);
      if (prior.quantileTable)
        input.setAttribute(
          "aria-valuetext",
          translate("{value}, percentile {percentile}", {
            value: formatNumber(z[j]),
            percentile: formatPercent(prior.percentile(z[j], j)),
          }),
        );
      else input.removeAttribute("aria-valuetext");
    });
  }
}
