/**
 * A question to be answered before the experiment: each choice is a button, and the first answer counts. The verdict
 * comes after the experiment.
 */

import { element } from "../base/dom.ts";
import { translate } from "../base/translate.ts";
import { blockElements, spokenText } from "./lesson_text.ts";
import type { Prediction as Question, Block } from "../messages.ts";

export class Prediction {
  onAnswer: (choice: number) => void;
  question: Question | null = null;
  buttons: HTMLButtonElement[] = [];
  chosenIndex = -1;
  questionElement = element("p", { class: "ls-ask", id: "ls-ask" });
  choiceList = element("div", { class: "ls-choices" });
  verdict = element("div", { class: "ls-verdict", hidden: true });
  measuredElement = element("div", {});
  root = element(
    "div",
    { class: "ls-prediction", role: "group", "aria-labelledby": "ls-ask", hidden: true },
    this.questionElement,
    this.choiceList,
    this.verdict,
  );

  constructor(onAnswer: (choice: number) => void) {
    this.onAnswer = onAnswer;
  }

  get isAnswered() {
    return this.chosenIndex >= 0;
  }

  /** The verdict in a sentence. */
  get resultSentence() {
    if (!this.question) return "";
    const { choices, right } = this.question;
    if (!this.isAnswered) return translate("The answer is “{choice}”.", { choice: choices[right] });
    const values = { guess: choices[this.chosenIndex], choice: choices[right] };
    return this.chosenIndex === right
      ? translate("You predicted “{guess}”: that is right.", values)
      : translate("You predicted “{guess}”. The answer is “{choice}”.", values);
  }

  /** What the verdict says, for screen readers; "" before. */
  get verdictText() {
    return this.verdict.hidden ? "" : spokenText(this.verdict);
  }

  showQuestion(question: Question | null) {
    this.question = question;
    this.chosenIndex = -1;
    this.root.hidden = !question;
    this.verdict.hidden = true;
    if (!question) return;
    this.questionElement.textContent = translate("What do you expect? {question}", { question: question.ask });
    this.buttons = question.choices.map((text, k) =>
      element(
        "button",
        {
          type: "button",
          class: "lp-button",
          "aria-pressed": "false",
          onclick: () => this.isOpen && this.onAnswer(k),
        },
        element("span", { class: "ls-mark", "aria-hidden": "true" }),
        element("span", {}, text),
      ),
    );
    this.choiceList.replaceChildren(...this.buttons);
  }

  /** Whether the question can still be answered. */
  get isOpen() {
    return !this.isAnswered && this.verdict.hidden;
  }

  /** Shows an answer alone, without saying whether it is right. */
  showAnswer(choice: number | null) {
    if (!this.question || choice === null || !this.isOpen) return;
    this.chosenIndex = choice;
    this.buttons.forEach((choiceButton, k) => {
      choiceButton.setAttribute("aria-pressed", String(k === choice));
      choiceButton.hidden = k !== choice;
    });
    this.closeQuestion();
  }

  /** The mark before a choice: whether it is right, or was chosen although it is wrong. */
  verdictMark(k: number) {
    if (k === this.question?.right) return "✓";
    return k === this.chosenIndex ? "✗" : "";
  }

  /**
   * Shows which choice is right, what the learner has measured, and why.
   * @param figureBlocks with the figures filled in; none if they are unknown
   * @param remark a sentence before the reason
   */
  showVerdict(figureBlocks: Block[], terms: Record<string, string>, remark: string = "") {
    if (!this.question || !this.verdict.hidden) return;
    const { right, because } = this.question;
    this.closeQuestion();
    this.buttons.forEach((choiceButton, k) => {
      choiceButton.hidden = k !== right && k !== this.chosenIndex;
      choiceButton.children[0].textContent = this.verdictMark(k);
    });
    this.verdict.replaceChildren(
      element("p", {}, element("b", {}, this.resultSentence)),
      ...(remark ? [element("p", {}, remark)] : []),
      this.measuredElement,
      ...blockElements(because, terms),
    );
    this.showMeasured(figureBlocks, terms);
    this.verdict.hidden = false;
  }

  /** @param figureBlocks with the figures filled in */
  showMeasured(figureBlocks: Block[], terms: Record<string, string>) {
    this.measuredElement.replaceChildren(...blockElements(figureBlocks, terms));
  }

  /** Brings the verdict into view. */
  scrollToVerdict() {
    this.verdict.scrollIntoView({ block: "nearest" });
  }

  closeQuestion() {
    // with `disabled`, a button would lose the focus
    for (const choiceButton of this.buttons) choiceButton.setAttribute("aria-disabled", "true");
  }
}
