/**
 * The equation of a page: each term is a button that highlights its meaning while it is pointed at or focused, and
 * permanently once it is pressed.
 */

import { element } from "../base/dom.js";
import { translate } from "../base/translate.js";

/** @typedef {import("../../messages.js").Term} Term */
/** @typedef {import("./page_highlight.js").HighlightTarget} Target */

const HINT = translate(
  "Point at a term, or reach it with Tab, to see on the page what it means. Press it to keep that marked.",
);

export class Equation {
  /** @param {(item: {css: string, drawn: string} | null) => void} onHighlight */
  constructor(onHighlight) {
    this.onHighlight = onHighlight;
    /** The term whose highlight stays. @type {{made: HTMLButtonElement, found: Target} | null} */
    this.pinned = null;
    this.termsElement = element("p", { class: "ls-equation", role: "group", "aria-label": translate("Equation") });
    this.wordsElement = element("p", { class: "ls-reads" });
    this.root = element(
      "div",
      { class: "ls-formula" },
      this.termsElement,
      this.wordsElement,
      element("p", { class: "lp-note" }, HINT),
    );
  }

  /**
   * @param {Term[]} terms
   * @param {string} words the equation in words
   */
  showEquation(terms, words) {
    this.pinned = null;
    this.termsElement.replaceChildren(
      ...terms.map((term) => (term.item ? this.buildTerm(term) : element("span", {}, term.text))),
    );
    this.wordsElement.textContent = words;
  }

  /** @param {Term} term @returns {HTMLButtonElement} */
  buildTerm({ text, says, item, lights, css = "", drawn = "" }) {
    const target = { css, drawn };
    const [highlight, endHighlight] = [
      () => this.onHighlight(target),
      () => this.onHighlight(this.pinned?.found ?? null),
    ];
    const termButton = element(
      "button",
      {
        type: "button",
        class: "ls-part",
        "aria-pressed": "false",
        "data-item": item,
        "aria-label": translate("{text}, {says}: highlights {lights}", {
          text,
          says: says ?? "",
          lights: lights ?? "",
        }),
        title: says,
        onclick: () => this.togglePin(termButton, target),
        onpointerenter: highlight,
        onfocus: highlight,
        onpointerleave: endHighlight,
        onblur: endHighlight,
      },
      text,
    );
    return termButton;
  }

  /**
   * @param {HTMLButtonElement} termButton
   * @param {Target} target
   */
  togglePin(termButton, target) {
    const wasPinned = this.pinned?.made === termButton;
    this.pinned?.made.setAttribute("aria-pressed", "false");
    this.pinned = wasPinned ? null : { made: termButton, found: target };
    termButton.setAttribute("aria-pressed", String(!wasPinned));
    this.onHighlight(wasPinned ? null : target);
  }
}
