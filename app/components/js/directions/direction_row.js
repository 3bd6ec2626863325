/**
 * A direction on the page: images along it through z, and below them a slider that moves z.
 */

import { element, write } from "../base/dom.js";
import { Strip } from "../paths/path_strip.js";
import { coordinate, moved } from "./direction.js";

/**
 * name, told: title and facts, above the images; places: evenly spaced coordinates of the images; marks: labels below the images;
 * said: a coordinate in words; short: the same in brief.
 * @typedef {import("./direction.js").Direction & {name: string, told: string, places: number[], marks: string[], said: (t: number) => string, short: (t: number) => string}} Shown
 */

const STEPS = 400; // of a slider

export class Row {
  /** @param {Shown} shown @param {import("../plane/plane.js").Plane} plane */
  constructor(shown, plane) {
    this.shown = shown;
    /** @type {[number, number]} */
    this.ends = [0, 0];
    this.strip = new Strip((k) => plane.moveTo(moved(this.shown, plane.z, this.shown.places[k])), `Images along ${shown.name}`);
    this.slider = element("input", {
      type: "range", "aria-label": `z along ${shown.name}`,
      oninput: () => plane.place(moved(this.shown, plane.z, Number(this.slider.value)), "slide"), onchange: () => plane.commit(),
    }); // prettier-ignore
    this.output = element("output", {});
    this.told = element("span", {});
    this.marks = element("div", { class: "lp-direction-marks", "aria-hidden": "true" });
    this.host = element("div", { class: "lp-direction" },
      element("p", {}, element("b", {}, shown.name), this.told),
      this.strip.host, this.marks,
      element("label", {}, this.slider, this.output)); // prettier-ignore
    this.take(shown);
  }

  /** Shows a direction of the same name, such as that of the next step of a training, without losing the focus or a drag. @param {Shown} shown */
  take(shown) {
    const { told, places, marks } = shown;
    const reach = (places[1] - places[0]) / 2; // the slider ends at the outer edges of the images
    this.shown = shown;
    this.ends = [places[0] - reach, places[places.length - 1] + reach];
    const [min, max] = this.ends;
    for (const [name, value] of Object.entries({ min, max, step: (max - min) / STEPS })) this.slider.setAttribute(name, String(value));
    this.told.textContent = told;
    this.marks.replaceChildren(...marks.map((mark) => element("span", {}, mark)));
    return this;
  }

  /** The codes of the images: z, moved along the direction alone. @param {ArrayLike<number>} z */
  codes(z) {
    return this.shown.places.map((t) => moved(this.shown, z, t));
  }

  /** Moves the slider to z. @param {ArrayLike<number>} z */
  follow(z) {
    const { places, said, short } = this.shown;
    const t = coordinate(this.shown, z);
    this.slider.value = String(t);
    this.slider.setAttribute("aria-valuetext", said(t));
    write(this.output, short(t));
    this.strip.mark(t < this.ends[0] || t > this.ends[1] ? -1 : Math.round((t - places[0]) / (places[1] - places[0])));
  }

  /** Names the images for z. @param {ArrayLike<number>} z */
  tell(z) {
    const { places, said } = this.shown;
    this.strip.tell(this.codes(z), places.map(() => NaN), (k) => said(places[k]));
  }
}
