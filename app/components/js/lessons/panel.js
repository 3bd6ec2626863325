/**
 * The panel of a lesson: text, an equation whose terms highlight what they refer to, a prediction, and a goal that the learner
 * reaches on the page beside it. The panel tells Python which page to go to, the answers, and when the goal is reached.
 */

import { button, element, note } from "../base/dom.js";
import { page } from "../base/events.js";
import { address } from "../host/host.js";
import { mounting } from "../host/mounting.js";
import { Equation } from "./equation.js";
import { progress, queryOf, reaches } from "./goals.js";
import { light } from "./lights.js";
import { Prediction } from "./prediction.js";
import { blocksOf } from "./prose.js";
import { did } from "./taking_part.js";

const LOOK = 250; // milliseconds between two checks of the address, since browsers do not report its changes

/** Whether the learner has asked for another page of the lesson; the panel's title then gets the focus. */
let going = false;

export class Panel {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.header = /** @type {import("../../messages.js").Sent["lesson_panel"]["header"]} */ ({});
    /** @type {import("../host/host.js").Tell} */
    this.tell = this.turnPage = () => {};
    /** @type {import("./goals.js").Task} */
    this.task = { goal: { kind: "" }, first: {}, count: 0 };
    this.content = this.address = "";
    this.reached = false;
    this.title = element("h2", { tabindex: -1 });
    this.number = element("p", { class: "ls-number" });
    this.elsewhere = element("p", { class: "ls-elsewhere", hidden: true });
    this.notes = element("div", { class: "lp-notes", role: "status" });
    this.heading = element("h3", {});
    this.text = element("div", { class: "ls-text", tabindex: -1 });
    this.equation = new Equation(light);
    this.prediction = new Prediction((choice) => this.answer(choice));
    this.unasked = button("Read on", () => this.readOn(), { title: "Continue without an answer" });
    this.rest = element("div", {}, this.heading, this.text, this.equation.root); // the heading may hold the answer
    this.readsOn = false;
    this.goal = element("p", { class: "ls-goal" });
    this.status = element("p", { class: "lp-hidden", role: "status" });
    this.back = button("Back", () => this.go(this.header.at - 1));
    this.next = button("Next", () => this.go(this.header.at + 1));
    const leave = button("Leave", () => this.tell("leave", this.said()), { title: "Leave the lesson; you can resume it on the page Lessons" });
    this.foot = element("div", { class: "ls-foot" }, this.goal,
      element("div", { class: "lp-switches", role: "group", "aria-label": "Pages of the lesson" }, this.back, this.unasked, this.next, leave)); // prettier-ignore
    this.root = element("section", { class: "lp ls", "aria-label": "Lesson" }, this.title, this.number, this.notes, this.elsewhere,
      this.prediction.root, this.rest, this.foot, this.status); // prettier-ignore
    root.append(this.root);
    this.off = page.on("did", (done) => this.judge(done));
    this.looking = window.setInterval(() => this.look(), LOOK);
  }

  close() {
    window.clearInterval(this.looking);
    this.off();
    light(null);
  }

  /** Sets the one sentence about a subject above the text; an empty sentence removes it. @param {string} about @param {string} sentence */
  say(about, sentence) {
    note(this.notes, about, sentence);
  }

  /** The message: the page of the lesson, and the learner's progress. @param {import("../../messages.js").Sent["lesson_panel"]} message */
  update({ header }) {
    this.header = header;
    const { lesson, at } = header;
    const other = this.content !== `${lesson} ${at}`;
    if (other) this.open();
    this.reached = (!other && this.reached) || header.reached;
    this.prediction.answer(header.answer);
    this.elsewhere.hidden = header.here;
    this.say("missing", header.missing);
    this.show();
    this.address = "";
    this.look();
  }

  /** Builds another page of a lesson. */
  open() {
    const { header } = this;
    this.content = `${header.lesson} ${header.at}`;
    this.reached = this.readsOn = false;
    this.task = { goal: header.goal, first: header.first, count: 0 };
    this.title.textContent = header.title;
    this.elsewhere.replaceChildren(`This page of the lesson happens on ${header.place}. `, button(`Go to ${header.place}`, () => this.go(header.at)));
    this.heading.textContent = header.heading;
    this.text.replaceChildren(...blocksOf(header.blocks, header.terms));
    this.equation.build(header.equation, header.reads);
    this.prediction.build(header.prediction, header.terms);
    this.status.textContent = "";
    light(null);
    page.emit("turned"); // stops a game that plays: the new page has another question
    if (!going) return;
    going = false;
    this.title.focus();
  }

  /** Updates text, goal and buttons. */
  show() {
    const waits = Boolean(this.header.prediction) && !this.prediction.answered && !this.reached && !this.readsOn; // the prediction comes before the text
    this.rest.hidden = waits;
    this.unasked.hidden = !waits;
    const { at, of, following, learnt, do: what } = this.header;
    const far = progress(this.task);
    this.goal.hidden = waits;
    this.goal.replaceChildren(element("b", {}, this.reached ? "✓ Done: " : "To do: "), what, far ? ` (${far})` : "");
    this.goal.classList.toggle("ls-done", this.reached);
    this.back.setAttribute("aria-disabled", String(at <= 1));
    const last = at >= of;
    this.next.textContent = this.reached ? (last ? "Finish" : "Next page") : last ? "Skip and finish" : "Skip page";
    this.next.classList.toggle("lp-first", this.reached);
    this.number.textContent = `Page ${at} of ${of}${learnt ? " · lesson completed" : ""}${last && following ? ` · next: ${following}` : ""}`;
  }

  // The learner's actions ----------------------------------------------------------------------------------------------

  /** A message to Python about this page. @param {number} [number] */
  said(number) {
    const { lesson, at } = this.header;
    return { lesson, at, ...(number === undefined ? {} : { number }) };
  }

  /** Goes to a page. @param {number} at beyond the last page: the end */
  go(at) {
    if (at < 1) return;
    going = at <= this.header.of;
    this.turnPage("go", this.said(at));
  }

  /** @param {number} choice */
  answer(choice) {
    this.prediction.answer(choice);
    this.show();
    this.status.textContent = `${this.prediction.spoken} The page continues below.`;
    this.tell("answer", this.said(choice));
    did("answer");
  }

  /** Shows the text without an answer, which can still be given. */
  readOn() {
    this.readsOn = true;
    this.show();
    this.text.focus();
  }

  /** Reports the address's settings if they have changed and belong to this page of the lesson. */
  look() {
    const search = address.search();
    const query = queryOf(search);
    if (search === this.address || query.lesson !== this.header.lesson || Number(query.at ?? 1) !== this.header.at) return;
    this.address = search;
    did("address", { query });
  }

  /** @param {import("./goals.js").Did} done */
  judge(done) {
    if (this.reached || !this.header.here) return;
    this.reached = reaches(this.task, done);
    this.show();
    if (!this.reached) return;
    this.status.textContent = `${this.prediction.answered && done.what === "answer" ? `${this.prediction.spoken} ` : ""}Goal reached. ${this.next.textContent} goes on.`;
    if (done.what !== "answer") this.tell("reached", this.said()); // Python knows about an answer already
  }
}

export default mounting(Panel);
