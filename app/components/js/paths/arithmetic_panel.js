/**
 * A − B + C with images: each is the mean of a class, the current z, or the selected code.
 */

import { classMeans, combined } from "./arithmetic.js";
import { contentSaid, decoded } from "../networks/decoded.js";
import { changes } from "../base/anew.js";
import { button, element, write } from "../base/dom.js";
import { paint } from "../base/picture.js";
import { Newest } from "../host/server.js";
import { codeText } from "../base/words.js";

const NAMES = ["A", "B", "C"];
const SIGNS = ["", "−", "+", "="];
const REST = 150; // milliseconds after z has moved before the sum follows
const WITHOUT = "These codes have no classes, so there are no class means to add and subtract.";

export class ArithmeticPanel {
  /**
   * @param {import("../plane/plane.js").Plane} plane
   * @param {(z: Float32Array) => void} add takes a waypoint
   * @param {() => boolean} seen
   */
  constructor(plane, add, seen) {
    this.plane = plane;
    this.seen = seen;
    this.terms = NAMES.map((name) => element("select", { "aria-label": name, onchange: () => this.sum() }));
    this.canvases = [...NAMES, "the sum"].map((name) => element("canvas", { role: "img", "aria-label": `${name}, decoded` }));
    this.said = element("p", { class: "lp-said", role: "status" });
    this.adders = this.canvases.map((_, k) => {
      const name = `Add to path: ${NAMES[k] ?? "the sum"}`;
      return button("Add to path", () => add(this.codes[k]), { "aria-label": name, title: name });
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
    /** @type {Map<number, Float32Array>} */
    this.means = new Map();
    this.others = changes();
    this.timer = 0;
    this.pictures = new Newest((codes, given) => decoded(plane, codes, given), (got) => this.show(got), (error) => this.tell(error.message));
    for (const name of ["z", "pick"]) plane.events.on(name, () => this.later());
  }

  close() {
    window.clearTimeout(this.timer);
    this.pictures.drop();
  }

  /** Whether a place is one of the terms. */
  get moves() {
    return this.terms.some(({ value }) => Number.isNaN(Number(value)));
  }

  /** z has moved, perhaps not for the last time. */
  later() {
    window.clearTimeout(this.timer);
    if (this.seen() && this.moves) this.timer = window.setTimeout(() => this.sum(), REST);
  }

  /** The codes, the content or the networks may be others. */
  refresh() {
    const { codes, fields, header } = this.plane;
    if (this.others(fields.z)) {
      this.means = classMeans(/** @type {Float32Array} */ (fields.z?.values ?? new Float32Array(0)), header.dim, codes.labels);
      this.offer();
    }
    this.sum();
  }

  /** Fills the choices; what was chosen stays where it can. */
  offer() {
    const classes = [...this.means.keys()];
    this.row.hidden = !classes.length;
    this.without.hidden = Boolean(classes.length);
    this.terms.forEach((select, k) => {
      const before = select.value;
      const options = classes.map((label) => element("option", { value: label }, `mean of ${this.plane.header.classes[label]}`));
      select.replaceChildren(...options, element("option", { value: "z" }, "the current z"), element("option", { value: "code" }, "the selected code"));
      const known = before && [...select.options].some(({ value }) => value === before);
      select.value = known ? before : String(classes[k] ?? "z");
    });
  }

  /** The code of a term; none where no code is chosen. @param {string} value @returns {Float32Array[]} */
  codeOf(value) {
    const { fields, header, picked, z } = this.plane;
    if (value === "z") return [z];
    if (value !== "code") return [this.means.get(Number(value)) ?? z];
    return picked < 0 || !fields.z ? [] : [Float32Array.from(fields.z.values.subarray(picked * header.dim, (picked + 1) * header.dim))];
  }

  /** Adds up, and has all four decoded. */
  sum() {
    if (this.row.hidden) return;
    const codes = this.terms.flatMap(({ value }) => this.codeOf(value));
    const whole = codes.length === NAMES.length;
    for (const button of [...this.adders, this.mover]) button.disabled = !whole;
    if (!whole) return this.tell("No code is selected; click one on the plane.");
    const sum = combined(codes[0], codes[1], codes[2]);
    this.codes = [...codes, sum];
    const outside = this.plane.prior.inside(sum) === false ? ", outside 99 % of the prior" : "";
    this.tell(`A − B + C is z = ${codeText(sum, 6)}${outside}.${contentSaid(this.plane.header)}`);
    this.pictures.want(this.codes);
  }

  /** @param {import("../networks/decoded.js").Decoded} got */
  show({ images, shape }) {
    images.forEach((values, k) => paint(this.canvases[k], values, shape));
  }

  /** @param {string} sentence */
  tell(sentence) {
    write(this.said, sentence);
  }
}
