/**
 * The text below the game: the phase and its equation, the three lanes, and the table of all phases.
 */

import { element, keepingFocus } from "../base/dom.js";
import { number } from "../base/number_text.js";
import { LANES, PHASES } from "./phases.js";

export class Explained {
  /** @param {(lights: string[] | null) => void} light called with the parts to highlight for a term of the equation, and with null when it is left */
  constructor(light) {
    this.light = light;
    this.equation = element("p", { class: "gb-equation", role: "group", tabindex: "-1", "aria-label": "Equation" });
    this.why = element("p", { class: "gb-why" });
    this.lanes = LANES.map((title) => element("li", {}, element("b", {}, title), element("span", {})));
    this.score = element("tbody");
    /** For screen readers. */
    this.live = element("p", { class: "lp-hidden", "aria-live": "polite" });
    this.root = element("div", { class: "gb-explained" }, this.why, this.equation, element("ol", { class: "gb-lanes" }, ...this.lanes), this.live);
    this.scored = element("table", { class: "gb-table gb-score" }, element("caption", {}, "Steps taken, and the cost before and after the last one"),
      element("thead", {}, element("tr", {}, ...["Phase", "Steps", "Before", "After"].map((title) => element("th", { scope: "col" }, title)))), this.score); // prettier-ignore
  }

  /** @param {string[]} captions of the three lanes @param {number | null} beat the highlighted lane; null: all */
  say(captions, beat) {
    this.lanes.forEach((lane, k) => {
      lane.children[1].textContent = captions[k] ?? "";
      lane.classList.toggle("gb-dim", beat !== null && beat !== k);
      lane.classList.toggle("gb-now", beat === k);
    });
  }

  /** @param {string} why @param {import("./phases.js").Term[]} terms */
  explain(why, terms) {
    this.why.textContent = why;
    keepingFocus(this.equation, ".gb-term", () => this.equation.replaceChildren(...terms.map((term) => this.term(term))));
  }

  /** @param {import("./phases.js").Term} term */
  term({ text, value, lights }) {
    const words = [text, ...(value ? [element("b", {}, ` ${value} `)] : [])];
    if (!lights) return element("span", {}, ...words);
    const [light, leave] = [() => this.light(lights), () => this.light(null)];
    return element("button", { type: "button", class: "gb-term", onpointerenter: light, onfocus: light, onpointerleave: leave, onblur: leave }, ...words);
  }

  /** @param {Object<string, number>} counts steps by phase @param {Object<string, [number, number]>} costs of each phase's last step */
  tally(counts, costs) {
    this.score.replaceChildren(...Object.entries(counts).map(([phase, steps]) =>
      element("tr", {}, element("th", { scope: "row" }, `${PHASES[phase].letter}: ${PHASES[phase].act}`), element("td", {}, String(steps)),
        ...[0, 1].map((k) => element("td", {}, costs[phase] ? number(costs[phase][k], 3) : "–"))),
    )); // prettier-ignore
  }
}
