/**
 * The choice of the column that colours the codes of the page's planes. The planes that can fetch its groups are drawn
 * with them at once; Python is told afterwards.
 */

import { element, optionElements } from "../base/dom.ts";
import { EchoFilter } from "../base/echo_filter.ts";
import { pageEvents } from "../base/events.ts";
import { createChangeDetector } from "../base/memoize.ts";
import { translate } from "../base/translate.ts";
import { createMount } from "../host/mounting.ts";
import type { OutgoingMessages } from "../messages.ts";
import type { SendMessage } from "../host/host.ts";
import type { UrlQuery } from "../base/event_types.ts";

type ColourSelectMessage = OutgoingMessages["colour_select"];

const URL_NAME = "colour"; // in links

export class ColourSelect {
  header = {
    v: 1,
    options: [],
    likely: [],
    chosen: "",
    default: "",
  } as ColourSelectMessage["header"];
  sendMessage: SendMessage = () => {};
  haveOptionsChanged = createChangeDetector();
  /** The columns that were sent to Python. */
  echoFilter: EchoFilter<string> = new EchoFilter();
  /** The chosen column until Python is told of it. */
  pendingColumn: string | null = null;
  select = element("select", {
    "aria-label": translate("Colour of the codes"),
    onpointerenter: () => this.announce(),
    onfocus: () => this.announce(),
    onchange: () => this.choose(String(this.header.options[this.select.selectedIndex].value)),
  });
  stopListening: () => void;

  constructor(root: HTMLElement) {
    root.append(element("div", { class: "lp cs" }, this.select));
    this.stopListening = pageEvents.on("link", ({ query }) => this.writeLink(query));
  }

  close() {
    this.stopListening();
  }

  /** A failure, which Python's message shows. */
  setNote() {}

  update({ header }: ColourSelectMessage) {
    this.header = header;
    const { options, chosen } = header;
    const haveOptionsChanged = this.haveOptionsChanged(JSON.stringify(options));
    if (haveOptionsChanged) this.select.replaceChildren(...optionElements(options.map(({ title }) => title)));
    const isNewColumn = this.echoFilter.isNewValue(chosen);
    if (isNewColumn) this.pendingColumn = null; // a link or another page has chosen meanwhile
    if (!isNewColumn && !haveOptionsChanged) return;
    const isOffered = (column: string | null) => options.some(({ value }) => value === column);
    if (!isOffered(this.pendingColumn)) this.pendingColumn = null;
    const sentColumn = this.echoFilter.latest ?? chosen;
    const shownColumn = this.pendingColumn ?? (isOffered(sentColumn) ? sentColumn : chosen);
    this.select.selectedIndex = options.findIndex(({ value }) => value === shownColumn);
  }

  /** A choice is about to be made. */
  announce() {
    pageEvents.emit("colours", { columns: this.header.likely });
  }

  /** Colours the codes, and tells Python once the planes have the groups or will wait for Python's message. */
  async choose(column: string) {
    this.pendingColumn = column;
    const promises: Promise<unknown>[] = [];
    pageEvents.emit("colour", { column, promises });
    await Promise.allSettled(promises);
    if (this.pendingColumn === column) this.sendPending();
  }

  /** Tells Python of the chosen column at once. */
  sendPending() {
    const column = this.pendingColumn;
    this.pendingColumn = null;
    if (column === null) return;
    this.echoFilter.noteSent(column);
    this.sendMessage("colour", { text: column });
  }

  /** Writes a choice of which Python does not know yet into a link. */
  writeLink(query: UrlQuery) {
    if (this.pendingColumn === null) return;
    if (this.pendingColumn === this.header.default) query.delete(URL_NAME);
    else query.set(URL_NAME, this.pendingColumn);
  }
}

export default createMount(ColourSelect);
