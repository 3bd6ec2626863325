/**
 * The panel of a lesson: text and a question; after the answer the experiment, an equation whose terms highlight what
 * they refer to, a caption that reads the figures, and a goal that the learner reaches on the page beside it; then the
 * verdict. The panel tells Python which page to go to, the answers, and when the goal is reached.
 */

import { button, element, setNote } from "../base/dom.ts";
import { pageEvents } from "../base/events.ts";
import { translate } from "../base/translate.ts";
import { address, scrollToTop } from "../host/host.ts";
import { createMount } from "../host/mounting.ts";
import { ExperimentCaption } from "./caption.ts";
import { actionsToGoal } from "./demonstration.ts";
import { DrawTally } from "./draw_tally.ts";
import { Equation } from "./equation.ts";
import { FigureLog, fillInFigures } from "./figures.ts";
import { progressText, parseQuery, reachesGoal } from "./goals.ts";
import { highlightOnPage } from "./page_highlight.ts";
import { Prediction } from "./prediction.ts";
import { noteProgress } from "./progress.ts";
import { blockElements } from "./lesson_text.ts";
import { reportAction } from "./participation.ts";
import type { Outcome } from "./figures.ts";
import type { SendMessage } from "../host/host.ts";
import type { Task } from "./goals.ts";
import type { OutgoingMessages } from "../messages.ts";
import type { Action, NearestClass, Figures } from "../base/event_types.ts";

// milliseconds between two checks of the address, since browsers do not report its changes
const ADDRESS_INTERVAL = 250;

/** When “Show me” is offered: after so many milliseconds of an experiment, or so many of the learner's actions. */
const PATIENCE = 20_000;
const TRIES = 6;
/**
 * Milliseconds after a goal is reached in which figures still belong to the experiment: the page draws, and so measures,
 * what is at z, also where z was drawn. A drag that has brought a figure to its goal goes on until it is released, so
 * there each figure that keeps to the goal begins them again.
 */
const SETTLE_TIME = 500;

/** Whether the learner has asked for another page of the lesson; the panel's title then gets the focus. */
let isChangingPage = false;

/** How experiments ended that were completed during this visit, by lesson and page. */
const outcomes: Map<string, Outcome> = new Map();
const NO_OUTCOME = { start: {}, now: {} };

export class LessonPanel {
  header = {} as OutgoingMessages["lesson_panel"]["header"];
  sendMessage: SendMessage;
  turnPage: SendMessage;
  task: Task = { goal: { kind: "" }, first: {}, count: 0 };
  figures = new FigureLog([]);
  pageKey: string;
  lastSearch: string;
  isReached = false;
  title = element("h2", { tabindex: -1 });
  number = element("p", { class: "ls-number" });
  elsewhereNote = element("p", { class: "ls-elsewhere", hidden: true });
  notes = element("div", { class: "lp-notes", role: "status" });
  heading = element("h3", {});
  text = element("div", { class: "ls-text", tabindex: -1 });
  equation = new Equation(highlightOnPage);
  prediction = new Prediction((choice) => this.answerPrediction(choice));
  skipQuestionButton = button(translate("Skip question"), () => this.skipQuestion(), {
    title: translate("Continue without an answer"),
  });
  hasSkipped: boolean;
  isShown: boolean;
  tries: number;
  patienceTimer: number;
  announcementTimer: number;
  settledAt: number;
  showButton = button(translate("Show me"), () => this.showGoalReached(), {
    class: "lp-button ls-show",
    title: translate("The lesson does the task, or tells the answer"),
    hidden: true,
  });
  goal = element("p", { class: "ls-goal", tabindex: -1 });
  caption = new ExperimentCaption();
  tally = new DrawTally();
  status = element("p", { class: "lp-hidden", role: "status" });
  backButton = button(translate("Back"), () => this.requestPage(this.header.page_number - 1));
  nextButton = button(translate("Next"), () => this.requestPage(this.header.page_number + 1));
  nextLessonButton = button("", () => this.startNextLesson(), { hidden: true });
  foot: HTMLDivElement;
  root: HTMLElement;
  listenerRemovers: (() => void)[];
  addressTimer: number;

