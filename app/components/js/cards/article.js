/**
 * A part of the theory page: text as HTML from Python, with links to lessons, words of the glossary, and folds, all of
 * which are unfolded for printing.
 */

import { createMount } from "../host/mounting.js";
import { Cards } from "./cards.js";

class Article extends Cards {
  /** @param {HTMLElement} root */
  constructor(root) {
    super(root);
    this.list.classList.add("theory");
    bindArticle(this.list);
  }
}

/**
 * Lets Escape hide the meaning of a word until it is pointed at or focused again, and unfolds all for printing.
 * @param {HTMLElement} root of the text
 */
export function bindArticle(root) {
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape") tipOf(event)?.classList.add("theory-away");
  });
  for (const kind of ["focusin", "pointerover"])
    root.addEventListener(kind, (event) => tipOf(event)?.classList.remove("theory-away"));
  window.addEventListener("beforeprint", () => {
    for (const fold of root.querySelectorAll("details")) fold.open = true;
  });
}

/**
 * The meaning of the word that an event is about.
 * @param {Event} event
 * @returns {Element | null | undefined}
 */
const tipOf = (event) => /** @type {Element} */ (event.target).closest(".theory-word")?.nextElementSibling;

export default createMount(Article);
