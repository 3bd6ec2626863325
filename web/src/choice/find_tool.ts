/**
 * Finding items by their ids, texts and file names: the first of them as buttons, and all as a selection.
 */

import { button, element } from "../base/dom.ts";
import { joinSentences, translate, translatePlural } from "../base/translate.ts";
import type { FindingPlane } from "./planes.ts";
import type { Tool } from "../base/planes.ts";

const SHOWN_ITEMS = 20; // buttons
const TYPING_PAUSE = 90; // milliseconds after the last key before the items are searched

class FindTool {
  plane: FindingPlane;
  /** The matching items: 1 for each. */
  matches: Uint8Array | null = null;
  timer = 0;
  field = element("input", {
    type: "search",
    class: "lp-search",
    placeholder: translate("A part of an id, text or file name"),
    "aria-label": translate("Find items"),
    oninput: () => this.scheduleSearch(),
    onkeydown: (event) => {
      if (event.key === "Enter") this.search();
      event.stopPropagation(); // the keys of the plane do not apply here
    },
  });
  status = element("p", { class: "lp-note", role: "status" });
  list = element("div", { class: "lp-found" });
  selectAll = button("", () => this.selectMatches(), { hidden: true });
  loadAgain = button(translate("Try again"), () => this.loadItemsAgain(), { hidden: true });

  constructor(plane: FindingPlane, section: HTMLElement) {
    this.plane = plane;
    section.append(this.field, this.status, this.loadAgain, this.list, this.selectAll);
    plane.events.on("data", () => this.search());
    plane.events.on("classes", () => this.search());
    plane.events.on("pictures", () => this.matches === null && this.search());
    plane.events.on("tool", ({ id, open }) => id === "find" && open && this.search());
    plane.events.on("close", () => window.clearTimeout(this.timer));
  }

  scheduleSearch() {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.search(), TYPING_PAUSE);
  }

  search() {
    window.clearTimeout(this.timer);
    const { items } = this.plane;
    const searchText = this.field.value.trim();
    this.matches = searchText ? items.find(searchText) : null;
    const indices = this.matches ? this.visibleIndices(this.matches) : [];
    this.list.replaceChildren(...indices.slice(0, SHOWN_ITEMS).map((k) => this.itemButton(k, searchText)));
    this.selectAll.hidden = indices.length === 0;
    this.selectAll.textContent = translate("Select all {count}", { count: indices.length.toLocaleString("en") });
    this.loadAgain.hidden = !items.error;
    this.status.textContent = this.statusText(searchText, indices.length);
  }

  /** Fetches the texts again, which could not be fetched before. */
  loadItemsAgain() {
    this.plane.items.loadAgain();
    this.search();
    this.field.focus(); // the button is gone
  }

  /** The matching codes that are visible. */
  visibleIndices(matches: Uint8Array): number[] {
    const indices = [];
    for (let k = 0; k < matches.length; k++) if (matches[k] && this.plane.isVisible(k)) indices.push(k);
    return indices;
  }

  /** @param count of the matching items */
  statusText(searchText: string, count: number): string {
    const { items } = this.plane;
    const columns = translate("Searched: {columns}.", { columns: items.searchedNames.join(", ") });
    const omittedText = items.leftOut.length
      ? translate("Too large for the page, so neither shown nor searched here: {columns}.", {
          columns: items.leftOut.join(", "),
        })
      : "";
    if (items.error) return items.error;
    if (items.isPending) return translate("The ids and texts of the items are on their way …");
    if (!searchText) return joinSentences(columns, omittedText);
    const number = count.toLocaleString("en");
    const sentence =
      count > SHOWN_ITEMS
        ? translate("{count} items contain this; the first {shown}:", { count: number, shown: SHOWN_ITEMS })
        : translatePlural("{count} item contains this.", "{count} items contain this.", count, { count: number });
    return joinSentences(sentence, omittedText);
  }

  itemButton(index: number, searchText: string): HTMLButtonElement {
    const { items } = this.plane;
    const id = items.idOf(index);
    const [name, text] = items.matchOf(index, searchText);
    const itemButton = button("", () => this.plane.pickCode(index), { title: text });
    itemButton.append(element("b", {}, id), ...(text && text !== id ? [` ${name}: ${text}`] : []));
    return itemButton;
  }

  selectMatches() {
    if (this.matches) this.plane.selectCodes(this.matches);
  }
}

export const findTool: Tool<FindingPlane> = {
  id: "find",
  title: translate("Find items"),
  host: "aside",
  Kind: FindTool,
};
