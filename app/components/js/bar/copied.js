/**
 * An address for the clipboard: what the page's parts show at this moment, and how it is handed over.
 */

import { element } from "../base/dom.js";
import { page } from "../base/events.js";

const REFUSED = "The browser does not allow copying. The text is selected: press Ctrl + C, or ⌘ + C on a Mac.";

/** What is seen now, to be written into the settings of an address later. @returns {(query: import("../plane/kept.js").Query) => void} */
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

  /** Into the clipboard, or where that is refused into a field, selected. @param {string} text @param {string} done @param {string} name */
  async give(text, done, name) {
    try {
      await navigator.clipboard.writeText(text); // an address of the network without https has no clipboard
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

  /** Said and seen; what needs no answer goes by itself. @param {string} sentence */
  speak(sentence) {
    window.clearTimeout(this.fading);
    this.said.textContent = "";
    this.fading = window.setTimeout(() => {
      this.said.textContent = sentence; // after a moment, or the same words are not spoken again
      if (sentence !== REFUSED) this.fading = window.setTimeout(() => (this.said.textContent = ""), 6000);
    }, 60);
  }

  /** The field goes, and what is said of it. */
  fold() {
    this.byHand.hidden = true;
    if (this.said.textContent === REFUSED) this.said.textContent = "";
  }
}
