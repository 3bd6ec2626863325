/**
 * The key beneath the plane: the meaning of the colours of D's surface and of the arrows, while they are shown.
 */

import { createChangeDetector } from "../base/memoize.ts";
import { element, optionElements, setText } from "../base/dom.ts";
import { decimalCount } from "../base/table_rows.ts";
import { formatNumber } from "../base/number_format.ts";
import { HEAT_COLOURS, discriminatorColour } from "../view/layers.ts";
import { translate } from "../base/translate.ts";
import type { Display } from "./display.ts";
import type { Layer } from "../view/layers.ts";
import type { Prior } from "../priors/prior.ts";
import type { Features } from "../messages.ts";

const D_SHADES = [0, 0.25, 0.5, 0.75, 1].map((value) => {
  const [r, g, b, alpha] = discriminatorColour(value);
  return `rgb(${r} ${g} ${b} / ${alpha / 255})`;
});
const gradientBackgroundCss = (shades: string[]): string => `background:linear-gradient(90deg, ${shades.join()})`;
const FLAT_PRIOR_EXPLANATION = translate("The prior: all codes should lie inside.");
const COMPONENTS_EXPLANATION = translate("The prior: one in ten codes should lie outside the outer outlines.");
const UNSAVED_NOTE = translate("Paler: outside the part of D’s surface that was saved for this step.");

/** @param visibleLayers the visible layers */
export function drawColourKey(plane: Display, visibleLayers: Layer[]) {
  const host = plane.parts.key;
  const isPast = Boolean(plane.pastFrame);
  const { features } = plane.header;
  const heatFeatures = features && visibleLayers.some(({ id }) => id === "manifold") ? features : null;
  plane.heatKey.showFeatures(heatFeatures);
  const explainedLayers = visibleLayers.filter((layer) => layer.explanation);
  const priorText = priorExplanation(plane.prior);
  const content = [isPast, Boolean(heatFeatures), priorText, ...explainedLayers.map(({ id }) => id)].join();
  if (host.dataset.content === content) return;
  host.dataset.content = content;
  host.replaceChildren(
    ...(heatFeatures ? [plane.heatKey.host] : []),
    ...explainedLayers.map(({ id, explanation }) => explanationRow(plane, id, explanation ?? "")),
  );
}

/** @param id of a layer */
function explanationRow(plane: Display, id: string, explanation: string): HTMLElement {
  if (id === "judge") return discriminatorScale(explanation, Boolean(plane.pastFrame));
  if (id === "prior") return priorRow(priorExplanation(plane.prior) ?? explanation);
  return element("p", {}, explanation);
}

/** What the rings of some priors mean; null for any other. */
function priorExplanation(prior: Prior): string | null {
  if (prior.isFlat) return FLAT_PRIOR_EXPLANATION;
  return prior.hasComponents ? COMPONENTS_EXPLANATION : null;
}

/** The prior's colour, and what its rings mean. */
const priorRow = (explanation: string): HTMLParagraphElement =>
  element(
    "p",
    { class: "lp-prior-note" },
    element("i", { class: "lp-prior-swatch", "aria-hidden": "true" }),
    explanation,
  );

/** The choice of the feature on the heat map, and the values of its colours. */
export class HeatKey {
  plane: Display;
  haveNamesChanged = createChangeDetector();
  select: HTMLSelectElement;
  low = element("span", {});
  high = element("span", {});
  host: HTMLParagraphElement;

  constructor(plane: Display) {
    this.plane = plane;
    this.select = element("select", {
      "aria-label": translate("Feature on the heat map"),
      onchange: () => plane.showFeatureOnHeatMap(Number(this.select.value)),
    });
    const bar = element("i", {
      class: "lp-scale",
      "aria-hidden": "true",
      style: gradientBackgroundCss(HEAT_COLOURS.map((shade) => `rgb(${shade.join(" ")})`)),
    });
    this.host = element(
      "p",
      { class: "lp-heat" },
      this.select,
      element("span", {}, this.low, " ", bar, " ", this.high),
    );
  }

  showFeatures(features: Features | null) {
    if (!features) return;
    const { feature } = this.plane.settings;
    if (this.haveNamesChanged(features.names.join("\n")))
      this.select.replaceChildren(...optionElements(features.names));
    this.select.value = String(feature);
    const formatValue = (value: number) => formatNumber(value, decimalCount(features, feature));
    setText(this.low, `≤ ${formatValue(features.lows[feature])}`);
    setText(this.high, `≥ ${formatValue(features.highs[feature])}`);
  }
}

/** The colours of D's surface, from a code to a sample of the prior. */
export function discriminatorScale(explanation: string | undefined, isPast: boolean): HTMLElement {
  const bar = element("i", {
    class: "lp-scale",
    role: "img",
    "aria-label": explanation,
    style: gradientBackgroundCss(D_SHADES),
  });
  const row = element(
    "p",
    { title: explanation },
    `${translate("D(z): code")} `,
    bar,
    ` ${translate("sample of the prior")}`,
  );
  return isPast ? element("div", {}, row, element("p", {}, UNSAVED_NOTE)) : row;
}
