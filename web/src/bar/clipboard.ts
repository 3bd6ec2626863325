/**
 * Copying an address to the clipboard, with the present state of the page's components.
 */

import { element } from "../base/dom.ts";
import { pageEvents } from "../base/events.ts";
import { translate } from "../base/translate.ts";
import type { UrlQuery } from "../base/event_types.ts";

const REFUSAL_TEXT = translate(
  "The browser does not allow copying. The text is selected: press Ctrl + C, or ⌘ + C on a Mac.",
);

/** Records the present state; the returned function writes it into a query later. */
export function captureLinkState(): (query: UrlQuery) => void {
  const changes: ((query: UrlQuery) => void)[] = [];
  const recorder = {
    set: (name: string, text: string) => changes.push((query) => query.set(name, text)),
    delete: (name: string) => changes.push((query) => query.delete(name)),
  };
  pageEvents.emit("link", { query: recorder });
  return (query) => changes.forEach((change) => change(query));
}

export class Clipboard {
  timer = 0;
  status = element("span", { class: "lb-note", role: "status" });
  field = element("textarea", { class: "lb-field", rows: 3, readonly: true, spellcheck: "false" });
  manualCopy = element("div", { class: "lb-hand", hidden: true }, this.field);

  close() {
    window.clearTimeout(this.timer);
  }

  /** Copies a text to the clipboard or, if that is refused, shows it selected in a field. */
  async copyText(text: string, confirmation: string, name: string) {
    try {
      await navigator.clipboard.writeText(text); // pages without https, except on this machine, have no clipboard
      this.manualCopy.hidden = true;
      this.announce(confirmation);
    } catch {
      this.field.value = text;
      this.field.setAttribute("aria-label", name);
      this.manualCopy.hidden = false;
      this.field.focus();
      this.field.select();
      this.announce(REFUSAL_TEXT);
    }
  }

  /** Shows a sentence, which disappears after a while unless the user has to act. */
  announce(sentence: string) {
    window.clearTimeout(this.timer);
    this.status.textContent = "";
    this.timer = window.setTimeout(() => {
      this.status.textContent = sentence; // with a delay, so that screen readers repeat the same words
      if (sentence !== REFUSAL_TEXT) this.timer = window.setTimeout(() => (this.status.textContent = ""), 6000);
    }, 60);
  }

  /** Hides the field and the sentence about it. */
  hideField() {
    this.manualCopy.hidden = true;
    if (this.status.textContent === REFUSAL_TEXT) this.status.textContent = "";
  }
}
