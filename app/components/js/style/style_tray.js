/**
 * The tray of images whose styles and classes can be taken.
 */

import { named } from "../base/rows.js";
import { button, element, keepingFocus, write } from "../base/dom.js";
import { rove, settle } from "../base/roving.js";
import { mixed } from "./style_layout.js";

const SHOWN = 30;

export class Tray {
  /**
   * @param {{chosen: (image: number) => void, picture: (image: number) => Node | null, nameOf: (image: number) => string}} acts
   *   `chosen` is called with −1 when nothing is selected any more
   */
  constructor(acts) {
    this.acts = acts;
    /** @type {ArrayLike<number>} */
    this.labels = [];
    /** @type {number[]} */
    this.images = [];
    this.chosen = -1;
    this.list = element("div", {
      class: "sg-images", role: "listbox", "aria-label": "Images", "aria-orientation": "horizontal",
      onclick: ({ target }) => this.pressed(target), onkeydown: (event) => this.key(event),
    }); // prettier-ignore
    this.number = element("input", { type: "number", min: 0, step: 1, "aria-label": "Image by its number", placeholder: "number" });
    this.random = button("Other images at random", () => this.shuffle());
    this.label = element("span", {}, "Image ");
    const add = element("button", { type: "submit", class: "lp-button" }, "Show");
    this.form = element("form", { class: "sg-number", onsubmit: (event) => this.byNumber(event) }, element("label", {}, this.label, this.number), add);
    rove(this.list, "[role=option]");
    this.root = element("section", { "aria-label": "Images to take from" }, this.list, element("div", { class: "sg-tray-acts" }, this.random, this.form));
  }

  /** Names the images; rows of a table are called items here, because the grid has rows of its own. @param {boolean} rows */
  call(rows) {
    write(this.random, named("Other images at random", rows, "item"));
    write(this.label, named("Image ", rows, "item"));
  }

  /** @param {ArrayLike<number>} labels of all images */
  fill(labels) {
    const same = labels.length === this.labels.length && Array.from(labels).every((label, k) => label === this.labels[k]);
    this.labels = labels;
    if (same) return this.show();
    this.number.max = String(labels.length - 1);
    this.shuffle(); // first, because the images shown before may not exist among these
    this.choose(-1);
  }

  shuffle() {
    this.images = mixed(this.labels, SHOWN, Math.random);
    this.show();
  }

  /** Selects an image, and adds it to the front of the tray if it is not there. @param {number} image */
  add(image) {
    if (!this.images.includes(image)) this.images = [image, ...this.images.slice(0, SHOWN - 1)];
    this.choose(image);
    this.list.querySelector(`[data-image="${image}"]`)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** @param {Event} event */
  byNumber(event) {
    event.preventDefault();
    if (this.number.value !== "" && this.number.checkValidity()) this.add(Number(this.number.value));
  }

  /** @param {any} target */
  pressed(target) {
    const option = target.closest("[data-image]");
    if (option) this.choose(this.chosen === Number(option.dataset.image) ? -1 : Number(option.dataset.image));
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.key === "Escape" && this.chosen >= 0) this.choose(-1);
    else if (event.key === "Enter" || event.key === " ") this.pressed(event.target);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {number} image −1 for none */
  choose(image) {
    this.chosen = image;
    this.show();
    this.acts.chosen(image);
  }

  show() {
    keepingFocus(this.list, "[role=option]", () => {
      this.list.replaceChildren(...this.images.map((image) => this.option(image)));
      settle(this.list, "[role=option]"); // makes them focusable
    });
  }

  /** @param {number} image */
  option(image) {
    const picture = this.acts.picture(image);
    const name = this.acts.nameOf(image);
    const attributes = { role: "option", "data-image": image, "aria-selected": String(image === this.chosen), "aria-label": `Image ${image}, ${name}`, title: `Image ${image}, ${name}` };
    return element("div", attributes, ...(picture ? [picture] : [element("span", {}, `${name} · ${image}`)]));
  }
}
