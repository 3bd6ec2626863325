/**
 * The panel of a lesson: text, an equation whose terms highlight what they refer to, a prediction, and a goal that the
 * learner reaches on the page beside it. The panel tells Python which page to go to, the answers, and when the goal is
 * reached.
 */

import { button, element, setNote } from "../base/dom.js";
import { pageEvents } from "../base/events.js";
import { address } from "../host/host.js";
import { createMount } from "../host/mounting.js";
import { Equation } from "./equation.js";
import { progressText, parseQuery, reachesGoal } from "./goals.js";
import { highlightOnPage } from "./page_highlight.js";
import { Prediction } from "./prediction.js";
import { noteProgress } from "./progress.js";
import { blockElements } from "./lesson_text.js";
import { reportAction } from "./participation.js";

// milliseconds between two checks of the address, since browsers do not report its changes
const ADDRESS_INTERVAL = 250;

/** Whether the learner has asked for another page of the lesson; the panel's title then gets the focus. */
let isChangingPage = false;

export class LessonPanel {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.header = /** @type {import("../../messages.js").Sent["lesson_panel"]["header"]} */ ({});
    /** @type {import("../host/host.js").SendMessage} */
    this.tell = this.turnPage = () => {};
    /** @type {import("./goals.js").Task} */
    this.task = { goal: { kind: "" }, first: {}, count: 0 };
    this.pageKey = this.lastSearch = "";
    this.isReached = false;
    this.title = element("h2", { tabindex: -1 });
    this.number = element("p", { class: "ls-number" });
    this.elsewhereNote = element("p", { class: "ls-elsewhere", hidden: true });
    this.notes = element("div", { class: "lp-notes", role: "status" });
    this.heading = element("h3", {});
    this.text = element("div", { class: "ls-text", tabindex: -1 });
    this.equation = new Equation(highlightOnPage);
    this.prediction = new Prediction((choice) => this.answerPrediction(choice));
    this.readOnButton = button("Read on", () => this.readOn(), { title: "Continue without an answer" });
    this.body = element("div", {}, this.heading, this.text, this.equation.root); // the heading may hold the answer
    this.hasSkipped = false;
    this.goal = element("p", { class: "ls-goal" });
    this.status = element("p", { class: "lp-hidden", role: "status" });
    this.backButton = button("Back", () => this.requestPage(this.header.at - 1));
    this.nextButton = button("Next", () => this.requestPage(this.header.at + 1));
    this.nextLessonButton = button("", () => this.startNextLesson(), { hidden: true });
    const leave = button("Leave", () => this.tell("leave", this.pageMessage()), {
      title: "Leave the lesson; you can resume it on the page Lessons",
    });
    this.foot = element(
      "div",
      { class: "ls-foot" },
      this.goal,
      this.nextLessonButton,
      element(
        "div",
        { class: "lp-switches", role: "group", "aria-label": "Pages of the lesson" },
        this.backButton,
        this.readOnButton,
        this.nextButton,
        leave,
      ),
    );
    this.root = element(
      "section",
      { class: "lp ls", "aria-label": "Lesson" },
      this.title,
      this.number,
      this.notes,
      this.elsewhereNote,
      this.prediction.root,
      this.body,
      this.foot,
      this.status,
    );
    root.append(this.root);
    this.removeListener = pageEvents.on("did", (done) => this.checkGoal(done));
    this.addressTimer = window.setInterval(() => this.checkAddress(), ADDRESS_INTERVAL);
  }

  close() {
    window.clearInterval(this.addressTimer);
    this.removeListener();
    highlightOnPage(null);
  }

  /**
   * Sets the one sentence about a subject above the text; an empty sentence removes it.
   * @param {string} about
   * @param {string} sentence
   */
  say(about, sentence) {
    setNote(this.notes, about, sentence);
  }

  /**
   * The message: the page of the lesson, and the learner's progress.
   * @param {import("../../messages.js").Sent["lesson_panel"]} message
   */
  update({ header }) {
    this.header = header;
    const { lesson, at } = header;
    const isOther = this.pageKey !== `${lesson} ${at}`;
    if (isOther) this.buildPage();
    this.isReached = (!isOther && this.isReached) || header.reached;
    this.prediction.showAnswer(header.answer);
    this.elsewhereNote.hidden = header.here;
    this.say("missing", header.missing);
    this.updateProgress();
    noteProgress(lesson, at, this.isReached, header.learnt);
    this.lastSearch = "";
    this.checkAddress();
  }

  /** Builds another page of a lesson. */
  buildPage() {
    const { header } = this;
    this.pageKey = `${header.lesson} ${header.at}`;
    this.isReached = this.hasSkipped = false;
    this.task = { goal: header.goal, first: header.first, count: 0 };
    this.title.textContent = header.title;
    this.elsewhereNote.replaceChildren(
      `This page of the lesson happens on ${header.place}. `,
      button(`Go to ${header.place}`, () => this.requestPage(header.at)),
    );
    this.heading.textContent = header.heading;
    this.text.replaceChildren(...blockElements(header.blocks, header.terms));
    this.equation.showEquation(header.equation, header.reads);
    this.prediction.showQuestion(header.prediction, header.terms);
    this.status.textContent = "";
    highlightOnPage(null);
    pageEvents.emit("turned"); // stops a game that plays: the new page has another question
    if (!isChangingPage) return;
    isChangingPage = false;
    this.title.focus();
  }

  /** Updates text, goal and buttons. */
  updateProgress() {
    const isWaiting =
      // the prediction comes before the text
      Boolean(this.header.prediction) && !this.prediction.isAnswered && !this.isReached && !this.hasSkipped;
    this.body.hidden = isWaiting;
    this.readOnButton.hidden = !isWaiting;
    const { at, of: pageCount, following, learnt, do: task } = this.header;
    const progressSoFar = progressText(this.task);
    this.goal.hidden = isWaiting;
    this.goal.replaceChildren(
      element("b", {}, this.isReached ? "✓ Done: " : "To do: "),
      task,
      progressSoFar ? ` (${progressSoFar})` : "",
    );
    this.goal.classList.toggle("ls-done", this.isReached);
    this.backButton.setAttribute("aria-disabled", String(at <= 1));
    const isLast = at >= pageCount;
    this.nextButton.textContent = this.isReached
      ? isLast
        ? "Finish"
        : "Next page"
      : isLast
        ? "Skip and finish"
        : "Skip page";
    this.nextLessonButton.hidden = isWaiting || !isLast || !following;
    this.nextLessonButton.textContent = `Next lesson: ${following}`;
    this.nextLessonButton.classList.toggle("lp-first", this.isReached);
    this.nextButton.classList.toggle("lp-first", this.isReached && this.nextLessonButton.hidden);
    const parts = [`Page ${at} of ${pageCount}`];
    if (learnt) parts.push("lesson completed");
    this.number.textContent = parts.join(" · ");
  }

  // The learner's actions ---------------------------------------------------------------------------------------------

  /** A message to Python about this page. @param {number} [number] @returns {{number?: number | undefined, lesson: string, at: number}} */
  pageMessage(number) {
    const { lesson, at } = this.header;
    return { lesson, at, ...(number === undefined ? {} : { number }) };
  }

  /** Goes to a page. @param {number} at beyond the last page: the end */
  requestPage(at) {
    if (at < 1) return;
    isChangingPage = at <= this.header.of;
    this.turnPage("go", this.pageMessage(at));
  }

  /** Begins the next lesson. */
  startNextLesson() {
    isChangingPage = true;
    this.turnPage("next", this.pageMessage());
  }

  /** @param {number} choice */
  answerPrediction(choice) {
    this.prediction.showAnswer(choice);
    this.updateProgress();
    this.status.textContent = `${this.prediction.resultSentence} The page continues below.`;
    this.tell("answer", this.pageMessage(choice));
    reportAction("answer");
  }

  /** Shows the text without an answer, which can still be given. */
  readOn() {
    this.hasSkipped = true;
    this.updateProgress();
    this.text.focus();
  }

  /** Reports the address's settings if they have changed and belong to this page of the lesson. */
  checkAddress() {
    const search = address.search();
    const query = parseQuery(search);
    if (search === this.lastSearch || query.lesson !== this.header.lesson || Number(query.at ?? 1) !== this.header.at)
      return;
    this.lastSearch = search;
    reportAction("address", { query });
  }

  /** @param {import("./goals.js").Action} action */
  checkGoal(action) {
    if (this.isReached || !this.header.here) return;
    this.isReached = reachesGoal(this.task, action);
    this.updateProgress();
    if (!this.isReached) return;
    const result = this.prediction.isAnswered && action.what === "answer" ? `${this.prediction.resultSentence} ` : "";
    this.status.textContent = `${result}Goal reached. ${this.nextButton.textContent} goes on.`;
    if (action.what !== "answer") this.tell("reached", this.pageMessage()); // Python knows about an answer already
  }
}

export default createMount(LessonPanel);
