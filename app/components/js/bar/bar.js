/**
 * Link and view: copies the address of the page in its present state, and offers the view settings for teaching.
 */

import { button, element } from "../base/dom.js";
import { Echo } from "../base/echo.js";
import { address, running } from "../host/host.js";
import { mounting } from "../host/mounting.js";
import { addressOf, frameOf, isLocal } from "./address.js";
import { Copied, seenNow } from "./copied.js";

const COPIED = "Link copied.";
const FRAMED = "Embed code copied.";
const LOCAL = "This address works only on this machine. To share it, start the app with --server.address 0.0.0.0 and open it by this machine’s IP address.";

const [STEP, LONGEST] = [50, 1500]; // milliseconds; browsers allow copying only for some seconds after a click

/** @typedef {{id: string, title: string, on: boolean}} Name of a control that can be hidden; `on`: it is hidden */

export class Bar {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.header = /** @type {import("../../messages.js").Sent["link_bar"]["header"]} */ ({});
    /** @type {import("../host/host.js").Tell} */
    this.tell = () => {};
    /** What was sent to Python: the names, separated by commas, and the size. @type {[Echo<string>, Echo<boolean>]} */
    this.told = [new Echo(), new Echo()];
    this.copied = new Copied();
    this.copy = button("Copy link", () => this.copyLink());
    this.opener = button("View", () => this.toggle(), { "aria-expanded": "false", "aria-controls": "lb-panel" });
    this.large = element("input", { type: "checkbox", onchange: () => this.enlarge() });
    this.names = element("div", { class: "lb-names" });
    this.local = element("p", { class: "lp-said" }, LOCAL);
    this.panel = element("div", { class: "lb-panel", id: "lb-panel", role: "group", "aria-label": "Link and view", hidden: true },
      element("label", {}, this.large, element("span", {}, "Presenter size: larger type and marks")),
      element("fieldset", {}, element("legend", {}, "Hide on this page, and in its link"), this.names),
      element("p", { class: "lp-said" }, "In a link, the names in brackets follow ", element("code", {}, "hide="), ", separated by commas."),
      element("div", { class: "lp-switches" }, button("Copy embed code", () => this.copyFrame()), button("Show everything", () => this.showAll())),
      element("p", { class: "lp-said" }, "The embed code is HTML for a course page: it shows this page without navigation (", element("code", {}, "embed=1"), "). A page of another site may show it if the server was started with that site in ", element("code", {}, "AAE_EMBED_IN"), "."),
      this.local); // prettier-ignore
    this.root = element("div", { class: "lp lb", onkeydown: (event) => this.key(event) }, element("div", { class: "lb-row" }, this.copied.said, this.copy, this.opener), this.copied.byHand, this.panel);
    this.away = (/** @type {Event} */ event) => event.composedPath().includes(this.root) || this.toggle(false);
    document.addEventListener("pointerdown", this.away);
    root.append(this.root);
  }

  close() {
    document.removeEventListener("pointerdown", this.away);
    this.copied.close();
  }

  /** @param {import("../../messages.js").Sent["link_bar"]} message */
  update({ header }) {
    this.header = header;
    if (this.told[1].isNews(header.presenter)) this.large.checked = header.presenter;
    this.local.hidden = !isLocal(address.href());
    this.list(header.names);
    this.stayEmbedded();
  }

  /** @param {string} _ @param {string} sentence */
  say(_, sentence) {
    this.copied.speak(sentence);
  }

  /** A checkbox for each name that the page has. @param {Name[]} names */
  list(names) {
    const content = names.map(({ id }) => id).join();
    const other = this.names.dataset.content !== content;
    const news = this.told[0].isNews(names.filter(({ on }) => on).map(({ id }) => id).join());
    if (other) {
      this.names.dataset.content = content;
      this.names.replaceChildren(...names.map(({ id, title }) => {
        const input = element("input", { type: "checkbox", value: id, onchange: () => this.hide() });
        return element("label", {}, input, element("span", {}, `${title} `, element("small", {}, `(${id})`)));
      })); // prettier-ignore
    }
    if (!other && !news) return; // an echo; the user may have changed more since
    for (const { id, on } of names) this.names.querySelector(`input[value="${id}"]`).checked = on;
  }

  hide() {
    const names = [...this.names.querySelectorAll("input")].filter(({ checked }) => checked).map(({ value }) => value);
    this.told[0].tell(names.join());
    this.tell("hide", { names });
  }

  showAll() {
    for (const input of this.names.querySelectorAll("input")) input.checked = false;
    this.hide();
  }

  enlarge() {
    const presenter = this.large.checked;
    this.told[1].tell(presenter);
    this.tell("size", { presenter });
  }

  /** Restores `embed` in the address, which a change of page removes; without it, a reload would show the navigation. */
  stayEmbedded() {
    const url = new URL(address.href());
    if (!this.header.embedded || url.searchParams.has("embed")) return;
    url.searchParams.set("embed", "1");
    address.put(url);
  }

  // Actions ------------------------------------------------------------------------------------------------------------

  /** The address of the present state; it waits for Python's script to end, which rewrites the address piece by piece. */
  async address() {
    const write = seenNow();
    for (let waited = 0; waited < LONGEST && running(); waited += STEP) await new Promise((done) => window.setTimeout(done, STEP));
    return addressOf(address.href(), write);
  }

  async copyLink() {
    return this.copied.give(await this.address(), [COPIED, this.header.left_out].filter(Boolean).join(" "), "Address of this page");
  }

  async copyFrame() {
    return this.copied.give(frameOf(await this.address(), document.title), FRAMED, "Embed code of this page");
  }

  toggle(open = this.panel.hidden) {
    this.panel.hidden = !open;
    this.opener.setAttribute("aria-expanded", String(open));
    if (!open) this.copied.fold();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    event.stopPropagation(); // Streamlit has keys of its own
    if (event.key !== "Escape" || (this.panel.hidden && this.copied.byHand.hidden)) return;
    const open = !this.panel.hidden;
    this.toggle(false);
    (open ? this.opener : this.copy).focus();
  }
}

export default mounting(Bar);
