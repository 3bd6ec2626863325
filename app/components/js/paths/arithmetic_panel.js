/**
 * A − B + C with images: each is the mean of a class or of a marked group, the current z, or the selected code.
 */

import { meansOf, offer, combined } from "./means.js";
import { contentSaid, decoded } from "../networks/decoded.js";
import { changes } from "../base/anew.js";
import { button, element, write } from "../base/dom.js";
import { paint } from "../base/picture.js";
import { Newest } from "../host/server.js";
import { codeText } from "../base/number_text.js";

const NAMES = ["A", "B", "C"];
const SIGNS = ["", "−", "+", "="];
const REST = 150; // milliseconds after z has moved before the sum is updated
const WITHOUT = "These codes have no classes, so there are no means to add and subtract: select codes with the lasso and mark them as group A or B.";

export class ArithmeticPanel {
  /** @param {import("./path_tool.js").PathTool} tool to whose path codes are added */
  constructor(tool) {
    const { plane } = tool;
    this.plane = plane;
    this.tool = tool;
    this.terms = NAMES.map((name) => element("select", { "aria-label": name, onchange: () => this.sum() }));
    this.canvases = [...NAMES, "the sum"].map((name) => element("canvas", { role: "img", "aria-label": `${name}, decoded` }));
    this.said = element("p", { class: "lp-said", role: "status" });
    this.adders = this.canvases.map((_, k) => {
      const name = `Add to path: ${NAMES[k] ?? "the sum"}`;
      return button("Add to path", () => tool.add(this.codes[k]), { "aria-label": name, title: name });
    });
    const terms = this.canvases.map((canvas, k) => element("div", { class: "lp-term" },
      element("span", { class: "lp-sign", "aria-hidden": "true" }, SIGNS[k]),
      element("figure", {}, canvas, this.terms[k] ?? element("span", {}, "A − B + C"), this.adders[k]))); // prettier-ignore
    this.mover = button("Move z to the sum", () => plane.moveTo(this.codes[NAMES.length]));
    this.row = element("div", {},
      element("div", { class: "lp-figures lp-sum" }, ...terms),
      this.said, this.mover); // prettier-ignore
    this.without = element("p", {}, WITHOUT);
    this.host = element("fieldset", { class: "lp-arithmetic" }, element("legend", {}, "Arithmetic with codes: A − B + C"), this.row, this.without);
    /** Of A, B, C and the sum. @type {Float32Array[]} */
    this.codes = [];
    this.means = meansOf(plane);
    this.changed = changes();
    this.timer = 0;
    this.pictures = new Newest((codes, given) => decoded(plane, codes, given), (got) => this.show(got), (error) => write(this.said, error.message));
    for (const name of ["z", "pick"]) plane.events.on(name, () => this.later());
    plane.events.on("group", () => tool.open && this.refresh());
  }

  close() {
    window.clearTimeout(this.timer);
    this.pictures.drop();
  }

  /** z has moved, and may move again at once. */
  later() {
    window.clearTimeout(this.timer);
    const moves = this.terms.some(({ value }) => Number.isNaN(Number(value))); // a term that is not a class may depend on z
    if (this.tool.open && moves) this.timer = window.setTimeout(() => this.sum(), REST);
  }

  /** The codes, the content or the networks may have changed. */
  refresh() {
    if (this.changed(this.means())) this.offer();
    this.sum();
  }

  offer() {
    const means = [...this.means()].map(([value, { title }]) => /** @type {[string, string]} */ ([value, title]));
    this.row.hidden = !means.length;
    this.without.hidden = Boolean(means.length);
    this.terms.forEach((select, k) => offer(select, [...means, ["z", "the current z"], ["code", "the selected code"]], select.value, means[k]?.[0] ?? "z"));
  }

  /** The code of a term; empty if it is the selected code and none is selected. @param {string} value @returns {Float32Array[]} */
  codeOf(value) {
    const { fields, header, picked, z } = this.plane;
    if (value !== "code") return [this.means().get(value)?.z ?? z];
    return picked < 0 || !fields.z ? [] : [Float32Array.from(fields.z.values.subarray(picked * header.dim, (picked + 1) * header.dim))];
  }

  /** Computes the sum, and requests the images of all four codes. */
  sum() {
    if (this.row.hidden) return;
    const codes = this.terms.flatMap(({ value }) => this.codeOf(value));
    const whole = codes.length === NAMES.length;
    for (const button of [...this.adders, this.mover]) button.disabled = !whole;
    if (!whole) return write(this.said, "No code is selected; click one on the plane.");
    const [a, b, c] = codes;
    const sum = combined(a, b, c);
    this.codes = [...codes, sum];
    const outside = this.plane.prior.inside(sum) === false ? ", outside 99 % of the prior" : "";
    write(this.said, `A − B + C is z = ${codeText(sum, 6)}${outside}.${contentSaid(this.plane.header)}`);
    this.pictures.want(this.codes);
  }

  /** @param {import("../networks/decoded.js").Decoded} got */
  show({ images, shape }) {
    images.forEach((values, k) => paint(this.canvases[k], values, shape));
  }
}
