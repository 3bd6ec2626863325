/**
 * Finding items by their ids, texts and file names: the first of them as buttons, and all as a selection.
 */

import { button, element } from "../base/dom.js";
import { joinSentences, translate, translatePlural } from "../base/translate.js";

const SHOWN_ITEMS = 20; // buttons
const TYPING_PAUSE = 90; // milliseconds after the last key before the items are searched

class FindTool {
  /**
   * @param {import("./planes.js").FindingPlane} plane
   * @param {HTMLElement} section
   */
  constructor(plane, section) {
    this.plane = plane;
    /** The matching items: 1 for each. @type {Uint8Array | null} */
    this.matches = null;
    this.timer = 0;
    this.field = element("input", {
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
    this.status = element("p", { class: "lp-note", role: "status" });
    this.list = element("div", { class: "lp-found" });
    this.selectAll = button("", () => this.selectMatches(), { hidden: true });
    this.loadAgain = button(translate("Try again"), () => this.loadItemsAgain(), { hidden: true });
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

  /**
   * The matching codes that are visible.
   * @param {Uint8Array} matches
   * @returns {number[]}
   */
  visibleIndices(matches) {
    const indices = [];
    for (let k = 0; k < matches.length; k++) if (matches[k] && this.plane.isVisible(k)) indices.push(k);
    return indices;
  }

  /**
   * @param {string} searchText
   * @param {number} count of the matching items
   * @returns {string}
   */
  statusText(searchText, count) {
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

  /**
   * @param {number} index
   * @param {string} searchText
   * @returns {HTMLButtonElement}
   */
  itemButton(index, searchText) {
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

/** @type {import("../base/planes.js").Tool<import("./planes.js").FindingPlane>} */
export const findTool = { id: "find", title: translate("Find items"), host: "aside", Kind: FindTool };
