/**
 * The first images of the mini-batch as a table: image, the encoder's input, code, reconstruction and D's output.
 */

import { element } from "../base/dom.js";
import { formatCode, formatNumber } from "../base/number_format.js";
import { translate } from "../base/translate.js";

/**
 * @typedef {{x: string[], noisy: string[], xhat: string[], z: ArrayLike<number>, d: ArrayLike<number> | null, content:
 *   import("./graph.js").Content | null, names: string[] | null}} ItemData names: of the classes, null where y is a
 *   number of a cluster
 */

export const CAPTION = translate("The same images everywhere: point at one, or press its number.");

export class ItemTable {
  /** @param {(item: number) => void} onPoint called with the item under the pointer, or −1 */
  constructor(onPoint) {
    this.onPoint = onPoint;
    this.pinnedItem = -1;
    this.body = element("tbody");
    const titles = [translate("Item"), "x", translate("seen"), "z", "x̂", "D(z)", "y", "D"].map((title) =>
      element("th", { scope: "col" }, title),
    );
    titles[7].append(element("sub", {}, "y"));
    this.dHeading = titles[5];
    this.contentHeadings = titles.slice(6);
    this.caption = element("caption", {}, CAPTION);
    this.root = element(
      "div",
      { class: "gb-scroll" },
      element(
        "table",
        { class: "gb-table" },
        this.caption,
        element("thead", {}, element("tr", {}, ...titles)),
        this.body,
      ),
    );
  }

  /** @param {ItemData} items */
  showItems(items) {
    this.dHeading.hidden = !items.d;
    for (const heading of this.contentHeadings) heading.hidden = !items.content;
    while (this.body.children.length < items.x.length) this.body.append(this.buildRow(this.body.children.length));
    items.x.forEach((href, k) => {
      const cells = /** @type {HTMLCollectionOf<HTMLElement>} */ (this.body.children[k].children);
      setCellImage(cells[1], href, translate("x of item {number}", { number: k + 1 }));
      setCellImage(cells[2], items.noisy[k], translate("what the encoder sees of item {number}", { number: k + 1 }));
      cells[3].textContent = formatCode([items.z[2 * k], items.z[2 * k + 1]]);
      setCellImage(cells[4], items.xhat[k], translate("x̂ of item {number}", { number: k + 1 }));
      cells[5].textContent = items.d ? formatNumber(items.d[k]) : "";
      cells[5].hidden = !items.d;
      cells[6].textContent = items.content ? likeliestText(items.content, k, items.names) : "";
      cells[7].textContent = items.content ? formatNumber(items.content.verdicts[k]) : "";
      for (const cell of [cells[6], cells[7]]) cell.hidden = !items.content;
    });
  }

  /** @param {number} item @returns {HTMLTableRowElement} */
  buildRow(item) {
    const button = element(
      "button",
      {
        type: "button",
        class: "gb-number",
        "aria-pressed": "false",
        "aria-label": translate("Item {number}", { number: item + 1 }),
        onclick: () => this.pinItem(this.pinnedItem === item ? -1 : item),
        onfocus: () => this.onPoint(item),
        onblur: () => this.onPoint(this.pinnedItem),
      },
      String(item + 1),
    );
    return element(
      "tr",
      {
        "data-item": item,
        onpointerenter: () => this.onPoint(item),
        onpointerleave: () => this.onPoint(this.pinnedItem),
      },
      element("th", { scope: "row" }, button),
      ...[1, 2, 3, 4, 5, 6, 7].map(() => element("td")),
    );
  }

  /** Keeps an item marked until another is; −1 marks none. @param {number} item */
  pinItem(item) {
    this.pinnedItem = item;
    [...this.body.children].forEach((row, k) =>
      row.querySelector("button")?.setAttribute("aria-pressed", String(k === item)),
    );
    this.onPoint(item);
  }

  /** @param {number} item */
  markItem(item) {
    [...this.body.children].forEach((row, k) => row.classList.toggle("gb-pointed", k === item));
  }
}

/**
 * The likeliest content of an item, with its probability.
 * @param {import("./graph.js").Content} content
 * @param {number} item
 * @param {string[] | null} names of the classes
 * @returns {string}
 */
function likeliestText({ values, classes }, item, names) {
  const probabilities = Array.from(values).slice(item * classes, (item + 1) * classes);
  const best = probabilities.indexOf(Math.max(...probabilities));
  return `${names ? names[best] : translate("cluster {number}", { number: best + 1 })}: ${formatNumber(probabilities[best])}`;
}

/**
 * @param {Element} cell
 * @param {string} src
 * @param {string} alt
 */
function setCellImage(cell, src, alt) {
  const image = cell.querySelector("img") ?? cell.appendChild(element("img", { class: "gb-image", alt }));
  image.src = src;
}
