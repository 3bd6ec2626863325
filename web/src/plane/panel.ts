/**
 * The panel beside the plane: the decoded image, the values at z, and a slider for each dimension.
 */

import { FeatureChart } from "../base/feature_chart.ts";
import { button, element, setText } from "../base/dom.ts";
import { LIKELIHOODS } from "../priors/prior.ts";
import { CodeSliders } from "./code_sliders.ts";
import { reportAction } from "../lessons/participation.ts";
import { samplePrior } from "../priors/sampling.ts";
import { formatCode, dimensionName, formatNumber, formatPercent } from "../base/number_format.ts";
import { translate } from "../base/translate.ts";
import type { Display } from "./display.ts";
import type { CodeFacts } from "./spoken_summary.ts";
import type { Prior, Likelihood } from "../priors/prior.ts";

export class Panel {
  plane: Display;
  chart = new FeatureChart(translate("Image decoded at z"));
  image = this.chart.canvas;
  likelihoodNote = element("strong", {});
  decoderNote = element("span", { class: "lp-decoder" });
  /** The elements of the values, by key. */
  values: Record<string, HTMLElement> = {};
  /** The rows of the values, by key. */
  valueRows: Record<string, HTMLElement> = {};
  sliders: CodeSliders;
  details: HTMLDetailsElement;
  sampleButton = button(translate("Random from the prior"), () => this.moveZToPriorSample());
  methodNote = element("p", { class: "lp-way" });

  constructor(plane: Display) {
    this.plane = plane;
    const caption = element("p", { class: "lp-where" }, this.likelihoodNote, this.decoderNote);
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

  /**
   * A list of values.
   * @param rows key and title of each
   */
  valueList(rows: string[][]): HTMLDListElement {
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

  showFacts({ density, dOfZ, isTypical, likelihood }: CodeFacts) {
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

function likelihoodText(prior: Prior, likelihood: Likelihood | null): string {
  if (!prior.spec) return translate("This model has no prior: nothing determines where its codes lie.");
  return likelihood ? LIKELIHOODS[likelihood] : "";
}

/** Which decoder has drawn the image. */
function decoderCaption({ decoder, header, pastFrame }: Display): string {
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
