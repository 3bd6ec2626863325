/**
 * Copying an address to the clipboard, with the present state of the page's components.
 */

import { element } from "../base/dom.js";
import { page } from "../base/events.js";

const REFUSED = "The browser does not allow copying. The text is selected: press Ctrl + C, or ⌘ + C on a Mac.";

/** Records the present state; the returned function writes it into a query later. @returns {(query: import("../plane/kept.js").Query) => void} */
export function seenNow() {
  /** @type {[("set" | "delete"), ...any][]} */
  const said = [];
  const note = (/** @type {"set" | "delete"} */ act) => (/** @type {string[]} */ ...what) => said.push([act, ...what]);
  page.emit("link", { query: { set: note("set"), delete: note("delete") } });
  return (query) => said.forEach(([act, name, text]) => query[act](name, text));
}

export class Copied {
  said = element("span", { class: "lb-said", role: "status" });
  field = element("textarea", { class: "lb-field", rows: 3, readonly: true, spellcheck: "false" });
  byHand = element("div", { class: "lb-hand", hidden: true }, this.field);

  close() {
    window.clearTimeout(this.fading);
  }

  /** Copies a text to the clipboard or, if that is refused, shows it selected in a field. @param {string} text @param {string} done @param {string} name */
  async give(text, done, name) {
    try {
      await navigator.clipboard.writeText(text); // pages without https, except on this machine, have no clipboard
      this.byHand.hidden = true;
      this.speak(done);
    } catch {
      this.field.value = text;
      this.field.setAttribute("aria-label", name);
      this.byHand.hidden = false;
      this.field.focus();
      this.field.select();
      this.speak(REFUSED);
    }
  }

  /** Shows a sentence, which disappears after a while unless the user has to act. @param {string} sentence */
  speak(sentence) {
    window.clearTimeout(this.fading);
    this.said.textContent = "";
    this.fading = window.setTimeout(() => {
      this.said.textContent = sentence; // with a delay, so that screen readers repeat the same words
      if (sentence !== REFUSED) this.fading = window.setTimeout(() => (this.said.textContent = ""), 6000);
    }, 60);
  }

  /** Hides the field and the sentence about it. */
  fold() {
    this.byHand.hidden = true;
    if (this.said.textContent === REFUSED) this.said.textContent = "";
  }
}
