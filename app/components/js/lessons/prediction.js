/**
 * A question to be answered before the explanation is shown: each choice is a button, and the first answer counts.
 */

import { element } from "../base/dom.js";
import { blocksOf } from "./prose.js";

/** @typedef {import("../../messages.js").Prediction} Asked */

export class Prediction {
  /** @param {(choice: number) => void} onAnswer */
  constructor(onAnswer) {
    this.choose = onAnswer;
    /** @type {Asked | null} */
    this.asked = null;
    /** @type {any[]} */
    this.buttons = [];
    this.chosen = -1;
    this.ask = element("p", { class: "ls-ask", id: "ls-ask" });
    this.list = element("div", { class: "ls-choices" });
    this.because = element("div", { class: "ls-because", hidden: true });
    this.root = element("div", { class: "ls-prediction", role: "group", "aria-labelledby": "ls-ask", hidden: true }, this.ask, this.list, this.because);
  }

  get answered() {
    return this.chosen >= 0;
  }

  /** The result of the answer, for screen readers too. */
  get spoken() {
    if (!this.asked || !this.answered) return "";
    const { choices, right } = this.asked;
    return this.chosen === right ? "That is right." : `The answer is: ${choices[right]}`;
  }

  /** @param {Asked | null} asked @param {Object<string, string>} terms */
  build(asked, terms) {
    this.asked = asked;
    this.chosen = -1;
    this.root.hidden = !asked;
    this.because.hidden = true;
    if (!asked) return;
    this.ask.textContent = `What do you expect? ${asked.ask}`;
    this.buttons = asked.choices.map((text, k) =>
      element("button", { type: "button", class: "lp-button", "aria-pressed": "false", onclick: () => !this.answered && this.choose(k) }, element("span", { class: "ls-mark", "aria-hidden": "true" }), element("span", {}, text)),
    );
    this.list.replaceChildren(...this.buttons);
    this.because.replaceChildren(element("p", {}, element("b", {})), ...blocksOf(asked.because, terms));
  }

  /** Shows an answer and the explanation. @param {number | null} choice */
  answer(choice) {
    if (!this.asked || choice === null || this.answered) return;
    this.chosen = choice;
    const { right } = this.asked;
    this.buttons.forEach((made, k) => {
      made.setAttribute("aria-pressed", String(k === choice));
      made.setAttribute("aria-disabled", "true"); // with `disabled`, it would lose the focus
      made.children[0].textContent = k === right ? "✓" : k === choice ? "✗" : "";
    });
    this.because.querySelector("b").textContent = this.spoken;
    this.because.hidden = false;
  }
}
