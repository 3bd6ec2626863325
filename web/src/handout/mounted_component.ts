/**
 * A component on a page without a server: it receives messages from here, and sends its own to here instead of to
 * Python.
 */

import { element } from "../base/dom.ts";
import { pageStyleSheet } from "./style_sheet.ts";
import type { IncomingMessages } from "../messages.ts";
import type { Component } from "../host/host.ts";
import type { Message } from "../base/wire.ts";

type Mount = (component: Component) => () => void;
/** A message to Python: its kind and value. */
export type ComponentMessage = {
  [K in keyof IncomingMessages]: [kind: K, value: IncomingMessages[K]];
}[keyof IncomingMessages];

export class MountedComponent {
  mount: Mount;
  onMessage: (...message: ComponentMessage) => void;
  host = element("div", { "data-part": true });
  root = this.host.attachShadow({ mode: "open" });
  unmount: () => void;

  /**
   * @param parent to which it is added
   * @param onMessage called with its messages
   */
  constructor(parent: HTMLElement, mount: Mount, onMessage: (...message: ComponentMessage) => void) {
    this.mount = mount;
    this.onMessage = onMessage;
    this.root.adoptedStyleSheets = [pageStyleSheet()];
    parent.append(this.host);
    this.unmount = () => {};
  }

  /**
   * Sends it a message.
   * @param changes of the header
   */
  sendMessage({ header, fields }: Message, changes: object) {
    if (!this.host.isConnected) return; // closed while the message was on its way, or by what was sent last
    const data = { header: { ...header, ...changes }, fields };
    // asynchronous, as in the app
    const setStateValue = (kind: string, value: object) =>
      void window.setTimeout(() => this.onMessage(...([kind, value] as ComponentMessage)));
    this.unmount = this.mount({ data, parentElement: this.root, setStateValue });
  }

  close() {
    this.host.remove();
    this.unmount();
  }
}
