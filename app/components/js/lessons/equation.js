/**
 * The equation of a page: each term is a button that highlights its meaning while it is pointed at or focused, and permanently
 * once it is pressed.
 */

import { element } from "../base/dom.js";

/** @typedef {import("../../messages.js").Term} Term */

const HINT = "Point at a term, or reach it with Tab, to highlight on the page what it means. Press it to keep the highlight.";

export class Equation {
  /** @param {(item: {css: string, drawn: string} | null) => void} light */
  constructor(light) {
    this.light = light;
    /** The term whose highlight stays. @type {any} */
    this.held = null;
    this.line = element("p", { class: "ls-equation", role: "group", "aria-label": "Equation" });
    this.reads = element("p", { class: "ls-reads" });
    this.root = element("div", { class: "ls-formula" }, this.line, this.reads, element("p", { class: "lp-said" }, HINT));
  }

  /** @param {Term[]} terms @param {string} reads the equation in words */
  build(terms, reads) {
    this.held = null;
    this.line.replaceChildren(...terms.map((term) => (term.item ? this.term(term) : element("span", {}, term.text))));
    this.reads.textContent = reads;
  }

  /** @param {Term} term */
  term({ text, says, item, lights, css = "", drawn = "" }) {
    const found = { css, drawn };
    const [light, leave] = [() => this.light(found), () => this.light(this.held?.found ?? null)];
    const made = element("button", {
      type: "button", class: "ls-part", "aria-pressed": "false", "data-item": item, "aria-label": `${text}, ${says}: highlights ${lights}`,
      title: says, onclick: () => this.hold(made, found), onpointerenter: light, onfocus: light, onpointerleave: leave, onblur: leave,
    }, text); // prettier-ignore
    return made;
  }

  /** @param {any} made @param {{css: string, drawn: string}} found */
  hold(made, found) {
    const again = this.held?.made === made;
    this.held?.made.setAttribute("aria-pressed", "false");
    this.held = again ? null : { made, found };
    made.setAttribute("aria-pressed", String(!again));
    this.light(again ? null : found);
  }
}
