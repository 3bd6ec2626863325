/**
 * The key on the plane: the meaning of the colours of D's surface and of the arrows, while they are shown.
 */

import { changes } from "../base/anew.js";
import { element, options, write } from "../base/dom.js";
import { digitsOf } from "../base/rows.js";
import { number } from "../base/number_text.js";
import { HEAT, colourOfD } from "../view/layers.js";

const SHADES = [0, 0.25, 0.5, 0.75, 1].map((value) => {
  const [r, g, b, alpha] = colourOfD(value);
  return `rgb(${r} ${g} ${b} / ${alpha / 255})`;
});
const gradient = (/** @type {string[]} */ shades) => `background:linear-gradient(90deg, ${shades.join()})`;
const BEYOND = "Paler: outside the part of D’s surface that was saved for this step.";

/** @param {import("./display.js").Display} plane @param {import("../view/layers.js").Layer[]} shown the visible layers */
export function drawKey(plane, shown) {
  const host = plane.parts.key;
  const past = Boolean(plane.past);
  const { features } = plane.header;
  const heat = features && shown.some(({ id }) => id === "manifold") ? features : null;
  plane.heatKey.take(heat);
  const said = shown.filter((layer) => layer.said);
  const content = [past, Boolean(heat), ...said.map(({ id }) => id)].join();
  if (host.dataset.content === content) return;
  host.dataset.content = content;
  host.replaceChildren(...(heat ? [plane.heatKey.host] : []), ...said.map(({ id, said }) => (id === "judge" ? scale(said, past) : element("p", {}, said ?? ""))));
}

/** The choice of the feature on the heat map, and the values of its colours. */
export class HeatKey {
  /** @param {import("./display.js").Display} plane */
  constructor(plane) {
    this.plane = plane;
    this.changed = changes();
    this.select = element("select", { "aria-label": "Feature on the heat map", onchange: () => plane.showFeature(Number(this.select.value)) });
    const bar = element("i", { class: "lp-scale", "aria-hidden": "true", style: gradient(HEAT.map((shade) => `rgb(${shade.join(" ")})`)) });
    this.low = element("span", {});
    this.high = element("span", {});
    this.host = element("p", { class: "lp-heat" }, this.select, element("span", {}, this.low, " ", bar, " ", this.high));
  }

  /** @param {import("../../messages.js").Features | null} features */
  take(features) {
    if (!features) return;
    const { feature } = this.plane.memory;
    if (this.changed(features.names.join("\n"))) this.select.replaceChildren(...options(features.names));
    this.select.value = String(feature);
    const text = (/** @type {number} */ value) => number(value, digitsOf(features, feature));
    write(this.low, `≤ ${text(features.lows[feature])}`);
    write(this.high, `≥ ${text(features.highs[feature])}`);
  }
}

/** @param {string | undefined} said @param {boolean} past */
function scale(said, past) {
  const bar = element("i", { class: "lp-scale", role: "img", "aria-label": said, style: gradient(SHADES) });
  const row = element("p", { title: said }, "D(z): code ", bar, " sample of the prior");
  return past ? element("div", {}, row, element("p", {}, BEYOND)) : row;
}