  constructor(root: HTMLElement) {
    this.sendMessage = this.turnPage = () => {};
    this.pageKey = this.lastSearch = "";
    this.hasSkipped = this.isShown = false;
    this.tries = this.patienceTimer = this.announcementTimer = this.settledAt = 0;
    this.foot = this.buildFoot();
    this.root = this.buildBody();
    root.append(this.root);
    this.listenerRemovers = [
      pageEvents.on("did", (action) => this.checkGoal(action)),
      pageEvents.on("figures", (report) => this.noteFigures(report)),
      pageEvents.on("drawn", (draw) => this.countDraw(draw)),
    ];
    this.addressTimer = window.setInterval(() => this.checkAddress(), ADDRESS_INTERVAL);
  }

  buildBody() {
    return element(
      "section",
      { class: "lp ls", "aria-label": translate("Lesson") },
      this.title,
      this.number,
      this.notes,
      this.elsewhereNote,
      this.heading,
      this.text,
      this.prediction.root,
      this.equation.root,
      this.foot,
      this.status,
    );
  }

  buildFoot() {
    const leaveButton = button(translate("Leave"), () => this.sendMessage("leave", this.pageMessage()), {
      title: translate("Leave the lesson; you can resume it on the page Lessons"),
    });
    return element(
      "div",
      { class: "ls-foot" },
      this.goal,
      this.showButton,
      this.caption.root,
      this.tally.root,
      this.nextLessonButton,
      element(
        "div",
        { class: "lp-switches", role: "group", "aria-label": translate("Pages of the lesson") },
        this.backButton,
        this.skipQuestionButton,
        this.nextButton,
        leaveButton,
      ),
    );
  }

  close() {
    window.clearInterval(this.addressTimer);
    window.clearTimeout(this.patienceTimer);
    window.clearTimeout(this.announcementTimer);
    for (const removeListener of this.listenerRemovers) removeListener();
    document.documentElement.removeAttribute("data-asking");
    highlightOnPage(null);
  }

  /** Sets the one sentence about a subject above the text; an empty sentence removes it. */
  setNote(subject: string, sentence: string) {
    setNote(this.notes, subject, sentence);
  }

  /** The message: the page of the lesson, and the learner's progress. */
  update({ header }: OutgoingMessages["lesson_panel"]) {
    this.header = header;
    const { lesson, page_number: pageNumber } = header;
    const isOther = this.pageKey !== `${lesson} ${pageNumber}`;
    if (isOther) this.buildPage();
    this.isReached = (!isOther && this.isReached) || header.reached;
    this.prediction.showAnswer(header.answer);
    this.elsewhereNote.hidden = header.is_on_this_page;
    this.setNote("missing", header.missing);
    this.updateProgress();
    noteProgress(lesson, pageNumber, this.isReached, header.learnt);
    this.lastSearch = "";
    this.checkAddress();
  }

  /** Builds another page of a lesson. */
  buildPage() {
    const { header } = this;
    this.figures = new FigureLog(Object.keys(header.figures));
    this.pageKey = `${header.lesson} ${header.page_number}`;
    this.isReached = this.hasSkipped = this.isShown = false;
    this.tries = 0;
    window.clearTimeout(this.patienceTimer);
    window.clearTimeout(this.announcementTimer);
    this.showButton.hidden = true;
    this.task = { goal: header.goal, first: header.first, count: 0 };
    this.title.textContent = header.title;
    this.elsewhereNote.replaceChildren(
      translate("This page of the lesson happens on {place}.", { place: header.place }) + " ",
      button(translate("Go to {place}", { place: header.place }), () => this.requestPage(header.page_number)),
    );
    this.heading.textContent = header.heading;
    this.text.replaceChildren(...blockElements(header.blocks, header.terms));
    this.equation.showEquation(header.equation, header.reads);
    this.prediction.showQuestion(header.prediction);
    this.caption.setRows(header.captions, header.terms, header.figures);
    this.tally.clear();
    this.status.textContent = "";
    highlightOnPage(null);
    pageEvents.emit("turned"); // stops a game that plays, since the new page has another question; figures are reported
    if (!isChangingPage) return;
    isChangingPage = false;
    this.title.focus();
    scrollToTop(); // the plane may have been scrolled out of sight on the page before
  }

  /** Whether the experiment is shown and what the learner does counts: after the question. */
  get isExperimentOpen() {
    return !this.header.prediction || this.prediction.isAnswered || this.isReached || this.hasSkipped;
  }

