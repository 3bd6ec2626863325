/**
 * A page of a site: a document's components, links and selects that lead to other pages, and the current lesson.
 */

import { bindArticle } from "../cards/article.ts";
import { fetchBytes } from "../host/host.ts";
import { Handout, KINDS, followAddress } from "../handout/main.ts";
import { missingFileSentence } from "../handout/missing_file.ts";
import { Settings } from "../handout/settings.ts";
import { LessonPanel } from "../lessons/lesson_panel.ts";
import { markProgress, progressToResume } from "../lessons/progress.ts";
import { element, setNote } from "../base/dom.ts";
import { translate } from "../base/translate.ts";
import { AggregatePage } from "./aggregate_page.ts";
import { GamePage } from "./game_page.ts";
import { LessonProgress, SETTING_NAMES, linkSettings, lessonSettingParsers } from "./lesson_progress.ts";
import type { DocumentDescription } from "../handout/main.ts";
import type { Lessons } from "./lesson_progress.ts";

/** file: of this page; lessons: the name of the file that describes the lessons. */
type SiteDescription = { site: { file: string; lessons: string } } & (DocumentDescription | { pages?: undefined });

class Site {
  description: SiteDescription;
  settings = new Settings();
  notes = element("div", { id: "page-notes", class: "small", role: "status" }); // at the top of the page
  lessons: Lessons | undefined;

  constructor(description: SiteDescription) {
    this.description = description;
  }

  async open() {
    // on a phone, not all entries fit
    document.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
    const { settings, description } = this;
    const query = new URLSearchParams(window.location.hash.slice(1));
    this.removeDrawnParts();
    document.getElementById("main")?.prepend(this.notes);
    if (SETTING_NAMES.some((name) => query.has(name))) {
      const missingSentence = await this.loadLessons().then(() => "", missingFileSentence);
      setNote(this.notes, "lessons", missingSentence);
      settings.keepsUnread = Boolean(missingSentence);
    }
    const main = document.getElementById("plane");
    if (description.pages && main) {
      await new Handout(description, settings, { ...KINDS, game: GamePage, aggregate: AggregatePage }).start(main);
      followAddress();
    } else if (!this.isAtAnchor) setNote(this.notes, "address", settings.readAddress());
    document.addEventListener("change", (event) => this.followSelect(event));
    document.addEventListener("click", (event) => this.resumeLesson(event));
    for (const article of document.querySelectorAll("article")) bindArticle(article);
    this.updateLinks();
    if (settings.get("lesson")) this.showLesson();
  }

  /** Removes what a copy of the page that a browser saved holds of its notes and its lesson. */
  removeDrawnParts() {
    document.getElementById("page-notes")?.remove();
    document.getElementById("lesson")?.remove();
    document.body.classList.remove("taught");
  }

  /** Whether the address names a part of the page instead of settings. */
  get isAtAnchor() {
    return document.getElementById(window.location.hash.slice(1)) !== null;
  }

  /** Loads the lessons and registers the readers of their settings. */
  async loadLessons() {
    this.lessons = JSON.parse(
      new TextDecoder().decode(await fetchBytes(this.description.site.lessons, translate("The lessons"))),
    );
    for (const [name, readSetting] of Object.entries(lessonSettingParsers(this.lessons as Lessons)))
      this.settings.register(name, readSetting);
  }

  /** Adds the lesson's settings to all links, and marks completed lessons in the list. */
  updateLinks() {
    const { texts } = this.settings;
    for (const link of document.querySelectorAll('a[href*=".html"]') as NodeListOf<HTMLAnchorElement>) {
      link.dataset.own ??= link.hash.slice(1);
      link.hash = String(linkSettings(link.dataset.own, texts));
    }
    for (const slug of this.settings.get<string[]>("learnt") ?? [])
      document.querySelector(`[data-lesson="${slug}"]`)?.setAttribute("data-done", "");
    const main = document.getElementById("main");
    if (main) markProgress(main);
  }

  /** Another page was chosen in a select. */
  followSelect({ target }: Event) {
    if (!(target instanceof HTMLSelectElement) || !target.closest(".pick")) return;
    const [file, ownQuery = ""] = target.value.split("#");
    this.goTo(file, Object.fromEntries(linkSettings(ownQuery, this.settings.texts)));
  }

  /** The card of a lesson was clicked that was left before its end: resumes it there. */
  async resumeLesson(event: MouseEvent) {
    const link = (event.target as Element).closest("a[data-choose]");
    const slug = link?.getAttribute("data-choose") ?? "";
    const progress = progressToResume(slug);
    if (!progress || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    await this.loadLessons();
    const { pages } = (this.lessons as Lessons)[slug];
    const page = Math.min(progress.page, pages.length);
    const { file, set } = pages[page - 1];
    const learnt = this.settings.texts.get("learnt") ?? null;
    this.goTo(file, { ...set, lesson: slug, at: String(page), reached: progress.reached.join() || null, learnt });
  }

  // The lesson --------------------------------------------------------------------------------------------------------

  showLesson() {
    const { settings, description } = this;
    const lesson = element("aside", { id: "lesson", "aria-label": translate("The lesson that runs") });
    document.body.append(lesson);
    document.body.classList.add("taught");
    const course = new LessonProgress(this.lessons as Lessons, settings);
    const panel = new LessonPanel(lesson);
    const show = () => panel.update({ header: course.panelHeader(description.site.file), fields: {} });
    panel.sendMessage = panel.turnPage = (kind, value) => {
      const { file, texts } = course.handleMessage(kind, (value as { number?: number }).number);
      if (file) return this.goTo(file, texts);
      settings.setTexts(texts);
      this.updateLinks();
      if (settings.get("lesson")) return show();
      panel.close();
      lesson.remove();
      document.body.classList.remove("taught");
    };
    show();
  }

  /** Goes to another page, or to this one in another state. */
  goTo(file: string, texts: { [name: string]: string | null }) {
    const query = new URLSearchParams(
      Object.entries(texts).flatMap(([name, text]) => (text === null ? [] : [[name, text]])),
    );
    const url = new URL(`${file}#${query}`, window.location.href);
    const isSamePage = url.pathname === window.location.pathname;
    window.location.assign(url);
    if (isSamePage) window.location.reload();
  }
}

/** Starts the page that the document describes. */
export function begin() {
  const text = document.getElementById("page-data")?.textContent;
  if (text) new Site(JSON.parse(text)).open();
}
