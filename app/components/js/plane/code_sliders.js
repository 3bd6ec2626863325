/**
 * A slider for each dimension of z, marked at the prior's percentiles.
 */

import { createChangeDetector } from "../base/memoize.js";
import { element } from "../base/dom.js";
import { dimensionName, formatNumber, formatPercent } from "../base/number_format.js";
import { translate } from "../base/translate.js";

// probabilities of the marked quantiles: the median, ±1 σ of a Gaussian, 1 % and 99 %
const MARKS = [0.01, 0.16, 0.5, 0.84, 0.99];
const ENDS = [0.0005, 0.9995]; // probabilities of the quantiles between which a slider runs

/** @typedef {import("../priors/prior.js").Prior} Prior */

export class CodeSliders {
  /**
   * @param {(j: number, value: number) => void} onMove while a slider is dragged
   * @param {() => void} onRelease
   */
  constructor(onMove, onRelease) {
    this.onMove = onMove;
    this.onRelease = onRelease;
    this.host = element("div", { class: "lp-sliders" });
    /**
     * @type {{label: HTMLLabelElement, input: HTMLInputElement, ruler: HTMLElement, output: HTMLOutputElement}[]}
     */
    this.rows = [];
    this.haveRangesChanged = createChangeDetector();
  }

  /**
   * One slider for each dimension over the prior's range, or over the codes' range if there is no prior. The codes'
   * range changes while a revision trains; the sliders stay then, since one may have the focus or be dragged.
   * @param {Prior} prior
   * @param {number[][] | null} ranges of the codes: low and high of each dimension
   */
  buildSliders(prior, ranges) {
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

  /** @param {number} j */
  makeSlider(j) {
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

  /**
   * Sets the ends and the marks of a slider.
   * @param {Prior} prior
   * @param {number[]} range
   * @param {number} j
   */
  setRange(prior, range, j) {
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

  /**
   * @param {ArrayLike<number>} z
   * @param {Prior} prior
   */
  showCode(z, prior) {
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
