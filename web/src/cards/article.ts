/**
 * A part of the theory page: text as HTML from Python, with links to lessons, words of the glossary, and folds, all of
 * which are unfolded for printing.
 */

import { createMount } from "../host/mounting.ts";
import { Cards } from "./cards.ts";

class Article extends Cards {
  constructor(root: HTMLElement) {
    super(root);
    this.list.classList.add("theory");
    bindArticle(this.list);
  }
}

/**
 * Lets Escape hide the meaning of a word until it is pointed at or focused again, and unfolds all for printing.
 * @param root of the text
 */
export function bindArticle(root: HTMLElement) {
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape") tipOf(event)?.classList.add("theory-away");
  });
  for (const kind of ["focusin", "pointerover"])
    root.addEventListener(kind, (event) => tipOf(event)?.classList.remove("theory-away"));
  window.addEventListener("beforeprint", () => {
    for (const fold of root.querySelectorAll("details")) fold.open = true;
  });
}

/** The meaning of the word that an event is about. */
const tipOf = (event: Event): Element | null | undefined =>
  (event.target as Element).closest(".theory-word")?.nextElementSibling;

export default createMount(Article);
