/**
 * A page without a server: it shows the content of the document, and keeps its state in the address after the #.
 */

import { button, element, note } from "../base/dom.js";
import { Copied, seenNow } from "../bar/copied.js";
import { Compare } from "./compare.js";
import { Explore } from "./explore.js";
import { sentenceOf } from "./missing.js";
import { Settings, one } from "./settings.js";
import { Style } from "./style.js";

const COPIED = "Link copied. It opens this state wherever this file is stored under the same address.";

/** What all kinds of pages have in common. @typedef {{kind: string, title: string}} Page */
/** @typedef {{pages: Page[], lacks: string[], holds?: string}} Told lacks: sentences about what the file lacks; holds: their heading */
/** @typedef {import("./page.js").Page<unknown> & {prepare: () => Promise<void>, open: (root: HTMLElement) => void}} Part */
/** The classes of pages by kind. @typedef {{[kind: string]: new (told: never, settings: Settings) => Part}} Kinds */

/** @type {Kinds} */
export const KINDS = { explore: Explore, style: Style, compare: Compare };

export class Handout {
  /**
   * @param {Told} told
   * @param {Settings} [settings] if the address holds more than this document's settings
   * @param {Kinds} [kinds]
   */
  constructor(told, settings = new Settings(), kinds = KINDS) {
    this.told = told;
    this.settings = settings;
    this.copied = new Copied();
    this.notes = element("div", { class: "lp lp-notes", role: "status" });
    this.host = element("div", {});
    this.pages = told.pages.map((page) => new kinds[page.kind](/** @type {never} */ (page), this.settings));
    this.tabs = told.pages.map(({ title }, k) => button(title, () => this.turn(k), { "aria-pressed": "false" }));
    this.open = -1;
    /** Why each page cannot be opened, "" if it can. @type {string[]} */
    this.missing = [];
  }

  /** @param {HTMLElement} root */
  async begin(root) {
    const { told, settings, copied } = this;
    root.append(this.notes);
    this.missing = await Promise.all(this.pages.map((page) => page.prepare().then(() => "", sentenceOf)));
    if (this.missing.some(Boolean)) settings.keepsUnread = true;
    settings.know("page", one(told.pages.map(({ kind }) => kind)));
    note(this.notes, "address", settings.open());
    const bar = element("div", { class: "lp lb ho-bar" },
      ...(told.pages.length > 1 ? [element("nav", { class: "lp-switches", "aria-label": "Pages" }, ...this.tabs)] : []),
      element("div", { class: "lb-row" }, copied.said, button("Copy link", () => this.copy())), copied.byHand); // prettier-ignore
    const lacks = element("footer", { class: "lp ho-foot" }, element("h2", {}, told.holds ?? "What this file holds"), ...told.lacks.map((each) => element("p", {}, each)));
    (document.getElementById("bar") ?? root).append(bar);
    document.getElementById("how")?.removeAttribute("hidden"); // the instructions apply from now on
    root.append(this.host, lacks);
    window.addEventListener("hashchange", () => window.location.reload()); // the user edited the address
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.missing[this.open] || this.pages[this.open]?.show());
    const chosen = settings.of("page");
    this.turn(Math.max(0, told.pages.findIndex(({ kind }) => kind === chosen)));
  }

  /** @param {number} k */
  turn(k) {
    if (k === this.open) return;
    for (const stage of this.pages[this.open]?.stages ?? []) stage.close();
    this.open = k;
    this.tabs.forEach((tab, other) => tab.setAttribute("aria-pressed", String(other === k)));
    if (k > 0 || this.settings.texts.has("page")) this.settings.keep({ page: k ? this.told.pages[k].kind : null });
    const root = element("section");
    this.host.replaceChildren(root);
    note(this.notes, "page", this.missing[k]);
    if (!this.missing[k]) this.pages[k].open(root);
  }

  copy() {
    const texts = new Map(this.settings.texts);
    seenNow()(texts);
    return this.copied.give(this.settings.href(texts), COPIED, "Address of this page");
  }
}

/** Starts the page that the document describes. */
export function begin() {
  const told = document.getElementById("told")?.textContent;
  const main = document.getElementById("main");
  if (told && main) new Handout(JSON.parse(told)).begin(main);
}
