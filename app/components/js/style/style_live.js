/**
 * The controls of the live row and column: a slider for each dimension of the style, and one between two contents.
 */

import { changes } from "../base/anew.js";
import { Chart } from "../base/chart.js";
import { element, options } from "../base/dom.js";
import { Sliders } from "../plane/sliders.js";
import { blendText } from "./style_heads.js";
import { codeText } from "../base/number_text.js";

/** @typedef {import("../../messages.js").Layout["blend"]} Blend */

export class Live {
  /** @param {import("./style_grid.js").StyleGrid} grid */
  constructor(grid) {
    this.grid = grid;
    this.chart = new Chart("The live style as the live content");
    this.image = this.chart.canvas;
    this.where = element("p", { class: "lp-where" });
    this.way = element("p", { class: "lp-way" });
    this.sliders = new Sliders((j, value) => grid.slide(j, value), () => grid.release());
    /** @type {Blend} */
    this.blend = { a: 0, b: 0, t: 0 };
    this.share = element("input", {
      type: "range", min: 0, max: 1, step: 0.01, "aria-label": "Share of the second content",
      oninput: () => grid.blend({ ...this.blend, t: Number(this.share.value) }),
      onchange: () => grid.release(),
    }); // prettier-ignore
    this.ends = { a: this.end("a", "First content"), b: this.end("b", "Second content") };
    const blend = element("div", { class: "sg-blend" }, this.ends.a, element("span", { class: "lp-track" }, this.share), this.ends.b);
    this.root = element("section", { class: "sg-live", "aria-label": "The live row and column" },
      element("div", {}, this.chart.frame, this.where),
      element("div", { class: "sg-controls" },
        element("h3", {}, "Style of the live row"), this.sliders.host,
        element("h3", {}, "Content of the live column"), blend, this.way)); // prettier-ignore
    this.changed = changes();
  }

  /** @param {"a" | "b"} which @param {string} name */
  end(which, name) {
    const choose = (/** @type {any} */ event) => {
      this.grid.blend({ ...this.blend, [which]: Number(event.target.value) });
      this.grid.release();
    };
    return element("select", { "aria-label": name, "data-kind": which, "data-at": 0, onchange: choose });
  }

  /** @param {string[]} contents @param {import("../priors/prior.js").Prior} prior */
  build(contents, prior) {
    this.sliders.build(prior, null);
    if (!this.changed(JSON.stringify(contents))) return;
    for (const select of Object.values(this.ends)) select.replaceChildren(...options(contents));
  }

  /** @param {Float32Array} z @param {Blend} blend @param {import("../priors/prior.js").Prior} prior @param {string[]} contents */
  show(z, blend, prior, contents) {
    this.blend = blend;
    this.sliders.show(z, prior);
    this.ends.a.value = String(blend.a);
    this.ends.b.value = String(blend.b);
    this.share.value = String(blend.t);
    this.share.setAttribute("aria-valuetext", blendText(blend, contents));
    const inside = prior.inside(z);
    this.chart.frame.classList.toggle("lp-outside", inside === false);
    this.where.textContent = inside === false ? "Outside 99 % of the prior" : `z = ${codeText(z, 4)}`;
  }
}
