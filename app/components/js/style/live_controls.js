/**
 * The controls of the live row and column: a slider for each dimension of the style, and one between two contents.
 */

import { LIKELIHOODS } from "../priors/prior.js";
import { createChangeDetector } from "../base/memoize.js";
import { FeatureChart } from "../base/feature_chart.js";
import { element, optionElements } from "../base/dom.js";
import { CodeSliders } from "../plane/code_sliders.js";
import { blendText } from "./style_headers.js";
import { formatCode } from "../base/number_format.js";
import { translate } from "../base/translate.js";

/** @typedef {import("../../messages.js").Layout["blend"]} Blend */

export class LiveControls {
  /** @param {import("./style_grid.js").StyleGrid} grid */
  constructor(grid) {
    this.grid = grid;
    this.chart = new FeatureChart(translate("The live style as the live content"));
    this.image = this.chart.canvas;
    this.priorNote = element("p", { class: "lp-where" });
    this.decoderNote = element("p", { class: "lp-way" });
    this.sliders = new CodeSliders(
      (j, value) => grid.moveDimension(j, value),
      () => grid.sendChanges(),
    );
    /** @type {Blend} */
    this.blend = { a: 0, b: 0, t: 0 };
    this.shareSlider = element("input", {
      type: "range",
      min: 0,
      max: 1,
      step: 0.01,
      "aria-label": translate("Share of the second content"),
      oninput: () => grid.setBlend({ ...this.blend, t: Number(this.shareSlider.value) }),
      onchange: () => grid.sendChanges(),
    });
    this.contentSelects = {
      a: this.makeContentSelect("a", translate("First content")),
      b: this.makeContentSelect("b", translate("Second content")),
    };
    const blend = element(
      "div",
      { class: "sg-blend" },
      this.contentSelects.a,
      element("span", { class: "lp-track" }, this.shareSlider),
      this.contentSelects.b,
    );
    this.root = element(
      "section",
      { class: "sg-live", "aria-label": translate("The live row and column") },
      element("div", {}, this.chart.frame, this.priorNote),
      element(
        "div",
        { class: "sg-controls" },
        element("h3", {}, translate("Style of the live row")),
        this.sliders.host,
        element("h3", {}, translate("Content of the live column")),
        blend,
        this.decoderNote,
      ),
    );
    this.haveContentsChanged = createChangeDetector();
  }

  /**
   * @param {"a" | "b"} contentKey
   * @param {string} name
   * @returns {HTMLSelectElement}
   */
  makeContentSelect(contentKey, name) {
    const select = element("select", { "aria-label": name, "data-kind": contentKey, "data-at": 0 });
    select.addEventListener("change", () => {
      this.grid.setBlend({ ...this.blend, [contentKey]: Number(select.value) });
      this.grid.sendChanges();
    });
    return select;
  }

  /**
   * @param {string[]} contents
   * @param {import("../priors/prior.js").Prior} prior
   */
  buildControls(contents, prior) {
    this.sliders.buildSliders(prior, null);
    if (!this.haveContentsChanged(JSON.stringify(contents))) return;
    for (const select of Object.values(this.contentSelects)) select.replaceChildren(...optionElements(contents));
  }

  /**
   * @param {Float32Array} z
   * @param {Blend} blend
   * @param {import("../priors/prior.js").Prior} prior
   * @param {string[]} contents
   */
  showState(z, blend, prior, contents) {
    this.blend = blend;
    this.sliders.showCode(z, prior);
    this.contentSelects.a.value = String(blend.a);
    this.contentSelects.b.value = String(blend.b);
    this.shareSlider.value = String(blend.t);
    this.shareSlider.setAttribute("aria-valuetext", blendText(blend, contents));
    const isTypical = prior.isTypical(z);
    this.chart.frame.classList.toggle("lp-outside", isTypical === false);
    this.priorNote.textContent = isTypical === false ? LIKELIHOODS.never : `z = ${formatCode(z, 4)}`;
  }
}
