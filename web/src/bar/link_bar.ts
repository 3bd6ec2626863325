/**
 * Link and view: copies the address of the page in its present state, and offers the view settings for teaching.
 */

import { button, element } from "../base/dom.ts";
import { EchoFilter } from "../base/echo_filter.ts";
import { joinSentences, translate } from "../base/translate.ts";
import { address, isScriptRunning } from "../host/host.ts";
import { createMount } from "../host/mounting.ts";
import { watchReconnection } from "../host/reconnection.ts";
import { addressWithState, embedCode, isLocalAddress } from "./address_text.ts";
import { Clipboard, captureLinkState } from "./clipboard.ts";
import type { SendMessage } from "../host/host.ts";
import type { OutgoingMessages } from "../messages.ts";

const COPIED_TEXT = translate("Link copied.");
const EMBED_COPIED = translate("Embed code copied.");
const LOCAL_TEXT = translate(
  "This address works only on this machine. To share it, start the app with --server.address 0.0.0.0 and open it by this machine’s IP address.",
);

// milliseconds; browsers allow copying only for some seconds after a click
const [POLL_INTERVAL, MAX_WAIT] = [50, 1500];

/** Of a control that can be hidden; `on`: it is hidden. */
type HideableControl = { id: string; title: string; on: boolean };

export class LinkBar {
  header = {} as OutgoingMessages["link_bar"]["header"];
  sendMessage: SendMessage = () => {};
  /** What was sent to Python: the names, separated by commas, and the size. */
  sentFilters: [EchoFilter<string>, EchoFilter<boolean>] = [new EchoFilter(), new EchoFilter()];
  languageButtons = element("div", { class: "lp-switches" });
  clipboard = new Clipboard();
  copyButton = button(translate("Copy link"), () => this.copyLink());
  viewButton = button(translate("View"), () => this.togglePanel(), {
    "aria-expanded": "false",
    "aria-controls": "lb-panel",
  });
  presenterBox = element("input", { type: "checkbox", onchange: () => this.sendPresenter() });
  names = element("div", { class: "lb-names" });
  localNote = element("p", { class: "lp-note" }, LOCAL_TEXT);
  panel = element(
    "div",
    { class: "lb-panel", id: "lb-panel", role: "group", "aria-label": translate("Link and view"), hidden: true },
    element("label", {}, this.presenterBox, element("span", {}, translate("Presenter size: larger type and marks"))),
    element("fieldset", {}, element("legend", {}, translate("Language")), this.languageButtons),
    element("fieldset", {}, element("legend", {}, translate("Hide on this page, and in its link")), this.names),
    element(
      "p",
      { class: "lp-note" },
      ...codeElements(translate("In a link, the names in brackets follow `hide=`, separated by commas.")),
    ),
    element(
      "div",
      { class: "lp-switches" },
      button(translate("Copy embed code"), () => this.copyEmbedCode()),
      button(translate("Show everything"), () => this.showAll()),
    ),
    element(
      "p",
      { class: "lp-note" },
      ...codeElements(
        translate(
          "The embed code is HTML for a course page: it shows this page without navigation (`embed=1`). A page of another site may show it if the server was started with that site in `AAE_EMBED_IN`.",
        ),
      ),
    ),
    this.localNote,
  );
  root = element(
    "div",
    { class: "lp lb", onkeydown: (event) => this.handleKey(event) },
    element("div", { class: "lb-row" }, this.clipboard.status, this.copyButton, this.viewButton),
    this.clipboard.manualCopy,
    this.panel,
  );
  closeOnOutsideClick = (event: Event) => event.composedPath().includes(this.root) || this.togglePanel(false);
  endWatch: () => void;

  constructor(root: HTMLElement) {
    document.addEventListener("pointerdown", this.closeOnOutsideClick);
    this.endWatch = watchReconnection(document, () => this.sendMessage("reconnected", {}));
    root.append(this.root);
  }

  close() {
    document.removeEventListener("pointerdown", this.closeOnOutsideClick);
    this.endWatch();
    this.clipboard.close();
  }

  update({ header }: OutgoingMessages["link_bar"]) {
    this.header = header;
    if (this.sentFilters[1].isNewValue(header.presenter)) this.presenterBox.checked = header.presenter;
    this.localNote.hidden = !isLocalAddress(address.href());
    this.showNames(header.names);
    this.showLanguages();
    this.restoreEmbedSetting();
  }

