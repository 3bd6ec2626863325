/**
 * The equation of a page: each term is a button that highlights its meaning while it is pointed at or focused, and
 * permanently once it is pressed.
 */

import { element } from "../base/dom.ts";
import { translate } from "../base/translate.ts";
import type { Term } from "../messages.ts";
import type { HighlightTarget as Target } from "./page_highlight.ts";

const HINT = translate(
  "Point at a term, or reach it with Tab, to see on the page what it means. Press it to keep that marked.",
);

export class Equation {
  onHighlight: (item: { css: string; drawn: string } | null) => void;
  /** The term whose highlight stays. */
  pinned: { made: HTMLButtonElement; found: Target } | null = null;
  termsElement = element("p", { class: "ls-equation", role: "group", "aria-label": translate("Equation") });
  wordsElement = element("p", { class: "ls-reads" });
  root = element(
    "div",
    { class: "ls-formula" },
    this.termsElement,
    this.wordsElement,
    element("p", { class: "lp-note" }, HINT),
  );

  constructor(onHighlight: (item: { css: string; drawn: string } | null) => void) {
    this.onHighlight = onHighlight;
  }

  /** @param words the equation in words */
  showEquation(terms: Term[], words: string) {
    this.pinned = null;
    this.termsElement.replaceChildren(
      ...terms.map((term) => (term.item ? this.buildTerm(term) : element("span", {}, term.text))),
    );
    this.wordsElement.textContent = words;
  }

  buildTerm({ text, says, item, lights, css = "", drawn = "" }: Term): HTMLButtonElement {
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

  togglePin(termButton: HTMLButtonElement, target: Target) {
    const wasPinned = this.pinned?.made === termButton;
    this.pinned?.made.setAttribute("aria-pressed", "false");
    this.pinned = wasPinned ? null : { made: termButton, found: target };
    termButton.setAttribute("aria-pressed", String(!wasPinned));
    this.onHighlight(wasPinned ? null : target);
  }
}
