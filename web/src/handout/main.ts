/**
 * A page without a server: it shows the content of the document, and keeps its state in the address after the #.
 */

import { button, element, setNote } from "../base/dom.ts";
import { translate } from "../base/translate.ts";
import { Clipboard, captureLinkState } from "../bar/clipboard.ts";
import { address } from "../host/host.ts";
import { ComparePage } from "./compare_page.ts";
import { ExplorePage } from "./explore_page.ts";
import { missingFileSentence } from "./missing_file.ts";
import { Settings, choiceParser } from "./settings.ts";
import { StylePage } from "./style_page.ts";
import type { DocumentPage } from "./page.ts";

const COPIED_TEXT = translate("Link copied. It opens this state wherever this file is stored under the same address.");

/** What all kinds of pages have in common. */
type Page = { kind: string; title: string };
/** lacks: sentences about what the file lacks; holds: their heading */
export type DocumentDescription = { pages: Page[]; lacks: string[]; holds?: string };
type Part = DocumentPage<unknown> & { prepare: () => Promise<void>; open: (root: HTMLElement) => void };
/** The classes of pages by kind. */
type Kinds = { [kind: string]: new (description: never, settings: Settings) => Part };

export const KINDS: Kinds = { explore: ExplorePage, style: StylePage, compare: ComparePage };

export class Handout {
  description: DocumentDescription;
  settings: Settings;
  clipboard = new Clipboard();
  notes = element("div", { class: "lp lp-notes", role: "status" });
  host = element("div", {});
  pages: Part[];
  tabs: HTMLButtonElement[];
  openIndex = -1;
  /** Why each page cannot be opened, "" if it can. */
  errors: string[] = [];
  colourScheme = window.matchMedia("(prefers-color-scheme: dark)");
  redraw = () => void (this.errors[this.openIndex] || this.pages[this.openIndex]?.show());

  /** @param settings if the address holds more than this document's settings */
  constructor(description: DocumentDescription, settings: Settings = new Settings(), kinds: Kinds = KINDS) {
    this.description = description;
    this.settings = settings;
    this.pages = description.pages.map((page) => new kinds[page.kind](page as never, this.settings));
    this.tabs = description.pages.map(({ title }, k) =>
      button(title, () => this.openPage(k), { "aria-pressed": "false" }),
    );
  }

  /**
   * Draws the page in `root` and in the element "bar", in place of what they hold: a copy that a browser saved holds what
   * was drawn before.
   */
  async start(root: HTMLElement) {
    const { description, settings, clipboard } = this;
    const barPlace = document.getElementById("bar");
    barPlace?.replaceChildren();
    root.replaceChildren(this.notes);
    this.errors = await Promise.all(this.pages.map((page) => page.prepare().then(() => "", missingFileSentence)));
    if (this.errors.some(Boolean)) settings.keepsUnread = true;
    settings.register("page", choiceParser(description.pages.map(({ kind }) => kind)));
    setNote(this.notes, "address", settings.readAddress());
    const linkRow = element(
      "div",
      { class: "lb-row" },
      clipboard.status,
      button(translate("Copy link"), () => this.copyLink()),
    );
    const bar = element(
      "div",
      { class: "lp lb ho-bar" },
      ...(description.pages.length > 1
        ? [element("nav", { class: "lp-switches", "aria-label": translate("Pages") }, ...this.tabs)]
        : []),
      ...(address.href() ? [linkRow, clipboard.manualCopy] : []),
    );
    const footer = element(
      "footer",
      { class: "lp ho-foot" },
      element("h2", {}, description.holds ?? translate("What this file holds")),
      ...description.lacks.map((sentence) => element("p", {}, sentence)),
    );
    (barPlace ?? root).append(bar);
    document.getElementById("how")?.removeAttribute("hidden"); // the instructions apply from now on
    root.append(this.host, footer);
    this.colourScheme.addEventListener("change", this.redraw);
    const chosenKind = settings.get("page");
    this.openPage(
      Math.max(
        0,
        description.pages.findIndex(({ kind }) => kind === chosenKind),
      ),
    );
  }

  openPage(k: number) {
    if (k === this.openIndex) return;
    for (const stage of this.pages[this.openIndex]?.components ?? []) stage.close();
    this.openIndex = k;
    this.tabs.forEach((tab, index) => tab.setAttribute("aria-pressed", String(index === k)));
    if (k > 0 || this.settings.texts.has("page"))
      this.settings.setTexts({ page: k ? this.description.pages[k].kind : null });
    const root = element("section");
    this.host.replaceChildren(root);
    setNote(this.notes, "page", this.errors[k]);
    if (!this.errors[k]) this.pages[k].open(root);
  }

  /** Takes the components away. */
  close() {
    this.colourScheme.removeEventListener("change", this.redraw);
    for (const component of this.pages[this.openIndex]?.components ?? []) component.close();
  }

  copyLink() {
    const texts = new Map(this.settings.texts);
    captureLinkState()(texts);
    return this.clipboard.copyText(this.settings.href(texts), COPIED_TEXT, translate("Address of this page"));
  }
}

/** Loads the page again when the user edits the address. */
export const followAddress = () => window.addEventListener("hashchange", () => window.location.reload());

/** Starts the page that the document describes. */
export function begin() {
  followAddress();
  const text = document.getElementById("page-data")?.textContent;
  const main = document.getElementById("main");
  if (text && main) new Handout(JSON.parse(text)).start(main);
}