  /** Updates experiment, verdict, goal and buttons. */
  updateProgress() {
    const isWaiting = !this.isExperimentOpen;
    if (!isWaiting && !this.figures.hasBegun) this.beginExperiment();
    document.documentElement.toggleAttribute("data-asking", isWaiting); // the panel may then be higher
    this.equation.root.hidden = isWaiting;
    this.skipQuestionButton.hidden = !isWaiting || this.header.goal.kind === "answer";
    this.updateCaption();
    if (this.isReached) this.showVerdict();
    if (this.isReached) this.showButton.hidden = true;
    const { page_number: pageNumber, page_count: pageCount, following, learnt } = this.header;
    this.goal.hidden = isWaiting;
    this.showGoal();
    this.backButton.setAttribute("aria-disabled", String(pageNumber <= 1));
    const isLast = pageNumber >= pageCount;
    this.nextButton.textContent = this.isReached
      ? isLast
        ? translate("Finish")
        : translate("Next page")
      : isLast
        ? translate("Skip and finish")
        : translate("Skip page");
    this.nextLessonButton.hidden = isWaiting || !isLast || !following;
    this.nextLessonButton.textContent = translate("Next lesson: {title}", { title: following ?? "" });
    this.nextLessonButton.classList.toggle("lp-first", this.isReached);
    this.nextButton.classList.toggle("lp-first", this.isReached && this.nextLessonButton.hidden);
    const parts = [translate("Page {page} of {count}", { page: pageNumber, count: pageCount })];
    if (learnt) parts.push(translate("lesson completed"));
    this.number.textContent = parts.join(" · ");
  }

  beginExperiment() {
    this.figures.begin();
    pageEvents.emit("experiment"); // figures that compare with the start do so from here on
    this.patienceTimer = window.setTimeout(() => this.offerToShow(), PATIENCE);
  }

  showGoal() {
    const progressSoFar = progressText(this.task);
    this.goal.classList.toggle("ls-done", this.isReached);
    if (this.isReached)
      this.goal.replaceChildren(element("b", {}, this.isShown ? translate("✓ Shown") : translate("✓ Done")));
    else
      this.goal.replaceChildren(
        element("b", {}, translate("To do:") + " "),
        this.header.do,
        progressSoFar ? ` (${progressSoFar})` : "",
      );
  }

  // The learner's actions ---------------------------------------------------------------------------------------------

  /** A message to Python about this page. */
  pageMessage(number?: number): { number?: number | undefined; lesson: string; page_number: number } {
    const { lesson, page_number } = this.header;
    return { lesson, page_number, ...(number === undefined ? {} : { number }) };
  }

  /**
   * Goes to a page.
   * @param pageNumber beyond the last page: the end
   */
  requestPage(pageNumber: number) {
    if (pageNumber < 1) return;
    isChangingPage = pageNumber <= this.header.page_count;
    this.turnPage("go", this.pageMessage(pageNumber));
  }

  /** Begins the next lesson. */
  startNextLesson() {
    isChangingPage = true;
    this.turnPage("next", this.pageMessage());
  }

  answerPrediction(choice: number) {
    this.prediction.showAnswer(choice);
    this.updateProgress();
    this.status.textContent = translate("Your prediction is noted. To do: {task}", { task: this.header.do });
    this.sendMessage("answer", this.pageMessage(choice));
    reportAction({ kind: "answer" });
  }

  /** Shows the experiment without an answer, which can still be given. */
  skipQuestion() {
    this.hasSkipped = true;
    this.updateProgress();
    this.goal.focus();
  }

  /** Offers to do the task in the learner's place, where she has a task that is not reached yet. */
  offerToShow() {
    const { goal, is_on_this_page: isOnThisPage } = this.header;
    const isNeeded = this.isExperimentOpen && isOnThisPage && !this.isReached && !this.isShown;
    if (!isNeeded || goal.kind === "answer") return;
    const isPageReady = !this.figures.names.length || Object.keys(this.figures.now).length > 0;
    this.showButton.hidden = !isPageReady;
    if (isPageReady) return;
    window.clearTimeout(this.patienceTimer); // the page that would do the task is not there yet
    this.patienceTimer = window.setTimeout(() => this.offerToShow(), PATIENCE);
  }