  setNote(_: string, sentence: string) {
    this.clipboard.announce(sentence);
  }

  /** A checkbox for each name that the page has. */
  showNames(names: HideableControl[]) {
    const content = names.map(({ id }) => id).join();
    const isOther = this.names.dataset.content !== content;
    const isNewChoice = this.sentFilters[0].isNewValue(
      names
        .filter(({ on }) => on)
        .map(({ id }) => id)
        .join(),
    );
    if (isOther) {
      this.names.dataset.content = content;
      this.names.replaceChildren(
        ...names.map(({ id, title }) => {
          const input = element("input", { type: "checkbox", value: id, onchange: () => this.sendHidden() });
          return element("label", {}, input, element("span", {}, `${title} `, element("small", {}, `(${id})`)));
        }),
      );
    }
    if (!isOther && !isNewChoice) return; // an echo; the user may have changed more since
    const hidden = new Set(names.filter(({ on }) => on).map(({ id }) => id));
    for (const input of this.names.querySelectorAll("input"))
      input.checked = hidden.has(input.getAttribute("value") ?? "");
  }

  /** A button for each language, named in the language itself; that of the page is pressed. */
  showLanguages() {
    const { languages, language } = this.header;
    if (!this.languageButtons.children.length)
      this.languageButtons.append(
        ...languages.map(({ code, name }) => button(name, () => this.openInLanguage(code), { lang: code })),
      );
    for (const languageButton of this.languageButtons.querySelectorAll("button"))
      languageButton.setAttribute("aria-pressed", String(languageButton.getAttribute("lang") === language));
    document.documentElement.lang = language;
  }

  /**
   * Loads the page anew in a language, since the modules that the page has loaded speak one language only.
   * @param language its code
   */
  openInLanguage(language: string) {
    address.open(addressWithState(address.href(), (query) => query.set("lang", language)));
  }

  sendHidden() {
    const names = [...this.names.querySelectorAll("input")].filter(({ checked }) => checked).map(({ value }) => value);
    this.sentFilters[0].noteSent(names.join());
    this.sendMessage("hide", { names });
  }

  showAll() {
    for (const input of this.names.querySelectorAll("input")) input.checked = false;
    this.sendHidden();
  }

  sendPresenter() {
    const presenter = this.presenterBox.checked;
    this.sentFilters[1].noteSent(presenter);
    this.sendMessage("size", { presenter });
  }

  /**
   * Restores `embed` in the address, which a change of page removes; without it, a reload would show the navigation.
   */
  restoreEmbedSetting() {
    const url = new URL(address.href());
    if (!this.header.embedded || url.searchParams.has("embed")) return;
    url.searchParams.set("embed", "1");
    address.put(url);
  }

  // Actions -----------------------------------------------------------------------------------------------------------

  /**
   * The address of the present state; it waits for Python's script to end, which rewrites the address piece by piece.
   */
  async currentAddress(): Promise<string> {
    const writeState = captureLinkState();
    for (let milliseconds = 0; milliseconds < MAX_WAIT && isScriptRunning(); milliseconds += POLL_INTERVAL)
      await new Promise((resolve) => window.setTimeout(resolve, POLL_INTERVAL));
    return addressWithState(address.href(), writeState);
  }

  async copyLink() {
    return this.clipboard.copyText(
      await this.currentAddress(),
      joinSentences(COPIED_TEXT, this.header.left_out),
      translate("Address of this page"),
    );
  }

  async copyEmbedCode() {
    return this.clipboard.copyText(
      embedCode(await this.currentAddress(), document.title),
      EMBED_COPIED,
      translate("Embed code of this page"),
    );
  }

  togglePanel(open = this.panel.hidden) {
    this.panel.hidden = !open;
    this.viewButton.setAttribute("aria-expanded", String(open));
    if (!open) this.clipboard.hideField();
  }

  handleKey(event: KeyboardEvent) {
    event.stopPropagation(); // Streamlit has keys of its own
    if (event.key !== "Escape" || (this.panel.hidden && this.clipboard.manualCopy.hidden)) return;
    const wasOpen = !this.panel.hidden;
    this.togglePanel(false);
    (wasOpen ? this.viewButton : this.copyButton).focus();
  }
}

/** A text as nodes; what stands between backticks is code. */
const codeElements = (text: string): (string | HTMLElement)[] =>
  text.split("`").map((part, k) => (k % 2 ? element("code", {}, part) : part));

export default createMount(LinkBar);
