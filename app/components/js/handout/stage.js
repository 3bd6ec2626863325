/**
 * A component on a page without a server: what Python does in the app, to hand it messages and to hear it, is done here.
 */

import { element } from "../base/dom.js";

/** @typedef {(component: import("../host/host.js").Component) => () => void} Mount */
/** @typedef {{[name: string]: any}} Header */

const PREFIX = 8; // bytes before the header: `base/wire.js`

/** @type {CSSStyleSheet | undefined} */
let sheet;

/** The document's style, for the parts that have roots of their own. */
function style() {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(document.getElementById("style")?.textContent ?? "");
  }
  return sheet;
}

/** @param {ArrayBuffer} message @returns {Header} */
export function headerOf(message) {
  const length = new DataView(message).getUint32(0, true);
  return JSON.parse(new TextDecoder().decode(new Uint8Array(message, PREFIX, length)));
}

/** A message with another header. @param {ArrayBuffer} message @param {Header} header @returns {Uint8Array} */
function withHeader(message, header) {
  const rest = new Uint8Array(message, PREFIX + new DataView(message).getUint32(0, true));
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = 8 * Math.ceil(text.length / 8);
  const made = new Uint8Array(PREFIX + length + rest.length).fill(32, PREFIX, PREFIX + length);
  new DataView(made.buffer).setUint32(0, length, true);
  made.set(text, PREFIX);
  made.set(rest, PREFIX + length);
  return made;
}

export class Stage {
  /** @param {HTMLElement} host where it stands @param {Mount} mount @param {(kind: string, value: any) => void} hear */
  constructor(host, mount, hear) {
    this.host = host;
    this.mount = mount;
    this.hear = hear;
    this.part = element("div", { "data-part": true });
    this.root = this.part.attachShadow({ mode: "open" });
    this.root.adoptedStyleSheets = [style()];
    host.append(this.part);
    this.leave = () => {};
  }

  /** Hands it a message, with other values of the header. @param {ArrayBuffer} message @param {Header} changes */
  show(message, changes) {
    const data = withHeader(message, { ...headerOf(message), ...changes });
    // what a part tells is answered after it has ended what it does, as in the app
    const setStateValue = (/** @type {string} */ kind, /** @type {object} */ value) => void window.setTimeout(() => this.hear(kind, value));
    this.leave = this.mount({ data, parentElement: /** @type {any} */ (this.root), setStateValue });
  }

  close() {
    this.part.remove();
    this.leave();
  }
}
