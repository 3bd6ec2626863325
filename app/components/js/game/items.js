/**
 * The first images of the mini-batch as a table: image, the encoder's input, code, reconstruction and D's output.
 */

import { element } from "../base/dom.js";
import { codeText, number } from "../base/number_text.js";

/** @typedef {{x: string[], noisy: string[], xhat: string[], z: ArrayLike<number>, d: ArrayLike<number> | null}} Shown */

export const CAPTION = "The same images everywhere: point at one, or press its number.";

export class Items {
  /** @param {(item: number) => void} point called with the item under the pointer, or −1 */
  constructor(point) {
    this.point = point;
    this.held = -1;
    this.body = element("tbody");
    const titles = ["Item", "x", "seen", "z", "x̂", "D(z)"].map((title) => element("th", { scope: "col" }, title));
    this.judged = titles[5];
    this.caption = element("caption", {}, CAPTION);
    this.root = element("div", { class: "gb-scroll" },
      element("table", { class: "gb-table" }, this.caption,
        element("thead", {}, element("tr", {}, ...titles)), this.body)); // prettier-ignore
  }

  /** @param {Shown} items */
  fill(items) {
    this.judged.hidden = !items.d;
    while (this.body.children.length < items.x.length) this.body.append(this.row(this.body.children.length));
    items.x.forEach((href, k) => {
      const cells = this.body.children[k].children;
      picture(cells[1], href, `x of item ${k + 1}`);
      picture(cells[2], items.noisy[k], `what the encoder sees of item ${k + 1}`);
      cells[3].textContent = codeText([items.z[2 * k], items.z[2 * k + 1]]);
      picture(cells[4], items.xhat[k], `x̂ of item ${k + 1}`);
      cells[5].textContent = items.d ? number(items.d[k]) : "";
      cells[5].hidden = !items.d;
    });
  }

  /** @param {number} item */
  row(item) {
    const button = element("button", { type: "button", class: "gb-number", "aria-pressed": "false", "aria-label": `Item ${item + 1}`,
      onclick: () => this.hold(this.held === item ? -1 : item), onfocus: () => this.point(item), onblur: () => this.point(this.held) }, String(item + 1)); // prettier-ignore
    return element("tr", { "data-item": item, onpointerenter: () => this.point(item), onpointerleave: () => this.point(this.held) },
      element("th", { scope: "row" }, button), ...[1, 2, 3, 4, 5].map(() => element("td"))); // prettier-ignore
  }

  /** Keeps an item marked until another is; −1 marks none. @param {number} item */
  hold(item) {
    this.held = item;
    [...this.body.children].forEach((row, k) => row.querySelector("button")?.setAttribute("aria-pressed", String(k === item)));
    this.point(item);
  }

  /** @param {number} item */
  mark(item) {
    [...this.body.children].forEach((row, k) => row.classList.toggle("gb-pointed", k === item));
  }
}

/** @param {any} cell @param {string} src @param {string} alt */
function picture(cell, src, alt) {
  const image = cell.querySelector("img") ?? cell.appendChild(element("img", { class: "gb-image", alt }));
  image.src = src;
}
