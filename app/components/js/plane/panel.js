/**
 * The panel beside the plane: the decoded image, the values at z, and a slider for each dimension.
 */

import { Chart } from "../base/chart.js";
import { element } from "../base/dom.js";
import { Sliders } from "./sliders.js";
import { codeText, dimension, number, percent } from "../base/number_text.js";

export class Panel {
  /** @param {import("./display.js").Display} plane */
  constructor(plane) {
    this.plane = plane;
    this.chart = new Chart("Image decoded at z");
    this.image = this.chart.canvas;
    this.where = element("p", { class: "lp-where" });
    /** @type {Object<string, any>} */
    this.values = {};
    const rows = [["z", "z"], ["percentile", "Percentiles"], ["density", "log p(z)"], ["dOfZ", "D(z)"]].map(([key, title]) => {
      this.values[key] = element("dd", {});
      return element("div", {}, element("dt", {}, title), this.values[key]);
    }); // prettier-ignore
    this.sliders = new Sliders((j, value) => plane.place(plane.z.with(j, value), "slide"), () => plane.commit());
    this.details = element("details", { open: true }, element("summary", {}, "Dimensions"), this.sliders.host);
    this.way = element("p", { class: "lp-way" });
    plane.parts.panel.append(this.chart.frame, this.where, this.details, element("dl", { class: "lp-values" }, ...rows), this.way);
  }

  /** @param {import("./spoken.js").Known} known */
  show({ density, dOfZ, inside }) {
    const { z, prior, slice } = this.plane;
    const percentiles = prior.table ? slice.shown.map((j) => `${dimension(j)} ${percent(prior.percentile(z[j], j))}`) : [];
    const texts = { z: codeText(z), percentile: percentiles.join(", "), density: number(density), dOfZ: number(dOfZ) };
    for (const [key, text] of Object.entries(texts)) {
      this.values[key].textContent = text;
      this.values[key].parentElement.hidden = !text || text === number(NaN);
    }
    this.chart.frame.classList.toggle("lp-outside", inside === false);
    const within = inside === null ? "" : inside ? "Within 99 % of the prior" : "Outside 99 % of the prior";
    this.where.textContent = prior.about ? within : "This model has no prior: nothing determines where its codes lie.";
    this.sliders.show(z, prior);
  }
}
