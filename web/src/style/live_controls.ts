/**
 * The controls of the live row and column: a slider for each dimension of the style, and one between two contents.
 */

import { LIKELIHOODS } from "../priors/prior.ts";
import { createChangeDetector } from "../base/memoize.ts";
import { FeatureChart } from "../base/feature_chart.ts";
import { element, optionElements } from "../base/dom.ts";
import { CodeSliders } from "../plane/code_sliders.ts";
import { blendText } from "./style_headers.ts";
import { formatCode } from "../base/number_format.ts";
import { translate } from "../base/translate.ts";
import type { Layout } from "../messages.ts";
import type { StyleGrid } from "./style_grid.ts";
import type { Prior } from "../priors/prior.ts";

type Blend = Layout["blend"];

export class LiveControls {
  grid: StyleGrid;
  chart = new FeatureChart(translate("The live style as the live content"));
  image = this.chart.canvas;
  priorNote = element("p", { class: "lp-where" });
  decoderNote = element("p", { class: "lp-way" });
  sliders: CodeSliders;
  blend: Blend = { a: 0, b: 0, t: 0 };
  shareSlider: HTMLInputElement;
  contentSelects;
  root: HTMLElement;
  haveContentsChanged;

  constructor(grid: StyleGrid) {
    this.grid = grid;
    this.sliders = new CodeSliders(
      (j, value) => grid.moveDimension(j, value),
      () => grid.sendChanges(),
    );
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

  makeContentSelect(contentKey: "a" | "b", name: string): HTMLSelectElement {
    const select = element("select", { "aria-label": name, "data-kind": contentKey, "data-at": 0 });
    select.addEventListener("change", () => {
      this.grid.setBlend({ ...this.blend, [contentKey]: Number(select.value) });
      this.grid.sendChanges();
    });
    return select;
  }

  buildControls(contents: string[], prior: Prior) {
    this.sliders.buildSliders(prior, null);
    if (!this.haveContentsChanged(JSON.stringify(contents))) return;
    for (const select of Object.values(this.contentSelects)) select.replaceChildren(...optionElements(contents));
  }

  showState(z: Float32Array, blend: Blend, prior: Prior, contents: string[]) {
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
