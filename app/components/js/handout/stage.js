/**
 * A component on a page without a server: it receives messages from here, and sends its own to here instead of to Python.
 */

import { made } from "../base/anew.js";
import { element } from "../base/dom.js";

/** @typedef {(component: import("../host/host.js").Component) => () => void} Mount */
/** @typedef {import("../host/host.js").Heard} Heard */
/** A message to Python: its kind and value. @typedef {{[K in keyof Heard]: [kind: K, value: Heard[K]]}[keyof Heard]} Telling */

/** The document's style sheet, for components with shadow roots. */
const style = made(() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(document.getElementById("style")?.textContent ?? "");
  return sheet;
});

export class Stage {
  /** @param {HTMLElement} host to which it is added @param {Mount} mount @param {(...told: Telling) => void} hear called with its messages */
  constructor(host, mount, hear) {
    this.mount = mount;
    this.hear = hear;
    this.part = element("div", { "data-part": true });
    this.root = this.part.attachShadow({ mode: "open" });
    this.root.adoptedStyleSheets = [style()];
    host.append(this.part);
    this.leave = () => {};
  }

  /** Sends it a message. @param {import("../base/wire.js").Message} message @param {object} changes of the header */
  show({ header, fields }, changes) {
    if (!this.part.isConnected) return; // closed while the message was on its way, or by what was told last
    const data = { header: { ...header, ...changes }, fields };
    // asynchronous, as in the app
    const setStateValue = (/** @type {string} */ kind, /** @type {object} */ value) => void window.setTimeout(() => this.hear(.../** @type {Telling} */ ([kind, value])));
    this.leave = this.mount({ data, parentElement: /** @type {any} */ (this.root), setStateValue });
  }

  close() {
    this.part.remove();
    this.leave();
  }
}
