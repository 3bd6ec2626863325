/**
 * The display of the user's own image and the results.
 */

import { element, valuesList, write } from "../base/dom.js";
import { closestSaid, verdict, vote } from "./drawn_words.js";
import { figure, nearButtons, nearestTo } from "../choice/neighbours.js";
import { disc } from "../base/pen.js";
import { paint } from "../base/picture.js";
import { codeText, number } from "../base/number_text.js";

/** @typedef {import("./drawn.js").Drawn} Drawn */

export class DrawnView {
  /** @param {import("../plane/plane.js").Plane} plane */
  constructor(plane) {
    this.plane = plane;
    this.pictures = element("div", { class: "lp-figures" });
    this.sentence = element("p", { "aria-live": "polite" });
    this.more = element("div", {});
  }

  clear() {
    this.sentence.textContent = "";
    for (const part of [this.pictures, this.more]) part.replaceChildren();
  }

  /** @param {Drawn} drawn @param {import("./drawn_words.js").Usual} usual */
  show(drawn, usual) {
    const { fields, header } = this.plane;
    const near = fields.z ? nearestTo(fields.z.values, header.dim, drawn.z) : [];
    this.pictures.replaceChildren(this.picture(drawn.x, "what the network sees"), this.picture(drawn.made, "reconstruction"));
    const facts = [["z", codeText(drawn.z)], ["log p(z)", number(this.plane.prior.logDensity(drawn.z))], ["D(z)", number(drawn.dOfZ)]];
    write(this.sentence, this.sentences(drawn, near, usual));
    this.more.replaceChildren(valuesList(facts.filter(([, value]) => value !== number(NaN))), nearButtons(this.plane, near));
  }

  /** @param {ArrayLike<number>} values @param {string} name */
  picture(values, name) {
    const canvas = element("canvas", {});
    paint(canvas, values, /** @type {import("../../messages.js").Drawing} */ (this.plane.header.drawing).image);
    return figure(canvas, name);
  }

  /** @param {Drawn} drawn @param {import("../choice/neighbours.js").Near[]} near @param {import("./drawn_words.js").Usual} usual */
  sentences({ z, error, best }, near, usual) {
    const { header, codes, prior } = this.plane;
    const names = near.map(({ index }) => header.classes[codes.labels?.[index] ?? -1] ?? null);
    const about = best === null ? vote(names) : closestSaid(header.contents, Number(header.y), best); // with content, the neighbours' styles tell nothing about the class
    return [about, verdict(error, usual, prior.inside(z))].join(" ").trim();
  }

  /** Marks the image's code on the plane. @param {import("../view/layers.js").Paper} paper @param {Drawn} drawn */
  mark({ pen, view, theme }, { z }) {
    const [x, y] = view.toScreen(...this.plane.slice.place(z));
    if (!Number.isFinite(x + y)) return; // a t-SNE plane has no place for new codes
    disc(pen, x, y, 8.5, theme.background);
    disc(pen, x, y, 7, theme.text);
    disc(pen, x, y, 3, theme.background);
  }
}
