/**
 * A question to be answered before the explanation is shown: each choice is a button, and the first answer counts.
 */

import { element, findElement } from "../base/dom.js";
import { blockElements } from "./lesson_text.js";

/** @typedef {import("../../messages.js").Prediction} Question */

export class Prediction {
  /** @param {(choice: number) => void} onAnswer */
  constructor(onAnswer) {
    this.onAnswer = onAnswer;
    /** @type {Question | null} */
    this.question = null;
    /** @type {HTMLButtonElement[]} */
    this.buttons = [];
    this.chosenIndex = -1;
    this.questionElement = element("p", { class: "ls-ask", id: "ls-ask" });
    this.choiceList = element("div", { class: "ls-choices" });
    this.explanation = element("div", { class: "ls-because", hidden: true });
    this.root = element(
      "div",
      { class: "ls-prediction", role: "group", "aria-labelledby": "ls-ask", hidden: true },
      this.questionElement,
      this.choiceList,
      this.explanation,
    );
  }

  get isAnswered() {
    return this.chosenIndex >= 0;
  }

  /** The result of the answer, for screen readers too. */
  get resultSentence() {
    if (!this.question || !this.isAnswered) return "";
    const { choices, right } = this.question;
    return this.chosenIndex === right ? "That is right." : `The answer is: ${choices[right]}`;
  }

  /**
   * @param {Question | null} question
   * @param {Object<string, string>} terms
   */
  showQuestion(question, terms) {
    this.question = question;
    this.chosenIndex = -1;
    this.root.hidden = !question;
    this.explanation.hidden = true;
    if (!question) return;
    this.questionElement.textContent = `What do you expect? ${question.ask}`;
    this.buttons = question.choices.map((text, k) =>
      element(
        "button",
        {
          type: "button",
          class: "lp-button",
          "aria-pressed": "false",
          onclick: () => !this.isAnswered && this.onAnswer(k),
        },
        element("span", { class: "ls-mark", "aria-hidden": "true" }),
        element("span", {}, text),
      ),
    );
    this.choiceList.replaceChildren(...this.buttons);
    this.explanation.replaceChildren(element("p", {}, element("b", {})), ...blockElements(question.because, terms));
  }

  /** Shows an answer and the explanation. @param {number | null} choice */
  showAnswer(choice) {
    if (!this.question || choice === null || this.isAnswered) return;
    this.chosenIndex = choice;
    const { right } = this.question;
    this.buttons.forEach((choiceButton, k) => {
      choiceButton.setAttribute("aria-pressed", String(k === choice));
      choiceButton.setAttribute("aria-disabled", "true"); // with `disabled`, it would lose the focus
      choiceButton.children[0].textContent = k === right ? "✓" : k === choice ? "✗" : "";
    });
    findElement(this.explanation, "b").textContent = this.resultSentence;
    this.explanation.hidden = false;
  }
}
