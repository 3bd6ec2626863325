/**
 * The panel beside the plane: the decoded image, the values at z, and a slider for each dimension.
 */

import { FeatureChart } from "../base/feature_chart.js";
import { button, element } from "../base/dom.js";
import { CodeSliders } from "./code_sliders.js";
import { samplePrior } from "../priors/sampling.js";
import { formatCode, dimensionName, formatNumber, formatPercent } from "../base/number_format.js";

export class Panel {
  /** @param {import("./display.js").Display} plane */
  constructor(plane) {
    this.plane = plane;
    this.chart = new FeatureChart("Image decoded at z");
    this.image = this.chart.canvas;
    this.priorNote = element("p", { class: "lp-where" });
    /** @type {Object<string, any>} */
    this.values = {};
    const rows = [
      ["z", "z"],
      ["percentile", "Percentiles"],
      ["density", "log p(z)"],
      ["dOfZ", "D(z)"],
    ].map(([key, title]) => {
      this.values[key] = element("dd", {});
      return element("div", {}, element("dt", {}, title), this.values[key]);
    });
    this.sliders = new CodeSliders(
      (j, value) => plane.setZ(plane.z.with(j, value), "slide"),
      () => plane.sendZ(),
    );
    this.details = element("details", { open: true }, element("summary", {}, "Dimensions"), this.sliders.host);
    this.sampleButton = button("Random from the prior", () => this.showSample());
    this.decoderNote = element("p", { class: "lp-way" });
    plane.parts.panel.append(
      this.chart.frame,
      this.priorNote,
      this.sampleButton,
      this.details,
      element("dl", { class: "lp-values" }, ...rows),
      this.decoderNote,
    );
  }

  /** Moves z to a sample of the prior. */
  showSample() {
    const { spec, dim, samples } = this.plane.prior;
    if (spec) this.plane.moveZTo(samplePrior(spec, dim, Math.random, samples));
  }

  /** @param {import("./spoken_summary.js").CodeFacts} known */
  showFacts({ density, dOfZ, inside }) {
    const { z, prior, slice } = this.plane;
    const percentiles = prior.quantileTable
      ? slice.shownDimensions.map((j) => `${dimensionName(j)} ${formatPercent(prior.percentile(z[j], j))}`)
      : [];
    const texts = {
      z: formatCode(z),
      percentile: percentiles.join(", "),
      density: formatNumber(density),
      dOfZ: formatNumber(dOfZ),
    };
    for (const [key, text] of Object.entries(texts)) {
      this.values[key].textContent = text;
      this.values[key].parentElement.hidden = !text || text === formatNumber(NaN);
    }
    this.chart.frame.classList.toggle("lp-outside", inside === false);
    let within = "";
    if (inside === true) within = "Within 99 % of the prior";
    if (inside === false) within = "Outside 99 % of the prior";
    this.priorNote.textContent = prior.spec
      ? within
      : "This model has no prior: nothing determines where its codes lie.";
    this.sampleButton.hidden = !prior.spec;
    this.sliders.showCode(z, prior);
  }
}
