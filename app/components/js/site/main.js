/**
 * A page of a site: a document's components, links and selects that lead to other pages, and the current lesson.
 */

import { bytes } from "../host/host.js";
import { Handout, KINDS } from "../handout/main.js";
import { sentenceOf } from "../handout/missing.js";
import { Settings } from "../handout/settings.js";
import { Panel } from "../lessons/panel.js";
import { element, note } from "../base/dom.js";
import { Play } from "./play.js";
import { Course, OWN, carried, readers } from "./course.js";

/** file: of this page; lessons: the name of the file that describes the lessons. @typedef {{site: {file: string, lessons: string}} & (import("../handout/main.js").Told | {pages?: undefined})} Told */

class Site {
  /** @param {Told} told */
  constructor(told) {
    this.told = told;
    this.settings = new Settings();
    this.notes = element("div", { class: "small", role: "status" }); // at the top of the page
  }

  async begin() {
    document.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" }); // on a phone, not all entries fit
    const { settings, told } = this;
    const asked = new URLSearchParams(window.location.hash.slice(1));
    document.getElementById("main")?.prepend(this.notes);
    if (OWN.some((name) => asked.has(name))) {
      const missing = await this.learn().then(() => "", sentenceOf);
      note(this.notes, "lessons", missing);
      settings.keepsUnread = Boolean(missing);
    }
    const main = document.getElementById("plane");
    if (told.pages && main) await new Handout(told, settings, { ...KINDS, game: Play }).begin(main);
    else note(this.notes, "address", settings.open());
    document.addEventListener("change", (event) => this.chosen(event));
    this.carry();
    if (settings.of("lesson")) this.teach();
  }

  /** Loads the lessons and registers the readers of their settings. */
  async learn() {
    this.lessons = JSON.parse(new TextDecoder().decode(await bytes(this.told.site.lessons, "The lessons")));
    for (const [name, read] of Object.entries(readers(this.lessons))) this.settings.know(name, read);
  }

  /** Adds the lesson's settings to all links, and marks completed lessons in the list. */
  carry() {
    const { texts } = this.settings;
    for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll('a[href*=".html"]'))) {
      link.dataset.own ??= link.hash.slice(1);
      link.hash = String(carried(link.dataset.own, texts));
    }
    for (const slug of this.settings.of("learnt") ?? []) document.querySelector(`[data-lesson="${slug}"]`)?.setAttribute("data-done", "");
  }

  /** Another page was chosen in a select. @param {Event} event */
  chosen({ target }) {
    if (!(target instanceof HTMLSelectElement) || !target.closest(".pick")) return;
    const [file, own = ""] = target.value.split("#");
    this.leave(file, Object.fromEntries(carried(own, this.settings.texts)));
  }

  // The lesson ---------------------------------------------------------------------------------------------------------

  teach() {
    const { settings, told } = this;
    const lesson = element("aside", { id: "lesson", "aria-label": "The lesson that runs" });
    document.body.append(lesson);
    document.body.classList.add("taught");
    const course = new Course(/** @type {import("./course.js").Lessons} */ (this.lessons), settings);
    const panel = new Panel(lesson);
    const show = () => panel.update({ header: course.panel(told.site.file), fields: {} });
    panel.tell = panel.turnPage = (kind, value) => {
      const { file, texts } = course.hear(kind, /** @type {{number?: number}} */ (value).number);
      if (file) return this.leave(file, texts);
      settings.keep(texts);
      this.carry();
      if (settings.of("lesson")) return show();
      panel.close();
      lesson.remove();
      document.body.classList.remove("taught");
    };
    show();
  }

  /** Goes to another page, or to this one in another state. @param {string} file @param {{[name: string]: string | null}} texts */
  leave(file, texts) {
    const query = new URLSearchParams(Object.entries(texts).flatMap(([name, text]) => (text === null ? [] : [[name, text]])));
    const there = new URL(`${file}#${query}`, window.location.href);
    const same = there.pathname === window.location.pathname;
    window.location.assign(there);
    if (same) window.location.reload();
  }
}

/** Starts the page that the document describes. */
export function begin() {
  const told = document.getElementById("told")?.textContent;
  if (told) new Site(JSON.parse(told)).begin();
}
