/**
 * A learner's progress in a lesson, kept in the addresses of a site's pages, and how the panel's messages change it; in
 * the app, `app/lessons/running_lesson.py` does this.
 */

import { integerParser, choiceParser, subsetParser } from "../handout/settings.ts";
import type { ReadSetting as Read, Settings } from "../handout/settings.ts";
import type { Panel } from "../messages.ts";

/** A page of a lesson: the site's file, its settings, and the panel's header. */
type Page = { file: string; set: { [name: string]: string }; panel: Panel };
export type Lessons = { [slug: string]: { title: string; promise: string; minutes: number; pages: Page[] } };
/** Where to go: a file and the settings behind its #; without a file the page stays. */
type Destination = { file?: string; texts: { [name: string]: string | null } };

/** The names of its settings in the address; the last one outlives a lesson. */
export const SETTING_NAMES = ["lesson", "at", "reached", "answered", "learnt"];
export const LESSON_LIST = "lessons.html";
const PAGE_NUMBERS = [1, 2, 3, 4, 5, 6, 7, 8]; // of pages
const ENDED_LESSON = { lesson: null, at: null, reached: null, answered: null };

/** Page and choice of each answer, "1.0,2.3". */
function parseAnswers(text: string): Map<number, number> | null {
  const matches = text.split(",").map((answerText) => /^([1-8])\.([0-4])$/.exec(answerText));
  return matches.every(Boolean) ? new Map(matches.map((match) => [Number(match?.[1]), Number(match?.[2])])) : null;
}

/** The readers of these settings. */
export function lessonSettingParsers(lessons: Lessons): { [name: string]: Read } {
  const slugs = Object.keys(lessons);
  return {
    lesson: choiceParser(slugs),
    at: integerParser(1, PAGE_NUMBERS.length),
    reached: subsetParser(PAGE_NUMBERS, Number),
    answered: parseAnswers,
    learnt: subsetParser(slugs, String),
  };
}

/**
 * The settings of a link to another page of the site, on which the lesson continues; a link into a lesson keeps only
 * the list of completed lessons.
 * @param linkText the link's own settings, after its #
 * @param texts the settings of this page
 */
export function linkSettings(linkText: string, texts: Map<string, string>): URLSearchParams {
  const query = new URLSearchParams(linkText);
  for (const name of query.has("lesson") ? ["learnt"] : SETTING_NAMES) {
    const text = texts.get(name);
    if (text) query.set(name, text);
  }
  return query;
}

export class LessonProgress {
  lessons: Lessons;
  settings: Settings;

  /** @param settings which know the names */
  constructor(lessons: Lessons, settings: Settings) {
    this.lessons = lessons;
    this.settings = settings;
  }

  /** The lesson and its pages, the present page, the pages whose goals are reached, and the completed lessons. */
  get state(): { slug: string; pages: Page[]; pageNumber: number; reached: number[]; learnt: string[] } {
    const { settings } = this;
    const slug = settings.get<string>("lesson") ?? "";
    const { pages } = this.lessons[slug];
    return {
      slug,
      pages,
      pageNumber: Math.min(settings.get<number>("at") ?? 1, pages.length),
      reached: settings.get<number[]>("reached") ?? [],
      learnt: settings.get<string[]>("learnt") ?? [],
    };
  }

  /**
   * The panel's header on a page of the site.
   * @param file of that page
   */
  panelHeader(file: string): Panel {
    const { slug, pages, pageNumber, reached, learnt } = this.state;
    const page = pages[pageNumber - 1];
    const answer = this.settings.get<Map<number, number>>("answered")?.get(pageNumber) ?? null;
    return {
      ...page.panel,
      is_on_this_page: file === page.file,
      answer,
      reached: reached.includes(pageNumber),
      learnt: learnt.includes(slug),
    };
  }

  /**
   * The consequences of a message from the panel.
   * @param kind "go", "answer", "reached", "leave" or "next"
   * @param number of a page (beyond the last one: the end) or of a choice
   */
  handleMessage(kind: string, number: number | undefined): Destination {
    if (kind === "leave") return { texts: ENDED_LESSON };
    if (kind === "go") return this.destinationOfPage(number ?? 1);
    if (kind === "reached") return { texts: this.settingsAfterGoal() };
    if (kind === "next") return this.startNextLesson();
    const { pages, pageNumber } = this.state;
    const { goal } = pages[pageNumber - 1].panel;
    const answered = [...(this.settings.get<Map<number, number>>("answered") ?? new Map()).set(pageNumber, number)]
      .map((pair) => pair.join("."))
      .join();
    return { texts: { answered, ...(goal.kind === "answer" ? this.settingsAfterGoal() : {}) } };
  }

  /** The settings after the goal of this page was reached; with the last goal, the lesson is completed. */
  settingsAfterGoal(): { learnt?: string | undefined; reached: string } {
    const { slug, pages, pageNumber, learnt, reached: previouslyReached } = this.state;
    const reached = [...new Set([...previouslyReached, pageNumber])].sort();
    const isCompleted = reached.length === pages.length && !learnt.includes(slug);
    return { reached: reached.join(), ...(isCompleted ? { learnt: [...learnt, slug].join() } : {}) };
  }

  destinationOfPage(number: number): Destination {
    const { pages, pageNumber } = this.state;
    if (number > pages.length) return { file: LESSON_LIST, texts: this.lessonSettings(ENDED_LESSON) };
    const [current, target] = [pages[pageNumber - 1], pages[number - 1]];
    const texts = { at: String(number) };
    const isSamePlace =
      number === pageNumber + 1 &&
      current.file === target.file &&
      JSON.stringify(current.set) === JSON.stringify(target.set);
    if (isSamePlace && this.settings.texts.has("at")) return { texts }; // the next page happens in the same place
    return { file: target.file, texts: { ...target.set, ...this.lessonSettings(texts) } };
  }

  /** Begins the next lesson. */
  startNextLesson(): Destination {
    const slugs = Object.keys(this.lessons);
    const slug = slugs[slugs.indexOf(this.state.slug) + 1];
    const [first] = this.lessons[slug].pages;
    return {
      file: first.file,
      texts: { ...first.set, ...this.lessonSettings({ ...ENDED_LESSON, lesson: slug, at: "1" }) },
    };
  }

  /** The settings of the lesson with changes. */
  lessonSettings(changes: { [name: string]: string | null }) {
    const ownSettings = SETTING_NAMES.map((name) => [name, this.settings.texts.get(name) ?? null]);
    return { ...Object.fromEntries(ownSettings), ...changes };
  }
}
