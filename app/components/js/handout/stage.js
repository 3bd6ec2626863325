/**
 * A component on a page without a server: what Python does in the app, to hand it messages and to hear it, is done here.
 */

import { made } from "../base/anew.js";
import { element } from "../base/dom.js";

/** @typedef {(component: import("../host/host.js").Component) => () => void} Mount */
/** @typedef {import("../host/host.js").Heard} Heard */
/** A kind of message with one of that kind. @typedef {{[K in keyof Heard]: [kind: K, value: Heard[K]]}[keyof Heard]} Telling */

/** The document's style, for the parts that have roots of their own. */
const style = made(() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(document.getElementById("style")?.textContent ?? "");
  return sheet;
});

export class Stage {
  /** @param {HTMLElement} host where it stands @param {Mount} mount @param {(...told: Telling) => void} hear */
  constructor(host, mount, hear) {
    this.mount = mount;
    this.hear = hear;
    this.part = element("div", { "data-part": true });
    this.root = this.part.attachShadow({ mode: "open" });
    this.root.adoptedStyleSheets = [style()];
    host.append(this.part);
    this.leave = () => {};
  }

  /** Hands it a message, with other values of the header. @param {import("../base/wire.js").Message} message @param {object} changes */
  show({ header, fields }, changes) {
    const data = { header: { ...header, ...changes }, fields };
    // what a part tells is answered after it has ended what it does, as in the app
    const setStateValue = (/** @type {string} */ kind, /** @type {object} */ value) => void window.setTimeout(() => this.hear(.../** @type {Telling} */ ([kind, value])));
    this.leave = this.mount({ data, parentElement: /** @type {any} */ (this.root), setStateValue });
  }

  close() {
    this.part.remove();
    this.leave();
  }
}
