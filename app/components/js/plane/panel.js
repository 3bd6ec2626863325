/**
 * The panel beside the plane: the decoded image, the values at z, and a slider for each dimension.
 */

import { element } from "../base/dom.js";
import { Sliders } from "./sliders.js";
import { codeText, dimension, number, percent } from "../base/words.js";

/** @typedef {import("../priors/prior.js").Prior} Prior */

export class Panel {
  /**
   * @param {HTMLElement} host
   * @param {(j: number, value: number) => void} moved while a slider is dragged
   * @param {() => void} released
   */
  constructor(host, moved, released) {
    this.image = element("canvas", { class: "lp-image", role: "img", "aria-label": "Image decoded at z" });
    this.frame = element("div", { class: "lp-frame" }, this.image);
    this.where = element("p", { class: "lp-where" });
    this.values = {};
    const rows = [["z", "z"], ["percentile", "Percentiles"], ["density", "log p(z)"], ["verdict", "D(z)"]].map(([key, title]) => {
      this.values[key] = element("dd", {});
      return element("div", {}, element("dt", {}, title), this.values[key]);
    }); // prettier-ignore
    this.sliders = new Sliders(moved, released);
    this.details = element("details", { open: true }, element("summary", {}, "Dimensions"), this.sliders.host);
    this.way = element("p", { class: "lp-way" });
    host.append(this.frame, this.where, this.details, element("dl", { class: "lp-values" }, ...rows), this.way);
  }

  /**
   * @param {Float32Array} z
   * @param {Prior} prior
   * @param {number[]} shown dimensions on the axes, whose percentiles are told
   * @param {{density: number, verdict: number, inside: boolean | null}} known
   */
  show(z, prior, shown, { density, verdict, inside }) {
    const { values } = this;
    values.z.textContent = codeText(z);
    const told = prior.table ? shown.map((j) => `${dimension(j)} ${percent(prior.percentile(z[j], j))}`) : [];
    values.percentile.textContent = told.join(", ");
    values.density.textContent = number(density);
    values.verdict.textContent = number(verdict);
    values.percentile.parentElement.hidden = !told.length;
    values.density.parentElement.hidden = Number.isNaN(density);
    values.verdict.parentElement.hidden = Number.isNaN(verdict);
    this.frame.classList.toggle("lp-outside", inside === false);
    const within = inside === null ? "" : inside ? "Within 99 % of the prior" : "Outside 99 % of the prior";
    this.where.textContent = prior.about ? within : "This model has no prior: nothing determines where its codes lie.";
    this.sliders.show(z, prior);
  }
}
