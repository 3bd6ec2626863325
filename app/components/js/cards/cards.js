/**
 * Cards to choose from: links in HTML from Python. A plain click on a card is sent to Python, which changes the page
 * without loading it again; with a key held, or in another tab, the link works as any other.
 */

import { element, setNote } from "../base/dom.js";
import { createMount } from "../host/mounting.js";
import { markProgress, progressToResume } from "../lessons/progress.js";

export class Cards {
  /** @param {HTMLElement} root */
  constructor(root) {
    /** @type {import("../host/host.js").SendMessage} */
    this.sendMessage = () => {};
    this.html = "";
    this.notes = element("div", { class: "lp-notes", role: "status" });
    this.list = element("div", { onclick: (event) => this.onClick(event) });
    this.root = element("div", { class: "lp lp-cards" }, this.notes, this.list);
    root.append(this.root);
  }

  /**
   * Sets the one sentence about a subject above the cards.
   * @param {string} subject
   * @param {string} sentence
   */
  setNote(subject, sentence) {
    setNote(this.notes, subject, sentence);
  }

  /** @param {import("../../messages.js").OutgoingMessages["cards"]} message */
  update({ header: { html } }) {
    if (html === this.html) return;
    this.html = html;
    // a parsed document runs no scripts
    this.list.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
    markProgress(this.list);
  }

  /** @param {MouseEvent} event */
  onClick(event) {
    const link = /** @type {Element} */ (event.target).closest("a[data-choose]");
    const opensElsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button > 0;
    if (!link || opensElsewhere) return;
    event.preventDefault();
    const name = link.getAttribute("data-choose") ?? "";
    const savedProgress = progressToResume(name);
    this.sendMessage("choose", { name, page: savedProgress?.page ?? null, reached: savedProgress?.reached ?? [] });
  }
}

export default createMount(Cards);
