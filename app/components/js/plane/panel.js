/**
 * The panel beside the plane: the decoded image, the values at z, and a slider for each dimension.
 */

import { FeatureChart } from "../base/feature_chart.js";
import { button, element, setText } from "../base/dom.js";
import { LIKELIHOODS } from "../priors/prior.js";
import { CodeSliders } from "./code_sliders.js";
import { reportAction } from "../lessons/participation.js";
import { samplePrior } from "../priors/sampling.js";
import { formatCode, dimensionName, formatNumber, formatPercent } from "../base/number_format.js";
import { translate } from "../base/translate.js";

export class Panel {
  /** @param {import("./display.js").Display} plane */
  constructor(plane) {
    this.plane = plane;
    this.chart = new FeatureChart(translate("Image decoded at z"));
    this.image = this.chart.canvas;
    this.likelihoodNote = element("strong", {});
    this.decoderNote = element("span", { class: "lp-decoder" });
    const caption = element("p", { class: "lp-where" }, this.likelihoodNote, this.decoderNote);
    /** The elements of the values, by key. @type {Object<string, HTMLElement>} */
    this.values = {};
    /** The rows of the values, by key. @type {Object<string, HTMLElement>} */
    this.valueRows = {};
    this.sliders = new CodeSliders(
      (j, value) => plane.setZ(plane.z.with(j, value), "slide"),
      () => plane.sendZ(),
    );
    this.details = element(
      "details",
      { open: true },
      element("summary", {}, translate("Dimensions")),
      this.sliders.host,
    );
    this.sampleButton = button(translate("Random from the prior"), () => this.moveZToPriorSample());
    this.methodNote = element("p", { class: "lp-way" });
    const values = this.valueList([
      ["z", "z"],
      ["dOfZ", "D(z)"],
    ]);
    const furtherValues = this.valueList([
      ["percentile", translate("Percentiles")],
      ["density", "log p(z)"],
    ]);
    plane.parts.panel.append(
      this.chart.frame,
      caption,
      this.sampleButton,
      this.details,
      values,
      element(
        "details",
        { class: "lp-details" },
        element("summary", {}, translate("Details")),
        furtherValues,
        this.methodNote,
      ),
    );
  }

  /** A list of values. @param {string[][]} rows key and title of each @returns {HTMLDListElement} */
  valueList(rows) {
    const items = rows.map(([key, title]) => {
      this.values[key] = element("dd", {});
      return (this.valueRows[key] = element("div", {}, element("dt", {}, title), this.values[key]));
    });
    return element("dl", { class: "lp-values" }, ...items);
  }

  /** Moves z to a sample of the prior. */
  moveZToPriorSample() {
    const { spec, dim, samples } = this.plane.prior;
    if (!spec) return;
    this.plane.moveZTo(samplePrior(spec, dim, Math.random, samples));
    reportAction({ kind: "sample" });
  }

  /** @param {import("./spoken_summary.js").CodeFacts} known */
  showFacts({ density, dOfZ, isTypical, likelihood }) {
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
      this.valueRows[key].hidden = !text || text === formatNumber(NaN);
    }
    this.chart.frame.classList.toggle("lp-outside", isTypical === false);
    setText(this.likelihoodNote, likelihoodText(prior, likelihood));
    setText(this.decoderNote, decoderCaption(this.plane));
    this.sampleButton.hidden = !prior.spec;
    this.sliders.showCode(z, prior);
  }
}

/**
 * @param {import("../priors/prior.js").Prior} prior
 * @param {import("../priors/prior.js").Likelihood | null} likelihood
 * @returns {string}
 */
function likelihoodText(prior, likelihood) {
  if (!prior.spec) return translate("This model has no prior: nothing determines where its codes lie.");
  return likelihood ? LIKELIHOODS[likelihood] : "";
}

/** Which decoder has drawn the image. @param {import("./display.js").Display} plane @returns {string} */
function decoderCaption({ decoder, header, pastFrame }) {
  const isTable = Boolean(header.features);
  const decoderStep = decoder.earlierNetworks ? decoder.earlierStep : decoder.imageStep;
  if (decoderStep !== null) {
    const step = decoderStep.toLocaleString("en");
    return isTable
      ? translate("Computed by the decoder of step {step}", { step })
      : translate("Drawn by the decoder of step {step}", { step });
  }
  if (pastFrame)
    return isTable ? translate("Computed by the latest decoder") : translate("Drawn by the latest decoder");
  return isTable ? translate("Computed by the trained decoder") : translate("Drawn by the trained decoder");
}
