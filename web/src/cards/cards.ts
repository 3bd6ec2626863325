/**
 * Cards to choose from: links in HTML from Python. A plain click on a card is sent to Python, which changes the page
 * without loading it again; with a key held, or in another tab, the link works as any other.
 */

import { element, setNote } from "../base/dom.ts";
import { createMount } from "../host/mounting.ts";
import { markProgress, progressToResume } from "../lessons/progress.ts";
import type { SendMessage } from "../host/host.ts";
import type { OutgoingMessages } from "../messages.ts";

export class Cards {
  sendMessage: SendMessage = () => {};
  html = "";
  notes = element("div", { class: "lp-notes", role: "status" });
  list = element("div", { onclick: (event) => this.onClick(event) });
  root = element("div", { class: "lp lp-cards" }, this.notes, this.list);

  constructor(root: HTMLElement) {
    root.append(this.root);
  }

  /** Sets the one sentence about a subject above the cards. */
  setNote(subject: string, sentence: string) {
    setNote(this.notes, subject, sentence);
  }

  update({ header: { html } }: OutgoingMessages["cards"]) {
    if (html === this.html) return;
    this.html = html;
    // a parsed document runs no scripts
    this.list.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
    markProgress(this.list);
  }

  onClick(event: MouseEvent) {
    const link = (event.target as Element).closest("a[data-choose]");
    const opensElsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button > 0;
    if (!link || opensElsewhere) return;
    event.preventDefault();
    const name = link.getAttribute("data-choose") ?? "";
    const savedProgress = progressToResume(name);
    this.sendMessage("choose", { name, page: savedProgress?.page ?? null, reached: savedProgress?.reached ?? [] });
  }
}

export default createMount(Cards);
