/**
 * A decoded image in its frame, or, for a row of a table, a chart: a line for each feature, with a bar from the median to its
 * value.
 */

import { element } from "./dom.js";
import { charted } from "./picture.js";
import { digitsOf, placeOf, unitsOf } from "./rows.js";
import { number } from "./number_text.js";

/** @typedef {import("../../messages.js").Features} Features */

const SHOWN = 60; // features at most: drawing more would lag behind the pointer

/** Where a value lies on its track, in per cent. @param {number} value in 0..1 */
const shareOf = (value) => Math.min(100, Math.max(0, 50 + 50 * placeOf(value)));

/** The sign before a value at an end of its scale, to which all values beyond are clamped. @param {number} value in 0..1 */
const beyond = (value) => (value <= 0 ? "≤ " : value >= 1 ? "≥ " : "");

export class Chart {
  /** @param {string} label of the image */
  constructor(label) {
    this.canvas = element("canvas", { class: "lp-image", role: "img", "aria-label": label });
    this.list = element("ul", {});
    this.said = element("p", {});
    this.host = element("div", { class: "lp-chart", hidden: true, tabindex: "0", role: "region", "aria-label": label.replace("Image", "Row") }, this.list, this.said);
    this.frame = element("div", { class: "lp-frame" }, this.canvas, this.host);
    /** @type {Features | null} */
    this.features = null;
    /** @type {{value: any, bar: any, ring: any}[]} */
    this.rows = [];
    charted.set(this.canvas, (values) => this.show(values));
  }

  /** Shows rows of these features from now on, or images where it is null. @param {Features | null} features */
  take(features) {
    this.canvas.hidden = Boolean(features);
    this.host.hidden = !features;
    if (JSON.stringify(features) === JSON.stringify(this.features)) return;
    this.features = features;
    const names = features?.names.slice(0, SHOWN) ?? [];
    this.rows = [];
    this.list.replaceChildren(...names.map((name, k) => this.row(name, k)));
    this.said.textContent = features && features.names.length > SHOWN ? `The first ${SHOWN} of ${features.names.length} features.` : "";
  }

  /** @param {string} name @param {number} k */
  row(name, k) {
    const { middles, reaches, lows, highs } = /** @type {Features} */ (this.features);
    const text = (/** @type {number} */ own) => number(own, digitsOf(/** @type {Features} */ (this.features), k));
    const [from, to] = [lows[k], highs[k]].map((end) => 50 + (50 * (end - middles[k])) / reaches[k]);
    const made = { value: element("b", {}), bar: element("i", { class: "lp-chart-bar" }), ring: element("i", { class: "lp-chart-ring", hidden: true }) };
    this.rows.push(made);
    const usual = element("i", { class: "lp-chart-usual", style: `left:${from}%;width:${to - from}%` });
    const said = `${name}: median ${text(middles[k])}; 98 % lie between ${text(lows[k])} and ${text(highs[k])}`;
    return element("li", { title: said }, element("span", {}, name), made.value,
      element("span", { class: "lp-chart-track", "aria-hidden": "true" }, usual, made.bar, made.ring)); // prettier-ignore
  }

  /** @param {ArrayLike<number>} values F in 0..1 @param {ArrayLike<number> | null} [original] F values, marked by rings */
  show(values, original = null) {
    const { features } = this;
    if (!features) return;
    this.rows.forEach(({ value, bar, ring }, k) => {
      const at = shareOf(values[k]);
      value.textContent = beyond(values[k]) + number(unitsOf(features, k, values[k]), digitsOf(features, k));
      bar.style.left = `${Math.min(50, at)}%`;
      bar.style.width = `${Math.abs(at - 50)}%`;
      ring.hidden = !original;
      if (original) ring.style.left = `${shareOf(original[k])}%`;
    });
  }
}
