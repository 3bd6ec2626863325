/**
 * A learner's progress in a lesson, kept in the addresses of a site's pages, and how the panel's messages change it; in the app,
 * `app/lessons/tutor.py` does this.
 */

import { integer, one, some } from "../handout/settings.js";

/** @typedef {import("../handout/settings.js").Read} Read */
/** @typedef {import("../../messages.js").Panel} Panel */
/** A page of a lesson: the site's file, its settings, and the panel's header. @typedef {{file: string, set: {[name: string]: string}, panel: Panel}} Page */
/** @typedef {{[slug: string]: {title: string, promise: string, minutes: number, pages: Page[]}}} Lessons */
/** Where to go: a file and the settings behind its #; without a file the page stays. @typedef {{file?: string, texts: {[name: string]: string | null}}} Way */

/** The names of its settings in the address; the last one outlives a lesson. */
export const OWN = ["lesson", "at", "reached", "answered", "learnt"];
export const LIST = "lessons.html";
const NUMBERS = [1, 2, 3, 4, 5, 6, 7, 8]; // of pages
const ENDED = { lesson: null, at: null, reached: null, answered: null };

/** Page and choice of each answer, "1.0,2.3". @type {Read} */
function answers(text) {
  const found = text.split(",").map((each) => /^([1-8])\.([0-4])$/.exec(each));
  return found.every(Boolean) ? new Map(found.map((each) => [Number(each?.[1]), Number(each?.[2])])) : null;
}

/** The readers of these settings. @param {Lessons} lessons @returns {{[name: string]: Read}} */
export function readers(lessons) {
  const slugs = Object.keys(lessons);
  return { lesson: one(slugs), at: integer(1, NUMBERS.length), reached: some(NUMBERS, Number), answered: answers, learnt: some(slugs, String) };
}

/** The settings of a link to another page of the site, on which the lesson continues; a link into a lesson keeps only the list of
 * completed lessons. @param {string} own the link's own settings, after its # @param {Map<string, string>} texts the settings of this page */
export function carried(own, texts) {
  const query = new URLSearchParams(own);
  for (const name of query.has("lesson") ? ["learnt"] : OWN) {
    const text = texts.get(name);
    if (text) query.set(name, text);
  }
  return query;
}

export class Course {
  /** @param {Lessons} lessons @param {import("../handout/settings.js").Settings} settings which know the names */
  constructor(lessons, settings) {
    this.lessons = lessons;
    this.settings = settings;
  }

  /** The lesson and its pages, the present page, the pages whose goals are reached, and the completed lessons.
   * @returns {{slug: string, pages: Page[], at: number, reached: number[], learnt: string[]}} */
  get state() {
    const [slug, at, reached, learnt] = ["lesson", "at", "reached", "learnt"].map((name) => this.settings.of(name));
    const { pages } = this.lessons[slug];
    return { slug, pages, at: Math.min(at ?? 1, pages.length), reached: reached ?? [], learnt: learnt ?? [] };
  }

  /** The panel's header on a page of the site. @param {string} file of that page @returns {Panel} */
  panel(file) {
    const { slug, pages, at, reached, learnt } = this.state;
    const page = pages[at - 1];
    const answer = this.settings.of("answered")?.get(at) ?? null;
    return { ...page.panel, here: file === page.file, answer, reached: reached.includes(at), learnt: learnt.includes(slug) };
  }

  /**
   * The consequences of a message from the panel.
   * @param {string} kind "go", "answer", "reached" or "leave"
   * @param {number | undefined} number of a page (beyond the last one: the end) or of a choice
   * @returns {Way}
   */
  hear(kind, number) {
    if (kind === "leave") return { texts: ENDED };
    if (kind === "go") return this.go(number ?? 1);
    if (kind === "reached") return { texts: this.reach() };
    const { pages, at } = this.state;
    const { goal } = pages[at - 1].panel;
    const answered = [...(this.settings.of("answered") ?? new Map()).set(at, number)].map((each) => each.join(".")).join();
    return { texts: { answered, ...(goal.kind === "answer" ? this.reach() : {}) } };
  }

  /** The settings after the goal of this page was reached; with the last goal, the lesson is completed. */
  reach() {
    const { slug, pages, at, learnt, reached: before } = this.state;
    const reached = [...new Set([...before, at])].sort();
    const whole = reached.length === pages.length && !learnt.includes(slug);
    return { reached: reached.join(), ...(whole ? { learnt: [...learnt, slug].join() } : {}) };
  }

  /** @param {number} number @returns {Way} */
  go(number) {
    const { pages, at } = this.state;
    if (number > pages.length) return { file: LIST, texts: this.kept(ENDED) };
    const [here, there] = [pages[at - 1], pages[number - 1]];
    const texts = { at: String(number) };
    const same = number === at + 1 && here.file === there.file && JSON.stringify(here.set) === JSON.stringify(there.set);
    if (same && this.settings.texts.has("at")) return { texts }; // the next page happens in the same place
    return { file: there.file, texts: { ...there.set, ...this.kept(texts) } };
  }

  /** The settings of the lesson with changes. @param {{[name: string]: string | null}} changes */
  kept(changes) {
    const own = OWN.map((name) => [name, this.settings.texts.get(name) ?? null]);
    return { ...Object.fromEntries(own), ...changes };
  }
}
