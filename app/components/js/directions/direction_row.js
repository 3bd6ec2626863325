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
    const { name, told, places, marks } = shown;
    const reach = (places[1] - places[0]) / 2; // the slider ends at the outer edges of the images
    this.ends = [places[0] - reach, places[places.length - 1] + reach];
    this.strip = new Strip((k) => plane.moveTo(moved(shown, plane.z, places[k])), `Images along ${name}`);
    this.slider = element("input", {
      type: "range", min: this.ends[0], max: this.ends[1], step: (this.ends[1] - this.ends[0]) / STEPS, "aria-label": `z along ${name}`,
      oninput: () => plane.place(moved(shown, plane.z, Number(this.slider.value)), "slide"), onchange: () => plane.commit(),
    }); // prettier-ignore
    this.output = element("output", {});
    this.host = element("div", { class: "lp-direction" },
      element("p", {}, element("b", {}, name), element("span", {}, told)),
      this.strip.host,
      element("div", { class: "lp-direction-marks", "aria-hidden": "true" }, ...marks.map((mark) => element("span", {}, mark))),
      element("label", {}, this.slider, this.output)); // prettier-ignore
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
