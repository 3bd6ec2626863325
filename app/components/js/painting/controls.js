/**
 * The controls of the painting: the brush, its size and strength, the classes, ready shapes, and undo.
 */

import { changes } from "../base/anew.js";
import { button, element } from "../base/dom.js";
import { rove, settle } from "../base/roving.js";
import { CELLS, CLASSES, read } from "../priors/painted.js";
import { shared } from "./brush.js";

export const SIZES = { low: 1, high: 12, usual: 4 }; // radius in cells
const STRENGTHS = { Full: 15, Half: 8, Faint: 3 };

export class Controls {
  /** @param {import("./studio.js").Studio} studio */
  constructor(studio) {
    this.studio = studio;
    this.erases = false;
    this.radius = SIZES.usual;
    this.strength = 15;
    /** The class to paint, −1 for none. */
    this.owner = -1;
    this.changed = changes();
    const tool = (/** @type {string} */ title, /** @type {boolean} */ erases) => button(title, () => this.choose(erases), { "aria-pressed": String(erases === this.erases) });
    this.tools = [tool("Brush", false), tool("Eraser", true)];
    this.back = button("Undo", () => studio.undo());
    this.size = element("input", {
      type: "range", min: SIZES.low, max: SIZES.high, step: 1, value: SIZES.usual, "aria-label": "Size of the brush",
      oninput: () => {
        this.radius = Number(this.size.value);
        studio.easel.ask();
      },
    }); // prettier-ignore
    this.force = element("select", { "aria-label": "Strength of the brush", onchange: () => (this.strength = Number(this.force.value)) },
      ...Object.entries(STRENGTHS).map(([title, value]) => element("option", { value }, title))); // prettier-ignore
    this.shapes = element("div", { class: "lp-switches", role: "group", "aria-label": "Ready shapes" });
    this.classes = element("div", { class: "lp-switches", role: "radiogroup", "aria-label": "Class to paint" });
    this.share = button("Divide among the classes", () => studio.replace(shared(studio.cells, studio.header.classes?.length ?? 0)));
    rove(this.classes, "button");
    this.root = element("div", { class: "ps-controls" },
      element("div", { class: "lp-switches", role: "group", "aria-label": "Painting" }, ...this.tools, this.back, button("Clear", () => studio.replace(new Uint8Array(CELLS)))),
      element("label", { class: "ps-field" }, element("span", {}, "Size"), this.size),
      element("label", { class: "ps-field" }, element("span", {}, "Strength"), this.force),
      this.classes, this.share, this.shapes); // prettier-ignore
  }

  /** @param {boolean} erases */
  choose(erases) {
    this.erases = erases;
    this.tools.forEach((each, k) => each.setAttribute("aria-pressed", String(Boolean(k) === erases)));
    this.studio.easel.ask();
  }

  /** @returns {import("./brush.js").Brush} */
  get brush() {
    return { radius: this.radius, strength: this.erases ? 0 : this.strength, owner: this.owner };
  }

  /**
   * Offers the ready shapes and, if parts belong to classes, the classes.
   * @param {import("../../messages.js").Painted["shapes"][0][]} shapes
   * @param {string[]} names of the classes, none or at most ten
   * @param {string[]} colours
   */
  offer(shapes, names, colours) {
    if (!this.changed(JSON.stringify([shapes, names, colours]))) return;
    this.shapes.replaceChildren(...shapes.map(({ title, text }) => button(title, () => this.studio.replace(read(text)))));
    this.owner = names.length ? Math.max(0, Math.min(this.owner, names.length - 1)) : -1;
    this.classes.hidden = this.share.hidden = !names.length;
    const one = (/** @type {string} */ name, /** @type {number} */ k) => element("button", {
      type: "button", class: "lp-button", role: "radio", "aria-checked": String(k === this.owner), tabindex: k === this.owner ? "0" : "-1", onclick: () => this.paintFor(k),
    }, element("i", { class: "ps-colour", style: `background: ${colours[k]}` }), name); // prettier-ignore
    this.classes.replaceChildren(...names.slice(0, CLASSES).map(one));
    settle(this.classes, "button");
  }

  /** @param {number} k a class */
  paintFor(k) {
    this.owner = k;
    [...this.classes.children].forEach((each, j) => each.setAttribute("aria-checked", String(j === k)));
    this.choose(false);
  }
}
