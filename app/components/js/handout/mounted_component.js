/**
 * A component on a page without a server: it receives messages from here, and sends its own to here instead of to
 * Python.
 */

import { memoizeLast } from "../base/memoize.js";
import { element } from "../base/dom.js";

/** @typedef {(component: import("../host/host.js").Component) => () => void} Mount */
/** @typedef {import("../host/host.js").IncomingMessages} IncomingMessages */
/**
 * A message to Python: its kind and value.
 * @typedef {{[K in keyof IncomingMessages]: [kind: K, value: IncomingMessages[K]]}[keyof IncomingMessages]} ComponentMessage
 */

/** The document's style sheet, for components with shadow roots. */
const documentStyleSheet = memoizeLast(() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(document.getElementById("style")?.textContent ?? "");
  return sheet;
});

export class MountedComponent {
  /**
   * @param {HTMLElement} parent to which it is added
   * @param {Mount} mount
   * @param {(...message: ComponentMessage) => void} onMessage called with its messages
   */
  constructor(parent, mount, onMessage) {
    this.mount = mount;
    this.onMessage = onMessage;
    this.host = element("div", { "data-part": true });
    this.root = this.host.attachShadow({ mode: "open" });
    this.root.adoptedStyleSheets = [documentStyleSheet()];
    parent.append(this.host);
    this.unmount = () => {};
  }

  /**
   * Sends it a message.
   * @param {import("../base/wire.js").Message} message
   * @param {object} changes of the header
   */
  sendMessage({ header, fields }, changes) {
    if (!this.host.isConnected) return; // closed while the message was on its way, or by what was sent last
    const data = { header: { ...header, ...changes }, fields };
    // asynchronous, as in the app
    const setStateValue = (/** @type {string} */ kind, /** @type {object} */ value) =>
      void window.setTimeout(() => this.onMessage(.../** @type {ComponentMessage} */ ([kind, value])));
    this.unmount = this.mount({ data, parentElement: this.root, setStateValue });
  }

  close() {
    this.host.remove();
    this.unmount();
  }
}