  /** Does the task in the learner's place; one that only she can do is not tried, and the answer is told. */
  showGoalReached() {
    const { goal, performs } = this.header;
    const actions = actionsToGoal(goal, performs);
    this.isShown = true;
    this.goal.focus(); // the button goes, and would lose the focus
    this.showButton.hidden = true;
    if (actions.length) {
      this.status.textContent = translate("The lesson does the task.");
      pageEvents.emit("perform", { actions, isDone: () => this.isReached });
      return;
    }
    this.prediction.showVerdict([], this.header.terms, translate("You have not tried it."));
    this.status.textContent = this.prediction.verdictText;
    this.prediction.scrollToVerdict();
  }

  /** Shows which choice is right, with the figures of the experiment unless it was done at an earlier visit. */
  showVerdict() {
    this.prediction.showVerdict(this.measuredBlocks, this.header.terms);
  }

  /** What the learner has measured; [] where it is unknown. */
  get measuredBlocks() {
    const { prediction, figures } = this.header;
    return fillInFigures(prediction?.measured ?? [], outcomes.get(this.pageKey) ?? NO_OUTCOME, figures) ?? [];
  }

  /** Shows the caption that fits the experiment, until the goal is reached. */
  updateCaption() {
    const isShown = this.isExperimentOpen && !this.isReached && this.header.is_on_this_page;
    const announcement = this.caption.update(isShown ? this.figures : null);
    if (announcement) this.status.textContent = announcement;
  }

  /** Reports the address's settings if they have changed and belong to this page of the lesson. */
  checkAddress() {
    const search = address.search();
    const query = parseQuery(search);
    if (
      search === this.lastSearch ||
      query.lesson !== this.header.lesson ||
      Number(query.at ?? 1) !== this.header.page_number
    )
      return;
    this.lastSearch = search;
    reportAction({ kind: "address", query });
  }

  checkGoal(action: Action) {
    if (this.isReached || !this.header.is_on_this_page || !this.isExperimentOpen) return;
    if (!["address", "figures"].includes(action.kind)) this.tries += 1;
    if (this.tries >= TRIES && !this.task.count) this.offerToShow(); // a task that is counted goes on
    if (!reachesGoal(this.task, action)) return this.showGoal();
    this.isReached = true;
    this.settledAt = performance.now() + SETTLE_TIME;
    outcomes.set(this.pageKey, this.figures.outcome);
    this.updateProgress();
    this.announceGoal(this.isSettling() ? SETTLE_TIME : 0);
    this.prediction.scrollToVerdict();
    pageEvents.emit("reached");
    if (action.kind !== "answer") this.sendMessage("reached", this.pageMessage()); // Python knows about an answer already
  }

  /** Counts a draw from the prior where the task is to draw. */
  countDraw(draw: NearestClass) {
    if (this.header.goal.kind === "samples" && this.header.is_on_this_page && this.isExperimentOpen)
      this.tally.add(draw);
  }

  /**
   * Announces the goal and the verdict after a delay, since figures that still settle change it.
   * @param delay in ms
   */
  announceGoal(delay: number) {
    window.clearTimeout(this.announcementTimer);
    const announce = () => {
      this.status.textContent = translate("Goal reached. {verdict} {button} goes on.", {
        verdict: this.prediction.verdictText,
        button: this.nextButton.textContent ?? "",
      });
    };
    if (delay) this.announcementTimer = window.setTimeout(announce, delay);
    else announce();
  }

  /** Whether figures that arrive after the goal was reached still belong to the experiment. */
  isSettling(): boolean {
    if (!this.isReached || performance.now() >= this.settledAt) return false;
    if (this.header.goal.kind === "figure")
      return reachesGoal(this.task, { kind: "figures", figures: this.figures.now });
    return ["z", "samples"].includes(this.header.goal.kind);
  }

  noteFigures({ figures, before, isOther }: { figures: Figures; before: Figures; isOther: boolean }) {
    if (!this.header.is_on_this_page || !this.figures.names.length) return;
    if (isOther) this.figures.forget();
    this.figures.note(figures, before);
    this.updateCaption();
    if (this.isSettling()) {
      if (this.header.goal.kind === "figure") this.settledAt = performance.now() + SETTLE_TIME;
      outcomes.set(this.pageKey, this.figures.outcome);
      this.prediction.showMeasured(this.measuredBlocks, this.header.terms);
      this.announceGoal(SETTLE_TIME);
    }
    this.checkGoal({ kind: "figures", figures: this.figures.now });
  }
}

export default createMount(LessonPanel);
